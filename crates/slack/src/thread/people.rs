//! People who are mentioned in what is written, on both sides.

use eider_store::{person, slack::person as slack_person};

use crate::{CallError, Slack, mrkdwn};

/// More people than this are not looked up for one message.
const MENTIONS_LIMIT: usize = 20;

impl Slack {
    /// The people who are mentioned in a text of Slack.
    pub(crate) async fn people_of_slack(
        &self,
        team: &str,
        text: &str,
    ) -> Result<mrkdwn::People, CallError> {
        let mut people = mrkdwn::People::default();
        for user in mrkdwn::mentioned(text).iter().take(MENTIONS_LIMIT) {
            let met = match self.meet(team, user).await {
                Err(CallError::Refused { .. }) => continue,
                met => met?,
            };
            let mut tx = self.eider().db().read().await?;
            let known = match (met.person, &met.email) {
                (Some(id), _) => person::by_id(&mut tx, id).await?,
                (None, Some(email)) => person::by_email(&mut tx, &email.to_lowercase()).await?,
                (None, None) => None,
            };
            match known.and_then(|known| known.email) {
                Some(email) => people.add_known(user, &email),
                None => people.add_named(user, &met.name),
            }
        }
        Ok(people)
    }

    /// The people who are mentioned in a text of Eider, as far as they are known in that workspace.
    pub(crate) async fn people_of_eider(
        &self,
        team: &str,
        text: &str,
    ) -> Result<mrkdwn::People, CallError> {
        let mut people = mrkdwn::People::default();
        let mut tx = self.eider().db().read().await?;
        for email in mrkdwn::addresses(text).iter().take(MENTIONS_LIMIT) {
            if let Some(known) = person::by_email(&mut tx, email).await?
                && let Some(met) = slack_person::of(&mut tx, team, known.id).await?
            {
                people.add_known(&met.user_id, email);
            }
        }
        Ok(people)
    }
}

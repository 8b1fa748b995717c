//! A channel in which Eider cannot write: noted where administrators see it, and told everything
//! once it is back. People who change are noted too.

use eider_domain::TicketId;
use eider_store::slack::{
    channel, person as slack_person,
    thread::{self, Thread},
};

use crate::{CallError, Slack, person::person_of, request::Asked};

const ARCHIVED: &str = "This channel is archived. Unarchive it, or choose another channel.";
const OUTSIDE: &str = "Eider is not in this channel. Invite it there, or choose another channel.";

impl Slack {
    /// Notes why a thread could not be told, when that is so for its whole channel.
    pub(crate) async fn note_channel_trouble(
        &self,
        id: TicketId,
        error: &CallError,
    ) -> Result<(), CallError> {
        let words = match error.code() {
            "is_archived" | "is_inactive" => ARCHIVED,
            "not_in_channel" | "channel_not_found" => OUTSIDE,
            _ => return Ok(()),
        };
        let mut tx = self.eider().db().write().await?;
        if let Some(thread) = thread::of(&mut tx, id).await? {
            let (team, place) = (&thread.team_id, &thread.channel_id);
            channel::set_trouble(&mut tx, team, place, Some(words)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A thread that could not be told was told: its channel is well again.
    pub(crate) async fn channel_is_well(&self, thread: &Thread) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        channel::set_trouble(&mut tx, &thread.team_id, &thread.channel_id, None).await?;
        Ok(tx.commit().await?)
    }

    /// What happens to channels and people, besides messages.
    pub(crate) async fn changed_in_slack(&self, asked: &Asked) -> Result<(), CallError> {
        match asked.body["event"]["type"].as_str() {
            Some("channel_archive" | "group_archive") => {
                self.note_channel(asked, Some(ARCHIVED)).await
            }
            Some("channel_unarchive" | "group_unarchive") => {
                self.note_channel(asked, None).await?;
                self.tell_what_waits(&asked.team).await
            }
            Some("user_change") => self.person_changed(asked).await,
            _ => Ok(()),
        }
    }

    async fn note_channel(&self, asked: &Asked, trouble: Option<&str>) -> Result<(), CallError> {
        let Some(place) = asked.channel.as_deref() else {
            return Ok(());
        };
        let mut tx = self.eider().db().write().await?;
        channel::set_trouble(&mut tx, &asked.team, place, trouble).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody has another name or address.
    async fn person_changed(&self, asked: &Asked) -> Result<(), CallError> {
        let told = &asked.body["event"]["user"];
        let Some(user) = told["id"].as_str() else {
            return Ok(());
        };
        let mut tx = self.eider().db().write().await?;
        if let Some(before) = slack_person::by_id(&mut tx, &asked.team, user).await? {
            let mut met = person_of(&asked.team, user, told, self.eider().now());
            met.person = before.person;
            met.nudged_at = before.nudged_at;
            slack_person::put(&mut tx, &met).await?;
        }
        Ok(tx.commit().await?)
    }
}

//! Who it is that does something in Slack, and how they are told something in private.

use eider_app::slack::{Who, link_address, offer_link, recognise};
use eider_domain::PersonId;
use eider_store::{
    Tx,
    slack::person::{self, SlackKind, SlackPerson},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{CallError, Slack, kit, request::Asked};

/// People change their names and addresses: Slack is asked again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

impl Slack {
    /// Who this person of Slack is here.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn who(&self, team: &str, user: &str) -> Result<Who, CallError> {
        let met = self.meet(team, user).await?;
        Ok(recognise(self.eider(), met).await?)
    }

    /// The person of Slack, as they are known or as Slack tells.
    pub(crate) async fn meet(&self, team: &str, user: &str) -> Result<SlackPerson, CallError> {
        let now = self.eider().now();
        let mut tx = self.eider().db().read().await?;
        let known = person::by_id(&mut tx, team, user).await?;
        drop(tx);
        if let Some(known) = &known
            && now.duration_since(known.looked_up_at) < LOOK_AGAIN
        {
            return Ok(known.clone());
        }
        let told = self.call(team, "users.info", &json!({"user": user})).await;
        let told = match (told, known) {
            (Ok(told), _) => told,
            // Slack may be away; who they were yesterday will do.
            (Err(CallError::Away(_) | CallError::Later(_)), Some(known)) => return Ok(known),
            (Err(error @ CallError::Later(_)), None) => {
                return self.met_in_list(team, user).await?.ok_or(error);
            }
            (Err(error), _) => return Err(error),
        };
        let mut tx = self.eider().db().write().await?;
        let met = keep(&mut tx, person_of(team, user, &told["user"], now)).await?;
        tx.commit().await?;
        Ok(met)
    }

    /// Who in Slack somebody is who was never met there, by their address, if they are there.
    pub(crate) async fn met_by_address(
        &self,
        team: &str,
        id: PersonId,
    ) -> Result<Option<String>, CallError> {
        let mut tx = self.eider().db().read().await?;
        let known = eider_store::person::by_id(&mut tx, id).await?;
        drop(tx);
        let Some(email) = known.and_then(|known| known.email) else {
            return Ok(None);
        };
        let asks = json!({"email": email});
        let told = match self.call(team, "users.lookupByEmail", &asks).await {
            Err(error @ CallError::Refused { .. }) if !error.is_about_us() => return Ok(None),
            told => told?,
        };
        let user = told["user"]["id"].as_str().unwrap_or_default();
        let met = self.meet(team, user).await?;
        // Another workspace may have confirmed anything.
        let is_same =
            met.email.as_ref().map(|met| met.to_lowercase()) == Some(email.to_lowercase());
        if !is_same || met.person.is_some_and(|other| other != id) {
            return Ok(None);
        }
        let mut tx = self.eider().db().write().await?;
        let linked = SlackPerson {
            person: Some(id),
            ..met
        };
        person::put(&mut tx, &linked).await?;
        tx.commit().await?;
        Ok(Some(linked.user_id))
    }

    /// Tells whoever did something in private, where they did it.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn tell_privately(
        &self,
        asked: &Asked,
        text: &str,
        blocks: Vec<Value>,
    ) -> Result<(), CallError> {
        let mut message = json!({"text": kit::cut(text, kit::SECTION_LIMIT)});
        if !blocks.is_empty() {
            message["blocks"] = blocks.into();
        }
        if let Some(url) = &asked.response_url {
            let mut answer = message.clone();
            answer["response_type"] = "ephemeral".into();
            answer["replace_original"] = false.into();
            match self.respond(url, &answer).await {
                Err(CallError::Refused { .. }) => {}
                done => return done,
            }
        }
        if let Some(channel) = &asked.channel {
            let mut answer = message.clone();
            answer["channel"] = channel.as_str().into();
            answer["user"] = asked.user.as_str().into();
            if let Some(thread) = asked.body.pointer("/event/thread_ts") {
                answer["thread_ts"] = thread.clone();
            }
            match self.call(&asked.team, "chat.postEphemeral", &answer).await {
                Err(CallError::Refused { .. }) => {}
                done => return done.map(drop),
            }
        }
        message["channel"] = self.direct_channel(&asked.team, &asked.user).await?.into();
        self.call(&asked.team, "chat.postMessage", &message)
            .await
            .map(drop)
    }

    /// The channel of direct messages with somebody.
    pub(crate) async fn direct_channel(&self, team: &str, user: &str) -> Result<String, CallError> {
        let opened = self
            .call(team, "conversations.open", &json!({"users": user}))
            .await?;
        Ok(opened["channel"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Gives somebody that Eider does not know a private link to say who they are. What they were
    /// about to do follows when they do.
    pub(crate) async fn ask_who(&self, asked: &Asked) -> Result<(), CallError> {
        let secret =
            offer_link(self.eider(), &asked.team, &asked.user, Some(asked.request)).await?;
        let url = self.page(&link_address(&secret));
        self.tell_privately(asked, WHO_ARE_YOU, who_are_you(&url))
            .await
    }
}

/// What somebody is told whom Eider does not know.
pub(crate) const WHO_ARE_YOU: &str = "I do not know yet who you are here. Follow this link once to \
    connect your account; what you were about to do is then done. It is for you alone and lasts a \
    day.";

/// As above, with the link.
pub(crate) fn who_are_you(url: &str) -> Vec<Value> {
    let button = kit::link_button("Connect my account", "connect", url);
    vec![
        kit::section(WHO_ARE_YOU),
        kit::actions("connect", vec![button]),
    ]
}

/// Keeps what Slack tells of somebody, beside what is known of them here.
pub(crate) async fn keep(tx: &mut Tx, told: SlackPerson) -> eider_store::Result<SlackPerson> {
    let before = person::by_id(tx, &told.team_id, &told.user_id).await?;
    let met = SlackPerson {
        person: before.as_ref().and_then(|before| before.person),
        nudged_at: before.and_then(|before| before.nudged_at),
        ..told
    };
    person::put(tx, &met).await?;
    Ok(met)
}

/// Only a confirmed address says who somebody is.
pub(crate) fn person_of(team: &str, user: &str, told: &Value, now: jiff::Timestamp) -> SlackPerson {
    let is = |name: &str| told[name].as_bool().unwrap_or(false);
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let kind = if is("is_bot") || user == "USLACKBOT" {
        SlackKind::Bot
    } else if is("is_stranger") || told["team_id"].as_str().is_some_and(|other| other != team) {
        SlackKind::Stranger
    } else if is("is_restricted") || is("is_ultra_restricted") {
        SlackKind::Guest
    } else {
        SlackKind::Member
    };
    let profile = &told["profile"];
    let is_confirmed = told["is_email_confirmed"].as_bool().unwrap_or(true);
    SlackPerson {
        team_id: team.to_owned(),
        user_id: user.to_owned(),
        person: None,
        name: text(&profile["real_name"])
            .or_else(|| text(&told["real_name"]))
            .or_else(|| text(&told["name"]))
            .unwrap_or_else(|| user.to_owned()),
        // Another workspace may have confirmed anything.
        email: text(&profile["email"]).filter(|_| is_confirmed && kind != SlackKind::Stranger),
        zone: text(&told["tz"]),
        kind,
        looked_up_at: now,
        nudged_at: None,
    }
}

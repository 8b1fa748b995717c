//! What is pressed below a message about a page.

use eider_app::{
    contact,
    page::{self, Answer},
};
use eider_domain::{
    AttemptId, PageId,
    access::Actor,
    contact::{Arrival, Attempt, AttemptState, Subject},
    page::Way,
};
use serde_json::{Value, json};

use super::BUTTON;
use crate::{CallError, Slack, kit, request::Asked};

/// Whether a button about a page was pressed.
pub(crate) fn is_pressed(body: &Value) -> bool {
    word(body).is_some()
}

fn word(body: &Value) -> Option<&str> {
    let action = body.pointer("/actions/0/action_id")?.as_str()?;
    action.strip_prefix(BUTTON)
}

impl Slack {
    /// Does what the button says.
    pub(crate) async fn pressed_on_page(&self, asked: &Asked) -> Result<(), CallError> {
        let value = asked.body.pointer("/actions/0/value");
        let value = value.and_then(Value::as_str).unwrap_or_default();
        let Some(word) = word(&asked.body) else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        match word {
            "call" => match value.parse() {
                Ok(number) => self.open_call(asked, &actor, number).await,
                Err(_) => Ok(()),
            },
            "heard" => self.heard_test(asked, &actor, value).await,
            _ => match value.parse() {
                Ok(id) => self.answered(asked, &actor, word, id).await,
                Err(_) => Ok(()),
            },
        }
    }

    async fn answered(
        &self,
        asked: &Asked,
        actor: &Actor,
        word: &str,
        id: PageId,
    ) -> Result<(), CallError> {
        let answer = match word {
            "acknowledge" => Answer::Acknowledge,
            "buddy" => Answer::CallBuddy,
            "escalate" => Answer::Escalate,
            "not-now" => return self.open_not_now(asked, actor, id).await,
            _ => return Ok(()),
        };
        let once = asked.once(actor);
        let done = page::act_once(self.eider(), actor, id, answer, Way::Slack, &once).await;
        self.told_why_not(asked, done).await
    }

    /// Whoever sent themselves a test page has seen it.
    async fn heard_test(&self, asked: &Asked, actor: &Actor, id: &str) -> Result<(), CallError> {
        let Ok(id) = id.parse::<AttemptId>() else {
            return Ok(());
        };
        let sent = contact::about(self.eider(), actor.person, Subject::TestPage).await?;
        let is_it = |attempt: &&Attempt| attempt.id == id;
        let reference = match sent.iter().find(is_it).map(|attempt| &attempt.state) {
            Some(AttemptState::Accepted { reference, .. }) => reference.clone(),
            // It may be pressed before it is noted that it went out.
            Some(AttemptState::Sending { .. } | AttemptState::Unknown { .. }) => place(asked),
            _ => return Ok(()),
        };
        contact::hear(self.eider(), id, &reference, &Arrival::Arrived).await?;
        let Some(url) = &asked.response_url else {
            return Ok(());
        };
        let answer = json!({
            "replace_original": true,
            "text": SEEN,
            "blocks": [kit::section(SEEN)],
        });
        self.respond(url, &answer).await
    }
}

/// Where the message stands below which something was pressed.
fn place(asked: &Asked) -> String {
    let text = |pointer| asked.body.pointer(pointer).and_then(Value::as_str);
    let channel = text("/container/channel_id").unwrap_or_default();
    let ts = text("/container/message_ts").unwrap_or_default();
    format!("{channel} {ts}")
}

/// What stands in place of a test page that was seen.
pub(super) const SEEN: &str = ":white_check_mark: The test page from Eider reached you here.";

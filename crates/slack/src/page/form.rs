//! “Not now”, with a reason; and the forms about pages when they are sent.

use eider_app::{
    once::OnceKey,
    page::{self, Answer, PageView},
};
use eider_domain::{PageId, PersonId, TicketNumber, access::Actor, page::Way, text};
use serde_json::{Value, json};

use super::{
    CALL,
    message::{about, may_decline, may_put_off},
};
use crate::{
    CallError, Slack,
    kit::{self, Question, TextField},
    request::{Asked, Immediate},
};

/// The form for “Not now”.
const NOT_NOW: &str = "page-not-now";
/// As long as a reason may be.
pub(super) const REASON_LIMIT: usize = 300;

/// What a form about a page was filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Filled {
    /// People are to be called about that ticket.
    Call(TicketNumber, String),
    /// Something is answered to that page.
    Answer(PageId, Answer),
}

/// Whether what was sent is one of these forms.
pub(crate) fn is_form(body: &Value) -> bool {
    body["type"] == "view_submission"
        && matches!(body["view"]["callback_id"].as_str(), Some(NOT_NOW | CALL))
}

/// Checks a form that is sent. What is wrong stands at its field; otherwise it closes, and the work
/// follows.
pub(crate) fn immediate(body: &Value) -> Option<Immediate> {
    if !is_form(body) {
        return None;
    }
    Some(match filled(body) {
        Ok(_) => Immediate::work(),
        Err(message) => Immediate {
            answer: Some(json!({
                "response_action": "errors",
                "errors": {"reason": message},
            })),
            is_work: false,
        },
    })
}

fn filled(body: &Value) -> Result<Filled, String> {
    let view = &body["view"];
    let values = &view["state"]["values"];
    let about = view["private_metadata"].as_str().unwrap_or_default();
    let given = values["reason"]["reason"]["value"].as_str();
    let given = given.unwrap_or_default().trim();
    let reason =
        || text::line("The reason", given, REASON_LIMIT).map_err(|error| error.to_string());
    let nothing = || "This is not here any more. Close the form.".to_owned();
    if view["callback_id"] == CALL {
        return Ok(Filled::Call(
            about.parse().map_err(|_| nothing())?,
            reason()?,
        ));
    }
    let id = about.parse().map_err(|_| nothing())?;
    let chosen = values["mean"]["mean"]["selected_option"]["value"].as_str();
    let answer = match chosen {
        Some("wait") => Answer::NotNow {
            until: None,
            reason: reason()?,
        },
        _ if given.is_empty() => Answer::Decline { reason: None },
        _ => Answer::Decline {
            reason: Some(reason()?),
        },
    };
    Ok(Filled::Answer(id, answer))
}

/// The form for “Not now”.
pub(super) fn not_now(view: &PageView, me: PersonId) -> Value {
    let mut options = Vec::new();
    if may_put_off(view) {
        options.push(kit::option_explained(
            "It can wait",
            "wait",
            "People are called again in working hours; if that is now, in an hour.",
        ));
    }
    if may_decline(view, me) || options.is_empty() {
        options.push(kit::option_explained(
            "I cannot",
            "cannot",
            "Somebody else is called instead of me.",
        ));
    }
    // Where there is a choice, whoever is half asleep makes it themselves.
    let only = match options.as_slice() {
        [one] => one["value"].as_str().map(str::to_owned),
        _ => None,
    };
    let mean = kit::radio_buttons("mean", options, only.as_deref());
    let question = |block_id, label, hint, optional| Question {
        block_id,
        label,
        hint,
        optional,
        at_once: false,
    };
    let hint = "Needed if it can wait. It stays in the record.";
    let blocks = vec![
        kit::context(&[about(view)]),
        kit::input(question("mean", "Which is it?", "", false), mean),
        kit::input(question("reason", "Why?", hint, true), reason_field()),
    ];
    kit::modal(
        NOT_NOW,
        "Not now",
        Some("Send"),
        &view.page.id.to_string(),
        blocks,
    )
}

/// The field of a reason.
pub(super) fn reason_field() -> Value {
    kit::text_field(TextField {
        action_id: "reason",
        placeholder: "",
        initial: "",
        multiline: false,
        limit: REASON_LIMIT,
    })
}

/// The form with what is wrong in it when nothing stands in it, for the gallery.
#[cfg(test)]
pub(super) fn wrong(view: &Value) -> Value {
    let mut sent = json!({"type": "view_submission", "view": view});
    let chosen = json!({"selected_option": {"value": "wait"}});
    sent["view"]["state"] = json!({"values": {"mean": {"mean": chosen}}});
    let answer = immediate(&sent).and_then(|immediate| immediate.answer);
    json!({"view": view, "errors": answer.unwrap_or_default()["errors"]})
}

impl Slack {
    /// Opens the form for “Not now”.
    pub(super) async fn open_not_now(
        &self,
        asked: &Asked,
        actor: &Actor,
        id: PageId,
    ) -> Result<(), CallError> {
        let view = match page::by_id(self.eider(), actor, id).await {
            Ok(view) => view,
            Err(error) => return self.told_why_not(asked, Err(error)).await,
        };
        if !view.page.is_open() {
            let over = eider_domain::page::Refusal::Over;
            return self.told_why_not(asked, Err(over.into())).await;
        }
        self.open_modal(asked, not_now(&view, actor.person)).await
    }

    /// Does what a form about a page was filled in for, once however often it is sent.
    pub(crate) async fn do_page_form(&self, asked: &Asked) -> Result<(), CallError> {
        let Ok(filled) = filled(&asked.body) else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let form = asked.body.pointer("/view/id").and_then(Value::as_str);
        let form = form.unwrap_or_default();
        let once = OnceKey::new(actor.person, "slack form", form, &[]);
        let (eider, way) = (self.eider(), Way::Slack);
        let done = match filled {
            Filled::Call(number, reason) => {
                page::call_once(eider, &actor, number, &reason, way, &once).await
            }
            Filled::Answer(id, answer) => {
                page::act_once(eider, &actor, id, answer, way, &once).await
            }
        };
        self.told_why_not(asked, done).await
    }
}

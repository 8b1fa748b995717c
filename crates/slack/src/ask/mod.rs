//! Asking for help: the form, what it may be already, and filing it (A1, A5, A6).

mod answers;
mod calls;
mod file;
mod filed;
mod form;
#[cfg(test)]
pub(crate) mod samples;
mod similar;
#[cfg(test)]
mod tests;

use eider_app::ticket;
use eider_domain::{
    TicketNumber,
    ticket::{Command, Refusal},
};
use eider_store::slack::request;
use serde_json::{Value, json};

pub(crate) use file::immediate;
pub(crate) use filed::handlers;
pub(crate) use form::length;

use crate::{
    CallError, Slack,
    kit::{self, Style},
    request::Asked,
};
use answers::{About, Answers};
use form::Form;
use similar::Offers;

/// The global shortcut that opens the form, and the form itself.
pub(crate) const ASK: &str = "ask";
/// The shortcut that makes a ticket from a message.
pub(crate) const MAKE_TICKET: &str = "make-ticket";
/// A button that opens the form again with what was written; its value is the request by which it
/// came.
const OPEN_AGAIN: &str = "ask-open";
/// A button that opens an empty form.
pub(crate) const ASK_BUTTON: &str = "ask";

/// The features that fit what somebody types.
pub(crate) async fn features(slack: &Slack, body: &Value) -> Result<Value, CallError> {
    let desk = slack.eider().desk().await?;
    let typed = body["value"].as_str().unwrap_or_default();
    Ok(form::options(&desk, typed))
}

/// Whether something was pressed or chosen in the form, or a button that opens one.
pub(crate) fn is_of_form(body: &Value) -> bool {
    let action = body.pointer("/actions/0/action_id").and_then(Value::as_str);
    body["view"]["callback_id"] == ASK || matches!(action, Some(OPEN_AGAIN | ASK_BUTTON))
}

impl Slack {
    /// Opens the form with what is known.
    pub(crate) async fn open_form(&self, asked: &Asked) -> Result<(), CallError> {
        let about = About::of(&asked.body, asked.request);
        let answers = Answers::of(&asked.body);
        self.open_form_with(asked, asked.request, &answers, &about)
            .await
    }

    async fn open_form_with(
        &self,
        asked: &Asked,
        request: uuid::Uuid,
        answers: &Answers,
        about: &About,
    ) -> Result<(), CallError> {
        let desk = self.eider().desk().await?;
        let form = Form {
            desk: &desk,
            now: self.eider().now(),
            answers,
            about,
            offers: &Offers::default(),
            trouble: None,
        };
        if asked.trigger.is_none() {
            return Ok(());
        }
        let Some(trigger) = asked.trigger_at(self.eider().now()) else {
            return self.offer_form(asked, request).await;
        };
        let body = json!({"trigger_id": trigger, "view": form.view()});
        match self.call(&asked.team, "views.open", &body).await {
            Ok(_) => {}
            Err(CallError::Refused { code, .. }) => match code.as_str() {
                // It is open already.
                "exchanged_trigger_id" | "duplicate_external_id" => {}
                _ => return self.offer_form(asked, request).await,
            },
            Err(error) => return Err(error),
        }
        // Whoever asks is known by the time that they send it, so that it can be told at once
        // what resembles their question.
        if let Err(error) = self.who(&asked.team, &asked.user).await {
            tracing::debug!(%error, "who asks is not known yet");
        }
        Ok(())
    }

    /// The form could not be opened in time: a button opens it.
    async fn offer_form(&self, asked: &Asked, request: uuid::Uuid) -> Result<(), CallError> {
        self.tell_privately(asked, TOO_SLOW, too_slow(request))
            .await
    }

    /// Something was pressed or chosen in the form, or a button that opens one.
    pub(crate) async fn pressed_in_form(&self, asked: &Asked) -> Result<(), CallError> {
        let action = &asked.body["actions"][0];
        let value = action["value"].as_str().unwrap_or_default();
        match action["action_id"].as_str() {
            Some(ASK_BUTTON) => self.open_form(asked).await,
            Some(OPEN_AGAIN) => self.open_again(asked, value).await,
            Some("ask-join") => self.join(asked, value).await,
            Some("ask-known") => self.helped(asked, value).await,
            Some("ask-more") => self.redraw_form(asked, true, false).await,
            Some("title") => self.redraw_form(asked, false, true).await,
            Some("feature") => self.redraw_form(asked, false, false).await,
            _ => Ok(()),
        }
    }

    /// Opens the form of a request that was kept, with everything that stood in it.
    async fn open_again(&self, asked: &Asked, request: &str) -> Result<(), CallError> {
        let Ok(request) = request.parse::<uuid::Uuid>() else {
            return Ok(());
        };
        let mut tx = self.eider().db().read().await?;
        let kept = request::body(&mut tx, request).await?;
        drop(tx);
        let body: Value = kept
            .and_then(|body| serde_json::from_str(&body).ok())
            .unwrap_or_default();
        let mut about = About::of(&body, request);
        about.more = false;
        self.open_form_with(asked, request, &Answers::of(&body), &about)
            .await
    }

    /// Draws the form again for what was chosen. Slack keeps what was typed meanwhile.
    async fn redraw_form(
        &self,
        asked: &Asked,
        more: bool,
        only_with_offers: bool,
    ) -> Result<(), CallError> {
        let desk = self.eider().desk().await?;
        let answers = Answers::of(&asked.body);
        let mut about = About::of(&asked.body, asked.request);
        about.more |= more;
        let offers = match self.who(&asked.team, &asked.user).await? {
            eider_app::slack::Who::Known { actor, .. } => self.offers(&actor, &answers).await?,
            _ => Offers::default(),
        };
        if only_with_offers && offers.is_empty() && !about.offered {
            return Ok(());
        }
        let form = Form {
            desk: &desk,
            now: self.eider().now(),
            answers: &answers,
            about: &about,
            offers: &offers,
            trouble: None,
        };
        self.show(asked, form.view()).await.map(drop)
    }

    /// Shows another view in the modal that is open. Answers whether it is still open.
    async fn show(&self, asked: &Asked, view: Value) -> Result<bool, CallError> {
        let id = &asked.body["view"]["id"];
        let body = json!({"view_id": id, "view": view});
        match self.call(&asked.team, "views.update", &body).await {
            Ok(_) => Ok(true),
            Err(CallError::Refused { code, detail, .. }) => {
                if code != "not_found" {
                    tracing::warn!(code, detail, "a form could not be shown");
                }
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Their question is an existing ticket: they follow it from now on, and nothing is filed.
    async fn join(&self, asked: &Asked, number: &str) -> Result<(), CallError> {
        let Ok(number) = number.parse() else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let command = Command::Join { note: None };
        let joined = ticket::act(self.eider(), &actor, number, command).await;
        let page = self.page(&format!("/tickets/{number}"));
        let words = match joined {
            Ok(_) => you_joined(&page, number),
            Err(eider_app::Error::Store(error)) => return Err(error.into()),
            // Whoever joined before, or asked it, has what they want.
            Err(eider_app::Error::Refused(Refusal::AlreadySo(_))) => format!(
                ":white_check_mark: *<{page}|{number}> is yours already.* You hear of every change. \
                 Nothing new was filed."
            ),
            Err(error) => format!(":warning: {}", kit::escape(&error.to_string())),
        };
        let about = About::of(&asked.body, asked.request);
        let blocks = with_link(&words, &page);
        if self
            .show(asked, form::notice(&about, blocks.clone()))
            .await?
        {
            return Ok(());
        }
        self.tell_privately(asked, &words, blocks).await
    }

    /// What to do about a known issue helped: nothing is filed.
    async fn helped(&self, asked: &Asked, issue: &str) -> Result<(), CallError> {
        let desk = self.eider().desk().await?;
        let issue = desk
            .known_issues
            .iter()
            .find(|known| known.id.to_string() == issue);
        let advice = issue.map_or("", |issue| issue.advice.as_str());
        let about = About::of(&asked.body, asked.request);
        let view = form::notice(&about, vec![kit::section(&it_helped(advice))]);
        self.show(asked, view).await.map(drop)
    }
}

const TOO_SLOW: &str = "I was too slow to open the form. Press the button, and it opens with what \
    you had written.";

fn too_slow(request: uuid::Uuid) -> Vec<Value> {
    let button = open_again(request);
    vec![
        kit::section(TOO_SLOW),
        kit::actions("ask-open", vec![button]),
    ]
}

fn you_joined(page: &str, number: TicketNumber) -> String {
    format!(
        ":white_check_mark: *You joined <{page}|{number}>.* You hear of every change. Nothing new \
         was filed."
    )
}

fn with_link(words: &str, page: &str) -> Vec<Value> {
    let button = kit::link_button("Open the ticket", "open", page);
    vec![
        kit::section(words),
        kit::actions("ask-joined", vec![button]),
    ]
}

fn it_helped(advice: &str) -> String {
    let advice = kit::escape(&kit::cut(advice, 2_000));
    format!(":white_check_mark: *Good. Nothing was filed.*\n{advice}")
}

fn open_again(request: uuid::Uuid) -> Value {
    let value = request.to_string();
    kit::button("Open the form", OPEN_AGAIN, &value, Style::Primary)
}

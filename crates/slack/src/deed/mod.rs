//! What is done to a ticket with words: each deed has a form, opened by a button of the card.
//!
//! The form says what it is about in its private metadata: the number of the ticket. What is filled
//! in is checked when it is sent, and what the rules refuse stands in the form; the deed itself is
//! done by the job that works the request off.

mod answers;
mod form;
mod responders;
#[cfg(test)]
pub(crate) mod samples;

use eider_app::{
    Error,
    once::OnceKey,
    slack::{Who, recognise},
    ticket,
};
use eider_domain::{
    TicketNumber,
    access::{Action, Actor, may},
    ticket::{Refusal, Ticket},
};
use eider_store::slack::person;
use serde_json::{Map, Value, json};

pub(crate) use responders::{RESPONDER, responders};

use crate::{
    CallError, Slack,
    request::{Asked, Immediate},
};

/// What somebody is told whose form could not be opened in time.
pub(crate) const TOO_SLOW: &str =
    "That took me too long, and the form did not open. Press it once more.";
/// What the names of these forms begin with.
const CALLBACK: &str = "deed-";

/// Something that is done with words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Wait for the reporter's answer.
    Wait,
    /// Hold it to be more or less urgent.
    Priority,
    /// It is put right.
    Resolve,
    /// Tell everybody how it stands.
    Update,
    /// Give it to somebody.
    Assign,
    /// It is not right after all.
    Reopen,
}

impl Deed {
    const ALL: [Self; 6] = [
        Self::Wait,
        Self::Priority,
        Self::Resolve,
        Self::Update,
        Self::Assign,
        Self::Reopen,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Priority => "priority",
            Self::Resolve => "resolve",
            Self::Update => "update",
            Self::Assign => "assign",
            Self::Reopen => "reopen",
        }
    }

    /// The deed of that button, if it is one with a form.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.word() == word)
    }

    /// The field at which stands what is about no field, or about one that is not asked.
    fn first_field(self) -> &'static str {
        match self {
            Self::Wait => "question",
            Self::Priority => "priority",
            Self::Resolve => "cause",
            Self::Update => "known",
            Self::Assign => "owner",
            Self::Reopen => "why",
        }
    }

    fn action(self, ticket: &Ticket) -> Action {
        match self {
            Self::Reopen => Action::Confirm {
                reporter: ticket.reporter,
            },
            _ => Action::Work,
        }
    }
}

/// The deed and the ticket that a form is about, if it is one of these.
fn of_view(body: &Value) -> Option<(Deed, TicketNumber)> {
    let callback = body.pointer("/view/callback_id")?.as_str()?;
    let deed = Deed::parse(callback.strip_prefix(CALLBACK)?)?;
    let number = body.pointer("/view/private_metadata")?.as_str()?;
    Some((deed, number.parse().ok()?))
}

/// Whether what was sent is one of these forms.
pub(crate) fn is_deed(body: &Value) -> bool {
    body["type"] == "view_submission" && of_view(body).is_some()
}

/// Checks a form that is sent. What is wrong stands at its fields; otherwise it closes, and the
/// work follows.
pub(crate) async fn immediate(slack: &Slack, body: &Value) -> Result<Option<Immediate>, CallError> {
    let Some((deed, number)) = of_view(body).filter(|_| is_deed(body)) else {
        return Ok(None);
    };
    let command = match answers::command(slack, deed, body) {
        Ok(command) => command,
        Err(errors) => return Ok(Some(wrong(deed, errors))),
    };
    let Some(actor) = known(slack, body).await? else {
        // Whoever it is, they are asked by the job.
        return Ok(Some(Immediate::work()));
    };
    match ticket::would(slack.eider(), &actor, number, command).await {
        Ok(()) | Err(Error::Refused(Refusal::AlreadySo(_))) => Ok(Some(Immediate::work())),
        Err(Error::Store(error)) => Err(error.into()),
        Err(error) => Ok(Some(wrong(deed, errors_of(deed, &error)))),
    }
}

async fn known(slack: &Slack, body: &Value) -> Result<Option<Actor>, CallError> {
    let text = |path| {
        body.pointer(path)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let mut tx = slack.eider().db().read().await?;
    let met = person::by_id(&mut tx, text("/team/id"), text("/user/id")).await?;
    drop(tx);
    let Some(met) = met else { return Ok(None) };
    Ok(match recognise(slack.eider(), met).await? {
        Who::Known { actor, .. } => Some(actor),
        _ => None,
    })
}

type Errors = Vec<(&'static str, String)>;

fn errors_of(deed: Deed, error: &Error) -> Errors {
    match error {
        Error::Invalid(fields) => fields
            .iter()
            .map(|field| (field.field, field.message.clone()))
            .collect(),
        Error::Refused(refusal) => {
            let field = refusal.field().unwrap_or(deed.first_field());
            vec![(field, refusal.to_string())]
        }
        error => vec![(deed.first_field(), error.to_string())],
    }
}

fn wrong(deed: Deed, errors: Errors) -> Immediate {
    let mut shown = Map::new();
    for (field, message) in errors {
        let field = if form::FIELDS.contains(&field) {
            field
        } else {
            deed.first_field()
        };
        shown.entry(field).or_insert(message.into());
    }
    Immediate {
        answer: Some(json!({"response_action": "errors", "errors": shown})),
        is_work: false,
    }
}

impl Slack {
    /// Opens the form of a deed, if whoever pressed may do it.
    pub(crate) async fn open_deed(
        &self,
        asked: &Asked,
        actor: &Actor,
        deed: Deed,
        number: TicketNumber,
    ) -> Result<(), CallError> {
        let found = ticket::card(self.eider(), actor, number).await;
        let card = match found {
            Ok(card) => card,
            Err(error) => return self.told_why_not(asked, Err(error)).await,
        };
        if let Err(forbidden) = may(actor, deed.action(&card.ticket)) {
            return self.told_why_not(asked, Err(forbidden.into())).await;
        }
        let mut tx = self.eider().db().read().await?;
        let desk = self.eider().desk_in(&mut tx).await?;
        drop(tx);
        let view = form::view(deed, &card.ticket, &desk);
        self.open_modal(asked, view).await
    }

    /// Opens a modal with the trigger of what was pressed.
    pub(crate) async fn open_modal(&self, asked: &Asked, view: Value) -> Result<(), CallError> {
        if asked.trigger.is_none() {
            return Ok(());
        }
        let Some(trigger) = asked.trigger_at(self.eider().now()) else {
            return self.tell_privately(asked, TOO_SLOW, Vec::new()).await;
        };
        let body = json!({"trigger_id": trigger, "view": view});
        match self.call(&asked.team, "views.open", &body).await {
            // It is open already: this is tried again because an answer was lost.
            Err(error) if error.code() == "exchanged_trigger_id" => Ok(()),
            Err(error) if error.code() == "expired_trigger_id" => {
                self.tell_privately(asked, TOO_SLOW, Vec::new()).await
            }
            opened => opened.map(drop),
        }
    }

    /// Does what a form was filled in for.
    pub(crate) async fn do_deed(&self, asked: &Asked) -> Result<(), CallError> {
        let Some((deed, number)) = of_view(&asked.body) else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let command = match answers::command(self, deed, &asked.body) {
            Ok(command) => command,
            // Time has passed since it was checked.
            Err(errors) => {
                let sentences: Vec<String> = errors.into_iter().map(|(_, text)| text).collect();
                return self
                    .tell_privately(asked, &sentences.join(" "), Vec::new())
                    .await;
            }
        };
        // The same form is done once, however often it is sent.
        let form = asked.body.pointer("/view/id").and_then(Value::as_str);
        let form = form.unwrap_or_default();
        let once = OnceKey::new(actor.person, "slack form", form, &[]);
        let done = ticket::act_once(self.eider(), &actor, number, command, &once).await;
        self.told_why_not(asked, done).await
    }
}

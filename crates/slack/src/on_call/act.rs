//! What is pressed and sent: swaps that are asked for and answered, and covers.

use eider_app::{
    Error,
    once::OnceKey,
    rota::{AskSwap, NewChange, answer_once, ask_swap, put_on_call},
};
use eider_domain::{
    PersonId, RotaId, SwapId,
    access::{Action, Actor, may},
    rota::SwapCommand,
};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    form::{COVER, STAND_IN, SWAP, errors, shift},
    shown::NAME_LIMIT,
};
use crate::{
    CallError, Slack,
    deed::RESPONDER,
    kit,
    request::{Asked, Immediate},
};

/// What the names of these buttons begin with.
const BUTTON: &str = "on-call-";
/// Whether a button about who is on call was pressed.
pub(crate) fn is_pressed(body: &Value) -> bool {
    let action = body.pointer("/actions/0/action_id").and_then(Value::as_str);
    action.is_some_and(|action| action.starts_with(BUTTON))
}

/// Whether what was sent is one of these forms.
pub(crate) fn is_form(body: &Value) -> bool {
    body["type"] == "view_submission"
        && matches!(body["view"]["callback_id"].as_str(), Some(SWAP | COVER))
}

/// Checks a form that is sent; the work follows.
pub(crate) fn immediate(body: &Value) -> Option<Immediate> {
    if !is_form(body) {
        return None;
    }
    Some(match filled(body) {
        Ok(_) => Immediate::work(),
        Err((field, message)) => Immediate {
            answer: Some(errors(field, message)),
            is_work: false,
        },
    })
}

/// What a form was filled in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filled {
    Swap(RotaId, AskSwap),
    Cover {
        rota: RotaId,
        who: Option<PersonId>,
        instead: Option<PersonId>,
        from: Timestamp,
        until: Timestamp,
    },
}

fn filled(body: &Value) -> Result<Filled, (&'static str, &'static str)> {
    let values = &body["view"]["state"]["values"];
    let chosen = |block: &str, element: &str| {
        let chosen = &values[block][element]["selected_option"]["value"];
        chosen.as_str().unwrap_or_default().to_owned()
    };
    let person = |block: &str, element: &str| chosen(block, element).parse::<PersonId>().ok();
    let instant = |block: &str| {
        let second = values[block][block]["selected_date_time"].as_i64()?;
        Timestamp::from_second(second).ok()
    };
    if body["view"]["callback_id"] == SWAP {
        let (rota, from, until) =
            shift(&chosen("shift", "shift")).ok_or(("shift", "Choose a time of yours."))?;
        let part = AskSwap {
            asked: person("asked", RESPONDER),
            from: instant("from").unwrap_or(from),
            until: instant("until").unwrap_or(until),
        };
        if part.until <= part.from {
            return Err(("until", "It has to end after it begins."));
        }
        if part.from < from || part.until > until {
            return Err(("from", "This is not all within the time that you chose."));
        }
        return Ok(Filled::Swap(rota, part));
    }
    let rota = chosen("rota", "rota");
    let rota = rota.parse().map_err(|_| ("rota", "Choose a rota."))?;
    let from = instant("from").ok_or(("from", "Choose when it begins."))?;
    let until = instant("until").ok_or(("until", "Choose when it ends."))?;
    if until <= from {
        return Err(("until", "It has to end after it begins."));
    }
    Ok(Filled::Cover {
        rota,
        who: person("who", STAND_IN),
        instead: person("instead", RESPONDER),
        from,
        until,
    })
}

impl Slack {
    /// Does what a form was filled in for, once however often it is sent.
    pub(crate) async fn do_on_call_form(&self, asked: &Asked) -> Result<(), CallError> {
        let Ok(filled) = filled(&asked.body) else {
            return Ok(());
        };
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let form = asked.body.pointer("/view/id").and_then(Value::as_str);
        let form = form.unwrap_or_default();
        let once = OnceKey::new(actor.person, "slack form", form, &[]);
        match filled {
            Filled::Swap(rota, ask) => self.ask_for_swap(asked, &actor, rota, ask, &once).await,
            Filled::Cover {
                rota,
                who,
                instead,
                from,
                until,
            } => {
                let person = who.unwrap_or(actor.person);
                let desk = self.eider().desk().await?;
                let squad = desk.rota(rota).and_then(|rota| rota.squad);
                let is_theirs = instead == Some(actor.person);
                let may_put = may(&actor, Action::PutOnCall { squad, person }).is_ok();
                if is_theirs && !may_put {
                    let ask = AskSwap {
                        asked: Some(person),
                        from,
                        until,
                    };
                    return self.ask_for_swap(asked, &actor, rota, ask, &once).await;
                }
                let new = NewChange {
                    person,
                    instead_of: instead,
                    from,
                    until,
                };
                let named = desk.rota(rota).map(|rota| rota.name.clone());
                let put = put_on_call(self.eider(), &actor, rota, new, Some(&once)).await;
                if let Err(error) = put {
                    return self.told_why_not(asked, Err(error)).await;
                }
                let who = self.name_unless(person, actor.person).await?;
                let text = covered(&who, &named.unwrap_or_default(), from, until);
                self.tell_privately(asked, &text, Vec::new()).await
            }
        }
    }

    /// Who “is” on call: somebody by their name, or “You are”.
    async fn name_unless(&self, person: PersonId, me: PersonId) -> Result<String, CallError> {
        if person == me {
            return Ok("You are".to_owned());
        }
        let mut tx = self.eider().db().read().await?;
        let names = eider_store::person::names(&mut tx, &[person]).await?;
        let name = names.get(&person);
        let name = name.map_or("Somebody", |name| name.name.as_str());
        Ok(format!("{} is", kit::escape(&kit::cut(name, NAME_LIMIT))))
    }

    /// Asks; those who are asked are told by a job, as when it is asked on the web.
    async fn ask_for_swap(
        &self,
        asked: &Asked,
        actor: &Actor,
        rota: RotaId,
        ask: AskSwap,
        once: &OnceKey,
    ) -> Result<(), CallError> {
        match ask_swap(self.eider(), actor, rota, ask, Some(once)).await {
            Ok(_) => self.tell_privately(asked, ASKED, Vec::new()).await,
            Err(error) => self.told_why_not(asked, Err(error)).await,
        }
    }

    /// Does what a button about who is on call says.
    pub(crate) async fn pressed_on_call(&self, asked: &Asked) -> Result<(), CallError> {
        let action = &asked.body["actions"][0];
        let Some(actor) = self.actor(asked).await? else {
            return Ok(());
        };
        let command = match action["action_id"].as_str() {
            Some(SWAP) => return self.open_swap(asked, &actor).await,
            Some(COVER) => return self.open_cover(asked, &actor).await,
            Some("on-call-take") => SwapCommand::Take,
            Some("on-call-decline") => SwapCommand::Decline,
            _ => return Ok(()),
        };
        let id = action["value"].as_str().unwrap_or_default();
        let Ok(id) = id.parse::<SwapId>() else {
            return Ok(());
        };
        let said = if command == SwapCommand::Take {
            TAKEN
        } else {
            DECLINED
        };
        let once = asked.once(&actor);
        match answer_once(self.eider(), &actor, id, command, Some(&once)).await {
            Ok(_) => self.say_answered(asked, said).await,
            Err(error @ Error::Store(_)) => Err(error.into()),
            Err(error) => self.told_why_not(asked, Err(error)).await,
        }
    }

    /// The request says so in its place, where it stands by itself; among others it does not.
    async fn say_answered(&self, asked: &Asked, said: &str) -> Result<(), CallError> {
        if asked.body["container"]["is_ephemeral"] == true {
            return self.tell_privately(asked, said, Vec::new()).await;
        }
        Ok(())
    }
}

fn covered(who_is: &str, rota: &str, from: Timestamp, until: Timestamp) -> String {
    format!(
        ":white_check_mark: {who_is} on call in {}, {} to {}.",
        kit::escape(&kit::cut(rota, NAME_LIMIT)),
        kit::due(from),
        kit::due(until)
    )
}

/// What somebody is told who asked for a swap.
pub(super) const ASKED: &str =
    ":white_check_mark: They are asked. You stay on call until somebody has taken it.";
/// What somebody is told who took it.
pub(super) const TAKEN: &str = ":white_check_mark: Thank you. You are on call then.";
/// What somebody is told who cannot.
pub(super) const DECLINED: &str = "Noted. They see that you cannot.";

/// What somebody is told who covered, for the gallery.
#[cfg(test)]
pub(super) fn covered_sample(from: Timestamp, until: Timestamp) -> String {
    covered("You are", "Support", from, until)
}

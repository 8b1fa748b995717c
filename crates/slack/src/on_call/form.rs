//! The forms for asking for a swap, and for covering.

use eider_app::rota::{MyDuty, OwnShift, my_duty};
use eider_domain::{
    RotaId,
    access::{Action, Actor, may},
    rota::Rota,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    CallError, Slack,
    deed::RESPONDER,
    kit::{self, Question},
    request::Asked,
};

/// The form and the button for asking for a swap.
pub(super) const SWAP: &str = "on-call-swap";
/// The form and the button for covering.
pub(super) const COVER: &str = "on-call-cover";
/// The list of people who may be on call then.
pub(crate) const STAND_IN: &str = "stand-in";

impl Slack {
    /// Opens the form for asking for a swap.
    pub(super) async fn open_swap(&self, asked: &Asked, actor: &Actor) -> Result<(), CallError> {
        let duty = match my_duty(self.eider(), actor).await {
            Ok(duty) => duty,
            Err(error) => return self.told_why_not(asked, Err(error)).await,
        };
        if duty.shifts.is_empty() {
            return self.tell_privately(asked, NO_SHIFT, Vec::new()).await;
        }
        self.open_modal(asked, swap(&duty.shifts)).await
    }

    /// Opens the form for covering.
    pub(super) async fn open_cover(&self, asked: &Asked, actor: &Actor) -> Result<(), CallError> {
        if let Err(forbidden) = may(actor, Action::Work) {
            return self.told_why_not(asked, Err(forbidden.into())).await;
        }
        let duty: MyDuty = my_duty(self.eider(), actor).await?;
        if duty.rotas.is_empty() {
            return self.tell_privately(asked, NO_ROTA, Vec::new()).await;
        }
        self.open_modal(asked, cover(&duty.rotas, self.eider().now()))
            .await
    }
}

/// What somebody is told who is not on call.
pub(super) const NO_SHIFT: &str = "You are not planned to be on call, so there is nothing to swap.";
/// What somebody is told where nobody is on call.
pub(super) const NO_ROTA: &str = "There is no rota yet, so there is nothing to cover.";

fn question<'a>(block_id: &'a str, label: &'a str, hint: &'a str, optional: bool) -> Question<'a> {
    Question {
        block_id,
        label,
        hint,
        optional,
        at_once: false,
    }
}

/// The form for asking for a swap of one of these shifts.
pub(super) fn swap(shifts: &[OwnShift]) -> Value {
    let options: Vec<Value> = shifts
        .iter()
        .take(kit::OPTIONS_LIMIT)
        .map(|own| kit::option(&label(own), &value(own)))
        .collect();
    let chosen = options
        .first()
        .and_then(|option| option["value"].as_str().map(str::to_owned));
    let shift = kit::select("shift", "Choose", options, chosen.as_deref());
    let whom = kit::external_select(RESPONDER, "Type a name", None);
    let part = "Only for a part of it.";
    let blocks = vec![
        kit::input(question("shift", "Which time of yours?", "", false), shift),
        kit::input(
            question(
                "asked",
                "Whom do you ask?",
                "Leave it empty to ask everybody in the rota. The first to take it has it.",
                true,
            ),
            whom,
        ),
        kit::input(
            question("from", "From", part, true),
            kit::instant_field("from", None),
        ),
        kit::input(
            question("until", "Until", part, true),
            kit::instant_field("until", None),
        ),
    ];
    kit::modal(SWAP, "Ask for a swap", Some("Ask"), "", blocks)
}

fn label(own: &OwnShift) -> String {
    let at = |at: Timestamp| {
        let zone = jiff::tz::TimeZone::get(&own.rota.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        at.to_zoned(zone).strftime("%a %-d %b %H:%M").to_string()
    };
    format!(
        "{} to {}, {}",
        at(own.shift.from),
        at(own.shift.until),
        own.rota.name
    )
}

/// The rota and the time, as they come back.
fn value(own: &OwnShift) -> String {
    format!(
        "{} {} {}",
        own.rota.id,
        own.shift.from.as_second(),
        own.shift.until.as_second()
    )
}

/// The time of a shift as it came back.
pub(super) fn shift(value: &str) -> Option<(RotaId, Timestamp, Timestamp)> {
    let mut words = value.split(' ');
    let rota = words.next()?.parse().ok()?;
    let mut second = || Timestamp::from_second(words.next()?.parse().ok()?).ok();
    Some((rota, second()?, second()?))
}

/// The form for covering somebody in one of these rotas.
pub(super) fn cover(rotas: &[Rota], now: Timestamp) -> Value {
    let options: Vec<Value> = rotas
        .iter()
        .take(kit::OPTIONS_LIMIT)
        .map(|rota| kit::option(&rota.name, &rota.id.to_string()))
        .collect();
    let chosen = options
        .first()
        .and_then(|option| option["value"].as_str().map(str::to_owned));
    let rota = kit::select("rota", "Choose", options, chosen.as_deref());
    let blocks = vec![
        kit::input(question("rota", "In which rota?", "", false), rota),
        kit::input(
            question(
                "who",
                "Who is on call then?",
                "You, when you leave it empty. A colleague is asked first, unless you lead the squad.",
                true,
            ),
            kit::external_select(STAND_IN, "Type a name", None),
        ),
        kit::input(
            question(
                "instead",
                "Instead of whom?",
                "Whoever is on call in that time, when you leave it empty.",
                true,
            ),
            kit::external_select(RESPONDER, "Type a name", None),
        ),
        kit::input(
            question("from", "From", "", false),
            kit::instant_field("from", Some(now)),
        ),
        kit::input(
            question("until", "Until", "", false),
            kit::instant_field("until", None),
        ),
    ];
    kit::modal(COVER, "Cover", Some("Cover"), "", blocks)
}

/// A form with what is wrong at a field, for the gallery.
#[cfg(test)]
pub(super) fn wrong(view: &Value, errors: &Value) -> Value {
    json!({"view": view, "errors": errors})
}

/// What is wrong with a form, at its fields.
pub(super) fn errors(field: &str, message: &str) -> Value {
    json!({"response_action": "errors", "errors": {field: message}})
}

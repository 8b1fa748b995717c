//! What truly happens when somebody asks now: who is called, and when (R3).

use eider_app::desk::Desk;
use eider_domain::{FeatureId, SquadId, escalation::Happening, priority::Rank};
use jiff::Timestamp;
use serde_json::Value;

use crate::kit::{self, Question, TextField};

/// The field in which somebody says why it cannot wait.
pub(super) const CANNOT_WAIT: &str = "cannot_wait";
/// As long as that reason may be.
pub(super) const REASON_LIMIT: usize = 300;
/// So many different answers are told one by one.
const TOLD_APART: usize = 3;
/// How many squads are named, and how much of a name.
const SQUADS_NAMED: usize = 5;
const NAME_LIMIT: usize = 40;

/// Who is called for a question of that priority, in a sentence. Where it is not said yet what it is
/// about and squads do differently, the sentence says so.
pub(super) fn sentence(
    desk: &Desk,
    rank: Rank,
    about: Option<FeatureId>,
    now: Timestamp,
) -> String {
    let feature = about.and_then(|id| desk.feature(id));
    let due_at = due_at(desk, rank, now);
    if let Some(feature) = feature {
        return capital(&words(
            desk.what_will_happen(feature.squad, rank, now),
            due_at,
        ));
    }
    let mut groups: Vec<(Happening, Vec<String>)> = Vec::new();
    for (squad, name) in squads(desk) {
        let happening = desk.what_will_happen(squad, rank, now);
        match groups.iter_mut().find(|(one, _)| *one == happening) {
            Some((_, names)) => names.push(name),
            None => groups.push((happening, vec![name])),
        }
    }
    match groups.as_slice() {
        [(one, _)] => capital(&words(*one, due_at)),
        several if several.len() <= TOLD_APART => {
            let told: Vec<String> = several
                .iter()
                .map(|(happening, names)| {
                    format!("{}: {}", listed(names), words(*happening, due_at))
                })
                .collect();
            told.join(" ")
        }
        _ => "Who is called depends on what it is about.".to_owned(),
    }
}

/// The way to say that it cannot wait, where calling for something would.
pub(super) fn cannot_wait(
    desk: &Desk,
    about: Option<FeatureId>,
    written: &str,
    now: Timestamp,
) -> Option<Value> {
    let feature = about.and_then(|id| desk.feature(id));
    let of = match feature {
        Some(feature) => vec![feature.squad],
        None => squads(desk).into_iter().map(|(squad, _)| squad).collect(),
    };
    let waits = |squad: &Option<SquadId>| {
        desk.offered_priorities().any(|priority| {
            let happening = desk.what_will_happen(*squad, priority.rank, now);
            matches!(happening, Happening::Held(_))
        })
    };
    if !of.iter().any(waits) {
        return None;
    }
    let field = kit::text_field(TextField {
        action_id: CANNOT_WAIT,
        placeholder: "",
        initial: written,
        multiline: false,
        limit: REASON_LIMIT,
    });
    let question = Question {
        block_id: CANNOT_WAIT,
        label: "It cannot wait, because",
        hint: "Only where calling waits: whoever is on call is then called now, whatever the hour, \
            and reads what you write.",
        optional: true,
        at_once: false,
    };
    Some(kit::input(question, field))
}

/// Whoever may look after a question: the squads that look after something, and nobody yet.
fn squads(desk: &Desk) -> Vec<(Option<SquadId>, String)> {
    let looks_after = |squad: SquadId| {
        let mut features = desk.features.iter().filter(|feature| !feature.retired);
        features.any(|feature| feature.squad == Some(squad))
    };
    let mut squads: Vec<(Option<SquadId>, String)> = desk
        .squads
        .iter()
        .filter(|squad| looks_after(squad.id))
        .map(|squad| {
            (
                Some(squad.id),
                kit::escape(&kit::cut(&squad.name, NAME_LIMIT)),
            )
        })
        .collect();
    squads.push((None, "anything else".to_owned()));
    squads
}

/// When a ticket of that priority is due that is opened now.
fn due_at(desk: &Desk, rank: Rank, now: Timestamp) -> Option<Timestamp> {
    let goal = desk.levels.of(rank).resolve;
    goal.hours.add_working_seconds(now, goal.target.seconds())
}

fn words(happening: Happening, due_at: Option<Timestamp>) -> String {
    match happening {
        Happening::CallsNow => "wakes whoever is on call now.".to_owned(),
        Happening::Held(until) => {
            let late = if due_at.is_some_and(|due_at| due_at < until) {
                ", after it is due"
            } else {
                ""
            };
            let until = kit::due(until);
            format!("calling is held until {until}{late}, unless you say that it cannot wait.")
        }
        Happening::NobodyCalled => "nobody is called automatically.".to_owned(),
    }
}

fn listed(names: &[String]) -> String {
    let mut named: Vec<String> = names.iter().take(SQUADS_NAMED).cloned().collect();
    if names.len() > SQUADS_NAMED {
        named.push(format!("{} more", names.len() - SQUADS_NAMED));
    }
    match named.split_last() {
        Some((last, before)) if !before.is_empty() => {
            capital(&format!("{} and {last}", before.join(", ")))
        }
        _ => capital(&named.join(", ")),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

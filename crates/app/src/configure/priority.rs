//! Priorities.

use eider_domain::{
    access::{Action, Actor, may},
    priority::{Priority, Rank},
    sla::Target,
    text,
};
use eider_store::Tx;

use super::{NAME_LIMIT_CHARACTERS, TEXT_LIMIT_CHARACTERS, checked, free_name, keep, rescale};
use crate::{Eider, Error, Result, desk::Desk, error::FieldErrors};

const EXAMPLES_LIMIT: usize = 10;

/// Writes the priority of that rank, new or changed. Open tickets are measured by it from now on;
/// what was late once stays so. Whether it is retired stays as it was.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `Conflict` when another priority has the name.
pub async fn save_priority(eider: &Eider, actor: &Actor, priority: Priority) -> Result<Priority> {
    may(actor, Action::Configure)?;
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let priority = check(priority, &desk)?;
    let others = desk.priorities.iter();
    let others = others.filter(|other| other.rank != priority.rank);
    free_name(
        "priority",
        &priority.name,
        others.map(|other| other.name.as_str()),
    )?;
    rescale::enqueue(eider, &mut tx).await?;
    put(eider, tx, actor, priority).await
}

/// Offers a priority no longer. Tickets that have it keep it.
///
/// # Errors
/// `NotFound` when there is no priority of that rank, `Conflict` when it is the last one that can
/// be chosen.
pub async fn retire_priority(eider: &Eider, actor: &Actor, rank: Rank) -> Result<Priority> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let priority = Priority {
        retired: true,
        ..existing(&desk, actor, rank)?
    };
    if !desk.offered_priorities().any(|other| other.rank != rank) {
        let message = format!(
            "{rank} {} is the last priority that can be chosen. Add another one first, or bring \
             one back.",
            priority.name
        );
        return Err(Error::Conflict(message));
    }
    put(eider, tx, actor, priority).await
}

/// Offers a retired priority again.
///
/// # Errors
/// `NotFound` when there is no priority of that rank.
pub async fn bring_back_priority(eider: &Eider, actor: &Actor, rank: Rank) -> Result<Priority> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let priority = Priority {
        retired: false,
        ..existing(&desk, actor, rank)?
    };
    put(eider, tx, actor, priority).await
}

fn existing(desk: &Desk, actor: &Actor, rank: Rank) -> Result<Priority> {
    may(actor, Action::Configure)?;
    let found = desk.priority(rank).cloned();
    found.ok_or_else(|| Error::NotFound("This priority".into()))
}

async fn put(eider: &Eider, mut tx: Tx, actor: &Actor, priority: Priority) -> Result<Priority> {
    eider_store::priority::put(&mut tx, &priority).await?;
    let name = format!("{} {}", priority.rank, priority.name);
    keep(eider, tx, actor, "priority", &name).await?;
    Ok(priority)
}

fn check(priority: Priority, desk: &Desk) -> Result<Priority> {
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &priority.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    let meaning = text::lines("The meaning", &priority.meaning, TEXT_LIMIT_CHARACTERS);
    let meaning = errors.check("meaning", meaning);
    let consequence = text::lines(
        "What happens then",
        &priority.consequence,
        TEXT_LIMIT_CHARACTERS,
    );
    let consequence = errors.check("consequence", consequence);
    let examples: Vec<String> = priority
        .examples
        .iter()
        .filter(|example| !example.trim().is_empty())
        .map(|example| text::line("An example", example, text::SHORT_LIMIT_CHARACTERS))
        .filter_map(|example| errors.check("examples", example))
        .collect();
    if examples.len() > EXAMPLES_LIMIT {
        let message = format!("At most {EXAMPLES_LIMIT} examples can be kept.");
        errors.add("examples", message);
    }
    errors.check(
        "respond_seconds",
        Target::from_seconds(priority.respond_seconds),
    );
    errors.check(
        "resolve_seconds",
        Target::from_seconds(priority.resolve_seconds),
    );
    if priority.respond_seconds > priority.resolve_seconds {
        let message = "Somebody answers before it is put right: make this no longer than the time \
                       to resolve.";
        errors.add("respond_seconds", message);
    }
    let is_there = |id| desk.calendars.iter().any(|named| named.id == id);
    if priority.calendar.is_some_and(|id| !is_there(id)) {
        errors.add("calendar", "Choose one of the calendars that are offered.");
    }
    errors.finish()?;
    Ok(Priority {
        name: checked(name, "name")?,
        meaning: checked(meaning, "meaning")?,
        consequence: checked(consequence, "consequence")?,
        examples,
        retired: desk
            .priority(priority.rank)
            .is_some_and(|before| before.retired),
        ..priority
    })
}

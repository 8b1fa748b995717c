//! Configuring the desk: features, squads, priorities, calendars, words, known issues, settings.
//!
//! Every command writes one thing, in one transaction with the fact that it did and the step of the
//! counter that tells other nodes to read the configuration anew.

pub(crate) mod calendar;
pub(crate) mod feature;
mod glossary;
mod known_issue;
mod priority;
mod rescale;
mod settings;
pub(crate) mod squad;

use eider_domain::{
    SquadId,
    access::{Action, Actor, may},
    fact::{Fact, Happened},
};
use eider_store::{Tx, counter, fact};

pub use calendar::{
    CalendarEdit, DAYS, add_holidays, create_calendar, holidays_from_lines, save_calendar, weekly,
};
pub use feature::{FeatureEdit, bring_back_feature, create_feature, retire_feature, save_feature};
pub use glossary::save_glossary;
pub use known_issue::{KnownIssueEdit, create_known_issue, save_known_issue};
pub use priority::{bring_back_priority, retire_priority, save_priority};
pub(crate) use rescale::handlers;
pub use settings::save_settings;
pub use squad::{SquadEdit, create_squad, save_squad};

use crate::{
    Eider, Error, Result,
    desk::Desk,
    once::{self, Begun, OnceKey},
    rota,
};

/// Longest description of a feature, a priority or a known issue, in characters.
const TEXT_LIMIT_CHARACTERS: usize = 4_000;
/// Longest name, in characters.
const NAME_LIMIT_CHARACTERS: usize = 80;

/// What is written: something that is there, or something new.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<Id> {
    There(Id),
    New(Id),
}

impl<Id: Copy> Subject<Id> {
    pub(crate) fn id(self) -> Id {
        match self {
            Self::There(id) | Self::New(id) => id,
        }
    }

    pub(crate) fn there(self) -> Option<Id> {
        match self {
            Self::There(id) => Some(id),
            Self::New(_) => None,
        }
    }
}

/// The subject with that id, or a new one.
pub(crate) fn subject<Id: From<uuid::Uuid>>(eider: &Eider, id: Option<Id>) -> Subject<Id> {
    match id {
        Some(id) => Subject::There(id),
        None => Subject::New(eider.ids().id(eider.now())),
    }
}

/// Writes something new by `write`, once for each key. What a request made before is looked up by
/// `existing`, as it is now.
pub(crate) async fn create<Id, Thing, Writing>(
    eider: &Eider,
    key: Option<&OnceKey>,
    write: impl FnOnce(Tx, Subject<Id>) -> Writing,
    existing: impl FnOnce(&Desk, Id) -> Result<&Thing>,
) -> Result<Thing>
where
    Id: From<uuid::Uuid>,
    Thing: Clone,
    Writing: Future<Output = Result<Thing>>,
{
    match once::begin(eider, key).await? {
        Begun::New(tx, id) => write(tx, Subject::New(id)).await,
        Begun::Before(mut tx, id) => {
            let desk = eider.desk_in(&mut tx).await?;
            // The first request may share this commit: answer once it is on the disk.
            tx.commit().await?;
            existing(&desk, id).cloned()
        }
    }
}

/// Whether somebody may write what one squad has and another gets; both may be the same, or none.
///
/// # Errors
/// `Forbidden` when either squad is not the actor's.
pub(crate) fn may_manage_both(
    actor: &Actor,
    before: Option<Option<SquadId>>,
    after: Option<SquadId>,
) -> Result<()> {
    for squad in before.into_iter().chain([after]) {
        may(actor, Action::ManageSquad { squad })?;
    }
    Ok(())
}

/// Keeps what was written: the fact that `actor` configured `name`, which is a `part`, and that the
/// configuration is another one now.
pub(crate) async fn keep(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    part: &str,
    name: &str,
) -> Result<()> {
    let now = eider.now();
    let happened = Happened {
        at: now,
        actor: Some(actor.person),
        ticket: None,
        fact: configured(part, name),
    };
    counter::step(&mut tx, counter::CONFIGURATION).await?;
    rota::look_again(eider, &mut tx).await?;
    fact::append(&mut tx, &[happened], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// The fact that `name` was configured, which is a `part`.
pub(crate) fn configured(part: &str, name: &str) -> Fact {
    Fact::Configured {
        part: part.to_owned(),
        name: name.to_owned(),
    }
}

/// The value that can only be there when no error was noted.
pub(crate) fn checked<T>(value: Option<T>, field: &'static str) -> Result<T> {
    value.ok_or_else(|| Error::field(field, "This cannot be used. Write it again."))
}

/// Refuses a name that another one of `names` has already, whatever its case.
pub(crate) fn free_name<'a>(
    what: &str,
    name: &str,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let key = eider_store::name_key(name);
    if names.any(|other| eider_store::name_key(other) == key) {
        return Err(taken(what, name));
    }
    Ok(())
}

/// The same refusal when somebody else took the name at the same moment.
pub(crate) fn unless_taken(
    written: std::result::Result<(), eider_store::Error>,
    what: &str,
    name: &str,
) -> Result<()> {
    written.map_err(|error| match error {
        eider_store::Error::Conflict { .. } => taken(what, name),
        other => other.into(),
    })
}

fn taken(what: &str, name: &str) -> Error {
    Error::Conflict(format!(
        "There is already a {what} called “{name}”. Choose another name."
    ))
}

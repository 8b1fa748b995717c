//! The desk as code: squads, people, calendars, features, rotas, policies and services as YAML files.
//!
//! [`export()`] writes them, [`plan()`] says what they would change, [`apply()`] changes it in one
//! transaction. The files are the human's: names and not ids, and never a secret. What they do not
//! mention stays as it is; only when it is asked for, what they do not mention of the kinds that they
//! hold goes out of use.
//!
//! Files are read by `yaml` and `read` into what is `wanted`; `reckon` compares it with the desk, by
//! the rules and the rights that hold for the pages; `perform` writes. The schema stands in
//! `docs/as-code.md`.

mod export;
mod fields;
mod perform;
mod problem;
mod read;
mod reckon;
mod shown;
mod value;
mod wanted;
mod write;
mod yaml;

use eider_domain::{access::Actor, fact::Happened};
use eider_store::{Tx, counter, fact, person};

pub use export::export;
pub use perform::MadeKey;
pub use problem::Place;
pub use reckon::{Change, How, Prune};
pub use value::FieldChange;

use crate::{Eider, Error, Result};
use reckon::{Reckoned, Step, reckon};
use wanted::Wanted;

/// The most files that are read at once.
pub const FILES_LIMIT: usize = 100;
/// The longest name of a file.
pub const FILE_NAME_LIMIT_CHARACTERS: usize = 200;
/// The most that the files may hold together.
pub const TEXT_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsCodeFile {
    /// Its name, such as `rotas.yaml`.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// What files would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Tells this plan from every other one; [`apply`] asks for it.
    pub fingerprint: String,
    /// What would be done, in its order.
    pub changes: Vec<Change>,
    /// What whoever asks should know besides, in sentences.
    pub notes: Vec<String>,
}

/// What was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// What was done, in its order.
    pub changes: Vec<Change>,
    /// The keys that were made, with their secrets, which are not kept.
    pub keys: Vec<MadeKey>,
}

/// What these files would change, as the desk is now.
///
/// # Errors
/// `Invalid` with everything that cannot be done, and all that the actor may not do, each with its
/// file, its line and what to do.
pub async fn plan(
    eider: &Eider,
    actor: &Actor,
    files: &[AsCodeFile],
    prune: Prune,
) -> Result<Plan> {
    let wanted = read::read(files)?;
    let mut tx = eider.db().read().await?;
    let (_, reckoned) = reckoned(eider, &mut tx, actor, &wanted, prune).await?;
    Ok(Plan {
        fingerprint: reckoned.fingerprint(),
        notes: reckoned.notes,
        changes: reckoned.steps.into_iter().map(|step| step.change).collect(),
    })
}

/// Does what the plan with that fingerprint said, all of it or nothing.
///
/// # Errors
/// As [`plan`]; `Conflict` when the plan would be another one by now.
pub async fn apply(
    eider: &Eider,
    actor: &Actor,
    files: &[AsCodeFile],
    prune: Prune,
    fingerprint: &str,
) -> Result<Applied> {
    let wanted = read::read(files)?;
    let mut tx = eider.db().write().await?;
    // From here on nobody else changes people.
    counter::step(&mut tx, counter::PEOPLE).await?;
    let (desk, reckoned) = reckoned(eider, &mut tx, actor, &wanted, prune).await?;
    if reckoned.fingerprint() != fingerprint {
        return Err(changed_meanwhile());
    }
    let steps = reckoned.steps;
    if steps.is_empty() {
        return Ok(Applied::default());
    }
    let (facts, keys) = perform::perform(eider, &mut tx, &desk.settings.zone, &steps).await?;
    counter::step(&mut tx, counter::CONFIGURATION).await?;
    // Another node that configured something since this one read it has moved the counter too.
    if counter::get(&mut tx, counter::CONFIGURATION).await? != desk.revision() + 1 {
        return Err(changed_meanwhile());
    }
    record(eider, &mut tx, actor, facts).await?;
    tx.commit().await?;
    eider.committed();
    Ok(Applied {
        changes: steps.into_iter().map(|step: Step| step.change).collect(),
        keys,
    })
}

async fn reckoned(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    wanted: &Wanted,
    prune: Prune,
) -> Result<(std::sync::Arc<crate::desk::Desk>, Reckoned)> {
    let desk = eider.desk_in(tx).await?;
    let people = person::all(tx).await?;
    let reckoned = reckon(eider, actor, &desk, people, wanted, prune)?;
    Ok((desk, reckoned))
}

async fn record(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    facts: Vec<eider_domain::fact::Fact>,
) -> Result<()> {
    let at = eider.now();
    let happened: Vec<Happened> = facts
        .into_iter()
        .map(|fact| Happened {
            at,
            actor: Some(actor.person),
            ticket: None,
            fact,
        })
        .collect();
    fact::append(tx, &happened, at).await?;
    Ok(())
}

fn changed_meanwhile() -> Error {
    Error::Conflict(
        "The desk or the files have changed since this plan was made, so it is not what would be done \
         now. Nothing was applied. Make the plan again and look at it."
            .to_owned(),
    )
}

//! Writes the desk as files.

use std::collections::{HashMap, HashSet};

use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
    escalation::{Paging, Target},
    person::{Person, Standing},
};
use eider_store::person;

use super::{
    AsCodeFile,
    shown::{self, Names},
    value::{Fields, Value},
    write,
};
use crate::{Eider, Result, desk::Desk};

const HEAD: &str = "# What every field means stands in docs/as-code.md.\n";

/// The desk as files that [`super::apply`] takes: applied here they change nothing, applied to an
/// empty desk they make the same. The keys of services stand in them without their secrets, as far as
/// the actor may see them.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn export(eider: &Eider, actor: &Actor) -> Result<Vec<AsCodeFile>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let people = person::all(&mut tx).await?;
    Ok(written(actor, &desk, &people))
}

fn written(actor: &Actor, desk: &Desk, people: &[Person]) -> Vec<AsCodeFile> {
    let emails = emails(people);
    let names = Names {
        desk,
        emails: &emails,
    };
    let squads = desk.squads.iter().map(|squad| {
        let mut fields = shown::squad(squad);
        if let Some(paging) = desk.paging.squads.get(&squad.id) {
            fields.extend(decided(paging, names));
        }
        fields
    });
    let policies = desk.policies.iter();
    let policies = policies
        .map(|policy| shown::policy(policy, names))
        .collect();
    let mut policies = write::list("policies", policies);
    let company = decided(&desk.paging.company, names);
    if !company.is_empty() {
        policies.push_str(&write::file(&vec![("company", Value::Map(company))]));
    }
    let said = said(desk);
    let people = people.iter().filter(|person| {
        person.email.is_some() && (person.standing == Standing::Active || said.contains(&person.id))
    });
    let calendars = desk.calendars.iter().map(shown::calendar);
    let features = desk.features.iter();
    let rotas = desk.rotas.iter();
    let services = desk.services.iter();
    [
        ("calendars", write::list("calendars", calendars.collect())),
        (
            "features",
            list(
                "features",
                features.map(|feature| shown::feature(feature, names)),
            ),
        ),
        (
            "people",
            list("people", people.map(|person| shown::person(person, names))),
        ),
        ("policies", policies),
        (
            "rotas",
            list("rotas", rotas.map(|rota| shown::rota(rota, names))),
        ),
        (
            "services",
            list("services", services.map(|one| service(actor, one, names))),
        ),
        ("squads", write::list("squads", squads.collect())),
    ]
    .into_iter()
    .map(|(name, text)| AsCodeFile {
        name: format!("{name}.yaml"),
        text: format!("{HEAD}{text}"),
    })
    .collect()
}

/// A list of things without what is not there.
fn list(kind: &'static str, things: impl Iterator<Item = Fields>) -> String {
    let there = |(_, value): &(&str, Value)| *value != Value::Nothing;
    let things = things.map(|fields| fields.into_iter().filter(there).collect());
    write::list(kind, things.collect())
}

/// What was decided about paging, without what was not.
fn decided(paging: &Paging, names: Names<'_>) -> Fields {
    let said = |(_, value): &(&str, Value)| match value {
        Value::Nothing => false,
        Value::Map(fields) => !fields.is_empty(),
        _ => true,
    };
    shown::rules(paging, names)
        .into_iter()
        .filter(said)
        .collect()
}

fn service(actor: &Actor, service: &eider_domain::service::Service, names: Names<'_>) -> Fields {
    let mut fields = shown::service(service, names);
    let squad = service.squad;
    if may(actor, Action::ManageSquad { squad }).is_ok() {
        let mut keys: Vec<Fields> = names.desk.keys_of(service.id).map(shown::key).collect();
        // Keys of one name have no order of their own.
        keys.sort_by_key(|fields| format!("{fields:?}"));
        let keys = keys.into_iter().map(Value::Map).collect();
        fields.push(("keys", Value::Row(keys)));
    }
    fields
}

/// The addresses of people.
pub(super) fn emails(people: &[Person]) -> HashMap<PersonId, String> {
    let there = people.iter();
    there
        .filter_map(|person| Some((person.id, person.email.clone()?)))
        .collect()
}

/// Whoever takes turns or is called: they have to be there where these files are applied.
fn said(desk: &Desk) -> HashSet<PersonId> {
    let plans = desk.rotas.iter().filter_map(|rota| rota.latest());
    let layers = plans.flat_map(|plan| &plan.layers);
    let turns = layers.flat_map(|layer| layer.people().iter().copied());
    let targets = desk
        .policies
        .iter()
        .flat_map(|policy| policy.plan.targets());
    let called = targets.filter_map(|target| match target {
        Target::Person { person } => Some(*person),
        _ => None,
    });
    turns.chain(called).collect()
}

//! Targets of a policy: their words for people, and their values in a form.

use eider_app::desk::Desk;
use eider_domain::{
    escalation::Target,
    person::{Person, Role, Standing},
    rota::Duty,
};

use crate::components::{choices::Choice, words};

/// Names of rotas and people.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) desk: &'a Desk,
    pub(super) everybody: &'a [Person],
}

impl Names<'_> {
    /// What a target is called.
    pub(super) fn word(&self, target: &Target) -> String {
        match target {
            Target::Duty { duty } => match duty {
                Duty::Primary => "the primary".to_owned(),
                Duty::Secondary => "the secondary".to_owned(),
                Duty::Gardener => "the gardener".to_owned(),
            },
            Target::Rota { rota } => {
                let rota = self.desk.rota(*rota);
                let name = rota.map_or("a rota that is gone", |rota| rota.name.as_str());
                format!("whoever is on call in {name}")
            }
            Target::Person { person } => {
                let person = self.everybody.iter().find(|one| one.id == *person);
                person.map_or_else(|| "somebody who is gone".to_owned(), |one| one.name.clone())
            }
            Target::Squad { squad: None } => "everybody in the squad".to_owned(),
            Target::Squad { squad: Some(id) } => {
                let squad = self.desk.squads.iter().find(|squad| squad.id == *id);
                let name = squad.map_or("a squad that is gone", |squad| squad.name.as_str());
                format!("everybody in {name}")
            }
            Target::Leads => "the leads of the squad".to_owned(),
            Target::Administrators => "the administrators".to_owned(),
        }
    }

    /// Several targets in a sentence.
    pub(super) fn listed(&self, targets: &[Target]) -> String {
        let words: Vec<String> = targets.iter().map(|target| self.word(target)).collect();
        words::listed(&words)
    }

    /// Everything that can be chosen.
    pub(super) fn choices(&self) -> Vec<Choice> {
        let duties = Duty::ALL.map(|duty| Target::Duty { duty });
        let rotas = self.desk.rotas.iter().filter(|rota| !rota.retired);
        let rotas = rotas.map(|rota| Target::Rota { rota: rota.id });
        let people = self
            .everybody
            .iter()
            .filter(|person| person.standing == Standing::Active && person.role >= Role::Responder);
        let people = people.map(|person| Target::Person { person: person.id });
        let squads = self.desk.squads.iter();
        let squads = squads.map(|squad| Target::Squad {
            squad: Some(squad.id),
        });
        let everybody = Target::Squad { squad: None };
        duties
            .into_iter()
            .chain([everybody, Target::Leads, Target::Administrators])
            .chain(rotas)
            .chain(squads)
            .chain(people)
            .map(|target| Choice::new(value(&target), capitalised(&self.word(&target))))
            .collect()
    }
}

/// Its value in a form.
pub(super) fn value(target: &Target) -> String {
    match target {
        Target::Duty { duty } => format!("duty:{}", duty.as_str()),
        Target::Rota { rota } => format!("rota:{rota}"),
        Target::Person { person } => format!("person:{person}"),
        Target::Squad { squad: None } => "squad".to_owned(),
        Target::Squad { squad: Some(squad) } => format!("squad:{squad}"),
        Target::Leads => "leads".to_owned(),
        Target::Administrators => "administrators".to_owned(),
    }
}

/// The target of a value.
pub(super) fn parse(value: &str) -> Option<Target> {
    match value.split_once(':') {
        Some(("duty", duty)) => Duty::parse(duty).map(|duty| Target::Duty { duty }),
        Some(("rota", id)) => id.parse().ok().map(|rota| Target::Rota { rota }),
        Some(("person", id)) => id.parse().ok().map(|person| Target::Person { person }),
        Some(("squad", id)) => id
            .parse()
            .ok()
            .map(|squad| Target::Squad { squad: Some(squad) }),
        None if value == "squad" => Some(Target::Squad { squad: None }),
        None if value == "leads" => Some(Target::Leads),
        None if value == "administrators" => Some(Target::Administrators),
        _ => None,
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_was_written() {
        let id = uuid::Uuid::from_u128(7);
        for target in [
            Target::Duty {
                duty: Duty::Secondary,
            },
            Target::Rota { rota: id.into() },
            Target::Person { person: id.into() },
            Target::Squad { squad: None },
            Target::Squad {
                squad: Some(id.into()),
            },
            Target::Leads,
            Target::Administrators,
        ] {
            assert_eq!(parse(&value(&target)), Some(target));
        }
        assert_eq!(parse("person:somebody"), None);
    }
}

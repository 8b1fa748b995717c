//! Squads and people.

use eider_domain::{
    SquadId,
    access::Action,
    person::{Person, Role, Standing},
};

use super::{Deed, Reckoning, Told, is_responder, kind, put};
use crate::{
    Error,
    account::people::Draft,
    as_code::{fields::Item, shown, wanted},
    configure::{SquadEdit, squad::decide, subject},
    error::FieldErrors,
};

impl Reckoning<'_> {
    pub(super) fn squad(&mut self, item: &Item<wanted::Squad>) -> Option<()> {
        let there = self.there(kind::SQUAD, item);
        let id = there.map(SquadId);
        let before = id.and_then(|id| self.desk.squad(id)).cloned();
        let rate = before.as_ref().map(|before| before.rate_cents_per_hour);
        let edit = SquadEdit {
            name: item.name.clone(),
            rate_cents_per_hour: item.body.rate_cents_per_hour.or(rate).unwrap_or(0),
        };
        let decided = decide(&self.desk, subject(self.eider, id), edit);
        let after = self.usable(item, decided)?;
        let told = Told {
            place: Some(&item.place),
            kind: kind::SQUAD,
            name: &after.name,
            there,
        };
        let shown = before.as_ref().map(shown::squad);
        let deed = Deed::Squad(after.clone());
        if self.step(told, shown.as_ref(), &shown::squad(&after), deed) {
            self.allow(Some(&item.place), "", &[Action::ManageSquad { squad: id }]);
        }
        self.indexed(kind::SQUAD, &after.name, after.id.0);
        put(&mut self.desk.squads, after.clone(), |squad| {
            squad.id == after.id
        });
        Some(())
    }

    pub(super) fn person(&mut self, item: &Item<wanted::Person>) -> Option<()> {
        let squads = match &item.body.squads {
            Some(names) => Some(self.squads_named(item, names)?),
            None => None,
        };
        let there = self.by_email.get(&item.key).copied();
        let before = there.and_then(|at| self.people.get(at)).cloned();
        let after = match &before {
            Some(before) => self.changed_person(item, before, squads),
            None => self.new_person(item, squads.unwrap_or_default())?,
        };
        let told = Told {
            place: Some(&item.place),
            kind: kind::PERSON,
            name: &item.name,
            there: before.as_ref().map(|before| before.id.0),
        };
        let names = self.names();
        let shown = before.as_ref().map(|before| shown::person(before, names));
        let fields = shown::person(&after, names);
        let deed = Deed::Person {
            before: before.clone(),
            after: after.clone(),
        };
        if self.step(told, shown.as_ref(), &fields, deed) {
            let rights = rights(before.as_ref(), &after);
            self.allow(Some(&item.place), "", &rights);
        }
        let mut active = after.clone();
        active.standing = Standing::Active;
        // Whoever is switched off by these files may stand in a rota that was planned before.
        if (before.is_none() && is_responder(&active)) || is_responder(&after) {
            self.responders.push(after.id);
        }
        self.emails.insert(after.id, item.name.clone());
        match there {
            Some(at) => self.people[at] = after,
            None => {
                self.by_email.insert(item.key.clone(), self.people.len());
                self.people.push(after);
            }
        }
        Some(())
    }

    fn squads_named(
        &mut self,
        item: &Item<wanted::Person>,
        names: &[String],
    ) -> Option<Vec<SquadId>> {
        let place = item.place_of("squads");
        let found: Vec<Option<SquadId>> = names
            .iter()
            .map(|name| self.find(kind::SQUAD, &place, name).map(SquadId))
            .collect();
        let mut squads: Vec<SquadId> = found.into_iter().collect::<Option<_>>()?;
        squads.sort_unstable();
        squads.dedup();
        Some(squads)
    }

    fn new_person(&mut self, item: &Item<wanted::Person>, squads: Vec<SquadId>) -> Option<Person> {
        let body = &item.body;
        let zone = body.zone.as_deref().unwrap_or(&self.desk.settings.zone);
        let mut errors = FieldErrors::default();
        let draft = Draft::check(&mut errors, body.name.as_deref().unwrap_or_default(), zone);
        if body.role.is_none() {
            errors.add("role", "Say the role of somebody new.");
        }
        self.usable(item, errors.finish())?;
        let email = item.name.clone();
        let mut person = draft.person(self.eider, email, body.role?, squads);
        if body.active == Some(false) {
            person.standing = Standing::Disabled;
        }
        Some(person)
    }

    fn changed_person(
        &mut self,
        item: &Item<wanted::Person>,
        before: &Person,
        squads: Option<Vec<SquadId>>,
    ) -> Person {
        let body = &item.body;
        let own = [
            ("name", &body.name, &before.name),
            ("zone", &body.zone, &before.zone),
        ];
        for (field, said, is) in own {
            if said.as_ref().is_some_and(|said| said.trim() != is) {
                let place = item.place_of(field);
                self.notes.push(format!(
                    "{}, line {}: the {field} of {} stays “{is}”: people change their own.",
                    place.file, place.line, item.name
                ));
            }
        }
        if before.standing == Standing::Disabled && body.active.is_none() {
            self.notes.push(format!(
                "{}, line {}: {} is switched off and stays so. Write “active: true” to let them in \
                 again.",
                item.place.file, item.place.line, item.name
            ));
        }
        let mut after = before.clone();
        after.role = body.role.unwrap_or(before.role);
        after.standing = match body.active {
            Some(true) => Standing::Active,
            Some(false) => Standing::Disabled,
            None => before.standing,
        };
        if let Some(squads) = squads {
            after.squads = squads;
        }
        after
    }

    /// Refuses to leave a desk to nobody.
    pub(super) fn keep_an_administrator(&mut self) {
        let is_one = |person: &Person| {
            person.role == Role::Administrator && person.standing == Standing::Active
        };
        let changes_people = self.steps.iter().any(|step| {
            matches!(
                step.deed,
                Deed::Person {
                    before: Some(_),
                    ..
                }
            )
        });
        if changes_people && !self.people.iter().any(is_one) {
            let message = "Nobody would be an administrator any more, and nobody could let people \
                           in. Leave one.";
            self.problems.add_nowhere(message.to_owned());
        }
    }

    /// Notes an error that no line of the files is about.
    pub(super) fn refuse(&mut self, error: &Error) {
        self.problems.add_nowhere(error.to_string());
    }
}

/// What has to be allowed for somebody to become another.
fn rights(before: Option<&Person>, after: &Person) -> Vec<Action> {
    let Some(before) = before else {
        return vec![Action::ManagePeople];
    };
    let mut rights = Vec::new();
    if before.role != after.role || before.standing != after.standing {
        rights.push(Action::ManagePeople);
    }
    let (was, is) = (&before.squads, &after.squads);
    let gone = was.iter().filter(|squad| !is.contains(squad));
    let come = is.iter().filter(|squad| !was.contains(squad));
    for squad in gone.chain(come) {
        let squad = Some(*squad);
        rights.push(Action::ManageSquad { squad });
    }
    rights
}

//! What the files do not mention goes out of use: only of the kinds that they hold, and only when it
//! was asked for.

use std::collections::HashSet;

use eider_domain::{
    access::Action,
    person::{Person, Standing},
};

use super::{Deed, Reckoning, Told, kind};
use crate::{
    Error,
    as_code::{fields::Item, shown, value::Fields, wanted::Wanted},
};

impl Reckoning<'_> {
    pub(super) fn prune(&mut self, wanted: &Wanted) {
        self.withdraw_keys();
        if let Some(items) = &wanted.services {
            self.prune_services(&said(items));
        }
        if let Some(items) = &wanted.policies {
            self.prune_policies(&said(items));
        }
        if let Some(items) = &wanted.rotas {
            self.prune_rotas(&said(items));
        }
        if let Some(items) = &wanted.features {
            self.prune_features(&said(items));
        }
        if let Some(items) = &wanted.people {
            self.prune_people(&said(items));
        }
        let squads = self.desk.squads.iter().map(|squad| squad.name.clone());
        let squads = squads.collect();
        self.note_staying(kind::SQUAD, wanted.squads.as_deref(), squads);
        let calendars = self.desk.calendars.iter();
        let calendars = calendars.map(|named| named.calendar.name().to_owned());
        let calendars = calendars.collect();
        self.note_staying(kind::CALENDAR, wanted.calendars.as_deref(), calendars);
    }

    fn prune_services(&mut self, said: &HashSet<&str>) {
        for service in self.desk.services.clone() {
            if service.retired || said.contains(&*eider_store::name_key(&service.name)) {
                continue;
            }
            let mut after = service.clone();
            after.retired = true;
            let names = self.names();
            let (shown, fields) = (
                shown::service(&service, names),
                shown::service(&after, names),
            );
            let squad = service.squad;
            let told = retired(kind::SERVICE, &service.name, service.id.0);
            let right = Action::ManageSquad { squad };
            self.retire(told, &shown, &fields, Deed::Service(after), right);
        }
    }

    fn prune_policies(&mut self, said: &HashSet<&str>) {
        for policy in self.desk.policies.clone() {
            if policy.retired || said.contains(&*eider_store::name_key(&policy.name)) {
                continue;
            }
            let mut after = policy.clone();
            after.retired = true;
            let names = self.names();
            let (shown, fields) = (shown::policy(&policy, names), shown::policy(&after, names));
            let told = retired(kind::POLICY, &policy.name, policy.id.0);
            self.retire(
                told,
                &shown,
                &fields,
                Deed::Policy(after),
                Action::Configure,
            );
        }
    }

    fn prune_rotas(&mut self, said: &HashSet<&str>) {
        for rota in self.desk.rotas.clone() {
            if rota.retired || said.contains(&*eider_store::name_key(&rota.name)) {
                continue;
            }
            let mut after = rota.clone();
            after.retired = true;
            let names = self.names();
            let (shown, fields) = (shown::rota(&rota, names), shown::rota(&after, names));
            let squad = rota.squad;
            let told = retired(kind::ROTA, &rota.name, rota.id.0);
            let right = Action::ManageSquad { squad };
            self.retire(told, &shown, &fields, Deed::Rota(after), right);
        }
    }

    fn prune_features(&mut self, said: &HashSet<&str>) {
        for feature in self.desk.features.clone() {
            if feature.retired || said.contains(&*eider_store::name_key(&feature.name)) {
                continue;
            }
            let mut after = feature.clone();
            after.retired = true;
            let names = self.names();
            let (shown, fields) = (
                shown::feature(&feature, names),
                shown::feature(&after, names),
            );
            let squad = feature.squad;
            let told = retired(kind::FEATURE, &feature.name, feature.id.0);
            let right = Action::ManageSquad { squad };
            self.retire(told, &shown, &fields, Deed::Feature(after), right);
        }
    }

    fn prune_people(&mut self, said: &HashSet<&str>) {
        let gone: Vec<(usize, Person)> = self
            .people
            .iter()
            .cloned()
            .enumerate()
            .filter(|(_, person)| person.standing == Standing::Active)
            .filter(|(_, person)| {
                let email = person.email.as_deref();
                email.is_some_and(|email| !said.contains(email))
            })
            .collect();
        for (at, person) in gone {
            let email = person.email.clone().unwrap_or_default();
            if person.id == self.actor.person {
                let message = format!(
                    "You ({email}) are not in these files and would switch yourself off. Write \
                     yourself into them."
                );
                self.refuse(&Error::Conflict(message));
                continue;
            }
            let mut after = person.clone();
            after.standing = Standing::Disabled;
            let names = self.names();
            let (shown, fields) = (shown::person(&person, names), shown::person(&after, names));
            let deed = Deed::Person {
                before: Some(person.clone()),
                after: after.clone(),
            };
            let told = retired(kind::PERSON, &email, person.id.0);
            self.retire(told, &shown, &fields, deed, Action::ManagePeople);
            self.people[at] = after;
        }
    }

    fn retire(
        &mut self,
        told: Told<'_>,
        before: &Fields,
        after: &Fields,
        deed: Deed,
        right: Action,
    ) {
        let what = format!("The {} {} is in no file", told.kind, told.name);
        self.step(told, Some(before), after, deed);
        self.allow(None, &what, &[right]);
    }

    /// Squads and calendars cannot be taken away: what refers to them goes on.
    fn note_staying<Body>(
        &mut self,
        kind: &'static str,
        items: Option<&[Item<Body>]>,
        names: Vec<String>,
    ) {
        let Some(items) = items else { return };
        let said = said(items);
        for name in names {
            if !said.contains(&*eider_store::name_key(&name)) {
                self.notes.push(format!(
                    "The {kind} {name} is in no file and stays: a {kind} is never taken away."
                ));
            }
        }
    }
}

fn said<Body>(items: &[Item<Body>]) -> HashSet<&str> {
    items.iter().map(|item| item.key.as_str()).collect()
}

fn retired<'a>(kind: &'static str, name: &'a str, id: uuid::Uuid) -> Told<'a> {
    Told {
        place: None,
        kind,
        name,
        there: Some(id),
    }
}

//! Reckons what has to be done so that the desk becomes what is wanted. Nothing is written here: the
//! rules of each kind decide on a copy of the desk, which grows as it goes.

mod calling;
mod people;
mod prune;
mod services;
mod turns;

use std::collections::{HashMap, HashSet};

use eider_domain::{
    PersonId, ServiceId, SquadId,
    access::{Action, Actor, may},
    escalation::{Paging, Policy},
    feature::Feature,
    person::{Person, Role, Standing},
    priority::NamedCalendar,
    rota::Rota,
    service::{Service, ServiceKey},
    squad::Squad,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    export::emails,
    fields::Item,
    problem::{Place, Problems},
    shown::Names,
    value::{FieldChange, Fields, changes},
    wanted::Wanted,
};
use crate::{Eider, Error, Result, desk::Desk};

/// What is done with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is not there yet.
    Add,
    /// It is there and becomes another.
    Change,
    /// It is taken out of use, because the files do not mention it.
    Retire,
}

impl How {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Add, Self::Change, Self::Retire];

    /// The word that is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Retire => "retire",
        }
    }
}

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the files say so; nowhere for what they do not mention.
    pub place: Option<Place>,
    /// What it is, such as `rota`.
    pub kind: &'static str,
    /// Which one, by name.
    pub name: String,
    /// What is done with it.
    pub how: How,
    /// What of it becomes another.
    pub fields: Vec<FieldChange>,
}

/// A change with all that is needed to make it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) change: Change,
    /// The thing as it is now.
    there: Option<Uuid>,
    pub(super) deed: Deed,
}

/// What is written.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Squad(Squad),
    Calendar(NamedCalendar),
    Person {
        before: Option<Person>,
        after: Person,
    },
    Feature(Feature),
    Rota(Rota),
    Policy(Policy),
    Rules {
        squad: Option<SquadId>,
        paging: Paging,
        name: String,
    },
    Service(Service),
    MakeKey {
        key: ServiceKey,
        service: String,
    },
    WithdrawKey {
        key: ServiceKey,
        service: String,
    },
}

/// What was reckoned.
#[derive(Debug)]
pub(super) struct Reckoned {
    /// What is done, in its order.
    pub(super) steps: Vec<Step>,
    /// What whoever asked should know besides.
    pub(super) notes: Vec<String>,
}

impl Reckoned {
    /// Tells this plan from every other one: what is done, with what, and what was there before.
    pub(super) fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        let mut add = |text: &str| {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        };
        for step in &self.steps {
            let change = &step.change;
            add(change.kind);
            add(&change.name);
            add(change.how.as_str());
            add(&step.there.map(|id| id.to_string()).unwrap_or_default());
            for field in &change.fields {
                add(&field.field);
                add(&format!("{:?}", field.from));
                add(&format!("{:?}", field.to));
            }
            add("");
        }
        let hash = hasher.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Kinds, as plans call them.
mod kind {
    pub(super) const SQUAD: &str = "squad";
    pub(super) const CALENDAR: &str = "calendar";
    pub(super) const PERSON: &str = "person";
    pub(super) const FEATURE: &str = "feature";
    pub(super) const ROTA: &str = "rota";
    pub(super) const POLICY: &str = "policy";
    pub(super) const PAGING: &str = "paging of";
    pub(super) const SERVICE: &str = "service";
    pub(super) const KEY: &str = "key of";
}

/// The desk on the way from what it is to what is wanted.
struct Reckoning<'a> {
    eider: &'a Eider,
    actor: &'a Actor,
    desk: Desk,
    people: Vec<Person>,
    emails: HashMap<PersonId, String>,
    by_email: HashMap<String, usize>,
    /// Whoever can be on call now or will be.
    responders: Vec<PersonId>,
    /// The ids of things by kind and name.
    index: HashMap<(&'static str, String), Uuid>,
    /// Services that get their place before they are decided.
    expected: HashSet<ServiceId>,
    /// Keys that are there and that the files do not mention, of services that they do.
    unwanted_keys: Vec<ServiceKey>,
    /// What cannot be made; nobody is told twice that it is not there.
    broken: HashSet<(&'static str, String)>,
    problems: Problems,
    notes: Vec<String>,
    steps: Vec<Step>,
}

/// What has to be done so that `desk` becomes what is `wanted`; with `prune`, what the files do not
/// mention of the kinds that they hold goes out of use.
///
/// # Errors
/// `Invalid` with everything that cannot be done, each with its file and line.
pub(super) fn reckon(
    eider: &Eider,
    actor: &Actor,
    desk: &Desk,
    people: Vec<Person>,
    wanted: &Wanted,
    prune: Prune,
) -> Result<Reckoned> {
    let by_email = people.iter().enumerate();
    let by_email = by_email.filter_map(|(place, one)| Some((one.email.clone()?, place)));
    let able = people.iter().filter(|person| is_responder(person));
    let mut reckoning = Reckoning {
        eider,
        actor,
        index: index(desk),
        emails: emails(&people),
        by_email: by_email.collect(),
        responders: able.map(|person| person.id).collect(),
        desk: desk.clone(),
        people,
        expected: HashSet::new(),
        unwanted_keys: Vec::new(),
        broken: HashSet::new(),
        problems: Problems::default(),
        notes: Vec::new(),
        steps: Vec::new(),
    };
    reckoning.walk(wanted, prune);
    reckoning.problems.finish()?;
    Ok(Reckoned {
        steps: reckoning.steps,
        notes: reckoning.notes,
    })
}

/// What becomes of things that the files do not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prune {
    /// They stay as they are.
    Keep,
    /// Those of the kinds that the files hold go out of use.
    Retire,
}

impl Reckoning<'_> {
    fn walk(&mut self, wanted: &Wanted, prune: Prune) {
        each(self, kind::SQUAD, &wanted.squads, Self::squad);
        each(self, kind::CALENDAR, &wanted.calendars, Self::calendar);
        each(self, kind::PERSON, &wanted.people, Self::person);
        each(self, kind::FEATURE, &wanted.features, Self::feature);
        each(self, kind::ROTA, &wanted.rotas, Self::rota);
        each(self, kind::POLICY, &wanted.policies, Self::policy);
        if let Some(item) = &wanted.company {
            let _wrong = self.rules(None, &item.place, &item.body);
        }
        each(self, kind::PAGING, &wanted.squads, Self::squad_rules);
        self.expect_services(wanted.services.as_deref().unwrap_or_default());
        each(self, kind::SERVICE, &wanted.services, Self::service);
        if prune == Prune::Retire {
            self.prune(wanted);
        }
        self.keep_an_administrator();
    }

    fn names(&self) -> Names<'_> {
        Names {
            desk: &self.desk,
            emails: &self.emails,
        }
    }

    /// The thing of that name, or of the name that it had before.
    fn there<Body>(&self, kind: &'static str, item: &Item<Body>) -> Option<Uuid> {
        let found = self.index.get(&(kind, item.key.clone()));
        let before = || {
            let was = eider_store::name_key(item.was.as_deref()?);
            self.index.get(&(kind, was))
        };
        found.or_else(before).copied()
    }

    /// The id of something that `place` names.
    fn find(&mut self, kind: &'static str, place: &Place, name: &str) -> Option<Uuid> {
        let key = (kind, eider_store::name_key(name));
        let found = self.index.get(&key).copied();
        if found.is_none() && !self.broken.contains(&key) {
            let shown: String = name.chars().take(80).collect();
            let message =
                format!("There is no {kind} “{shown}”, neither on the desk nor in these files.");
            self.problems.add(place, message);
        }
        found
    }

    /// The id of what may be named, may be none, or is left as `before`.
    fn maybe<Id: From<Uuid>>(
        &mut self,
        kind: &'static str,
        place: &Place,
        said: Option<&Option<String>>,
        before: Option<Id>,
    ) -> Option<Option<Id>> {
        match said {
            None => Some(before),
            Some(None) => Some(None),
            Some(Some(name)) => self.find(kind, place, name).map(|id| Some(id.into())),
        }
    }

    /// The person of that address.
    fn find_person(&mut self, place: &Place, email: &str) -> Option<PersonId> {
        let key = email.trim().to_lowercase();
        let found = self.by_email.get(&key).and_then(|at| self.people.get(*at));
        let found = found.map(|person| person.id);
        if found.is_none() && !self.broken.contains(&(kind::PERSON, key)) {
            let shown: String = email.chars().take(80).collect();
            let message = format!(
                "There is nobody with the address “{shown}”, neither on the desk nor in these files."
            );
            self.problems.add(place, message);
        }
        found
    }

    /// What was decided; why it was not goes to the line that it is about.
    fn usable<Body, Thing>(&mut self, item: &Item<Body>, decided: Result<Thing>) -> Option<Thing> {
        match decided {
            Ok(thing) => Some(thing),
            Err(Error::Invalid(fields)) => {
                for field in fields {
                    let place = item.place_of(line_of(field.field));
                    self.problems.add(&place, field.message);
                }
                None
            }
            Err(other) => {
                self.problems.add(&item.place, other);
                None
            }
        }
    }

    /// Asks whether the actor may do all of `actions`.
    fn allow(&mut self, place: Option<&Place>, what: &str, actions: &[Action]) {
        for action in actions {
            if let Err(no) = may(self.actor, *action) {
                match place {
                    Some(place) => self.problems.add(place, no),
                    None => self.problems.add_nowhere(format!("{what}: {no}")),
                }
                return;
            }
        }
    }

    /// Notes a step, unless nothing would be another by it. Answers whether something would.
    fn step(
        &mut self,
        told: Told<'_>,
        before: Option<&Fields>,
        after: &Fields,
        deed: Deed,
    ) -> bool {
        let fields = changes(before, after);
        let is_new = before.is_none();
        if fields.is_empty() && !is_new {
            return false;
        }
        let retires = told.place.is_none();
        self.steps.push(Step {
            change: Change {
                place: told.place.cloned(),
                kind: told.kind,
                name: told.name.to_owned(),
                how: match (retires, is_new) {
                    (true, _) => How::Retire,
                    (_, true) => How::Add,
                    (_, false) => How::Change,
                },
                fields,
            },
            there: told.there,
            deed,
        });
        true
    }

    fn indexed(&mut self, kind: &'static str, name: &str, id: Uuid) {
        self.index
            .retain(|(other, _), there| *there != id || *other != kind);
        self.index.insert((kind, eider_store::name_key(name)), id);
    }
}

/// What a step is told as.
struct Told<'a> {
    place: Option<&'a Place>,
    kind: &'static str,
    name: &'a str,
    there: Option<Uuid>,
}

fn each<'a, Body>(
    reckoning: &mut Reckoning<'a>,
    kind: &'static str,
    items: &Option<Vec<Item<Body>>>,
    reckon: fn(&mut Reckoning<'a>, &Item<Body>) -> Option<()>,
) {
    for item in items.iter().flatten() {
        if reckon(reckoning, item).is_none() {
            reckoning.broken.insert((kind, item.key.clone()));
        }
    }
}

/// The field of a file that holds what an error calls by another name.
fn line_of(field: &str) -> &str {
    match field {
        field if crate::configure::DAYS.contains(&field) => "weekly",
        "critical" | "error" | "warning" | "info" => "worth",
        other => other,
    }
}

fn is_responder(person: &Person) -> bool {
    person.standing == Standing::Active && person.role >= Role::Responder
}

fn index(desk: &Desk) -> HashMap<(&'static str, String), Uuid> {
    let mut index = HashMap::new();
    let mut add = |kind, name: &str, id| {
        index.insert((kind, eider_store::name_key(name)), id);
    };
    for squad in &desk.squads {
        add(kind::SQUAD, &squad.name, squad.id.0);
    }
    for named in &desk.calendars {
        add(kind::CALENDAR, named.calendar.name(), named.id.0);
    }
    for feature in &desk.features {
        add(kind::FEATURE, &feature.name, feature.id.0);
    }
    for rota in &desk.rotas {
        add(kind::ROTA, &rota.name, rota.id.0);
    }
    for policy in &desk.policies {
        add(kind::POLICY, &policy.name, policy.id.0);
    }
    for service in &desk.services {
        add(kind::SERVICE, &service.name, service.id.0);
    }
    index
}

/// Puts a thing in the place of the one with its id, or beside the others.
fn put<Thing>(things: &mut Vec<Thing>, thing: Thing, is_it: impl Fn(&Thing) -> bool) {
    match things.iter_mut().find(|other| is_it(other)) {
        Some(place) => *place = thing,
        None => things.push(thing),
    }
}

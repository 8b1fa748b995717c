//! Who is on call, reckoned a second time: from what the facts tell, and without the rules that the
//! program goes by.

use std::collections::BTreeSet;

use eider_domain::{
    AbsenceId, ChangeId, PersonId, RotaId, SquadId,
    escalation::{Plan, Target},
    fact::{Fact, Happened},
    person::Role,
    rota::Duty,
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// Wall clocks that are changed within this time of an instant may show its hour twice, or not.
const AROUND_A_CHANGE: SignedDuration = SignedDuration::from_hours(4);

/// A rota as it was set up: people take turns of so many days.
#[derive(Clone, Debug)]
pub struct Turns {
    /// The rota.
    pub rota: RotaId,
    /// Its squad.
    pub squad: SquadId,
    /// Its duty.
    pub duty: Duty,
    /// Who takes turns.
    pub people: Vec<PersonId>,
    /// Where.
    pub zone: TimeZone,
    /// From which day on.
    pub start: Date,
    /// When one hands over to the next.
    pub handover: Time,
    /// How many days a turn lasts.
    pub days: i64,
}

/// Somebody who works on tickets.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Who.
    pub person: PersonId,
    /// What they do here.
    pub role: Role,
    /// Their squads.
    pub squads: Vec<SquadId>,
}

#[derive(Clone, Debug)]
struct Stand {
    made_at: Timestamp,
    change: ChangeId,
    rota: RotaId,
    person: PersonId,
    from: Timestamp,
    until: Timestamp,
}

#[derive(Clone, Debug)]
struct Away {
    absence: Option<AbsenceId>,
    person: PersonId,
    from: Timestamp,
    until: Option<Timestamp>,
}

/// Who is on call.
#[derive(Clone, Debug, Default)]
pub struct Rosters {
    /// The rotas.
    pub turns: Vec<Turns>,
    /// Everybody who works on tickets.
    pub workers: Vec<Worker>,
    /// What each squad does; one that is missing does the usual.
    pub plans: Vec<(SquadId, Plan)>,
    stands: Vec<Stand>,
    aways: Vec<Away>,
    left: BTreeSet<PersonId>,
}

/// Whom a target means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// Everybody who may be meant.
    pub people: BTreeSet<PersonId>,
    /// Whether that is certain: wall clocks are not changed about then.
    pub is_certain: bool,
}

impl Rosters {
    /// Takes note of what happened.
    pub fn take(&mut self, happened: &Happened) {
        match &happened.fact {
            Fact::DutyChanged {
                change,
                rota,
                person,
                from,
                until,
                ..
            } => self.stands.push(Stand {
                made_at: happened.at,
                change: *change,
                rota: *rota,
                person: *person,
                from: *from,
                until: *until,
            }),
            Fact::AbsenceNoted {
                absence,
                person,
                from,
                until,
            } => self.aways.push(Away {
                absence: Some(*absence),
                person: *person,
                from: *from,
                until: Some(*until),
            }),
            Fact::AbsenceEnded { absence, .. } => {
                for away in &mut self.aways {
                    if away.absence == Some(*absence) {
                        away.until = Some(happened.at.max(away.from));
                    }
                }
            }
            Fact::PersonDisabled { person } => {
                self.left.insert(*person);
                self.aways.push(Away {
                    absence: None,
                    person: *person,
                    from: happened.at,
                    until: None,
                });
            }
            Fact::PersonEnabled { person } => {
                self.left.remove(person);
                for away in &mut self.aways {
                    if away.person == *person && away.until.is_none() {
                        away.until = Some(happened.at.max(away.from));
                    }
                }
            }
            _ => {}
        }
    }

    /// What a squad does.
    pub fn plan(&self, squad: Option<SquadId>) -> Plan {
        let own = self.plans.iter().find(|(one, _)| Some(*one) == squad);
        own.map_or_else(Plan::usual, |(_, plan)| plan.clone())
    }

    /// Whether somebody works here and can sign in.
    pub fn works(&self, person: PersonId) -> bool {
        !self.left.contains(&person) && self.workers.iter().any(|one| one.person == person)
    }

    /// Everybody whom targets mean for a squad at an instant.
    pub fn meant(&self, targets: &[Target], squad: Option<SquadId>, at: Timestamp) -> Meant {
        let mut meant = Meant {
            is_certain: true,
            ..Meant::default()
        };
        for target in targets {
            match target {
                Target::Duty { duty } => {
                    let own = self
                        .turns
                        .iter()
                        .filter(|turns| turns.duty == *duty && Some(turns.squad) == squad);
                    for turns in own {
                        let (people, is_certain) = self.holders(turns, at);
                        meant.people.extend(people);
                        meant.is_certain &= is_certain;
                    }
                }
                Target::Person { person } => {
                    meant.people.insert(*person);
                }
                Target::Squad { squad: named } => meant.people.extend(self.those(|worker| {
                    let of = named.or(squad);
                    of.is_some_and(|squad| worker.squads.contains(&squad))
                })),
                Target::Leads => meant.people.extend(self.those(|worker| {
                    worker.role >= Role::Lead
                        && squad.is_some_and(|squad| worker.squads.contains(&squad))
                })),
                Target::Administrators => meant
                    .people
                    .extend(self.those(|worker| worker.role == Role::Administrator)),
                Target::Rota { .. } => meant.is_certain = false,
            }
        }
        meant
            .people
            .retain(|person| self.works(*person) && !self.is_away(*person, at));
        meant
    }

    fn those(&self, wanted: impl Fn(&Worker) -> bool) -> Vec<PersonId> {
        let wanted = self.workers.iter().filter(|worker| wanted(worker));
        wanted.map(|worker| worker.person).collect()
    }

    fn is_away(&self, person: PersonId, at: Timestamp) -> bool {
        self.aways.iter().any(|away| {
            away.person == person && away.from <= at && away.until.is_none_or(|until| at < until)
        })
    }

    fn holders(&self, turns: &Turns, at: Timestamp) -> (Vec<PersonId>, bool) {
        let stands = self
            .stands
            .iter()
            .filter(|stand| stand.rota == turns.rota && stand.from <= at && at < stand.until);
        if let Some(stand) = stands.max_by_key(|stand| (stand.made_at, stand.change)) {
            return (vec![stand.person], true);
        }
        let mut people = vec![turns.holder(at)];
        let is_certain = !turns.changes_about(at);
        if !is_certain {
            let hour = SignedDuration::from_hours(1);
            people.extend([turns.holder(at - hour), turns.holder(at + hour)]);
        }
        (people.into_iter().flatten().collect(), is_certain)
    }
}

impl Turns {
    /// Whose turn it is by the clock on the wall.
    fn holder(&self, at: Timestamp) -> Option<PersonId> {
        let wall = at.to_zoned(self.zone.clone()).datetime();
        let mut days = wall.date().duration_since(self.start).as_hours() / 24;
        if wall.time() < self.handover {
            days -= 1;
        }
        let turn = days.div_euclid(self.days);
        let places = i64::try_from(self.people.len()).ok()?;
        let place = usize::try_from(turn.rem_euclid(places)).ok()?;
        self.people.get(place).copied()
    }

    fn changes_about(&self, at: Timestamp) -> bool {
        let before = at.saturating_sub(AROUND_A_CHANGE).unwrap_or(at);
        let after = at.saturating_add(AROUND_A_CHANGE).unwrap_or(at);
        self.zone.to_offset(before) != self.zone.to_offset(after)
    }
}

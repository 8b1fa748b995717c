//! What should not be so, found weeks ahead: gaps, double duty, too much, too often, too little
//! rest.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::plan::{Cover, Duty};
use super::roster::{Missing, Roster, Shift, Span, Turn};
use crate::{PersonId, RotaId};

/// A change of the clocks is not another week.
const CLOCK_CHANGE: SignedDuration = SignedDuration::from_hours(3);
const HOURS_A_WEEK: i64 = 7 * 24;

/// What should not be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// Nobody is on call.
    Gap {
        /// Who would be, if anybody was planned.
        missing: Vec<Missing>,
    },
    /// One person is primary and secondary at once.
    DoubleDuty {
        /// Who.
        person: PersonId,
        /// The rota of their other duty.
        other: RotaId,
    },
    /// One person for more weeks on end than is asked of anybody.
    TooManyWeeks {
        /// Who.
        person: PersonId,
        /// The weeks that they may have on end.
        most_weeks: u8,
    },
    /// One person has two turns running.
    TwiceRunning {
        /// Who.
        person: PersonId,
    },
    /// The time between two turns is too short to rest.
    TooLittleRest {
        /// Who.
        person: PersonId,
        /// How long it is.
        rest: SignedDuration,
        /// How long it should be at least.
        least_hours: u8,
    },
}

impl Finding {
    /// Whom it is about, if it is about one.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Gap { missing } => missing.first().map(|missing| missing.person),
            Self::DoubleDuty { person, .. }
            | Self::TooManyWeeks { person, .. }
            | Self::TwiceRunning { person }
            | Self::TooLittleRest { person, .. } => Some(*person),
        }
    }
}

/// A finding, where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The rota.
    pub rota: RotaId,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What.
    pub finding: Finding,
}

/// A roster with what it says of the time that is looked at.
struct Looked<'a> {
    roster: &'a Roster<'a>,
    spans: Vec<Span>,
    /// Shifts from long enough ago to see how long somebody has been on call already.
    shifts: Vec<Shift>,
}

/// What should not be so between two instants in these rotas, by time. Rotas of one squad belong
/// in one call, since double duty and rest are seen only together.
pub fn findings(rosters: &[Roster<'_>], from: Timestamp, until: Timestamp) -> Vec<Found> {
    let looked: Vec<Looked<'_>> = rosters
        .iter()
        .filter(|roster| !roster.rota().retired)
        .map(|roster| look(roster, from, until))
        .collect();
    let mut found = Vec::new();
    for one in &looked {
        gaps(one, &mut found);
        too_many_weeks(one, from, &mut found);
        if one.roster.rota().duty == Duty::Primary {
            twice_running(one, from, until, &mut found);
        }
    }
    double_duty(&looked, &mut found);
    too_little_rest(&looked, from, &mut found);
    found.sort_by_key(|found| (found.from, found.until, found.rota));
    found
}

fn look<'a>(roster: &'a Roster<'a>, from: Timestamp, until: Timestamp) -> Looked<'a> {
    let weeks = i64::from(roster.rota().limits.most_weeks_on_end) + 2;
    let earlier = SignedDuration::from_hours(weeks * HOURS_A_WEEK);
    let before = from.checked_sub(earlier).unwrap_or(from);
    Looked {
        roster,
        spans: roster.spans(from, until),
        shifts: roster.shifts(before, until),
    }
}

fn gaps(looked: &Looked<'_>, found: &mut Vec<Found>) {
    let rota = looked.roster.rota();
    let always = rota.limits.cover == Cover::Always;
    for span in looked.spans.iter().filter(|span| span.is_gap()) {
        if always || !span.missing.is_empty() {
            found.push(Found {
                rota: rota.id,
                from: span.from,
                until: span.until,
                finding: Finding::Gap {
                    missing: span.missing.clone(),
                },
            });
        }
    }
}

/// Runs of shifts of one person in which nobody else had one.
fn too_many_weeks(looked: &Looked<'_>, from: Timestamp, found: &mut Vec<Found>) {
    let rota = looked.roster.rota();
    let most_weeks = rota.limits.most_weeks_on_end;
    let most = SignedDuration::from_hours(i64::from(most_weeks) * HOURS_A_WEEK) + CLOCK_CHANGE;
    let same = |before: &Shift, after: &Shift| before.person == after.person;
    for run in looked.shifts.chunk_by(same) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        if last.until > from && last.until.duration_since(first.from) > most {
            found.push(Found {
                rota: rota.id,
                from: first.from,
                until: last.until,
                finding: Finding::TooManyWeeks {
                    person: first.person,
                    most_weeks,
                },
            });
        }
    }
}

/// Turns that follow one another and are held by one person for more than half of their time.
fn twice_running(looked: &Looked<'_>, from: Timestamp, until: Timestamp, found: &mut Vec<Found>) {
    let rota = looked.roster.rota();
    let mut turns: BTreeMap<Turn, Held> = BTreeMap::new();
    let before = looked
        .shifts
        .first()
        .map_or(from, |shift| shift.from.min(from));
    for span in looked.roster.spans(before, until) {
        for holding in &span.holders {
            if let Some(turn) = holding.turn {
                turns
                    .entry(turn)
                    .or_insert_with(|| Held::new(span.from))
                    .add(holding.person, &span);
            }
        }
    }
    let turns: Vec<(Turn, Held)> = turns.into_iter().collect();
    for pair in turns.windows(2) {
        let [(first, held), (second, held_after)] = pair else {
            continue;
        };
        let follows = (first.plan, first.layer) == (second.plan, second.layer)
            && first.number + 1 == second.number;
        let person = held_after.mostly();
        if follows && person.is_some() && held.mostly() == person && held_after.until > from {
            let alone = rota
                .plans
                .get(usize::from(second.plan))
                .and_then(|plan| plan.layers.get(usize::from(second.layer)))
                .is_some_and(|layer| layer.people().iter().all(|other| Some(*other) == person));
            if let Some(person) = person.filter(|_| !alone) {
                found.push(Found {
                    rota: rota.id,
                    from: held_after.from,
                    until: held_after.until,
                    finding: Finding::TwiceRunning { person },
                });
            }
        }
    }
}

/// Who held one turn, and for how long each.
struct Held {
    from: Timestamp,
    until: Timestamp,
    people: Vec<(PersonId, SignedDuration)>,
}

impl Held {
    fn new(from: Timestamp) -> Self {
        Self {
            from,
            until: from,
            people: Vec::new(),
        }
    }

    fn add(&mut self, person: PersonId, span: &Span) {
        self.until = self.until.max(span.until);
        let time = span.until.duration_since(span.from);
        match self.people.iter_mut().find(|(other, _)| *other == person) {
            Some((_, held)) => *held += time,
            None => self.people.push((person, time)),
        }
    }

    /// Who held more than half of it.
    fn mostly(&self) -> Option<PersonId> {
        let whole: SignedDuration = self
            .people
            .iter()
            .fold(SignedDuration::ZERO, |sum, (_, time)| sum + *time);
        self.people
            .iter()
            .find(|(_, time)| *time * 2 > whole)
            .map(|(person, _)| *person)
    }
}

fn double_duty(looked: &[Looked<'_>], found: &mut Vec<Found>) {
    let of = |duty: Duty| {
        looked
            .iter()
            .filter(move |one| one.roster.rota().duty == duty)
    };
    for primary in of(Duty::Primary) {
        let rota = primary.roster.rota();
        for secondary in of(Duty::Secondary).filter(|one| one.roster.rota().squad == rota.squad) {
            let other = secondary.roster.rota().id;
            let start = found.len();
            for (from, until, person) in shared(&primary.spans, &secondary.spans) {
                let finding = Finding::DoubleDuty { person, other };
                // One finding for one stretch, however many turns it spans.
                let last = found.get_mut(start..).and_then(<[Found]>::last_mut);
                match last.filter(|last| last.until == from && last.finding == finding) {
                    Some(last) => last.until = until,
                    None => found.push(Found {
                        rota: rota.id,
                        from,
                        until,
                        finding,
                    }),
                }
            }
        }
    }
}

/// When the same person is on call in both.
fn shared(first: &[Span], second: &[Span]) -> Vec<(Timestamp, Timestamp, PersonId)> {
    let mut shared = Vec::new();
    let mut start = 0;
    for span in first {
        while second
            .get(start)
            .is_some_and(|other| other.until <= span.from)
        {
            start += 1;
        }
        for other in second.iter().skip(start) {
            if other.from >= span.until {
                break;
            }
            for holding in &span.holders {
                if other
                    .holders
                    .iter()
                    .any(|held| held.person == holding.person)
                {
                    let (from, until) = (span.from.max(other.from), span.until.min(other.until));
                    shared.push((from, until, holding.person));
                }
            }
        }
    }
    shared
}

/// Where a person's time on call ends and begins again too soon, over all rotas in which somebody
/// may be called at night. Breaks within one turn are how that turn was planned.
fn too_little_rest(looked: &[Looked<'_>], from: Timestamp, found: &mut Vec<Found>) {
    let mut people: BTreeMap<PersonId, Vec<(&Shift, &Looked<'_>)>> = BTreeMap::new();
    for one in looked
        .iter()
        .filter(|one| one.roster.rota().duty.is_called())
    {
        for shift in &one.shifts {
            people.entry(shift.person).or_default().push((shift, one));
        }
    }
    for (person, mut shifts) in people {
        shifts.sort_by_key(|(shift, _)| (shift.from, shift.until));
        let mut last: Option<(&Shift, RotaId)> = None;
        for (shift, one) in shifts {
            let rota = one.roster.rota();
            if let Some((before, other)) = last {
                let rest = shift.from.duration_since(before.until);
                let least_hours = rota.limits.least_rest_hours;
                let one_turn =
                    other == rota.id && before.turn.is_some() && before.turn == shift.turn;
                if rest > SignedDuration::ZERO
                    && rest < SignedDuration::from_hours(i64::from(least_hours))
                    && !one_turn
                    && shift.until > from
                {
                    found.push(Found {
                        rota: rota.id,
                        from: before.until,
                        until: shift.from,
                        finding: Finding::TooLittleRest {
                            person,
                            rest,
                            least_hours,
                        },
                    });
                }
            }
            if last.is_none_or(|(before, _)| shift.until > before.until) {
                last = Some((shift, rota.id));
            }
        }
    }
}

//! The resolver: plans, changes and absences read together.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::{Absence, Change, ChangeKind};
use super::layer::Piece;
use super::plan::Rota;
use crate::{ChangeId, PersonId};

/// One turn of one layer of one plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn {
    /// The place of the plan in the rota.
    pub plan: u16,
    /// The place of the layer in the plan.
    pub layer: u16,
    /// The number of the turn in the layer, from 0.
    pub number: i64,
}

/// Why somebody is on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// It is their turn.
    Rota,
    /// The plan was changed for a time.
    Changed {
        /// How.
        how: ChangeKind,
        /// By which change.
        change: ChangeId,
    },
}

/// Somebody on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub reason: Reason,
    /// Whose turn it would be, where it is another's.
    pub instead_of: Option<PersonId>,
    /// The turn; none where nothing is planned beneath an override.
    pub turn: Option<Turn>,
}

/// Why somebody who should be on call is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// They said that they are away.
    Away,
    /// They have left.
    Left,
}

/// Somebody who should be on call and is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub why: Why,
}

/// A stretch of time in which the same people are on call for the same reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who is on call: nobody in a gap, two where a handover comes twice as the clocks go back.
    pub holders: Vec<Holding>,
    /// Who should be and is not.
    pub missing: Vec<Missing>,
}

impl Span {
    /// Whether nobody is on call.
    pub fn is_gap(&self) -> bool {
        self.holders.is_empty()
    }
}

/// The time for which one person is on call on end, for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who.
    pub person: PersonId,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: Reason,
    /// Whose turn it would be.
    pub instead_of: Option<PersonId>,
    /// The turn at its beginning.
    pub turn: Option<Turn>,
}

/// A rota with all that changes it.
#[derive(Clone, Debug)]
pub struct Roster<'a> {
    rota: &'a Rota,
    /// The changes of this rota, in the order in which they were made.
    changes: Vec<&'a Change>,
    absences: &'a [Absence],
}

impl<'a> Roster<'a> {
    /// The rota with changes and absences, of which only those that concern it count.
    pub fn new(rota: &'a Rota, changes: &'a [Change], absences: &'a [Absence]) -> Self {
        let mut own: Vec<&Change> = changes
            .iter()
            .filter(|change| change.rota == rota.id)
            .collect();
        own.sort_by_key(|change| (change.made_at, change.id));
        Self {
            rota,
            changes: own,
            absences,
        }
    }

    /// The rota.
    pub fn rota(&self) -> &'a Rota {
        self.rota
    }

    /// Who is on call at an instant. The span says nothing of before and after.
    pub fn at(&self, at: Timestamp) -> Span {
        let microsecond = at.as_microsecond();
        let layers = self.layers(microsecond, microsecond + 1);
        let planned = planned_at(&layers, &mut vec![0; layers.len()], microsecond);
        let (holders, missing) = self.changed(planned, at);
        Span {
            from: at,
            until: Timestamp::from_microsecond(microsecond + 1).unwrap_or(at),
            holders,
            missing,
        }
    }

    /// Who is on call from `from` until `until`: spans in order that cover it all, without overlap,
    /// each as long as it can be.
    pub fn spans(&self, from: Timestamp, until: Timestamp) -> Vec<Span> {
        let (start, end) = (from.as_microsecond(), until.as_microsecond());
        let layers = self.layers(start, end);
        let edges = self.edges(&layers, start, end);
        let mut places = vec![0; layers.len()];
        let mut spans: Vec<Span> = Vec::new();
        for pair in edges.windows(2) {
            let [begins, ends] = *pair else { continue };
            let (Ok(from), Ok(until)) = (
                Timestamp::from_microsecond(begins),
                Timestamp::from_microsecond(ends),
            ) else {
                continue;
            };
            let planned = planned_at(&layers, &mut places, begins);
            let (holders, missing) = self.changed(planned, from);
            match spans.last_mut() {
                Some(last) if last.holders == holders && last.missing == missing => {
                    last.until = until;
                }
                _ => spans.push(Span {
                    from,
                    until,
                    holders,
                    missing,
                }),
            }
        }
        spans
    }

    /// Each person's time on call between two instants, by its start. Two may overlap where a
    /// handover comes twice.
    pub fn shifts(&self, from: Timestamp, until: Timestamp) -> Vec<Shift> {
        let mut shifts: Vec<Shift> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for span in self.spans(from, until) {
            let mut still_open = Vec::new();
            for holding in &span.holders {
                let continued = open.iter().copied().find(|index| {
                    shifts
                        .get(*index)
                        .is_some_and(|shift| shift.until == span.from && continues(shift, holding))
                });
                let index = match continued {
                    Some(index) => index,
                    None => {
                        shifts.push(Shift {
                            person: holding.person,
                            from: span.from,
                            until: span.from,
                            reason: holding.reason,
                            instead_of: holding.instead_of,
                            turn: holding.turn,
                        });
                        shifts.len() - 1
                    }
                };
                if let Some(shift) = shifts.get_mut(index) {
                    shift.until = span.until;
                }
                still_open.push(index);
            }
            open = still_open;
        }
        shifts
    }

    /// Whether a person is on call at any time between two instants.
    pub fn holds_some(&self, person: PersonId, from: Timestamp, until: Timestamp) -> bool {
        let spans = self.spans(from, until);
        let mut holders = spans.iter().flat_map(|span| &span.holders);
        holders.any(|holding| holding.person == person)
    }

    /// Whether a person is neither on call nor away at any time between two instants.
    pub fn is_free(&self, person: PersonId, from: Timestamp, until: Timestamp) -> bool {
        let away = self.absences.iter().any(|absence| {
            absence.person == person
                && absence.from < until
                && absence.until.is_none_or(|ended| from < ended)
        });
        !away && !self.holds_some(person, from, until)
    }

    /// The planned pieces of each layer in force between two instants, the topmost layer first.
    fn layers(&self, from: i64, until: i64) -> Vec<Vec<Piece>> {
        let plans = &self.rota.plans;
        let mut layers = Vec::new();
        for (index, plan) in plans.iter().enumerate() {
            let began = plan.from.map_or(i64::MIN, Timestamp::as_microsecond);
            let ended = plans
                .get(index + 1)
                .and_then(|next| next.from)
                .map_or(i64::MAX, Timestamp::as_microsecond);
            let (from, until) = (from.max(began), until.min(ended));
            if from >= until {
                continue;
            }
            for (place, layer) in plan.layers.iter().enumerate().rev() {
                let turn = Turn {
                    plan: u16::try_from(index).unwrap_or(u16::MAX),
                    layer: u16::try_from(place).unwrap_or(u16::MAX),
                    number: 0,
                };
                let mut pieces = layer.pieces(from, until, turn);
                for piece in &mut pieces {
                    piece.from = piece.from.max(began);
                    piece.until = piece.until.min(ended);
                }
                layers.push(pieces);
            }
        }
        layers
    }

    /// Every instant between two at which something may change, with the two.
    fn edges(&self, layers: &[Vec<Piece>], from: i64, until: i64) -> Vec<i64> {
        let mut edges = vec![from, until];
        edges.extend(
            layers
                .iter()
                .flatten()
                .flat_map(|piece| [piece.from, piece.until]),
        );
        for change in &self.changes {
            edges.extend([change.from, change.until].map(Timestamp::as_microsecond));
        }
        for absence in self.absences {
            edges.push(absence.from.as_microsecond());
            edges.extend(absence.until.map(Timestamp::as_microsecond));
        }
        edges.retain(|edge| (from..=until).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// What the changes and absences make of what was planned at an instant.
    fn changed(&self, mut holders: Vec<Holding>, at: Timestamp) -> (Vec<Holding>, Vec<Missing>) {
        for change in &self.changes {
            if change.from <= at && at < change.until {
                apply(change, &mut holders);
            }
        }
        let mut missing = Vec::new();
        if !self.absences.is_empty() {
            holders.retain(|holding| match self.why_missing(holding.person, at) {
                Some(why) => {
                    let person = holding.person;
                    missing.push(Missing { person, why });
                    false
                }
                None => true,
            });
        }
        (holders, missing)
    }

    fn why_missing(&self, person: PersonId, at: Timestamp) -> Option<Why> {
        self.absences
            .iter()
            .filter(|absence| absence.person == person && absence.from <= at)
            .filter_map(|absence| match absence.until {
                None => Some(Why::Left),
                Some(until) => (at < until).then_some(Why::Away),
            })
            .max()
    }
}

/// Who is planned at an instant: the topmost layer that has anybody then.
fn planned_at(layers: &[Vec<Piece>], places: &mut [usize], at: i64) -> Vec<Holding> {
    let mut holders: Vec<Holding> = Vec::new();
    for (pieces, place) in layers.iter().zip(places) {
        while pieces.get(*place).is_some_and(|piece| piece.until <= at) {
            *place += 1;
        }
        let present = pieces
            .iter()
            .skip(*place)
            .take_while(|piece| piece.from <= at)
            .filter(|piece| at < piece.until);
        for piece in present {
            if holders.iter().all(|holding| holding.person != piece.person) {
                holders.push(Holding {
                    person: piece.person,
                    reason: Reason::Rota,
                    instead_of: None,
                    turn: Some(piece.turn),
                });
            }
        }
        if !holders.is_empty() {
            break;
        }
    }
    holders
}

/// Puts the person of a change in the place of whom it replaces.
fn apply(change: &Change, holders: &mut Vec<Holding>) {
    let reason = Reason::Changed {
        how: change.kind,
        change: change.id,
    };
    let replaced = |holding: &Holding| {
        change
            .instead_of
            .is_none_or(|person| person == holding.person)
    };
    let first = holders.iter().position(replaced);
    if first.is_none() && change.instead_of.is_some() {
        return;
    }
    let before = first.and_then(|index| holders.get(index)).copied();
    holders.retain(|holding| !replaced(holding));
    if holders
        .iter()
        .any(|holding| holding.person == change.person)
    {
        return;
    }
    let planned = before.map(|holding| holding.instead_of.unwrap_or(holding.person));
    holders.push(Holding {
        person: change.person,
        reason,
        instead_of: planned.filter(|person| *person != change.person),
        turn: before.and_then(|holding| holding.turn),
    });
}

/// Whether a holding goes on with a shift: the same person for the same reason, and for a turn the
/// same turn.
fn continues(shift: &Shift, holding: &Holding) -> bool {
    shift.person == holding.person
        && shift.reason == holding.reason
        && (shift.reason != Reason::Rota || shift.turn == holding.turn)
}

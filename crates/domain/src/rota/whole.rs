//! Shifts as long as they are, also those that reach over the edges of the time that is asked for.

use jiff::{SignedDuration, Timestamp};

use super::roster::{Reason, Roster, Shift};

/// How far beyond an edge it is looked for where a shift begins or ends. A month is nearly always
/// enough, so only after that it is looked for in more than a year.
const BEYOND: [SignedDuration; 2] = [
    SignedDuration::from_hours(24 * 32),
    SignedDuration::from_hours(24 * 400),
];

impl Roster<'_> {
    /// The time from which on, and until which, exceptions have to be known to
    /// [`Self::whole_shifts`].
    pub fn reaching_over(from: Timestamp, until: Timestamp) -> (Timestamp, Timestamp) {
        let [near, far] = BEYOND;
        (
            earlier(earlier(from, near), far),
            later(later(until, near), far),
        )
    }

    /// Each person's time on call that touches the time between two instants, by its start, and as
    /// long as it is: the same shift is told alike whenever it is asked for.
    pub fn whole_shifts(&self, from: Timestamp, until: Timestamp) -> Vec<Shift> {
        let shifts = self.shifts(from, until).into_iter();
        shifts.map(|shift| self.whole(shift, from, until)).collect()
    }

    fn whole(&self, shift: Shift, from: Timestamp, until: Timestamp) -> Shift {
        let mut whole = shift;
        let (mut begins, mut ends) = (shift.from > from, shift.until < until);
        for beyond in BEYOND {
            if begins && ends {
                break;
            }
            let from = if begins {
                whole.from
            } else {
                earlier(whole.from, beyond)
            };
            let until = if ends {
                whole.until
            } else {
                later(whole.until, beyond)
            };
            let wider = self.shifts(from, until);
            let Some(same) = wider.into_iter().find(|wider| is_same(wider, &whole)) else {
                break;
            };
            whole = same;
            begins |= whole.from > from;
            ends |= whole.until < until;
        }
        whole
    }
}

/// Whether two are one shift, seen from two sides.
fn is_same(one: &Shift, other: &Shift) -> bool {
    one.person == other.person
        && one.reason == other.reason
        && (one.reason != Reason::Rota || one.turn == other.turn)
        && one.from < other.until
        && other.from < one.until
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

//! The few numbers of a ticket that figures are counted from.

use jiff::Timestamp;

use crate::{
    FeatureId, SquadId, TicketNumber,
    priority::Rank,
    ticket::{Status, Ticket},
};

/// What figures know of a ticket, as it stands now.
///
/// Instants are microseconds since 1970, as they are stored: to make a million of them into
/// anything else takes longer than to count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub number: TicketNumber,
    /// It was merged into another ticket.
    pub is_merged: bool,
    /// How urgent it is held to be.
    pub priority: Rank,
    /// About what.
    pub feature: Option<FeatureId>,
    /// With whom.
    pub squad: Option<SquadId>,
    /// When it was asked.
    pub opened_micros: i64,
    /// When it was last resolved, while that holds.
    pub resolved_micros: Option<i64>,
    /// When it was closed or merged, while that holds.
    pub closed_micros: Option<i64>,
    /// Whether somebody answered in time.
    pub respond: Outcome,
    /// Whether it was put right in time.
    pub resolve: Outcome,
    /// Whether a code change was needed, once that is known.
    pub change_needed: Option<bool>,
    /// Messages in the thread.
    pub replies: u32,
    /// Distinct people who did something on it.
    pub people: u16,
    /// Hands-on time, in seconds.
    pub hands_on_seconds: u32,
    /// Times it went from one owner or squad to another.
    pub hand_offs: u16,
    /// Times it came back to one that had had it before.
    pub ping_pong: u16,
    /// Times it was reopened.
    pub reopened: u16,
    /// Seconds without an owner, until [`Self::unowned_since_micros`].
    pub unowned_seconds: u32,
    /// Since when nobody has owned it, while it is open.
    pub unowned_since_micros: Option<i64>,
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It may still be kept: the clock runs, or stands still, before its time.
    Open,
    /// It ended before it was due, and no breach was ever suffered.
    Kept,
    /// A breach was suffered, whatever came after.
    Late,
}

impl Outcome {
    /// Of a clock that was first breached then, and ended so many seconds after it was due.
    pub fn of(breached_at: Option<Timestamp>, difference_seconds: Option<i64>) -> Self {
        match (breached_at, difference_seconds) {
            (Some(_), _) | (None, Some(0..)) => Self::Late,
            (None, Some(_)) => Self::Kept,
            (None, None) => Self::Open,
        }
    }
}

impl Record {
    /// The numbers of `ticket`, whose clocks came to `respond` and `resolve`.
    pub fn of(ticket: &Ticket, respond: Outcome, resolve: Outcome) -> Self {
        let tally = &ticket.tally;
        Self {
            number: ticket.number,
            is_merged: matches!(ticket.status, Status::Merged { .. }),
            priority: ticket.priority,
            feature: ticket.feature,
            squad: ticket.squad,
            opened_micros: ticket.opened_at.as_microsecond(),
            resolved_micros: ticket.resolved_at.map(Timestamp::as_microsecond),
            closed_micros: ticket.closed_at.map(Timestamp::as_microsecond),
            respond,
            resolve,
            change_needed: ticket.status.resolution().map(|r| r.change.is_needed()),
            replies: large(tally.replies),
            people: small(tally.people),
            hands_on_seconds: large(tally.hands_on_seconds),
            hand_offs: small(tally.hand_offs),
            ping_pong: small(tally.ping_pong),
            reopened: small(tally.reopened),
            unowned_seconds: large(tally.unowned_seconds),
            unowned_since_micros: tally.unowned_since.map(Timestamp::as_microsecond),
        }
    }

    /// Microseconds from asking until it was closed or resolved, as `until` says; none while it
    /// is not. An end before the beginning, as a foreign history may tell, counts as nothing.
    pub(super) fn open_micros(&self, until: super::Until) -> Option<i64> {
        let end = match until {
            super::Until::Closed => self.closed_micros,
            super::Until::Resolved => self.resolved_micros,
        };
        end.map(|end| end.saturating_sub(self.opened_micros).max(0))
    }

    /// Seconds from asking until it was put right or merged, else until `now`.
    pub(super) fn elapsed_seconds(&self, now: Timestamp) -> i64 {
        let end = self.resolved_micros.or(self.closed_micros);
        whole_seconds(self.opened_micros, end.unwrap_or(now.as_microsecond()))
    }

    /// Seconds without an owner, until `now` when nobody has it.
    pub(super) fn unowned_seconds_at(&self, now: Timestamp) -> i64 {
        let running = self
            .unowned_since_micros
            .map_or(0, |since| whole_seconds(since, now.as_microsecond()));
        i64::from(self.unowned_seconds) + running
    }
}

fn whole_seconds(from_micros: i64, to_micros: i64) -> i64 {
    const MICROS_A_SECOND: i64 = 1_000_000;
    to_micros.saturating_sub(from_micros).max(0) / MICROS_A_SECOND
}

/// A count in a small type; what does not fit becomes its largest value.
pub fn small(count: i64) -> u16 {
    u16::try_from(count.max(0)).unwrap_or(u16::MAX)
}

/// As [`small`], for what may be larger.
pub fn large(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

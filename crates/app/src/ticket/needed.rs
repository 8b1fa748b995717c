//! What needs somebody, whoever looks. It is the same for everybody, and most of what Now asks the
//! database for, so it is kept for a moment.

use std::sync::{Arc, PoisonError, RwLock};

use eider_domain::{
    fact::Measure,
    priority::Rank,
    sla::{Goal, Point},
};
use eider_store::{
    Tx, fact,
    ticket::{self, Due, Filter, Summary},
};
use jiff::{SignedDuration, Timestamp};

use crate::{Eider, Result, desk::Desk};

/// On how many tickets at most something is asked for at the top.
pub const ASKED_LIMIT: usize = 5;
/// Late tickets are counted up to here.
pub const LATE_COUNT_LIMIT: i64 = 1_000;
const HIGHEST_RANK: i64 = 9;
/// As long as nothing happens, it is looked for again after this: time alone makes tickets late.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(1);

/// The tickets that need somebody now. One may be in several of these.
#[derive(Clone, Debug, Default)]
pub(super) struct Needed {
    /// As urgent as can be, and nobody wears one of the hats; at most [`ASKED_LIMIT`].
    pub(super) hats_wanted: Vec<Summary>,
    /// An update was promised, its time has come, and none was given; at most [`ASKED_LIMIT`].
    pub(super) updates_due: Vec<Summary>,
    /// Past the time to answer or to resolve, the most urgent first.
    pub(super) late: Vec<Summary>,
    /// How many are late, counted up to [`LATE_COUNT_LIMIT`].
    pub(super) late_count: i64,
    /// Four fifths of the time to answer or to resolve have gone, the most urgent first.
    pub(super) near: Vec<Summary>,
    /// Nobody owns them.
    pub(super) unowned: Vec<Summary>,
}

/// What was found last, and when.
#[derive(Debug, Default)]
pub(crate) struct LastNeeded(RwLock<Option<Kept>>);

#[derive(Clone, Debug)]
struct Kept {
    at: Timestamp,
    /// The newest fact then.
    seq: i64,
    /// The configuration then.
    desk: Arc<Desk>,
    limit: i64,
    needed: Arc<Needed>,
}

impl LastNeeded {
    fn get(&self) -> Option<Kept> {
        let kept = self.0.read();
        kept.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, kept: Kept) {
        let mut last = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *last = Some(kept);
    }
}

/// What needs somebody at `now`, up to `limit` tickets of each kind.
pub(super) async fn needed(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Arc<Desk>,
    now: Timestamp,
    limit: i64,
) -> Result<Arc<Needed>> {
    let seq = fact::last_seq(tx).await?;
    let last = &eider.shared().last_needed;
    let is_fresh = |kept: &Kept| {
        let age = now.duration_since(kept.at);
        (SignedDuration::ZERO..KEPT_FOR).contains(&age)
            && kept.seq == seq
            && kept.limit == limit
            && Arc::ptr_eq(&kept.desk, desk)
    };
    if let Some(kept) = last.get().filter(is_fresh) {
        return Ok(kept.needed);
    }
    let needed = Arc::new(look(tx, desk, now, limit).await?);
    last.set(Kept {
        at: now,
        seq,
        desk: Arc::clone(desk),
        limit,
        needed: Arc::clone(&needed),
    });
    Ok(needed)
}

async fn look(tx: &mut Tx, desk: &Desk, now: Timestamp, limit: i64) -> Result<Needed> {
    let asked = i64::try_from(ASKED_LIMIT).unwrap_or(i64::MAX);
    Ok(Needed {
        hats_wanted: ticket::hats_wanted(tx, desk.most_urgent(), asked).await?,
        updates_due: ticket::updates_due(tx, now, asked).await?,
        late: by_urgency(ticket::due(tx, &late_windows(now), limit).await?),
        late_count: ticket::count(tx, &late_filter(now), LATE_COUNT_LIMIT).await?,
        near: by_urgency(ticket::due(tx, &near_windows(desk, now), limit).await?),
        // Those that are late or nearly late do not stand there twice, so a few more are asked for.
        unowned: ticket::unowned(tx, 3 * limit).await?,
    })
}

/// The filter for what is late at `now`.
pub fn late_filter(now: Timestamp) -> Filter {
    Filter {
        late_at: Some(now),
        ..Filter::default()
    }
}

/// Imported tickets may carry a rank that is not configured any more, so every rank is looked at.
fn late_windows(now: Timestamp) -> Vec<Due> {
    let ranks = (1..=HIGHEST_RANK).filter_map(Rank::new);
    ranks
        .flat_map(|rank| {
            [Measure::Respond, Measure::Resolve].map(|measure| Due {
                measure,
                rank,
                after: None,
                until: now,
            })
        })
        .collect()
}

/// Four fifths of a target have gone exactly when it is due within its last fifth of working time.
fn near_windows(desk: &Desk, now: Timestamp) -> Vec<Due> {
    let mut windows = Vec::new();
    for priority in &desk.priorities {
        let goals = desk.levels.of(priority.rank);
        for (measure, goal) in [
            (Measure::Respond, goals.respond),
            (Measure::Resolve, goals.resolve),
        ] {
            if let Some(until) = last_fifth_ends(goal, now) {
                windows.push(Due {
                    measure,
                    rank: priority.rank,
                    after: Some(now),
                    until,
                });
            }
        }
    }
    windows
}

fn last_fifth_ends(goal: Goal<'_>, now: Timestamp) -> Option<Timestamp> {
    let left_percent = 100 - Point::FourFifths.percent();
    let left_seconds = goal.target.seconds().saturating_mul(left_percent) / 100;
    goal.hours.add_working_seconds(now, left_seconds)
}

fn by_urgency(mut tickets: Vec<Summary>) -> Vec<Summary> {
    tickets.sort_by_key(|ticket| (ticket.priority, due_next(ticket), ticket.number));
    tickets
}

/// When the clock that matters now runs out: to answer, and then to resolve.
fn due_next(ticket: &Summary) -> Option<Timestamp> {
    match ticket.respond_difference_seconds {
        None => ticket.respond_due_at,
        Some(_) => ticket.resolve_due_at,
    }
}

//! Whether everything comes to its end in time, and nobody is forgotten meanwhile.

use eider_domain::PageId;
use jiff::{SignedDuration, Timestamp};

use super::{Check, SLACK};
use crate::shadow::{Shadow, Standing};

/// What is due is done within this while faults happen, as long as clocks are right.
const SLACK_UNDER_FAULTS: SignedDuration = SignedDuration::from_mins(30);

impl Check {
    /// Looks for what nobody sees to.
    pub fn look_for_neglect(&mut self, now: Timestamp) {
        let what = (&self.tickets, &self.alerts);
        self.neglect.look(what, &self.shadows, &self.rosters, now);
        let resting = self.shadows.keys().filter(|id| self.rests(**id));
        let resting: Vec<PageId> = resting.copied().collect();
        self.rested_at
            .extend(resting.into_iter().map(|id| (id, now)));
    }

    /// Faults have stopped. From now on everything happens in time.
    pub fn calm(&mut self, now: Timestamp) {
        self.calm_since = Some(now);
        let ids: Vec<PageId> = self.shadows.keys().copied().collect();
        for id in ids {
            self.expect_end(id, now);
        }
    }

    /// Whether everything has come to its end.
    pub fn is_settled(&self) -> bool {
        let mut unsettled = self.settled_by.keys().filter(|id| !self.rests(**id));
        unsettled.next().is_none() && self.expected.is_empty() && self.neglect.is_none()
    }

    /// The next instant at which something would be late, if anything can be.
    pub fn late_at(&self) -> Option<Timestamp> {
        let expected = self.expected.iter().map(|one| one.by);
        let neglected = self
            .calm_since
            .and_then(|since| self.neglect.late_at(since + SLACK));
        let settled = self.settled_by.iter().filter(|(id, _)| !self.rests(**id));
        let settled = settled.map(|(_, by)| *by);
        expected.chain(settled).chain(neglected).min()
    }

    pub(super) fn expect_end(&mut self, id: PageId, now: Timestamp) {
        let (Some(_), Some(shadow)) = (self.calm_since, self.shadows.get(&id)) else {
            return;
        };
        if shadow.is_settled() {
            self.settled_by.remove(&id);
            return;
        }
        let is_new = matches!(shadow.standing, Standing::Held { .. });
        let plan = self.rosters.plan(shadow.squad);
        let seconds: i64 = plan.levels.iter().map(|one| one.acknowledge_seconds).sum();
        let whole = SignedDuration::from_secs(seconds * i64::from(plan.rounds));
        let by = shadow.due_by.max(now) + whole + SLACK;
        if is_new {
            self.settled_by.insert(id, by);
        } else {
            self.settled_by.entry(id).or_insert(by);
        }
    }

    /// What is late by now, where clocks have been right since then, if they are.
    pub fn overdue(&mut self, now: Timestamp, right_since: Option<Timestamp>) {
        let (since, slack) = match (self.calm_since, right_since) {
            (Some(calm_since), _) => (calm_since, SLACK),
            (None, Some(right_since)) => (right_since, SLACK_UNDER_FAULTS),
            (None, None) => return,
        };
        self.look_for_neglect(now);
        let mut late = self.neglect.late(since, slack, now);
        for one in self.expected.iter().filter(|one| one.by < now) {
            late.push(format!("page {}: no message to {}", one.page, one.person));
        }
        let unsettled = self.settled_by.iter().filter(|(id, _)| !self.rests(**id));
        for (id, by) in unsettled.filter(|(_, by)| **by < now) {
            late.push(format!("page {id} has not come to its end by {by}"));
        }
        for (id, shadow) in &self.shadows {
            if !shadow.goes_on(self.tickets.wakes(*id)) {
                continue;
            }
            let due_by = self.asks_by(*id, shadow).max(since);
            if due_by + slack < now {
                late.push(format!("page {id} stands still: {:?}", shadow.standing));
            }
        }
        for what in late {
            self.violate(now, what);
        }
    }

    /// Whether whoever is asked about a page need not answer just now.
    fn rests(&self, id: PageId) -> bool {
        let is_asking = |one: &Shadow| matches!(one.standing, Standing::Asking { .. });
        self.shadows.get(&id).is_some_and(is_asking) && self.tickets.rest(id, &self.alerts)
    }

    /// When a page goes on by itself: what rested is looked at again after as long as people are asked
    /// again.
    fn asks_by(&self, id: PageId, shadow: &Shadow) -> Timestamp {
        let Some(rested_at) = self.rested_at.get(&id) else {
            return shadow.due_by;
        };
        let again = self.rosters.plan(shadow.squad).ask_again_seconds.max(60);
        shadow
            .due_by
            .max(*rested_at + SignedDuration::from_secs(again))
    }
}

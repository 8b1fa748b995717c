//! What nobody sees to, and for how long that may be.

use std::collections::BTreeMap;

use eider_domain::PageId;
use jiff::{SignedDuration, Timestamp};

use crate::{alert::Alerts, duty::Rosters, shadow::Shadow, ticket::Tickets};

/// How often monitors say again what fires.
pub(crate) const SAID_AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// For how long whoever resolved a ticket is believed against its monitor, with a little.
const BELIEVED: SignedDuration = SignedDuration::from_mins(12);
/// How long what came and went is left open, with a little.
const SETTLES: SignedDuration = SignedDuration::from_mins(11);

/// What nobody sees to, since when, and for how long it may be so at most.
#[derive(Clone, Debug, Default)]
pub struct Neglect(BTreeMap<String, (Timestamp, SignedDuration)>);

impl Neglect {
    /// Looks for tickets that are worth waking people for and that nobody sees to, for alerts of
    /// which nobody hears, and for tickets that should have ended with theirs.
    pub fn look(
        &mut self,
        (tickets, alerts): (&Tickets, &Alerts),
        pages: &BTreeMap<PageId, Shadow>,
        rosters: &Rosters,
        now: Timestamp,
    ) {
        let before = std::mem::take(&mut self.0);
        let since = |what: &String| before.get(what).map_or(now, |(since, _)| *since);
        for what in tickets.neglected(pages, rosters, now) {
            self.0
                .insert(what.clone(), (since(&what), SignedDuration::ZERO));
        }
        for what in alerts.unheard(tickets, now) {
            self.0
                .insert(what.clone(), (since(&what), SAID_AGAIN + BELIEVED));
        }
        for (number, over_since) in alerts.over(tickets) {
            let what = format!("{number} does not end with its alerts");
            self.0.insert(what, (over_since, SETTLES));
        }
    }

    /// Whether there is nothing.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// When the first of them has been so for too long, if nothing before `since` counts.
    pub fn late_at(&self, since: Timestamp) -> Option<Timestamp> {
        let all = self.0.values();
        all.map(|(begun, at_most)| since.max(*begun) + *at_most)
            .min()
    }

    /// What has been so for too long, in words.
    pub fn late(&self, since: Timestamp, slack: SignedDuration, now: Timestamp) -> Vec<String> {
        let all = self.0.iter();
        let late = all.filter(|(_, (begun, at_most))| since.max(*begun) + *at_most + slack < now);
        late.map(|(what, (begun, _))| format!("{what}, since {begun}"))
            .collect()
    }
}

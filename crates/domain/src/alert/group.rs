//! Alerts that belong together, and what follows when they fire or end.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    AlertGroupId, KnownIssueId, ServiceId, TicketNumber,
    page::CLOCKS_DIFFER_SECONDS,
    priority::Rank,
    service::{Service, Severity},
    ticket::StatusKind,
};

/// What began to fire this often …
pub const RESTLESS_TURNS: usize = 3;
/// … within this time is restless: it comes and goes.
pub const RESTLESS_FOR: SignedDuration = SignedDuration::from_mins(30);
/// What is restless is over only when it was quiet for this long.
pub const SETTLES_FOR: SignedDuration = SignedDuration::from_mins(10);
/// What fires again within this time after it was over is the same trouble: its ticket goes on.
const SAME_TROUBLE: SignedDuration = SignedDuration::from_mins(30);
/// When a person resolved the ticket, their word holds for this long against a monitor that still
/// says otherwise: what they did needs its time.
const AFTER_A_PERSON: SignedDuration = SignedDuration::from_mins(10);
/// How soon a group that is quiet because of another service is looked at again.
pub const LOOK_AT_CAUSES: SignedDuration = SignedDuration::from_secs(60);

/// Until when the word of whoever resolved a ticket at `over_at` holds against its monitor at `now`.
/// What was resolved by a clock that was ahead holds no longer: when it was is not known.
pub fn holds_until(over_at: Timestamp, now: Timestamp) -> Timestamp {
    if is_ahead(over_at, now) {
        return now;
    }
    over_at
        .checked_add(AFTER_A_PERSON)
        .unwrap_or(Timestamp::MAX)
}

/// Whether `at` was told by a clock that was ahead.
fn is_ahead(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now).as_secs() > CLOCKS_DIFFER_SECONDS
}

/// Alerts of one service that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Identity.
    pub id: AlertGroupId,
    /// The service.
    pub service: ServiceId,
    /// What they have in common, as the monitor names it.
    pub name: String,
    /// The title of the alert with which it began.
    pub title: String,
    /// How bad the worst of them is, since it began.
    pub severity: Severity,
    /// How many fire.
    pub firing: i64,
    /// The ticket that was opened for it last.
    pub ticket: Option<TicketNumber>,
    /// Why nobody was bothered when it fired last, if nobody was.
    pub quiet: Option<Quiet>,
    /// When it began to fire, the last few times.
    pub turns: Vec<Timestamp>,
    /// When something began or ended.
    pub changed_at: Timestamp,
    /// When the last alert ended; absent while one fires.
    pub ended_at: Option<Timestamp>,
    /// When it began to fire, or last became worse; absent where that is not known.
    pub worse_at: Option<Timestamp>,
}

/// Why nobody is bothered by alerts that fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Quiet {
    /// What is so little bad opens no ticket.
    Minor,
    /// The service is being worked on.
    Maintenance {
        /// Until when.
        until: Timestamp,
    },
    /// Another service is in trouble, which explains this.
    Cause {
        /// That service.
        service: ServiceId,
    },
    /// It is a known issue, of which somebody said that people may sleep.
    KnownIssue {
        /// The known issue.
        issue: KnownIssueId,
    },
}

/// The ticket of a group, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketScene {
    /// Where it stands.
    pub status: StatusKind,
    /// Whether somebody has it.
    pub is_owned: bool,
    /// Its priority.
    pub priority: Rank,
    /// When it was resolved or closed, if it is.
    pub over_at: Option<Timestamp>,
    /// When a person last said how urgent it is, if one did.
    pub weighed_at: Option<Timestamp>,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing but that it is noted.
    Note,
    /// Open a ticket.
    Open {
        /// Of this priority.
        rank: Rank,
    },
    /// Add to the ticket that is open.
    Join {
        /// Raise it to this priority, because it is worse than was thought.
        raise: Option<Rank>,
        /// Why it is not raised yet; it is looked at again when that is over.
        waits: Option<Quiet>,
    },
    /// The ticket goes on.
    Reopen {
        /// Raise it to this priority, because it is worse than it was.
        raise: Option<Rank>,
    },
    /// Bother nobody.
    Rest(Quiet),
    /// The ticket is over with its alerts.
    Resolve,
    /// Look again then, whether it is over for good.
    Settle {
        /// When.
        at: Timestamp,
    },
}

impl Group {
    /// A group that was never heard of before.
    pub fn new(
        id: AlertGroupId,
        service: ServiceId,
        name: &str,
        title: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            service,
            name: name.to_owned(),
            title: title.to_owned(),
            severity: Severity::Info,
            firing: 0,
            ticket: None,
            quiet: None,
            turns: Vec::new(),
            changed_at: now,
            ended_at: None,
            worse_at: None,
        }
    }

    /// Takes note that `begun` alerts began, the worst of them so bad.
    pub fn begin(&mut self, begun: i64, worst: Severity, title: &str, now: Timestamp) {
        if self.firing == 0 || worst > self.severity {
            self.worse_at = Some(now);
        }
        if self.firing == 0 {
            self.turns.push(now);
            let excess = self.turns.len().saturating_sub(RESTLESS_TURNS);
            self.turns.drain(..excess);
            self.severity = worst;
            self.title = title.to_owned();
        }
        self.severity = self.severity.max(worst);
        self.firing += begun;
        self.ended_at = None;
        self.changed_at = now;
    }

    /// Takes note that `ended` alerts ended.
    pub fn end(&mut self, ended: i64, now: Timestamp) {
        self.firing = (self.firing - ended).max(0);
        self.changed_at = now;
        if self.firing == 0 {
            self.ended_at = Some(now);
        }
    }

    /// Why nobody is bothered, while it fires.
    pub fn rests(&self) -> Option<Quiet> {
        self.quiet.filter(|_| self.firing > 0)
    }

    /// Whether it comes and goes.
    pub fn is_restless(&self, now: Timestamp) -> bool {
        let recent = self
            .turns
            .iter()
            .filter(|turn| !is_ahead(**turn, now) && now.duration_since(**turn) < RESTLESS_FOR);
        recent.count() >= RESTLESS_TURNS
    }

    /// Whether its monitor, heard of last at `heard_at`, says now that the ticket was resolved too
    /// early.
    pub fn speaks_against(&self, ticket: TicketScene, heard_at: Timestamp, now: Timestamp) -> bool {
        let over_at = ticket.over_at.filter(|_| !ticket.status.is_open());
        self.firing > 0
            && self.quiet.is_none()
            && over_at.is_some_and(|over_at| {
                let is_heard = heard_at > over_at || is_ahead(over_at, now);
                is_heard && now >= holds_until(over_at, now)
            })
    }

    /// Until when whoever resolved its ticket is believed, if they still are at `now`: nothing has begun
    /// since then, so they knew of all that fires.
    pub fn believes_until(&self, ticket: TicketScene, now: Timestamp) -> Option<Timestamp> {
        let over_at = ticket.over_at.filter(|_| !ticket.status.is_open())?;
        let is_known = self.changed_at <= over_at;
        Some(holds_until(over_at, now)).filter(|until| is_known && *until > now)
    }

    /// What follows when alerts of it fire. `was` is how bad it was before; `quiet` is why nobody is
    /// to be bothered, if there is a reason besides its own.
    pub fn on_firing(
        &self,
        service: &Service,
        ticket: Option<TicketScene>,
        was: Severity,
        quiet: Option<Quiet>,
        now: Timestamp,
    ) -> Deed {
        let rank = service.worth.of(self.severity);
        // Rank 1 is the most urgent. What is no worse leaves the priority that people chose; what was
        // quiet was not weighed yet, unless somebody did while it was.
        let weighed_at = ticket.and_then(|ticket| ticket.weighed_at);
        let worse_at = self.worse_at.unwrap_or(self.changed_at);
        let is_weighed = weighed_at.is_some_and(|at| at >= worse_at && !is_ahead(at, now));
        let is_news = self.severity > was || (self.quiet.is_some() && !is_weighed);
        let is_worse =
            |rank: &Rank| ticket.is_some_and(|ticket| is_news && *rank < ticket.priority);
        let raise = rank.filter(is_worse);
        if let Some(ticket) = ticket.filter(|ticket| ticket.status.is_open()) {
            // Whoever has it hears of it; others are bothered no more than by a ticket of its own.
            return match quiet.filter(|_| ticket.is_owned && raise.is_some()) {
                Some(quiet) => Deed::Join {
                    raise: None,
                    waits: Some(quiet),
                },
                None => Deed::Join { raise, waits: None },
            };
        }
        let Some(rank) = rank else {
            return Deed::Rest(Quiet::Minor);
        };
        if let Some(quiet) = quiet {
            return Deed::Rest(quiet);
        }
        let goes_on = ticket
            .and_then(|ticket| ticket.over_at)
            .is_some_and(|over_at| now.duration_since(over_at) < SAME_TROUBLE);
        let can_go_on = ticket.is_some_and(|ticket| {
            matches!(ticket.status, StatusKind::Resolved | StatusKind::Closed)
        });
        if goes_on && can_go_on {
            Deed::Reopen { raise }
        } else {
            Deed::Open { rank }
        }
    }

    /// What follows when an alert of it ended: the ticket is over with the last of them, if nobody
    /// has taken it.
    pub fn on_over(&self, ticket: Option<TicketScene>, now: Timestamp) -> Deed {
        let is_left = ticket.is_some_and(|ticket| ticket.status.is_open() && !ticket.is_owned);
        if self.firing > 0 || !is_left {
            return Deed::Note;
        }
        match self.settles_at(now) {
            Some(at) => Deed::Settle { at },
            None => Deed::Resolve,
        }
    }

    /// When it will have been quiet for long enough, if it came and went and that is still to come.
    pub fn settles_at(&self, now: Timestamp) -> Option<Timestamp> {
        let ended_at = self.ended_at.filter(|_| self.firing == 0)?;
        let settled = ended_at.checked_add(SETTLES_FOR).ok()?;
        (self.is_restless(ended_at) && now < settled).then_some(settled)
    }

    /// When it is to be looked at again, because what keeps it quiet may be over by then.
    pub fn look_again_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.rests()? {
            Quiet::Minor => None,
            Quiet::Maintenance { until } => Some(until.max(now)),
            Quiet::Cause { .. } | Quiet::KnownIssue { .. } => now.checked_add(LOOK_AT_CAUSES).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::service::Worth;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn service() -> Service {
        Service {
            id: uuid::Uuid::nil().into(),
            name: "Checkout".into(),
            squad: None,
            feature: None,
            reporter: uuid::Uuid::nil().into(),
            worth: Worth::default(),
            causes: Vec::new(),
            maintenance: Vec::new(),
            retired: false,
        }
    }

    fn group() -> Group {
        let nil = uuid::Uuid::nil();
        Group::new(nil.into(), nil.into(), "disk", "Disk is full", at(0))
    }

    fn ticket(status: StatusKind, over_at: Option<Timestamp>) -> TicketScene {
        TicketScene {
            status,
            is_owned: false,
            priority: Rank::P3,
            over_at,
            weighed_at: None,
        }
    }

    #[test]
    fn what_fires_opens_joins_raises_goes_on_or_rests() {
        let (service, mut group) = (service(), group());
        let quiet = Some(Quiet::Maintenance { until: at(60) });
        group.begin(1, Severity::Info, "Disk", at(0));
        let decide = |group: &Group, ticket, quiet, minutes| {
            group.on_firing(&service, ticket, Severity::Info, quiet, at(minutes))
        };
        assert_eq!(decide(&group, None, None, 0), Deed::Rest(Quiet::Minor));
        group.begin(1, Severity::Error, "Disk", at(0));
        let open = Deed::Open { rank: Rank::P2 };
        assert_eq!(decide(&group, None, None, 0), open);
        assert_eq!(
            decide(&group, None, quiet, 0),
            Deed::Rest(Quiet::Maintenance { until: at(60) })
        );
        let raised = Deed::Join {
            raise: Some(Rank::P2),
            waits: None,
        };
        // Whoever works on it hears of it, maintenance or not.
        let new = Some(ticket(StatusKind::New, None));
        assert_eq!(decide(&group, new, quiet, 0), raised);
        // What somebody has calls others by being raised, so that it waits as a new one would.
        let theirs = new.map(|new| TicketScene {
            is_owned: true,
            ..new
        });
        let waiting = Deed::Join {
            raise: None,
            waits: quiet,
        };
        assert_eq!(decide(&group, theirs, quiet, 0), waiting);
        assert_eq!(decide(&group, theirs, None, 0), raised);
        // What is as bad as before leaves the priority that somebody chose.
        let as_bad = group.on_firing(&service, new, Severity::Error, None, at(0));
        let joined = Deed::Join {
            raise: None,
            waits: None,
        };
        assert_eq!(as_bad, joined);
        // What waited for quiet to end is raised then, though it became no worse since.
        let mut waited = group.clone();
        waited.quiet = quiet;
        let is_over = waited.on_firing(&service, theirs, Severity::Error, None, at(60));
        assert_eq!(is_over, raised);
        // Whoever said meanwhile how urgent it is knew of it, also where some of it ended since.
        waited.begin(1, Severity::Error, "Disk", at(40));
        waited.end(1, at(50));
        let weighed = theirs.map(|theirs| TicketScene {
            weighed_at: Some(at(30)),
            ..theirs
        });
        let is_over = waited.on_firing(&service, weighed, Severity::Error, None, at(60));
        assert_eq!(is_over, joined);
        let is_worse = waited.on_firing(&service, weighed, Severity::Warning, None, at(60));
        assert_eq!(is_worse, raised);
        // So is what ended while it was quiet, and comes again.
        waited.end(waited.firing, at(61));
        assert_eq!(waited.rests(), None);
        waited.begin(1, Severity::Error, "Disk", at(90));
        let is_back = waited.on_firing(&service, theirs, Severity::Error, None, at(90));
        assert_eq!(is_back, raised);
        let over = |status| Some(ticket(status, Some(at(0))));
        let resolved = over(StatusKind::Resolved);
        let worse = Deed::Reopen {
            raise: Some(Rank::P2),
        };
        assert_eq!(decide(&group, resolved, None, 29), worse);
        let no_worse = group.on_firing(&service, resolved, Severity::Error, None, at(29));
        assert_eq!(no_worse, Deed::Reopen { raise: None });
        assert_eq!(decide(&group, resolved, None, 30), open);
        assert_eq!(decide(&group, over(StatusKind::Merged), None, 1), open);
    }

    #[test]
    fn a_resolution_holds_for_a_while_against_its_monitor() {
        let mut group = group();
        group.begin(1, Severity::Error, "Disk", at(0));
        let over = ticket(StatusKind::Resolved, Some(at(10)));
        let speaks =
            |group: &Group, ticket, heard, now| group.speaks_against(ticket, at(heard), at(now));
        assert!(!speaks(&group, over, 11, 19));
        assert!(speaks(&group, over, 11, 20));
        // Whoever resolved it knew of what fired then, and not of what began after.
        assert_eq!(group.believes_until(over, at(15)), Some(at(20)));
        assert_eq!(group.believes_until(over, at(20)), None);
        let mut again = group.clone();
        again.begin(1, Severity::Error, "Disk", at(12));
        assert_eq!(again.believes_until(over, at(15)), None);
        // What was said before was heard by whoever resolved it.
        assert!(!speaks(&group, over, 10, 20));
        // One that a clock ahead of time wrote holds against nobody.
        assert!(speaks(&group, over, 5, 8));
        let open = ticket(StatusKind::Reopened, Some(at(10)));
        assert!(!speaks(&group, open, 11, 20));
        group.quiet = Some(Quiet::Minor);
        assert!(!speaks(&group, over, 11, 20));
    }

    #[test]
    fn what_somebody_has_taken_does_not_end_by_itself() {
        let mut group = group();
        group.begin(1, Severity::Error, "Disk", at(0));
        let new = ticket(StatusKind::New, None);
        assert_eq!(group.on_over(Some(new), at(1)), Deed::Note);
        group.end(1, at(1));
        assert_eq!(group.on_over(Some(new), at(1)), Deed::Resolve);
        let taken = TicketScene {
            is_owned: true,
            ..new
        };
        assert_eq!(group.on_over(Some(taken), at(1)), Deed::Note);
        assert_eq!(group.on_over(None, at(1)), Deed::Note);
    }

    proptest! {
        /// However alerts come and go: nothing is resolved while one fires, and what is restless is
        /// resolved only after it was quiet for long enough.
        #[test]
        fn nothing_ends_too_early(turns in prop::collection::vec((1_i64..20, any::<bool>()), 1..40)) {
            let mut group = group();
            let (mut now, mut firing) = (0, 0_i64);
            for (minutes, begins) in turns {
                now += minutes;
                if begins {
                    group.begin(1, Severity::Error, "Disk", at(now));
                    firing += 1;
                } else if firing > 0 {
                    group.end(1, at(now));
                    firing -= 1;
                }
                prop_assert_eq!(group.firing, firing);
                prop_assert_eq!(group.ended_at.is_some(), firing == 0 && !group.turns.is_empty());
                let deed = group.on_over(Some(ticket(StatusKind::New, None)), at(now));
                if firing > 0 {
                    prop_assert_eq!(deed, Deed::Note);
                }
                if let Deed::Settle { at: settles_at } = deed {
                    prop_assert!(group.turns.len() >= RESTLESS_TURNS);
                    prop_assert!(settles_at > at(now));
                    let later = group.on_over(Some(ticket(StatusKind::New, None)), settles_at);
                    prop_assert_eq!(later, Deed::Resolve);
                }
            }
        }
    }
}

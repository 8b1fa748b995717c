//! What a fact makes true.

use jiff::Timestamp;

use super::{Contribution, Hats, Resolution, Status, StatusKind, Ticket};
use crate::{
    PersonId,
    cost::hands_on_seconds,
    fact::{Fact, Happened, Measure},
    priority::{Goals, ServiceLevels},
    sla::{Point, Reached},
};

impl Ticket {
    /// Makes `happened` true of this ticket, its clocks reading by `levels`. Facts of other kinds
    /// change nothing but the time of the last change.
    pub fn apply(&mut self, happened: &Happened, levels: &ServiceLevels) {
        if matches!(happened.fact, Fact::PageChanged { .. }) {
            // That people are called is told beside the ticket; nobody has worked on it by that.
            return;
        }
        let at = happened.at;
        let goals = levels.of(self.priority);
        match &happened.fact {
            Fact::TicketMoved { to, note: _, .. } => self.move_to(*to, None, goals, at),
            Fact::TicketResolved { resolution, .. } => {
                self.move_to(StatusKind::Resolved, Some(resolution.clone()), goals, at);
            }
            Fact::ResolutionCorrected { to, .. } => self.status.correct(to),
            Fact::TicketMerged { into, .. } => {
                self.stop_clocks(goals, at);
                self.status = Status::Merged { into: *into };
                self.closed_at = Some(at);
                self.expect_nothing();
                self.tally.owned_from(at);
            }
            Fact::TicketAbsorbed {
                joined, followers, ..
            } => {
                self.add_joined(joined);
                self.add_followers(followers);
                for person in joined {
                    self.count_person(*person, at);
                }
            }
            Fact::OwnerChanged { to, .. } => self.change_owner(*to, at),
            Fact::HatChanged { hat, to, .. } => self.hats.put(*hat, *to),
            Fact::UpdateGiven { .. } | Fact::UpdateDue { .. } => self.told(happened),
            Fact::SquadChanged { to, .. } => {
                self.tally.hand_offs += i64::from(self.squad.is_some() && to.is_some());
                if let Some(squad) = *to {
                    if self.past_squads.contains(&squad) {
                        self.tally.ping_pong += 1;
                    } else {
                        self.past_squads.push(squad);
                    }
                }
                self.squad = *to;
            }
            Fact::PriorityChanged { to, .. } => {
                let new = levels.of(*to);
                // Points that the old targets had reached were recorded before this fact.
                let _recorded = self.respond.change_goal(goals.respond, new.respond, at);
                let _recorded = self.resolve.change_goal(goals.resolve, new.resolve, at);
                self.priority = *to;
            }
            Fact::FeatureChanged { to, .. } => self.feature = *to,
            Fact::TitleChanged { to, .. } => self.title.clone_from(to),
            Fact::ServiceLevelWarned {
                measure, percent, ..
            } => {
                let point = if *percent >= 80 {
                    Point::FourFifths
                } else {
                    Point::Half
                };
                self.clock_mut(*measure).announce(Reached { point, at });
            }
            Fact::ServiceLevelBreached { measure, .. } => {
                self.clock_mut(*measure).announce(Reached {
                    point: Point::Breach,
                    at,
                });
            }
            Fact::Replied { .. } => self.count_reply(happened.actor),
            Fact::TimeLogged { seconds } => self.log_time(happened.actor, *seconds, at),
            Fact::Joined { .. } => {
                let person = happened.actor.as_slice();
                self.add_joined(person);
                self.add_followers(person);
            }
            Fact::Followed => self.followers.extend(happened.actor),
            Fact::Unfollowed => self
                .followers
                .retain(|person| Some(*person) != happened.actor),
            _ => {}
        }
        match (&happened.fact, happened.actor) {
            // Whoever joins is affected; that is no work on it.
            (Fact::Joined { .. }, Some(person)) => self.count_person(person, at),
            (_, actor) => self.count(actor, at),
        }
        self.changed_at = self.changed_at.max(at);
    }

    /// Counts `actor` among the people of this ticket, and their time since they were last here.
    pub(super) fn count(&mut self, actor: Option<PersonId>, at: Timestamp) {
        let Some(person) = actor else { return };
        let works = person != self.reporter;
        let contribution = self.contribution_mut(person, at);
        let before = (contribution.hands_on_seconds > 0).then_some(contribution.last_at);
        let seconds = if works {
            hands_on_seconds(before, at)
        } else {
            0
        };
        contribution.hands_on_seconds += seconds;
        contribution.last_at = contribution.last_at.max(at);
        self.tally.hands_on_seconds += seconds;
        self.count_people();
    }

    fn count_person(&mut self, person: PersonId, at: Timestamp) {
        self.contribution_mut(person, at);
        self.count_people();
    }

    fn count_people(&mut self) {
        self.tally.people = i64::try_from(self.contributions.len()).unwrap_or(i64::MAX);
    }

    fn contribution_mut(&mut self, person: PersonId, at: Timestamp) -> &mut Contribution {
        let known = self.contributions.iter().position(|c| c.person == person);
        let index = known.unwrap_or_else(|| {
            let new = Contribution {
                person,
                replies: 0,
                hands_on_seconds: 0,
                last_at: at,
            };
            self.contributions.push(new);
            self.contributions.len() - 1
        });
        &mut self.contributions[index]
    }

    fn count_reply(&mut self, actor: Option<PersonId>) {
        self.tally.replies += 1;
        let contribution = self
            .contributions
            .iter_mut()
            .find(|c| Some(c.person) == actor);
        match (contribution, actor) {
            (Some(contribution), _) => contribution.replies += 1,
            (None, Some(person)) => {
                let at = self.changed_at;
                self.contribution_mut(person, at).replies = 1;
            }
            (None, None) => {}
        }
    }

    fn log_time(&mut self, actor: Option<PersonId>, seconds: i64, at: Timestamp) {
        self.tally.hands_on_seconds += seconds;
        if let Some(person) = actor {
            self.contribution_mut(person, at).hands_on_seconds += seconds;
        }
    }

    fn clock_mut(&mut self, measure: Measure) -> &mut crate::sla::Clock {
        match measure {
            Measure::Respond => &mut self.respond,
            Measure::Resolve => &mut self.resolve,
        }
    }

    fn change_owner(&mut self, to: Option<PersonId>, at: Timestamp) {
        self.tally.hand_offs += i64::from(self.owner.is_some() && to.is_some());
        match to {
            Some(owner) => {
                if self.past_owners.contains(&owner) {
                    self.tally.ping_pong += 1;
                } else {
                    self.past_owners.push(owner);
                }
                self.tally.owned_from(at);
            }
            None if self.status.kind().is_open() => self.tally.unowned_from(at),
            None => {}
        }
        self.owner = to;
    }

    fn move_to(
        &mut self,
        to: StatusKind,
        resolution: Option<Resolution>,
        goals: Goals<'_>,
        at: Timestamp,
    ) {
        let resolution = resolution.or_else(|| self.status.resolution().cloned());
        match to {
            StatusKind::New => {}
            StatusKind::Acknowledged | StatusKind::InProgress => self.seen(goals, at),
            StatusKind::WaitingForReporter => {
                self.seen(goals, at);
                self.resolve.pause(at);
            }
            StatusKind::Resolved => {
                self.stop_clocks(goals, at);
                self.resolved_at = Some(at);
                self.tally.owned_from(at);
            }
            StatusKind::Closed | StatusKind::Merged => {
                self.stop_clocks(goals, at);
                self.resolved_at.get_or_insert(at);
                self.closed_at = Some(at);
                self.tally.owned_from(at);
            }
            StatusKind::Reopened => self.tally.reopened += 1,
        }
        if to.is_open() {
            if !self.status.kind().is_open() {
                self.resolve.reopen(goals.resolve, at);
                if self.owner.is_none() {
                    self.tally.unowned_from(at);
                }
            } else if to != StatusKind::WaitingForReporter {
                self.resolve.resume(at);
            }
            self.resolved_at = None;
            self.closed_at = None;
        } else {
            self.expect_nothing();
        }
        self.status = match (to, resolution) {
            (StatusKind::New, _) => Status::New,
            (StatusKind::Acknowledged, _) => Status::Acknowledged,
            (StatusKind::InProgress, _) => Status::InProgress,
            (StatusKind::WaitingForReporter, _) => Status::WaitingForReporter,
            (StatusKind::Reopened, _) => Status::Reopened,
            (StatusKind::Resolved, Some(resolution)) => Status::Resolved(resolution),
            (StatusKind::Resolved, None) => Status::Resolved(Resolution::untold()),
            (StatusKind::Closed | StatusKind::Merged, resolution) => Status::Closed(resolution),
        };
    }

    fn seen(&mut self, goals: Goals<'_>, at: Timestamp) {
        self.acknowledged_at.get_or_insert(at);
        self.respond.finish(goals.respond, at);
    }

    /// It is over: hats come off, and nobody waits for an update.
    fn expect_nothing(&mut self) {
        self.hats = Hats::default();
        self.next_update = None;
    }

    fn stop_clocks(&mut self, goals: Goals<'_>, at: Timestamp) {
        self.seen(goals, at);
        self.resolve.finish(goals.resolve, at);
    }
}

impl Resolution {
    /// A resolution of which another tracker told nothing.
    pub fn untold() -> Self {
        Self {
            cause: String::new(),
            how_known: String::new(),
            change: super::Change::No,
            customer_outcome: None,
            known_issue: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        priority::{self, Rank},
        ticket::{NewTicket, Report},
    };

    #[test]
    fn handing_on_and_back_is_counted() {
        let levels = ServiceLevels::new(&priority::defaults(), &[]).unwrap();
        let id = uuid::Uuid::from_u128;
        let at: Timestamp = "2026-01-05T12:00:00Z".parse().unwrap();
        let new = NewTicket {
            id: id(1).into(),
            number: "T-1".parse().unwrap(),
            title: "The lift stands still".into(),
            report: Report::default(),
            priority: Rank::P3,
            feature: None,
            squad: None,
            reporter: id(2).into(),
        };
        let (mut ticket, _) = Ticket::open(new, at);
        for (squad, hand_offs, ping_pong) in [(3, 0, 0), (4, 1, 0), (3, 2, 1)] {
            let fact = Fact::SquadChanged {
                from: ticket.squad,
                to: Some(id(squad).into()),
            };
            let happened = Happened {
                at,
                actor: None,
                ticket: Some(ticket.id),
                fact,
            };
            ticket.apply(&happened, &levels);
            let tally = &ticket.tally;
            assert_eq!((tally.hand_offs, tally.ping_pong), (hand_offs, ping_pong));
        }
    }
}

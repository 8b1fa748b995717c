//! What was learnt afterwards.

use eider_domain::{
    fact::{Fact, Happened},
    person::Person,
    washup::{Action, WashUp},
};
use eider_store::washup::Written;
use jiff::{SignedDuration, ToSpan as _, tz::TimeZone};

use super::{End, Step, Story};

const A_MONTH_DAYS: i64 = 30;

impl<'a> Story<'a> {
    /// The lead of the squad writes a wash-up the day after, and people agree what they will do.
    pub(super) fn wash_up(&mut self) -> Step {
        let Some(lead) = self.company.lead(self.told.ticket.squad) else {
            return Ok(());
        };
        self.wait(20 * 60 * 60);
        self.pass(3_600.0);
        let wash_up = self.learnt();
        self.happen(lead, Fact::WashUpWritten)?;
        self.told.wash_up = Some(Written {
            wash_up,
            at: self.at,
            by: lead.id,
        });
        for _ in 0..self.dice.between(1, 2) {
            self.agree(lead)?;
        }
        Ok(())
    }

    fn learnt(&mut self) -> WashUp {
        let ticket = &self.told.ticket;
        let minutes = |until: Option<jiff::Timestamp>| {
            let until = until.unwrap_or(ticket.opened_at);
            until.duration_since(ticket.opened_at).as_mins()
        };
        let people = ticket.report.people_affected.unwrap_or(1);
        let happened = format!(
            "{} Somebody had seen it after {} minutes, and it was put right after {} minutes.",
            ticket.report.what,
            minutes(ticket.acknowledged_at),
            minutes(ticket.resolved_at)
        );
        let lessons = self.dice.pick(&self.words.phrases.lessons).clone();
        WashUp {
            what_happened: happened,
            who_was_affected: format!("About {people} customers, and everybody on the telephones."),
            cause: self.gaps.fill(&self.problem.cause),
            how_resolved: self.gaps.fill(&self.problem.how_known),
            lessons: self.gaps.fill(&lessons),
        }
    }

    fn agree(&mut self, lead: &Person) -> Step {
        self.wait(90);
        let what = self.dice.pick(&self.words.phrases.follow_up).clone();
        let agreed = self.told.actions.iter();
        if agreed
            .clone()
            .any(|(action, _)| action.what == self.gaps.fill(&what))
        {
            return Ok(());
        }
        let crew = self.company.crew(self.told.ticket.squad);
        let Some(owner) = crew.first().copied() else {
            return Ok(());
        };
        let owner = if crew.len() > 1 {
            *self.dice.pick(&crew)
        } else {
            owner
        };
        let today = self.at.to_zoned(TimeZone::UTC).date();
        let action = Action {
            id: self.dice.id(self.at),
            what: self.gaps.fill(&what),
            owner: owner.id,
            due_on: today.saturating_add(self.dice.between(7, 28).days()),
            done: false,
        };
        let agreed = Fact::ActionAgreed {
            action: action.id,
            what: action.what.clone(),
            owner: action.owner,
        };
        self.happen(lead, agreed)?;
        let (id, action_due) = (action.id, action.due_on);
        let place = self.told.actions.len();
        self.told.actions.push((action, None));
        // What is long overdue was done: people who write wash-ups look after them.
        let until = self.plan.until.to_zoned(TimeZone::UTC).date();
        let is_old = action_due.saturating_add(A_MONTH_DAYS.days()) < until;
        if self.dice.chance(0.75) || is_old {
            let days = self.dice.between(3, 24);
            let now = self.at;
            self.at += SignedDuration::from_hours(24 * days);
            // Not done yet is not the end of the story: others may be.
            if self.happen(owner, Fact::ActionDone { action: id }).is_ok() {
                self.told.actions[place].1 = Some(self.at);
            }
            self.at = now;
        }
        Ok(())
    }

    fn happen(&mut self, who: &Person, fact: Fact) -> Step {
        if self.at >= self.plan.until {
            return Err(End::NotYet);
        }
        self.make_true(vec![Happened {
            at: self.at,
            actor: Some(who.id),
            ticket: Some(self.told.ticket.id),
            fact,
        }]);
        Ok(())
    }
}

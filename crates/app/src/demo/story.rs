//! The life of one ticket, told by asking the rules for each step.

mod life;
mod open;
mod wash_up;

use eider_domain::{
    TicketNumber,
    fact::{Fact, Happened},
    person::Person,
    priority::ServiceLevels,
    ticket::{Command, Refusal, Situation, Ticket},
    washup::Action,
};
use eider_store::{attachment::Attachment, message::Message, washup::Written};
use jiff::{SignedDuration, Timestamp};

use super::{
    company::{Company, actor},
    dice::Dice,
    plan::Plan,
    words::{Gaps, Problem, Words},
};
use crate::{Error, Result};

/// A story that has been told.
pub(super) struct Told {
    #[cfg(test)]
    pub(super) stage: super::plan::Stage,
    pub(super) ticket: Ticket,
    pub(super) facts: Vec<Happened>,
    /// How many of the facts the ticket knows of.
    pub(super) applied: usize,
    pub(super) messages: Vec<Message>,
    pub(super) files: Vec<(Attachment, Vec<u8>)>,
    pub(super) wash_up: Option<Written>,
    /// What was agreed, and when it was done.
    pub(super) actions: Vec<(Action, Option<Timestamp>)>,
}

/// Why a story goes no further.
enum End {
    /// The next step would be after the end of the plan.
    NotYet,
    /// The rules said no, which is a mistake in the story.
    Refused(Refusal),
}

type Step = std::result::Result<(), End>;

/// A story that is being told.
struct Story<'a> {
    dice: &'a mut Dice,
    company: &'a Company,
    words: &'a Words,
    levels: &'a ServiceLevels,
    plan: &'a Plan,
    problem: &'a Problem,
    gaps: Gaps,
    reporter: &'a Person,
    at: Timestamp,
    told: Told,
}

/// Tells the story of `plan` as the ticket `number`; one that is merged goes into `original`.
pub(super) fn tell(
    dice: &mut Dice,
    company: &Company,
    words: &Words,
    levels: &ServiceLevels,
    plan: &Plan,
    number: TicketNumber,
    original: Option<TicketNumber>,
) -> Result<Told> {
    let mut story = open::begin(dice, company, words, levels, plan, number);
    match story.live(original) {
        Ok(()) | Err(End::NotYet) => {
            story.told.facts.sort_by_key(|happened| happened.at);
            Ok(story.told)
        }
        Err(End::Refused(refusal)) => Err(Error::Refused(refusal)),
    }
}

/// Tells the tickets that others were merged into of it.
pub(super) fn absorb_duplicates(told: &mut [Told], plans: &[Plan], levels: &ServiceLevels) {
    for (index, plan) in plans.iter().enumerate() {
        let Some(original) = plan.duplicate_of else {
            continue;
        };
        let merged = told[index].facts.iter().find_map(|happened| {
            let is_merge = matches!(happened.fact, Fact::TicketMerged { .. });
            is_merge.then_some((happened.at, happened.actor))
        });
        let absorbed = told
            .get(original)
            .map(|original| original.ticket.absorb(&told[index].ticket));
        if let (Some((at, actor)), Some(fact), Some(original)) =
            (merged, absorbed, told.get_mut(original))
        {
            let happened = Happened {
                at,
                actor,
                ticket: Some(original.ticket.id),
                fact,
            };
            original.ticket.apply(&happened, levels);
            original.facts.push(happened);
            original.applied = original.facts.len();
        }
    }
}

impl<'a> Story<'a> {
    /// Lets working time pass, as the ticket's hours count it.
    fn pass(&mut self, seconds: f64) {
        let goals = self.levels.of(self.told.ticket.priority);
        let seconds = (seconds.max(20.0)) as i64;
        let later = goals.resolve.hours.add_working_seconds(self.at, seconds);
        // People do not act on the stroke of the hour at which the office opens.
        let restless = SignedDuration::from_secs(self.dice.between(5, 240));
        let is_calm = seconds > 600;
        self.at = later.unwrap_or(self.at);
        if is_calm {
            self.at += restless;
        }
    }

    /// Lets a while pass, whatever the hours.
    fn wait(&mut self, seconds: i64) {
        self.at += SignedDuration::from_secs(seconds);
    }

    /// Lets a short while pass, whatever the hours.
    fn pause(&mut self, least_seconds: i64, most_seconds: i64) {
        let seconds = self.dice.between(least_seconds, most_seconds);
        self.wait(seconds);
    }

    /// Somebody, or Eider itself, asks something of the ticket.
    fn ask(&mut self, who: Option<&Person>, command: Command) -> Step {
        if self.at >= self.plan.until {
            return Err(End::NotYet);
        }
        let due = self.told.ticket.service_level_facts(self.levels, self.at);
        self.make_true(due);
        let actor = who.map(actor);
        let situation = Situation {
            actor: actor.as_ref(),
            now: self.at,
        };
        let decided = self.told.ticket.decide(command, situation);
        self.make_true(decided.map_err(End::Refused)?);
        Ok(())
    }

    fn make_true(&mut self, facts: Vec<Happened>) {
        for happened in facts {
            self.told.ticket.apply(&happened, self.levels);
            self.told.facts.push(happened);
        }
        self.told.applied = self.told.facts.len();
    }

    /// Somebody writes one of these in the thread, addressing somebody.
    fn say(&mut self, who: &Person, phrases: &[String], to: &Person) -> Step {
        let phrase = self.dice.pick(phrases).clone();
        self.say_this(who, &phrase, to)
    }

    fn say_this(&mut self, who: &Person, phrase: &str, to: &Person) -> Step {
        let id = self.dice.id(self.at);
        let command = Command::Say {
            message: id,
            mentions: Vec::new(),
        };
        self.ask(Some(who), command)?;
        self.told.messages.push(Message {
            id,
            ticket: self.told.ticket.id,
            author: who.id,
            at: self.at,
            body: self.gaps.fill_with(phrase, first_name(to)),
            edited_at: None,
            withdrawn_at: None,
        });
        Ok(())
    }
}

fn first_name(person: &Person) -> &str {
    person
        .name
        .split_whitespace()
        .next()
        .unwrap_or(&person.name)
}

//! What becomes of a ticket, step by step.

use eider_domain::{
    SquadId, TicketNumber,
    person::Person,
    priority::Rank,
    ticket::{Change, Command, Hat, NextUpdate, Resolution, StatusKind},
};
use eider_store::attachment::Attachment;
use jiff::SignedDuration;

use super::{Step, Story};
use crate::demo::plan::Stage;

impl<'a> Story<'a> {
    /// Tells the story as far as its plan goes.
    pub(super) fn live(&mut self, original: Option<TicketNumber>) -> Step {
        let target = self.levels.of(self.plan.rank).resolve.target.seconds() as f64;
        let worker = self.worker();
        match self.plan.stage {
            Stage::WholeLife => self.whole_life(worker, target),
            Stage::Merged => self.merge(worker, original),
            Stage::Unseen => Ok(()),
            Stage::SeenUnowned => {
                self.pass(target * 0.08);
                self.ask(Some(worker), Command::Acknowledge)
            }
            Stage::Taken => self.take(worker, target * 0.05),
            Stage::TakenByAdministrator => self.take(self.administrator(), target * 0.04),
            Stage::InProgress => {
                self.take(worker, target * 0.04)?;
                if self.plan.rank == Rank::P1 {
                    self.put_on_hats(worker)?;
                }
                self.work(worker, target * 0.3)?;
                if self.plan.rank == Rank::P1 {
                    self.tell_how_it_stands()?;
                }
                Ok(())
            }
            Stage::Waiting => {
                self.take(worker, target * 0.05)?;
                self.work(worker, target * 0.1)?;
                self.put_question(worker, target * 0.1)
            }
            Stage::Resolved => {
                self.take(worker, target * 0.05)?;
                self.work(worker, target * 0.1)?;
                self.resolve(worker, target * 0.1)
            }
            Stage::Reopened => {
                self.take(worker, target * 0.05)?;
                self.work(worker, target * 0.1)?;
                self.resolve(worker, target * 0.1)?;
                self.reopen(target * 0.1)
            }
        }
    }

    fn whole_life(&mut self, mut worker: &'a Person, target: f64) -> Step {
        let effort = target * self.dice.around(0.42, 0.72);
        self.take_somehow(worker, target)?;
        self.correct_priority(worker)?;
        if self.dice.chance(0.9) {
            self.work(worker, effort * 0.25)?;
        }
        if self.plan.rank > Rank::P1 && self.dice.chance(0.24) {
            self.put_question(worker, effort * 0.1)?;
            self.answer()?;
        }
        if self.dice.chance(0.05) {
            worker = self.change_squad(worker, effort * 0.2)?;
        } else if self.dice.chance(0.1) {
            worker = self.hand_over(worker, effort * 0.2)?;
        }
        for _ in 0..self.dice.between(0, 2) {
            self.talk(worker, effort * 0.12)?;
        }
        self.resolve(worker, effort * 0.35)?;
        if self.dice.chance(0.055) {
            self.reopen(target * 0.3)?;
            self.pass(target * 0.04);
            self.ask(Some(worker), Command::Start)?;
            self.talk(worker, effort * 0.2)?;
            self.resolve(worker, effort * 0.3)?;
        }
        self.end()?;
        let often = if self.plan.rank == Rank::P1 {
            0.7
        } else {
            0.01
        };
        if self.dice.chance(often) {
            self.wash_up()?;
        }
        Ok(())
    }

    /// Takes it, is given it, or lets it lie for a while after having seen it.
    fn take_somehow(&mut self, worker: &'a Person, target: f64) -> Step {
        let seconds = target * self.dice.around(0.065, 0.9);
        let lead = self.company.lead(self.told.ticket.squad);
        match (self.dice.between(0, 99), lead) {
            (0..=11, _) => {
                self.pass(seconds);
                self.ask(Some(worker), Command::Acknowledge)?;
                let idle = target * self.dice.around(0.12, 0.6);
                self.take(worker, idle)
            }
            (12..=29, Some(lead)) => {
                self.pass(seconds);
                self.ask(Some(lead), Command::Assign { to: worker.id })
            }
            _ => self.take(worker, seconds),
        }
    }

    fn take(&mut self, worker: &'a Person, after: f64) -> Step {
        self.pass(after);
        self.ask(Some(worker), Command::Take)?;
        if self.told.ticket.feature.is_none() {
            self.file_under_feature(worker)?;
        }
        if self.dice.chance(0.8) {
            let phrases = if self.plan.rank == Rank::P1 {
                &self.words.phrases.hello_urgent
            } else {
                &self.words.phrases.hello
            };
            self.pause(20, 200);
            self.say(worker, phrases, self.reporter)?;
        }
        Ok(())
    }

    fn file_under_feature(&mut self, worker: &'a Person) -> Step {
        let found = self.company.features.iter().map(|w| &w.feature);
        let found = found
            .into_iter()
            .find(|feature| feature.name == self.problem.feature);
        let Some(feature) = found else { return Ok(()) };
        self.wait(30);
        let command = Command::ChangeFeature {
            to: Some(feature.id),
            squad: feature.squad,
        };
        self.ask(Some(worker), command)
    }

    fn correct_priority(&mut self, worker: &'a Person) -> Step {
        let (to, phrases) = match (self.plan.rank, self.dice.between(0, 99)) {
            (Rank::P3, 0..=3) => (Rank::P2, &self.words.phrases.raise),
            (Rank::P2, 0..=1) => (Rank::P1, &self.words.phrases.raise),
            (Rank::P2, 2..=8) => (Rank::P3, &self.words.phrases.lower),
            _ => return Ok(()),
        };
        let reason = self.dice.pick(phrases).clone();
        let reason = Some(self.gaps.fill(&reason));
        self.pause(40, 400);
        self.ask(Some(worker), Command::Prioritise { to, reason })
    }

    /// Begins, and says what is found.
    fn work(&mut self, worker: &'a Person, seconds: f64) -> Step {
        self.pause(30, 500);
        self.ask(Some(worker), Command::Start)?;
        if self.dice.chance(0.06) {
            self.attach_log(worker)?;
        }
        self.pass(seconds);
        if self.dice.chance(0.72) {
            let finding = self.problem.finding.clone();
            self.say_this(worker, &finding, self.reporter)?;
        }
        Ok(())
    }

    /// Whoever has it looks for the cause; the lead of the squad tells how it stands.
    fn put_on_hats(&mut self, worker: &'a Person) -> Step {
        let hat = Hat::Diagnosing;
        self.pause(20, 60);
        self.ask(Some(worker), Command::TakeHat { hat })?;
        let hat = Hat::Communicating;
        self.pause(20, 90);
        self.ask(
            self.company.lead(self.told.ticket.squad),
            Command::TakeHat { hat },
        )
    }

    /// An update, with the next one soon after the present instant.
    fn tell_how_it_stands(&mut self) -> Step {
        let next = self.plan.until + SignedDuration::from_mins(14);
        let rounding = SignedDuration::from_secs(next.as_second().rem_euclid(300));
        let update = Command::Update {
            known: self.gaps.fill(&self.problem.finding),
            doing: "We are putting it right. Please tell callers that we are on it, and that no \
                    order is lost."
                .into(),
            next: Some(NextUpdate::At(next - rounding)),
        };
        self.pause(60, 180);
        self.ask(self.company.lead(self.told.ticket.squad), update)
    }

    fn put_question(&mut self, worker: &'a Person, seconds: f64) -> Step {
        self.pass(seconds);
        self.say(worker, &self.words.phrases.question, self.reporter)?;
        let question = self.dice.pick(&self.words.phrases.question_waiting).clone();
        self.wait(15);
        let question = Some(question);
        self.ask(Some(worker), Command::Wait { question })
    }

    fn answer(&mut self) -> Step {
        let seconds = self.dice.around(5_400.0, 0.9);
        self.pass(seconds);
        // The reporter's word ends the waiting by itself.
        self.say(self.reporter, &self.words.phrases.answer, self.reporter)?;
        if self.told.ticket.status.kind() == StatusKind::WaitingForReporter {
            self.ask(Some(self.reporter), Command::Resume)?;
        }
        Ok(())
    }

    fn hand_over(
        &mut self,
        worker: &'a Person,
        seconds: f64,
    ) -> std::result::Result<&'a Person, super::End> {
        let squad = self.told.ticket.squad;
        let other = self.another(worker, squad);
        self.pass(seconds);
        self.say(worker, &self.words.phrases.hand_over, other)?;
        self.wait(40);
        self.ask(Some(worker), Command::Assign { to: other.id })?;
        if !self.dice.chance(0.2) {
            return Ok(other);
        }
        self.pass(seconds);
        self.ask(Some(other), Command::Assign { to: worker.id })?;
        Ok(worker)
    }

    fn change_squad(
        &mut self,
        worker: &'a Person,
        seconds: f64,
    ) -> std::result::Result<&'a Person, super::End> {
        let squad = self.dice.pick(&self.company.squads).id;
        if self.told.ticket.squad == Some(squad) {
            return Ok(worker);
        }
        let other = self.another(worker, Some(squad));
        self.pass(seconds);
        self.say(worker, &self.words.phrases.wrong_squad, self.reporter)?;
        self.wait(25);
        self.ask(Some(worker), Command::ChangeSquad { to: Some(squad) })?;
        self.wait(10);
        self.ask(Some(worker), Command::Assign { to: other.id })?;
        self.pass(seconds);
        self.say(other, &self.words.phrases.hello, self.reporter)?;
        Ok(other)
    }

    /// A word in between, from whoever works on it or a colleague.
    fn talk(&mut self, worker: &'a Person, seconds: f64) -> Step {
        self.pass(seconds);
        if self.dice.chance(0.25) {
            let colleague = self.another(worker, None);
            self.say(colleague, &self.words.phrases.colleague, worker)
        } else {
            self.say(worker, &self.words.phrases.update, self.reporter)
        }
    }

    fn resolve(&mut self, worker: &'a Person, seconds: f64) -> Step {
        self.pass(seconds);
        let change = if self.dice.chance(self.problem.change) {
            let reference = format!(
                "https://git.marram.example/changes/{}",
                self.dice.between(1_208, 4_980)
            );
            Change::Yes {
                reference: Some(reference),
            }
        } else {
            Change::No
        };
        let resolution = Resolution {
            cause: self.gaps.fill(&self.problem.cause),
            how_known: self.gaps.fill(&self.problem.how_known),
            change,
            customer_outcome: Some(self.gaps.fill(&self.problem.outcome)),
            known_issue: None,
        };
        self.ask(Some(worker), Command::Resolve(resolution))?;
        self.wait(20);
        self.say(worker, &self.words.phrases.done, self.reporter)
    }

    fn reopen(&mut self, seconds: f64) -> Step {
        self.pass(seconds);
        let why = self.dice.pick(&self.words.phrases.still_wrong).clone();
        let why = Some(self.gaps.fill(&why));
        self.ask(Some(self.reporter), Command::Reopen { why })
    }

    /// The reporter agrees, or lets the time pass.
    fn end(&mut self) -> Step {
        const A_WEEK_SECONDS: i64 = 7 * 24 * 60 * 60;
        if self.dice.chance(0.3) {
            self.wait(A_WEEK_SECONDS);
            return self.ask(None, Command::CloseUnanswered);
        }
        let seconds = self.dice.around(6_000.0, 1.0);
        self.pass(seconds);
        if self.dice.chance(0.5) {
            let owner = self.owner();
            self.say(self.reporter, &self.words.phrases.thanks, owner)?;
            self.wait(30);
        }
        self.ask(Some(self.reporter), Command::Confirm)
    }

    fn merge(&mut self, worker: &'a Person, original: Option<TicketNumber>) -> Step {
        let Some(into) = original else { return Ok(()) };
        self.pause(120, 900);
        self.ask(Some(worker), Command::Merge { into })
    }

    fn attach_log(&mut self, worker: &'a Person) -> Step {
        let id = self.dice.id(self.at);
        let content = self.gaps.fill(
            "{time}:07 WARN  request M-1 took 4012 ms\n{time}:09 WARN  request M-2 took 4388 ms\n\
             {time}:11 ERROR order {order}: gave up after 3 tries\n",
        );
        let size_bytes = i64::try_from(content.len()).unwrap_or_default();
        let name = "log.txt".to_owned();
        let command = Command::Attach {
            attachment: id,
            name: name.clone(),
            size_bytes,
        };
        self.ask(Some(worker), command)?;
        let file = Attachment {
            id,
            ticket: self.told.ticket.id,
            message: None,
            author: worker.id,
            at: self.at,
            name,
            media_type: "text/plain".into(),
            size_bytes,
        };
        self.told.files.push((file, content.into_bytes()));
        Ok(())
    }

    /// Somebody of the squad that looks after it, but not its reporter.
    fn worker(&mut self) -> &'a Person {
        self.another(self.reporter, self.told.ticket.squad)
    }

    fn another(&mut self, than: &'a Person, squad: Option<SquadId>) -> &'a Person {
        let mut crew = self.company.crew(squad);
        crew.retain(|person| person.id != than.id && person.id != self.reporter.id);
        if crew.is_empty() {
            crew = self.company.crew(None);
            crew.retain(|person| person.id != than.id && person.id != self.reporter.id);
        }
        let chosen: &&Person = self.dice.pick(&crew);
        chosen
    }

    fn administrator(&self) -> &'a Person {
        let mut people = self.company.people.iter();
        let found = people.find(|person| person.id == self.company.administrator);
        found.unwrap_or(self.reporter)
    }

    fn owner(&self) -> &'a Person {
        let mut people = self.company.people.iter();
        let found = people.find(|person| Some(person.id) == self.told.ticket.owner);
        found.unwrap_or(self.reporter)
    }
}

//! Making true what happened to a page, and having people called and stopped by it.

use eider_domain::{
    PersonId, TicketId,
    contact::{Subject, Urgency},
    fact::{Fact, Happened},
    page::{Event, Page, State},
};
use eider_store::Tx;
use jiff::Timestamp;

use super::scene::Scene;
use crate::{Eider, Result, contact};

/// The most things that happen to a page in one step.
const MOST_AT_ONCE: usize = 64;

/// What happens to a page in one transaction, with the facts that tell it.
pub(super) struct Record<'a> {
    eider: &'a Eider,
    now: Timestamp,
    /// The facts, to be appended last of all.
    pub(super) facts: Vec<Happened>,
}

impl<'a> Record<'a> {
    pub(super) fn new(eider: &'a Eider, now: Timestamp) -> Self {
        Self {
            eider,
            now,
            facts: Vec::new(),
        }
    }

    /// When all of it happens.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes an event true, and has people called and stopped accordingly.
    pub(super) async fn happen(
        &mut self,
        tx: &mut Tx,
        page: &mut Page,
        actor: Option<PersonId>,
        event: Event,
    ) -> Result<()> {
        let before = page.callees();
        let called = newly_called(page, &event);
        let mut place = match page.notes.called.is_empty() {
            true => contact::Place::First,
            false => contact::Place::InTurn,
        };
        let asker = match event {
            Event::HelpMissed { by, .. } => by,
            Event::Declined { by, .. } => page.asker_of(by),
            _ => None,
        };
        self.note(page, actor, event);
        let subject = Subject::Page(page.id);
        let still = page.callees();
        if still.is_empty() && !before.is_empty() {
            contact::stop(tx, self.eider, subject, None).await?;
        } else {
            for person in before.iter().filter(|person| !still.contains(person)) {
                contact::stop(tx, self.eider, subject, Some(*person)).await?;
            }
        }
        for person in called {
            self.call(tx, page, person, place).await?;
            place = contact::Place::InTurn;
        }
        self.tell(tx, page, asker).await
    }

    /// Whoever asked for somebody hears that they do not come.
    async fn tell(&self, tx: &mut Tx, page: &Page, asker: Option<PersonId>) -> Result<()> {
        if let Some(by) = asker {
            let subject = Subject::HelpMissed(page.id);
            // What still waits of it is said by this one.
            contact::stop(tx, self.eider, subject, Some(by)).await?;
            contact::tell(tx, self.eider, by, subject, self.now).await?;
        }
        Ok(())
    }

    /// Does everything that has to happen by itself now.
    pub(super) async fn settle(
        &mut self,
        tx: &mut Tx,
        page: &mut Page,
        scene: &Scene,
    ) -> Result<()> {
        let company = scene.company();
        let circumstances = scene.circumstances(&company);
        for _ in 0..MOST_AT_ONCE {
            let Some(event) = page.due(&circumstances) else {
                break;
            };
            self.happen(tx, page, None, event).await?;
        }
        Ok(())
    }

    /// Writes the page and queues what comes next.
    pub(super) async fn save(&self, tx: &mut Tx, page: &Page, scene: &Scene) -> Result<()> {
        let company = scene.company();
        let next_at = page.next_at(&scene.circumstances(&company));
        super::save(self.eider, tx, page, next_at).await
    }

    async fn call(
        &mut self,
        tx: &mut Tx,
        page: &mut Page,
        person: PersonId,
        place: contact::Place,
    ) -> Result<()> {
        let subject = Subject::Page(page.id);
        // What waits from an earlier call is said by this one.
        contact::stop(tx, self.eider, subject, Some(person)).await?;
        let urgency = Urgency::High;
        let attempts =
            contact::call_placed(tx, self.eider, person, subject, urgency, self.now, place).await?;
        if attempts == 0 {
            let asker = page.asker_of(person);
            self.note(page, None, Event::Unreachable { person });
            self.tell(tx, page, asker).await?;
        }
        Ok(())
    }

    /// Makes an event true and keeps its fact, told beside the ticket that leads the page.
    fn note(&mut self, page: &mut Page, actor: Option<PersonId>, event: Event) {
        let ticket = page.lead().map(|paged| paged.ticket);
        self.note_beside(page, ticket, actor, event);
    }

    /// Makes an event true and keeps its fact, told beside that ticket. Nobody is called by it.
    pub(super) fn note_beside(
        &mut self,
        page: &mut Page,
        ticket: Option<TicketId>,
        actor: Option<PersonId>,
        event: Event,
    ) {
        page.apply(&event, ticket, self.now);
        self.facts.push(Happened {
            at: self.now,
            actor,
            ticket,
            fact: Fact::PageChanged {
                page: page.id,
                event,
            },
        });
    }
}

/// Whom an event calls who is not being called by the same level already.
fn newly_called(page: &Page, event: &Event) -> Vec<PersonId> {
    match event {
        Event::Called {
            people,
            level,
            round,
            ..
        } => {
            let before = match &page.state {
                State::Calling {
                    level: before_level,
                    round: before_round,
                    people,
                    ..
                } if (before_level, before_round) == (level, round) => people.as_slice(),
                _ => &[],
            };
            people
                .iter()
                .copied()
                .filter(|person| !before.contains(person))
                .collect()
        }
        Event::LastResortCalled { people, .. } | Event::HelpCalled { people, .. } => people.clone(),
        Event::AskedAgain { person, .. } => vec![*person],
        _ => Vec::new(),
    }
}

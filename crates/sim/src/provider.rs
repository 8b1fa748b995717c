//! Providers: what becomes of a message that one is given is drawn from the seed.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use eider_app::contact::Sending;
use eider_delivery::Carrier;
use eider_domain::{
    AttemptId, PageId, PersonId,
    contact::{Arrival, Attempt, Kind, Outcome, Subject},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    chance::Chance,
    fault::{Fault, Planted, Rates},
    stage::Stage,
};

/// After this a request to a provider is given up; see `crates/delivery/src/http.rs`.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_secs(6);

/// A message as it reached somebody.
#[derive(Clone, Debug)]
pub struct Message {
    /// The attempt by which it came.
    pub attempt: AttemptId,
    /// About which page.
    pub page: PageId,
    /// To whom.
    pub person: PersonId,
    /// How.
    pub kind: Kind,
    /// To which address.
    pub address: String,
    /// The secret of its link.
    pub secret: String,
    /// The provider's own word for it.
    pub reference: String,
}

/// What will happen in the world because of a message.
#[derive(Clone, Debug)]
pub enum Effect {
    /// It reaches somebody.
    Arrives(Message),
    /// The provider tells what became of it.
    Tells(AttemptId, String, Arrival),
}

/// One call of a provider.
#[derive(Clone, Debug)]
pub struct Call {
    /// The attempt.
    pub attempt: AttemptId,
    /// About which page.
    pub page: PageId,
    /// Who is to be reached.
    pub person: PersonId,
    /// Where.
    pub address: String,
    /// Which node calls.
    pub node: usize,
    /// When it was asked whether it is still wanted, by the clock of its node.
    pub asked_at: Timestamp,
    /// Whether the attempt says again what may have been said.
    pub is_repeat: bool,
    /// Whether its words say so.
    pub is_marked: bool,
    /// Whether it may have reached somebody, as far as the node can know.
    pub may_arrive: bool,
    /// Whether the provider said that something went wrong in it.
    pub is_broken: bool,
    /// Whether the provider took it and said so.
    pub is_taken: bool,
    /// Whether how it ended was kept, so that there is no doubt about it.
    pub is_clear: bool,
    /// Whether the provider says later that it was lost.
    pub is_lost: bool,
}

impl Call {
    /// Whether no other call of its attempt may follow. What says that it may come twice is tried
    /// until a provider that breaks has taken it.
    pub(crate) fn is_the_only(&self) -> bool {
        self.may_arrive && !(self.is_repeat && self.is_broken)
    }

    /// The call that a node noted that it is about to make, before it died.
    pub(crate) fn not_made(attempt: &Attempt, page: PageId, node: usize) -> Self {
        Self {
            attempt: attempt.id,
            page,
            person: attempt.person,
            address: attempt.way.address.clone(),
            node,
            asked_at: attempt.changed_at,
            is_repeat: attempt.repeats.is_some(),
            is_marked: attempt.repeats.is_some(),
            may_arrive: false,
            is_broken: false,
            is_taken: false,
            is_clear: false,
            is_lost: false,
        }
    }
}

/// The page that an attempt is about. What leads are told of their rotas, and what is asked before a
/// shift, is about none, and nothing is promised of it here.
pub(crate) fn page_of(attempt: &Attempt) -> Option<PageId> {
    match attempt.subject {
        Subject::Page(page) => Some(page),
        _ => None,
    }
}

/// Everything outside of the nodes that providers know.
#[derive(Debug)]
pub struct Outside {
    /// The true time.
    pub now: Timestamp,
    /// How often things go wrong; nothing does when there are none.
    pub rates: Option<Rates>,
    /// When providers are back that are away.
    pub away_until: BTreeMap<String, Timestamp>,
    /// What is planted.
    pub planted: Option<Planted>,
    /// Calls that were begun and that nobody has looked at yet.
    pub begun: Vec<Call>,
    /// Attempts for which a provider has answered.
    pub ended: Vec<AttemptId>,
    /// What will happen, and when.
    pub effects: Vec<(Timestamp, Effect)>,
    /// What went wrong.
    pub faults: Vec<Fault>,
    chance: Chance,
    references: u64,
}

/// What becomes of one call.
struct Course {
    answers_at: Timestamp,
    outcome: Outcome,
}

impl Outside {
    /// A world whose providers draw from `chance`.
    pub fn new(chance: Chance, now: Timestamp, rates: Rates, planted: Option<Planted>) -> Self {
        Self {
            now,
            rates: Some(rates),
            away_until: BTreeMap::new(),
            planted,
            begun: Vec::new(),
            ended: Vec::new(),
            effects: Vec::new(),
            faults: Vec::new(),
            chance,
            references: 0,
        }
    }

    fn begin(&mut self, name: &str, node: usize, sending: &Sending, page: PageId) -> Course {
        let attempt = &sending.attempt;
        self.references += 1;
        let reference = format!("{name}-{}", self.references);
        let link = sending.message.link.clone().unwrap_or_default();
        let message = Message {
            attempt: attempt.id,
            page,
            person: attempt.person,
            kind: attempt.way.kind,
            address: attempt.way.address.clone(),
            secret: link.trim_start_matches("/p/").to_owned(),
            reference: reference.clone(),
        };
        let words = &sending.message.title;
        let is_marked =
            words.contains("possibly sent before") && self.planted != Some(Planted::MarkForgotten);
        let mut call = Call {
            is_marked,
            ..Call::not_made(attempt, page, node)
        };
        let course = self.course(name, &message, &mut call);
        if self.planted == Some(Planted::RequestRepeated)
            && matches!(course.outcome, Outcome::Silent { .. })
        {
            self.begun.push(call.clone());
        }
        self.begun.push(call);
        course
    }

    fn course(&mut self, name: &str, message: &Message, call: &mut Call) -> Course {
        let soon = self.now + self.chance.mostly_short(20, 900);
        let why = || format!("{name} is not well.");
        let is_away = self
            .away_until
            .get(name)
            .is_some_and(|until| *until > self.now);
        let Some(rates) = self.rates.clone() else {
            return self.taken(message, call, soon);
        };
        if self.chance.in_thousand(rates.refuse) {
            self.faults.push(Fault::Refused);
            let outcome = Outcome::Refused { why: why() };
            return Course {
                answers_at: soon,
                outcome,
            };
        }
        if self.chance.in_thousand(rates.busy) || (is_away && self.chance.percent(60)) {
            self.faults.push(Fault::Busy);
            let outcome = Outcome::Busy { why: why() };
            return Course {
                answers_at: soon,
                outcome,
            };
        }
        if is_away || self.chance.in_thousand(rates.hang) {
            return self.silent(message, call, why());
        }
        self.taken(message, call, soon)
    }

    /// It says nothing in time, or that something went wrong in it. It may have taken it.
    fn silent(&mut self, message: &Message, call: &mut Call, why: String) -> Course {
        call.may_arrive = true;
        if self.chance.percent(50) {
            self.faults.push(Fault::TookSilently);
            let at = self.now + self.chance.mostly_short(100, 60_000);
            self.effects.push((at, Effect::Arrives(message.clone())));
            self.tell(message, at, Arrival::Arrived);
        } else {
            self.faults.push(Fault::Hung);
        }
        // A client that takes silence for a refusal would have it said again and again.
        let is_refusal = self.planted == Some(Planted::SilenceIsRefusal);
        if self.chance.percent(30) {
            self.faults.push(Fault::Broke);
            call.is_broken = true;
        }
        let outcome = match call.is_broken {
            _ if is_refusal => Outcome::Busy { why },
            true => Outcome::Broke { why },
            false => Outcome::Silent { why },
        };
        let answers_at = match call.is_broken {
            true => self.now + self.chance.mostly_short(20, 900),
            false => self.now + GIVEN_UP_AFTER,
        };
        Course {
            answers_at,
            outcome,
        }
    }

    fn taken(&mut self, message: &Message, call: &mut Call, answers_at: Timestamp) -> Course {
        call.may_arrive = true;
        call.is_taken = true;
        let reference = message.reference.clone();
        let outcome = Outcome::Accepted { reference };
        let tells = matches!(message.kind, Kind::Sms | Kind::Voice);
        let rates = self.rates.clone();
        if let Some(rates) = &rates
            && tells
            && self.chance.in_thousand(rates.lose)
        {
            self.faults.push(Fault::Lost);
            call.is_lost = true;
            let why = "It was lost on its way.".to_owned();
            let at = answers_at + self.chance.mostly_short(500, 300_000);
            self.tell(message, at, Arrival::Lost { why });
            return Course {
                answers_at,
                outcome,
            };
        }
        let at = self.now + self.chance.mostly_short(50, 8_000);
        self.effects.push((at, Effect::Arrives(message.clone())));
        if let Some(rates) = &rates
            && self.chance.in_thousand(rates.bring_twice)
        {
            self.faults.push(Fault::BroughtTwice);
            let again = at + self.chance.mostly_short(50, 600_000);
            self.effects.push((again, Effect::Arrives(message.clone())));
        }
        if tells {
            self.tell(message, at, Arrival::Arrived);
        }
        Course {
            answers_at,
            outcome,
        }
    }

    fn tell(&mut self, message: &Message, after: Timestamp, arrival: Arrival) {
        let told = Effect::Tells(message.attempt, message.reference.clone(), arrival);
        let mut at = after + self.chance.mostly_short(10, 5_000);
        if let Some(rates) = self.rates.clone() {
            if self.chance.in_thousand(rates.tell_late) {
                self.faults.push(Fault::ToldLate);
                at += self.chance.seconds(600, 4 * 3_600);
            }
            if self.chance.in_thousand(rates.tell_twice) {
                self.faults.push(Fault::ToldTwice);
                let again = at + self.chance.seconds(0, 600);
                self.effects.push((again, told.clone()));
            }
        }
        self.effects.push((at, told));
    }
}

/// A provider, as one node calls it.
#[derive(Clone)]
pub(crate) struct Played {
    pub(crate) name: &'static str,
    pub(crate) kinds: &'static [Kind],
    pub(crate) node: usize,
    pub(crate) outside: Arc<Mutex<Outside>>,
    pub(crate) stage: Stage,
}

impl Carrier for Played {
    fn name(&self) -> &str {
        self.name
    }

    fn sends(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    fn send<'a>(
        &'a self,
        sending: &'a Sending,
        _: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(async move {
            if let Some(at) = self.waits_in_memory() {
                self.stage.until(at).await;
            }
            let Some(page) = page_of(&sending.attempt) else {
                let reference = "no page".to_owned();
                return Outcome::Accepted { reference };
            };
            let course = lock(&self.outside).begin(self.name, self.node, sending, page);
            self.stage.until(course.answers_at).await;
            lock(&self.outside).ended.push(sending.attempt.id);
            course.outcome
        })
    }
}

impl Played {
    /// Until when a message waits in the memory of the node, where that is planted.
    fn waits_in_memory(&self) -> Option<Timestamp> {
        let mut outside = lock(&self.outside);
        if outside.planted != Some(Planted::QueueInMemory) || !outside.chance.percent(20) {
            return None;
        }
        let wait = outside.chance.seconds(20, 600);
        Some(outside.now + wait)
    }
}

pub(crate) fn lock(outside: &Mutex<Outside>) -> MutexGuard<'_, Outside> {
    outside.lock().unwrap_or_else(PoisonError::into_inner)
}

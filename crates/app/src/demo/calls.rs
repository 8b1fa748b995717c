//! Who was called about the urgent tickets of the sample company, told by asking the rules.

use eider_domain::{
    PageId, PersonId, PolicyId,
    escalation::{Company as OnCall, Member, Paging, Plan, Policy, Waking},
    fact::{Fact, Happened},
    page::{Circumstances, Command, Ending, Event, Page, Paged, Way, Why},
    person::Role,
    priority::Rank,
    ticket::StatusKind,
};
use eider_store::{Tx, escalation};
use jiff::Timestamp;

use super::{company::Company, dice::Dice, rotas::Rotas, story::Told};
use crate::{Eider, Result, page};

/// More steps than any page of the story takes.
const STEPS_LIMIT: usize = 64;

/// A page as it stands at the end of its story, and when something happens to it by itself.
type Standing = (Page, Option<Timestamp>);

/// What has been told of calls.
pub(super) struct Calls {
    policy: Policy,
    pages: Vec<Standing>,
}

impl Calls {
    /// Tells them in the facts of the tickets, up to `now`.
    pub(super) fn tell(
        dice: &mut Dice,
        company: &Company,
        rotas: &Rotas,
        told: &mut [Told],
        now: Timestamp,
    ) -> Self {
        let members: Vec<Member> = company
            .people
            .iter()
            .filter(|person| person.role >= Role::Responder)
            .map(|person| Member {
                person: person.id,
                role: person.role,
                squads: person.squads.clone(),
            })
            .collect();
        let policy = Policy {
            id: PolicyId(dice.id(company.founded_at)),
            name: "Day and night".into(),
            plan: Plan::usual(),
            retired: false,
        };
        let teller = Teller {
            plan: &policy.plan,
            company: OnCall {
                rotas: &rotas.rotas,
                changes: &[],
                absences: &[],
                members: &members,
            },
            now,
        };
        let mut pages = Vec::new();
        for told in told {
            if told.ticket.priority == Rank::P1 {
                let way = *dice.pick(&[Way::Link, Way::Link, Way::Sms, Way::Voice]);
                let id = dice.id(told.ticket.opened_at);
                pages.push(teller.of_ticket(id, told, way));
            }
        }
        Self { policy, pages }
    }

    /// Keeps the policy, and that P2 waits for hours.
    pub(super) async fn save_policy(&self, tx: &mut Tx) -> Result<()> {
        escalation::put_policy(tx, &self.policy).await?;
        let paging = Paging {
            policy: Some(self.policy.id),
            waking: vec![
                (Rank::P1, Waking::Wake),
                (Rank::P2, Waking::Hold { calendar: None }),
            ],
        };
        Ok(escalation::put_rules(tx, None, &paging).await?)
    }

    /// Keeps the pages, and queues what comes next of those that are open.
    pub(super) async fn save_pages(&self, eider: &Eider, tx: &mut Tx) -> Result<()> {
        for (one, next_at) in &self.pages {
            page::save(eider, tx, one, *next_at).await?;
        }
        Ok(())
    }
}

struct Teller<'a> {
    plan: &'a Plan,
    company: OnCall<'a>,
    now: Timestamp,
}

impl Teller<'_> {
    fn circumstances(&self, now: Timestamp) -> Circumstances<'_> {
        Circumstances {
            plan: self.plan,
            company: &self.company,
            now,
            calls_at: now,
            active_at: Some(now),
            is_resting: false,
        }
    }

    /// The page of a ticket: it is called until somebody takes the ticket, and over with it.
    fn of_ticket(&self, id: PageId, told: &mut Told, way: Way) -> Standing {
        let ticket = &told.ticket;
        let opened_at = ticket.opened_at;
        let started = Event::Started {
            squad: ticket.squad,
            rank: Rank::P1,
            why: Why::Opened,
            until: opened_at,
            reason: None,
        };
        let paged = Paged {
            ticket: ticket.id,
            number: ticket.number,
            rank: Rank::P1,
        };
        let page = Page {
            id,
            squad: ticket.squad,
            is_drill: false,
            tickets: vec![paged],
            state: eider_domain::page::State::Held { until: opened_at },
            opened_at,
            changed_at: opened_at,
            notes: eider_domain::page::Notes::default(),
        };
        let mut telling = Telling {
            page,
            facts: Vec::new(),
        };
        telling.note(opened_at, None, started);
        let taken = told.facts.iter().find_map(|happened| match happened.fact {
            Fact::OwnerChanged { to: Some(to), .. } => Some((happened.at, to)),
            _ => None,
        });
        let over = told.facts.iter().find_map(|happened| {
            ending(&happened.fact).map(|how| (happened.at, happened.actor, how))
        });
        let over_at = over.map(|(at, ..)| at);
        let taken = taken.filter(|(at, _)| over_at.is_none_or(|over| *at < over));
        let answered_at = taken.map(|(at, _)| at).or(over_at).unwrap_or(self.now);
        let mut at = opened_at;
        for _ in 0..STEPS_LIMIT {
            for event in telling.page.clone().settle(&self.circumstances(at)) {
                telling.note(at, None, event);
            }
            match telling.page.next_at(&self.circumstances(at)) {
                Some(next) if next < answered_at => at = next,
                _ => break,
            }
        }
        if let Some((at, by)) = taken {
            let way = if telling.page.is_calling(by) {
                way
            } else {
                Way::Ticket
            };
            self.acknowledge(&mut telling, at, by, way);
        }
        if let Some((at, actor, how)) = over {
            telling.note(at, actor, Event::Ended { how });
        }
        let next_at = telling.page.next_at(&self.circumstances(self.now));
        told.facts.extend(telling.facts);
        (telling.page, next_at.filter(|_| over.is_none()))
    }

    fn acknowledge(&self, telling: &mut Telling, at: Timestamp, by: PersonId, way: Way) {
        let command = Command::Acknowledge { way };
        let decided = telling.page.decide(by, command, &self.circumstances(at));
        // Whoever takes a ticket always may.
        for event in decided.unwrap_or_default() {
            telling.note(at, Some(by), event);
        }
    }
}

struct Telling {
    page: Page,
    facts: Vec<Happened>,
}

impl Telling {
    fn note(&mut self, at: Timestamp, actor: Option<PersonId>, event: Event) {
        let ticket = self.page.lead().map(|paged| paged.ticket);
        self.page.apply(&event, ticket, at);
        self.facts.push(Happened {
            at,
            actor,
            ticket,
            fact: Fact::PageChanged {
                page: self.page.id,
                event,
            },
        });
    }
}

/// How a fact of its ticket ends a page, if it does.
fn ending(fact: &Fact) -> Option<Ending> {
    match fact {
        Fact::TicketResolved { .. } => Some(Ending::Resolved),
        Fact::TicketMerged { .. } => Some(Ending::Merged),
        Fact::TicketMoved {
            to: StatusKind::Closed,
            ..
        } => Some(Ending::Closed),
        _ => None,
    }
}

//! What whoever is on call next takes over: calls that are open, and tickets in hand.

use eider_domain::{PersonId, TicketNumber, page::State, rota::Rota};
use eider_store::{
    Tx, page,
    ticket::{self, Filter, Order, Page, Summary},
};

use crate::Result;

/// The most pages that are looked at.
const PAGES_LIMIT: i64 = 200;
/// The most tickets of one person that are shown.
const TICKETS_LIMIT: i64 = 20;

/// What somebody takes over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handover {
    /// Whoever is on call until then.
    pub from: Vec<PersonId>,
    /// Tickets for which people are called, or which somebody has by a call.
    pub open: Vec<TicketNumber>,
    /// Tickets for which people are called when hours start.
    pub held: Vec<TicketNumber>,
    /// Open tickets of whoever is on call until then, the most urgent first.
    pub tickets: Vec<Summary>,
}

impl Handover {
    /// Whether there is nothing to take over.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.held.is_empty() && self.tickets.is_empty()
    }
}

/// What there is to take over in a rota from these people now.
pub(super) async fn handover(tx: &mut Tx, rota: &Rota, from: &[PersonId]) -> Result<Handover> {
    let mut handover = Handover {
        from: from.to_vec(),
        ..Handover::default()
    };
    if rota.duty.is_called() {
        let pages = page::open(tx, PAGES_LIMIT).await?;
        let concerns = |page: &&eider_domain::page::Page| {
            !page.is_drill && (rota.squad.is_none() || page.squad == rota.squad)
        };
        for page in pages.iter().filter(concerns) {
            let numbers = page.tickets.iter().map(|paged| paged.number);
            if matches!(page.state, State::Held { .. }) {
                handover.held.extend(numbers);
            } else {
                handover.open.extend(numbers);
            }
        }
    }
    for person in from {
        let filter = Filter {
            owner: Some(*person),
            only_open: true,
            ..Filter::default()
        };
        let page = Page {
            before: None,
            after: None,
            limit: TICKETS_LIMIT,
        };
        let tickets = ticket::list(tx, &filter, Order::Urgency, page).await?;
        handover.tickets.extend(tickets);
    }
    Ok(handover)
}

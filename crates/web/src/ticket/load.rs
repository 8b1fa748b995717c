//! Everything that the page of one ticket shows.

use std::collections::HashMap;

use eider_app::{page, page::PageView, ticket, ticket::TicketView, washup, washup::WashUpView};
use eider_domain::{
    PersonId, TicketNumber,
    access::{Action, may},
    ticket::StatusKind,
};
use eider_store::person::PersonName;

use crate::{
    Result, Visitor, Web,
    components::{clock::Clock, tickets::Similar},
    similar,
};

use super::{sentence::Teller, shown};

/// How many similar tickets stand on a ticket's page.
const SIMILAR_LIMIT: usize = 4;

/// A ticket with what stands beside it.
pub(super) struct Loaded {
    pub(super) view: TicketView,
    pub(super) wash_up: WashUpView,
    /// Whom it can be given to; only for those who may give it.
    pub(super) responders: Vec<(PersonId, PersonName)>,
    pub(super) similar: Vec<Similar>,
    /// The page by which people are or were called for it.
    pub(super) page: Option<PageView>,
    pub(super) rights: Rights,
}

/// What this visitor may do on this ticket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rights {
    pub(super) may_work: bool,
    pub(super) may_reply: bool,
    pub(super) may_confirm: bool,
    pub(super) is_reporter: bool,
    pub(super) is_owner: bool,
    pub(super) is_communicating: bool,
}

/// Loads the ticket `number` for `visitor`.
pub(super) async fn load(web: &Web, visitor: &Visitor, number: TicketNumber) -> Result<Loaded> {
    let actor = visitor.actor();
    let view = ticket::view(&web.eider, actor, number).await?;
    let wash_up = washup::view(&web.eider, actor, number).await?;
    let me = actor.person;
    let rights = Rights {
        may_work: may(actor, Action::Work).is_ok(),
        may_reply: may(actor, Action::Reply).is_ok(),
        may_confirm: may(
            actor,
            Action::Confirm {
                reporter: view.ticket.reporter,
            },
        )
        .is_ok(),
        is_reporter: view.ticket.reporter == me,
        is_owner: view.ticket.owner == Some(me),
        is_communicating: view.ticket.hats.communicating == Some(me),
    };
    let responders = if rights.may_work {
        ticket::responders(&web.eider, actor).await?
    } else {
        Vec::new()
    };
    let page = page::of_ticket(&web.eider, actor, number).await?;
    // Once it is over, nobody looks for what may help.
    let similar = if view.ticket.status.kind().is_open() {
        similar::of_ticket(web, visitor, &view.ticket, SIMILAR_LIMIT).await?
    } else {
        Vec::new()
    };
    Ok(Loaded {
        view,
        wash_up,
        responders,
        similar,
        page,
        rights,
    })
}

impl Loaded {
    pub(super) fn kind(&self) -> StatusKind {
        self.view.ticket.status.kind()
    }

    pub(super) fn path(&self) -> String {
        shown::path(self.view.ticket.number)
    }

    pub(super) fn clocks(&self) -> [Clock; 2] {
        let view = &self.view;
        shown::clocks(&view.ticket, &view.respond, &view.resolve)
    }

    pub(super) fn names(&self) -> &HashMap<PersonId, PersonName> {
        &self.view.names
    }

    pub(super) fn teller<'a>(
        &'a self,
        visitor: &'a Visitor,
        reader: &'a crate::components::words::Reader,
    ) -> Teller<'a> {
        Teller {
            names: &self.view.names,
            desk: &visitor.desk,
            reader,
            opened_at: self.view.ticket.opened_at,
            reporter: self.view.ticket.reporter,
        }
    }
}

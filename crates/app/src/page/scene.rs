//! What holds at the moment besides a page itself: its plan, who is on call, what its tickets do.

use std::sync::Arc;

use eider_domain::{
    escalation::{Company, Plan},
    page::{Circumstances, Page},
    rota::{Absence, Change},
    ticket::{StatusKind, Ticket},
};
use eider_store::{Tx, rota};
use jiff::{SignedDuration, Timestamp};

use crate::{Eider, Result, alert, desk::Desk, members::Members};

/// Longer than any level lasts.
const AHEAD: SignedDuration = SignedDuration::from_hours(25);

/// What holds at the moment.
pub(super) struct Scene {
    pub(super) desk: Arc<Desk>,
    pub(super) plan: Plan,
    pub(super) now: Timestamp,
    changes: Vec<Change>,
    absences: Vec<Absence>,
    members: Arc<Members>,
    calls_at: Timestamp,
    active_at: Option<Timestamp>,
    is_resting: bool,
}

/// Whether nobody has to do anything on it just now: it waits for its reporter, or the monitors that
/// opened it say that it is over.
async fn rests(tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
    let waits = ticket.status.kind() == StatusKind::WaitingForReporter;
    Ok(waits || alert::is_over(tx, ticket.number).await?)
}

impl Scene {
    /// What holds now for a page.
    pub(super) async fn load(eider: &Eider, tx: &mut Tx, page: &Page) -> Result<Self> {
        let now = eider.now();
        let desk = eider.desk_in(tx).await?;
        let until = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
        let numbers: Vec<_> = page.tickets.iter().map(|paged| paged.number).collect();
        let tickets = if page.holder().is_some() {
            eider_store::ticket::by_numbers(tx, &numbers).await?
        } else {
            Vec::new()
        };
        // A page goes on although nobody would be called for something like it from now on.
        let calls_at = desk.calls_at(page.squad, page.rank(), now);
        let calls_at = calls_at.filter(|_| !page.is_drill).unwrap_or(now);
        let active_at = tickets
            .iter()
            .flat_map(|ticket| &ticket.contributions)
            .filter(|contribution| Some(contribution.person) == page.holder())
            .map(|contribution| contribution.last_at)
            .max();
        let mut is_resting = !tickets.is_empty();
        for ticket in &tickets {
            is_resting = is_resting && rests(tx, ticket).await?;
        }
        Ok(Self {
            plan: desk.plan_of(page.squad).unwrap_or_else(Plan::usual),
            now,
            changes: rota::changes(tx, now, until).await?,
            absences: rota::absences(tx, now, until).await?,
            members: eider.members_in(tx).await?,
            calls_at,
            active_at,
            is_resting,
            desk,
        })
    }

    /// Who is on call.
    pub(super) fn company(&self) -> Company<'_> {
        Company {
            rotas: &self.desk.rotas,
            changes: &self.changes,
            absences: &self.absences,
            members: &self.members.all,
        }
    }

    /// What the rules want to know.
    pub(super) fn circumstances<'a>(&'a self, company: &'a Company<'a>) -> Circumstances<'a> {
        Circumstances {
            plan: &self.plan,
            company,
            now: self.now,
            calls_at: self.calls_at,
            active_at: self.active_at,
            is_resting: self.is_resting,
        }
    }
}

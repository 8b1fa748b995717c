//! Looking at pages.

use std::collections::{HashMap, HashSet};

use eider_domain::{
    PageId, PersonId, TicketId, TicketNumber,
    access::{Action, Actor, may},
    contact::{Attempt, AttemptState, Subject},
    page::Page,
    ticket::Ticket,
};
use eider_store::{
    Tx, contact, page,
    person::{self, PersonName},
    ticket,
};

use super::act::unknown;
use crate::{Eider, Error, Result};

/// The most pages of a list.
const LIST_LIMIT: i64 = 200;

/// A page with its tickets and everybody's names.
#[derive(Clone, Debug)]
pub struct PageView {
    /// The page.
    pub page: Page,
    /// Its tickets, in the order in which they came.
    pub tickets: Vec<Ticket>,
    /// Names of everybody who is or was called.
    pub names: HashMap<PersonId, PersonName>,
}

impl PageView {
    /// What somebody is called.
    pub fn name(&self, person: PersonId) -> &str {
        self.names
            .get(&person)
            .map_or("Somebody", |name| name.name.as_str())
    }
}

/// Open pages, the newest first.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn open(eider: &Eider, actor: &Actor) -> Result<Vec<PageView>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let pages = page::open(&mut tx, LIST_LIMIT).await?;
    views(&mut tx, pages).await
}

/// Pages that nobody has answered although somebody should have, the newest first.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn unanswered(eider: &Eider, actor: &Actor) -> Result<Vec<PageView>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let mut pages = page::unanswered(&mut tx, LIST_LIMIT).await?;
    let waits = |page: &Page| {
        let mut helpers = page.notes.helpers.iter();
        page.is_unanswered() || helpers.any(|one| one.since.is_some() || one.person == actor.person)
    };
    pages.retain(waits);
    views(&mut tx, pages).await
}

/// Drills, the newest first, over or not.
///
/// # Errors
/// `Forbidden` when the actor may not read.
pub async fn drills(eider: &Eider, actor: &Actor) -> Result<Vec<PageView>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let pages = page::drills(&mut tx, LIST_LIMIT).await?;
    views(&mut tx, pages).await
}

/// The page of that id.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn by_id(eider: &Eider, actor: &Actor, id: PageId) -> Result<PageView> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let page = page::by_id(&mut tx, id).await?.ok_or_else(unknown)?;
    view_of(&mut tx, page).await
}

/// The page of that id, to be drawn for whoever was called for it; nothing when there is none.
///
/// # Errors
/// When the database fails.
pub async fn for_slack(eider: &Eider, id: PageId) -> Result<Option<PageView>> {
    let mut tx = eider.db().read().await?;
    match page::by_id(&mut tx, id).await? {
        Some(page) => Ok(Some(view_of(&mut tx, page).await?)),
        None => Ok(None),
    }
}

/// The page that a ticket is in, or was in last, as `tx` sees it.
///
/// # Errors
/// When the database fails.
pub async fn about(tx: &mut Tx, ticket: TicketId) -> Result<Option<PageView>> {
    match page::of_ticket(tx, ticket).await? {
        Some(page) => Ok(Some(view_of(tx, page).await?)),
        None => Ok(None),
    }
}

/// The open pages that call somebody or that they have, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn in_hand_of(eider: &Eider, person: PersonId) -> Result<Vec<PageView>> {
    let mut tx = eider.db().read().await?;
    let mut pages = page::open(&mut tx, LIST_LIMIT).await?;
    pages.retain(|page| page.holder() == Some(person) || page.is_calling(person));
    views(&mut tx, pages).await
}

/// A page that was just changed, with what is shown beside it.
///
/// # Errors
/// When the database fails.
pub async fn show(eider: &Eider, page: Page) -> Result<PageView> {
    let mut tx = eider.db().read().await?;
    view_of(&mut tx, page).await
}

/// The page that a ticket is in, or was in last.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn of_ticket(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
) -> Result<Option<PageView>> {
    may(actor, Action::Read)?;
    let mut tx = eider.db().read().await?;
    let found = ticket::by_number(&mut tx, number).await?;
    let found = found.ok_or_else(|| Error::NotFound(number.to_string()))?;
    match page::of_ticket(&mut tx, found.id).await? {
        Some(page) => Ok(Some(view_of(&mut tx, page).await?)),
        None => Ok(None),
    }
}

/// Whoever was called about a page and whom nothing about it reached, nor is on its way to: as far as
/// providers tell.
///
/// # Errors
/// When the database fails.
pub async fn unreached(eider: &Eider, page: &Page) -> Result<HashSet<PersonId>> {
    let mut tx = eider.db().read().await?;
    let mut unreached = HashSet::new();
    for called in &page.notes.called {
        let subject = Subject::Page(page.id);
        let attempts = contact::attempts_about(&mut tx, called.person, subject).await?;
        let came_to_nothing = |attempt: &Attempt| {
            matches!(
                attempt.state,
                AttemptState::Failed { .. } | AttemptState::Cancelled
            )
        };
        if !attempts.is_empty() && attempts.iter().all(came_to_nothing) {
            unreached.insert(called.person);
        }
    }
    Ok(unreached)
}

async fn views(tx: &mut Tx, pages: Vec<Page>) -> Result<Vec<PageView>> {
    let mut views = Vec::with_capacity(pages.len());
    for page in pages {
        views.push(view_of(tx, page).await?);
    }
    Ok(views)
}

pub(super) async fn view_of(tx: &mut Tx, page: Page) -> Result<PageView> {
    let numbers: Vec<TicketNumber> = page.tickets.iter().map(|paged| paged.number).collect();
    let mut tickets = ticket::by_numbers(tx, &numbers).await?;
    let places: HashMap<TicketNumber, usize> = numbers.into_iter().zip(0..).collect();
    tickets.sort_by_key(|ticket| places.get(&ticket.number));
    let mut people = page.callees();
    people.extend(page.holder());
    people.extend(page.notes.called.iter().map(|called| called.person));
    people.extend(&page.notes.declined);
    people.extend(page.notes.put_off.iter().map(|put_off| put_off.by));
    people.sort_unstable();
    people.dedup();
    let names = person::names(tx, &people).await?;
    Ok(PageView {
        page,
        tickets,
        names,
    })
}

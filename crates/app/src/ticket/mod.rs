//! Tickets: asking, working, reading.

mod act;
mod attach;
mod by_itself;
mod close;
mod leave;
mod list;
mod needed;
mod news;
mod now;
mod open;
mod paged;
mod read;
mod reply;
mod say;
mod service_level;
mod update;
mod written;

use eider_domain::{
    fact::{Fact, Happened},
    ticket::Ticket,
};
use eider_jobs::{Again, Handlers, NewJob};
use eider_store::{Tx, fact, job};
use jiff::Timestamp;

pub use act::{act, act_once, would};
pub(crate) use act::{act_in, give_to_holder, resolve_held, to_change};
pub use attach::{ATTACHMENT_LIMIT_BYTES, NewFile, attach, attach_once, attachment, picture_type};
pub(crate) use by_itself::{change_by_itself, open_by_itself};
pub(crate) use leave::leave;
pub(crate) use list::names_of;
pub use list::{Listed, Selected, list, name, open_by_feature, responders};
pub(crate) use needed::LastNeeded;
pub use needed::{ASKED_LIMIT, LATE_COUNT_LIMIT, late_filter};
pub use news::{News, news};
pub use now::{Now, PART_LIMIT, Part, now};
pub(crate) use open::open_in;
pub use open::{Ask, check, open, open_once};
pub use paged::numbers_of_pages;
pub use read::{Card, TicketView, card, files, message, names_on, thread, timeline, view};
pub(crate) use reply::say_with_files_in;
pub use reply::{open_with_files, reply};
pub(crate) use say::Saying;
pub use say::{edit, say, say_once, withdraw};
pub use written::Written;

use crate::{Eider, Result, desk::Desk, page, search};

pub(crate) fn handlers(eider: &Eider, handlers: Handlers) -> Handlers {
    let (warner, teller) = (eider.clone(), eider.clone());
    let (closer, leaver) = (eider.clone(), eider.clone());
    handlers
        .with(service_level::KIND, move |claimed| {
            let eider = warner.clone();
            async move {
                service_level::run(&eider, &claimed)
                    .await
                    .map_err(Again::because)
            }
        })
        .with(update::KIND, move |claimed| {
            let eider = teller.clone();
            async move {
                service_level::run(&eider, &claimed)
                    .await
                    .map_err(Again::because)
            }
        })
        .with(close::KIND, move |claimed| {
            let eider = closer.clone();
            async move { close::run(&eider, &claimed).await.map_err(Again::because) }
        })
        .with(leave::KIND, move |claimed| {
            let eider = leaver.clone();
            async move { leave::run(&eider, &claimed).await.map_err(Again::because) }
        })
}

/// Applies `facts` to `ticket` and saves both, with the jobs that follow: the next warning, the
/// next update falling due, and closing when nobody says otherwise. What falls due by this is
/// recorded.
pub(crate) async fn save(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &mut Ticket,
    facts: Vec<Happened>,
    now: Timestamp,
) -> Result<()> {
    for happened in &facts {
        ticket.apply(happened, &desk.levels);
    }
    save_applied(eider, tx, desk, ticket, facts, now).await
}

/// As [`save`], for facts that were applied already.
async fn save_applied(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &mut Ticket,
    facts: Vec<Happened>,
    now: Timestamp,
) -> Result<()> {
    let facts = keep_applied(eider, tx, desk, ticket, facts, now).await?;
    fact::append(tx, &facts, now).await?;
    Ok(())
}

/// As [`save_applied`], but answers with the facts instead of appending them. Whoever changes several
/// tickets in one transaction keeps them all first and appends last of all: a page is held for each of
/// them, and whoever holds the chain of facts waits for nobody.
async fn keep_applied(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &mut Ticket,
    facts: Vec<Happened>,
    now: Timestamp,
) -> Result<Vec<Happened>> {
    let mut facts = keep_unpaged(eider, tx, desk, ticket, facts, now).await?;
    let paged = page::follow(eider, tx, desk, ticket, &facts, now).await?;
    facts.extend(paged);
    Ok(facts)
}

/// As [`keep_applied`], where nothing becomes of the ticket's page.
async fn keep_unpaged(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &mut Ticket,
    mut facts: Vec<Happened>,
    now: Timestamp,
) -> Result<Vec<Happened>> {
    let due = ticket.due_facts(&desk.levels, now);
    for happened in &due {
        ticket.apply(happened, &desk.levels);
    }
    facts.extend(due);
    eider_store::ticket::put(tx, std::slice::from_ref(ticket), &desk.levels, now).await?;
    queue(eider, tx, desk, ticket, now).await?;
    if facts.iter().any(|happened| changes_words(&happened.fact)) {
        search::reindex(tx, ticket).await?;
    }
    Ok(facts)
}

/// Whether the ticket is found by other words from now on.
fn changes_words(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::TicketOpened { .. }
            | Fact::TicketResolved { .. }
            | Fact::ResolutionCorrected { .. }
            | Fact::TitleChanged { .. }
            | Fact::Replied { .. }
            | Fact::ReplyEdited { .. }
            | Fact::ReplyWithdrawn { .. }
    )
}

/// Queues what will happen to `ticket` by itself.
pub(crate) async fn queue(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<()> {
    let timers = [
        (
            service_level::KIND,
            ticket.next_service_level_at(&desk.levels),
        ),
        (update::KIND, ticket.update_due_at()),
        (
            close::KIND,
            close::due_at(ticket, desk.settings.close_after_days),
        ),
    ];
    let was_ever_over =
        ticket.resolved_at.is_some() || ticket.closed_at.is_some() || ticket.tally.reopened > 0;
    for (kind, run_at) in timers {
        let key = format!("{kind}:{}", ticket.number.0);
        match run_at {
            Some(run_at) => {
                let job = NewJob {
                    id: eider.ids().id(now),
                    kind,
                    payload: ticket.number.0.to_string(),
                    run_at,
                    dedup_key: Some(key),
                };
                job::enqueue(tx, &job).await?;
            }
            // What was never over has no job that would close it; without an update none is due.
            None if kind == close::KIND && !was_ever_over => {}
            None if kind == update::KIND && ticket.update.is_none() => {}
            None => job::cancel(tx, &key).await?,
        }
    }
    Ok(())
}

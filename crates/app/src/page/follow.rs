//! What becomes of the page of a ticket when something happened to the ticket, in the same
//! transaction.

use eider_domain::{
    PageId, PersonId,
    escalation::Plan,
    fact::{Fact, Happened},
    page::{self as rules, Begin, Course, Event, MAX_TICKETS, Page, Paged, State, Wish},
    ticket::Ticket,
};
use eider_store::Tx;
use jiff::{SignedDuration, Timestamp};

use super::{record::Record, scene::Scene};
use crate::{Eider, Result, desk::Desk};

/// How many open pages are looked at for one that a ticket may come into.
const CANDIDATES: i64 = 20;

/// Starts, joins, answers or ends the page of `ticket`, which is as `facts` made it. Answers with the
/// facts that tell it.
pub(crate) async fn follow(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    ticket: &Ticket,
    facts: &[Happened],
    now: Timestamp,
) -> Result<Vec<Happened>> {
    if !facts.iter().any(|happened| matters(&happened.fact)) {
        return Ok(Vec::new());
    }
    let is_new = |happened: &Happened| matches!(happened.fact, Fact::TicketOpened { .. });
    let open = if facts.iter().any(is_new) {
        None
    } else {
        eider_store::page::open_of_ticket_to_change(tx, ticket.id).await?
    };
    let wish = Wish {
        given_with: given_with(tx, ticket, open.as_ref(), facts).await?,
        ..wish(desk, ticket, now)
    };
    let course = rules::follow(open.as_ref(), ticket, facts, wish);
    carry_out(eider, tx, open, course, ticket, now).await
}

/// The page that whoever is given the ticket is called for already by the same hand, held so that it
/// stays so.
async fn given_with(
    tx: &mut Tx,
    ticket: &Ticket,
    open: Option<&Page>,
    facts: &[Happened],
) -> Result<Option<PageId>> {
    let gift = facts.iter().find_map(|happened| match happened.fact {
        Fact::OwnerChanged { to: Some(to), .. } if happened.actor != Some(to) => {
            happened.actor.map(|by| (by, to))
        }
        _ => None,
    });
    let Some((by, to)) = gift else {
        return Ok(None);
    };
    let candidates = eider_store::page::had_of(tx, ticket.squad, CANDIDATES).await?;
    let had = open.filter(|page| matches!(page.state, State::Acknowledged { .. }));
    let holder = had.and_then(Page::holder).unwrap_or(by);
    let is_given = |page: &Page| page.is_given(holder, by, to) && page.tickets.len() < MAX_TICKETS;
    let found = first_to_change(tx, candidates, is_given).await?;
    Ok(found.map(|page| page.id))
}

/// Whether and when people would be called for a ticket as it is now.
fn wish(desk: &Desk, ticket: &Ticket, now: Timestamp) -> Wish {
    let plan = desk.plan_of(ticket.squad);
    let ask_again_seconds = plan.map_or(0, |plan| plan.ask_again_seconds);
    // Where nobody is ever asked again, there is nobody either to whom that could be left.
    let unless_taken = if ask_again_seconds > 0 {
        ask_again_seconds
    } else {
        Plan::usual().ask_again_seconds
    };
    let later = now.saturating_add(SignedDuration::from_secs(unless_taken));
    Wish {
        calls_at: desk.calls_at(ticket.squad, ticket.priority, now),
        ask_again_seconds,
        unless_taken_at: desk.calls_at(ticket.squad, ticket.priority, later.unwrap_or(now)),
        given_with: None,
        now,
    }
}

/// Makes a course true of the page that the ticket is in, and of the one that begins.
async fn carry_out(
    eider: &Eider,
    tx: &mut Tx,
    open: Option<Page>,
    course: Course,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<Vec<Happened>> {
    let mut record = Record::new(eider, now);
    if let Some(mut page) = open.filter(|_| !course.events.is_empty()) {
        for (actor, event) in course.events {
            if let Event::Left { .. } = event {
                // The ticket goes while others stay: it is told beside the one that goes.
                record.note_beside(&mut page, Some(ticket.id), actor, event);
            } else {
                record.happen(tx, &mut page, actor, event).await?;
            }
        }
        super::save(eider, tx, &page, look_at(&page, now)).await?;
    }
    if let Some(begin) = course.begin {
        start_or_join(eider, tx, &mut record, ticket, begin, now).await?;
    }
    Ok(record.facts)
}

/// Alerts of a ticket fire again that were over: whoever has its page is asked at once, or as soon
/// as people are called for it. Answers with the facts that tell it.
pub(crate) async fn fires_again(
    eider: &Eider,
    tx: &mut Tx,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<Vec<Happened>> {
    let mut record = Record::new(eider, now);
    let open = eider_store::page::open_of_ticket_to_change(tx, ticket.id).await?;
    let Some(mut page) = open.filter(|page| page.holder().is_some()) else {
        return Ok(record.facts);
    };
    let scene = Scene::load(eider, tx, &page).await?;
    let asked = page.fires_again(&scene.circumstances(&scene.company()));
    if let Some(event) = asked {
        record.happen(tx, &mut page, None, event).await?;
    }
    // What was looked at while all was over was to be looked at again much later.
    super::save(eider, tx, &page, Some(now)).await?;
    Ok(record.facts)
}

/// Whether a fact may mean anything to a page.
fn matters(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::TicketOpened { .. }
            | Fact::TicketMoved { .. }
            | Fact::TicketResolved { .. }
            | Fact::TicketMerged { .. }
            | Fact::OwnerChanged { .. }
            | Fact::PriorityChanged { .. }
            | Fact::SquadChanged { .. }
    )
}

/// When the job looks at a page that a ticket changed: it finds out itself what is to be done.
pub(super) fn look_at(page: &Page, now: Timestamp) -> Option<Timestamp> {
    if page.is_open() && page.notes.helpers.iter().any(|one| one.since.is_some()) {
        return Some(now);
    }
    match &page.state {
        State::Held { until } => Some(*until),
        State::Calling { .. } => Some(now),
        State::Asking { until, .. } => Some(*until),
        State::Acknowledged { ask_at, .. } => *ask_at,
        State::LastResort { .. } => page.last_resort_again_at(),
        State::Ended { .. } => None,
    }
}

async fn start_or_join(
    eider: &Eider,
    tx: &mut Tx,
    record: &mut Record<'_>,
    ticket: &Ticket,
    begin: Begin,
    now: Timestamp,
) -> Result<()> {
    let Begin {
        at,
        why,
        actor,
        then,
        with,
    } = begin;
    let joined = match with {
        Some(id) => eider_store::page::to_change(tx, id).await?,
        None if then.is_empty() => page_to_join(tx, ticket, at, now).await?,
        None => None,
    };
    if let Some(mut page) = joined
        && let Some(lead) = page.lead().copied()
    {
        let joined = Event::Joined {
            number: ticket.number,
            rank: ticket.priority,
            with: lead.number,
        };
        record.note_beside(&mut page, Some(ticket.id), actor, joined);
        return super::save(eider, tx, &page, look_at(&page, now)).await;
    }
    let started = Event::Started {
        squad: ticket.squad,
        rank: ticket.priority,
        why,
        until: at,
        reason: None,
    };
    let paged = Paged {
        ticket: ticket.id,
        number: ticket.number,
        rank: ticket.priority,
    };
    let page = start(eider, tx, record, Some(paged), actor, started).await?;
    if let Some(mut page) = page.filter(|_| !then.is_empty()) {
        for (actor, event) in then {
            record.happen(tx, &mut page, actor, event).await?;
        }
        super::save(eider, tx, &page, look_at(&page, now)).await?;
    }
    Ok(())
}

/// Begins a page by an event. Calling is left to the job, which is queued here.
pub(super) async fn start(
    eider: &Eider,
    tx: &mut Tx,
    record: &mut Record<'_>,
    paged: Option<Paged>,
    actor: Option<PersonId>,
    started: Event,
) -> Result<Option<Page>> {
    let id = eider.ids().id(eider.now());
    // It began when what it is about came in, not when there was a turn to write it.
    let now = record.now();
    let Some(mut page) = Page::start(id, paged, &started, now) else {
        return Ok(None);
    };
    let ticket = paged.map(|paged| paged.ticket);
    record.note_beside(&mut page, ticket, actor, started);
    super::save(eider, tx, &page, look_at(&page, now)).await?;
    Ok(Some(page))
}

/// An open page of the squad that this ticket can come into: together they are one call.
async fn page_to_join(
    tx: &mut Tx,
    ticket: &Ticket,
    at: Timestamp,
    now: Timestamp,
) -> Result<Option<Page>> {
    let candidates = eider_store::page::joinable_of(tx, ticket.squad, CANDIDATES).await?;
    let takes_in = |page: &Page| page.takes_in(ticket.squad, ticket.priority, at, now);
    first_to_change(tx, candidates, takes_in).await
}

/// The first of these pages that fits, to change. It is looked at before it is taken, so that no other
/// waits for this transaction, and once more when nobody else can change it.
async fn first_to_change(
    tx: &mut Tx,
    candidates: Vec<PageId>,
    fits: impl Fn(&Page) -> bool,
) -> Result<Option<Page>> {
    for id in candidates {
        let seen = eider_store::page::by_id(tx, id).await?;
        if !seen.is_some_and(|page| fits(&page)) {
            continue;
        }
        let held = eider_store::page::to_change(tx, id).await?;
        if let Some(page) = held.filter(&fits) {
            return Ok(Some(page));
        }
    }
    Ok(None)
}

//! What people ask of a page, from wherever it reached them.

use eider_domain::{
    PageId, PersonId,
    access::{Action, Actor, may},
    escalation::Waking,
    page::{Command, Ending, Event, Page, Way},
    person::{Role, Standing},
    text,
    ticket::{Resolution, Ticket},
};
use eider_store::{Tx, fact, page, person};
use jiff::{SignedDuration, Timestamp};

use super::{link, record::Record, scene::Scene};
use crate::{
    Eider, Error, Result,
    once::{self, OnceKey},
    ticket as tickets,
};

const REASON_LIMIT_CHARACTERS: usize = 300;
/// How long something is put off while the hours last.
const NOT_NOW: SignedDuration = SignedDuration::from_hours(1);

/// What somebody asks of a page, as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// I have it, and with it its tickets.
    Acknowledge,
    /// I cannot.
    Decline {
        /// Why.
        reason: Option<String>,
    },
    /// Call the next level now.
    Escalate,
    /// Call my buddy.
    CallBuddy,
    /// Somebody else shall have it.
    HandOver {
        /// Who.
        to: PersonId,
    },
    /// It can wait.
    NotNow {
        /// Until when; until hours start, or for an hour while they last, when it is not given.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// It cannot wait for hours to start.
    Wake {
        /// Why.
        reason: String,
    },
    /// Nobody needs to be called.
    CallOff,
}

/// Does what `actor` asks of a page. Answers with the page as it is afterwards.
///
/// # Errors
/// `NotFound` when there is no such page, `Conflict` when the rules say no.
pub async fn act(
    eider: &Eider,
    actor: &Actor,
    id: PageId,
    answer: Answer,
    way: Way,
) -> Result<Page> {
    let mut tx = eider.db().write().await?;
    let page = act_in(eider, &mut tx, actor, id, answer, way).await?;
    tx.commit().await?;
    eider.committed();
    Ok(page)
}

/// As [`act`], once for each key: a request that came before changes nothing.
///
/// # Errors
/// As [`act`], and `Invalid` when the key came with another request.
pub async fn act_once(
    eider: &Eider,
    actor: &Actor,
    id: PageId,
    answer: Answer,
    way: Way,
    key: &OnceKey,
) -> Result<()> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    if once::claim(&mut tx, Some(key), eider.ids().id(now), now)
        .await?
        .is_none()
    {
        act_in(eider, &mut tx, actor, id, answer, way).await?;
    }
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// As [`act`], for whoever holds the secret of a link.
///
/// # Errors
/// As [`act`], and `NotFound` when the link is good for nothing.
pub async fn act_by_link(eider: &Eider, secret: &str, answer: Answer) -> Result<Page> {
    let (actor, id) = link::bearer(eider, secret).await?;
    act(eider, &actor, id, answer, Way::Link).await
}

/// Resolves everything that a page is about, which ends it. A drill ends by it.
///
/// # Errors
/// As [`act`].
pub async fn resolve(
    eider: &Eider,
    actor: &Actor,
    id: PageId,
    resolution: Resolution,
) -> Result<Page> {
    may(actor, Action::Work)?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let mut held = tickets_to_change(&mut tx, id).await?;
    let mut page = to_change(&mut tx, id).await?;
    // What has left meanwhile is not put right by this.
    held.retain(|ticket| page.tickets.iter().any(|one| one.ticket == ticket.id));
    let scene = Scene::load(eider, &mut tx, &page).await?;
    let mut record = Record::new(eider, now);
    if page.is_open() && held.len() == page.tickets.len() {
        // It is over before its tickets are, so that not each of them has to leave it. What came in
        // only just is not put right either, and goes on being called for.
        let how = Ending::Resolved;
        let by = Some(actor.person);
        let ended = Event::Ended { how };
        record.happen(&mut tx, &mut page, by, ended).await?;
        record.save(&mut tx, &page, &scene).await?;
    }
    let mut facts = record.facts;
    for ticket in held.iter_mut().filter(|one| one.status.kind().is_open()) {
        let resolution = resolution.clone();
        let desk = &scene.desk;
        facts.extend(tickets::resolve_held(eider, &mut tx, desk, actor, ticket, resolution).await?);
    }
    fact::append(&mut tx, &facts, now).await?;
    let page = to_change(&mut tx, id).await?;
    tx.commit().await?;
    eider.committed();
    Ok(page)
}

/// As [`resolve`], for whoever holds the secret of a link.
///
/// # Errors
/// As [`resolve`], and `NotFound` when the link is good for nothing.
pub async fn resolve_by_link(eider: &Eider, secret: &str, resolution: Resolution) -> Result<Page> {
    let (actor, id) = link::bearer(eider, secret).await?;
    resolve(eider, &actor, id, resolution).await
}

pub(super) async fn act_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    id: PageId,
    answer: Answer,
    way: Way,
) -> Result<Page> {
    may(actor, Action::Work)?;
    let acknowledges = answer == Answer::Acknowledge;
    let mut held = if acknowledges {
        tickets_to_change(tx, id).await?
    } else {
        Vec::new()
    };
    let mut page = to_change(tx, id).await?;
    let scene = Scene::load(eider, tx, &page).await?;
    let command = command(tx, &scene, &page, answer, way).await?;
    let had_it = page.holder() == Some(actor.person);
    let events = {
        let company = scene.company();
        page.decide(actor.person, command, &scene.circumstances(&company))?
    };
    let mut record = Record::new(eider, scene.now);
    for event in events {
        let by = Some(actor.person);
        record.happen(tx, &mut page, by, event).await?;
    }
    record.settle(tx, &mut page, &scene).await?;
    record.save(tx, &page, &scene).await?;
    let mut facts = record.facts;
    if acknowledges && !had_it && page.holder() == Some(actor.person) {
        // Whoever has the page has its tickets.
        for ticket in &mut held {
            let is_in = page.tickets.iter().any(|paged| paged.ticket == ticket.id);
            if is_in && ticket.status.kind().is_open() && ticket.owner != Some(actor.person) {
                facts.extend(tickets::give_to_holder(eider, tx, &scene.desk, actor, ticket).await?);
            }
        }
    }
    fact::append(tx, &facts, scene.now).await?;
    Ok(page)
}

/// The tickets of a page, to change, taken before the page itself and in the order of their numbers,
/// so that two who change the same never wait for each other.
async fn tickets_to_change(tx: &mut Tx, id: PageId) -> Result<Vec<Ticket>> {
    let seen = page::by_id(tx, id).await?.ok_or_else(unknown)?;
    let mut numbers: Vec<_> = seen.tickets.iter().map(|paged| paged.number).collect();
    numbers.sort_unstable();
    let mut held = Vec::with_capacity(numbers.len());
    for number in numbers {
        held.push(tickets::to_change(tx, number).await?);
    }
    Ok(held)
}

pub(super) async fn to_change(tx: &mut Tx, id: PageId) -> Result<Page> {
    page::to_change(tx, id).await?.ok_or_else(unknown)
}

pub(super) fn unknown() -> Error {
    Error::NotFound("This page".into())
}

async fn command(
    tx: &mut Tx,
    scene: &Scene,
    page: &Page,
    answer: Answer,
    way: Way,
) -> Result<Command> {
    Ok(match answer {
        Answer::Acknowledge => Command::Acknowledge { way },
        Answer::Decline { reason } => Command::Decline {
            reason: optional_reason(reason.as_deref())?,
        },
        Answer::Escalate => Command::Escalate,
        Answer::CallBuddy => Command::CallBuddy,
        Answer::HandOver { to } => {
            let found = person::by_id(tx, to).await?;
            let works = found.is_some_and(|person| {
                person.standing == Standing::Active && person.role >= Role::Responder
            });
            if !works {
                let message = "Choose somebody who works on tickets and can sign in.";
                return Err(Error::field("to", message));
            }
            Command::HandOver { to }
        }
        Answer::NotNow { until, reason } => Command::NotNow {
            until: until.unwrap_or_else(|| put_off_until(scene, page)),
            reason: checked_reason(&reason)?,
        },
        Answer::Wake { reason } => Command::Wake {
            reason: checked_reason(&reason)?,
        },
        Answer::CallOff => Command::CallOff,
    })
}

/// When hours start; in an hour while they last.
fn put_off_until(scene: &Scene, page: &Page) -> Timestamp {
    let decided = scene.desk.paging.waking(page.squad, page.rank());
    let hold = match decided {
        Waking::Hold { .. } => decided,
        Waking::Wake | Waking::Never => Waking::Hold { calendar: None },
    };
    let opening = scene.desk.waking_hours(hold).next_opening(scene.now);
    opening
        .filter(|opening| *opening > scene.now)
        .unwrap_or_else(|| scene.now.saturating_add(NOT_NOW).unwrap_or(scene.now))
}

/// A reason that has to be given.
pub(super) fn checked_reason(reason: &str) -> Result<String> {
    text::line("The reason", reason, REASON_LIMIT_CHARACTERS)
        .map_err(|error| Error::field("reason", error))
}

fn optional_reason(reason: Option<&str>) -> Result<Option<String>> {
    match reason.map(str::trim) {
        None | Some("") => Ok(None),
        Some(reason) => checked_reason(reason).map(Some),
    }
}

//! Writing a wash-up, agreeing what will be done, and doing it.

use eider_domain::{
    ActionId, PersonId, TicketNumber,
    access::{Action as Deed, Actor, may},
    fact::{Fact, Happened},
    person::Standing,
    text::{self, BODY_LIMIT_CHARACTERS, SHORT_LIMIT_CHARACTERS},
    ticket::Ticket,
    washup::{Action, WashUp},
};
use eider_store::{
    Tx, person,
    washup::{self, Written},
};
use jiff::civil::Date;

use crate::{
    Eider, Error, Result,
    error::FieldErrors,
    once::{self, OnceKey},
    ticket::{save, to_change},
};

/// A follow-up as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    /// What will be done.
    pub what: String,
    /// Who will do it; somebody who can sign in.
    pub owner: PersonId,
    /// By when, as a date where the owner lives.
    pub due_on: Date,
}

/// Writes the wash-up of ticket `number`, new or corrected.
///
/// # Errors
/// `Invalid` names every text that cannot be kept.
pub async fn write(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    wash_up: WashUp,
) -> Result<()> {
    may(actor, Deed::Work)?;
    let wash_up = checked(wash_up)?;
    let mut tx = eider.db().write().await?;
    let ticket = to_change(&mut tx, number).await?;
    let written = Written {
        wash_up,
        at: eider.now(),
        by: actor.person,
    };
    washup::put(&mut tx, ticket.id, &written).await?;
    record(eider, tx, actor, ticket, Fact::WashUpWritten).await
}

/// Notes what somebody will do after ticket `number`.
///
/// # Errors
/// `Invalid` when it says nothing, or its owner cannot sign in.
pub async fn agree(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    new: NewAction,
) -> Result<ActionId> {
    agree_once(eider, actor, number, new, None).await
}

/// As [`agree`], once for each key: a request that came before is answered with the follow-up that
/// it noted.
///
/// # Errors
/// As [`agree`], and `Invalid` when the key came with another request.
pub async fn agree_once(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    new: NewAction,
    key: Option<&OnceKey>,
) -> Result<ActionId> {
    may(actor, Deed::Work)?;
    let what = text::line("What will be done", &new.what, SHORT_LIMIT_CHARACTERS)
        .map_err(|error| Error::field("what", error))?;
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id: ActionId = eider.ids().id(now);
    if let Some(before) = once::claim(&mut tx, key, id.0, now).await? {
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return Ok(before.into());
    }
    let owner = person::by_id(&mut tx, new.owner).await?;
    if owner.is_none_or(|owner| owner.standing != Standing::Active) {
        let message = "Choose somebody who can sign in.";
        return Err(Error::field("owner", message));
    }
    let ticket = to_change(&mut tx, number).await?;
    let action = Action {
        id,
        what,
        owner: new.owner,
        due_on: new.due_on,
        done: false,
    };
    washup::put_action(&mut tx, ticket.id, &action).await?;
    let fact = Fact::ActionAgreed {
        action: action.id,
        what: action.what,
        owner: action.owner,
    };
    record(eider, tx, actor, ticket, fact).await?;
    Ok(action.id)
}

/// Notes that a follow-up of ticket `number` was done.
///
/// # Errors
/// `Conflict` when it was done already, `NotFound` when there is no such ticket.
pub async fn finish(
    eider: &Eider,
    actor: &Actor,
    number: TicketNumber,
    action: ActionId,
) -> Result<()> {
    may(actor, Deed::Work)?;
    let mut tx = eider.db().write().await?;
    let ticket = to_change(&mut tx, number).await?;
    if !washup::finish_action(&mut tx, ticket.id, action, eider.now()).await? {
        let message = "This was done already, or it is not a follow-up of this ticket.";
        return Err(Error::Conflict(message.to_owned()));
    }
    record(eider, tx, actor, ticket, Fact::ActionDone { action }).await
}

async fn record(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    mut ticket: Ticket,
    fact: Fact,
) -> Result<()> {
    let now = eider.now();
    let desk = eider.desk_in(&mut tx).await?;
    let happened = Happened {
        at: now,
        actor: Some(actor.person),
        ticket: Some(ticket.id),
        fact,
    };
    save(eider, &mut tx, &desk, &mut ticket, vec![happened], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

fn checked(wash_up: WashUp) -> Result<WashUp> {
    let mut errors = FieldErrors::default();
    let mut text = |field, name, value: String| {
        let checked = text::optional_lines(name, Some(&value), BODY_LIMIT_CHARACTERS);
        errors.check(field, checked).flatten().unwrap_or_default()
    };
    let checked = WashUp {
        what_happened: text("what_happened", "What happened", wash_up.what_happened),
        who_was_affected: text(
            "who_was_affected",
            "Who was affected",
            wash_up.who_was_affected,
        ),
        cause: text("cause", "The cause", wash_up.cause),
        how_resolved: text("how_resolved", "How it was put right", wash_up.how_resolved),
        lessons: text("lessons", "What we learnt", wash_up.lessons),
    };
    if checked.what_happened.is_empty() {
        errors.add("what_happened", "Say what happened, in a sentence or two.");
    }
    errors.finish()?;
    Ok(checked)
}

//! A way to reach somebody that is gone for good: it is used no more, they are told, and what was
//! under way to it goes another way.

use eider_domain::{
    AttemptId,
    contact::{Attempt, Instead, Reach, Subject, Urgency},
    fact::{Fact, Happened},
};
use eider_store::{Tx, contact, fact, person};
use jiff::tz::TimeZone;

use super::{
    call::{Place, call, enqueue, put},
    linked::methods_of,
};
use crate::{Eider, Result};

/// How many attempts back those of the same call are looked for.
const LOOKED_AT: i64 = 100;

/// Notes that the method of `attempt` is gone, in the transaction that notes how it ended.
pub(super) async fn lose(eider: &Eider, tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let found = match attempt.way.method {
        Some(id) => contact::method_by_id(tx, id).await?,
        None => None,
    };
    let Some(mut method) = found else {
        return Ok(());
    };
    let now = eider.now();
    let was_good = method.is_good();
    let is_new = method.lost_at.is_none();
    method.lost_at.get_or_insert(now);
    contact::put_method(tx, &method).await?;
    go_another_way(eider, tx, attempt).await?;
    if was_good {
        let about = Subject::LostMethod(method.id);
        call(tx, eider, method.person, about, Urgency::Low, now).await?;
    }
    if is_new {
        let happened = Happened {
            at: now,
            actor: Some(method.person),
            ticket: None,
            fact: Fact::ContactMethodLost { method: method.id },
        };
        fact::append(tx, &[happened], now).await?;
    }
    Ok(())
}

/// Reaches whom `attempt` did not reach in another way, at once.
async fn go_another_way(eider: &Eider, tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let Some(found) = person::by_id(tx, attempt.person).await? else {
        return Ok(());
    };
    let plan = contact::plan_of(tx, attempt.person).await?;
    let methods = methods_of(tx, attempt.person).await?;
    let others = contact::attempts_of(tx, attempt.person, LOOKED_AT).await?;
    let reach = Reach {
        plan: &plan,
        methods: &methods,
        account_email: found.email.as_deref(),
        zone: &TimeZone::get(&found.zone).unwrap_or(TimeZone::UTC),
        offered: &eider.offered(),
    };
    match reach.instead(attempt, &others, eider.now()) {
        Instead::Nothing => Ok(()),
        Instead::Sooner(id) => sooner(eider, tx, id).await,
        Instead::Tries(tries) => {
            let (subject, urgency) = (attempt.subject, attempt.urgency);
            for planned in &tries {
                put(
                    tx,
                    eider,
                    attempt.person,
                    subject,
                    urgency,
                    planned,
                    Place::InTurn,
                )
                .await?;
            }
            Ok(())
        }
    }
}

async fn sooner(eider: &Eider, tx: &mut Tx, id: AttemptId) -> Result<()> {
    match contact::bring_forward(tx, id, eider.now()).await? {
        Some(attempt) => enqueue(tx, eider, &attempt).await,
        None => Ok(()),
    }
}

//! A page that somebody sends to themselves, to see that it arrives.

use eider_domain::{
    access::{Action, Actor, may},
    contact::{Subject, Urgency},
    fact::Fact,
};
use eider_store::contact;
use jiff::SignedDuration;

use super::{call, record, stop};
use crate::{Eider, Error, Result};

/// One test in this time.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Sends the actor a test page in the ways and at the times of a real one. Answers how many
/// messages there will be. One that is still under way is stopped.
///
/// # Errors
/// `TooMany` within a minute of the last, `Conflict` when there is no way to reach them.
pub async fn test_page(eider: &Eider, actor: &Actor) -> Result<usize> {
    may(actor, Action::OwnContact)?;
    let now = eider.now();
    let since = now.checked_sub(PAUSE).unwrap_or(now);
    let (person, about) = (actor.person, Subject::TestPage);
    let mut tx = eider.db().write().await?;
    if contact::count_between(&mut tx, person, about, since, now).await? > 0 {
        return Err(Error::TooMany {
            retry_after_seconds: PAUSE.as_secs(),
        });
    }
    stop(&mut tx, eider, about, Some(person)).await?;
    let planned = call(&mut tx, eider, person, about, Urgency::High, now).await?;
    if planned == 0 {
        return Err(Error::Conflict(
            "There is no way to reach you: this desk cannot send to any of your contact methods. \
             Ask an administrator to set up e-mail at least."
                .into(),
        ));
    }
    record(eider, tx, person, Fact::TestPageAsked).await?;
    Ok(planned)
}

//! What is oldest of all that is still to be done.

use eider_domain::{
    contact::Subject,
    watch::{FAILURES_LIMIT, Oldest},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Result, Tx,
    db::on,
    page,
    row::{maybe_instant, micros},
};

/// Nothing is being sent for longer than this: its job would be late by then.
const SENDING_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// The most pages that nobody has answered that are looked at, the oldest first.
const LOOKED_AT: i64 = 50;

/// The oldest of each that is still to be done as of `now`.
///
/// # Errors
/// When the database fails.
pub async fn oldest(tx: &mut Tx, now: Timestamp) -> Result<Oldest> {
    let unheard = unheard(tx).await?;
    Ok(Oldest {
        page_at: page::health(tx).await?.oldest_next_at,
        message_at: oldest_message_at(tx, now).await?,
        unheard_at: unheard.page_at,
        last_resort_at: unheard.last_resort_at,
        job_at: oldest_job_at(tx, now).await?,
        failing: failing(tx).await?,
    })
}

/// When the oldest message was to go out that did not. One that was handed to a provider and not
/// taken counts as well when it is urgent, while it waits and while it is tried again; somebody's own
/// webhook that refuses does not. What is sent for long is a job that takes too long.
async fn oldest_message_at(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>> {
    let recently = now.saturating_sub(SENDING_WITHIN).unwrap_or(now);
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT min(due_at) FROM (
            SELECT due_at FROM contact_attempt
            WHERE state = 'waiting' AND (fence = 0 OR (urgency = 'high' AND kind <> 'webhook'))
            UNION ALL
            SELECT due_at FROM contact_attempt
            WHERE state = 'sending' AND urgency = 'high' AND kind <> 'webhook' AND changed_at > $1
         ) AS open"
    )
    .bind(micros(recently))
    .fetch_one(c)
    .await)?;
    maybe_instant(at)
}

/// Pages of which nobody has heard.
#[derive(Default)]
struct Unheard {
    /// When somebody was to be reached for the oldest that is being called.
    page_at: Option<Timestamp>,
    /// When somebody was to be reached for the oldest at its last resort.
    last_resort_at: Option<Timestamp>,
}

/// When somebody was first to be reached for pages of which no provider has taken anything since. A
/// level that ends takes its messages back, so that what waits is no measure of that.
async fn unheard(tx: &mut Tx) -> Result<Unheard> {
    let mut unheard = Unheard::default();
    for page in page::being_called(tx, LOOKED_AT).await? {
        let since = page.since;
        let about = Subject::Page(page.page).to_string();
        let (taken, first_at): (i64, Option<i64>) = on!(tx, |c| sqlx::query_as(
            "SELECT count(CASE WHEN state IN ('accepted', 'delivered') THEN 1 END), min(due_at)
             FROM contact_attempt WHERE about = $1 AND due_at >= $2 AND changed_at >= $2"
        )
        .bind(&about)
        .bind(micros(since))
        .fetch_one(c)
        .await)?;
        if taken == 0 {
            // Where nothing was to be sent, nothing was refused: levels without anybody are passed over.
            if first_at.is_none() && !page.is_last_resort {
                continue;
            }
            // Somebody may want to be reached a while after they are called.
            let at = maybe_instant(first_at)?.unwrap_or(since);
            let oldest = if page.is_last_resort {
                &mut unheard.last_resort_at
            } else {
                &mut unheard.page_at
            };
            *oldest = Some(oldest.map_or(at, |oldest| oldest.min(at)));
        }
    }
    Ok(unheard)
}

/// When the oldest job was due that looks at pages and alerts or reaches people, whether somebody
/// holds it or not.
async fn oldest_job_at(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT min(run_at) FROM job WHERE run_at <= $1
            AND (kind LIKE 'page.%' OR kind LIKE 'alert.%' OR kind LIKE 'contact.%')"
    )
    .bind(micros(now))
    .fetch_one(c)
    .await)?;
    maybe_instant(at)
}

/// How many jobs of pages and alerts have failed over and over. Those that reach people fail with
/// their providers, which their messages tell.
async fn failing(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM job WHERE attempts >= $1 AND last_error <> ''
            AND (kind LIKE 'page.%' OR kind LIKE 'alert.%')"
    )
    .bind(FAILURES_LIMIT)
    .fetch_one(c)
    .await)?)
}

//! Links with which one person answers one page.

use eider_domain::{PageId, PersonId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Result, Tx, db::on, row::micros};

/// Writes the hash of a link's secret.
///
/// # Errors
/// When the database fails.
pub async fn put_link(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    page: PageId,
    person: PersonId,
    made_at: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO page_link (token_hash, page_id, person_id, made_at) VALUES ($1, $2, $3, $4)"
    )
    .bind(token_hash.as_slice())
    .bind(page.0)
    .bind(person.0)
    .bind(micros(made_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The page and the person of the link with that hash, if they can still sign in.
///
/// # Errors
/// When the database fails.
pub async fn link_of(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<(PageId, PersonId)>> {
    let row: Option<(Uuid, Uuid)> = on!(tx, |c| sqlx::query_as(
        "SELECT l.page_id, l.person_id FROM page_link l JOIN person p ON p.id = l.person_id
         WHERE l.token_hash = $1 AND p.standing = 'active'"
    )
    .bind(token_hash.as_slice())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(page, person)| (page.into(), person.into())))
}

/// Forgets the links that were made before an instant.
///
/// # Errors
/// When the database fails.
pub async fn forget_links(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM page_link WHERE made_at < $1"
    )
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

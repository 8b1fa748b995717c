//! Codes that were sent to methods which are to be verified.

use eider_domain::{MethodId, contact::Code};

use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros, unreadable},
};

/// The code that was sent last to a method, to be compared: until the transaction ends, nobody
/// else compares it.
///
/// # Errors
/// When the database fails.
pub async fn code_of(tx: &mut Tx, method: MethodId) -> Result<Option<Code>> {
    let sql = if tx.is_sqlite() {
        "SELECT hash, expires_at, wrong FROM contact_code WHERE method_id = $1"
    } else {
        "SELECT hash, expires_at, wrong FROM contact_code WHERE method_id = $1 FOR UPDATE"
    };
    let row: Option<(Vec<u8>, i64, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(method.0)
        .fetch_optional(c)
        .await)?;
    let Some((hash, expires_at, wrong)) = row else {
        return Ok(None);
    };
    Ok(Some(Code {
        hash: hash
            .try_into()
            .map_err(|_| unreadable("the hash of a code", ""))?,
        expires_at: instant(expires_at)?,
        wrong,
    }))
}

/// Writes the code of a method in the place of the one before.
///
/// # Errors
/// When the database fails.
pub async fn put_code(tx: &mut Tx, method: MethodId, code: &Code) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO contact_code (method_id, hash, expires_at, wrong) VALUES ($1, $2, $3, $4)
         ON CONFLICT (method_id) DO UPDATE SET hash = excluded.hash,
            expires_at = excluded.expires_at, wrong = excluded.wrong",
    )
    .bind(method.0)
    .bind(code.hash.as_slice())
    .bind(micros(code.expires_at))
    .bind(code.wrong)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets the code of a method.
///
/// # Errors
/// When the database fails.
pub async fn remove_code(tx: &mut Tx, method: MethodId) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM contact_code WHERE method_id = $1"
    )
    .bind(method.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

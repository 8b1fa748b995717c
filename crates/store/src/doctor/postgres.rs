//! What PostgreSQL tells of itself.

use jiff::Timestamp;

use super::Check;
use crate::{
    Result, Tx,
    db::on,
    row::{instant, micros},
};

/// The oldest version that its makers still look after.
const OLDEST: i64 = 14;
/// How far the clocks of two machines may be apart.
const CLOCKS_APART_SECONDS: i64 = 2;

pub(super) async fn examine(tx: &mut Tx, now: fn() -> Timestamp) -> Result<Vec<Check>> {
    let mut checks = vec![version(tx).await?];
    for (name, setting) in [
        ("forcing to disk", "fsync"),
        ("whole pages", "full_page_writes"),
    ] {
        let found = setting_of(tx, setting).await?;
        checks.push(Check::expect(
            name,
            found == "on",
            format!("{setting} is {found}"),
            "Set it to on in postgresql.conf and reload the server, or a power cut may lose data.",
        ));
    }
    let found = setting_of(tx, "synchronous_commit").await?;
    checks.push(Check::expect(
        "durability",
        found != "off",
        format!("synchronous_commit is {found}"),
        "Set it to on: with off, commands that were acknowledged can be lost.",
    ));
    let found = setting_of(tx, "server_encoding").await?;
    checks.push(Check::expect(
        "encoding",
        found == "UTF8",
        format!("the database is in {found}"),
        "Make a database with ENCODING 'UTF8', and move with `eider export` and `eider import`.",
    ));
    checks.push(clock(tx, now).await?);
    Ok(checks)
}

async fn version(tx: &mut Tx) -> Result<Check> {
    let number: String = setting_of(tx, "server_version_num").await?;
    let major = number.parse::<i64>().unwrap_or_default() / 10_000;
    Ok(Check::expect(
        "PostgreSQL",
        major >= OLDEST,
        format!("version {major}"),
        "Bring the server to version 14 or later.",
    ))
}

async fn setting_of(tx: &mut Tx, name: &str) -> Result<String> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT current_setting($1)"
    )
    .bind(name)
    .fetch_one(c)
    .await)?)
}

/// The one place that asks a database for the time: to compare it with the machine's.
async fn clock(tx: &mut Tx, now: fn() -> Timestamp) -> Result<Check> {
    let before = now();
    let there: i64 = on!(tx, |c| sqlx::query_scalar(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    )
    .fetch_one(c)
    .await)?;
    let after = now();
    let apart = if there < micros(before) {
        before.duration_since(instant(there)?)
    } else {
        instant(there)?.duration_since(after)
    };
    let seconds = apart.as_secs().max(0);
    Ok(Check::expect(
        "clock of the database",
        seconds < CLOCKS_APART_SECONDS,
        format!("{seconds} s apart from this machine's"),
        "Let both machines take their time from the same servers, for example with chrony.",
    ))
}

//! Whether a database is in good health, and how to mend what is not.

mod postgres;
mod sqlite;

use jiff::Timestamp;

use crate::{
    Db, Result, Tx,
    db::{migrations, on},
    fact::{self, ChainState},
};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What, in a few words.
    pub name: &'static str,
    /// What was found.
    pub outcome: Outcome,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it should be.
    Fine(String),
    /// Somebody should look after it.
    Attention {
        /// What is not as it should be, as a sentence.
        found: String,
        /// How to mend it, as a sentence.
        mend: String,
    },
}

impl Check {
    /// Something that is as it should be.
    pub fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            outcome: Outcome::Fine(found.into()),
        }
    }

    /// Something that somebody should look after.
    pub fn attention(
        name: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let (found, mend) = (found.into(), mend.into());
        Self {
            name,
            outcome: Outcome::Attention { found, mend },
        }
    }

    /// Whether somebody should look after it.
    pub fn needs_attention(&self) -> bool {
        matches!(self.outcome, Outcome::Attention { .. })
    }

    /// Fine when `is_so`, and otherwise what should be done.
    fn expect(name: &'static str, is_so: bool, found: String, mend: &str) -> Self {
        if is_so {
            Self::fine(name, found)
        } else {
            Self::attention(name, found, mend)
        }
    }
}

/// Looks at everything that the database can tell of itself. It reads all of it, so it takes a
/// while on a large one. `now` reads the machine's clock.
///
/// # Errors
/// When the database cannot be asked at all.
pub async fn examine(db: &Db, now: fn() -> Timestamp) -> Result<Vec<Check>> {
    let mut tx = db.read().await?;
    let mut checks = if db.is_sqlite() {
        sqlite::examine(&mut tx).await?
    } else {
        postgres::examine(&mut tx, now).await?
    };
    let (pending, migrated) = migrated(&mut tx).await?;
    checks.push(migrated);
    if pending.is_empty() {
        checks.push(chain(&mut tx).await?);
    }
    Ok(checks)
}

/// The versions of the migrations that the database still lacks.
///
/// # Errors
/// When the database fails.
pub async fn pending_migrations(tx: &mut Tx) -> Result<Vec<i64>> {
    let known = migrations(tx.is_sqlite()).iter().map(|m| m.version);
    let applied = applied_migrations(tx).await?;
    Ok(known.filter(|version| !applied.contains(version)).collect())
}

async fn applied_migrations(tx: &mut Tx) -> Result<Vec<i64>> {
    let sql = if tx.is_sqlite() {
        "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'"
    } else {
        "SELECT count(*) FROM pg_tables
         WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'"
    };
    let tables: i64 = on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version"
    )
    .fetch_all(c)
    .await)?)
}

async fn migrated(tx: &mut Tx) -> Result<(Vec<i64>, Check)> {
    const NAME: &str = "migrations";
    let latest = crate::db::latest_migration(tx.is_sqlite());
    let newer = applied_migrations(tx).await?;
    let newer = newer.into_iter().filter(|version| *version > latest).max();
    let pending = pending_migrations(tx).await?;
    let check = match (newer, pending.len()) {
        (Some(newer), _) => Check::attention(
            NAME,
            format!("The database is of version {newer}, newer than this Eider knows ({latest})."),
            "Install the newer version of Eider again, or restore the backup from before it.",
        ),
        (None, 0) => Check::fine(NAME, format!("at version {latest}")),
        (None, count) => Check::attention(
            NAME,
            format!("{count} migrations have not been applied yet."),
            "Run `eider migrate`, or start the server, which does it too.",
        ),
    };
    Ok((pending, check))
}

async fn chain(tx: &mut Tx) -> Result<Check> {
    const NAME: &str = "chain of facts";
    Ok(match fact::verify(tx).await? {
        ChainState::Whole { facts } => Check::fine(NAME, format!("whole, {facts} facts")),
        ChainState::BrokenAt { seq } => Check::attention(
            NAME,
            format!("Broken at fact {seq}: somebody altered, removed or added facts by hand."),
            "Restore the last backup whose chain is whole (`eider restore` checks it), and find \
             out who can write to the database besides Eider.",
        ),
    })
}

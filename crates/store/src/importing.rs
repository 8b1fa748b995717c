//! What was imported from which source, and writing much of it at once.

use std::collections::HashMap;

use eider_domain::{ImportId, PersonId, TicketId, person::Person};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    list::push_list,
    row::{from_json, maybe_instant, micros, to_json, unreadable},
};

/// How many rows one statement writes or asks for. Statements that ask for so many are not kept
/// prepared: PostgreSQL would go on with the plan that was right when the table was empty.
const ROWS_A_STATEMENT: usize = 500;

/// A ticket that was imported before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The ticket here.
    pub ticket: TicketId,
    /// The digest of the history that was imported.
    pub digest: [u8; 32],
}

/// The tickets of `source` that were imported before, of those with these keys.
///
/// # Errors
/// When the database fails.
pub async fn known(tx: &mut Tx, source: &str, keys: &[&str]) -> Result<HashMap<String, Known>> {
    let mut known = HashMap::with_capacity(keys.len());
    for batch in keys.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<(String, Uuid, Vec<u8>)> = on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT external_key, ticket_id, digest FROM external_ticket WHERE source = ",
            );
            query.push_bind(source).push(" AND external_key IN ");
            push_list(&mut query, batch.iter().copied());
            query.build_query_as().fetch_all(c).await
        })?;
        for (key, ticket, digest) in rows {
            let digest = digest
                .try_into()
                .map_err(|_| unreadable("the digest of an imported ticket", &key))?;
            let ticket = ticket.into();
            known.insert(key, Known { ticket, digest });
        }
    }
    Ok(known)
}

/// Remembers what was imported for which key; again when a newer export brought more.
///
/// # Errors
/// `Conflict` when a ticket does not exist.
pub async fn put_known(tx: &mut Tx, source: &str, tickets: &[(&str, Known)]) -> Result<()> {
    for batch in tickets.chunks(ROWS_A_STATEMENT) {
        on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO external_ticket (source, external_key, ticket_id, digest) ",
            );
            query.push_values(batch, |mut row, (key, known)| {
                row.push_bind(source)
                    .push_bind(*key)
                    .push_bind(known.ticket.0)
                    .push_bind(known.digest.to_vec());
            });
            query.push(
                " ON CONFLICT (source, external_key) DO UPDATE SET ticket_id = excluded.ticket_id,
                    digest = excluded.digest",
            );
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// The people of `source` who came in before, of those with these keys.
///
/// # Errors
/// When the database fails.
pub async fn people(
    tx: &mut Tx,
    source: &str,
    keys: &[String],
) -> Result<HashMap<String, PersonId>> {
    let mut people = HashMap::with_capacity(keys.len());
    for batch in keys.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<(String, Uuid)> = on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT external_key, person_id FROM external_person WHERE source = ",
            );
            query.push_bind(source).push(" AND external_key IN ");
            push_list(&mut query, batch.iter().map(String::as_str));
            query.build_query_as().fetch_all(c).await
        })?;
        people.extend(rows.into_iter().map(|(key, id)| (key, id.into())));
    }
    Ok(people)
}

/// Writes people who are new, each with the key by which `source` knows them.
///
/// # Errors
/// `Conflict` when a key or an id is there already.
pub async fn put_people(
    tx: &mut Tx,
    source: &str,
    people: &[(String, Person)],
    now: Timestamp,
) -> Result<()> {
    for batch in people.chunks(ROWS_A_STATEMENT) {
        on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO person (id, name, email, role, standing, zone, initials, address_as,
                    created_at) ",
            );
            query.push_values(batch, |mut row, (_, person)| {
                row.push_bind(person.id.0)
                    .push_bind(person.name.as_str())
                    .push_bind(person.email.as_deref())
                    .push_bind(person.role.as_str())
                    .push_bind(person.standing.as_str())
                    .push_bind(person.zone.as_str())
                    .push_bind(person.initials.as_str())
                    .push_bind(person.address_as.as_deref())
                    .push_bind(micros(now));
            });
            query.build().persistent(false).execute(&mut *c).await?;
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO external_person (source, external_key, person_id) ",
            );
            query.push_values(batch, |mut row, (key, person)| {
                row.push_bind(source)
                    .push_bind(key.as_str())
                    .push_bind(person.id.0);
            });
            query
                .build()
                .persistent(false)
                .execute(&mut *c)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// The latest import from a source, under way, left before its end, or finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Identity.
    pub id: ImportId,
    /// Tickets that it imported or brought up to date so far.
    pub tickets: i64,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Progress {
    tickets: i64,
}

/// The latest run of `source`; nobody else imports from it until the transaction ends. The first
/// time it begins one, with `new_id`.
///
/// # Errors
/// When the database fails.
pub async fn run_to_change(
    tx: &mut Tx,
    source: &str,
    new_id: ImportId,
    now: Timestamp,
) -> Result<Run> {
    let progress = to_json("the progress of an import", &Progress { tickets: 0 })?;
    let (id, progress, finished_at): (Uuid, String, Option<i64>) = on!(tx, |c| sqlx::query_as(
        "INSERT INTO import_run (id, source, progress, started_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source) DO UPDATE SET source = excluded.source
         RETURNING id, progress, finished_at",
    )
    .bind(new_id.0)
    .bind(source)
    .bind(&progress)
    .bind(micros(now))
    .fetch_one(c)
    .await)?;
    let progress: Progress = from_json("the progress of an import", &progress)?;
    Ok(Run {
        id: id.into(),
        tickets: progress.tickets,
        finished_at: maybe_instant(finished_at)?,
    })
}

/// The latest run of `source`, if there was one.
///
/// # Errors
/// When the database fails.
pub async fn run(tx: &mut Tx, source: &str) -> Result<Option<Run>> {
    let row: Option<(Uuid, String, Option<i64>)> = on!(tx, |c| sqlx::query_as(
        "SELECT id, progress, finished_at FROM import_run WHERE source = $1"
    )
    .bind(source)
    .fetch_optional(c)
    .await)?;
    let Some((id, progress, finished_at)) = row else {
        return Ok(None);
    };
    let progress: Progress = from_json("the progress of an import", &progress)?;
    Ok(Some(Run {
        id: id.into(),
        tickets: progress.tickets,
        finished_at: maybe_instant(finished_at)?,
    }))
}

/// Writes how far the run of `source` has come. One that begins anew has a new id.
///
/// # Errors
/// When the database fails.
pub async fn put_run(tx: &mut Tx, source: &str, run: &Run, now: Timestamp) -> Result<()> {
    let progress = Progress {
        tickets: run.tickets,
    };
    let progress = to_json("the progress of an import", &progress)?;
    on!(tx, |c| sqlx::query(
        "UPDATE import_run SET progress = $2, finished_at = $3,
            started_at = CASE WHEN id = $4 THEN started_at ELSE $5 END, id = $4
         WHERE source = $1",
    )
    .bind(source)
    .bind(&progress)
    .bind(run.finished_at.map(micros))
    .bind(run.id.0)
    .bind(micros(now))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

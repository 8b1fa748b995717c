//! Facts: appended, chained, read; never changed.

use eider_domain::{
    PersonId, TicketId,
    fact::{CHAIN_START, ChainHash, ChainedColumns, Fact, Happened, chain},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros, unreadable},
};

/// A fact in its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its place, from 1, without gaps.
    pub seq: i64,
    /// When it was recorded; later than it happened for imported history.
    pub recorded_at: Timestamp,
    /// What happened, when, by whom.
    pub happened: Happened,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: i64,
    recorded_at: i64,
    actor_id: Option<Uuid>,
    ticket_id: Option<Uuid>,
    kind: String,
    data: String,
}

impl Row {
    fn into_recorded(self) -> Result<Recorded> {
        let fact = Fact::from_parts(&self.kind, &self.data)
            .map_err(|_| unreadable("a fact", format!("{} {}", self.kind, self.data)))?;
        Ok(Recorded {
            seq: self.seq,
            recorded_at: instant(self.recorded_at)?,
            happened: Happened {
                at: instant(self.at)?,
                actor: self.actor_id.map(PersonId),
                ticket: self.ticket_id.map(TicketId),
                fact,
            },
        })
    }
}

/// How many rows one statement inserts: SQLite takes 32,766 parameters, PostgreSQL 65,535.
const ROWS_A_STATEMENT: usize = 500;

/// Appends `facts` to the chain. Call it last in a transaction: from here on others wait for the
/// head of the chain. Returns the place of the last one.
///
/// # Errors
/// When the database fails.
pub async fn append(tx: &mut Tx, facts: &[Happened], recorded_at: Timestamp) -> Result<i64> {
    let sql = if tx.is_sqlite() {
        "SELECT seq, hash FROM chain_head WHERE id = 1"
    } else {
        "SELECT seq, hash FROM chain_head WHERE id = 1 FOR UPDATE"
    };
    let (mut seq, hash): (i64, Vec<u8>) = on!(tx, |c| sqlx::query_as(sql).fetch_one(c).await)?;
    let mut link: ChainHash = hash
        .try_into()
        .map_err(|_| unreadable("the head of the chain of facts", ""))?;
    if facts.is_empty() {
        return Ok(seq);
    }
    let recorded_at_micros = micros(recorded_at);
    for batch in facts.chunks(ROWS_A_STATEMENT) {
        let mut rows = Vec::with_capacity(batch.len());
        for happened in batch {
            seq += 1;
            let (kind, data) = happened
                .fact
                .to_parts()
                .map_err(|error| unreadable("a fact", error))?;
            let columns = ChainedColumns {
                seq,
                at_micros: micros(happened.at),
                recorded_at_micros,
                actor: happened.actor,
                ticket: happened.ticket,
                kind: &kind,
                data: &data,
            };
            link = chain(&link, columns);
            rows.push((seq, happened, kind, data, link));
        }
        on!(tx, |c| {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO fact (seq, at, recorded_at, actor_id, ticket_id, kind, data, hash) ",
            );
            query.push_values(rows, |mut row, (seq, happened, kind, data, link)| {
                row.push_bind(seq)
                    .push_bind(micros(happened.at))
                    .push_bind(recorded_at_micros)
                    .push_bind(happened.actor.map(|id| id.0))
                    .push_bind(happened.ticket.map(|id| id.0))
                    .push_bind(kind)
                    .push_bind(data)
                    .push_bind(link.to_vec());
            });
            query
                .build()
                .persistent(batch.len() < 4)
                .execute(c)
                .await
                .map(drop)
        })?;
    }
    on!(tx, |c| sqlx::query(
        "UPDATE chain_head SET seq = $1, hash = $2 WHERE id = 1"
    )
    .bind(seq)
    .bind(link.to_vec())
    .execute(c)
    .await
    .map(drop))?;
    Ok(seq)
}

/// The facts of one ticket, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Recorded>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT seq, at, recorded_at, actor_id, ticket_id, kind, data FROM fact
         WHERE ticket_id = $1 ORDER BY seq",
    )
    .bind(ticket.0)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_recorded).collect()
}

/// When a person last said how urgent a ticket is, if one did.
///
/// # Errors
/// When the database fails.
pub async fn prioritised_at(tx: &mut Tx, ticket: TicketId) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT max(at) FROM fact
         WHERE ticket_id = $1 AND kind = 'priority_changed' AND actor_id IS NOT NULL",
    )
    .bind(ticket.0)
    .fetch_one(c)
    .await)?;
    maybe_instant(at)
}

/// Up to `limit` facts of one ticket after place `after`, in their order.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket_after(
    tx: &mut Tx,
    ticket: TicketId,
    after: i64,
    limit: i64,
) -> Result<Vec<Recorded>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT seq, at, recorded_at, actor_id, ticket_id, kind, data FROM fact
         WHERE ticket_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(ticket.0)
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_recorded).collect()
}

/// Up to `limit` facts after place `after`, in their order.
///
/// # Errors
/// When the database fails.
pub async fn after(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Recorded>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT seq, at, recorded_at, actor_id, ticket_id, kind, data FROM fact
         WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_recorded).collect()
}

/// The place of the last fact; 0 when there is none.
///
/// # Errors
/// When the database fails.
pub async fn last_seq(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT seq FROM chain_head WHERE id = 1"
    )
    .fetch_one(c)
    .await)?)
}

/// What checking the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// Every fact is as it was written.
    Whole {
        /// How many facts were checked.
        facts: i64,
    },
    /// Facts were altered, removed or added from this place on.
    BrokenAt {
        /// The first place that does not fit.
        seq: i64,
    },
}

#[derive(sqlx::FromRow)]
struct ChainRow {
    #[sqlx(flatten)]
    row: Row,
    hash: Vec<u8>,
}

/// Checks every link of the chain, a few thousand facts at a time.
///
/// # Errors
/// When the database fails.
pub async fn verify(tx: &mut Tx) -> Result<ChainState> {
    let (head_seq, head_hash): (i64, Vec<u8>) = on!(tx, |c| sqlx::query_as(
        "SELECT seq, hash FROM chain_head WHERE id = 1"
    )
    .fetch_one(c)
    .await)?;
    let (mut seq, mut link) = (0, CHAIN_START);
    loop {
        let rows: Vec<ChainRow> = on!(tx, |c| sqlx::query_as(
            "SELECT seq, at, recorded_at, actor_id, ticket_id, kind, data, hash FROM fact
             WHERE seq > $1 ORDER BY seq LIMIT 5000",
        )
        .bind(seq)
        .fetch_all(c)
        .await)?;
        if rows.is_empty() {
            break;
        }
        for ChainRow { row, hash } in rows {
            let columns = ChainedColumns {
                seq: row.seq,
                at_micros: row.at,
                recorded_at_micros: row.recorded_at,
                actor: row.actor_id.map(PersonId),
                ticket: row.ticket_id.map(TicketId),
                kind: &row.kind,
                data: &row.data,
            };
            link = chain(&link, columns);
            seq += 1;
            if row.seq != seq || hash != link {
                return Ok(ChainState::BrokenAt { seq });
            }
        }
    }
    if seq != head_seq || (seq > 0 && head_hash != link) {
        return Ok(ChainState::BrokenAt { seq: seq + 1 });
    }
    Ok(ChainState::Whole { facts: seq })
}

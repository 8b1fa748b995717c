//! Everything, out of one Eider and into another one.

use std::io::{BufRead, Write};

use eider_domain::TicketNumber;
use eider_store::{
    Db, Tx,
    fact::{self, ChainState},
    figures, ticket,
    transfer::{self, Moved},
};

use crate::{Error, Result, search::reindex};

const TICKETS_A_READ: i64 = 500;

/// Writes everything to `to`, as of one moment. It may be done while the desk is in use.
///
/// # Errors
/// When the database fails, or `to` cannot be written.
pub async fn export(db: &Db, to: &mut (dyn Write + Send)) -> Result<Moved> {
    let mut tx = db.read().await?;
    Ok(transfer::export(&mut tx, to).await?)
}

/// Reads an export into an empty database, in one transaction, and checks the chain of facts.
///
/// # Errors
/// When the database is in use, or the export is not whole; then nothing is kept.
pub async fn import(db: &Db, from: &mut (dyn BufRead + Send)) -> Result<Moved> {
    let mut tx = db.write().await?;
    let moved = transfer::import(&mut tx, from).await?;
    match fact::verify(&mut tx).await? {
        ChainState::Whole { .. } => {}
        ChainState::BrokenAt { seq } => {
            return Err(Error::Conflict(format!(
                "The chain of facts in this export is broken at fact {seq}. Nothing was \
                 imported. `eider doctor` on the desk that it came from tells more."
            )));
        }
    }
    figures::rebuild(&mut tx).await?;
    rebuild_search(&mut tx).await?;
    tx.commit().await?;
    Ok(moved)
}

async fn rebuild_search(tx: &mut Tx) -> Result<()> {
    let mut last = TicketNumber(i64::MIN);
    loop {
        let tickets = ticket::after(tx, last, TICKETS_A_READ).await?;
        let Some(ticket) = tickets.last() else {
            return Ok(());
        };
        last = ticket.number;
        for ticket in &tickets {
            reindex(tx, ticket).await?;
        }
    }
}

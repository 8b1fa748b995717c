//! What happens to a page by itself: its time has come, nobody answered, duty changed hands.

use eider_domain::PageId;
use eider_jobs::Claimed;
use eider_store::{fact, job};

use super::{gather, record::Record, scene::Scene};
use crate::{Eider, Error, Result};

pub(super) const KIND: &str = "page.step";

/// Does what is due of the page that the job names, and queues what comes next. It may run twice:
/// what was done is in the page, and nothing is done again.
pub(super) async fn run(eider: &Eider, claimed: &Claimed) -> Result<()> {
    let id: PageId = claimed
        .payload
        .parse()
        .map_err(|_| Error::NotFound(format!("The page “{}” of a job", claimed.payload)))?;
    let mut tx = eider.db().write().await?;
    let now = eider.now();
    let pages = gather::to_change(&mut tx, id, now).await?;
    // The row of the page is held now, so no other node is between asking and doing.
    if !job::holds(&mut tx, claimed).await? {
        return Ok(());
    }
    let mut record = Record::new(eider, now);
    let calls = gather::gather(eider, &mut tx, &mut record, pages, id, now).await?;
    let Some(mut page) = calls else {
        return Ok(());
    };
    let scene = Scene::load(eider, &mut tx, &page).await?;
    record.settle(&mut tx, &mut page, &scene).await?;
    record.save(&mut tx, &page, &scene).await?;
    fact::append(&mut tx, &record.facts, now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

//! What belongs together and is released at the same time goes out as one call.

use eider_domain::{
    PageId, TicketId,
    page::{Ending, Event, Page, Paged},
};
use eider_store::Tx;
use jiff::Timestamp;

use super::{follow::look_at, record::Record};
use crate::{Eider, Result};

/// The most pages that are looked at for those that go out together.
const TOGETHER: i64 = 100;

/// The page of that id, to change, and before it those that may go out in one call with it. They are
/// held in the order of their ids, whichever of them comes to this first.
pub(super) async fn to_change(tx: &mut Tx, id: PageId, now: Timestamp) -> Result<Vec<Page>> {
    let mut ids = eider_store::page::released_with(tx, id, now, TOGETHER).await?;
    if !ids.contains(&id) {
        ids = vec![id];
    }
    let mut pages = Vec::with_capacity(ids.len());
    for id in ids {
        pages.extend(eider_store::page::to_change(tx, id).await?);
    }
    Ok(pages)
}

/// The page that calls for the one of that id: the earliest that takes it along, which then tells of
/// everything else that is released too; most often itself.
pub(super) async fn gather(
    eider: &Eider,
    tx: &mut Tx,
    record: &mut Record<'_>,
    mut pages: Vec<Page>,
    id: PageId,
    now: Timestamp,
) -> Result<Option<Page>> {
    let Some(place) = pages.iter().position(|page| page.id == id) else {
        return Ok(None);
    };
    let own = pages.remove(place);
    let takes_it = |page: &Page| page.id < id && page.takes_along(&own, now);
    let mut lead = match pages.iter().position(takes_it) {
        Some(place) => {
            let lead = pages.remove(place);
            pages.insert(0, own);
            lead
        }
        None => own,
    };
    for mut other in pages {
        if lead.takes_along(&other, now) {
            take_along(eider, tx, record, &mut lead, &mut other, now).await?;
        }
    }
    Ok(Some(lead))
}

async fn take_along(
    eider: &Eider,
    tx: &mut Tx,
    record: &mut Record<'_>,
    lead: &mut Page,
    other: &mut Page,
    now: Timestamp,
) -> Result<()> {
    let Some(with) = lead.lead().map(|paged| paged.number) else {
        return Ok(());
    };
    let how = Ending::Gathered;
    record.happen(tx, other, None, Event::Ended { how }).await?;
    super::save(eider, tx, other, look_at(other, now)).await?;
    for Paged {
        ticket,
        number,
        rank,
    } in other.tickets.clone()
    {
        let joined = Event::Joined { number, rank, with };
        record.note_beside(lead, Some::<TicketId>(ticket), None, joined);
    }
    Ok(())
}

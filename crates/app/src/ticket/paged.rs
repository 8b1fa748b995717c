//! The tickets that pages are about.

use std::collections::{HashMap, hash_map::Entry};

use eider_domain::{PageId, TicketNumber};
use eider_store::page;

use crate::{Eider, Result};

/// The numbers of the tickets that each of these pages is about; none of a drill.
///
/// # Errors
/// When the database fails.
pub async fn numbers_of_pages(
    eider: &Eider,
    pages: impl IntoIterator<Item = PageId>,
) -> Result<HashMap<PageId, Vec<TicketNumber>>> {
    let mut tx = eider.db().read().await?;
    let mut numbers = HashMap::new();
    for id in pages {
        if let Entry::Vacant(unknown) = numbers.entry(id) {
            let found = page::by_id(&mut tx, id).await?;
            let tickets = found.map(|page| page.tickets).unwrap_or_default();
            unknown.insert(tickets.iter().map(|paged| paged.number).collect());
        }
    }
    Ok(numbers)
}

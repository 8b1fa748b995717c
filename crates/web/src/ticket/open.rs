//! The open tickets of something, for its own page: a feature, a person, a squad.

use eider_app::ticket;
use eider_store::ticket::{Filter, Order, Page};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{layout, tickets},
};

use super::shown;

/// How many stand on the page of what they belong to.
const OPEN_LIMIT: usize = 10;

/// The most urgent open tickets that `filter` means, and where the rest are; nothing at all when
/// there is none.
pub(crate) async fn section(
    web: &Web,
    visitor: &Visitor,
    title: &str,
    filter: Filter,
    all_href: &str,
) -> Result<Markup> {
    let filter = Filter {
        only_open: true,
        ..filter
    };
    let page = Page {
        // One more than is shown tells that there are more.
        limit: i64::try_from(OPEN_LIMIT + 1).unwrap_or(i64::MAX),
        ..Page::default()
    };
    let listed = ticket::list(&web.eider, visitor.actor(), &filter, Order::Urgency, page).await?;
    if listed.tickets.is_empty() {
        return Ok(html! {});
    }
    let reader = visitor.reader();
    let rows: Vec<_> = listed
        .tickets
        .iter()
        .take(OPEN_LIMIT)
        .map(|ticket| shown::row(ticket, &listed.names, &visitor.desk, &reader))
        .collect();
    let has_more = listed.tickets.len() > OPEN_LIMIT;
    Ok(layout::section(
        title,
        html! {
            (tickets::ticket_list(title, &rows, &reader))
            @if has_more { p.see-all { a href=(all_href) { "See all of them" } } }
        },
    ))
}

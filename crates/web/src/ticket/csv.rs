//! What a list shows, as CSV (RFC 4180), sent in pages as it is read.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use eider_app::{
    desk::Desk,
    ticket::{self, Listed},
};
use eider_domain::{PersonId, TicketNumber};
use eider_store::ticket::{Filter, Order, Page, Summary};
use futures_util::{Stream, stream};
use jiff::Timestamp;

use crate::{Error, Result, Visitor, Web};

use super::filter::Wanted;

/// The most tickets of one file.
pub(super) const ROWS_LIMIT: i64 = 100_000;
const ROWS_A_READ: i64 = 1_000;

const COLUMNS: [&str; 24] = [
    "number",
    "title",
    "status",
    "priority",
    "feature",
    "squad",
    "owner",
    "diagnosing",
    "communicating",
    "reporter",
    "opened_at",
    "resolved_at",
    "closed_at",
    "respond_due_at",
    "respond_late_seconds",
    "resolve_due_at",
    "resolve_late_seconds",
    "last_update_at",
    "next_update_at",
    "change_needed",
    "replies",
    "people",
    "joined",
    "hands_on_seconds",
];

/// `GET /tickets.csv`, with the same filters as the list.
pub(super) async fn csv(
    State(web): State<Web>,
    visitor: Visitor,
    wanted: Wanted,
) -> Result<Response> {
    let filter = wanted.filter(&visitor);
    let first = record(&COLUMNS.map(str::to_owned))?;
    let rows = rows(web, visitor, filter, wanted.before);
    let everything =
        futures_util::StreamExt::chain(stream::iter([Ok::<Bytes, Error>(first.into())]), rows);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"tickets.csv\""),
        ),
    ];
    Ok((headers, Body::from_stream(everything)).into_response())
}

/// Where reading stands.
struct Reading {
    before: Option<TicketNumber>,
    left: i64,
}

fn rows(
    web: Web,
    visitor: Visitor,
    filter: Filter,
    before: Option<TicketNumber>,
) -> impl Stream<Item = Result<Bytes>> {
    let start = Reading {
        before,
        left: ROWS_LIMIT,
    };
    stream::unfold(Some(start), move |reading| {
        let (web, visitor, filter) = (web.clone(), visitor.clone(), filter.clone());
        async move {
            let reading = reading?;
            match read(&web, &visitor, &filter, &reading).await {
                Ok((chunk, next)) => Some((Ok(chunk), next)),
                // The connection is cut, so that nobody takes half a file for a whole one.
                Err(error) => Some((Err(error), None)),
            }
        }
    })
}

async fn read(
    web: &Web,
    visitor: &Visitor,
    filter: &Filter,
    reading: &Reading,
) -> Result<(Bytes, Option<Reading>)> {
    let page = Page {
        before: reading.before,
        limit: ROWS_A_READ.min(reading.left),
        ..Page::default()
    };
    let listed = ticket::list(&web.eider, visitor.actor(), filter, Order::Newest, page).await?;
    let mut chunk = Vec::new();
    for ticket in &listed.tickets {
        chunk.extend(record(&row(ticket, &listed, &visitor.desk))?);
    }
    let read = i64::try_from(listed.tickets.len()).unwrap_or(i64::MAX);
    let left = reading.left - read;
    let next = listed
        .tickets
        .last()
        .filter(|_| read == page.limit && left > 0)
        .map(|last| Reading {
            before: Some(last.number),
            left,
        });
    Ok((chunk.into(), next))
}

fn row(ticket: &Summary, listed: &Listed, desk: &Desk) -> [String; COLUMNS.len()] {
    let name = |id: Option<PersonId>| {
        id.and_then(|id| listed.names.get(&id))
            .map_or_else(String::new, |person| person.name.clone())
    };
    let instant = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let number = |number: Option<i64>| number.map_or_else(String::new, |n| n.to_string());
    [
        ticket.number.to_string(),
        ticket.title.clone(),
        ticket.status.as_str().to_owned(),
        ticket.priority.to_string(),
        ticket
            .feature
            .and_then(|id| desk.feature(id))
            .map_or_else(String::new, |feature| feature.name.clone()),
        ticket
            .squad
            .and_then(|id| desk.squad(id))
            .map_or_else(String::new, |squad| squad.name.clone()),
        name(ticket.owner),
        name(ticket.hats.diagnosing),
        name(ticket.hats.communicating),
        name(Some(ticket.reporter)),
        ticket.opened_at.to_string(),
        instant(ticket.resolved_at),
        instant(ticket.closed_at),
        instant(ticket.respond_due_at),
        number(ticket.respond_difference_seconds),
        instant(ticket.resolve_due_at),
        number(ticket.resolve_difference_seconds),
        instant(ticket.last_update_at),
        instant(ticket.next_update_at),
        ticket
            .change_needed
            .map_or_else(String::new, |needed| needed.to_string()),
        ticket.replies.to_string(),
        ticket.people.to_string(),
        ticket.joined.to_string(),
        ticket.hands_on_seconds.to_string(),
    ]
}

fn record(cells: &[String; COLUMNS.len()]) -> Result<Vec<u8>> {
    let failed = |_| Error::BadRequest("The file could not be written.".to_owned());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(cells.iter().map(|cell| guarded(cell)))
        .map_err(|_| Error::BadRequest("The file could not be written.".to_owned()))?;
    writer
        .into_inner()
        .map_err(|error| failed(error.to_string()))
}

/// A cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.
/// Numbers below zero stay numbers. <https://owasp.org/www-community/attacks/CSV_Injection>
pub(super) fn guarded(cell: &str) -> String {
    let begins_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if begins_formula && cell.parse::<f64>().is_err() {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1)",
            "\t=1",
            "\r=1",
        ] {
            assert!(guarded(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(guarded("-720"), "-720");
        assert_eq!(guarded("Login fails"), "Login fails");
    }
}

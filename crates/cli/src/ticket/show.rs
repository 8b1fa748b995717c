//! `eider ticket show`: one ticket with its clocks and its thread.

use std::io::Write;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::in_path;
use crate::{
    Failure,
    client::Client,
    output::{Output, duration, text, time, words},
};

/// Longest thread that is printed.
const MESSAGES_LIMIT: usize = 10_000;

pub(super) async fn run(
    client: &Client,
    number: &str,
    output: &mut Output<'_, impl Write>,
) -> Result<(), Failure> {
    let path = format!("/tickets/{}", in_path(number)?);
    let mut ticket = client.get(&path, &[]).await?;
    let thread = format!("{path}/messages");
    let messages = client.list(&thread, &[], MESSAGES_LIMIT).await?;
    ticket["messages"] = messages.into();
    output.tell(&ticket, told)
}

fn told(ticket: &Value, zone: &TimeZone) -> String {
    let mut told = format!("{}  {}\n", text(ticket, "/number"), text(ticket, "/title"));
    told.push_str(&format!(
        "{}, {}, asked by {} on {}\n\n",
        text(ticket, "/priority"),
        words(ticket, "/status"),
        text(ticket, "/reporter/name"),
        time(ticket, "/opened_at", zone),
    ));
    let lines = [
        ("Owner", text(ticket, "/owner/name")),
        ("Feature", text(ticket, "/feature/name")),
        ("Squad", text(ticket, "/squad/name")),
        ("Answer", clock(&ticket["respond"], zone)),
        ("Resolve", clock(&ticket["resolve"], zone)),
        ("Cost", cost(&ticket["cost"])),
    ];
    for (name, value) in lines {
        told.push_str(&format!("{name:<9}{value}\n"));
    }
    match ticket["joined"].as_i64() {
        None | Some(0) => {}
        Some(1) => told.push_str("1 more person is affected\n"),
        Some(joined) => told.push_str(&format!("{joined} more people are affected\n")),
    }
    for hat in ["diagnosing", "communicating"] {
        if let Some(name) = ticket["hats"][hat]["name"].as_str() {
            told.push_str(&format!("{name} is {hat}\n"));
        }
    }
    if !ticket["next_update_at"].is_null() {
        let next = time(ticket, "/next_update_at", zone);
        told.push_str(&format!("Next update {next}\n"));
    }
    let parts = [
        ("What happened", "/report/what"),
        ("What was expected", "/report/expected"),
        ("Steps", "/report/steps"),
        ("What is known", "/last_update/known"),
        ("What is being done", "/last_update/doing"),
        ("Cause", "/resolution/cause"),
        ("How we know that it is put right", "/resolution/how_known"),
    ];
    for (heading, pointer) in parts {
        if let Some(words) = ticket.pointer(pointer).and_then(Value::as_str) {
            told.push_str(&format!("\n{heading}\n{}\n", indented(words)));
        }
    }
    let messages = ticket["messages"].as_array();
    for message in messages.into_iter().flatten() {
        let body = match message["withdrawn_at"] {
            Value::Null => text(message, "/body"),
            _ => "(taken back)".to_owned(),
        };
        told.push_str(&format!(
            "\n{}, {}\n{}\n",
            text(message, "/author/name"),
            time(message, "/at", zone),
            indented(&body),
        ));
    }
    told
}

/// A clock, in words.
fn clock(clock: &Value, zone: &TimeZone) -> String {
    let due = time(clock, "/due_at", zone);
    if let Some(difference) = clock["difference_seconds"].as_i64() {
        let side = if difference < 0 { "in time" } else { "late" };
        return format!("done, {} {side}", duration(difference));
    }
    let left = clock["remaining_seconds"].as_i64().unwrap_or_default();
    match (clock["phase"].as_str(), left > 0) {
        (Some("paused"), true) => format!("stands still with {} left", duration(left)),
        (Some("paused"), false) => format!("stands still, late by {}", duration(left)),
        (_, true) => format!("due {due}, {} left", duration(left)),
        (_, false) => format!("was due {due}, late by {}", duration(left)),
    }
}

fn cost(cost: &Value) -> String {
    let seconds = cost["hands_on_seconds"].as_i64().unwrap_or_default();
    let count = |name: &str, one: &str, many: &str| {
        let count = cost[name].as_i64().unwrap_or_default();
        format!("{count} {}", if count == 1 { one } else { many })
    };
    format!(
        "{}, {}, {} hands-on",
        count("replies", "reply", "replies"),
        count("people", "person", "people"),
        duration(seconds),
    )
}

fn indented(words: &str) -> String {
    let lines = words.lines().map(|line| format!("  {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

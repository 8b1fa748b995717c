//! `eider ticket list`: tickets as a table.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use crate::{
    Failure,
    client::Client,
    output::{Output, table, text, time, words},
};

/// List tickets.
#[derive(Args, Debug)]
pub struct List {
    /// Over and closed ones as well
    #[arg(long)]
    all: bool,
    /// The most urgent first; open ones, at most 200
    #[arg(long, conflicts_with = "all")]
    urgent: bool,
    /// Only those past the time to answer or to put right
    #[arg(long)]
    late: bool,
    /// Only mine
    #[arg(long, conflicts_with_all = ["owner", "unowned"])]
    mine: bool,
    /// Only those that nobody has
    #[arg(long, conflicts_with = "owner")]
    unowned: bool,
    /// In one of these statuses, with commas between them, such as new,reopened
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Of one of these priorities, with commas between them, such as P1,P2
    #[arg(long, short, value_name = "PRIORITY")]
    priority: Option<String>,
    /// About this feature, by name or id
    #[arg(long, short, value_name = "FEATURE")]
    feature: Option<String>,
    /// With this squad, by name or id
    #[arg(long, value_name = "SQUAD")]
    squad: Option<String>,
    /// Owned by this person: an address, an id, or me
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// Asked by this person: an address, an id, or me
    #[arg(long, value_name = "PERSON")]
    reporter: Option<String>,
    /// Containing these words
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Asked at or after this instant, such as 2026-03-02T00:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Asked before this instant
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl List {
    pub(super) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let tickets = client.list("/tickets", &self.query(), limit).await?;
        let is_full = tickets.len() == limit;
        output.tell(&json!(tickets), |tickets, zone| {
            let tickets = tickets.as_array().cloned().unwrap_or_default();
            if tickets.is_empty() {
                return "No ticket is like that.\n".to_owned();
            }
            let rows: Vec<_> = tickets
                .iter()
                .map(|ticket| {
                    vec![
                        text(ticket, "/number"),
                        text(ticket, "/priority"),
                        words(ticket, "/status"),
                        text(ticket, "/owner/name"),
                        time(ticket, due(ticket), zone),
                        text(ticket, "/title"),
                    ]
                })
                .collect();
            let headings = ["NUMBER", "PRIORITY", "STATUS", "OWNER", "DUE", "TITLE"];
            let mut told = table(&headings, &rows);
            if is_full {
                told.push_str(&format!("These are {limit}; --limit shows more.\n"));
            }
            told
        })
    }

    fn query(self) -> Vec<(&'static str, String)> {
        let owner = match (self.mine, self.unowned) {
            (true, _) => Some("me".to_owned()),
            (_, true) => Some("none".to_owned()),
            _ => self.owner,
        };
        let only_open = !self.all && self.status.is_none();
        let yes = |is_so: bool, word: &str| is_so.then(|| word.to_owned());
        let fields = [
            ("open", yes(only_open, "true")),
            ("order", yes(self.urgent, "urgency")),
            ("late", yes(self.late, "true")),
            ("owner", owner),
            ("status", self.status),
            ("priority", self.priority),
            ("feature", self.feature),
            ("squad", self.squad),
            ("reporter", self.reporter),
            ("text", self.text),
            ("opened_from", self.from),
            ("opened_to", self.to),
        ];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

/// The due time that matters now: to answer, and then to put right.
fn due(ticket: &Value) -> &'static str {
    if !ticket["resolved_at"].is_null() || !ticket["closed_at"].is_null() {
        return "/nothing";
    }
    match ticket.pointer("/respond/difference_seconds") {
        Some(Value::Number(_)) => "/resolve/due_at",
        _ => "/respond/due_at",
    }
}

//! `eider search`: finds tickets, known issues and features.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use crate::{
    Failure, Reach,
    client::Client,
    output::{Output, table, text, words},
};

/// Find tickets, known issues and features.
#[derive(Args, Debug)]
pub struct Search {
    /// The words to find, or the number of a ticket
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// How many tickets at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Where to, and how it is told.
    #[command(flatten)]
    pub reach: Reach,
}

impl Search {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let query = [
            ("text", self.words.join(" ")),
            ("limit", self.limit.to_string()),
        ];
        let found = client.get("/search", &query).await?;
        output.tell(&found, |found, _| told(found))
    }
}

fn told(found: &Value) -> String {
    let list = |name: &str| found[name].as_array().cloned().unwrap_or_default();
    let mut parts = Vec::new();
    let tickets = list("tickets");
    if !tickets.is_empty() {
        let rows: Vec<_> = tickets
            .iter()
            .map(|ticket| {
                vec![
                    text(ticket, "/number"),
                    words(ticket, "/status"),
                    text(ticket, "/title"),
                ]
            })
            .collect();
        let mut part = table(&["NUMBER", "STATUS", "TITLE"], &rows);
        if found["only_some_words"] == Value::Bool(true) {
            part.push_str("No ticket contains all the words; these contain some of them.\n");
        }
        parts.push(part);
    }
    let known = list("known_issues");
    if !known.is_empty() {
        let rows: Vec<_> = known
            .iter()
            .map(|issue| vec![text(issue, "/title"), text(issue, "/advice")])
            .collect();
        parts.push(table(&["KNOWN ISSUE", "MEANWHILE"], &rows));
    }
    let features = list("features");
    if !features.is_empty() {
        let rows: Vec<_> = features
            .iter()
            .map(|feature| vec![text(feature, "/name"), text(feature, "/description")])
            .collect();
        parts.push(table(&["FEATURE", "WHAT IT IS"], &rows));
    }
    if parts.is_empty() {
        return "Nothing was found. Try fewer or other words.\n".to_owned();
    }
    parts.join("\n")
}

//! `eider oncall`: who is on call now, until when, and who is next.

use std::io::Write;

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{
    Failure, Reach,
    client::Client,
    output::{Output, table, text, time},
};

/// Show who is on call.
#[derive(Args, Debug)]
pub struct OnCall {
    /// At this instant instead of now, as 2026-01-31T03:00:00Z
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Where to, and how it is told.
    #[command(flatten)]
    pub reach: Reach,
}

impl OnCall {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let mut query = vec![("next", "true".to_owned())];
        query.extend(self.at.map(|at| ("at", at)));
        let found = client.get("/on-call", &query).await?;
        output.tell(&found, told)
    }
}

fn told(found: &Value, zone: &TimeZone) -> String {
    let rotas = found["items"].as_array().cloned().unwrap_or_default();
    if rotas.is_empty() {
        return "There are no rotas yet.\n".to_owned();
    }
    let rows: Vec<Vec<String>> = rotas
        .iter()
        .map(|rota| {
            let next = if rota["next"].is_null() {
                "-".to_owned()
            } else {
                names(&rota["next"]["on_call"])
            };
            vec![
                text(rota, "/rota/name"),
                text(rota, "/duty"),
                names(&rota["on_call"]),
                time(rota, "/until", zone),
                next,
            ]
        })
        .collect();
    table(&["ROTA", "DUTY", "ON CALL", "UNTIL", "THEN"], &rows)
}

/// "Ada Lovelace (+44 20 7946 0958)"
fn names(people: &Value) -> String {
    let people = people.as_array().cloned().unwrap_or_default();
    let each: Vec<String> = people
        .iter()
        .map(|person| match person["number"].as_str() {
            Some(number) => format!("{} ({number})", text(person, "/name")),
            None => text(person, "/name"),
        })
        .collect();
    if each.is_empty() {
        "nobody".to_owned()
    } else {
        each.join(", ")
    }
}

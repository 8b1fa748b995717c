//! `eider oncall`: who is on call now, until when, who is next, and whether they are ready.

use std::io::Write;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    Failure, Reach,
    client::Client,
    output::{Output, table, text, time},
};

/// Show who is on call.
#[derive(Args, Debug)]
pub struct OnCall {
    /// What else to do.
    #[command(subcommand)]
    what: Option<OnCallCommand>,
    /// At this instant instead of now, as 2026-01-31T03:00:00Z
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Where to, and how it is told.
    #[command(flatten)]
    pub reach: Reach,
}

/// What can be done about who is on call.
#[derive(Debug, Subcommand)]
pub enum OnCallCommand {
    /// Show who begins within a week, and whether they are ready
    Ready {
        /// Say that you are ready for the next shift of yours
        #[arg(long)]
        yes: bool,
    },
}

impl OnCall {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        if let Some(OnCallCommand::Ready { yes }) = self.what {
            return if yes {
                say_ready(client, output).await
            } else {
                let found = client.get("/on-call/readiness", &[]).await?;
                output.tell(&found, readiness)
            };
        }
        let mut query = vec![("next", "true".to_owned())];
        query.extend(self.at.map(|at| ("at", at)));
        let found = client.get("/on-call", &query).await?;
        output.tell(&found, told)
    }
}

/// Says that whoever asks is ready for their next shift of which they have not said it yet.
async fn say_ready(client: &Client, output: &mut Output<'_, impl Write>) -> Result<(), Failure> {
    let found = client.get("/me/readiness", &[]).await?;
    let starts = found["items"].as_array().cloned().unwrap_or_default();
    let next = starts.iter().find(|start| start["ready_at"].is_null());
    let Some(next) = next else {
        return output.tell(&found, |_, _| {
            "No shift of yours begins within a week that you have not said it of.\n".to_owned()
        });
    };
    let body = json!({ "rota": next["rota"]["id"], "from": next["from"] });
    let said = client.post("/me/readiness", &body).await?;
    output.tell(&said, |said, zone| {
        let (rota, from) = (text(said, "/rota/name"), time(said, "/from", zone));
        format!("It is noted that you are ready: {rota}, from {from}.\n")
    })
}

fn readiness(found: &Value, zone: &TimeZone) -> String {
    let starts = found["items"].as_array().cloned().unwrap_or_default();
    if starts.is_empty() {
        return "Nobody begins to be on call within a week.\n".to_owned();
    }
    let rows: Vec<Vec<String>> = starts
        .iter()
        .map(|start| {
            vec![
                text(start, "/rota/name"),
                text(start, "/duty"),
                text(start, "/person/name"),
                time(start, "/from", zone),
                text(start, "/ways"),
                time(start, "/ready_at", zone),
            ]
        })
        .collect();
    table(&["ROTA", "DUTY", "WHO", "FROM", "WAYS", "READY"], &rows)
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

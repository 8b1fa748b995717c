//! `eider page`: who is being called, and answering.

use std::io::Write;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    Failure,
    client::Client,
    output::{Output, table, text, time, words},
};

/// How many tickets of a page are named in a table.
const NAMED: usize = 5;

/// What is done with pages.
#[derive(Debug, Subcommand)]
pub enum PageCommand {
    /// List who is being called, and what is held
    List {
        /// Drills, over or not, instead
        #[arg(long)]
        drills: bool,
    },
    /// Have people called about a ticket now, whatever the hour
    Call {
        /// The ticket, such as T-1042
        number: String,
        /// Why it cannot wait
        #[arg(required = true)]
        reason: Vec<String>,
    },
    /// Say that you have it
    Acknowledge {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
    },
    /// Say that you cannot, so that others are called at once
    Decline {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
        /// Why
        reason: Vec<String>,
    },
    /// Call the next level now
    Escalate {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
    },
    /// Call your buddy
    CallBuddy {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
    },
    /// Hand it to somebody, who is called
    HandOver {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
        /// Their address, their id, or me
        person: String,
    },
    /// Put it off until hours start, or for an hour while they last
    NotNow {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
        /// Why it can wait
        #[arg(required = true)]
        reason: Vec<String>,
    },
    /// Say that nobody needs to be called
    CallOff {
        /// The ticket, such as T-1042, or the id of the page
        page: String,
    },
    /// Resolve everything that it is about
    Resolve(Resolve),
    /// Call people for practice
    Drill {
        /// The squad, by name or id; the company's people, when it is not given
        #[arg(long, value_name = "SQUAD")]
        squad: Option<String>,
        /// What for
        #[arg(required = true)]
        reason: Vec<String>,
    },
}

/// Say how everything that a page is about was resolved.
#[derive(Args, Debug)]
pub struct Resolve {
    /// The ticket, such as T-1042, or the id of the page
    page: String,
    /// What in the system made it happen
    #[arg(long, value_name = "WORDS")]
    cause: String,
    /// How you know that it is put right
    #[arg(long, value_name = "WORDS")]
    how_known: String,
    /// No change of the product was needed
    #[arg(long, conflicts_with = "change", required_unless_present = "change")]
    no_change: bool,
    /// A change was needed: its address or name
    #[arg(long, value_name = "REFERENCE", num_args = 0..=1, default_missing_value = "")]
    change: Option<String>,
}

impl PageCommand {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let (page, verb, body) = match self {
            Self::List { drills } => {
                let query = [("drills", drills.to_string())];
                let found = client.get("/pages", &query).await?;
                return output.tell(&found, listed);
            }
            Self::Call { number, reason } => {
                let path = format!("/tickets/{}/page", in_path(&number)?);
                let body = json!({ "reason": reason.join(" ") });
                let page = client.post(&path, &body).await?;
                return output.tell(&page, standing);
            }
            Self::Drill { squad, reason } => {
                let body = json!({ "squad": squad, "reason": reason.join(" ") });
                let page = client.post("/pages/drills", &body).await?;
                return output.tell(&page, standing);
            }
            Self::Acknowledge { page } => (page, "acknowledge", json!({})),
            Self::Decline { page, reason } => {
                let reason = (!reason.is_empty()).then(|| reason.join(" "));
                (page, "decline", json!({ "reason": reason }))
            }
            Self::Escalate { page } => (page, "escalate", json!({})),
            Self::CallBuddy { page } => (page, "call-buddy", json!({})),
            Self::HandOver { page, person } => (page, "hand-over", json!({ "person": person })),
            Self::NotNow { page, reason } => {
                (page, "not-now", json!({ "reason": reason.join(" ") }))
            }
            Self::CallOff { page } => (page, "call-off", json!({})),
            Self::Resolve(resolve) => {
                let body = json!({
                    "cause": resolve.cause,
                    "how_known": resolve.how_known,
                    "change_needed": !resolve.no_change,
                    "change_reference": resolve.change,
                });
                (resolve.page, "resolve", body)
            }
        };
        let id = found(client, &page).await?;
        let page = client.post(&format!("/pages/{id}/{verb}"), &body).await?;
        output.tell(&page, standing)
    }
}

/// The id of a page: of the one of a ticket, when a ticket is named.
async fn found(client: &Client, page: &str) -> Result<String, Failure> {
    let named = in_path(page)?;
    let is_id = named.len() == 36;
    if is_id {
        return Ok(named.to_owned());
    }
    let page = client.get(&format!("/tickets/{named}/page"), &[]).await?;
    Ok(text(&page, "/id"))
}

/// What may stand in an address.
fn in_path(text: &str) -> Result<&str, Failure> {
    let text = text.trim().trim_start_matches('#');
    let is_word = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_word {
        Ok(text)
    } else {
        Err(Failure::Usage(format!(
            "“{text}” is neither a ticket number, such as T-1042, nor the id of a page."
        )))
    }
}

fn listed(found: &Value, zone: &TimeZone) -> String {
    let pages = found["items"].as_array().cloned().unwrap_or_default();
    if pages.is_empty() {
        return "Nobody is being called.\n".to_owned();
    }
    let rows: Vec<Vec<String>> = pages
        .iter()
        .map(|page| {
            vec![
                about(page),
                words(page, "/state"),
                who(page),
                time(page, "/until", zone),
                text(page, "/id"),
            ]
        })
        .collect();
    table(&["ABOUT", "STATE", "WHO", "UNTIL", "PAGE"], &rows)
}

/// "T-1042 is being called: Ada Lovelace, until 14:05."
fn standing(page: &Value, zone: &TimeZone) -> String {
    let about = about(page);
    let who = who(page);
    match page["state"].as_str().unwrap_or_default() {
        "held" => format!("{about}: calling begins {}.\n", time(page, "/until", zone)),
        "calling" => format!(
            "{about}: {who} is called until {}.\n",
            time(page, "/until", zone)
        ),
        "acknowledged" | "asking" => {
            let holder = text(page, "/acknowledged_by/name");
            format!("{about}: {holder} has it.\n")
        }
        "last_resort" if nobody_is_in_reach(page) => {
            format!("{about}: nobody can be reached. No way to call {who} is set up.\n")
        }
        "last_resort" => format!("{about}: {who} was called last. Nobody has answered.\n"),
        _ => format!("{about}: nobody is called any more.\n"),
    }
}

fn nobody_is_in_reach(page: &Value) -> bool {
    let called = page["called"].as_array();
    let is_out = |one: &Value| one["is_out_of_reach"].as_bool() == Some(true);
    called.is_some_and(|called| !called.is_empty() && called.iter().all(is_out))
}

fn about(page: &Value) -> String {
    let tickets = page["tickets"].as_array().cloned().unwrap_or_default();
    let named = tickets.iter().take(NAMED);
    let mut numbers: Vec<String> = named.map(|one| text(one, "/number")).collect();
    if tickets.len() > NAMED {
        numbers.push(format!("{} more", tickets.len() - NAMED));
    }
    if page["is_drill"].as_bool() == Some(true) {
        "Drill".to_owned()
    } else {
        numbers.join(", ")
    }
}

/// Whoever has it, and then whoever is being called.
fn who(page: &Value) -> String {
    let people = page["calling"].as_array().cloned().unwrap_or_default();
    let holder = page
        .pointer("/acknowledged_by/name")
        .and_then(Value::as_str);
    let mut names: Vec<String> = holder.map(str::to_owned).into_iter().collect();
    let called = people.iter().map(|one| text(one, "/name"));
    names.extend(called.filter(|name| Some(name.as_str()) != holder));
    if names.is_empty() {
        "nobody".to_owned()
    } else {
        names.join(", ")
    }
}

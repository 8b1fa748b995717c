//! `eider contact`: how you are reached.

use std::io::Write;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    Failure,
    client::Client,
    output::{Output, table, text, time},
};

/// What can be done about how you are reached.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// Show your contact methods, and what is tried when
    List,
    /// Add a contact method; a code is sent there
    Add(Add),
    /// Send another code to a contact method
    Code {
        /// The method's id
        id: String,
    },
    /// Verify a contact method by the code that was sent there
    Verify {
        /// The method's id
        id: String,
        /// The code
        code: String,
    },
    /// Take a contact method away
    Remove {
        /// The method's id
        id: String,
    },
    /// Set in which order your contact methods are tried; what is left out is not tried
    Order(Order),
    /// Send yourself a test page
    Test,
    /// Show what was sent to you lately, and what became of it
    Attempts,
}

/// A contact method to add.
#[derive(Args, Debug)]
pub struct Add {
    /// How: email, sms, voice, ntfy or webhook; a browser is added in the browser itself
    kind: String,
    /// Where, such as +44 7700 900123
    address: String,
    /// What you call it
    #[arg(long, value_name = "NAME", default_value = "")]
    label: String,
}

/// An order of contact methods.
#[derive(Args, Debug)]
pub struct Order {
    /// Tried when it is urgent, as ID or ID=SECONDS; may be repeated
    #[arg(long, value_name = "ID=SECONDS")]
    high: Vec<String>,
    /// Tried when it can wait, as ID or ID=SECONDS; may be repeated
    #[arg(long, value_name = "ID=SECONDS")]
    low: Vec<String>,
    /// When what can wait does, in your zone, such as 22:00-07:00
    #[arg(long, value_name = "FROM-UNTIL")]
    quiet: Option<String>,
}

impl ContactCommand {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let of = |id: &str| format!("/me/contact-methods/{}", id.trim());
        match self {
            Self::List => {
                let found = client.get("/me/contact-methods", &[]).await?;
                output.tell(&found, listed)
            }
            Self::Attempts => {
                let found = client.get("/me/contact-methods", &[]).await?;
                output.tell(&found, attempts)
            }
            Self::Add(add) => {
                let body = json!({
                    "kind": add.kind, "address": add.address, "label": add.label,
                });
                let added = client.post("/me/contact-methods", &body).await?;
                output.tell(&added, |added, _| told_of(added))
            }
            Self::Code { id } => {
                let path = format!("{}/code", of(&id));
                let sent = client.post(&path, &json!({})).await?;
                output.tell(&sent, |_, _| "A code is on its way.\n".to_owned())
            }
            Self::Verify { id, code } => {
                let path = format!("{}/verify", of(&id));
                let method = client.post(&path, &json!({ "code": code })).await?;
                output.tell(&method, |method, _| {
                    let address = text(method, "/address");
                    format!("Verified: from now on you are reached at {address}.\n")
                })
            }
            Self::Remove { id } => {
                let gone = client.delete(&of(&id)).await?;
                output.tell(&gone, |_, _| "It is taken away.\n".to_owned())
            }
            Self::Order(order) => {
                let body = order.into_body()?;
                let plan = client.put("/me/contact-plan", &body).await?;
                output.tell(&plan, |_, _| "The order is saved.\n".to_owned())
            }
            Self::Test => {
                let sent = client.post("/me/test-page", &json!({})).await?;
                output.tell(&sent, |sent, _| {
                    let messages = text(sent, "/messages");
                    format!("A test page is on its way; messages: {messages}.\n")
                })
            }
        }
    }
}

impl Order {
    fn into_body(self) -> Result<Value, Failure> {
        let quiet = match self.quiet.as_deref().map(|quiet| quiet.split_once('-')) {
            None => Value::Null,
            Some(Some((from, until))) => json!({ "from": from.trim(), "until": until.trim() }),
            Some(None) => {
                let sentence = "The quiet time is written as 22:00-07:00.";
                return Err(Failure::Usage(sentence.to_owned()));
            }
        };
        Ok(json!({ "high": steps(&self.high)?, "low": steps(&self.low)?, "quiet": quiet }))
    }
}

fn steps(written: &[String]) -> Result<Vec<Value>, Failure> {
    let each = written.iter().map(|step| {
        let (id, seconds) = step.split_once('=').unwrap_or((step, "0"));
        let seconds: i64 = seconds.trim().parse().map_err(|_| {
            Failure::Usage(format!(
                "“{step}” is not an id and seconds, such as ID=120."
            ))
        })?;
        Ok(json!({ "method": id.trim(), "after_seconds": seconds }))
    });
    each.collect()
}

fn told_of(added: &Value) -> String {
    let id = text(added, "/id");
    let mut told = format!(
        "A code is on its way to {}. Verify it: eider contact verify {id} CODE\n",
        text(added, "/address")
    );
    if let Some(secret) = added["secret"].as_str() {
        told.push_str(&format!("Its secret, shown this once: {secret}\n"));
    }
    told
}

fn listed(found: &Value, zone: &TimeZone) -> String {
    let methods = found["items"].as_array().cloned().unwrap_or_default();
    let mut told = if methods.is_empty() {
        "You have no contact methods yet.\n".to_owned()
    } else {
        let rows: Vec<Vec<String>> = methods
            .iter()
            .map(|method| {
                vec![
                    text(method, "/id"),
                    text(method, "/kind"),
                    text(method, "/label"),
                    time(method, "/verified_at", zone),
                    text(method, "/address"),
                ]
            })
            .collect();
        table(&["ID", "KIND", "NAME", "VERIFIED", "ADDRESS"], &rows)
    };
    for (urgency, sentence) in [("high", "When it is urgent"), ("low", "When it can wait")] {
        let tries = found[urgency].as_array().cloned().unwrap_or_default();
        let tries: Vec<String> = tries
            .iter()
            .map(|planned| format!("{} {}", text(planned, "/kind"), text(planned, "/address")))
            .collect();
        let tries = if tries.is_empty() {
            "nothing".to_owned()
        } else {
            tries.join(", then ")
        };
        told.push_str(&format!("{sentence}: {tries}.\n"));
    }
    told
}

fn attempts(found: &Value, zone: &TimeZone) -> String {
    let attempts = found["attempts"].as_array().cloned().unwrap_or_default();
    if attempts.is_empty() {
        return "Nothing was sent to you lately.\n".to_owned();
    }
    let rows: Vec<Vec<String>> = attempts
        .iter()
        .map(|attempt| {
            vec![
                time(attempt, "/due_at", zone),
                about(attempt),
                text(attempt, "/state"),
                text(attempt, "/kind"),
                text(attempt, "/address"),
            ]
        })
        .collect();
    table(&["WHEN", "WHAT", "STATE", "HOW", "WHERE"], &rows)
}

/// What an attempt was about, in words: the id that follows says nothing to people.
fn about(attempt: &Value) -> String {
    let about = text(attempt, "/about");
    let what = match about
        .split_once(':')
        .map_or(about.as_str(), |(what, _)| what)
    {
        "page" => {
            let tickets = attempt["tickets"].as_array().into_iter().flatten();
            let tickets: Vec<&str> = tickets.filter_map(Value::as_str).collect();
            return if tickets.is_empty() {
                "page".to_owned()
            } else {
                format!("page about {}", tickets.join(", "))
            };
        }
        "verification" => "code",
        "lost_method" => "what is gone",
        "rotas" => "rotas to mend",
        "readiness" => "whether you are ready",
        "swap" => "a swap",
        "probe" => "test alert",
        other => other,
    };
    what.replace('_', " ")
}

//! `eider ticket`: asks, answers and works on tickets.

mod list;
mod news;
mod open;
mod show;
mod update;

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    Failure, Input,
    client::Client,
    output::{Output, text, words},
};

/// What is done with tickets.
#[derive(Debug, Subcommand)]
pub enum TicketCommand {
    /// Ask for help
    Open(open::Open),
    /// List tickets: the open ones, the newest first, unless told otherwise
    List(list::List),
    /// Show a ticket with its thread
    Show {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Ask for news: the last update of a ticket, and when the next one comes
    News {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Say that a ticket is seen
    Acknowledge {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Take a ticket
    Take {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Give a ticket to somebody
    Assign {
        /// The ticket, such as T-1042
        number: String,
        /// Their address, their id, or me
        person: String,
    },
    /// Give a ticket back, so that nobody has it
    Release {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Put on a hat that nobody wears
    TakeHat {
        /// The ticket, such as T-1042
        number: String,
        /// diagnosing or communicating
        hat: String,
    },
    /// Give a hat to somebody, whoever wears it now
    GiveHat {
        /// The ticket, such as T-1042
        number: String,
        /// diagnosing or communicating
        hat: String,
        /// Their address, their id, or me
        person: String,
    },
    /// Lay a hat down, so that nobody wears it
    LayDownHat {
        /// The ticket, such as T-1042
        number: String,
        /// diagnosing or communicating
        hat: String,
    },
    /// Tell everybody how a ticket stands, and when the next update comes
    Update(update::Update),
    /// Say that a ticket affects you too, and hear of every change
    Join {
        /// The ticket, such as T-1042
        number: String,
        /// What you see of it
        note: Vec<String>,
    },
    /// Begin to work on a ticket
    Start {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Write in the thread of a ticket
    Say {
        /// The ticket, such as T-1042
        number: String,
        /// The words, in Markdown; read from standard input when they are left out
        words: Vec<String>,
        /// A word of your own: the same message with it is written once
        #[arg(long, value_name = "KEY")]
        once: Option<String>,
    },
    /// Wait for the reporter's answer
    Wait {
        /// The ticket, such as T-1042
        number: String,
        /// What is asked of them
        question: Vec<String>,
    },
    /// Go on without the reporter's answer
    Resume {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Say how a ticket was resolved
    Resolve(Resolve),
    /// Say that it works now
    Confirm {
        /// The ticket, such as T-1042
        number: String,
    },
    /// Say that it is not right after all
    Reopen {
        /// The ticket, such as T-1042
        number: String,
        /// What is not right
        why: Vec<String>,
    },
    /// Merge a ticket into another one, which goes on
    Merge {
        /// The ticket that ends
        number: String,
        /// The ticket that goes on
        into: String,
    },
    /// Hold a ticket to be more or less urgent
    Priority {
        /// The ticket, such as T-1042
        number: String,
        /// The priority, such as P1
        priority: String,
        /// Why
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
    },
}

/// Say how a ticket was resolved.
#[derive(Args, Debug)]
pub struct Resolve {
    /// The ticket, such as T-1042
    number: String,
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
    /// What the customer has now
    #[arg(long, value_name = "WORDS")]
    outcome: Option<String>,
    /// The id of the known issue that it was
    #[arg(long, value_name = "ID")]
    known_issue: Option<String>,
}

impl TicketCommand {
    pub(crate) async fn run(
        self,
        client: &Client,
        input: &Input,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        match self {
            Self::Open(open) => return open.run(client, input, output).await,
            Self::List(list) => return list.run(client, output).await,
            Self::Show { number } => return show::run(client, &number, output).await,
            Self::News { number } => return news::run(client, &number, output).await,
            Self::Say {
                number,
                words,
                once,
            } => return say(client, input, output, &number, &words, once.as_deref()).await,
            other => {
                let (number, verb, body) = other.request();
                let path = format!("/tickets/{}/{verb}", in_path(&number)?);
                let ticket = client.post(&path, &body).await?;
                output.tell(&ticket, |ticket, _| standing(ticket))
            }
        }
    }

    /// The ticket, the verb and the body of what is asked.
    fn request(self) -> (String, &'static str, Value) {
        let words = |words: Vec<String>| (!words.is_empty()).then(|| words.join(" "));
        match self {
            Self::Acknowledge { number } => (number, "acknowledge", json!({})),
            Self::Take { number } => (number, "take", json!({})),
            Self::Assign { number, person } => (number, "assign", json!({ "owner": person })),
            Self::Release { number } => (number, "release", json!({})),
            Self::TakeHat { number, hat } => (number, "take-hat", json!({ "hat": hat })),
            Self::GiveHat {
                number,
                hat,
                person,
            } => {
                let body = json!({ "hat": hat, "person": person });
                (number, "give-hat", body)
            }
            Self::LayDownHat { number, hat } => (number, "lay-down-hat", json!({ "hat": hat })),
            Self::Update(update) => update.request(),
            Self::Join { number, note } => (number, "join", json!({ "note": words(note) })),
            Self::Start { number } => (number, "start", json!({})),
            Self::Wait { number, question } => {
                (number, "wait", json!({ "question": words(question) }))
            }
            Self::Resume { number } => (number, "resume", json!({})),
            Self::Resolve(resolve) => {
                let body = json!({
                    "cause": resolve.cause,
                    "how_known": resolve.how_known,
                    "change_needed": !resolve.no_change,
                    "change_reference": resolve.change,
                    "customer_outcome": resolve.outcome,
                    "known_issue": resolve.known_issue,
                });
                (resolve.number, "resolve", body)
            }
            Self::Confirm { number } => (number, "confirm", json!({})),
            Self::Reopen { number, why } => (number, "reopen", json!({ "why": words(why) })),
            Self::Merge { number, into } => (number, "merge", json!({ "into": into })),
            Self::Priority {
                number,
                priority,
                reason,
            } => {
                let body = json!({ "priority": priority, "reason": reason });
                (number, "priority", body)
            }
            Self::Show { number } | Self::News { number } => (number, "", Value::Null),
            Self::Say { number, .. } => (number, "messages", Value::Null),
            Self::Open(_) | Self::List(_) => (String::new(), "", Value::Null),
        }
    }
}

async fn say(
    client: &Client,
    input: &Input,
    output: &mut Output<'_, impl Write>,
    number: &str,
    words: &[String],
    key: Option<&str>,
) -> Result<(), Failure> {
    let body = if words.is_empty() {
        input.read("What do you want to say?")?
    } else {
        words.join(" ")
    };
    let path = format!("/tickets/{}/messages", in_path(number)?);
    let message = client.create(&path, &json!({ "body": body }), key).await?;
    output.tell(&message, |message, _| {
        format!("It stands in the thread of {}.\n", text(message, "/ticket"))
    })
}

/// Where a ticket stands, in a sentence.
fn standing(ticket: &Value) -> String {
    let number = text(ticket, "/number");
    let status = words(ticket, "/status");
    let priority = match ticket["priority"].as_str() {
        Some(priority) => format!(", {priority}"),
        None => String::new(),
    };
    let owner = match ticket.pointer("/owner/name").and_then(Value::as_str) {
        Some(name) => format!("{name} has it"),
        None => "nobody has it".to_owned(),
    };
    match ticket["merged_into"].as_str() {
        Some(into) => format!("{number} is merged into {into}.\n"),
        None => format!("{number} is {status}{priority}; {owner}.\n"),
    }
}

/// A ticket's number as it may stand in an address.
fn in_path(number: &str) -> Result<&str, Failure> {
    let number = number.trim().trim_start_matches('#');
    let is_word = !number.is_empty()
        && number
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_word {
        Ok(number)
    } else {
        Err(Failure::Usage(format!(
            "“{number}” is not a ticket number. Ticket numbers look like T-1042."
        )))
    }
}

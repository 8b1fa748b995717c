//! `eider ticket update`: tells how a ticket stands.

use clap::Args;
use serde_json::{Value, json};

/// Tell everybody how a ticket stands.
#[derive(Args, Debug)]
pub struct Update {
    /// The ticket, such as T-1042
    number: String,
    /// What is known
    #[arg(long, value_name = "WORDS")]
    known: String,
    /// What is being done
    #[arg(long, value_name = "WORDS")]
    doing: String,
    /// The next update comes in so many minutes
    #[arg(long, value_name = "MINUTES", conflicts_with_all = ["next_at", "no_next"])]
    next_in: Option<i64>,
    /// The next update comes then, at most a day ahead, such as 2026-03-02T14:30:00Z
    #[arg(long, value_name = "TIME", conflicts_with = "no_next")]
    next_at: Option<String>,
    /// No further update is planned
    #[arg(long)]
    no_next: bool,
}

impl Update {
    /// The ticket, the verb and the body of what is asked.
    pub(super) fn request(self) -> (String, &'static str, Value) {
        let body = json!({
            "known": self.known,
            "doing": self.doing,
            "next_at": self.next_at,
            "next_in_minutes": self.next_in,
            "no_next_update": self.no_next,
        });
        (self.number, "update", body)
    }
}

//! `eider ticket open`: asks for help.

use std::io::Write;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::{
    Failure, Input,
    client::Client,
    output::{Output, text, time},
};

/// Ask for help.
#[derive(Args, Debug)]
pub struct Open {
    /// What it is about, in a line
    title: String,
    /// What happened; read from standard input when it is left out
    #[arg(long, value_name = "WORDS")]
    what: Option<String>,
    /// What you expected instead
    #[arg(long, value_name = "WORDS")]
    expected: Option<String>,
    /// The word that fits, such as crash, error, frozen or slow
    #[arg(long, value_name = "WORD")]
    word: Option<String>,
    /// How urgent it is, such as P2; the least urgent when it is left out
    #[arg(long, short, value_name = "PRIORITY")]
    priority: Option<String>,
    /// The feature it is about, by name or id
    #[arg(long, short, value_name = "FEATURE")]
    feature: Option<String>,
    /// Where it was tried and works: web, ios, android or other; may be repeated
    #[arg(long, value_name = "PLATFORM")]
    works_on: Vec<String>,
    /// Where it was tried and fails; may be repeated
    #[arg(long, value_name = "PLATFORM")]
    fails_on: Vec<String>,
    /// On which network
    #[arg(long, value_name = "WORDS")]
    network: Option<String>,
    /// Who noticed: customer_call, social_media, colleague, monitor or myself
    #[arg(long, value_name = "WORD")]
    noticed: Option<String>,
    /// How many people it concerns
    #[arg(long, value_name = "N")]
    people_affected: Option<i64>,
    /// Since when, such as 2026-03-02T09:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// The steps, with their timing
    #[arg(long, value_name = "WORDS")]
    steps: Option<String>,
    /// A web address that shows it; may be repeated
    #[arg(long, value_name = "URL")]
    link: Vec<String>,
    /// A word of your own: the same question with it is asked once
    #[arg(long, value_name = "KEY")]
    once: Option<String>,
}

impl Open {
    pub(super) async fn run(
        self,
        client: &Client,
        input: &Input,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let what = match &self.what {
            Some(what) => what.clone(),
            None => input.read("What happened?")?,
        };
        let once = self.once.clone();
        let body = self.into_body(&what);
        let ticket = client.create("/tickets", &body, once.as_deref()).await?;
        let address = format!("{}/tickets/{}", client.server(), text(&ticket, "/number"));
        output.tell(&ticket, |ticket, zone| {
            format!(
                "{} is open, {}. Somebody answers by {}.\n{address}\n",
                text(ticket, "/number"),
                text(ticket, "/priority"),
                time(ticket, "/respond/due_at", zone),
            )
        })
    }

    fn into_body(self, what: &str) -> Value {
        let tried = |platforms: Vec<String>, works: bool| {
            platforms
                .into_iter()
                .map(move |platform| json!({ "platform": platform, "works": works }))
        };
        let tried: Vec<Value> = tried(self.works_on, true)
            .chain(tried(self.fails_on, false))
            .collect();
        let mut body = Map::new();
        body.insert("title".into(), self.title.into());
        body.insert("what".into(), what.into());
        body.insert("tried".into(), tried.into());
        body.insert("links".into(), self.link.into());
        body.insert("people_affected".into(), self.people_affected.into());
        let optional = [
            ("expected", self.expected),
            ("word", self.word),
            ("priority", self.priority),
            ("feature", self.feature),
            ("network", self.network),
            ("noticed", self.noticed),
            ("since", self.since),
            ("steps", self.steps),
        ];
        for (name, value) in optional {
            body.insert(name.into(), value.into());
        }
        body.into()
    }
}

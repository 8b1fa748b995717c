//! The same on the command line.

use clap::Parser;
use eider_cli::{ClientCommand, Input, Surroundings};
use eider_domain::{access::Scope, person::Person};
use eider_testkit::{ContactDesk, code_in, on_both};
use jiff::tz::TimeZone;

use super::Ada;
use crate::page::Night;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: ClientCommand,
}

impl Ada {
    /// What is printed when she types that.
    async fn types(&self, words: &[&str]) -> String {
        typed(&self.desk, &self.person, words).await
    }
}

/// What is printed when somebody types that after `eider contact`.
async fn typed(desk: &ContactDesk, person: &Person, words: &[&str]) -> String {
    let token = desk.server.with_token(person, &Scope::ALL).await;
    let token = token.token.expect("it comes with a token");
    let server = desk.server.address.as_str();
    let reach = ["--server", server, "--token", &token];
    let line = ["eider", "contact"].iter().chain(words).chain(&reach);
    let line = Line::try_parse_from(line).unwrap_or_else(|error| panic!("{error}"));
    let surroundings = Surroundings {
        profile: None,
        zone: TimeZone::UTC,
        input: Input::Words(String::new()),
    };
    let mut out = Vec::new();
    eider_cli::run_to(line.command, &surroundings, &mut out)
        .await
        .unwrap_or_else(|failure| panic!("{words:?}: {failure}"));
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn contact_methods_are_kept_on_the_command_line_too() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let added = ada
            .types(&["add", "sms", "+44 7700 900123", "--label", "My phone"])
            .await;
        assert!(
            added.starts_with("A code is on its way to +447700900123."),
            "{added}"
        );
        ada.desk.settle().await;
        let code = code_in(&ada.desk.twilio.messages()[0].body);
        let contact = ada.contact().await;
        let id = contact["items"][0]["id"].as_str().unwrap();
        let verified = ada.types(&["verify", id, &code]).await;
        assert!(
            verified.contains("you are reached at +447700900123"),
            "{verified}"
        );
        let step = format!("{id}=30");
        let order = [
            "order",
            "--high",
            &step,
            "--low",
            id,
            "--quiet",
            "22:00-07:00",
        ];
        assert_eq!(ada.types(&order).await, "The order is saved.\n");
        let listed = ada.types(&["list"]).await;
        assert!(listed.contains("My phone"), "{listed}");
        assert!(
            listed.contains("When it is urgent: sms +447700900123."),
            "{listed}"
        );
        let tested = ada.types(&["test"]).await;
        assert_eq!(tested, "A test page is on its way; messages: 1.\n");
        ada.desk.pass_seconds(30);
        ada.desk.settle().await;
        let attempts = ada.types(&["attempts"]).await;
        assert!(
            attempts.contains("test page") && attempts.contains("accepted"),
            "{attempts}"
        );
        assert_eq!(ada.types(&["remove", id]).await, "It is taken away.\n");
        assert!(
            ada.types(&["list"])
                .await
                .contains("no contact methods yet")
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_sent_is_listed_with_its_ticket() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let listed = typed(&night.desk, &night.ada.0, &["attempts"]).await;
        assert!(listed.contains(&format!("page about {number}")), "{listed}");
        assert!(!listed.contains("page:"), "{listed}");
    })
    .await;
}

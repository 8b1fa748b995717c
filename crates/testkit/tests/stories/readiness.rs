//! Whoever is on call next is asked whether they are ready, and others are told in time.

mod handover;
mod once;

use clap::Parser;
use eider_cli::{ClientCommand, Input, Surroundings};
use eider_domain::{
    access::Scope,
    person::{Person, Role},
};
use eider_testkit::{Client, at, on_both};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::rota::watched::Watched;

const ASKED: &str = "Are you ready?";

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: ClientCommand,
}

impl Watched {
    /// Gives somebody a phone for messages and an address, both verified.
    async fn reachable(&self, (person, client): &(Person, Client), number: &str) {
        let phone = self.desk.add(client, "sms", number).await;
        self.desk.settle().await;
        let message = self.desk.twilio.messages().pop().expect("a code was sent");
        self.desk.verify(client, &phone, &message.body).await;
        let address = person.email.clone().expect("they have an address");
        let email = self.desk.add(client, "email", &address).await;
        self.desk.settle().await;
        let text = self.desk.smtp.last().text;
        self.desk.verify(client, &email, &text).await;
    }

    /// How often somebody was asked whether they are ready.
    fn asked(&self, person: &Person) -> usize {
        let subjects = self.subjects(person);
        subjects.iter().filter(|one| one.contains(ASKED)).count()
    }

    /// What somebody was told of others who are not ready.
    fn told(&self, person: &Person) -> Vec<String> {
        let mut subjects = self.subjects(person);
        subjects.retain(|one| one.contains(", and is on call from"));
        subjects
    }

    /// What the facts tell of asking, telling and answering, in its order.
    async fn events(&self) -> Vec<Value> {
        let lead = &self.lead.1;
        let (status, facts) = lead.json("GET", "/api/v1/facts?limit=200", None).await;
        assert_eq!(status, 200, "{facts}");
        let facts = facts["items"].as_array().unwrap().iter();
        let about = facts.filter(|fact| fact["kind"] == "readiness_changed");
        about.map(|fact| fact["data"]["event"].clone()).collect()
    }

    /// What is printed when somebody types that.
    async fn types(&self, person: &Person, words: &[&str]) -> String {
        let token = self.desk.server.with_token(person, &Scope::ALL).await.token;
        let token = token.expect("it comes with a token");
        let server = self.desk.server.address.as_str();
        let reach = ["--server", server, "--token", &token];
        let line = ["eider", "oncall"].iter().chain(words).chain(&reach);
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
}

#[tokio::test]
async fn whoever_is_next_is_asked_the_day_before_and_says_so_with_a_touch() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let (ben, client) = &squad.ben;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        let rota = squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T09:59:59Z").await;
        assert_eq!(squad.asked(ben), 0, "not before ten");
        let ada = eider_domain::access::Actor {
            person: squad.ada.0.id,
            role: Role::Responder,
            squads: Vec::new(),
            scopes: None,
        };
        let desk = &squad.desk.server.desk;
        let ticket = desk.ask(&ada, "Refunds are slow", "P3").await;
        let take = format!("/tickets/{}/take", ticket.number);
        assert_eq!(squad.ada.1.post_form(&take, &[]).await.status(), 303);
        squad.at("2026-03-08T10:00:00Z").await;
        assert_eq!(squad.asked(ben), 1);
        let mail = squad.mail_to(ben).pop().unwrap();
        let subject = "You are on call from Mon 9 Mar 09:00. Are you ready?";
        assert_eq!(mail.header("Subject"), subject);
        assert!(mail.text.contains("/my-duty/ready"), "{}", mail.text);
        let takes_over = format!("{}: Refunds are slow, in the hands of Ada", ticket.number);
        assert!(mail.text.contains(&takes_over), "{}", mail.text);
        assert!(!mail.text.contains("Still open"), "{}", mail.text);

        let on_call = squad.ada.1.page("/on-call").await;
        assert!(
            on_call.contains("Ben Okri was asked, and has not said yet"),
            "{on_call}"
        );
        let page = client.page("/my-duty/ready").await;
        assert!(
            page.contains("I am ready") && page.contains("Refunds are slow"),
            "{page}"
        );
        assert!(
            client
                .page("/my-duty")
                .await
                .contains("Say that you are ready")
        );
        let touch = [("rota", rota.as_str()), ("from", "2026-03-09T09:00:00Z")];
        assert_eq!(
            client.post_form("/my-duty/ready", &touch).await.status(),
            303
        );
        let again = squad.cleo.1.post_form("/my-duty/ready", &touch).await;
        assert_eq!(again.status(), 404, "it is Ben's to say");
        let page = client.page("/my-duty/ready").await;
        assert!(page.contains("You said that you are ready"), "{page}");
        assert!(
            squad
                .ada
                .1
                .page("/on-call")
                .await
                .contains("Ben Okri is ready.")
        );
        for instant in ["2026-03-09T08:00:00Z", "2026-03-09T08:30:00Z"] {
            squad.at(instant).await;
        }
        assert_eq!(squad.asked(ben), 1, "nobody asks again");
        assert!(squad.told(&squad.lead.0).is_empty());
        assert!(squad.told(&squad.ada.0).is_empty());
    })
    .await;
}

#[tokio::test]
async fn silence_is_asked_again_and_told_to_the_lead_and_to_who_leaves() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let ben = &squad.ben.0;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T10:00:00Z").await;
        squad.at("2026-03-09T07:59:59Z").await;
        assert_eq!(squad.asked(ben), 1);
        squad.at("2026-03-09T08:00:00Z").await;
        assert_eq!(squad.asked(ben), 2, "an hour before");
        assert!(
            squad.told(&squad.lead.0).is_empty(),
            "he has some time to answer"
        );
        squad.at("2026-03-09T08:30:00Z").await;
        let news =
            "Ben Okri has not said whether they are ready, and is on call from Mon 9 Mar 09:00";
        assert_eq!(squad.told(&squad.lead.0), [news]);
        assert_eq!(squad.told(&squad.ada.0), [news]);
        assert!(squad.told(&squad.cleo.0).is_empty());
        let mail = squad.mail_to(&squad.ada.0).pop().unwrap();
        assert!(mail.text.contains("You hand over to Ben"), "{}", mail.text);
        squad.at("2026-03-09T09:30:00Z").await;
        assert_eq!(squad.asked(ben), 2, "he is on call now");
        assert_eq!(squad.told(&squad.lead.0).len(), 1);
        // What was asked and told is kept for ever.
        let events = squad.events().await;
        let kinds: Vec<&Value> = events.iter().map(|event| &event["kind"]).collect();
        assert_eq!(kinds, ["asked", "asked", "told"]);
        let people = [&squad.lead.0, &squad.ada.0].map(|person| person.id.to_string());
        assert_eq!(events[2]["people"], json!(people));
    })
    .await;
}

#[tokio::test]
async fn whom_nothing_reaches_is_told_of_a_day_ahead() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        squad.weekly("Payments, primary", "primary").await;
        squad.weekly("Payments, garden", "gardener").await;
        squad.at("2026-03-08T10:00:00Z").await;
        let news =
            "Ben Okri has no verified way to be reached, and is on call from Mon 9 Mar 09:00";
        assert_eq!(squad.told(&squad.lead.0), [news], "nobody wakes a gardener");
        let mail = squad.mail_to(&squad.ben.0);
        assert_eq!(squad.asked(&squad.ben.0), 2, "of each duty");
        let wants = "No way to reach you is verified";
        assert!(
            mail.iter().any(|mail| mail.text.contains(wants)),
            "{mail:?}"
        );
        let (status, all) = squad
            .lead
            .1
            .json("GET", "/api/v1/on-call/readiness", None)
            .await;
        assert_eq!(status, 200, "{all}");
        assert_eq!(all["items"][0]["person"]["name"], "Ben Okri");
        assert_eq!(all["items"][0]["ways"], 0);
        assert_eq!(all["items"][0]["told_at"], "2026-03-08T10:00:00Z");
        // To say that one is ready does not make one reachable.
        squad.types(&squad.ben.0, &["ready", "--yes"]).await;
        let on_call = squad.ada.1.page("/on-call").await;
        assert!(
            on_call.contains("Ben Okri has no verified way to be reached."),
            "{on_call}"
        );
        // Once it has begun, it is graver.
        squad.at("2026-03-09T10:00:00Z").await;
        let on_call = squad.ada.1.page("/on-call").await;
        let warned = "Ben Okri has no verified way to be reached.";
        assert_eq!(on_call.matches(warned).count(), 1, "{on_call}");
    })
    .await;
}

#[tokio::test]
async fn a_shift_that_changes_hands_is_asked_of_its_new_owner_alone() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        squad.reachable(&squad.cleo, "+44 7700 900102").await;
        let rota = squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T10:00:00Z").await;
        assert_eq!(
            (squad.asked(&squad.ben.0), squad.asked(&squad.cleo.0)),
            (1, 0)
        );
        squad.at("2026-03-08T15:00:00Z").await;
        let body = json!({
            "person": squad.cleo.0.id,
            "from": "2026-03-09T09:00:00Z",
            "until": "2026-03-16T09:00:00Z",
        });
        let path = format!("/api/v1/rotas/{rota}/changes");
        let (status, _) = squad.lead.1.json("POST", &path, Some(body)).await;
        assert_eq!(status, 201);
        squad.settle().await;
        assert_eq!(
            squad.asked(&squad.cleo.0),
            1,
            "at once, since the time has come"
        );
        squad.at("2026-03-09T08:30:00Z").await;
        assert_eq!(squad.asked(&squad.ben.0), 1, "it is not his any more");
        assert!(
            squad
                .told(&squad.lead.0)
                .iter()
                .all(|one| one.starts_with("Cleo Nine"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_day_before_follows_the_clocks() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        squad.weekly("Payments, primary", "primary").await;
        // Ben begins on Monday the 30th at nine; clocks go forward in the night to Sunday.
        squad.at("2026-03-28T12:00:00Z").await;
        let before = squad.asked(&squad.ben.0);
        squad.at("2026-03-29T08:59:59Z").await;
        assert_eq!(squad.asked(&squad.ben.0), before);
        squad.at("2026-03-29T09:00:00Z").await;
        assert_eq!(squad.asked(&squad.ben.0), before + 1);
        squad.at("2026-03-30T06:59:59Z").await;
        assert_eq!(squad.asked(&squad.ben.0), before + 1);
        squad.at("2026-03-30T07:00:00Z").await;
        assert_eq!(squad.asked(&squad.ben.0), before + 2, "an hour before");
    })
    .await;
}

#[tokio::test]
async fn a_key_in_a_call_and_the_command_line_say_so_too() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let (ben, client) = &squad.ben;
        let voice = squad.desk.add(client, "voice", "+44 7700 900101").await;
        squad.desk.settle().await;
        let call = squad.desk.twilio.calls().pop().expect("a code was told");
        let digits: String = call.twiml.chars().filter(char::is_ascii_digit).collect();
        squad.desk.verify(client, &voice, &digits[..6]).await;
        let plan = json!({
            "high": [], "low": [{ "method": voice, "after_seconds": 0 }],
        });
        let (status, _) = client
            .json("PUT", "/api/v1/me/contact-plan", Some(plan))
            .await;
        assert_eq!(status, 200);
        squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T10:00:00Z").await;
        let call = squad.desk.twilio.calls().pop().expect("he is called");
        let key = "Press 1 to say that you are ready.";
        assert!(call.twiml.contains(key), "{}", call.twiml);
        let said = squad.desk.twilio.presses(&call, "1").await;
        assert!(said.contains("It is noted that you are ready."), "{said}");
        let (_, all) = squad
            .lead
            .1
            .json("GET", "/api/v1/on-call/readiness", None)
            .await;
        assert_eq!(all["items"][0]["ready_at"], "2026-03-08T10:00:00Z", "{all}");
        assert_eq!(all["items"][0]["reached_at"], "2026-03-08T10:00:00Z");

        squad.at("2026-03-15T10:00:00Z").await;
        let listed = squad.types(&squad.cleo.0, &["ready"]).await;
        assert!(
            listed.contains("Cleo Nine") && listed.contains("READY"),
            "{listed}"
        );
        let said = squad.types(&squad.cleo.0, &["ready", "--yes"]).await;
        assert_eq!(
            said,
            "It is noted that you are ready: Payments, primary, from 2026-03-16 09:00.\n"
        );
        let said = squad.types(&squad.cleo.0, &["ready", "--yes"]).await;
        assert!(said.starts_with("No shift of yours begins"), "{said}");
        let reader = squad.desk.server.with_token(ben, &[Scope::Read]).await;
        let (status, _) = reader
            .json("POST", "/api/v1/me/readiness", Some(json!({})))
            .await;
        assert_eq!(status, 403, "a token that reads says nothing");
    })
    .await;
}

#[tokio::test]
async fn a_test_page_that_came_is_known_to_have_reached_them() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let (_, client) = &squad.ben;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        squad.weekly("Payments, primary", "primary").await;
        let unknown = "Nothing is known to have reached you in the last 30 days.";
        squad.at("2026-03-08T10:00:00Z").await;
        let page = client.page("/my-duty/ready").await;
        assert!(!page.contains(unknown), "his codes reached him: {page}");
        // His next turns begin on the 30th of March and on the 20th of April.
        squad.at("2026-04-19T09:00:00Z").await;
        // They signed in weeks ago, which is too long ago.
        let server = &squad.desk.server;
        let client = server.sign_in(&squad.ben.0).await;
        let ada = server.sign_in(&squad.ada.0).await;
        let page = client.page("/my-duty/ready").await;
        assert!(page.contains(unknown), "{page}");
        assert_eq!(
            client
                .post_form("/my-duty/contact/test", &[])
                .await
                .status(),
            303
        );
        squad.desk.settle().await;
        let page = client.page("/my-duty/ready").await;
        let (_, rest) = page
            .split_once("/my-duty/ready/came/")
            .expect("it can be said");
        let came = format!("/my-duty/ready/came/{}", &rest[..36]);
        assert_eq!(ada.post_form(&came, &[]).await.status(), 404, "not hers");
        assert_eq!(client.post_form(&came, &[]).await.status(), 303);
        let page = client.page("/my-duty/ready").await;
        assert!(!page.contains(unknown), "{page}");
        let (status, own) = client.json("GET", "/api/v1/me/readiness", None).await;
        assert_eq!(status, 200);
        assert_eq!(reached(&own), at("2026-04-19T09:00:00Z").to_string());
    })
    .await;
}

fn reached(own: &Value) -> String {
    own["items"][0]["reached_at"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

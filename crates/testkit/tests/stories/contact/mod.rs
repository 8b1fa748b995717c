//! Reaching people: contact methods, test pages, providers that fail.

mod answers;
mod attempts;
mod cli;
mod methods;
mod order;
mod web_push;
mod webhook;

use eider_domain::person::{Person, Role};
use eider_testkit::{Client, ContactDesk, Database, at};
use serde_json::{Value, json};

const NOW: &str = "2026-03-02T09:00:00Z";

/// Ada, who works on tickets, and a desk that can reach her.
struct Ada {
    desk: ContactDesk,
    person: Person,
    client: Client,
}

impl Ada {
    async fn new(database: Database) -> Self {
        let desk = ContactDesk::new(database, at(NOW)).await;
        let (person, client) = desk.server.signed_in("Ada Lovelace", Role::Responder).await;
        Self {
            desk,
            person,
            client,
        }
    }

    /// How she is reached, by the API.
    async fn contact(&self) -> Value {
        let path = "/api/v1/me/contact-methods";
        let (status, contact) = self.client.json("GET", path, None).await;
        assert_eq!(status, 200, "{contact}");
        contact
    }

    /// A verified e-mail address of hers. Answers its id.
    async fn email(&self, address: &str) -> String {
        let id = self.desk.add(&self.client, "email", address).await;
        self.desk.settle().await;
        let text = self.desk.smtp.last().text;
        self.desk.verify(&self.client, &id, &text).await;
        id
    }

    /// A verified phone of hers, for text messages. Answers its id.
    async fn phone(&self) -> String {
        let id = self.desk.add(&self.client, "sms", "+44 7700 900123").await;
        self.desk.settle().await;
        let message = self.desk.twilio.messages().pop().expect("a code was sent");
        self.desk.verify(&self.client, &id, &message.body).await;
        id
    }

    /// A verified phone of hers, for calls. Answers its id.
    async fn voice(&self) -> String {
        let id = self
            .desk
            .add(&self.client, "voice", "+44 7700 900123")
            .await;
        self.desk.settle().await;
        let call = self.desk.twilio.calls().pop().expect("a code was told");
        let digits: String = call.twiml.chars().filter(char::is_ascii_digit).collect();
        self.desk.verify(&self.client, &id, &digits[..6]).await;
        id
    }

    /// Sets in which order she is reached when it is urgent: ids, and after how many seconds.
    async fn order(&self, steps: &[(&str, i64)]) {
        let high: Vec<Value> = steps
            .iter()
            .map(|(id, after)| json!({ "method": id, "after_seconds": after }))
            .collect();
        let plan = json!({ "high": high, "low": [] });
        let path = "/api/v1/me/contact-plan";
        let (status, plan) = self.client.json("PUT", path, Some(plan)).await;
        assert_eq!(status, 200, "{plan}");
    }

    /// Sends her a test page.
    async fn test_page(&self) {
        // The last codes were sent a moment ago, and a test page a minute ago at the latest.
        self.desk.pass_seconds(61);
        let (status, sent) = self.client.json("POST", "/api/v1/me/test-page", None).await;
        assert_eq!(status, 200, "{sent}");
    }

    /// The states of attempts about that, the newest first.
    async fn states(&self, about: &str) -> Vec<String> {
        let contact = self.contact().await;
        let attempts = contact["attempts"].as_array().cloned().unwrap_or_default();
        attempts
            .iter()
            .filter(|attempt| attempt["about"] == about)
            .map(|attempt| attempt["state"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

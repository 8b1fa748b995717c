//! What monitors say of an alert that people are called for, or that somebody has.

use eider_domain::{access::Scope, person::Person};
use eider_testkit::{Client, Database, on_both};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{message, severe, text};
use crate::page::Night;

/// A night at which the service Checkout of Payments is watched.
struct Watch {
    night: Night,
    checkout: String,
    sender: Client,
}

impl Watch {
    async fn new(database: Database) -> Self {
        let night = Night::new(database).await;
        let service = json!({"name": "Checkout", "squad": "Payments"});
        let made = night.api(&night.root.0, "POST", "/services", service, 201);
        let checkout = text(&made.await["id"]);
        Self {
            sender: night.desk.server.nobody(),
            checkout,
            night,
        }
    }

    async fn key(&self, body: Value) -> String {
        let path = format!("/services/{}/keys", self.checkout);
        let root = &self.night.root.0;
        text(&self.night.api(root, "POST", &path, body, 201).await["secret"])
    }

    async fn post(&self, path: &str, body: Value, status: u16) {
        let (answered, told) = self.sender.json("POST", path, Some(body)).await;
        assert_eq!(answered, status, "{path}: {told}");
        self.night.settle().await;
    }

    async fn ticket(&self) -> Value {
        let root = &self.night.root.0;
        self.night
            .api(root, "GET", "/tickets/T-1001", json!(null), 200)
            .await
    }
}

/// Nobody has it and nobody is called, until an hour is over.
async fn waits_for_an_hour(watch: &Watch) {
    let night = &watch.night;
    let page = night.page("T-1001").await;
    assert_eq!(page["state"], "held", "{page}");
    assert_eq!(page["until"], "2026-03-02T02:00:00Z");
    assert_eq!(watch.ticket().await["status"], "acknowledged");
    assert_eq!(watch.ticket().await["owner"], json!(null));
    let timeline = night.ada.1.page("/tickets/T-1001").await;
    let told = "Unless somebody takes it here";
    assert!(timeline.contains(told), "{timeline}");
    night.at("2026-03-02T01:59:00Z").await;
    assert_eq!(night.mailed(), ["ada"]);
    night.at("2026-03-02T02:00:01Z").await;
    assert_eq!(night.mailed(), ["ada", "ada"], "nobody has taken it");
    night.pass_minutes(5).await;
    assert_eq!(night.mailed(), ["ada", "ada", "ben"]);
}

#[tokio::test]
async fn what_pagerduty_says_is_seen_calls_again_unless_somebody_takes_it() {
    on_both(async |database| {
        let watch = Watch::new(database).await;
        let key = watch
            .key(json!({"source": "pagerduty", "name": "Ours"}))
            .await;
        let event = |action: &str| {
            json!({"routing_key": key, "event_action": action, "dedup_key": "srv01",
                "payload": {"summary": "Disk is full", "source": "srv01", "severity": "critical"}})
        };
        watch.post("/v2/enqueue", event("trigger"), 202).await;
        assert_eq!(watch.night.mailed(), ["ada"]);
        watch.post("/v2/enqueue", event("acknowledge"), 202).await;
        waits_for_an_hour(&watch).await;
    })
    .await;
}

#[tokio::test]
async fn what_opsgenie_says_is_seen_is_somebodys_once_they_take_it() {
    on_both(async |database| {
        let watch = Watch::new(database).await;
        let key = watch
            .key(json!({"source": "opsgenie", "name": "Ours"}))
            .await;
        let post = async |path: &str, body: Value| {
            let sender = watch.night.desk.server.nobody();
            let request = sender.request("POST", path);
            let request = request.header("authorization", format!("GenieKey {key}"));
            let request = request.header("content-type", "application/json");
            let answer = request.body(body.to_string()).send().await.unwrap();
            assert_eq!(answer.status(), 202, "{path}");
            watch.night.settle().await;
        };
        let alert = json!({"message": "Disk is full", "alias": "srv01", "priority": "P1"});
        post("/v2/alerts", alert).await;
        let night = &watch.night;
        assert_eq!(night.mailed(), ["ada"]);
        let path = "/v2/alerts/srv01/acknowledge?identifierType=alias";
        post(path, json!({})).await;
        assert_eq!(night.page("T-1001").await["state"], "held");
        let path = "/tickets/T-1001/take";
        night.api(&night.ben.0, "POST", path, json!({}), 200).await;
        night.pass_minutes(65).await;
        assert_eq!(night.mailed(), ["ada"], "Ben has it");
    })
    .await;
}

#[tokio::test]
async fn what_sentry_says_is_assigned_is_only_noted() {
    on_both(async |database| {
        let watch = Watch::new(database).await;
        let new = json!({"source": "sentry", "name": "Ours", "client_secret": "s3cret"});
        let path = format!("/hooks/sentry/{}", watch.key(new).await);
        let send = async |resource: &str, body: Value| {
            let body = body.to_string();
            let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
            mac.update(body.as_bytes());
            let signed = mac.finalize().into_bytes();
            let signed: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
            let request = watch.sender.request("POST", &path);
            let request = request.header("sentry-hook-resource", resource);
            let request = request.header("sentry-hook-signature", signed);
            let answer = request.body(body).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            watch.night.settle().await;
        };
        let night = &watch.night;
        let event = json!({"action": "triggered", "data": {"event": {"issue_id": "117",
            "title": "ReferenceError", "level": "fatal"}}});
        send("event_alert", event).await;
        assert_eq!(night.mailed(), ["ada"]);
        let issue = json!({"action": "assigned", "data": {"issue": {"id": "117",
            "title": "ReferenceError", "level": "fatal"}}});
        send("issue", issue).await;
        assert_eq!(watch.ticket().await["status"], "new");
        assert_eq!(night.calling("T-1001").await, ["Ada Lovelace"]);
        let timeline = night.ada.1.page("/tickets/T-1001").await;
        let told = "The monitor of Checkout says that somebody is to look at it";
        assert!(timeline.contains(told), "{timeline}");
        night.pass_minutes(5).await;
        assert_eq!(night.mailed(), ["ada", "ben"]);
    })
    .await;
}

/// Somebody is reached by e-mail when it is urgent, and by text message when it is not.
async fn hears_quietly(night: &Night, who: &(Person, Client)) {
    let email = who.0.email.clone().unwrap();
    let client = night.desk.server.with_token(&who.0, &Scope::ALL).await;
    let email = night.desk.add(&who.1, "email", &email).await;
    night.desk.settle().await;
    let code = night.desk.smtp.last().text;
    night.desk.verify(&who.1, &email, &code).await;
    let sms = night.reached_by(who, "sms", "+44 7700 900123").await;
    let plan = json!({
        "high": [{ "method": email, "after_seconds": 0 }],
        "low": [{ "method": sms, "after_seconds": 0 }],
    });
    let path = "/api/v1/me/contact-plan";
    let (status, told) = client.json("PUT", path, Some(plan)).await;
    assert_eq!(status, 200, "{told}");
}

#[tokio::test]
async fn whoever_has_it_hears_once_that_it_is_over_and_is_not_asked_again() {
    on_both(async |database| {
        let watch = Watch::new(database).await;
        let night = &watch.night;
        hears_quietly(night, &night.ada).await;
        let key = watch
            .key(json!({"source": "alertmanager", "name": "Ours"}))
            .await;
        let path = format!("/hooks/alertmanager/{key}");
        let two = [("web1", true), ("web2", true)];
        watch.post(&path, message("Disk", &two), 200).await;
        let page = night.page("T-1001").await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        let mailed = night.mailed().len();
        let texts = night.desk.twilio.messages().len();
        watch
            .post(&path, message("Disk", &[("web1", false)]), 200)
            .await;
        assert_eq!(night.desk.twilio.messages().len(), texts, "one still fires");
        watch
            .post(&path, message("Disk", &[("web2", false)]), 200)
            .await;
        let messages = night.desk.twilio.messages();
        assert_eq!(messages.len(), texts + 1);
        let told = "T-1001: its alerts are over";
        assert!(
            messages[texts].body.contains(told),
            "{}",
            messages[texts].body
        );
        for _ in 0..3 {
            night.pass_minutes(61).await;
        }
        assert_eq!(night.mailed().len(), mailed, "she is not asked");
        assert_eq!(
            night.desk.twilio.messages().len(),
            texts + 1,
            "she was told once"
        );
        assert_eq!(night.page("T-1001").await["state"], "acknowledged");
        // When it fires again, she is asked at once: she was told that it is over.
        watch
            .post(&path, message("Disk", &[("web1", true)]), 200)
            .await;
        assert_eq!(night.mailed().len(), mailed + 1);
        let mail = night.desk.smtp.last();
        let asked = "Do you still have it?";
        assert!(
            mail.header("Subject").starts_with(asked),
            "{}",
            mail.header("Subject")
        );
        // She does not answer: it is nobody's, and others are called.
        night.pass_minutes(6).await;
        assert_eq!(night.page("T-1001").await["state"], "calling");
    })
    .await;
}

#[tokio::test]
async fn what_fires_again_is_asked_about_though_nobody_is_asked_again() {
    on_both(async |database| {
        let watch = Watch::new(database).await;
        let night = &watch.night;
        let policy = json!({
            "name": "Once",
            "levels": [{
                "targets": [{ "kind": "duty", "duty": "primary" }],
                "acknowledge_seconds": 300,
            }],
            "rounds": 1,
            "last_resort": [{ "kind": "administrators" }],
            "ask_again_seconds": 0,
        });
        night.called_by(policy).await;
        let key = watch
            .key(json!({"source": "alertmanager", "name": "Ours"}))
            .await;
        let path = format!("/hooks/alertmanager/{key}");
        let says = async |fires: bool| {
            let body = message("Disk", &[("web1", fires)]);
            watch.post(&path, body, 200).await;
        };
        says(true).await;
        let page = night.page("T-1001").await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        says(false).await;
        night.pass_minutes(90).await;
        // Once she was called, and once she was told that it is over.
        assert_eq!(night.mailed(), ["ada", "ada"]);
        says(true).await;
        assert_eq!(night.mailed(), ["ada", "ada", "ada"]);
        assert_eq!(night.page("T-1001").await["state"], "asking");
    })
    .await;
}

#[tokio::test]
async fn what_somebody_took_when_it_was_less_urgent_calls_when_it_is_worse() {
    on_both(async |database| {
        let watch = Watch::new(database).await;
        let night = &watch.night;
        let key = watch
            .key(json!({"source": "alertmanager", "name": "Ours"}))
            .await;
        let path = format!("/hooks/alertmanager/{key}");
        let is = async |severity: &str| {
            let body = severe("Disk", severity, &[("web1", true)]);
            watch.post(&path, body, 200).await;
        };
        is("warning").await;
        assert_eq!(watch.ticket().await["priority"], "P3");
        let take = "/tickets/T-1001/take";
        night.api(&night.lin.0, "POST", take, json!({}), 200).await;
        assert_eq!(night.mailed(), [""; 0]);
        is("critical").await;
        assert_eq!(watch.ticket().await["priority"], "P1");
        assert_eq!(night.mailed(), ["ada"], "Lin took a P3, and may be asleep");
        // It is still hers: she can say that she sees to it.
        let page = night.page("T-1001").await;
        night
            .act(&night.lin.0, &page, "acknowledge", json!({}))
            .await;
        night.pass_minutes(20).await;
        assert_eq!(night.mailed(), ["ada"]);
    })
    .await;
}

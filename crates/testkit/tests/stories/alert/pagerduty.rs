//! PagerDuty's Events API, version 2, as its documentation tells it.

use eider_testkit::{Client, on_both};
use serde_json::{Value, json};

use super::{Watched, text};

async fn send(client: &Client, body: Value) -> (u16, Value) {
    client.json("POST", "/v2/enqueue", Some(body)).await
}

fn trigger(key: &str, dedup_key: &str) -> Value {
    json!({
        "routing_key": key,
        "event_action": "trigger",
        "dedup_key": dedup_key,
        "payload": {
            "summary": "DISK at 99% on machine prod-datapipe03.example.com",
            "timestamp": "2026-03-02T11:59:00.000+0000",
            "severity": "error",
            "source": "prod-datapipe03.example.com",
            "component": "mysql",
            "custom_details": {"free space": "1%"},
        },
        "client": "Sample Monitoring Service",
        "client_url": "https://monitoring.example.com",
    })
}

#[tokio::test]
async fn an_event_triggers_is_acknowledged_and_resolved() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("pagerduty").await;
        assert_eq!(key.len(), 32);
        let sender = desk.server.nobody();
        let (status, answer) = send(&sender, trigger(&key, "srv01/mysql")).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(
            answer,
            json!({"status": "success", "message": "Event processed", "dedup_key": "srv01/mysql"})
        );
        let title = "P2 Checkout: DISK at 99% on machine prod-datapipe03.example.com";
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);
        let act = |action: &str| {
            json!({"routing_key": key, "event_action": action, "dedup_key": "srv01/mysql"})
        };
        assert_eq!(send(&sender, act("acknowledge")).await.0, 202);
        assert_eq!(desk.told().await, [format!("T-1001 acknowledged {title}")]);
        assert_eq!(send(&sender, act("resolve")).await.0, 202);
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);

        // What is over cannot be resolved or acknowledged; the event is dropped.
        let facts = desk.last_fact().await;
        assert_eq!(send(&sender, act("resolve")).await.0, 202);
        assert_eq!(send(&sender, act("acknowledge")).await.0, 202);
        assert_eq!(desk.last_fact().await, facts);

        // Later it is another trouble.
        desk.server.desk.pass_minutes(31);
        assert_eq!(send(&sender, trigger(&key, "srv01/mysql")).await.0, 202);
        assert_eq!(
            desk.told().await,
            [
                format!("T-1002 new {title}"),
                format!("T-1001 resolved {title}")
            ]
        );
        // Without a key of its own an event is known by one that is made for it.
        let mut nameless = trigger(&key, "");
        nameless.as_object_mut().unwrap().remove("dedup_key");
        let (status, answer) = send(&sender, nameless).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(text(&answer["dedup_key"]).len(), 32);
        assert_eq!(desk.tickets().await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_alert_that_becomes_worse_is_told_of() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("pagerduty").await;
        let sender = desk.server.nobody();
        let severe = |severity: &str| {
            let mut event = trigger(&key, "srv01/mysql");
            event["payload"]["severity"] = severity.into();
            event
        };
        assert_eq!(send(&sender, severe("info")).await.0, 202);
        assert_eq!(desk.told().await, Vec::<String>::new());
        let title = "Checkout: DISK at 99% on machine prod-datapipe03.example.com";
        assert_eq!(send(&sender, severe("warning")).await.0, 202);
        assert_eq!(desk.told().await, [format!("T-1001 new P3 {title}")]);
        assert_eq!(send(&sender, severe("critical")).await.0, 202);
        assert_eq!(desk.told().await, [format!("T-1001 new P1 {title}")]);
        // As bad as before, it is no news.
        let facts = desk.last_fact().await;
        assert_eq!(send(&sender, severe("critical")).await.0, 202);
        assert_eq!(send(&sender, severe("warning")).await.0, 202);
        assert_eq!(desk.last_fact().await, facts);
    })
    .await;
}

#[tokio::test]
async fn a_bad_event_is_told_what_is_wrong_with_it() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("pagerduty").await;
        let sender = desk.server.nobody();
        let wrong = async |body: Value| {
            let (status, answer) = send(&sender, body).await;
            assert_eq!(status, 400, "{answer}");
            assert_eq!(answer["status"], "invalid event");
            assert_eq!(answer["message"], "Event object is invalid");
            answer["errors"].clone()
        };
        assert_eq!(
            wrong(trigger("short", "a")).await,
            json!(["Length of 'routing_key' is incorrect (should be 32 characters)"])
        );
        let unknown = "0123456789abcdef0123456789abcdef";
        assert_eq!(
            wrong(trigger(unknown, "a")).await,
            json!(["Invalid routing key"])
        );
        assert_eq!(
            wrong(json!({"routing_key": key})).await,
            json!(["'event_action' is missing or blank"])
        );
        let bare = json!({"routing_key": key, "event_action": "trigger"});
        assert_eq!(
            wrong(bare).await,
            json!(["'payload' is missing or blank"])
        );
        let empty = json!({"routing_key": key, "event_action": "trigger",
            "payload": {"severity": "awful"}});
        assert_eq!(
            wrong(empty).await,
            json!([
                "'payload.summary' is missing or blank",
                "'payload.source' is missing or blank",
                "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
            ])
        );
        assert_eq!(desk.tickets().await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_kept_among_the_facts() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("pagerduty").await;
        let sender = desk.server.nobody();
        let body = json!({
            "routing_key": key,
            "payload": {"summary": "Build 12 of Checkout", "source": "acme-build"},
            "links": [{"href": "https://ci.example.com/12", "text": "Build"}],
        });
        let path = "/v2/change/enqueue";
        let (status, answer) = sender.json("POST", path, Some(body)).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(answer["status"], "success");
        let seq = desk.last_fact().await;
        let path = format!("/api/v1/facts?after={}", seq - 1);
        let (_, facts) = desk.lead.json("GET", &path, None).await;
        assert_eq!(facts["items"][0]["kind"], "change_told");
        assert_eq!(
            facts["items"][0]["data"]["link"],
            "https://ci.example.com/12"
        );
        let nothing = json!({"routing_key": key, "payload": {}});
        let (status, answer) = sender
            .json("POST", "/v2/change/enqueue", Some(nothing))
            .await;
        assert_eq!(status, 400, "{answer}");
        assert_eq!(desk.tickets().await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_lost_for_what_an_event_leaves_out() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("pagerduty").await;
        let sender = desk.server.nobody();
        let mut event = trigger(&key, "srv01/mysql");
        for field in ["client", "client_url", "images"] {
            event[field] = Value::Null;
        }
        for field in ["timestamp", "component", "group", "class", "custom_details"] {
            event["payload"][field] = Value::Null;
        }
        event["links"] = Value::Null;
        let (status, answer) = send(&sender, event.clone()).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(desk.tickets().await.len(), 1);

        // All that an event shows stands on its ticket.
        event["dedup_key"] = "srv02/mysql".into();
        event["links"] = json!([
            {"href": "https://wiki.example.com/runbook", "text": "Runbook"},
            {"href": "https://graphs.example.com/7"},
        ]);
        event["images"] = json!([{"src": "https://graphs.example.com/7.png", "alt": "Load"}]);
        let (status, answer) = send(&sender, event).await;
        assert_eq!(status, 202, "{answer}");
        let page = desk.ada.1.page("/tickets/T-1002").await;
        for shown in [
            "https://wiki.example.com/runbook",
            "https://graphs.example.com/7",
            "https://graphs.example.com/7.png",
        ] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_read_is_answered_as_pagerduty_answers() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("pagerduty").await;
        let sender = desk.server.nobody();
        let mut long = trigger(&key, "srv01/mysql");
        long["payload"]["custom_details"] = "a".repeat(513 * 1024).into();
        let (status, answer) = send(&sender, long).await;
        assert_eq!(status, 413);
        let told = json!({
            "status": "invalid event",
            "message": "The body is longer than 512 KiB.",
            "errors": ["The body is longer than 512 KiB."],
        });
        assert_eq!(answer, told);
        for (method, path, status) in [
            ("POST", "/v2/incidents", 404),
            ("POST", "/v2/enqueue/more", 404),
            ("GET", "/v2/enqueue", 405),
        ] {
            let (answered, answer) = sender.json(method, path, None).await;
            assert_eq!(answered, status, "{path}: {answer}");
            assert_eq!(answer["status"], "invalid event", "{path}");
            assert_eq!(answer["errors"][0], answer["message"], "{path}");
        }
        assert_eq!(desk.tickets().await.len(), 0);
    })
    .await;
}

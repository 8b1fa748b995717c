//! Grafana, Sentry, JSON of one's own, heartbeats and mail.

use eider_testkit::{Client, on_both, on_sqlite};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Watched, made, message, text};

async fn post(client: &Client, path: &str, body: Value) -> u16 {
    client.json("POST", path, Some(body)).await.0
}

#[tokio::test]
async fn grafana_sends_as_alertmanager_does() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("grafana").await;
        let sender = desk.server.nobody();
        let mut body = message("High latency", &[("web1", true)]);
        body["orgId"] = 1.into();
        body["state"] = "alerting".into();
        body["alerts"][0]["values"] = json!({"B": 44.23});
        let path = format!("/hooks/grafana/{key}");
        assert_eq!(post(&sender, &path, body).await, 200);
        let title = "P1 Checkout: High latency: web1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);
        let over = message("High latency", &[("web1", false)]);
        assert_eq!(post(&sender, &path, over).await, 200);
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);
    })
    .await;
}

#[tokio::test]
async fn sentry_is_believed_when_it_signs() {
    on_sqlite(async |database| {
        let desk = Watched::new(database).await;
        let keys = format!("/api/v1/services/{}/keys", desk.checkout);
        let new = json!({"source": "sentry", "name": "Ours", "client_secret": "s3cret"});
        let made = made(&desk.lead, &keys, new).await;
        assert!(!made.to_string().contains("s3cret"), "{made}");
        let path = format!("/hooks/sentry/{}", text(&made["secret"]));
        let body = json!({"action": "triggered", "data": {"triggered_rule": "Many errors",
            "event": {"issue_id": "117", "title": "ReferenceError", "level": "error",
                "web_url": "https://sentry.io/issues/117/", "user": {"ip_address": "192.0.2.7"}}}});
        let body = body.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
        mac.update(body.as_bytes());
        let signed = mac.finalize().into_bytes();
        let signed: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
        let send = async |signature: String| {
            let request = desk.server.nobody().request("POST", &path);
            let request = request.header("sentry-hook-resource", "event_alert");
            let request = request.header("sentry-hook-signature", signature);
            request.body(body.clone()).send().await.unwrap().status()
        };
        assert_eq!(send("0".repeat(64)).await, 401);
        assert_eq!(desk.told().await, Vec::<String>::new());
        assert_eq!(send(signed).await, 200);
        assert_eq!(
            desk.told().await,
            ["T-1001 new P2 Checkout: ReferenceError"]
        );
        let page = desk.ada.1.page("/tickets/T-1001").await;
        assert!(!page.contains("192.0.2.7"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn json_is_read_by_its_mapping() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let keys = format!("/api/v1/services/{}/keys", desk.checkout);
        let wrong = json!({"source": "json", "name": "Ours", "mapping": {"title": "name"}});
        let (status, answer) = desk.lead.json("POST", &keys, Some(wrong)).await;
        assert_eq!(status, 422, "{answer}");
        assert_eq!(answer["errors"][0]["field"], "mapping");
        let mapping = json!({"alerts": "/checks", "title": "/label", "key": "/id",
            "status": "/state", "over": ["green"], "severity": "/weight"});
        let new = json!({"source": "json", "name": "Ours", "mapping": mapping});
        let path = format!(
            "/hooks/json/{}",
            text(&made(&desk.lead, &keys, new).await["secret"])
        );
        let sender = desk.server.nobody();
        let red = json!({"checks": [
            {"id": 1, "label": "Login is slow", "state": "red", "weight": "critical"},
            {"id": 2, "label": "Search is slow", "state": "green"},
        ]});
        assert_eq!(post(&sender, &path, red).await, 200);
        let title = "P1 Checkout: Login is slow";
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);
        let green = json!({"checks": [{"id": 1, "label": "Login", "state": "GREEN"}]});
        assert_eq!(post(&sender, &path, green).await, 200);
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);
        assert_eq!(post(&sender, &path, json!({"checks": 7})).await, 400);
    })
    .await;
}

#[tokio::test]
async fn a_missed_heartbeat_is_an_alert() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let keys = format!("/api/v1/services/{}/keys", desk.checkout);
        let (status, answer) = desk
            .lead
            .json(
                "POST",
                &keys,
                Some(json!({"source": "heartbeat", "name": "Night job"})),
            )
            .await;
        assert_eq!(status, 422, "{answer}");
        let new = json!({"source": "heartbeat", "name": "Night job",
            "heartbeat": {"every_seconds": 3600, "grace_seconds": 300}});
        let key = made(&desk.lead, &keys, new).await;
        let path = format!("/hooks/heartbeat/{}", text(&key["secret"]));
        let sender = desk.server.nobody();
        // It is expected from its first beat on; until then it is said that there was none.
        desk.server.desk.pass_minutes(120);
        let lin = desk.server.sign_in_named("Lin Lead").await;
        let never_heard = async || {
            let (_, listed) = desk.lead.json("GET", &keys, None).await;
            let page = lin.page(&format!("/services/{}", desk.checkout)).await;
            let on_page = page.contains("Never heard of");
            assert_eq!(listed["items"][0]["never_heard"], on_page, "{listed}");
            on_page
        };
        assert!(never_heard().await);
        assert_eq!(post(&sender, &path, json!({})).await, 200);
        assert!(!never_heard().await);
        desk.server.desk.pass_minutes(60);
        assert_eq!(post(&sender, &path, json!({})).await, 200);
        desk.server.desk.pass_minutes(64);
        assert_eq!(desk.told().await, Vec::<String>::new());
        desk.server.desk.pass_minutes(1);
        let title = "P2 Checkout: Night job was not heard of in time";
        desk.until_told(&[&format!("T-1001 new {title}")]).await;
        assert!(!never_heard().await, "it is missed, which is another thing");
        assert_eq!(post(&sender, &path, json!({})).await, 200);
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);

        // With its key, what was missed is over, and none is expected any more.
        desk.server.desk.pass_minutes(65);
        desk.until_told(&[
            &format!("T-1002 new {title}"),
            &format!("T-1001 resolved {title}"),
        ])
        .await;
        let key = format!("{keys}/{}", text(&key["id"]));
        let (status, answer) = desk.lead.json("DELETE", &key, None).await;
        assert_eq!(status, 204, "{answer}");
        desk.until_told(&[
            &format!("T-1002 resolved {title}"),
            &format!("T-1001 resolved {title}"),
        ])
        .await;
        assert_eq!(post(&sender, &path, json!({})).await, 401);
    })
    .await;
}

#[tokio::test]
async fn a_heartbeat_beats_however_it_is_asked_for() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let keys = format!("/api/v1/services/{}/keys", desk.checkout);
        let new = json!({"source": "heartbeat", "name": "Night job",
            "heartbeat": {"every_seconds": 3600, "grace_seconds": 0}});
        let path = format!(
            "/hooks/heartbeat/{}",
            text(&made(&desk.lead, &keys, new).await["secret"])
        );
        let sender = desk.server.nobody();
        let title = "P2 Checkout: Night job was not heard of in time";
        let mut told: Vec<String> = Vec::new();
        for (number, method) in ["GET", "HEAD", "POST"].into_iter().enumerate() {
            let beat = async || {
                let sent = sender.request(method, &path).send().await.unwrap();
                assert_eq!(sent.status(), 200, "{method}");
            };
            // The first beat makes it expected, and the next ends its alert.
            beat().await;
            desk.server.desk.pass_minutes(61);
            let ticket = format!("T-{}", 1001 + number);
            told.insert(0, format!("{ticket} new {title}"));
            let expected: Vec<&str> = told.iter().map(String::as_str).collect();
            desk.until_told(&expected).await;
            beat().await;
            told[0] = format!("{ticket} resolved {title}");
            assert_eq!(desk.told().await, told, "{method}");
        }
        let wrong = format!("/hooks/heartbeat/{}", "0".repeat(32));
        assert_eq!(sender.get(&wrong).await.status(), 401);
    })
    .await;
}

#[tokio::test]
async fn the_mail_of_a_recovery_ends_what_the_other_began() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let path = format!("/hooks/mail/{}", desk.key("mail").await);
        let sender = desk.server.nobody();
        let mail = async |subject: &str| {
            let raw = format!("From: monitor@example.com\r\nSubject: {subject}\r\n\r\nWords\r\n");
            let sent = sender
                .request("POST", &path)
                .body(raw)
                .send()
                .await
                .unwrap();
            assert_eq!(sent.status(), 200, "{subject}");
        };
        let open = async || {
            let told = desk.told().await;
            told.iter().filter(|told| told.contains(" new ")).count()
        };
        for (fires, over) in [
            ("DOWN | checkout-cron", "UP | checkout-cron"),
            (
                "[Monitor Alert] Triggered: CPU is high",
                "[Monitor Alert] Recovered: CPU is high",
            ),
            ("Problem: Disk is full", "Resolved in 5m 0s: Disk is full"),
        ] {
            mail(fires).await;
            assert_eq!(open().await, 1, "{fires}");
            mail(over).await;
            assert_eq!(open().await, 0, "{over}");
        }
        assert_eq!(desk.tickets().await.len(), 3);
        // A colleague who writes is heard.
        mail("Recovered files missing").await;
        assert_eq!(open().await, 1);
    })
    .await;
}

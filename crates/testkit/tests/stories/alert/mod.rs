//! What monitors send, and what becomes of it: told through the doors that monitors know.

mod alertmanager;
mod opsgenie;
mod others;
mod page;
mod pagerduty;
mod peers;
mod quiet;
mod service;
mod storm;
mod taken;

use eider_domain::{
    access::{Actor, Scope},
    person::{Person, Role},
};
use eider_testkit::{Client, Database, TestServer, at};
use serde_json::{Value, json};

/// A desk with the squad Payments, its lead Lin, its responder Ada, and the service Checkout, on
/// Monday 2026-03-02 at noon.
pub(super) struct Watched {
    pub(super) server: TestServer,
    pub(super) lead: Client,
    pub(super) ada: (Person, Client),
    pub(super) checkout: String,
}

impl Watched {
    pub(super) async fn new(database: Database) -> Self {
        let server = TestServer::new(database, at("2026-03-02T12:00:00Z")).await;
        let admin = server.desk.unnamed(Role::Administrator).await;
        let squad = squad(&server, &admin, "Payments").await;
        let (mut lin, _) = server.desk.person("Lin Lead", Role::Lead).await;
        lin.squads = vec![squad.parse().unwrap()];
        let mut tx = server.desk.db().write().await.unwrap();
        let now = server.desk.eider.now();
        eider_store::person::put(&mut tx, &lin, now).await.unwrap();
        tx.commit().await.unwrap();
        let lead = server.with_token(&lin, &Scope::ALL).await;
        let ada = server.signed_in("Ada Lovelace", Role::Responder).await;
        let checkout = made(
            &lead,
            "/api/v1/services",
            json!({"name": "Checkout", "squad": "Payments"}),
        );
        let checkout = text(&checkout.await["id"]);
        Self {
            server,
            lead,
            ada,
            checkout,
        }
    }

    /// The secret of a new key for Checkout.
    pub(super) async fn key(&self, source: &str) -> String {
        let path = format!("/api/v1/services/{}/keys", self.checkout);
        let body = json!({"source": source, "name": format!("Our {source}")});
        text(&made(&self.lead, &path, body).await["secret"])
    }

    /// Another service of the squad; answers with its id.
    pub(super) async fn service(&self, body: Value) -> String {
        text(&made(&self.lead, "/api/v1/services", body).await["id"])
    }

    /// Sends what Alertmanager would; answers with the status.
    pub(super) async fn alertmanager(&self, secret: &str, body: Value) -> u16 {
        let path = format!("/hooks/alertmanager/{secret}");
        let (status, _) = self.server.nobody().json("POST", &path, Some(body)).await;
        status
    }

    /// The tickets there are, the newest first.
    pub(super) async fn tickets(&self) -> Vec<Value> {
        let (status, page) = self.lead.json("GET", "/api/v1/tickets", None).await;
        assert_eq!(status, 200, "{page}");
        page["items"].as_array().unwrap().clone()
    }

    /// Number, status, priority and title of every ticket, the newest first.
    pub(super) async fn told(&self) -> Vec<String> {
        let tickets = self.tickets().await;
        let told = |ticket: &Value| {
            let fields = ["number", "status", "priority", "title"];
            fields.map(|field| text(&ticket[field])).join(" ")
        };
        tickets.iter().map(told).collect()
    }

    /// The kinds of the facts of a ticket, in their order.
    pub(super) async fn kinds(&self, number: &str) -> Vec<String> {
        let path = format!("/api/v1/tickets/{number}/facts?limit=200");
        let (status, page) = self.lead.json("GET", &path, None).await;
        assert_eq!(status, 200, "{page}");
        let facts = page["items"].as_array().unwrap();
        facts.iter().map(|fact| text(&fact["kind"])).collect()
    }

    /// The place of the newest fact.
    pub(super) async fn last_fact(&self) -> i64 {
        let mut tx = self.server.desk.db().read().await.unwrap();
        eider_store::fact::last_seq(&mut tx).await.unwrap()
    }

    /// Waits until the tickets are told so.
    pub(super) async fn until_told(&self, expected: &[&str]) {
        let what = format!("the tickets are {expected:?}");
        self.server
            .desk
            .until(&what, async || {
                (self.told().await == expected).then_some(())
            })
            .await;
    }
}

async fn squad(server: &TestServer, admin: &Actor, name: &str) -> String {
    let edit = eider_app::configure::SquadEdit {
        name: name.into(),
        rate_cents_per_hour: 0,
    };
    let squad = eider_app::configure::save_squad(&server.desk.eider, admin, None, edit);
    squad.await.unwrap().id.to_string()
}

pub(super) async fn made(client: &Client, path: &str, body: Value) -> Value {
    let (status, made) = client.json("POST", path, Some(body)).await;
    assert_eq!(status, 201, "{path}: {made}");
    made
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A message of Alertmanager with one group of alerts: a fingerprint and whether it fires, each.
pub(super) fn message(group: &str, alerts: &[(&str, bool)]) -> Value {
    severe(group, "critical", alerts)
}

pub(super) fn severe(group: &str, severity: &str, alerts: &[(&str, bool)]) -> Value {
    let alerts: Vec<Value> = alerts
        .iter()
        .map(|(fingerprint, fires)| {
            json!({
                "status": if *fires { "firing" } else { "resolved" },
                "labels": {"alertname": group, "instance": fingerprint, "severity": severity},
                "annotations": {"summary": format!("{fingerprint} is full")},
                "startsAt": "2026-03-02T11:58:00.250707Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus:9090/graph",
                "fingerprint": fingerprint,
            })
        })
        .collect();
    json!({
        "receiver": "hook",
        "status": "firing",
        "alerts": alerts,
        "groupLabels": {"alertname": group},
        "commonLabels": {"alertname": group},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093",
        "version": "4",
        "groupKey": format!("{{}}:{{alertname=\"{group}\"}}"),
        "truncatedAlerts": 0,
    })
}

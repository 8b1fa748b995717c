//! Who is on call: told through pages, the API, the command line and calendar feeds.

mod api;
mod duty;
mod live;
mod pages;
mod told;
pub(crate) mod watched;

use eider_domain::{
    PersonId, SquadId,
    access::Scope,
    person::{Person, Role},
};
use eider_testkit::{Client, Database, TestServer, at};
use serde_json::{Value, json};

/// A squad with its lead and three responders, on Monday 2026-03-02 at noon.
pub(crate) struct Squad {
    pub(crate) server: TestServer,
    pub(crate) lead: Client,
    pub(crate) ada: (Person, Client),
    pub(crate) ben: (Person, Client),
    pub(crate) cleo: (Person, Client),
    pub(crate) id: SquadId,
}

impl Squad {
    pub(crate) async fn new(database: Database) -> Self {
        let server = TestServer::new(database, at("2026-03-02T12:00:00Z")).await;
        let admin = server.desk.unnamed(Role::Administrator).await;
        let edit = eider_app::configure::SquadEdit {
            name: "Payments".into(),
            rate_cents_per_hour: 0,
        };
        let squad = eider_app::configure::save_squad(&server.desk.eider, &admin, None, edit);
        let id = squad.await.unwrap().id;
        let (mut lead, _) = server.desk.person("Lin Lead", Role::Lead).await;
        lead.squads = vec![id];
        let mut tx = server.desk.db().write().await.unwrap();
        let now = server.desk.eider.now();
        eider_store::person::put(&mut tx, &lead, now).await.unwrap();
        tx.commit().await.unwrap();
        let lead = server.with_token(&lead, &Scope::ALL).await;
        Self {
            lead,
            ada: server.signed_in("Ada Lovelace", Role::Responder).await,
            ben: server.signed_in("Ben Okri", Role::Responder).await,
            cleo: server.signed_in("Cleo Nine", Role::Responder).await,
            server,
            id,
        }
    }

    /// Ada, Ben and Cleo by weeks from today at nine; answers with the rota's id.
    pub(crate) async fn weekly(&self, name: &str, duty: &str) -> String {
        let (status, made) = self
            .lead
            .json("POST", "/api/v1/rotas", Some(self.rota(name, duty)))
            .await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn rota(&self, name: &str, duty: &str) -> Value {
        let people = [self.ada.0.id, self.ben.0.id, self.cleo.0.id].map(|PersonId(id)| id);
        json!({
            "name": name,
            "squad": "Payments",
            "duty": duty,
            "zone": "Europe/London",
            "vital": "Conference: 4711#",
            "layers": [{
                "name": "Weeks",
                "people": people,
                "zone": "Europe/London",
                "start": "2026-03-02",
                "handover": "09:00",
                "every": 1,
                "unit": "weeks",
            }],
        })
    }

    /// The names of those on call at an instant in the first rota, as the API tells.
    pub(crate) async fn on_call(&self, instant: &str) -> Vec<String> {
        let path = format!("/api/v1/on-call?at={instant}");
        let (status, found) = self.lead.json("GET", &path, None).await;
        assert_eq!(status, 200, "{found}");
        let people = found["items"][0]["on_call"].as_array().unwrap();
        let name = |person: &Value| person["name"].as_str().unwrap().to_owned();
        people.iter().map(name).collect()
    }
}

pub(crate) fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

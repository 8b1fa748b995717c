//! A squad at a desk that can reach people, for what happens by itself before a shift.

use eider_domain::{
    SquadId,
    access::Scope,
    person::{Person, Role},
};
use eider_store::job;
use eider_testkit::{Client, ContactDesk, Database, at, providers::Mail};
use serde_json::{Value, json};

/// A squad with its lead and three responders, on Monday 2026-03-02 at noon.
pub(crate) struct Watched {
    pub(crate) desk: ContactDesk,
    pub(crate) lead: (Person, Client),
    pub(crate) ada: (Person, Client),
    pub(crate) ben: (Person, Client),
    pub(crate) cleo: (Person, Client),
    pub(crate) squad: SquadId,
}

impl Watched {
    pub(crate) async fn new(database: Database) -> Self {
        let desk = ContactDesk::new(database, at("2026-03-02T12:00:00Z")).await;
        let server = &desk.server;
        let admin = server.desk.unnamed(Role::Administrator).await;
        let edit = eider_app::configure::SquadEdit {
            name: "Payments".into(),
            rate_cents_per_hour: 0,
        };
        let squad = eider_app::configure::save_squad(&server.desk.eider, &admin, None, edit);
        let squad = squad.await.unwrap().id;
        let (mut lead, _) = server.desk.person("Lin Lead", Role::Lead).await;
        lead.squads = vec![squad];
        let mut tx = server.desk.db().write().await.unwrap();
        let now = server.desk.eider.now();
        eider_store::person::put(&mut tx, &lead, now).await.unwrap();
        tx.commit().await.unwrap();
        let client = server.with_token(&lead, &Scope::ALL).await;
        Self {
            lead: (lead, client),
            ada: server.signed_in("Ada Lovelace", Role::Responder).await,
            ben: server.signed_in("Ben Okri", Role::Responder).await,
            cleo: server.signed_in("Cleo Nine", Role::Responder).await,
            squad,
            desk,
        }
    }

    /// What a rota is: Ada, Ben and Cleo by weeks from today at nine.
    pub(crate) fn rota(&self, name: &str, duty: &str) -> Value {
        let people = [&self.ada, &self.ben, &self.cleo].map(|(person, _)| person.id.to_string());
        json!({
            "name": name, "squad": "Payments", "duty": duty, "zone": "Europe/London",
            "layers": [{
                "name": "Weeks", "people": people, "zone": "Europe/London",
                "start": "2026-03-02", "handover": "09:00", "every": 1, "unit": "weeks",
            }],
        })
    }

    /// Makes a rota, and answers with its id.
    pub(crate) async fn weekly(&self, name: &str, duty: &str) -> String {
        let body = Some(self.rota(name, duty));
        let (status, made) = self.lead.1.json("POST", "/api/v1/rotas", body).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// Somebody is away for a time; the lead notes it. Answers with its id.
    pub(crate) async fn away(&self, person: &Person, from: &str, until: &str) -> String {
        let body = json!({ "person": person.id, "from": from, "until": until });
        let lead = &self.lead.1;
        let (status, noted) = lead.json("POST", "/api/v1/absences", Some(body)).await;
        assert_eq!(status, 201, "{noted}");
        noted["id"].as_str().unwrap().to_owned()
    }

    /// Moves the clock, and waits until all has happened that happens by itself.
    pub(crate) async fn at(&self, instant: &str) {
        self.desk.server.desk.set(at(instant));
        self.settle().await;
    }

    /// Waits until all has happened that happens by itself.
    pub(crate) async fn settle(&self) {
        let desk = &self.desk.server.desk;
        desk.until("it was looked at the rotas", async || {
            let now = desk.eider.now();
            let mut tx = desk.db().read().await.unwrap();
            let waiting = job::waiting(&mut tx, "rota.").await.unwrap();
            let is_due = |job: &job::Waiting| job.run_at <= now || job.leased_until.is_some();
            (!waiting.iter().any(is_due)).then_some(())
        })
        .await;
        self.desk.settle().await;
    }

    /// What came to somebody by e-mail, the latest last.
    pub(crate) fn mail_to(&self, person: &Person) -> Vec<Mail> {
        let address = person.email.clone().unwrap_or_default();
        let all = self.desk.smtp.taken().into_iter();
        all.filter(|mail| mail.to == address).collect()
    }

    /// The subjects of what came to somebody.
    pub(crate) fn subjects(&self, person: &Person) -> Vec<String> {
        let mail = self.mail_to(person);
        let subject = |mail: &Mail| mail.header("Subject").to_owned();
        mail.iter().map(subject).collect()
    }
}

//! People who are called until somebody answers: who, when, and how they answer.

mod calling;
mod crash;
mod faces;
mod held;
mod last_resort;
mod link;
mod phone;
mod settings;

use std::time::{Duration, Instant};

use eider_domain::{
    FeatureId, SquadId,
    access::Scope,
    person::{Person, Role},
};
use eider_store::job;
use eider_testkit::{Client, ContactDesk, Database, PATIENCE, at, providers::Mail};
use serde_json::{Value, json};

/// Monday 2 March 2026, one in the morning in London.
const NIGHT: &str = "2026-03-02T01:00:00Z";

/// Payments: Ada is primary, Ben her buddy, Lin leads. Cleo asks, Root administers.
pub(crate) struct Night {
    pub(crate) desk: ContactDesk,
    pub(crate) ada: (Person, Client),
    pub(crate) ben: (Person, Client),
    pub(crate) lin: (Person, Client),
    pub(crate) cleo: (Person, Client),
    pub(crate) root: (Person, Client),
    pub(crate) squad: SquadId,
    feature: FeatureId,
}

impl Night {
    /// With rotas of Payments, at one in the morning.
    pub(crate) async fn new(database: Database) -> Self {
        let night = Self::without_rotas(database).await;
        night.rota("Primary", "primary", &night.ada.0).await;
        night.rota("Secondary", "secondary", &night.ben.0).await;
        night
    }

    pub(crate) async fn without_rotas(database: Database) -> Self {
        let desk = ContactDesk::new(database, at(NIGHT)).await;
        let eider = &desk.server.desk.eider;
        let admin = desk.server.desk.unnamed(Role::Administrator).await;
        let edit = eider_app::configure::SquadEdit {
            name: "Payments".into(),
            rate_cents_per_hour: 0,
        };
        let squad = eider_app::configure::save_squad(eider, &admin, None, edit);
        let squad = squad.await.unwrap().id;
        // Whoever set it up is not there any more, so that only Root administers.
        let mut tx = desk.server.desk.db().write().await.unwrap();
        let gone = eider_store::person::by_id(&mut tx, admin.person).await;
        let gone = Person {
            role: Role::Viewer,
            ..gone.unwrap().unwrap()
        };
        let now = eider.now();
        eider_store::person::put(&mut tx, &gone, now).await.unwrap();
        tx.commit().await.unwrap();
        let mut night = Self {
            ada: desk.server.signed_in("Ada Lovelace", Role::Responder).await,
            ben: desk.server.signed_in("Ben Okri", Role::Responder).await,
            lin: desk.server.signed_in("Lin Lead", Role::Lead).await,
            cleo: desk.server.signed_in("Cleo Nine", Role::Reporter).await,
            root: desk
                .server
                .signed_in("Root Admin", Role::Administrator)
                .await,
            squad,
            feature: FeatureId(uuid::Uuid::nil()),
            desk,
        };
        night.lead().await;
        let body = json!({ "name": "Cards", "squad": "Payments" });
        let made = night.api(&night.root.0, "POST", "/features", body, 201);
        let made = made.await;
        night.feature = made["id"].as_str().unwrap().parse().unwrap();
        night
    }

    /// Lin belongs to Payments, which she leads.
    async fn lead(&mut self) {
        self.lin.0.squads = vec![self.squad];
        let mut tx = self.desk.server.desk.db().write().await.unwrap();
        let now = self.desk.server.desk.eider.now();
        let put = eider_store::person::put(&mut tx, &self.lin.0, now);
        put.await.unwrap();
        tx.commit().await.unwrap();
        self.lin.1 = self.desk.server.sign_in(&self.lin.0).await;
    }

    /// A rota of Payments in which one person is always on call.
    pub(crate) async fn rota(&self, name: &str, duty: &str, person: &Person) -> String {
        self.rota_of(Some("Payments"), name, duty, person).await
    }

    /// A rota of a squad, or of the company, in which one person is always on call.
    pub(crate) async fn rota_of(
        &self,
        squad: Option<&str>,
        name: &str,
        duty: &str,
        person: &Person,
    ) -> String {
        let body = json!({
            "name": name,
            "squad": squad,
            "duty": duty,
            "zone": "Europe/London",
            // Nobody is to be told that one person is on call all the time.
            "most_weeks_on_end": 52,
            "layers": [{
                "name": "Always",
                "people": [person.id.0],
                "zone": "Europe/London",
                "start": "2026-01-05",
                "handover": "09:00",
                "every": 1,
                "unit": "weeks",
            }],
        });
        let made = self.api(&self.root.0, "POST", "/rotas", body, 201).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// What the API answers to somebody with a token for everything.
    pub(crate) async fn api(
        &self,
        who: &Person,
        method: &str,
        path: &str,
        body: Value,
        status: u16,
    ) -> Value {
        let client = self.desk.server.with_token(who, &Scope::ALL).await;
        let body = (method != "GET").then_some(body);
        let (answered, told) = client.json(method, &format!("/api/v1{path}"), body).await;
        assert_eq!(answered, status, "{method} {path}: {told}");
        told
    }

    /// Cleo asks about cards. Answers the ticket's number.
    pub(crate) async fn ask(&self, title: &str, priority: &str) -> String {
        let body = json!({
            "title": title,
            "what": "A page of errors.",
            "priority": priority,
            "feature": "Cards",
        });
        let made = self.api(&self.cleo.0, "POST", "/tickets", body, 201).await;
        self.settle().await;
        made["number"].as_str().unwrap().to_owned()
    }

    /// A ticket that could wait, which that person took and raised: a P1 for which nobody is called.
    pub(crate) async fn taken_and_raised(&self, who: &Person, title: &str) -> String {
        let number = self.ask(title, "P3").await;
        let path = format!("/tickets/{number}");
        let take = format!("{path}/take");
        self.api(who, "POST", &take, json!({}), 200).await;
        let raise = json!({ "priority": "P1" });
        let priority = format!("{path}/priority");
        self.api(who, "POST", &priority, raise, 200).await;
        self.settle().await;
        number
    }

    /// Somebody assigns a ticket to somebody else.
    pub(crate) async fn give(&self, by: &Person, number: &str, to: &Person) {
        let path = format!("/tickets/{number}/assign");
        let owner = json!({ "owner": to.id.0 });
        self.api(by, "POST", &path, owner, 200).await;
        self.settle().await;
    }

    /// The page of a ticket, as the API tells it.
    pub(crate) async fn page(&self, number: &str) -> Value {
        let path = format!("/tickets/{number}/page");
        self.api(&self.root.0, "GET", &path, Value::Null, 200).await
    }

    /// Has Payments called by that policy from now on.
    pub(crate) async fn called_by(&self, policy: Value) {
        let path = "/escalation-policies";
        let policy = self.api(&self.root.0, "POST", path, policy, 201).await;
        let rules = json!({ "squad": "Payments", "policy": policy["id"] });
        self.api(&self.lin.0, "PUT", "/paging-rules", rules, 200)
            .await;
    }

    /// Asks something of a page by the API.
    pub(crate) async fn act(&self, who: &Person, page: &Value, verb: &str, body: Value) -> Value {
        let path = format!("/pages/{}/{verb}", page["id"].as_str().unwrap());
        let told = self.api(who, "POST", &path, body, 200).await;
        self.settle().await;
        told
    }

    /// Lets time pass, and what is due by then happen.
    pub(crate) async fn pass_minutes(&self, minutes: i64) {
        self.desk.pass_seconds(minutes * 60);
        self.settle().await;
    }

    /// Moves the clock to an instant, and lets what is due by then happen.
    pub(crate) async fn at(&self, instant: &str) {
        self.desk.server.desk.set(at(instant));
        self.settle().await;
    }

    /// Waits until every call that is due was made.
    pub(crate) async fn settle(&self) {
        let begun = Instant::now();
        loop {
            let desk = &self.desk.server.desk;
            let mut tx = desk.db().read().await.unwrap();
            let now = desk.eider.now();
            let waiting = job::waiting(&mut tx, "page.").await.unwrap();
            drop(tx);
            let is_held = |job: &job::Waiting| job.leased_until.is_some_and(|until| until > now);
            if !waiting.iter().any(|job| job.run_at <= now || is_held(job)) {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{waiting:?} at {now}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.desk.settle().await;
    }

    /// To whom e-mails went, in their order, by first names. What leads are told of their rotas and
    /// what is asked before a shift has stories of its own.
    pub(crate) fn mailed(&self) -> Vec<String> {
        let mut mails = self.desk.smtp.taken();
        mails.retain(|mail| !is_about_rotas(mail));
        let name = |to: &str| to.split('.').next().unwrap_or_default().to_owned();
        mails.iter().map(|mail| name(&mail.to)).collect()
    }

    /// The path of the link in the newest e-mail to somebody.
    pub(crate) fn link_to(&self, person: &Person) -> String {
        let mails = self.desk.smtp.taken();
        let address = person.email.as_deref().unwrap();
        let is_theirs = |mail: &&Mail| mail.to == address && mail.text.contains("/p/");
        let mail = mails.iter().rev().find(is_theirs);
        let text = &mail.expect("they were mailed").text;
        let (_, after) = text.split_once("/p/").expect("it holds a link");
        let secret: String = after.chars().take_while(char::is_ascii_hexdigit).collect();
        format!("/p/{secret}")
    }

    /// The names of those who are being called for a page.
    pub(crate) async fn calling(&self, number: &str) -> Vec<String> {
        let page = self.page(number).await;
        names(&page["calling"])
    }
}

/// The names in a list of the API.
pub(crate) fn names(people: &Value) -> Vec<String> {
    let people = people.as_array().unwrap();
    let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
    people.iter().map(name).collect()
}

pub(crate) fn is_about_rotas(mail: &Mail) -> bool {
    let links = ["/on-call/rotas/", "/my-duty/ready"];
    links.iter().any(|link| mail.text.contains(link))
}

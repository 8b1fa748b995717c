//! A company of 1,300 people, 1,000 squads with a rota and a service each, and one whole squad.

use std::{path::Path, process::Command, time::Duration};

use eider_domain::{
    PageId, PersonId, PolicyId, RotaId, ServiceId, SquadId,
    escalation::{Level, Paging, Plan, Policy, Target, Waking},
    page::{Notes, Page, State},
    person::{Person, Role, Standing},
    priority::Rank,
    rota::{Cycle, Duty, Layer, Limits, Plan as Turns, Rota},
    service::{Service, Worth},
    sla::TimeOfDay,
    squad::Squad,
};
use eider_store::{
    Db, Tx, counter, escalation,
    job::{self, NewJob},
    page, person, rota, service, squad,
};
use eider_testkit::{RunningProgram, printed};
use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Options, mail::Mail};

const PASSWORD: &str = "a long sentence that nobody else types";
pub const PEOPLE: usize = 1_300;
pub const SQUADS: usize = 1_000;
/// The first squads are quick to call the next level.
pub const QUICK_SQUADS: usize = 100;
/// How soon they do.
pub const QUICK: Duration = Duration::from_secs(60);
/// How soon all others do.
const SLOW: Duration = Duration::from_hours(4);
/// The service of the squad that everybody is in.
pub const EVERYBODY: &str = "Everybody";

/// A running server with that company.
pub struct Company {
    pub mail: Mail,
    pub server: RunningProgram,
    http: reqwest::Client,
    token: String,
    hook: String,
    _folder: tempfile::TempDir,
}

impl Company {
    /// Makes the company and starts the server, beside a server of e-mail that needs so long.
    /// So many drills are being called then, each for four hours.
    pub async fn start(
        options: &Options,
        mail_takes: Duration,
        drills: usize,
    ) -> Result<Self, String> {
        eider_testkit::trust_in_ring();
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mail = Mail::start(mail_takes).await?;
        let place = |command: &mut Command| {
            command.arg("--data").arg(folder.path());
            if let Some(url) = &options.database {
                command.args(["--database", url]);
            }
            command.env("EIDER_LOG_LEVEL", "error");
            command.env("EIDER_SMTP_HOST", "127.0.0.1");
            command.env("EIDER_SMTP_PORT", mail.port.to_string());
            command.env("EIDER_SMTP_ENCRYPTION", "none");
            command.env("EIDER_SMTP_FROM", "eider@example.com");
        };
        let mut create = Command::new(&options.binary);
        create.args(["admin", "create", "--email", "admin@example.com"]);
        create.args(["--name", "Admin"]);
        place(&mut create);
        printed(&mut create, PASSWORD)?;
        let mut token = Command::new(&options.binary);
        token.args(["token", "create", "--for", "admin@example.com"]);
        token.args(["--name", "reach"]);
        place(&mut token);
        let token = printed(&mut token, "")?.trim().to_owned();
        let found = found(folder.path(), options.database.as_deref(), drills).await;
        found.map_err(|error| format!("The company was not made: {error}"))?;
        let mut serve = Command::new(&options.binary);
        serve.args(["serve", "--listen", "127.0.0.1:0"]);
        place(&mut serve);
        let mut company = Self {
            mail,
            server: RunningProgram::serve(serve)?,
            http: reqwest::Client::new(),
            token,
            hook: String::new(),
            _folder: folder,
        };
        let keys = format!("services/{}/keys", id(Kind::Service, SQUADS));
        let key = json!({"source": "alertmanager", "name": "Reach"});
        let made = company.api("POST", &keys, Some(key)).await?;
        let secret = made["secret"].as_str().unwrap_or_default();
        company.hook = format!("{}/hooks/alertmanager/{secret}", company.server.address);
        Ok(company)
    }

    /// Asks the API.
    pub async fn api(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let text = self.text(method, path, body).await?;
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// What the API answers, unread.
    pub async fn text(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<String, String> {
        let method = method.parse().map_err(|_| format!("no method {method}"))?;
        let address = format!("{}/api/v1/{path}", self.server.address);
        let mut request = self.http.request(method, address).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(|error| error.to_string())?;
        let status = response.status();
        let text = response.text().await.map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("{path}: {status} {text}"));
        }
        Ok(text)
    }

    /// Tells of something wrong with a service, as Alertmanager would.
    pub async fn alert(&self, service: &str, group: &str) -> Result<(), String> {
        let body = json!({
            "version": "4", "status": "firing", "receiver": "eider",
            "groupKey": group, "externalURL": "http://alertmanager:9093",
            "alerts": [{
                "status": "firing",
                "labels": {"alertname": group, "service": service, "severity": "critical"},
                "annotations": {"summary": "It does not answer"},
                "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "", "fingerprint": group,
            }],
        });
        let sent = self.http.post(&self.hook).json(&body).send().await;
        let status = sent.map_err(|error| error.to_string())?.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("An alert was answered with {status}."))
        }
    }
}

/// The name of a squad's service.
pub fn service_of(squad: usize) -> String {
    format!("Service {squad}")
}

/// The address of a person.
pub fn address_of(person: usize) -> String {
    format!("person{person}@example.com")
}

#[derive(Clone, Copy)]
enum Kind {
    Person = 1,
    Squad,
    Service,
    Rota,
    Policy,
    Page,
    Job,
}

fn id(kind: Kind, number: usize) -> Uuid {
    Uuid::from_u128(((kind as u128) << 64) | number as u128)
}

/// The id of a rota.
pub fn rota_id(squad: usize) -> Uuid {
    id(Kind::Rota, squad)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real process goes by the machine's clock"
)]
async fn found(
    folder: &Path,
    database: Option<&str>,
    drills: usize,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let db = match database {
        Some(url) => Db::open_postgres(url).await?,
        None => Db::open_sqlite(&folder.join("eider.db")).await?,
    };
    let mut tx = db.write().await?;
    let now = Timestamp::now();
    write(&mut tx, now).await?;
    for number in 0..drills {
        write_drill(&mut tx, number, now).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn write(
    tx: &mut Tx,
    now: Timestamp,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for number in 0..=SQUADS {
        let name = if number == SQUADS {
            EVERYBODY.to_owned()
        } else {
            format!("Squad {number}")
        };
        let one = Squad {
            id: id(Kind::Squad, number).into(),
            name,
            rate_cents_per_hour: 0,
        };
        squad::put(tx, &one).await?;
    }
    for number in 0..PEOPLE {
        let own = id(Kind::Squad, number % SQUADS);
        let one = Person {
            id: id(Kind::Person, number).into(),
            name: format!("Person {number}"),
            email: Some(address_of(number)),
            role: Role::Responder,
            standing: Standing::Active,
            zone: "Europe/London".into(),
            initials: "P".into(),
            address_as: None,
            squads: vec![SquadId(own), SquadId(id(Kind::Squad, SQUADS))],
        };
        person::put(tx, &one, now).await?;
    }
    for number in 0..SQUADS {
        rota::put(tx, &rota_of(number)?).await?;
    }
    for number in 0..=SQUADS {
        let one = Service {
            id: ServiceId(id(Kind::Service, number)),
            name: if number == SQUADS {
                EVERYBODY.to_owned()
            } else {
                service_of(number)
            },
            squad: Some(id(Kind::Squad, number).into()),
            feature: None,
            reporter: PersonId(id(Kind::Person, 0)),
            worth: Worth::default(),
            causes: Vec::new(),
            maintenance: Vec::new(),
            retired: false,
        };
        service::put(tx, &one).await?;
    }
    rules(tx).await?;
    counter::step(tx, counter::CONFIGURATION).await?;
    Ok(())
}

/// A page that is being called, as Eider itself keeps it: with a job at the end of its level. A drill
/// never comes together with another page.
async fn write_drill(
    tx: &mut Tx,
    number: usize,
    now: Timestamp,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let until = now + SLOW;
    let squad = QUICK_SQUADS + number % (SQUADS - QUICK_SQUADS);
    let one = Page {
        id: PageId(id(Kind::Page, number)),
        squad: Some(SquadId(id(Kind::Squad, squad))),
        is_drill: true,
        tickets: Vec::new(),
        state: State::Calling {
            level: 1,
            round: 1,
            people: vec![PersonId(id(Kind::Person, squad))],
            since: now,
            until,
        },
        opened_at: now,
        changed_at: now,
        notes: Notes::default(),
    };
    page::put(tx, &one, Some(until)).await?;
    let step = NewJob {
        id: id(Kind::Job, number),
        kind: "page.step",
        payload: one.id.to_string(),
        run_at: until,
        dedup_key: Some(format!("page.step:{}", one.id)),
    };
    job::enqueue(tx, &step).await?;
    Ok(())
}

/// The primary is called, then one of those who have no duty. The whole squad has a plan of its own.
async fn rules(tx: &mut Tx) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let primary = Target::Duty {
        duty: Duty::Primary,
    };
    let next = |number| Target::Person {
        person: PersonId(id(Kind::Person, SQUADS + number)),
    };
    let policy = |number: usize, name: String, first: Vec<Target>, patience: Duration, last| {
        let level = |targets, patience: Duration| Level {
            targets,
            acknowledge_seconds: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
        };
        Policy {
            id: PolicyId(id(Kind::Policy, number)),
            name,
            plan: Plan {
                levels: vec![level(first, patience), level(vec![last], SLOW)],
                rounds: 1,
                last_resort: vec![Target::Administrators],
                ask_again_seconds: 0,
            },
            retired: false,
        }
    };
    let mut policies = vec![
        (
            None,
            policy(SQUADS, "Slow".into(), vec![primary], SLOW, next(0)),
        ),
        (
            Some(SQUADS),
            policy(
                SQUADS + 1,
                "Whole".into(),
                vec![Target::Squad { squad: None }],
                SLOW,
                next(0),
            ),
        ),
    ];
    policies.extend((0..QUICK_SQUADS).map(|squad| {
        let name = format!("Quick {squad}");
        let quick = policy(squad, name, vec![primary], QUICK, next(squad));
        (Some(squad), quick)
    }));
    for (squad, policy) in policies {
        escalation::put_policy(tx, &policy).await?;
        let paging = Paging {
            policy: Some(policy.id),
            waking: vec![(Rank::P1, Waking::Wake)],
        };
        let squad = squad.map(|number| SquadId(id(Kind::Squad, number)));
        escalation::put_rules(tx, squad, &paging).await?;
    }
    Ok(())
}

/// One person, week after week, so that each squad has somebody else to call.
fn rota_of(squad: usize) -> Result<Rota, Box<dyn std::error::Error + Send + Sync>> {
    let person = PersonId(id(Kind::Person, squad));
    let layer = Layer::new(
        "Weeks",
        vec![person],
        "Europe/London",
        date(2026, 1, 5),
        TimeOfDay::new(9, 0)?,
        Cycle::WEEK,
    )?;
    Ok(Rota {
        id: RotaId(rota_id(squad)),
        name: format!("Rota {squad}"),
        squad: Some(SquadId(id(Kind::Squad, squad))),
        duty: Duty::Primary,
        zone: "Europe/London".into(),
        vital: String::new(),
        limits: Limits::default(),
        plans: vec![Turns {
            from: None,
            layers: vec![layer],
        }],
        retired: false,
    })
}

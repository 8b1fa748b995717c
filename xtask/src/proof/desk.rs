//! A desk with people who are reached, set up through the API as anybody would.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::node::Place;
use super::provider::{Provider, Way};
use crate::http::{Connection, Request};
use crate::server::{administrator_token, token_of_new};

const CODE_TIMEOUT: Duration = Duration::from_secs(30);

/// The API, for whom a token belongs to.
#[derive(Clone)]
pub struct Api {
    /// Where.
    pub address: SocketAddr,
    token: String,
}

/// Somebody who is called.
pub struct Person {
    /// What stands in the answers of the API.
    pub id: String,
    /// Their own access.
    pub api: Api,
}

/// People who look after one service.
pub struct Team {
    /// The key with which its monitor sends.
    pub key: String,
}

/// A desk that is set up.
pub struct Desk {
    /// The administrator's access.
    pub api: Api,
    /// Everybody who is called, by where they are reached.
    pub people: HashMap<String, String>,
    /// Who is called when nobody else answers.
    pub last: String,
    /// The squads.
    pub teams: Vec<Team>,
}

/// Who is called in a squad.
pub struct Shape {
    /// How many squads there are.
    pub teams: usize,
    /// How many levels each has, one person each.
    pub levels: usize,
    /// By what people are reached, in turns of so many for each.
    pub ways: Vec<Way>,
    /// How many ways each has.
    pub ways_each: usize,
}

impl Api {
    /// The API at that address.
    pub fn new(address: SocketAddr, token: String) -> Api {
        Api { address, token }
    }

    /// What is there.
    pub fn get(&self, path: &str) -> Result<Value, String> {
        self.send(path, Request::get(path))
    }

    /// What came of it.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send(path, Request::post_json(path, body.to_string()))
    }

    /// As it is now.
    pub fn put(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send(path, Request::put_json(path, body.to_string()))
    }

    /// The value of a number in /metrics.
    pub fn metric(&self, name: &str) -> Result<u64, String> {
        let text = self.text("/metrics", Request::get("/metrics"))?;
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find(|(found, _)| *found == name);
        found
            .and_then(|(_, value)| value.trim().parse().ok())
            .ok_or_else(|| format!("/metrics does not tell {name}."))
    }

    fn send(&self, path: &str, request: Request) -> Result<Value, String> {
        let text = self.text(path, request)?;
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}: {text}"))
    }

    fn text(&self, path: &str, request: Request) -> Result<String, String> {
        let request = request.with_header("Authorization", format!("Bearer {}", self.token));
        let answer = Connection::to(self.address).send(&request);
        let answer = answer.map_err(|error| format!("{path}: {error}"))?;
        if answer.status >= 300 {
            let (status, text) = (answer.status, answer.text());
            return Err(format!("{path} answered {status}: {text}"));
        }
        Ok(answer.text())
    }
}

impl Desk {
    /// Everywhere that somebody is reached.
    pub fn reached_at(&self, person: &str) -> HashSet<String> {
        let ways = self.people.iter().filter(|(_, whose)| *whose == person);
        ways.map(|(to, _)| to.clone()).collect()
    }
}

/// A word of an answer.
pub fn word(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Tokens of so many new people on the desk of `place`, the administrator's first.
pub fn tokens(place: &Place, people: usize) -> Result<Vec<String>, String> {
    let (binary, data, database) = (&place.binary, &place.data, place.database.as_deref());
    let mut tokens = vec![administrator_token(binary, data, database)?];
    for number in 1..=people {
        let email = format!("person{number}@mail.test");
        tokens.push(token_of_new(&email, binary, data, database)?);
    }
    Ok(tokens)
}

impl Shape {
    /// How many people that takes: one for each level, and one for when nobody answers.
    pub fn people(&self) -> usize {
        self.teams * self.levels + 1
    }

    /// Makes squads, services, keys, policies, and people who are reached at `provider`.
    pub fn make(&self, api: &Api, tokens: &[String], provider: &Provider) -> Result<Desk, String> {
        let mut people = HashMap::new();
        let mut everybody = Vec::new();
        for (number, token) in tokens.iter().enumerate().skip(1) {
            let own = Api::new(api.address, token.clone());
            let person = Person {
                id: word(&own.get("/api/v1/me")?, "id"),
                api: own,
            };
            for which in 0..self.ways_each {
                let way = self.ways[(number + which) % self.ways.len()];
                let to = add_way(&person, way, number, provider)?;
                people.insert(to, person.id.clone());
            }
            everybody.push(person);
        }
        let last = everybody.pop().ok_or("Nobody is there.")?.id;
        let mut teams = Vec::new();
        for (number, levels) in everybody.chunks(self.levels).enumerate() {
            let levels: Vec<&str> = levels.iter().map(|person| person.id.as_str()).collect();
            teams.push(make_team(api, number, "pagerduty", &levels, &last)?);
        }
        Ok(Desk {
            api: api.clone(),
            people,
            last,
            teams,
        })
    }
}

/// Adds a way to reach somebody, and proves it by the code that comes. Answers where that is.
fn add_way(
    person: &Person,
    way: Way,
    number: usize,
    provider: &Provider,
) -> Result<String, String> {
    let (kind, address, to) = match way {
        Way::Ntfy => {
            let topic = format!("person-{number}");
            ("ntfy", topic.clone(), topic)
        }
        Way::Sms => {
            let digits = format!("+4477009{number:05}");
            ("sms", digits.clone(), digits)
        }
        Way::Webhook => {
            let to = format!("person-{number}-hook");
            let place = provider.address;
            ("webhook", format!("http://{place}/own/webhook/{to}"), to)
        }
    };
    let list = "/api/v1/me/contact-methods";
    let added = person
        .api
        .post(list, &json!({"kind": kind, "address": address}))?;
    let code = wait_for_code(provider, &to)?;
    let path = format!("{list}/{}/verify", word(&added, "id"));
    person.api.post(&path, &json!({"code": code}))?;
    Ok(to)
}

fn wait_for_code(provider: &Provider, to: &str) -> Result<String, String> {
    let started = Instant::now();
    while started.elapsed() < CODE_TIMEOUT {
        let calls = provider.calls();
        let mut of_them = calls.iter().rev().filter(|call| call.to == to);
        let code = of_them.find_map(|call| {
            let (before, _) = call.text.split_once(" is your code")?;
            before.rsplit(char::is_whitespace).next().map(str::to_owned)
        });
        if let Some(code) = code {
            return Ok(code);
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err(format!("No code came to {to}."))
}

/// A squad with a service that `source` watches, whose people are called one after the other.
pub fn make_team(
    api: &Api,
    number: usize,
    source: &str,
    levels: &[&str],
    last: &str,
) -> Result<Team, String> {
    let name = format!("Squad {number}");
    api.post(
        "/api/v1/squads",
        &json!({"name": name, "rate_cents_per_hour": 0}),
    )?;
    let one = |person: &str| json!({"kind": "person", "person": person});
    let levels: Vec<Value> = levels
        .iter()
        .map(|person| json!({"targets": [one(person)], "acknowledge_seconds": 60}))
        .collect();
    let policy = json!({
        "name": format!("Policy {number}"), "levels": levels, "rounds": 1,
        "last_resort": [one(last)], "ask_again_seconds": 0,
    });
    let policy = api.post("/api/v1/escalation-policies", &policy)?;
    let rules = json!({"squad": name, "policy": policy["id"], "waking": []});
    api.put("/api/v1/paging-rules", &rules)?;
    let service = json!({"name": format!("Service {number}"), "squad": name});
    let service = api.post("/api/v1/services", &service)?;
    let keys = format!("/api/v1/services/{}/keys", word(&service, "id"));
    let key = api.post(&keys, &json!({"source": source, "name": "Proof"}))?;
    Ok(Team {
        key: word(&key, "secret"),
    })
}

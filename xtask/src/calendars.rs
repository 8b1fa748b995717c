//! Calendar feeds, read by programs that other people wrote: `tests/calendars`.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::http::{Connection, Request};
use crate::process::{self, root};
use crate::python;
use crate::server::{Build, Server, administrator_token, token_of_new};

/// The versions of icalendar and khal, and of all they need.
const REQUIREMENTS: &str = "xtask/calendars.txt";
const SCRIPT: &str = "tests/calendars/check.py";
/// Hours in their zones, among them zones whose clocks change by half an hour and at midnight.
const ROTAS: [(&str, &str, &str, u16, &str); 4] = [
    ("London", "Europe/London", "09:00", 1, "weeks"),
    ("Lord Howe", "Australia/Lord_Howe", "02:00", 1, "days"),
    ("Santiago", "America/Santiago", "00:00", 3, "days"),
    ("Kathmandu", "Asia/Kathmandu", "17:30", 12, "hours"),
];

/// Makes rotas and their feeds on an empty desk, and has them read.
pub fn check() -> Result<(), String> {
    let tools = python::environment("calendars", REQUIREMENTS)?;
    let binary = Build::Debug.binary()?;
    let data = tempfile::tempdir().map_err(|error| format!("No temporary folder: {error}"))?;
    let token = administrator_token(&binary, data.path(), None)?;
    token_of_new("grace@example.org", &binary, data.path(), None)?;
    let server = Server::serve(&binary, data.path(), None)?;
    let api = Api {
        address: server.address,
        token,
    };
    let feeds = tempfile::tempdir().map_err(|error| format!("No temporary folder: {error}"))?;
    let people = api.read("/api/v1/people")?;
    let people: Vec<&Value> = items(&people).map(|person| &person["id"]).collect();
    for (name, zone, handover, every, unit) in ROTAS {
        let layer = json!({"name": "Turns", "people": people, "zone": zone, "every": every,
            "start": "2026-01-05", "handover": handover, "unit": unit});
        let rota = json!({"name": name, "duty": "primary", "zone": zone, "layers": [layer],
            "vital": "Conference: +44 20 7946 0900, then 4711#; ask for “Rota; \\, night”"});
        let id = api.write("/api/v1/rotas", &rota)?["id"].clone();
        let id = id.as_str().unwrap_or_default();
        let feed = api.write("/api/v1/me/feeds", &json!({ "rota": id }))?;
        let address = feed["address"].as_str().unwrap_or_default();
        let path = address.split_once("/feeds/").map(|(_, rest)| rest);
        let path = format!("/feeds/{}", path.unwrap_or_default());
        let calendar = format!("/api/v1/rotas/{id}/calendar?{}", between());
        for (ending, text) in [
            ("ics", api.text(&path)?),
            ("json", api.read(&calendar)?.to_string()),
        ] {
            let file = feeds.path().join(format!("{name}.{ending}"));
            fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    let mut script = Command::new(tools.join("bin/python"));
    script.arg(root().join(SCRIPT)).arg(feeds.path());
    process::run_or_fail(&mut script).map(drop)
}

/// From now to a time that every feed reaches, as the API wants it.
#[expect(
    clippy::disallowed_methods,
    reason = "a real process goes by the machine's clock"
)]
fn between() -> String {
    let now = Timestamp::now();
    let until = now + SignedDuration::from_hours(24 * 180);
    format!("from={now}&until={until}")
}

/// The API of that server, for an administrator.
struct Api {
    address: SocketAddr,
    token: String,
}

impl Api {
    fn read(&self, path: &str) -> Result<Value, String> {
        let text = self.text(path)?;
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
    }

    fn write(&self, path: &str, body: &Value) -> Result<Value, String> {
        let text = self.ask(Request::post_json(path, body.to_string()), path)?;
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
    }

    fn text(&self, path: &str) -> Result<String, String> {
        self.ask(Request::get(path), path)
    }

    fn ask(&self, request: Request, path: &str) -> Result<String, String> {
        let request = request.with_header("Authorization", format!("Bearer {}", self.token));
        let answer = Connection::to(self.address).send(&request);
        let answer = answer.map_err(|error| format!("{path}: {error}"))?;
        if answer.status >= 300 {
            return Err(format!("{path}: {} {}", answer.status, answer.text()));
        }
        Ok(answer.text())
    }
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["items"].as_array().into_iter().flatten()
}

//! Alerts a second, beside Alertmanager on the same machine in the same run; and a storm.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::table::{Row, Target};
use super::{refuse_errors, resident_megabytes, temporary_folder};
use crate::http::{Connection, Request};
use crate::install::ALERTMANAGER;
use crate::load;
use crate::postgres::{Cluster, Durability};
use crate::server::{Server, administrator_token};

/// How many alerts one message holds, and how many clients send.
const BATCH: u64 = 50;
const CLIENTS: usize = 4;
/// The storm: so many alerts, each once, in so many groups.
const STORM_ALERTS: u64 = 100_000;
const STORM_GROUPS: u64 = 1_000;
/// As many different alerts fire again and again.
const REPEATED: u64 = 10_000;
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What is taken in of alerts that fire again and again, on each database and by Alertmanager, and
/// what a storm of new ones takes.
pub fn rows(binary: &Path, lasting: Duration) -> Result<Vec<Row>, String> {
    let theirs = alertmanager(lasting)?;
    let mut rows = vec![Row::new(
        "alerts, Alertmanager, 4 clients in batches of 50",
        theirs,
        "a second",
        Target::Nothing,
    )];
    let cluster = Cluster::start_with(Durability::On)?;
    for (name, database) in [("SQLite", None), ("PostgreSQL", Some(cluster.url()))] {
        let target = match database {
            None => Target::AtLeast(theirs),
            Some(_) => Target::Nothing,
        };
        rows.extend(of_database(binary, name, database, lasting, target)?);
    }
    Ok(rows)
}

fn of_database(
    binary: &Path,
    name: &str,
    database: Option<&str>,
    lasting: Duration,
    target: Target,
) -> Result<Vec<Row>, String> {
    let data = temporary_folder()?;
    let token = administrator_token(binary, data.path(), database)?;
    let server = Server::serve(binary, data.path(), database)?;
    let path = hook(server.address, &token)?;
    let storm = |number: u64| {
        let batches_a_group = STORM_ALERTS / STORM_GROUPS / BATCH;
        Request::post_json(&path, message(number / batches_a_group, number * BATCH))
    };
    let all: Vec<Request> = (0..STORM_ALERTS / BATCH).map(storm).collect();
    let report = load::all_of(server.address, CLIENTS, &all);
    refuse_errors(&report)?;
    let storm_per_second = STORM_ALERTS as f64 / report.took.as_secs_f64();
    let (groups, firing) = what_fires(server.address, &token)?;
    if (groups, firing) != (STORM_GROUPS, STORM_ALERTS) {
        return Err(format!(
            "{firing} alerts in {groups} groups were kept of the storm."
        ));
    }
    let memory = resident_megabytes(&server);
    // The same alerts fire again. Requests are made before, so that making them takes no time.
    let requests: Vec<Request> = (0..REPEATED / BATCH).map(storm).collect();
    let per_second = again_and_again(server.address, lasting, &requests)?;
    let row = |what: &str, measured, unit, target| {
        Row::new(format!("alerts, {name}: {what}"), measured, unit, target)
    };
    let mut rows = vec![
        row(
            "taken in durably, 4 clients in batches of 50",
            per_second,
            "a second",
            target,
        ),
        row(
            "storm of 100,000 new ones in 1,000 groups",
            storm_per_second,
            "a second",
            Target::Nothing,
        ),
    ];
    rows.extend(memory.map(|memory| {
        row(
            "memory after the storm",
            memory,
            "MB",
            Target::AtMost(200.0),
        )
    }));
    Ok(rows)
}

/// The address of a new key of a new service.
fn hook(address: SocketAddr, token: &str) -> Result<String, String> {
    let service = ask(
        address,
        token,
        "/api/v1/services",
        json!({"name": "Checkout"}),
    )?;
    let id = service["id"].as_str().unwrap_or_default();
    let keys = format!("/api/v1/services/{id}/keys");
    let key = json!({"source": "alertmanager", "name": "Bench"});
    let made = ask(address, token, &keys, key)?;
    let secret = made["secret"].as_str().unwrap_or_default();
    Ok(format!("/hooks/alertmanager/{secret}"))
}

fn ask(address: SocketAddr, token: &str, path: &str, body: Value) -> Result<Value, String> {
    let request = Request::post_json(path, body.to_string());
    read(address, token, request, path)
}

fn read(address: SocketAddr, token: &str, request: Request, path: &str) -> Result<Value, String> {
    let request = request.with_header("Authorization", format!("Bearer {token}"));
    let answer = Connection::to(address).send(&request);
    let answer = answer.map_err(|error| format!("{path}: {error}"))?;
    if answer.status >= 300 {
        return Err(format!(
            "{path} answered {}: {}",
            answer.status,
            answer.text()
        ));
    }
    serde_json::from_slice(&answer.body).map_err(|error| format!("{path}: {error}"))
}

/// How many groups fire, and how many alerts in them.
fn what_fires(address: SocketAddr, token: &str) -> Result<(u64, u64), String> {
    let (mut groups, mut firing) = (0, 0);
    let mut path = "/api/v1/alerts?firing=true&limit=200".to_owned();
    loop {
        let page = read(address, token, Request::get(&path), &path)?;
        for group in page["items"].as_array().into_iter().flatten() {
            groups += 1;
            firing += group["firing"].as_u64().unwrap_or_default();
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            return Ok((groups, firing));
        };
        path = format!("/api/v1/alerts?firing=true&limit=200&cursor={cursor}");
    }
}

/// A message of Alertmanager: a batch of alerts of one group, known by numbers from `first` on.
fn message(group: u64, first: u64) -> String {
    let alerts: Vec<Value> = (first..first + BATCH)
        .map(|number| {
            json!({
                "status": "firing",
                "labels": labels(group, number),
                "annotations": {"summary": "The disk is nearly full"},
                "startsAt": "2026-01-01T00:00:00.250707Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus:9090/graph",
                "fingerprint": format!("{number:016x}"),
            })
        })
        .collect();
    let body = json!({
        "version": "4",
        "groupKey": format!("{{}}:{{alertname=\"A{group}\"}}"),
        "status": "firing",
        "receiver": "eider",
        "externalURL": "http://alertmanager:9093",
        "alerts": alerts,
    });
    body.to_string()
}

fn labels(group: u64, number: u64) -> Value {
    json!({
        "alertname": format!("A{group}"),
        "instance": format!("i{number}"),
        "severity": "critical",
    })
}

/// What Alertmanager takes in a second by its own API, of as many different alerts.
fn alertmanager(lasting: Duration) -> Result<f64, String> {
    let folder = temporary_folder()?;
    let alertmanager = Alertmanager::start(folder.path())?;
    let batches = 0..REPEATED / BATCH;
    let requests: Vec<Request> = batches
        .map(|number| Request::post_json("/api/v2/alerts", posted(number)))
        .collect();
    again_and_again(alertmanager.address, lasting, &requests)
}

/// Alerts a second, when the clients send these messages in turn.
fn again_and_again(
    address: SocketAddr,
    lasting: Duration,
    requests: &[Request],
) -> Result<f64, String> {
    let report = load::as_fast_as_clients_can(address, CLIENTS, lasting, |client, sent| {
        let turn = usize::try_from(sent).unwrap_or_default() * CLIENTS + client;
        requests[turn % requests.len()].clone()
    });
    refuse_errors(&report)?;
    Ok(report.per_second() * BATCH as f64)
}

/// A batch as Prometheus posts it to Alertmanager.
fn posted(number: u64) -> String {
    let alerts: Vec<Value> = (number * BATCH..(number + 1) * BATCH)
        .map(|alert| {
            json!({
                "labels": labels(number, alert),
                "annotations": {"summary": "The disk is nearly full"},
                "generatorURL": "http://prometheus:9090/graph",
            })
        })
        .collect();
    Value::Array(alerts).to_string()
}

/// A running Alertmanager that tells nobody, stopped when dropped.
struct Alertmanager {
    child: Child,
    address: SocketAddr,
}

impl Alertmanager {
    fn start(folder: &Path) -> Result<Self, String> {
        let program = ALERTMANAGER.ensure()?;
        let configuration = folder.join("alertmanager.yml");
        let text =
            "route:\n  receiver: nobody\n  group_by: [alertname]\nreceivers:\n  - name: nobody\n";
        fs::write(&configuration, text).map_err(|error| error.to_string())?;
        let address = free_address()?;
        let child = Command::new(program)
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!("--storage.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .args(["--cluster.listen-address=", "--log.level=error"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Alertmanager did not start: {error}"))?;
        let started = Self { child, address };
        let begun = Instant::now();
        while begun.elapsed() < START_TIMEOUT {
            let answer = Connection::to(address).send(&Request::get("/-/ready"));
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(started);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err("Alertmanager was not ready in time.".to_owned())
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        // It fails only if the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind("127.0.0.1:0");
    listener
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("No port is free: {error}"))
}

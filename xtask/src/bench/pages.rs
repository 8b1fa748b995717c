//! Pages and figures of a desk with a long history.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::table::{Row, Target, milliseconds};
use crate::history;
use crate::http::{Connection, Request};
use crate::load::{self, FixedRate};
use crate::postgres::{Cluster, Durability};
use crate::process;
use crate::server::{Server, administrator_token, new_token};

/// The figures, as their addresses name them.
const FIGURES: [&str; 7] = [
    "open-time",
    "service-level",
    "changes",
    "cost",
    "effort",
    "dearest",
    "ownership",
];

const PAGE: Target = Target::AtMost(50.0);
const FIGURE: Target = Target::AtMost(300.0);
const REQUESTS_PER_SECOND: u32 = 200;

/// A desk with a made history, in a folder or in a PostgreSQL of its own.
pub struct Desk {
    data: PathBuf,
    /// The database, unless it is the file in the folder.
    url: Option<String>,
    /// The server that was started for it.
    _cluster: Option<Cluster>,
    token: String,
    tickets: u64,
}

impl Desk {
    /// The desk in `folder`: the one that an earlier run left there, or a new one of `tickets`.
    pub fn prepare(binary: &Path, folder: &Path, tickets: u64) -> Result<Desk, String> {
        let (data, done) = (folder.join("desk"), folder.join("tickets"));
        let found = fs::read_to_string(&done).ok();
        if let Some(found) = found {
            if found.trim() != tickets.to_string() {
                return Err(format!(
                    "{} holds a desk of {} tickets, and {tickets} are asked for.",
                    folder.display(),
                    found.trim()
                ));
            }
            let token = new_token(binary, &data, None)?;
            return Ok(Desk {
                data,
                url: None,
                _cluster: None,
                token,
                tickets,
            });
        }
        let desk = Desk::made(binary, folder, None, tickets)?;
        fs::write(&done, tickets.to_string()).map_err(|error| error.to_string())?;
        Ok(desk)
    }

    /// A new desk of `tickets` in a PostgreSQL that keeps its promise of durability.
    pub fn on_postgres(binary: &Path, folder: &Path, tickets: u64) -> Result<Desk, String> {
        let cluster = Cluster::start_with(Durability::On)?;
        Desk::made(binary, folder, Some(cluster), tickets)
    }

    /// The desk of `tickets` that somebody keeps in a PostgreSQL of theirs.
    pub fn kept_at(url: &str, binary: &Path, folder: &Path, tickets: u64) -> Result<Desk, String> {
        let data = folder.to_path_buf();
        let token = new_token(binary, &data, Some(url))?;
        Ok(Desk {
            data,
            url: Some(url.to_owned()),
            _cluster: None,
            token,
            tickets,
        })
    }

    fn made(
        binary: &Path,
        folder: &Path,
        cluster: Option<Cluster>,
        tickets: u64,
    ) -> Result<Desk, String> {
        let data = folder.join("desk");
        fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        let url = cluster.as_ref().map(Cluster::url);
        let token = administrator_token(binary, &data, url)?;
        let log = folder.join("history.csv");
        let rows = history::write(&log, tickets).map_err(|error| error.to_string())?;
        println!("Importing {tickets} tickets of {rows} rows.");
        let started = Instant::now();
        process::run_or_fail(&mut import(binary, &log, &data, url))?;
        println!("That took {:.0} s.", started.elapsed().as_secs_f64());
        if let Some(cluster) = &cluster {
            cluster.settle()?;
        }
        // It is large, and the same again whenever it is wanted.
        let _ = fs::remove_file(&log);
        Ok(Desk {
            data,
            url: cluster.as_ref().map(|cluster| cluster.url().to_owned()),
            _cluster: cluster,
            token,
            tickets,
        })
    }

    fn serve(&self, binary: &Path) -> Result<Server, String> {
        Server::serve(binary, &self.data, self.url.as_deref())
    }

    /// What is said after the name of a measurement, to tell the databases apart.
    fn place(&self) -> &'static str {
        match self.url {
            None => "SQLite",
            Some(_) => "PostgreSQL",
        }
    }

    /// Latencies of the main pages, each at 200 requests a second for as long as `lasting`.
    pub fn pages(&self, binary: &Path, lasting: Duration) -> Result<Vec<Row>, String> {
        let server = self.serve(binary)?;
        let load = FixedRate {
            per_second: REQUESTS_PER_SECOND,
            connections: 32,
            lasting,
        };
        let mut rows = Vec::new();
        for (kind, path_of) in self.kinds_of_page() {
            let name = format!("{kind}, {}", self.place());
            // The first request of a server fills what it keeps in memory; people feel it once.
            let first = self.timed(&server, &path_of(0));
            rows.push(match first {
                Ok(took) => Row::new(format!("{name}, first"), took, "ms", Target::Nothing),
                Err(reason) => Row::failed(format!("{name}, first"), "ms", PAGE, reason),
            });
            let report = load::at_fixed_rate(server.address, &load, |number| {
                self.request(&path_of(number))
            });
            rows.extend(Row::latencies(&name, &report, PAGE));
        }
        Ok(rows)
    }

    /// Each figure over the whole history, of a server that was started for it alone.
    pub fn figures(&self, binary: &Path) -> Result<Vec<Row>, String> {
        let mut rows = Vec::new();
        for name in FIGURES {
            let path = format!("/figures/{name}?from=2022-01-01&to=2026-01-01");
            let server = self.serve(binary)?;
            let what = format!("figure {name}, cold, whole history, {}", self.place());
            rows.push(match self.timed(&server, &path) {
                Ok(took) => Row::new(what, took, "ms", FIGURE),
                Err(reason) => Row::failed(what, "ms", FIGURE, reason),
            });
        }
        Ok(rows)
    }

    /// How long one answer takes, in milliseconds.
    fn timed(&self, server: &Server, path: &str) -> Result<f64, String> {
        let mut connection = Connection::to(server.address);
        let started = Instant::now();
        match connection.send(&self.request(path)) {
            Ok(answer) if answer.status == 200 => Ok(milliseconds(started.elapsed())),
            Ok(answer) => Err(format!("status {} at {path}", answer.status)),
            Err(error) => Err(format!("{error} at {path}")),
        }
    }

    fn request(&self, path: &str) -> Request {
        Request::get(path).with_header("Authorization", format!("Bearer {}", self.token))
    }

    fn kinds_of_page(&self) -> [(&'static str, PathOf); 4] {
        let tickets = self.tickets.max(1);
        [
            ("Now", Box::new(|_| "/".to_owned())),
            ("list", Box::new(|number| pick(&LISTS, number).to_owned())),
            (
                "search",
                Box::new(|number| format!("/tickets?status=any&q={}", pick(&SEARCHES, number))),
            ),
            (
                // A stride without a common divisor, so that pages come from all over the years.
                "ticket",
                Box::new(move |number| {
                    format!("/tickets/T-{}", FIRST_NUMBER + number * 7919 % tickets)
                }),
            ),
        ]
    }
}

/// What a program asks when it imports a log of ServiceNow's.
pub fn import(binary: &Path, log: &Path, data: &Path, database: Option<&str>) -> Command {
    let mut import = Command::new(binary);
    import.args(["import", "tickets"]).arg(log);
    import.args(["--mapping", "servicenow", "--data"]).arg(data);
    import.args(database.iter().flat_map(|url| ["--database", url]));
    import
}

/// The path of the request with this number.
type PathOf = Box<dyn Fn(u64) -> String + Sync>;

/// The number of the first ticket of a new desk.
const FIRST_NUMBER: u64 = 1001;

/// What people narrow the list to.
const LISTS: [&str; 6] = [
    "/tickets",
    "/tickets?status=any",
    "/tickets?status=closed&priority=P1",
    "/tickets?status=open&owner=nobody",
    "/tickets?status=any&from=2023-03-01&to=2023-03-31",
    "/tickets?status=any&priority=P2&before=500000",
];

/// What people search for: words of many tickets, of few, and of none.
const SEARCHES: [&str; 6] = [
    "voucher+checkout+crashes",
    "password",
    "receipt+missing",
    "calendar+of+delivery",
    "photo+frozen+basket",
    "lighthouse",
];

fn pick(paths: &[&'static str], number: u64) -> &'static str {
    paths[(number % paths.len() as u64) as usize]
}

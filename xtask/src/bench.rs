//! `cargo xtask bench`: the promised speed and size, measured on the release build.

mod alerts;
mod pages;
mod reach;
mod slack;
mod table;
mod told;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use self::pages::Desk;
use self::table::{Row, Target, milliseconds, table};
use crate::history;
use crate::http::Request;
use crate::load::{self, FixedRate, Report};
use crate::machine;
use crate::postgres::{Cluster, Durability};
use crate::process;
use crate::server::{Build, Server, administrator_token};

/// The real log of ServiceNow's that the promise about imports is about.
const REAL_LOG: &str = "../shared/data/servicenow/incident_event_log.csv.xz";

/// What `cargo xtask bench` is asked to do.
#[derive(Args)]
pub struct Options {
    /// How long each load lasts, in seconds.
    #[arg(long, default_value_t = 10, value_name = "N")]
    seconds: u64,
    /// Import this log of ServiceNow's; without it the one in ../shared/data, if it is there.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// How many tickets the desk has whose pages and figures are measured.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    tickets: u64,
    /// Keep that desk in this folder, and use the one that an earlier run left there; on SQLite alone.
    #[arg(long, value_name = "DIR")]
    desk: Option<PathBuf>,
    /// Use the desk in this PostgreSQL, which an administrator of an earlier run is in.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Measure pages and figures on these databases alone.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "sqlite,postgresql"
    )]
    database: Vec<Database>,
    /// Compile the release build from nothing and say how long it takes.
    #[arg(long)]
    clean_build: bool,
    /// Measure this binary instead of building one, to compare or to try the measurements.
    #[arg(long, value_name = "FILE", conflicts_with = "clean_build")]
    binary: Option<PathBuf>,
    /// Measure these parts alone.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
}

/// One part of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Size of the binary, time to start, idle memory.
    Size,
    /// What HTTP alone costs.
    Floor,
    /// Commands a second.
    Commands,
    /// Rows a second.
    Imports,
    /// Latencies of pages.
    Pages,
    /// The time that each figure takes.
    Figures,
    /// A storm of people in Slack.
    Slack,
    /// Alerts a second, beside Alertmanager.
    Alerts,
    /// From an alert to a call, a page of many, many pages at once, who is on call.
    Reach,
}

/// Where the desk is kept whose pages and figures are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    /// In a file.
    Sqlite,
    /// In a PostgreSQL of its own.
    Postgresql,
}

/// Measures everything, prints the machine and the table, and fails if a promise is not kept.
pub fn run(options: &Options) -> Result<(), String> {
    for line in machine::describe() {
        println!("{line}");
    }
    let mut rows = Vec::new();
    if options.clean_build {
        rows.push(clean_build()?);
    }
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => Build::Release.binary()?,
    };
    let lasting = Duration::from_secs(options.seconds.max(1));
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    if wanted(Part::Size) {
        rows.push(size(&binary)?);
        rows.extend(start(&binary)?);
        rows.extend(rest(&binary)?);
    }
    if wanted(Part::Floor) {
        rows.extend(floor(&binary, lasting)?);
    }
    if wanted(Part::Commands) {
        rows.extend(commands(&binary, lasting)?);
    }
    if wanted(Part::Imports) {
        rows.extend(imports(&binary, options.log.as_deref())?);
    }
    if wanted(Part::Pages) || wanted(Part::Figures) {
        for database in &options.database {
            rows.extend(large_desk(options, &binary, *database, lasting, &wanted)?);
        }
    }
    if wanted(Part::Slack) {
        rows.extend(slack::storms(&binary)?);
    }
    if wanted(Part::Alerts) {
        rows.extend(alerts::rows(&binary, lasting)?);
    }
    if wanted(Part::Reach) {
        rows.extend(reach::rows(&binary)?);
    }
    println!("\n{}", table(&rows));
    let missed = rows.iter().filter(|row| !row.held()).count();
    if missed == 0 {
        Ok(())
    } else {
        Err(format!("{missed} promises are not kept."))
    }
}

/// Pages and figures of a desk with a long history.
fn large_desk(
    options: &Options,
    binary: &Path,
    database: Database,
    lasting: Duration,
    wanted: &dyn Fn(Part) -> bool,
) -> Result<Vec<Row>, String> {
    let temporary = temporary_folder()?;
    let desk = match database {
        Database::Sqlite => {
            let folder = options.desk.as_deref().unwrap_or(temporary.path());
            Desk::prepare(binary, folder, options.tickets)?
        }
        Database::Postgresql => match &options.url {
            Some(url) => Desk::kept_at(url, binary, temporary.path(), options.tickets)?,
            None => Desk::on_postgres(binary, temporary.path(), options.tickets)?,
        },
    };
    let mut rows = Vec::new();
    if wanted(Part::Figures) {
        rows.extend(desk.figures(binary)?);
    }
    if wanted(Part::Pages) {
        rows.extend(desk.pages(binary, lasting)?);
    }
    Ok(rows)
}

/// Compiles the release build into a folder of its own, dependencies included.
fn clean_build() -> Result<Row, String> {
    let folder = temporary_folder()?;
    let mut build = process::cargo();
    build.args(["build", "--locked", "--release", "--package", "eider"]);
    build.env("CARGO_TARGET_DIR", folder.path());
    let started = Instant::now();
    process::run_or_fail(&mut build)?;
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    Ok(Row::new(
        "release build from nothing",
        minutes,
        "minutes",
        Target::AtMost(8.0),
    ))
}

/// The size of the binary on disk.
fn size(binary: &Path) -> Result<Row, String> {
    let bytes = fs::metadata(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    Ok(Row::new(
        "binary",
        megabytes(bytes.len()),
        "MB",
        Target::AtMost(40.0),
    ))
}

/// From starting the process to the first answer of /healthz.
fn start(binary: &Path) -> Result<Vec<Row>, String> {
    let mut fresh = Vec::new();
    let mut again = Vec::new();
    for _ in 0..5 {
        let data = temporary_folder()?;
        fresh.push(Server::serve(binary, data.path(), None)?.ready_after);
        again.push(Server::serve(binary, data.path(), None)?.ready_after);
    }
    let cluster = Cluster::start_with(Durability::On)?;
    let data = temporary_folder()?;
    let postgres = Server::serve(binary, data.path(), Some(cluster.url()))?.ready_after;
    let mut demo = Vec::new();
    for _ in 0..5 {
        demo.push(Server::demo(binary)?.ready_after);
    }
    Ok(vec![
        Row::new(
            "start, database there",
            median_ms(&mut again),
            "ms",
            Target::AtMost(200.0),
        ),
        Row::new(
            "start, database made",
            median_ms(&mut fresh),
            "ms",
            Target::Nothing,
        ),
        Row::new(
            "start, PostgreSQL, database made",
            median_ms(&mut [postgres]),
            "ms",
            Target::Nothing,
        ),
        Row::new(
            "start of the demo",
            median_ms(&mut demo),
            "ms",
            Target::AtMost(1000.0),
        ),
    ])
}

/// Memory of a server that nobody asks anything.
fn rest(binary: &Path) -> Result<Option<Row>, String> {
    let data = temporary_folder()?;
    let server = Server::serve(binary, data.path(), None)?;
    // Start-up's own work must be over; timers may tick meanwhile, as they do on an idle desk.
    std::thread::sleep(Duration::from_secs(3));
    Ok(resident_megabytes(&server)
        .map(|memory| Row::new("idle memory", memory, "MB", Target::AtMost(40.0))))
}

/// What HTTP alone costs here: no page or command can be faster than this.
fn floor(binary: &Path, lasting: Duration) -> Result<Vec<Row>, String> {
    let data = temporary_folder()?;
    let server = Server::serve(binary, data.path(), None)?;
    let rate = FixedRate {
        per_second: 200,
        connections: 16,
        lasting,
    };
    let steady = load::at_fixed_rate(server.address, &rate, |_| Request::get("/healthz"));
    let fast =
        load::as_fast_as_clients_can(server.address, 32, lasting, |_, _| Request::get("/healthz"));
    refuse_errors(&steady)?;
    refuse_errors(&fast)?;
    let mut rows = Row::latencies("/healthz, 200 a second", &steady, Target::Nothing).to_vec();
    rows.push(Row::new(
        "/healthz, 32 clients",
        fast.per_second(),
        "a second",
        Target::Nothing,
    ));
    Ok(rows)
}

/// Tickets opened by 32 clients, on each database.
fn commands(binary: &Path, lasting: Duration) -> Result<Vec<Row>, String> {
    let on_sqlite = opened_per_second(binary, None, lasting)?;
    let cluster = Cluster::start_with(Durability::On)?;
    let on_postgres = opened_per_second(binary, Some(cluster.url()), lasting)?;
    let row = |database, measured, target| {
        let what = format!("tickets opened durably, 32 clients, {database}");
        Row::new(what, measured, "a second", target)
    };
    Ok(vec![
        row("SQLite", on_sqlite, Target::AtLeast(2000.0)),
        row("PostgreSQL", on_postgres, Target::Nothing),
    ])
}

/// Commands through the API, each answered only after it was forced to disk.
fn opened_per_second(
    binary: &Path,
    database: Option<&str>,
    lasting: Duration,
) -> Result<f64, String> {
    let data = temporary_folder()?;
    let token = administrator_token(binary, data.path(), database)?;
    let server = Server::serve(binary, data.path(), database)?;
    let report = load::as_fast_as_clients_can(server.address, 32, lasting, |client, sent| {
        let body = serde_json::json!({
            "title": format!("Checkout is slow for shop {client}, report {sent}"),
            "what": "The page after the basket takes half a minute.",
            "priority": "P2",
        });
        Request::post_json("/api/v1/tickets", body.to_string())
            .with_header("Authorization", format!("Bearer {token}"))
            .with_header("Idempotency-Key", format!("bench-{client}-{sent}"))
    });
    refuse_errors(&report)?;
    Ok(report.per_second())
}

/// Rows a second of an import into a new desk, from starting the program to its end.
fn imports(binary: &Path, log: Option<&Path>) -> Result<Vec<Row>, String> {
    let folder = temporary_folder()?;
    let (file, name) = match log {
        Some(log) => (log.to_owned(), "given log"),
        None => log_to_import(folder.path())?,
    };
    let rows = lines(&file)?.saturating_sub(1);
    let per_second = |database: Option<&str>| -> Result<f64, String> {
        let data = temporary_folder()?;
        let started = Instant::now();
        process::run_or_fail(&mut pages::import(binary, &file, data.path(), database))?;
        Ok(rows as f64 / started.elapsed().as_secs_f64())
    };
    let on_sqlite = per_second(None)?;
    let cluster = Cluster::start_with(Durability::On)?;
    let on_postgres = per_second(Some(cluster.url()))?;
    let row = |database, measured, promised| {
        let what = format!("import of the {name} ({rows} rows), {database}");
        Row::new(what, measured, "rows a second", Target::AtLeast(promised))
    };
    Ok(vec![
        row("SQLite", on_sqlite, 20_000.0),
        row("PostgreSQL", on_postgres, 10_000.0),
    ])
}

/// The real log, unpacked into `folder`, or a made one of the same length where it is not there.
fn log_to_import(folder: &Path) -> Result<(PathBuf, &'static str), String> {
    let file = folder.join("log.csv");
    let packed = process::root().join(REAL_LOG);
    if !packed.is_file() {
        history::write(&file, 25_000).map_err(|error| error.to_string())?;
        return Ok((file, "made log"));
    }
    let unpacked = fs::File::create(&file).map_err(|error| error.to_string())?;
    let status = Command::new("xz")
        .args(["--decompress", "--stdout"])
        .arg(&packed)
        .stdout(unpacked)
        .status()
        .map_err(|error| format!("xz did not start: {error}"))?;
    if status.success() {
        Ok((file, "real log"))
    } else {
        Err(format!("xz ended with {status}."))
    }
}

fn lines(file: &Path) -> Result<u64, String> {
    let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.iter().filter(|byte| **byte == b'\n').count() as u64)
}

fn refuse_errors(report: &Report) -> Result<(), String> {
    match &report.first_error {
        None => Ok(()),
        Some(first) => Err(format!(
            "{} requests failed under load, the first with {first}",
            report.errors
        )),
    }
}

/// Resident memory as Linux tells it; nothing on systems without /proc.
fn resident_megabytes(server: &Server) -> Option<f64> {
    let status = format!("/proc/{}/status", server.process_id());
    let kibibytes: u64 = machine::field(&status, "VmRSS")?
        .split(' ')
        .next()?
        .parse()
        .ok()?;
    Some(megabytes(kibibytes * 1024))
}

fn temporary_folder() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir().map_err(|error| format!("No temporary folder: {error}"))
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn median_ms(all: &mut [Duration]) -> f64 {
    all.sort_unstable();
    all.get(all.len() / 2)
        .copied()
        .map_or(f64::NAN, milliseconds)
}

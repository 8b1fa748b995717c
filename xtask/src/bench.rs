//! `cargo xtask bench`: the promised speed and size, measured on the release build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Args;

use crate::history;
use crate::http::Request;
use crate::load::{self, FixedRate, Report};
use crate::machine;
use crate::postgres::{Cluster, Durability};
use crate::process;
use crate::server::{Build, Server, administrator_token};

/// What `cargo xtask bench` is asked to do.
#[derive(Args)]
pub struct Options {
    /// How long each load lasts, in seconds.
    #[arg(long, default_value_t = 10, value_name = "N")]
    seconds: u64,
    /// Import this log of ServiceNow's instead of a made one to see how fast imports are.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// A promise about a number.
#[derive(Clone, Copy, Debug)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Measured to put the others in proportion.
    Nothing,
}

/// One line of the table.
struct Row {
    what: String,
    measured: f64,
    unit: &'static str,
    target: Target,
}

/// Measures everything, prints the machine and the table, and fails if a promise is not kept.
pub fn run(options: &Options) -> Result<(), String> {
    for line in machine::describe() {
        println!("{line}");
    }
    let binary = Build::Release.binary()?;
    let lasting = Duration::from_secs(options.seconds.max(1));
    let mut rows = vec![size(&binary)?];
    rows.extend(start(&binary)?);
    rows.extend(rest(&binary)?);
    rows.extend(floor(&binary, lasting)?);
    let cluster = Cluster::start_with(Durability::On)?;
    let on_sqlite = opened_per_second(&binary, None, lasting)?;
    let on_postgres = opened_per_second(&binary, Some(cluster.url()), lasting)?;
    let promised = Target::AtLeast(2000.0);
    rows.push(row(
        "tickets opened, 32 clients, SQLite",
        on_sqlite,
        "a second",
        promised,
    ));
    rows.push(row(
        "tickets opened, 32 clients, PostgreSQL",
        on_postgres,
        "a second",
        Target::Nothing,
    ));
    rows.extend(imports(&binary, options.log.as_deref(), &cluster)?);
    println!("\n{}", table(&rows));
    let missed = rows.iter().filter(|row| !row.held()).count();
    if missed == 0 {
        Ok(())
    } else {
        Err(format!("{missed} promises are not kept."))
    }
}

/// The size of the binary on disk.
fn size(binary: &Path) -> Result<Row, String> {
    let bytes = fs::metadata(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    Ok(row(
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
        row(
            "start, database there",
            median_ms(&mut again),
            "ms",
            Target::AtMost(200.0),
        ),
        row(
            "start, database made",
            median_ms(&mut fresh),
            "ms",
            Target::Nothing,
        ),
        row(
            "start, PostgreSQL, database made",
            median_ms(&mut [postgres]),
            "ms",
            Target::Nothing,
        ),
        row(
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
        .map(|memory| row("idle memory", memory, "MB", Target::AtMost(40.0))))
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
    Ok(vec![
        row(
            "/healthz, 200 a second, p99",
            percentile_ms(&steady, 99.0),
            "ms",
            Target::Nothing,
        ),
        row(
            "/healthz, 32 clients",
            fast.per_second(),
            "a second",
            Target::Nothing,
        ),
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
fn imports(binary: &Path, log: Option<&Path>, cluster: &Cluster) -> Result<Vec<Row>, String> {
    let folder = temporary_folder()?;
    let made = folder.path().join("history.csv");
    let (file, rows) = match log {
        Some(log) => (log, lines(log)?.saturating_sub(1)),
        None => {
            let rows = history::write(&made, 25_000).map_err(|error| error.to_string())?;
            (made.as_path(), rows)
        }
    };
    let per_second = |database: Option<&str>| -> Result<f64, String> {
        let data = temporary_folder()?;
        let mut import = Command::new(binary);
        import
            .args(["import", "tickets"])
            .arg(file)
            .args(["--mapping", "servicenow", "--data"]);
        import
            .arg(data.path())
            .args(database.iter().flat_map(|url| ["--database", url]));
        let started = Instant::now();
        process::run_or_fail(&mut import)?;
        Ok(rows as f64 / started.elapsed().as_secs_f64())
    };
    let on_sqlite = per_second(None)?;
    let on_postgres = per_second(Some(cluster.url()))?;
    Ok(vec![
        row(
            "import, SQLite",
            on_sqlite,
            "rows a second",
            Target::AtLeast(20_000.0),
        ),
        row(
            "import, PostgreSQL",
            on_postgres,
            "rows a second",
            Target::AtLeast(10_000.0),
        ),
    ])
}

fn lines(file: &Path) -> Result<u64, String> {
    let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.iter().filter(|byte| **byte == b'\n').count() as u64)
}

impl Row {
    fn held(&self) -> bool {
        match self.target {
            Target::AtMost(limit) => self.measured <= limit,
            Target::AtLeast(limit) => self.measured >= limit,
            Target::Nothing => true,
        }
    }
}

fn row(what: impl Into<String>, measured: f64, unit: &'static str, target: Target) -> Row {
    Row {
        what: what.into(),
        measured,
        unit,
        target,
    }
}

fn table(rows: &[Row]) -> String {
    let mut text = format!("{:<44} {:>20} {:>20}\n", "what", "measured", "promised");
    for row in rows {
        let promised = match row.target {
            Target::AtMost(limit) => format!("at most {limit} {}", row.unit),
            Target::AtLeast(limit) => format!("at least {limit} {}", row.unit),
            Target::Nothing => String::new(),
        };
        let measured = format!("{} {}", number(row.measured), row.unit);
        let missed = if row.held() { "" } else { "  MISSED" };
        text.push_str(&format!(
            "{:<44} {measured:>20} {promised:>20}{missed}\n",
            row.what
        ));
    }
    text
}

/// Three digits are all that one run can tell.
fn number(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
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

fn percentile_ms(report: &Report, percent: f64) -> f64 {
    report
        .percentile(percent)
        .map_or(f64::INFINITY, |took| took.as_secs_f64() * 1000.0)
}

fn median_ms(all: &mut [Duration]) -> f64 {
    all.sort_unstable();
    all.get(all.len() / 2)
        .map_or(f64::INFINITY, |took| took.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_promise_is_marked() {
        let rows = [
            row("idle memory", 41.26, "MB", Target::AtMost(40.0)),
            row("commands", 2345.6, "a second", Target::AtLeast(2000.0)),
            row("floor", 0.123, "ms", Target::Nothing),
        ];
        let table = table(&rows);
        let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
        assert!(
            lines[1].ends_with("41.3 MB        at most 40 MB  MISSED"),
            "{}",
            lines[1]
        );
        assert!(
            lines[2].ends_with("2346 a second at least 2000 a second"),
            "{}",
            lines[2]
        );
        assert!(lines[3].ends_with("0.12 ms"), "{}", lines[3]);
    }
}

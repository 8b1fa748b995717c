//! A storm of people in Slack, told by the benchmark `slack_storm` of the testkit.

use std::path::Path;

use serde_json::Value;

use super::table::{Row, Target};
use crate::postgres::{Cluster, Durability};
use crate::process;

/// How long each storm lasts, in seconds.
const STORM_SECONDS: &str = "300";
/// How long the database is kept busy, in seconds, and by how many programs.
const BUSY_SECONDS: &str = "60";
const BUSY_CLIENTS: &str = "16";

/// The storm, and a shorter one beside programs that open tickets without a pause, on each database.
pub fn storms(binary: &Path) -> Result<Vec<Row>, String> {
    let cluster = Cluster::start_with(Durability::On)?;
    let other = Cluster::start_with(Durability::On)?;
    let mut rows = Vec::new();
    for (name, quiet, busy) in [
        ("SQLite", None, None),
        ("PostgreSQL", Some(cluster.url()), Some(other.url())),
    ] {
        let storm = ["--seconds", STORM_SECONDS];
        rows.extend(told(binary, &format!("storm, {name}"), quiet, &storm)?);
        let storm = ["--seconds", BUSY_SECONDS, "--busy-clients", BUSY_CLIENTS];
        rows.extend(told(binary, &format!("busy, {name}"), busy, &storm)?);
    }
    Ok(rows)
}

fn told(
    binary: &Path,
    name: &str,
    database: Option<&str>,
    storm: &[&str],
) -> Result<Vec<Row>, String> {
    let mut bench = process::cargo();
    bench.args(["bench", "--quiet", "--locked", "--package", "eider-testkit"]);
    bench.args(["--bench", "slack_storm", "--", "--binary"]);
    bench.arg(binary).args(storm);
    bench.args(database.iter().flat_map(|url| ["--database", url]));
    let printed = process::run_or_fail(&mut bench)?;
    let lines = printed.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| row(name, line)).collect()
}

/// One line of the benchmark's as a row.
fn row(name: &str, line: &str) -> Result<Row, String> {
    let told: Value = serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))?;
    let what = told["what"].as_str().unwrap_or_default();
    let unit = match told["unit"].as_str() {
        Some("ms") => "ms",
        Some("s") => "s",
        Some("a minute") => "a minute",
        _ => "a second",
    };
    let target = told["at_most"]
        .as_f64()
        .map_or(Target::Nothing, Target::AtMost);
    let measured = told["measured"].as_f64().unwrap_or(f64::NAN);
    Ok(Row::new(format!("{name}: {what}"), measured, unit, target))
}

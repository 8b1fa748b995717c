//! Benchmarks of the testkit, which print a line of JSON for each number.

use std::path::Path;

use serde_json::Value;

use super::table::{Row, Target};
use crate::process;

/// Runs the benchmark of that name with that binary on `database`, and answers with what it told.
pub fn told(
    binary: &Path,
    benchmark: &str,
    name: &str,
    database: Option<&str>,
    arguments: &[&str],
) -> Result<Vec<Row>, String> {
    let mut bench = process::cargo();
    bench.args(["bench", "--quiet", "--locked", "--package", "eider-testkit"]);
    bench.args(["--bench", benchmark, "--", "--binary"]);
    bench.arg(binary).args(arguments);
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
        Some("%") => "%",
        _ => "a second",
    };
    let target = told["at_most"]
        .as_f64()
        .map_or(Target::Nothing, Target::AtMost);
    let measured = told["measured"].as_f64().unwrap_or(f64::NAN);
    Ok(Row::new(format!("{name}: {what}"), measured, unit, target))
}

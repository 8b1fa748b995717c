//! `cargo xtask test`: every check, in the order in which a failure is cheapest to find.

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::counts::Counts;
use crate::postgres::{Cluster, URL_VARIABLE};
use crate::process::{self, cargo};
use crate::server::Build;
use crate::{browser, calendars, dependencies, install, proof, real_data, schemathesis, slack};

/// What `cargo xtask test` is asked to do.
#[derive(Args)]
pub struct Options {
    /// Run these steps alone. What is left out is named at the end.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STEP")]
    only: Vec<Step>,
}

/// One kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt.
    Format,
    /// clippy on everything, warnings denied.
    Lints,
    /// rustdoc of the project's own crates, warnings denied, and the examples in it.
    Documentation,
    /// Licences, bans and sources of the dependencies.
    Dependencies,
    /// Unit and integration tests, on SQLite and PostgreSQL.
    Tests,
    /// The stories in a real browser.
    Browser,
    /// The story of a ticket in an independent stand-in for Slack.
    Slack,
    /// Calendar feeds in programs that read calendars.
    Calendars,
    /// The API against its OpenAPI document.
    Api,
    /// A slice of `cargo xtask proof`.
    Proof,
}

/// How a step went.
struct Outcome {
    step: Step,
    counts: Counts,
    failure: Option<String>,
    took: Duration,
}

/// Runs the steps, prints a table of them, and `N passed, N failed` as the last line.
pub fn run(options: &Options) -> Result<(), String> {
    let (chosen, left_out): (Vec<Step>, Vec<Step>) = Step::value_variants()
        .iter()
        .partition(|step| options.only.is_empty() || options.only.contains(step));
    let outcomes: Vec<Outcome> = chosen.into_iter().map(run_step).collect();
    println!();
    for outcome in &outcomes {
        println!("{}", outcome.line());
    }
    if !left_out.is_empty() {
        let names: Vec<String> = left_out.iter().map(Step::name).collect();
        println!("Left out by --only: {}", names.join(", "));
    }
    if outcomes.iter().any(|outcome| outcome.step == Step::Tests)
        && let Some(left_out) = real_data::left_out()
    {
        println!("{left_out}");
    }
    println!(
        "{}",
        outcomes
            .iter()
            .map(|outcome| outcome.counts)
            .sum::<Counts>()
            .closing_line()
    );
    match outcomes
        .iter()
        .filter(|outcome| outcome.failure.is_some())
        .count()
    {
        0 => Ok(()),
        failed => Err(format!(
            "{failed} of {} steps did not hold.",
            outcomes.len()
        )),
    }
}

impl Step {
    fn name(&self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Runs the step. Tests that ran are counted, also when some of them failed.
    fn check(self) -> Result<Counts, (Counts, String)> {
        let one = |done: Result<(), String>| match done {
            Ok(()) => Ok(Counts::ONE_PASSED),
            Err(failure) => Err((Counts::ONE_FAILED, failure)),
        };
        match self {
            Step::Format => one(format()),
            Step::Lints => one(lints()),
            Step::Documentation => one(documentation()),
            Step::Dependencies => one(dependencies::check()),
            Step::Tests => counted(tests),
            Step::Browser => counted(browser::test),
            Step::Slack => counted(slack::test),
            Step::Calendars => one(calendars::check()),
            Step::Api => one(schemathesis::check()),
            Step::Proof => one(Build::Debug
                .binary()
                .and_then(|binary| proof::slice(&binary))),
        }
    }
}

impl Outcome {
    fn line(&self) -> String {
        let (name, seconds) = (self.step.name(), self.took.as_secs_f64());
        let counts = self.counts.closing_line();
        match &self.failure {
            None => format!("held    {name:<14} {seconds:>7.1} s  {counts}"),
            Some(failure) => format!("FAILED  {name:<14} {seconds:>7.1} s  {counts}: {failure}"),
        }
    }
}

fn run_step(step: Step) -> Outcome {
    println!("\n── {} ", step.name());
    let started = Instant::now();
    let (counts, failure) = match step.check() {
        Ok(counts) => (counts, None),
        Err((counts, failure)) => (counts, Some(failure)),
    };
    let outcome = Outcome {
        step,
        counts,
        failure,
        took: started.elapsed(),
    };
    println!("{}", outcome.line());
    outcome
}

/// Counts the tests of a run; a run that failed counts at least one failure.
fn counted(
    run: impl FnOnce(&mut Counts) -> Result<(), String>,
) -> Result<Counts, (Counts, String)> {
    let mut counts = Counts::default();
    match run(&mut counts) {
        Ok(()) if counts.passed == 0 => Err((Counts::ONE_FAILED, "No test ran.".to_owned())),
        Ok(()) => Ok(counts),
        Err(failure) => {
            counts.failed = counts.failed.max(1);
            Err((counts, failure))
        }
    }
}

fn format() -> Result<(), String> {
    component("fmt", "rustfmt")?;
    process::run_or_fail(cargo().args(["fmt", "--all", "--check"])).map(drop)
}

fn lints() -> Result<(), String> {
    component("clippy", "clippy")?;
    let mut clippy = cargo();
    clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--keep-going",
        "--",
        "-D",
        "warnings",
    ]);
    process::run_or_fail(&mut clippy).map(drop)
}

fn documentation() -> Result<(), String> {
    let mut doc = cargo();
    doc.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
        "--locked",
        "--keep-going",
    ]);
    let described = process::run_or_fail(doc.env("RUSTDOCFLAGS", "-D warnings"));
    let mut examples = cargo();
    examples.args(["test", "--workspace", "--locked", "--no-fail-fast", "--doc"]);
    let examples = process::run_or_fail(&mut examples);
    described.and(examples).map(drop)
}

/// Runs every test of the workspace beside a PostgreSQL server of its own.
fn tests(counts: &mut Counts) -> Result<(), String> {
    Build::Debug.binary()?;
    // A story drives the real ones; it finds them on the path.
    install::PROMETHEUS.ensure()?;
    install::ALERTMANAGER.ensure()?;
    let cluster = Cluster::start()?;
    let data = real_data::folder();
    let is_whole = data.is_some();
    let mut run = |words: &[&str], count: fn(&str) -> Counts| -> Result<(), String> {
        let mut cargo = cargo();
        cargo.args(words).env(URL_VARIABLE, cluster.url());
        if let Some(folder) = &data {
            cargo.env(real_data::FOLDER_VARIABLE, folder);
        }
        let finished = process::run(&mut cargo)?;
        *counts = count(&finished.output);
        finished.failure.map_or(Ok(()), Err)
    };
    if process::output_of(cargo().args(["nextest", "--version"])).is_err() {
        let mut words = vec!["test", "--workspace", "--locked", "--no-fail-fast"];
        // Examples in the documentation are checked with it.
        words.extend(["--lib", "--bins", "--tests"]);
        if !is_whole {
            words.push("--");
            words.extend(real_data::SKIPPED);
        }
        return run(&words, Counts::of_cargo_test);
    }
    let mut words = vec![
        "nextest",
        "run",
        "--workspace",
        "--locked",
        "--no-fail-fast",
    ];
    let told = format!("not ({})", real_data::STORIES);
    if !is_whole {
        words.extend(["--filterset", &told]);
    }
    run(&words, Counts::of_nextest)
}

/// A component of the toolchain; rustup installs what it manages.
fn component(subcommand: &str, name: &str) -> Result<(), String> {
    if process::output_of(cargo().args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    let mut add = std::process::Command::new("rustup");
    process::run_or_fail(add.args(["component", "add", name]))
        .map(drop)
        .map_err(|failure| {
            format!("{name} is missing ({failure}) Type: rustup component add {name}")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_a_test_does_not_count_as_passed() {
        let (counts, failure) = counted(|_| Ok(())).unwrap_err();
        assert_eq!(
            (counts, failure.as_str()),
            (Counts::ONE_FAILED, "No test ran.")
        );
    }

    #[test]
    fn a_run_that_broke_before_its_first_test_counts_one_failure() {
        let (counts, _) = counted(|_| Err("did not compile".to_owned())).unwrap_err();
        assert_eq!(counts, Counts::ONE_FAILED);
    }

    #[test]
    fn failed_tests_are_counted_as_the_runner_told() {
        let run = |counts: &mut Counts| {
            *counts = Counts {
                passed: 5,
                failed: 2,
                skipped: 0,
            };
            Err("two failed".to_owned())
        };
        let (counts, _) = counted(run).unwrap_err();
        assert_eq!(counts.closing_line(), "5 passed, 2 failed");
    }
}

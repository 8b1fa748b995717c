//! Automation of the project: tests, pictures and measurements, one command each.
//!
//! It never builds on the crates of Eider, so that it compiles in seconds; it starts their binary.

mod bench;
mod browser;
mod calendars;
mod counts;
mod dependencies;
mod history;
mod http;
mod install;
mod load;
mod machine;
mod postgres;
mod process;
mod proof;
mod python;
mod real_data;
mod schemathesis;
mod screenshots;
mod server;
mod sim;
mod slack;
mod test;

use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};

/// `cargo xtask`.
#[derive(Parser)]
#[command(name = "cargo xtask", about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check there is: format, lints, documentation, dependencies, tests, browser, API.
    Test(test::Options),
    /// Measure the promised speed and size on the release build.
    Bench(bench::Options),
    /// Run whole deployments under faults, one for each seed, and check what is promised of pages.
    #[command(after_help = "Example: cargo xtask sim --seeds 1000 --start 1")]
    Sim(sim::Options),
    /// Kill real processes, fail over a real PostgreSQL, and judge from outside what became of pages.
    Proof(proof::Options),
    /// Take pictures of the main pages.
    Screenshots(screenshots::Options),
    /// Run one command beside a temporary PostgreSQL server, named by EIDER_TEST_POSTGRES.
    #[command(after_help = "Example: cargo xtask postgres cargo nextest run -p eider-store")]
    Postgres {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test(options) => test::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Sim(options) => sim::run(&options),
        Task::Proof(options) => proof::run(&options),
        Task::Screenshots(options) => screenshots::run(&options),
        Task::Postgres { command } => run_beside_postgres(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run_beside_postgres(command: &[String]) -> Result<(), String> {
    let cluster = postgres::Cluster::start()?;
    let (program, arguments) = command.split_first().ok_or("Name a command to run.")?;
    let mut command = Command::new(program);
    process::forget_package(&mut command);
    let status = command
        .args(arguments)
        .env(postgres::URL_VARIABLE, cluster.url())
        .status()
        .map_err(|error| format!("{program} did not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{program} ended with {status}."))
    }
}

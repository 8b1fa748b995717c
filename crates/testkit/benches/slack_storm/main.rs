//! A storm: 500 people open 50 tickets and write 2,000 replies a minute for five minutes, through
//! the strict Slack, against a real process of Eider, while Slack asks to be left alone now and then.
//!
//! `cargo xtask bench --only slack` runs it. It prints a line of JSON for each number, and fails when
//! anything was lost or doubled, or when a card is wrong at the end.

mod desk;
mod storm;
mod verdict;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// What is measured.
#[derive(Clone, Parser)]
struct Options {
    /// The release binary of Eider.
    #[arg(long)]
    binary: PathBuf,
    /// The database; SQLite in a temporary folder when it is left out.
    #[arg(long)]
    database: Option<String>,
    /// How long people keep on, in seconds.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    /// How many people there are.
    #[arg(long, default_value_t = 500)]
    people: usize,
    /// How many programs open tickets through the API meanwhile, without a pause.
    #[arg(long, default_value_t = 0)]
    busy_clients: usize,
    /// `cargo bench` says that it is a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let options = Options::parse();
    let desk = match desk::Desk::start(&options).await {
        Ok(desk) => desk,
        Err(reason) => {
            eprintln!("The desk did not start: {reason}");
            return ExitCode::FAILURE;
        }
    };
    let happened = storm::storm(&desk, &options).await;
    match verdict::verdict(&desk, &happened).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

//! How quickly people are reached, by a real process and a server of e-mail that notes when it is
//! called: an alert, a page of 1,300 people, 10,000 open pages, and who is on call in 1,000 rotas.
//!
//! `cargo xtask bench --only reach` runs it. It prints a line of JSON for each number, and fails when
//! anybody was not called.

mod company;
mod mail;
mod measured;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};

/// What is measured.
#[derive(Clone, Parser)]
struct Options {
    /// The release binary of Eider.
    #[arg(long)]
    binary: PathBuf,
    /// The database; SQLite in a temporary folder when it is left out.
    #[arg(long)]
    database: Option<String>,
    /// How many alerts come in a second, and for how many seconds.
    #[arg(long, default_value_t = 100)]
    per_second: usize,
    /// See above.
    #[arg(long, default_value_t = 10)]
    seconds: usize,
    /// How many pages are open at once.
    #[arg(long, default_value_t = 10_000)]
    pages: usize,
    /// Measure this alone.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// `cargo bench` says that it is a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A part of what is measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    OnCall,
    AlertToCall,
    FanOut,
    OpenPages,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match measured::all(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

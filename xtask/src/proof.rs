//! `cargo xtask proof`: real processes that are killed, failed over and fed by real peers, judged from
//! outside alone: by what the desk answers, and by what a provider that remembers was sent.

mod alerts;
mod book;
mod checks;
mod desk;
mod dice;
mod failover;
mod forwarder;
mod kills;
mod mail;
mod node;
mod peers;
mod people;
mod provider;
mod stage;
mod takeover;

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use tempfile::TempDir;

use self::dice::Dice;
use crate::machine;
use crate::postgres::free_port;
use crate::server::Build;

/// Of a hundred pages so many are overlooked by whoever is called first.
const OVERLOOKED_PERCENT: u64 = 20;

/// What `cargo xtask proof` is asked to do.
#[derive(Args)]
pub struct Options {
    /// Prove these parts alone.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
    /// So many kills, deaths of a node or failovers, instead of 300, 20 and 5.
    #[arg(long, value_name = "N")]
    times: Option<u32>,
    /// Prove this binary instead of building a release.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Throw the dice as in the run that printed this number.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// One part of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// A desk in a file, killed with -9 while alerts come and people are called.
    Kills,
    /// Two nodes on PostgreSQL, one killed while it calls a provider.
    Takeover,
    /// A primary of PostgreSQL stopped, and its standby promoted.
    Failover,
    /// Prometheus, Alertmanager and a mail server.
    Peers,
}

/// What was seen, in the order in which it is told.
#[derive(Default)]
pub struct Figures(Vec<(String, String)>);

impl Figures {
    fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    fn print(&self, part: &str) {
        for (name, value) in &self.0 {
            println!("{part:<10} {name:<55} {value}");
        }
    }
}

/// Proves what was asked for, prints what was seen, and fails if anything did not hold.
pub fn run(options: &Options) -> Result<(), String> {
    for line in machine::describe() {
        println!("{line}");
    }
    let seed = match options.seed {
        Some(seed) => seed,
        None => Dice::fresh_seed()?,
    };
    let binary = match &options.binary {
        Some(binary) => binary
            .canonicalize()
            .map_err(|error| format!("{}: {error}", binary.display()))?,
        None => Build::Release.binary()?,
    };
    println!("Seed: {seed}");
    let mut failures = Vec::new();
    for part in Part::value_variants() {
        if !options.only.is_empty() && !options.only.contains(part) {
            continue;
        }
        let begun = Instant::now();
        let proved = part.prove(&binary, seed, options.times);
        let took = begun.elapsed().as_secs_f64();
        match proved {
            Ok(()) => println!("{part:?} held, in {took:.0} s."),
            Err(reason) => {
                println!("{part:?} did not hold, in {took:.0} s: {reason}");
                failures.push(format!("{part:?}"));
            }
        }
    }
    match failures.as_slice() {
        [] => Ok(()),
        failures => Err(format!("It did not hold: {}.", failures.join(", "))),
    }
}

/// A small slice of each part, for every run of the tests.
pub fn slice(binary: &Path) -> Result<(), String> {
    let seed = Dice::fresh_seed()?;
    println!("Seed: {seed}");
    takeover::run(binary, seed, 1)?;
    failover::run(binary, seed, 1)?;
    kills::run(binary, seed, 12, 0)?;
    peers::run(binary)?;
    Ok(())
}

impl Part {
    fn prove(self, binary: &Path, seed: u64, times: Option<u32>) -> Result<(), String> {
        let figures = match self {
            Part::Kills => kills::run(binary, seed, times.unwrap_or(300), OVERLOOKED_PERCENT),
            Part::Takeover => takeover::run(binary, seed, times.unwrap_or(20)),
            Part::Failover => failover::run(binary, seed, times.unwrap_or(5)),
            Part::Peers => peers::run(binary),
        };
        figures.map(drop)
    }
}

/// A folder that is gone afterwards.
fn folder() -> Result<TempDir, String> {
    tempfile::Builder::new()
        .prefix("eider-proof-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|error| format!("No temporary folder: {error}"))
}

/// An address on this machine that was free a moment ago.
fn address() -> Result<SocketAddr, String> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port()?)))
}

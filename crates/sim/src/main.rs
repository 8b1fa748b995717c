//! `cargo xtask sim`: many worlds, one for each seed.

use std::{
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use clap::Parser;
use eider_sim::{Options, Planted, Report, run};

/// Runs whole deployments under faults, one for each seed, and checks what is promised of pages.
#[derive(Parser)]
#[command(name = "cargo xtask sim")]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    start: u64,
    /// How many worlds run side by side. Each of them does one thing at a time.
    #[arg(long, default_value_t = 1)]
    beside: u64,
    /// Plant this fault, and end with the first seed that finds it; `all` for each in turn.
    #[arg(long, value_name = "FAULT")]
    planted: Option<String>,
    /// Tell everything that happens.
    #[arg(long)]
    trace: bool,
}

/// How far it is is told every so many seeds.
const SEEDS_A_LINE: u64 = 100;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.planted.as_deref() {
        None => run_all(&arguments),
        Some("all") => plant(&arguments, &Planted::ALL),
        Some(name) => match Planted::parse(name) {
            Some(planted) => plant(&arguments, &[planted]),
            None => {
                let names = Planted::ALL.map(Planted::name).join(", ");
                eprintln!("There is no such fault. Choose one of: {names}, all.");
                ExitCode::FAILURE
            }
        },
    }
}

fn run_all(arguments: &Arguments) -> ExitCode {
    let options = Options {
        planted: None,
        keeps_trace: arguments.trace,
    };
    let (total, failed) = run_seeds(arguments, options);
    println!("seeds            {:>10}", arguments.seeds);
    println!("{total}");
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn plant(arguments: &Arguments, all: &[Planted]) -> ExitCode {
    let mut is_each_found = true;
    for planted in all {
        let options = Options {
            planted: Some(*planted),
            keeps_trace: arguments.trace,
        };
        let (_, failed) = run_seeds(arguments, options);
        match failed.first() {
            Some((seed, report)) => {
                let seeds = seed - arguments.start + 1;
                println!("{} is found after {seeds} seeds", planted.name());
                tell(*seed, report);
            }
            None => {
                is_each_found = false;
                println!("{} is NOT found", planted.name());
            }
        }
    }
    if is_each_found {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn tell(seed: u64, report: &Report) {
    for line in &report.trace {
        println!("{line}");
    }
    for violation in &report.violations {
        println!("seed {seed}: {violation}");
        println!("  again: cargo xtask sim --seeds 1 --start {seed} --trace");
    }
}

/// Runs the seeds; with a fault planted, until one finds it. Answers with the sum of all and with
/// those that failed, by their seeds.
fn run_seeds(arguments: &Arguments, options: Options) -> (Report, Vec<(u64, Report)>) {
    let next = AtomicU64::new(arguments.start);
    let end = arguments.start.saturating_add(arguments.seeds);
    let is_over = AtomicBool::new(false);
    let done = Mutex::new((Report::default(), Vec::new(), 0_u64));
    std::thread::scope(|scope| {
        for _ in 0..arguments.beside.max(1) {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= end {
                        break;
                    }
                    let report = run(seed, options);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.0.add(&report);
                    done.2 += 1;
                    if done.2 % SEEDS_A_LINE == 0 {
                        eprintln!("{} seeds, {:.1} years", done.2, done.0.years());
                    }
                    if options.planted.is_none() {
                        tell(seed, &report);
                    }
                    if !report.violations.is_empty() {
                        is_over.fetch_or(options.planted.is_some(), Ordering::SeqCst);
                        done.1.push((seed, report));
                    }
                }
            });
        }
    });
    let (total, mut failed, _) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_by_key(|(seed, _)| *seed);
    (total, failed)
}

//! `cargo xtask sim`: whole deployments under faults, one for each seed.

use clap::Args;

use crate::process::{self, cargo};

/// What `cargo xtask sim` is asked to do.
#[derive(Args)]
pub struct Options {
    /// What the simulator is told; `cargo xtask sim -- --help` says what it knows.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Builds the simulator and runs it.
pub fn run(options: &Options) -> Result<(), String> {
    let mut sim = cargo();
    sim.args(["run", "--locked", "--quiet", "--profile", "sim"]);
    sim.args(["--package", "eider-sim", "--"]);
    process::run_or_fail(sim.args(&options.words)).map(drop)
}

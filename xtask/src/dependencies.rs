//! Licences, bans and sources of the dependencies, by cargo-deny and `deny.toml`.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, cargo, root, target_folder};

/// Built without optimisation: it compiles in about a minute and runs once.
const VERSION: &str = "0.20.2";

/// Fetches every dependency, then runs cargo-deny without the network.
///
/// Advisories are not part of it: their database lives on a host that a closed network does not
/// reach. `cargo deny check advisories` checks them where it does.
pub fn check() -> Result<(), String> {
    let program = ensure()?;
    // A build leaves out the crates of other systems; judging the tree takes them too.
    process::run_or_fail(cargo().args(["fetch", "--locked"]))?;
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .args(["--offline", "--locked", "check"]);
    command.args(["--hide-inclusion-graph", "bans", "licenses", "sources"]);
    process::run_or_fail(&mut command).map(drop)
}

fn ensure() -> Result<PathBuf, String> {
    let tools = target_folder().join("tools");
    let program = tools.join("bin/cargo-deny");
    let version = process::output_of(Command::new(&program).arg("--version"));
    if version.is_ok_and(|version| version.ends_with(VERSION)) {
        return Ok(program);
    }
    println!(
        "cargo-deny {VERSION} is missing: building it once into {}.",
        tools.display()
    );
    let mut install = cargo();
    install.args([
        "install",
        "--locked",
        "--debug",
        "cargo-deny",
        "--version",
        VERSION,
        "--root",
    ]);
    install
        .arg(&tools)
        .env("CARGO_TARGET_DIR", tools.join("build"));
    process::run_or_fail(&mut install)?;
    // The objects are of no further use, and larger than the program by far.
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(program)
}

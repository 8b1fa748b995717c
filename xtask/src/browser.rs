//! The stories in a real browser: `tests/browser`, run by node's own test runner.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::counts::Counts;
use crate::install::{CHROMIUM, NODE, NPM};
use crate::process;
use crate::server::Build;

const FOLDER: &str = "tests/browser";

/// The oldest Node.js whose test runner knows the options used here.
const OLDEST_NODE: u32 = 18;

/// Runs the stories against the debug build and counts them.
pub fn test(counts: &mut Counts) -> Result<(), String> {
    let mut node = prepared_node(&Build::Debug.binary()?)?;
    node.args(["--test", "--test-reporter=spec"]);
    let finished = process::run(&mut node)?;
    *counts = Counts::of_node(&finished.output);
    finished.failure.map_or(Ok(()), Err)
}

/// Takes the pictures of `tests/browser/pictures.mjs` with `binary`.
pub fn pictures(binary: &Path, folders: &Folders) -> Result<(), String> {
    let mut node = prepared_node(binary)?;
    node.arg("pictures.mjs").env("EIDER_PICTURES", &folders.all);
    node.env("EIDER_PICTURES_KEPT", &folders.kept);
    process::run_or_fail(&mut node).map(drop)
}

/// Where pictures go.
pub struct Folders {
    /// Every picture; not committed.
    pub all: PathBuf,
    /// The few that the documentation shows.
    pub kept: PathBuf,
}

/// Node in the folder of the stories, its packages installed, told where the programs are.
fn prepared_node(binary: &Path) -> Result<Command, String> {
    let chromium = CHROMIUM.ensure()?;
    let mut command = node_in(FOLDER, binary)?;
    command.env("EIDER_CHROMIUM", chromium);
    Ok(command)
}

/// Node in that folder of the repository, its packages installed, told where the program is.
pub fn node_in(folder: &str, binary: &Path) -> Result<Command, String> {
    let (node, npm) = (NODE.ensure()?, NPM.ensure()?);
    check_version(&process::output_of(Command::new(&node).arg("--version"))?)?;
    let folder = process::root().join(folder);
    let mut install = Command::new(npm);
    install
        .current_dir(&folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    process::run_or_fail(&mut install)?;
    let mut command = Command::new(node);
    command.current_dir(folder).env("EIDER_BINARY", binary);
    Ok(command)
}

fn check_version(told: &str) -> Result<(), String> {
    let major: Option<u32> = told
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        Some(major) if major < OLDEST_NODE => Err(format!(
            "Node.js {OLDEST_NODE} or later is needed, {told} is here. See https://nodejs.org."
        )),
        _ => Err(format!(
            "`node --version` answered {told}, which is no version."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_refused_by_name() {
        assert_eq!(check_version("v18.0.0"), Ok(()));
        assert_eq!(check_version("v22.11.0"), Ok(()));
        assert!(
            check_version("v16.20.2")
                .unwrap_err()
                .contains("v16.20.2 is here")
        );
        assert!(check_version("help").is_err());
    }
}

//! The story of a ticket in local-slack, a stand-in for Slack that somebody else wrote:
//! `tests/slack`, run by node's own test runner.

use crate::browser;
use crate::counts::Counts;
use crate::process;
use crate::server::Build;

const FOLDER: &str = "tests/slack";

/// Tells the story against the debug build, by both ways in which Slack reaches Eider, and counts
/// its tests.
pub fn test(counts: &mut Counts) -> Result<(), String> {
    let mut node = browser::node_in(FOLDER, &Build::Debug.binary()?)?;
    node.args(["--test", "--test-reporter=spec"]);
    let finished = process::run(&mut node)?;
    *counts = Counts::of_node(&finished.output);
    finished.failure.map_or(Ok(()), Err)
}

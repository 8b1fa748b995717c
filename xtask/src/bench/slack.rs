//! A storm of people in Slack, told by the benchmark `slack_storm` of the testkit.

use std::path::Path;

use super::table::Row;
use super::told::told;
use crate::postgres::{Cluster, Durability};

/// How long each storm lasts, in seconds.
const STORM_SECONDS: &str = "300";
/// How long the database is kept busy, in seconds, and by how many programs.
const BUSY_SECONDS: &str = "60";
const BUSY_CLIENTS: &str = "16";

/// The storm, and a shorter one beside programs that open tickets without a pause, on each database.
pub fn storms(binary: &Path) -> Result<Vec<Row>, String> {
    let cluster = Cluster::start_with(Durability::On)?;
    let other = Cluster::start_with(Durability::On)?;
    let mut rows = Vec::new();
    for (name, quiet, busy) in [
        ("SQLite", None, None),
        ("PostgreSQL", Some(cluster.url()), Some(other.url())),
    ] {
        let storm = ["--seconds", STORM_SECONDS];
        rows.extend(told(
            binary,
            "slack_storm",
            &format!("storm, {name}"),
            quiet,
            &storm,
        )?);
        let storm = ["--seconds", BUSY_SECONDS, "--busy-clients", BUSY_CLIENTS];
        rows.extend(told(
            binary,
            "slack_storm",
            &format!("busy, {name}"),
            busy,
            &storm,
        )?);
    }
    Ok(rows)
}

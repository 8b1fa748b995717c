//! How quickly people are reached, told by the benchmark `reach` of the testkit.

use std::path::Path;

use super::table::Row;
use super::told::told;
use crate::postgres::{Cluster, Durability};

/// Alerts until somebody is called, and what many rotas and many open pages take, on each database.
pub fn rows(binary: &Path) -> Result<Vec<Row>, String> {
    let mut rows = told(binary, "reach", "SQLite", None, &[])?;
    // Each part makes a company of its own, so it has a database of its own.
    for part in ["on-call", "alert-to-call", "fan-out", "open-pages"] {
        let cluster = Cluster::start_with(Durability::On)?;
        let only = ["--only", part];
        rows.extend(told(
            binary,
            "reach",
            "PostgreSQL",
            Some(cluster.url()),
            &only,
        )?);
    }
    Ok(rows)
}

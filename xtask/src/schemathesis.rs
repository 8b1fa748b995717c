//! The API against its own OpenAPI document: schemathesis asks what nobody thought of.

use std::process::Command;

use crate::process::{self, root};
use crate::python;
use crate::server::{Build, Server, administrator_token};

/// The versions of schemathesis and of all it needs.
const REQUIREMENTS: &str = "xtask/schemathesis.txt";

/// Its settings: which checks, how many examples.
const SETTINGS: &str = "xtask/schemathesis.toml";

const PROGRAM: &str = "bin/schemathesis";

/// Serves an empty desk with one administrator, and lets schemathesis call every operation.
pub fn check() -> Result<(), String> {
    let folder = python::environment("schemathesis", REQUIREMENTS)?;
    let binary = Build::Debug.binary()?;
    let data = tempfile::tempdir().map_err(|error| format!("No temporary folder: {error}"))?;
    let token = administrator_token(&binary, data.path(), None)?;
    let server = Server::serve(&binary, data.path(), None)?;
    let address = format!("http://{}", server.address);
    let mut run = Command::new(folder.join(PROGRAM));
    // It keeps what it found in the folder where it runs.
    run.current_dir(&folder)
        .arg("--config-file")
        .arg(root().join(SETTINGS))
        .arg("run");
    run.arg(format!("{address}/api/openapi.json"))
        .args(["--url", &address]);
    run.args(["--header", &format!("Authorization: Bearer {token}")]);
    process::run_or_fail(&mut run).map(drop)
}

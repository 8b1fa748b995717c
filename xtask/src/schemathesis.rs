//! The API against its own OpenAPI document: schemathesis asks what nobody thought of.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::install::PYTHON;
use crate::process::{self, root, target_folder};
use crate::server::{Build, Server, administrator_token};

/// The versions of schemathesis and of all it needs.
const REQUIREMENTS: &str = "xtask/schemathesis.txt";

/// Its settings: which checks, how many examples.
const SETTINGS: &str = "xtask/schemathesis.toml";

const PROGRAM: &str = "bin/schemathesis";

/// Serves an empty desk with one administrator, and lets schemathesis call every operation.
pub fn check() -> Result<(), String> {
    let folder = ensure()?;
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

/// The folder under `target` into which schemathesis is installed, once for each change of its requirements.
fn ensure() -> Result<PathBuf, String> {
    let folder = target_folder().join("tools/schemathesis");
    let stamp = folder.join("requirements.txt");
    let requirements = root().join(REQUIREMENTS);
    let wanted = fs::read(&requirements).map_err(|error| format!("{REQUIREMENTS}: {error}"))?;
    if folder.join(PROGRAM).is_file() && fs::read(&stamp).is_ok_and(|installed| installed == wanted)
    {
        return Ok(folder);
    }
    let python = PYTHON.ensure()?;
    // Debian's Python comes without the parts that make a virtual environment.
    if process::output_of(Command::new(&python).args(["-c", "import venv, ensurepip"])).is_err() {
        PYTHON.install()?;
    }
    process::run_or_fail(
        Command::new(&python)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    let mut install = Command::new(folder.join("bin/python"));
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    install.arg("--requirement").arg(&requirements);
    process::run_or_fail(&mut install)?;
    fs::copy(&requirements, &stamp).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(folder)
}

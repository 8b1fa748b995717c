//! Programs of Python that others wrote, in the versions that are written down here.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::install::PYTHON;
use crate::process::{self, root, target_folder};

/// The folder under `target` in which that is installed, once for each change of `requirements`, a
/// file of this repository. Its programs are in `bin`.
pub fn environment(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let folder = target_folder().join("tools").join(name);
    let stamp = folder.join("requirements.txt");
    let path = root().join(requirements);
    let wanted = fs::read(&path).map_err(|error| format!("{requirements}: {error}"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
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
    install.args(["-m", "pip", "install", "--quiet"]);
    install.arg("--disable-pip-version-check");
    install.arg("--requirement").arg(&path);
    process::run_or_fail(&mut install)?;
    fs::copy(&path, &stamp).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(folder)
}

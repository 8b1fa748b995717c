//! Finding the programs that the checks need, and installing them where that is allowed.
//!
//! As root on Debian a missing program is installed by apt-get. Anywhere else the run stops with
//! the command to type. Nothing is ever skipped because a program is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// A program from outside the project.
pub struct Tool {
    /// What people call it.
    pub name: &'static str,
    /// The names of the file to run, the preferred one first.
    pub programs: &'static [&'static str],
    /// Folders to look in after those of PATH; a `*` as the last but one part stands for a version.
    pub folders: &'static [&'static str],
    /// Debian's packages that bring it.
    pub packages: &'static [&'static str],
}

/// The PostgreSQL server's programs live beside `initdb`.
pub const POSTGRES: Tool = Tool {
    name: "PostgreSQL",
    programs: &["initdb"],
    folders: &[
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/bin",
    ],
    packages: &["postgresql"],
};

/// Fires the rule of a story.
pub const PROMETHEUS: Tool = Tool {
    name: "Prometheus",
    programs: &["prometheus"],
    folders: &[],
    packages: &["prometheus"],
};

/// Sends the alerts of a story, and what alerts are measured beside.
pub const ALERTMANAGER: Tool = Tool {
    name: "Prometheus Alertmanager",
    programs: &["prometheus-alertmanager", "alertmanager"],
    folders: &[],
    packages: &["prometheus-alertmanager"],
};

/// Takes the e-mail of a proof.
pub const EXIM: Tool = Tool {
    name: "Exim",
    programs: &["exim4", "exim"],
    folders: &["/usr/sbin"],
    packages: &["exim4-daemon-light"],
};

/// The browser of the browser tests.
pub const CHROMIUM: Tool = Tool {
    name: "Chromium",
    programs: &["chromium", "chromium-browser", "google-chrome"],
    folders: &["/usr/bin"],
    packages: &["chromium"],
};

/// Runs the browser tests.
pub const NODE: Tool = Tool {
    name: "Node.js",
    programs: &["node"],
    folders: &[],
    packages: &["nodejs"],
};

/// Installs what the browser tests need.
pub const NPM: Tool = Tool {
    name: "npm",
    programs: &["npm"],
    folders: &[],
    packages: &["npm"],
};

/// Runs schemathesis.
pub const PYTHON: Tool = Tool {
    name: "Python 3 with venv",
    programs: &["python3"],
    folders: &[],
    packages: &["python3", "python3-venv"],
};

impl Tool {
    /// Where the program is, after installing it if need be and allowed.
    pub fn ensure(&self) -> Result<PathBuf, String> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        self.install()?;
        self.find().ok_or_else(|| {
            format!(
                "{} was installed, but none of {:?} is there.",
                self.name, self.programs
            )
        })
    }

    /// Installs the program by apt-get as root on Debian; else an error with the command to type.
    pub fn install(&self) -> Result<(), String> {
        let packages = self.packages.join(" ");
        if !may_install() {
            return Err(format!(
                "{} is missing. On Debian or Ubuntu type: sudo apt-get install {packages}",
                self.name
            ));
        }
        println!("{} is missing: installing {packages}.", self.name);
        apt_get(&["update"])?;
        let mut words = vec!["install", "--yes", "--no-install-recommends"];
        words.extend(self.packages);
        apt_get(&words)
    }

    fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        folders.extend(self.folders.iter().flat_map(|pattern| expand(pattern)));
        self.programs.iter().find_map(|program| {
            folders
                .iter()
                .map(|folder| folder.join(program))
                .find(|file| file.is_file())
        })
    }
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    process::output_of(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn may_install() -> bool {
    is_root() && Path::new("/etc/debian_version").exists()
}

fn apt_get(words: &[&str]) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    process::run_or_fail(&mut command).map(drop)
}

/// Replaces one `*` in a folder's path by what is there, the highest version first.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![pattern.into()];
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.parse().ok()?;
            Some((version, PathBuf::from(format!("{before}{version}{after}"))))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["9", "15", "16", "common"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let pattern = format!("{}/*/bin", folder.path().display());
        let found: Vec<PathBuf> = expand(&pattern);
        let wanted = ["16/bin", "15/bin", "9/bin"].map(|end| folder.path().join(end));
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_program_is_found_in_the_folders_after_path() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("eider-no-such-program"), "").unwrap();
        let place: &'static str = String::leak(folder.path().display().to_string());
        let tool = Tool {
            name: "nothing",
            programs: &["eider-no-such-program"],
            folders: Vec::leak(vec![place]),
            packages: &[],
        };
        assert!(tool.find().is_some());
    }
}

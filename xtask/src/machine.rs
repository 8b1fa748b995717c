//! The machine and the versions under a measurement: a number without them says nothing.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::postgres;
use crate::process::{output_of, root};

/// Lines that name the processor, memory, disk, compiler, databases and commit.
pub fn describe() -> Vec<String> {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown".to_owned());
    let folder = std::env::temp_dir();
    let disk = output_of(
        Command::new("df")
            .args(["--output=source,fstype"])
            .arg(&folder),
    )
    .ok()
    .and_then(|table| table.lines().nth(1).map(str::to_owned))
    .unwrap_or_else(|| "unknown".to_owned());
    let flush = median_flush(&folder).map_or_else(
        |error| error,
        |took| format!("{:.3} ms", took.as_secs_f64() * 1000.0),
    );
    vec![
        format!("Processor    {processor}, {cores} cores"),
        format!("Memory       {memory}"),
        format!("Disk         {disk}; 4 KiB written and forced to disk in {flush} (median of 200)"),
        format!(
            "System       {}",
            told(Command::new("uname").args(["-s", "-r", "-m"]))
        ),
        format!(
            "Compiler     {}",
            told(Command::new("rustc").arg("--version"))
        ),
        format!("SQLite       {}", sqlite_version()),
        format!("PostgreSQL   {}", postgres_version()),
        format!("Commit       {}", commit()),
    ]
}

/// One value of a file made of `name: value` lines, such as those of Linux under /proc.
pub fn field(file: &str, name: &str) -> Option<String> {
    field_of(&fs::read_to_string(file).ok()?, name)
}

fn field_of(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// What a durable commit costs at the least on this disk.
fn median_flush(folder: &Path) -> Result<Duration, String> {
    let measure = || -> std::io::Result<Duration> {
        let folder = tempfile::tempdir_in(folder)?;
        let mut file = File::create(folder.path().join("flush"))?;
        let mut all = Vec::with_capacity(200);
        for _ in 0..200 {
            let started = Instant::now();
            file.write_all(&[7; 4096])?;
            file.sync_data()?;
            all.push(started.elapsed());
        }
        all.sort_unstable();
        Ok(all[100])
    };
    measure().map_err(|error| format!("unknown time ({error})"))
}

/// The crate bundles SQLite; its build metadata names the release after the plus sign, if at all.
fn sqlite_version() -> String {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap_or_default();
    let mut lines = lock
        .lines()
        .skip_while(|line| *line != "name = \"libsqlite3-sys\"");
    let version = lines
        .nth(1)
        .and_then(|line| line.split('"').nth(1))
        .unwrap_or("unknown");
    format!("bundled by libsqlite3-sys {version}")
}

fn postgres_version() -> String {
    match postgres::programs_folder() {
        Ok(folder) => told(Command::new(folder.join("postgres")).arg("--version")),
        Err(reason) => reason,
    }
}

fn commit() -> String {
    let git = |words: &[&str]| output_of(Command::new("git").current_dir(root()).args(words));
    let hash = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|_| "unknown".to_owned());
    match git(&["status", "--porcelain", "--untracked-files=no"]) {
        Ok(changes) if !changes.is_empty() => format!("{hash} with changes"),
        _ => hash,
    }
}

fn told(command: &mut Command) -> String {
    output_of(command).unwrap_or_else(|reason| reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let text = "MemFree:  1 kB\nMemTotal:       24000 kB\n";
        assert_eq!(field_of(text, "MemTotal").as_deref(), Some("24000 kB"));
        assert_eq!(field_of(text, "Mem"), None);
    }

    #[test]
    fn the_bundled_sqlite_is_named() {
        assert!(
            !sqlite_version().contains("unknown"),
            "{}",
            sqlite_version()
        );
    }
}

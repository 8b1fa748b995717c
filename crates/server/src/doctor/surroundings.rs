//! What lies around the database: configuration, folder, disk, clock.

use std::{fs, io, path::Path};

use eider_store::doctor::Check;
use jiff::{SignedDuration, Timestamp};

use crate::{configuration::Configuration, machine};

/// Less room than this is too little, whatever the size of the desk.
const LEAST_FREE_BYTES: u64 = 500_000_000;
/// How far the clock of the file system may be from the machine's.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(2);
/// No machine that runs this version is older: a clock before it has lost its battery.
const EARLIEST: i64 = 1_767_225_600;

/// Whether the configuration says what its operator most likely means.
pub(super) fn configuration(configuration: &Configuration) -> Check {
    const NAME: &str = "configuration";
    match (configuration.warning(), &configuration.file) {
        (Some(warning), _) => Check::attention(
            NAME,
            warning,
            "Listen on 127.0.0.1 behind a reverse proxy with TLS, and set public_url to the \
             address with https:// that people type.",
        ),
        (None, Some(file)) => Check::fine(NAME, format!("read from {}", file.display())),
        (None, None) => Check::fine(NAME, "no file; the defaults hold"),
    }
}

/// The folder of an SQLite desk, its disk and its clock.
pub(super) fn of_folder(folder: &Path, file: &Path) -> Vec<Check> {
    vec![
        rights(folder, file),
        room(folder, file),
        clock(folder, machine::now()),
    ]
}

fn rights(folder: &Path, file: &Path) -> Check {
    const NAME: &str = "file rights";
    let is_read_only = fs::metadata(file).is_ok_and(|found| found.permissions().readonly());
    if is_read_only || fs::OpenOptions::new().write(true).open(file).is_err() {
        return Check::attention(
            NAME,
            format!("{} cannot be written.", file.display()),
            "Give the file and its folder to the user that runs Eider (chown), and let that user \
             write (chmod u+rw).",
        );
    }
    #[cfg(unix)]
    if let Ok(found) = fs::metadata(folder) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o007 != 0 {
            return Check::attention(
                NAME,
                format!(
                    "Everybody on this machine may look into {} (mode {mode:o}).",
                    folder.display()
                ),
                format!("chmod 700 {}", folder.display()),
            );
        }
    }
    Check::fine(NAME, format!("{} is Eider's own", folder.display()))
}

/// A backup needs as much room again as the desk itself.
fn room(folder: &Path, file: &Path) -> Check {
    const NAME: &str = "disk";
    let size = fs::metadata(file).map_or(0, |found| found.len());
    let needed = LEAST_FREE_BYTES.max(size);
    match free_bytes(folder) {
        Ok(free) if free >= needed => Check::fine(NAME, format!("{} free", gigabytes(free))),
        Ok(free) => Check::attention(
            NAME,
            format!("Only {} are free.", gigabytes(free)),
            format!(
                "Make room until {} are free, or move the folder to a larger disk.",
                gigabytes(needed)
            ),
        ),
        Err(error) => Check::attention(
            NAME,
            format!("The free room cannot be read: {error}."),
            "Look at the disk with df.",
        ),
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(folder)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> io::Result<u64> {
    Err(io::ErrorKind::Unsupported.into())
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

/// Compares the machine's clock with that of the file system, as a fresh file shows it.
fn clock(folder: &Path, now: Timestamp) -> Check {
    const NAME: &str = "clock";
    let mend = "Let the machine take its time from the network, for example with chrony or \
                systemd-timesyncd.";
    if now.as_second() < EARLIEST {
        return Check::attention(NAME, format!("The machine says that it is {now}."), mend);
    }
    let written = tempfile::tempfile_in(folder)
        .and_then(|file| file.metadata()?.modified())
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    match written {
        Some(written) if written.duration_since(now).abs() <= CLOCKS_APART => {
            Check::fine(NAME, format!("{}", now.strftime("%Y-%m-%d %H:%M:%S UTC")))
        }
        Some(written) => Check::attention(
            NAME,
            format!("The machine says {now}, and its file system says {written}."),
            mend,
        ),
        None => Check::attention(
            NAME,
            format!("No file can be made in {}.", folder.display()),
            "Give the folder to the user that runs Eider (chown).",
        ),
    }
}

//! The key that secrets of others are sealed with, kept in a file outside of the database.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use eider_app::{Eider, SealKey, sealed};
use eider_store::{Db, doctor::Check};

use crate::{
    configuration::{Configuration, Database},
    desk,
    failure::Failure,
    machine,
};

/// The file in the folder of an SQLite desk.
const FILE_NAME: &str = "secret.key";
/// A key is 32 bytes, written as hexadecimal digits.
const KEY_BYTES: usize = 32;
const HOW_TO_MAKE: &str = "Make one with: openssl rand -hex 32 > FILE && chmod 600 FILE";

/// The key of a desk, in the file that was named for it, if one was. An SQLite desk makes its own when it has none and nothing was
/// sealed yet; a PostgreSQL desk has one when its file is named, the same on every node.
///
/// # Errors
/// When the file cannot be read or holds no key.
pub async fn of(
    named: Option<&Path>,
    database: &Database,
    db: &Db,
) -> Result<Option<SealKey>, Failure> {
    let path = match (named, database) {
        (Some(path), _) => return read(path).map(Some),
        (None, Database::Postgres(_)) => return Ok(None),
        (None, Database::Sqlite { folder }) => in_folder(folder),
    };
    if path.exists() {
        return read(&path).map(Some);
    }
    if !sealed(db).await?.is_empty() {
        // A new key would open nothing, and hide that the right one is missing.
        tracing::warn!(path = %path.display(), "the secret key is missing; bring it back");
        return Ok(None);
    }
    make(&path)?;
    read(&path).map(Some)
}

/// The key of the configured desk, if it has one already.
///
/// # Errors
/// When the file cannot be read or holds no key.
pub fn existing(configuration: &Configuration) -> Result<Option<SealKey>, Failure> {
    match (&configuration.secret_key_file, &configuration.database) {
        (Some(path), _) => read(path).map(Some),
        (None, Database::Postgres(_)) => Ok(None),
        (None, Database::Sqlite { folder }) => {
            let path = in_folder(folder);
            path.exists().then(|| read(&path)).transpose()
        }
    }
}

/// Whether the key opens what is sealed in `db`.
///
/// # Errors
/// When the database fails.
pub async fn check(configuration: &Configuration, db: &Db) -> Result<Check, Failure> {
    const NAME: &str = "secret key";
    let place = place(configuration);
    let mend = format!(
        "Bring {place} back from where you keep it beside the backups, or enter the tokens of \
         Slack again under Settings, and let people add their webhooks and browsers again."
    );
    let secrets = sealed(db).await?;
    let key = match existing(configuration) {
        Ok(key) => key,
        Err(failure) => return Ok(Check::attention(NAME, failure.to_string(), HOW_TO_MAKE)),
    };
    Ok(match (key, secrets.is_empty()) {
        (None, true) => Check::fine(NAME, "not needed yet"),
        (Some(_), true) => Check::fine(NAME, format!("{place}; nothing is sealed yet")),
        (None, false) => Check::attention(
            NAME,
            "Secrets are sealed in the database, and there is no key to open them.",
            mend,
        ),
        (Some(key), false) => {
            let eider = desk::eider(db.clone(), Some(key))?;
            if secrets.iter().all(|secret| eider.unseal(secret).is_ok()) {
                Check::fine(NAME, format!("{place} opens all that is sealed"))
            } else {
                let found = format!("{place} does not open what is sealed in the database.");
                Check::attention(NAME, found, mend)
            }
        }
    })
}

/// What has to be kept beside a backup of this desk, if anything.
///
/// # Errors
/// When the database fails.
pub async fn reminder(configuration: &Configuration, db: &Db) -> Result<Option<String>, Failure> {
    let is_needed = !sealed(db).await?.is_empty();
    Ok(is_needed.then(|| {
        format!(
            "Keep {} safe too, but not in the same place: without it the tokens of Slack have to \
             be entered again, and webhooks and browsers be added again.",
            place(configuration)
        )
    }))
}

/// Warns, where secrets cannot be kept.
pub fn warn_without(eider: &Eider) {
    if eider.seal("").is_err() {
        tracing::warn!(
            "no secret key: Slack cannot be connected, and nobody can add a webhook or a browser. \
             Name its file with --secret-key-file."
        );
    }
}

fn in_folder(folder: &Path) -> PathBuf {
    folder.join(FILE_NAME)
}

fn place(configuration: &Configuration) -> String {
    match (&configuration.secret_key_file, &configuration.database) {
        (Some(path), _) => path.display().to_string(),
        (None, Database::Sqlite { folder }) => in_folder(folder).display().to_string(),
        (None, Database::Postgres(_)) => "the file that --secret-key-file names".to_owned(),
    }
}

fn read(path: &Path) -> Result<SealKey, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::told(format!(
            "The secret key cannot be read from {}: {error}. {HOW_TO_MAKE}",
            path.display()
        ))
    })?;
    parse(text.trim()).ok_or_else(|| {
        Failure::told(format!(
            "{} holds no secret key: it has to be {} hexadecimal digits. {HOW_TO_MAKE}",
            path.display(),
            KEY_BYTES * 2
        ))
    })
}

fn parse(text: &str) -> Option<SealKey> {
    if text.len() != KEY_BYTES * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; KEY_BYTES];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(SealKey::new(bytes))
}

/// Writes a new key, for its owner alone. One that somebody else has just made is kept.
fn make(path: &Path) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::file("Cannot write the secret key", path, error);
    let hex: String = machine::seed()?
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files are made with the mode 0600.
    let mut file = tempfile::Builder::new()
        .prefix(".eider-")
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    writeln!(file, "{hex}")
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    match file.persist_noclobber(path) {
        Ok(_) => tracing::info!(path = %path.display(), "a secret key was made; keep it safe"),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(&error.error)),
    }
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = in_folder(folder.path());
        make(&path).unwrap();
        let first = fs::read_to_string(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
        assert!(read(&path).is_ok());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_a_way_to_make_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = in_folder(folder.path());
        fs::write(&path, "not a key\n").unwrap();
        let words = read(&path).unwrap_err().to_string();
        assert!(words.contains("openssl rand -hex 32"), "{words}");
        assert!(parse(&"é".repeat(32)).is_none());
    }
}

//! Opening the desk that the operator named.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use eider_app::{Clock, Eider, Ids, SealKey};
use eider_store::Db;
use tracing_subscriber::EnvFilter;

use crate::{
    configuration::{Configuration, Database, LogFormat, Place, Reach},
    failure::Failure,
    machine,
};

/// Reads the configuration and begins to log by it.
///
/// # Errors
/// When the configuration cannot be used.
pub fn configure(place: &Place, reach: &Reach) -> Result<Configuration, Failure> {
    let configuration = Configuration::read(place, reach)?;
    start_logging(configuration.log_format, &configuration.log_level)?;
    if let Some(path) = &configuration.file {
        tracing::info!(path = %path.display(), "configuration read");
    }
    Ok(configuration)
}

/// Begins to log to standard error.
///
/// # Errors
/// When `level` is not one.
pub fn start_logging(format: LogFormat, level: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::told(format!(
            "The log level “{level}” cannot be used: {error}. Write error, warn, info, debug or \
             trace."
        ))
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // It fails only where logging has begun already, and then that goes on.
    let _begun = match format {
        LogFormat::Text => subscriber
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    Ok(())
}

/// Opens the database and brings it to this version. A folder that is not there is made, for its
/// owner alone.
///
/// # Errors
/// When it cannot be opened.
pub async fn open(database: &Database) -> Result<Db, Failure> {
    match database {
        Database::Sqlite { folder } => {
            make_folder(folder)?;
            Ok(Db::open_sqlite(&sqlite_file(folder)).await?)
        }
        Database::Postgres(url) => {
            tracing::info!(database = %url, "connecting");
            Ok(Db::open_postgres(url.secret()).await?)
        }
    }
}

/// Opens the database to read from it: one that is not there is not made.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub async fn open_existing(database: &Database) -> Result<Db, Failure> {
    if let Database::Sqlite { folder } = database {
        let file = sqlite_file(folder);
        if !file.exists() {
            return Err(Failure::told(format!(
                "There is no desk at {}. Name its folder with --data, or its database with \
                 --database.",
                file.display()
            )));
        }
    }
    open(database).await
}

/// An Eider on that database, with the machine's clock and randomness. Without a key it keeps no
/// secrets of others.
///
/// # Errors
/// When the system has no randomness.
pub fn eider(db: Db, seal_key: Option<SealKey>) -> Result<Eider, Failure> {
    let clock = Clock::machine(machine::now);
    let ids = Ids::from_seed(machine::seed()?);
    Ok(Eider::new(db, clock, ids, seal_key))
}

/// Holds the folder of an SQLite file, so that nobody else serves or replaces it. The hold ends
/// when the value is dropped, and when the process ends in whatever way.
///
/// # Errors
/// When another process holds it.
pub fn hold(folder: &Path) -> Result<File, Failure> {
    make_folder(folder)?;
    let path = folder.join("eider.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| Failure::file("Cannot open", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::told(format!(
            "Another Eider uses {}. Stop it first, or name another folder with --data.",
            folder.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Failure::file("Cannot lock", &path, &error)),
    }
}

/// The SQLite file in its folder.
pub fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join("eider.db")
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| Failure::file("Cannot make the folder", folder, &error))
}

//! A whole desk in a file: backups, and moving between databases.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use eider_store::{
    Db,
    backup::{self, Copied},
    doctor::Outcome,
    transfer::{self, Moved},
};
use tempfile::NamedTempFile;

use crate::{
    command_line::{Import, WholeDesk},
    configuration::{Configuration, Database, Reach},
    desk,
    failure::Failure,
    machine, secret_key,
};

/// Copies the desk to a file that is not there yet, and opens the copy to check it.
///
/// # Errors
/// When the copy cannot be made, or is not whole.
pub async fn backup(options: &WholeDesk) -> Result<(), Failure> {
    let configuration = desk::configure(&options.place, &Reach::default())?;
    let copy = beside(&options.file)?;
    let reminder;
    let told = match &configuration.database {
        Database::Sqlite { folder } => {
            let db = desk::open_existing(&configuration.database).await?;
            reminder = secret_key::reminder(&configuration, &db).await?;
            db.close().await;
            backup::copy_sqlite(&desk::sqlite_file(folder), copy.path()).await?;
            let Copied { facts, tickets } = backup::check_sqlite(copy.path()).await?;
            format!("{tickets} tickets and {facts} facts")
        }
        Database::Postgres(_) => {
            let db = desk::open(&configuration.database).await?;
            let moved = write_export(&db, copy.as_file()).await?;
            reminder = secret_key::reminder(&configuration, &db).await?;
            db.close().await;
            let folder = temporary_folder()?;
            rebuild(copy.path(), &folder.path().join("check.db")).await?;
            format!("{} rows", moved.rows())
        }
    };
    keep(copy, &options.file)?;
    println!(
        "{} holds {told}. It was opened and is whole.",
        options.file.display()
    );
    if let Some(reminder) = reminder {
        println!("{reminder}");
    }
    Ok(())
}

/// Puts a backup in the place of the desk.
///
/// # Errors
/// When the backup is not whole, or the desk is in use.
pub async fn restore(options: &WholeDesk) -> Result<(), Failure> {
    let configuration = desk::configure(&options.place, &Reach::default())?;
    let start = start_of(&options.file)?;
    match (&configuration.database, kind_of(&start, &options.file)?) {
        (Database::Sqlite { folder }, kind) => {
            let _held = desk::hold(folder)?;
            let made = folder.join("eider.db.restoring");
            remove_database(&made)?;
            match kind {
                Kind::Sqlite => {
                    backup::check_sqlite(&options.file).await?;
                    copy_file(&options.file, &made)?;
                }
                Kind::Export => rebuild(&options.file, &made).await?,
            }
            let replaced = put_in_place(&made, &desk::sqlite_file(folder))?;
            println!("The desk in {} is restored.", folder.display());
            if let Some(replaced) = replaced {
                println!("What was there before is kept as {}.", replaced.display());
            }
            say_if_locked(&configuration).await
        }
        (Database::Postgres(_), Kind::Export) => {
            let moved = read_export(&configuration.database, &options.file).await?;
            println!("The desk is restored: {} rows.", moved.rows());
            say_if_locked(&configuration).await
        }
        (Database::Postgres(_), Kind::Sqlite) => Err(Failure::told(
            "This is a backup of an SQLite desk. Restore it into a folder (`eider restore FILE \
             --data DIR`), write it as text (`eider export FILE --data DIR`), and read that into \
             an empty PostgreSQL database (`eider import FILE --database URL`).",
        )),
    }
}

/// Says when the secret key that is here does not open what was restored.
async fn say_if_locked(configuration: &Configuration) -> Result<(), Failure> {
    let db = desk::open(&configuration.database).await?;
    let check = secret_key::check(configuration, &db).await;
    db.close().await;
    if let Outcome::Attention { found, mend } = check?.outcome {
        println!("{found} {mend}");
    }
    Ok(())
}

/// Writes everything as text.
///
/// # Errors
/// When there is no desk, or the file cannot be written.
pub async fn export(options: &WholeDesk) -> Result<(), Failure> {
    let configuration = desk::configure(&options.place, &Reach::default())?;
    let file = beside(&options.file)?;
    let db = desk::open_existing(&configuration.database).await?;
    let moved = write_export(&db, file.as_file()).await?;
    db.close().await;
    keep(file, &options.file)?;
    println!(
        "{} holds {} rows of {} tables.",
        options.file.display(),
        moved.rows(),
        moved.tables.len()
    );
    Ok(())
}

/// Reads an export into an empty database.
///
/// # Errors
/// When the database is in use, or the export not whole; then nothing is kept.
pub async fn import(options: &Import) -> Result<(), Failure> {
    let configuration = desk::configure(&options.place, &Reach::default())?;
    let Some(file) = &options.file else {
        return Err(Failure::told("Name the file to import."));
    };
    let _held = match &configuration.database {
        Database::Sqlite { folder } => Some(desk::hold(folder)?),
        Database::Postgres(_) => None,
    };
    let moved = read_export(&configuration.database, file).await?;
    println!(
        "{} rows of {} tables were imported, and the chain of facts is whole.",
        moved.rows(),
        moved.tables.len()
    );
    Ok(())
}

enum Kind {
    Sqlite,
    Export,
}

fn start_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(64).read_to_end(&mut start))
        .map_err(|error| Failure::file("Cannot read", path, &error))?;
    Ok(start)
}

fn kind_of(start: &[u8], path: &Path) -> Result<Kind, Failure> {
    if backup::is_sqlite_file(start) {
        Ok(Kind::Sqlite)
    } else if transfer::is_export(start) {
        Ok(Kind::Export)
    } else {
        Err(Failure::told(format!(
            "{} is not a backup of Eider.",
            path.display()
        )))
    }
}

async fn write_export(db: &Db, file: &File) -> Result<Moved, Failure> {
    let mut writer = BufWriter::with_capacity(1 << 20, file);
    let moved = eider_app::transfer::export(db, &mut writer).await?;
    Ok(moved)
}

async fn read_export(database: &Database, file: &Path) -> Result<Moved, Failure> {
    let opened = File::open(file).map_err(|error| Failure::file("Cannot read", file, &error))?;
    let db = desk::open(database).await?;
    let mut reader = BufReader::with_capacity(1 << 20, opened);
    let moved = eider_app::transfer::import(&db, &mut reader).await;
    db.close().await;
    Ok(moved?)
}

/// Makes an SQLite file at `made` of an export, which checks all of it.
async fn rebuild(export: &Path, made: &Path) -> Result<(), Failure> {
    let opened =
        File::open(export).map_err(|error| Failure::file("Cannot read", export, &error))?;
    let db = Db::open_sqlite(made).await?;
    let mut reader = BufReader::with_capacity(1 << 20, opened);
    let imported = eider_app::transfer::import(&db, &mut reader).await;
    db.close().await;
    imported?;
    Ok(())
}

/// A file in the folder of `target`, to become it once it is complete.
fn beside(target: &Path) -> Result<NamedTempFile, Failure> {
    if target.exists() {
        return Err(Failure::told(format!(
            "{} is there already, and nothing is overwritten. Choose another name.",
            target.display()
        )));
    }
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    tempfile::Builder::new()
        .prefix(".eider-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|error| Failure::file("Cannot write in", folder, &error))
}

fn keep(file: NamedTempFile, target: &Path) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::file("Cannot write", target, error);
    file.as_file()
        .flush()
        .and_then(|()| File::open(file.path())?.sync_all())
        .map_err(|error| failed(&error))?;
    file.persist_noclobber(target)
        .map_err(|error| failed(&error.error))?;
    sync_folder(target)
}

/// A new name in a folder is on the disk once the folder is.
fn sync_folder(of: &Path) -> Result<(), Failure> {
    let folder = match of.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Failure::file("Cannot write in", folder, &error))
}

fn copy_file(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to)
        .and_then(|_| File::open(to)?.sync_all())
        .map_err(|error| Failure::file("Cannot write", to, &error))
}

/// Moves what is at `desk` aside and `made` there. Answers with the name of what was moved.
fn put_in_place(made: &Path, desk: &Path) -> Result<Option<PathBuf>, Failure> {
    let mut replaced = None;
    if desk.exists() {
        let stamp = machine::now().strftime("%Y%m%dT%H%M%S%.6fZ").to_string();
        let aside = with_suffix(desk, &format!(".replaced-{stamp}"));
        if aside.exists() {
            return Err(Failure::told(format!(
                "{} is there already, and nothing is overwritten. Move it away.",
                aside.display()
            )));
        }
        // What the log beside the file holds belongs to the file, so it goes with it.
        for log in ["-wal", "-shm"] {
            let from = with_suffix(desk, log);
            if from.exists() {
                rename(&from, &with_suffix(&aside, log))?;
            }
        }
        rename(desk, &aside)?;
        replaced = Some(aside);
    }
    rename(made, desk)?;
    sync_folder(desk)?;
    Ok(replaced)
}

fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(|error| Failure::file("Cannot move", from, &error))
}

/// Removes what an earlier attempt left behind.
fn remove_database(path: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        let path = with_suffix(path, suffix);
        if path.exists() {
            fs::remove_file(&path)
                .map_err(|error| Failure::file("Cannot remove", &path, &error))?;
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn temporary_folder() -> Result<tempfile::TempDir, Failure> {
    tempfile::tempdir()
        .map_err(|error| Failure::told(format!("No temporary folder can be made: {error}.")))
}

//! Looks at everything that a desk stands on, and says how to mend what is not right.

mod on_time;
mod surroundings;

use std::{path::Path, process::ExitCode};

use eider_store::{
    Db,
    doctor::{Check, Outcome, examine},
};
use serde::Serialize;

use crate::{
    configuration::{Configuration, Database, Place, Reach},
    desk,
    failure::Failure,
    machine, secret_key,
};

/// Examines the configured desk and prints what was found. The exit code tells whether something
/// needs attention.
///
/// # Errors
/// When the answer cannot be written.
pub async fn run(place: &Place, reach: &Reach, json: bool) -> Result<ExitCode, Failure> {
    let mut checks = Vec::new();
    match Configuration::read(place, reach) {
        Ok(configuration) => {
            desk::start_logging(configuration.log_format, "error")?;
            checks.push(surroundings::configuration(&configuration));
            match &configuration.database {
                Database::Sqlite { folder } => {
                    sqlite(&mut checks, &configuration, folder).await;
                }
                Database::Postgres(url) => {
                    let opened = Db::connect_postgres(url.secret()).await;
                    database(&mut checks, &configuration, opened, &url.to_string()).await;
                }
            }
        }
        Err(failure) => checks.push(Check::attention(
            "configuration",
            failure.to_string(),
            "Correct it; docs/operating.md lists every key.",
        )),
    }
    told(&checks, json)
}

/// Prints what was found; the exit code tells whether something needs attention.
///
/// # Errors
/// When the answer cannot be written.
pub fn told(checks: &[Check], json: bool) -> Result<ExitCode, Failure> {
    let is_healthy = !checks.iter().any(Check::needs_attention);
    if json {
        print_json(checks, is_healthy)?;
    } else {
        print_text(checks);
    }
    Ok(if is_healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn sqlite(checks: &mut Vec<Check>, configuration: &Configuration, folder: &Path) {
    let file = desk::sqlite_file(folder);
    if !file.exists() {
        checks.push(Check::attention(
            "database",
            format!("There is no desk at {} yet.", file.display()),
            "Start the server once, or name another folder with --data.",
        ));
        return;
    }
    checks.extend(surroundings::of_folder(folder, &file));
    let opened = Db::connect_sqlite(&file, 1).await;
    let place = file.display().to_string();
    database(checks, configuration, opened, &place).await;
}

async fn database(
    checks: &mut Vec<Check>,
    configuration: &Configuration,
    opened: eider_store::Result<Db>,
    place: &str,
) {
    const NAME: &str = "database";
    let examined = match opened {
        Ok(db) => {
            let mut examined = examine(&db, machine::now).await;
            // A database of another version is told of already.
            if let Ok(found) = &mut examined
                && let Ok(check) = secret_key::check(configuration, &db).await
            {
                found.push(check);
                found.extend(on_time::checks(configuration, &db, machine::now()).await);
            }
            db.close().await;
            examined
        }
        Err(error) => Err(error),
    };
    match examined {
        Ok(found) => {
            checks.push(Check::fine(NAME, format!("opened {place}")));
            checks.extend(found);
        }
        Err(error) => {
            let failure = Failure::from(error);
            checks.push(Check::attention(
                NAME,
                format!("{place}: {}", failure.chain()),
                "Set right what the sentence says: the address, the server, or the rights of \
                 the file.",
            ));
        }
    }
}

fn print_text(checks: &[Check]) {
    let width = checks
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or(0);
    for check in checks {
        match &check.outcome {
            Outcome::Fine(found) => println!("ok         {:width$}  {found}", check.name),
            Outcome::Attention { found, mend } => {
                println!("attention  {:width$}  {found}", check.name);
                println!("           {:width$}  To mend it: {mend}", "");
            }
        }
    }
}

fn print_json(checks: &[Check], healthy: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        healthy: bool,
        checks: Vec<Line<'a>>,
    }
    #[derive(Serialize)]
    struct Line<'a> {
        name: &'a str,
        ok: bool,
        found: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        mend: Option<&'a str>,
    }
    let checks = checks
        .iter()
        .map(|check| match &check.outcome {
            Outcome::Fine(found) => Line {
                name: check.name,
                ok: true,
                found,
                mend: None,
            },
            Outcome::Attention { found, mend } => Line {
                name: check.name,
                ok: false,
                found,
                mend: Some(mend),
            },
        })
        .collect();
    let text = serde_json::to_string_pretty(&Answer { healthy, checks })
        .map_err(|error| Failure::told(format!("The answer cannot be written: {error}.")))?;
    println!("{text}");
    Ok(())
}

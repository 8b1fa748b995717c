//! The binary `eider`: configuration, wiring, start-up and shutdown.
//!
//! The only crate that reads the machine's clock and randomness; everything below is handed them.

mod account;
mod command_line;
mod configuration;
mod demo;
mod desk;
mod doctor;
mod failure;
mod import;
mod machine;
mod secret_key;
mod serve;
mod shutdown;
mod slack;
mod watch;
mod whole_desk;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use command_line::{Admin, Command, CommandLine, Export, Token, WholeDesk};
use configuration::Reach;
use eider_cli::ClientCommand;
use failure::Failure;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    // The watch does one thing at a time, and is to be small.
    let mut threads = match &line.command {
        Command::Watch(_) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let outcome = match threads.enable_all().build() {
        Ok(runtime) => runtime.block_on(run(line.command)),
        Err(error) => Err(Failure::told(format!(
            "No threads can be started: {error}."
        ))),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}", failure.chain());
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve { place, reach } => serve::run(&desk::configure(&place, &reach)?).await?,
        Command::Demo(options) => demo::run(&options).await?,
        Command::Migrate { place } => {
            let configuration = desk::configure(&place, &Reach::default())?;
            let db = desk::open(&configuration.database).await?;
            db.close().await;
            println!("The database is at this version.");
        }
        Command::Doctor { json, place, reach } => return doctor::run(&place, &reach, json).await,
        Command::Backup(desk) => whole_desk::backup(&desk).await?,
        Command::Restore(desk) => whole_desk::restore(&desk).await?,
        Command::Export(export) if export.as_code => {
            let export = eider_cli::as_code::Export {
                folder: export.file,
                overwrite: export.overwrite,
                reach: export.reach,
            };
            return Ok(eider_cli::run(ClientCommand::ExportAsCode(export)).await);
        }
        Command::Export(Export { file, place, .. }) => {
            whole_desk::export(&WholeDesk { file, place }).await?;
        }
        Command::Import(import) => match &import.what {
            Some(what) => import::run(what).await?,
            None => whole_desk::import(&import).await?,
        },
        Command::Watch(options) => return watch::run(&options).await,
        Command::Admin { what } => {
            let Admin::Create { email, name, place } = what;
            let configuration = desk::configure(&place, &Reach::default())?;
            account::create_administrator(&configuration, &email, name.as_deref()).await?;
        }
        Command::Token { what } => {
            let Token::Create(new) = what;
            let configuration = desk::configure(&new.place, &Reach::default())?;
            account::create_token(&configuration, &new).await?;
        }
        Command::Slack { what } => return slack::run(&what).await,
        Command::Client(command) => return Ok(eider_cli::run(command).await),
        Command::Completions { shell } => {
            let mut line = CommandLine::command();
            clap_complete::generate(shell, &mut line, "eider", &mut std::io::stdout());
        }
    }
    Ok(ExitCode::SUCCESS)
}

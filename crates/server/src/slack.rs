//! Slack without the web: its manifest, and whether all is well with it.

use std::process::ExitCode;

use eider_app::slack::Wire;
use eider_slack::{Slack, manifest};
use eider_store::doctor::Check;

use crate::{
    command_line::{Manifest, SlackWhat},
    configuration::Configuration,
    desk, doctor,
    failure::Failure,
    secret_key,
};

/// Does what was asked about Slack.
///
/// # Errors
/// When the desk cannot be opened, or something is missing for the manifest.
pub async fn run(what: &SlackWhat) -> Result<ExitCode, Failure> {
    match what {
        SlackWhat::Manifest(wanted) => print_manifest(wanted),
        SlackWhat::Doctor { json, place, reach } => {
            let configuration = Configuration::read(place, reach)?;
            desk::start_logging(configuration.log_format, "error")?;
            let checks = examine(&configuration).await?;
            doctor::told(&checks, *json)
        }
    }
}

fn print_manifest(wanted: &Manifest) -> Result<ExitCode, Failure> {
    let wire = if wanted.http {
        Wire::Http
    } else {
        Wire::Socket
    };
    let public_url = wanted.public_url.as_deref().unwrap_or_default();
    let public_url = public_url.trim_end_matches('/');
    if wanted.http && !public_url.starts_with("https://") {
        return Err(Failure::told(
            "By HTTP, Slack calls Eider at a public address. Name it with --public-url \
             https://support.example.com, or leave --http out: Socket Mode needs none.",
        ));
    }
    print!("{}", manifest::yaml(&wanted.command, wire, public_url));
    Ok(ExitCode::SUCCESS)
}

async fn examine(configuration: &Configuration) -> Result<Vec<Check>, Failure> {
    let db = desk::open_existing(&configuration.database).await?;
    let key = secret_key::existing(configuration)?;
    let mut checks = vec![secret_key::check(configuration, &db).await?];
    let eider = desk::eider(db, key)?;
    let public_url = configuration.public_url.clone();
    let slack = Slack::new(
        eider.clone(),
        public_url.unwrap_or_else(|| format!("http://{}", configuration.listen)),
        configuration.slack_api_url.clone(),
    );
    let found = slack
        .examine()
        .await
        .map_err(|error| Failure::told(error.to_string()))?;
    checks.extend(found);
    eider.db().close().await;
    Ok(checks)
}

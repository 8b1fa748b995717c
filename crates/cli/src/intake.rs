//! `eider intake mail`: hands a mail on, from the mail server's pipe.

use std::{
    io::{self, Read as _},
    time::Duration,
};

use clap::{Args, Subcommand};
use reqwest::StatusCode;

use crate::{Failure, Input, client::trimmed};

/// The largest mail that is handed on, in bytes.
const MAIL_LIMIT_BYTES: u64 = 8 * 1024 * 1024;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// What is handed on.
#[derive(Debug, Subcommand)]
pub enum IntakeCommand {
    /// Read a mail from standard input and hand it on as an alert
    ///
    /// For the pipe of a mail server. When the server cannot take it in just now, it exits with 75,
    /// which tells the mail server to try again later.
    Mail(Mail),
}

/// Where a mail goes.
#[derive(Args, Debug)]
pub struct Mail {
    /// The server's address
    #[arg(long, env = "EIDER_SERVER", value_name = "URL")]
    server: String,
    /// The key for mail of a service
    #[arg(
        long,
        env = "EIDER_INTAKE_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    key: String,
}

impl IntakeCommand {
    pub(crate) async fn run(self, input: &Input) -> Result<(), Failure> {
        let Self::Mail(mail) = self;
        let raw = raw(input)?;
        let key = mail.key.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let sentence = "The key cannot be one. Copy it whole from the page of the service.";
            return Err(Failure::Usage(sentence.to_owned()));
        }
        let server = trimmed(&mail.server);
        let later = |reason: &dyn std::fmt::Display| {
            Failure::TryAgain(format!("{server} did not take the mail in: {reason}."))
        };
        let http = reqwest::Client::builder()
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| later(&error))?;
        let sent = http.post(format!("{server}/hooks/mail/{key}")).body(raw);
        let answer = sent
            .send()
            .await
            .map_err(|error| later(&error.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED => Err(Failure::NotSignedIn(
                "The key is not good for mail. Make one on the page of the service.".to_owned(),
            )),
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => Err(Failure::Usage(
                "This is not a mail that can be read.".to_owned(),
            )),
            status => Err(later(&status)),
        }
    }
}

fn raw(input: &Input) -> Result<Vec<u8>, Failure> {
    if let Input::Words(words) = input {
        return Ok(words.clone().into_bytes());
    }
    let mut raw = Vec::new();
    io::stdin()
        .take(MAIL_LIMIT_BYTES)
        .read_to_end(&mut raw)
        .map_err(|error| Failure::Usage(format!("Standard input cannot be read: {error}.")))?;
    Ok(raw)
}

//! What the operator says to the watch: a small file of its own, overridden by the environment.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use eider_delivery::{Configuration as Providers, Secret};
use eider_domain::contact::{Kind, parse_address};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::{
    command_line::Watch,
    configuration::{LogFormat, Tables, line_of},
    failure::Failure,
};

const FILE_NAME: &str = "eider-watch.toml";
const STATE_NAME: &str = "eider-watch-state.json";
const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8095);
const EVERY_SECONDS: u32 = 300;
const WITHIN_SECONDS: u32 = 60;
const REPEAT_SECONDS: u32 = 900;

/// The keys of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    server: Option<String>,
    key: Option<String>,
    key_file: Option<PathBuf>,
    listen: Option<SocketAddr>,
    every_seconds: Option<u32>,
    within_seconds: Option<u32>,
    repeat_seconds: Option<u32>,
    state: Option<PathBuf>,
    log_format: Option<LogFormat>,
    #[serde(default)]
    tell: Vec<Told>,
    #[serde(default)]
    smtp: Vec<toml::Table>,
    #[serde(default)]
    twilio: Vec<toml::Table>,
    #[serde(default)]
    ntfy: Vec<toml::Table>,
}

/// Who is told, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    kind: String,
    address: String,
}

/// What holds for the watch.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    /// The Eider that is watched.
    pub(super) server: String,
    /// What test alerts prove themselves with and answers are signed with.
    pub(super) key: Secret,
    /// Where answers come.
    pub(super) listen: SocketAddr,
    /// How often a test alert is sent.
    pub(super) every: SignedDuration,
    /// Within which time it is to come back.
    pub(super) within: SignedDuration,
    /// After which time trouble that lasts is told again.
    pub(super) repeat: SignedDuration,
    /// Where is kept what was told.
    pub(super) state: PathBuf,
    /// How log lines are written.
    pub(super) log_format: LogFormat,
    /// Who is told, each by a way that a provider sends.
    pub(super) tell: Vec<(Kind, String)>,
    /// Who sends it.
    pub(super) providers: Providers,
}

/// Puts the file and the environment together.
///
/// # Errors
/// When something is missing or cannot be used.
pub(super) fn read(options: &Watch) -> Result<Configuration, Failure> {
    let file = read_file(options.config.as_deref())?;
    let said = |key: &str| env::var(format!("EIDER_WATCH_{key}")).ok();
    let number = |key: &str, written: Option<u32>, usual: u32, limit: u32| {
        match said(key) {
            Some(text) => text.parse().ok(),
            None => Some(written.unwrap_or(usual)),
        }
        .filter(|seconds| (1..=limit).contains(seconds))
        .map(|seconds| SignedDuration::from_secs(i64::from(seconds)))
        .ok_or_else(|| {
            let key = key.to_lowercase();
            Failure::told(format!(
                "{key}: write a number of seconds from 1 to {limit}."
            ))
        })
    };
    let listen = match said("LISTEN") {
        Some(text) => text.parse().map_err(|_| {
            Failure::told(format!("“{text}” is no address with a port to listen on."))
        })?,
        None => file.listen.unwrap_or(LISTEN),
    };
    let server = said("SERVER").or(file.server).ok_or_else(|| {
        Failure::told("Say which Eider is watched: server = \"https://support.example.com\".")
    })?;
    let tell = match said("TELL") {
        Some(text) => text.split(',').map(told_of).collect::<Result<_, _>>()?,
        None => file.tell,
    };
    Ok(Configuration {
        server,
        key: key(
            said("KEY").or(file.key),
            said("KEY_FILE").map(Into::into).or(file.key_file),
        )?,
        listen,
        every: number("EVERY_SECONDS", file.every_seconds, EVERY_SECONDS, 86_400)?,
        within: number("WITHIN_SECONDS", file.within_seconds, WITHIN_SECONDS, 600)?,
        repeat: number(
            "REPEAT_SECONDS",
            file.repeat_seconds,
            REPEAT_SECONDS,
            86_400,
        )?,
        state: said("STATE")
            .map(Into::into)
            .or(file.state)
            .unwrap_or_else(|| STATE_NAME.into()),
        log_format: file.log_format.unwrap_or_default(),
        tell: tell.iter().map(checked).collect::<Result<_, _>>()?,
        providers: Tables {
            smtp: file.smtp,
            twilio: file.twilio,
            ntfy: file.ntfy,
            // Whoever is told by a webhook is the operator's own.
            webhook: toml::Table::from_iter([("allow_private_addresses".into(), true.into())]),
            ..Tables::default()
        }
        .providers()?,
    })
}

fn read_file(named: Option<&Path>) -> Result<File, Failure> {
    let path = match named {
        Some(path) => path,
        None if Path::new(FILE_NAME).exists() => Path::new(FILE_NAME),
        None => return Ok(File::default()),
    };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::file("Cannot read the configuration", path, &error))?;
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(&text, span.start));
        Failure::told(format!(
            "{} cannot be used: line {line}: {}. docs/operating.md lists the keys.",
            path.display(),
            error.message().trim_end().replace('\n', " ")
        ))
    })
}

fn key(key: Option<String>, file: Option<PathBuf>) -> Result<Secret, Failure> {
    match (key, file) {
        (Some(key), _) => Ok(Secret(key)),
        (None, Some(path)) => fs::read_to_string(&path)
            .map(|text| Secret(text.trim().to_owned()))
            .map_err(|error| Failure::file("Cannot read the key of the watch from", &path, &error)),
        (None, None) => Err(Failure::told(
            "Name the key of the watch with key_file. It is the one that the server has under \
             [watched_by].",
        )),
    }
}

/// `sms:+447700900123`, as it stands in the environment.
fn told_of(text: &str) -> Result<Told, Failure> {
    let (kind, address) = text.split_once(':').ok_or_else(|| {
        Failure::told(format!(
            "“{text}” says nobody to tell. Write it like email:ada@example.com."
        ))
    })?;
    Ok(Told {
        kind: kind.trim().to_owned(),
        address: address.trim().to_owned(),
    })
}

fn checked(told: &Told) -> Result<(Kind, String), Failure> {
    let kind = Kind::parse(&told.kind).ok_or_else(|| {
        let kinds = Kind::ALL.map(Kind::as_str).join(", ");
        Failure::told(format!(
            "“{}” is no way to tell somebody. There are {kinds}.",
            told.kind
        ))
    })?;
    let address = parse_address(kind, &told.address);
    let address = address.map_err(|error| Failure::told(format!("tell: {error}")))?;
    Ok((kind, address))
}

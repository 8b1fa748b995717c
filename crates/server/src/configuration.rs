//! What the operator says: `eider.toml`, overridden by the environment, overridden by flags.

mod providers;

use std::{
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use eider_delivery::Configuration as Providers;
use eider_slack::SLACK_API;
use serde::Deserialize;

use crate::failure::Failure;
pub use providers::Tables;

const FILE_NAME: &str = "eider.toml";
/// Databases tell of trifles, such as tables that are there already.
const DEFAULT_LOG_LEVEL: &str = "info,sqlx=warn";
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    DEFAULT_PORT,
);
/// The port that is listened on when none is named.
pub const DEFAULT_PORT: u16 = 8080;

/// Where the desk is kept and how it logs: what every command on a database may be told.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// The configuration file; ./eider.toml when it is there
    #[arg(long, value_name = "FILE", env = "EIDER_CONFIG")]
    config: Option<PathBuf>,
    /// The folder that holds the SQLite file; ./eider-data when nothing else is said
    #[arg(long, value_name = "DIR", env = "EIDER_DATA")]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead, as postgres://name:password@host/database
    #[arg(
        long,
        value_name = "URL",
        env = "EIDER_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,
    /// A file that holds the URL of the PostgreSQL database, so that it stands in no process list
    #[arg(long, value_name = "FILE", env = "EIDER_DATABASE_URL_FILE")]
    database_url_file: Option<PathBuf>,
    /// The file with the key that seals tokens; made by itself beside an SQLite file
    #[arg(long, value_name = "FILE", env = "EIDER_SECRET_KEY_FILE")]
    secret_key_file: Option<PathBuf>,
    /// How log lines are written, to standard error
    #[arg(long, value_name = "FORMAT", env = "EIDER_LOG_FORMAT")]
    log_format: Option<LogFormat>,
    /// What is logged: error, warn, info, debug, trace, or by part such as info,sqlx=debug
    #[arg(long, value_name = "LEVEL", env = "EIDER_LOG_LEVEL")]
    log_level: Option<String>,
}

/// Where the server can be reached.
#[derive(Args, Clone, Debug, Default)]
pub struct Reach {
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "EIDER_LISTEN")]
    listen: Option<SocketAddr>,
    /// The address that people type, such as `https://support.example.com`
    #[arg(long, value_name = "URL", env = "EIDER_PUBLIC_URL")]
    public_url: Option<String>,
    /// How a client's address is known, for counting attempts to sign in
    #[arg(long, value_name = "HOW", env = "EIDER_CLIENT_ADDRESS")]
    client_address: Option<ClientAddress>,
    /// Where Slack's Web API is; for tests
    #[arg(long, value_name = "URL", env = "EIDER_SLACK_API_URL", hide = true)]
    slack_api_url: Option<String>,
}

/// How a client's address is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ClientAddress {
    /// It is at the other end of the connection.
    #[default]
    Peer,
    /// A reverse proxy that nobody can go around writes it last in X-Forwarded-For.
    ForwardedFor,
}

impl From<ClientAddress> for eider_web::ClientAddress {
    fn from(how: ClientAddress) -> Self {
        match how {
            ClientAddress::Peer => Self::Peer,
            ClientAddress::ForwardedFor => Self::ForwardedFor,
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// The keys of `eider.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    database: Option<String>,
    database_url_file: Option<PathBuf>,
    secret_key_file: Option<PathBuf>,
    slack_api_url: Option<String>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    client_address: Option<ClientAddress>,
    log_format: Option<LogFormat>,
    log_level: Option<String>,
    #[serde(default)]
    smtp: Vec<toml::Table>,
    #[serde(default)]
    twilio: Vec<toml::Table>,
    #[serde(default)]
    ntfy: Vec<toml::Table>,
    #[serde(default)]
    webhook: toml::Table,
    #[serde(default)]
    web_push: toml::Table,
    heartbeat: Option<toml::Table>,
    watched_by: Option<toml::Table>,
}

/// What holds, after file, environment and flags were put together.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The file that was read, if one was.
    pub file: Option<PathBuf>,
    /// Where the desk is kept.
    pub database: Database,
    /// The file with the key that seals secrets, if one was named.
    pub secret_key_file: Option<PathBuf>,
    /// Where Slack's Web API is, without a slash at its end.
    pub slack_api_url: String,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address that people type, without a slash at its end.
    pub public_url: Option<String>,
    /// How a client's address is known.
    pub client_address: ClientAddress,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_level: String,
    /// Who sends e-mail, text messages, calls and notifications.
    pub providers: Providers,
}

/// Where the desk is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// In an SQLite file in this folder.
    Sqlite {
        /// The folder.
        folder: PathBuf,
    },
    /// In a PostgreSQL database.
    Postgres(DatabaseUrl),
}

/// A URL with a password in it, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL with its password, to connect by.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", &self.0));
        // Passwords also come as parameters, so nothing after the address is shown.
        let address = rest.split(['?', '#']).next().unwrap_or_default();
        match address.rsplit_once('@') {
            Some((user, host)) => {
                let name = user.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{name}:...@{host}")
            }
            None => write!(f, "{scheme}://{address}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Configuration {
    /// Puts file, environment and flags together.
    ///
    /// # Errors
    /// When a file cannot be read, a key is not known, or a value cannot be used.
    pub fn read(place: &Place, reach: &Reach) -> Result<Self, Failure> {
        let (path, file) = read_file(place.config.as_deref())?;
        let said = database_of(
            place.database.as_deref(),
            place.database_url_file.as_deref(),
        )?;
        let written = match &said {
            Some(_) => None,
            None => database_of(file.database.as_deref(), file.database_url_file.as_deref())?,
        };
        // A folder named by a flag or the environment means SQLite there, whatever the file says.
        let written = written.filter(|_| place.data.is_none());
        let database = match said.or(written) {
            Some(url) => Database::Postgres(url),
            None => Database::Sqlite {
                folder: place
                    .data
                    .clone()
                    .or(file.data)
                    .unwrap_or_else(|| "eider-data".into()),
            },
        };
        let public_url = reach.public_url.clone().or(file.public_url);
        let written = Tables {
            smtp: file.smtp,
            twilio: file.twilio,
            ntfy: file.ntfy,
            webhook: file.webhook,
            web_push: file.web_push,
            heartbeat: file.heartbeat,
            watched_by: file.watched_by,
        };
        Ok(Self {
            providers: written.providers()?,
            file: path,
            database,
            secret_key_file: place.secret_key_file.clone().or(file.secret_key_file),
            slack_api_url: reach
                .slack_api_url
                .clone()
                .or(file.slack_api_url)
                .map_or_else(
                    || SLACK_API.to_owned(),
                    |url| url.trim_end_matches('/').to_owned(),
                ),
            listen: reach.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            public_url: public_url.as_deref().map(parse_public_url).transpose()?,
            client_address: reach
                .client_address
                .or(file.client_address)
                .unwrap_or_default(),
            log_format: place.log_format.or(file.log_format).unwrap_or_default(),
            log_level: place
                .log_level
                .clone()
                .or(file.log_level)
                .unwrap_or_else(|| DEFAULT_LOG_LEVEL.into()),
        })
    }

    /// What the operator should know before others reach this server, if anything.
    pub fn warning(&self) -> Option<String> {
        let is_secure = self
            .public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://"));
        if self.listen.ip().is_loopback() || is_secure {
            return None;
        }
        Some(format!(
            "Eider listens on {}, beyond this machine, and no public address with https:// is \
             set: passwords would cross the network readable by anybody. Put a reverse proxy \
             with TLS in front and set public_url.",
            self.listen
        ))
    }
}

fn read_file(named: Option<&Path>) -> Result<(Option<PathBuf>, File), Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None if Path::new(FILE_NAME).exists() => FILE_NAME.into(),
        None => return Ok((None, File::default())),
    };
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::file("Cannot read the configuration", &path, &error))?;
    let file = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(&text, span.start));
        Failure::told(format!(
            "{} cannot be used: line {line}: {}. docs/operating.md lists the keys.",
            path.display(),
            error.message().trim_end().replace('\n', " ")
        ))
    })?;
    Ok((Some(path), file))
}

/// The line of that place in a text.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

fn database_of(url: Option<&str>, file: Option<&Path>) -> Result<Option<DatabaseUrl>, Failure> {
    let url = match (url, file) {
        (Some(url), _) => url.to_owned(),
        (None, Some(path)) => fs::read_to_string(path)
            .map_err(|error| Failure::file("Cannot read the database's URL from", path, &error))?,
        (None, None) => return Ok(None),
    };
    let url = url.trim().to_owned();
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(Some(DatabaseUrl(url)))
    } else {
        Err(Failure::told(
            "The URL of the database must begin with postgres://. For SQLite name a folder with \
             --data instead.",
        ))
    }
}

fn parse_public_url(url: &str) -> Result<String, Failure> {
    let url = eider_domain::feature::parse_url(url)
        .map_err(|error| Failure::told(format!("public_url: {error}")))?;
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://ada:hunter2@db.example.com:5432/eider",
            "postgres://ada:hun@ter2@db.example.com/eider",
            "postgres://db.example.com/eider?user=ada&password=hunter2",
        ] {
            let shown = format!("{0} {0:?}", DatabaseUrl(url.into()));
            assert!(!shown.contains("ter2"), "{shown}");
            assert!(shown.contains("db.example.com"), "{shown}");
        }
    }

    #[test]
    fn flags_override_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eider.toml");
        fs::write(&path, "listen = \"127.0.0.1:9000\"\nlog_level = \"warn\"\n").unwrap();
        let place = Place {
            config: Some(path),
            log_level: Some("debug".into()),
            ..Place::default()
        };
        let read = Configuration::read(&place, &Reach::default()).unwrap();
        assert_eq!(read.listen.port(), 9000);
        assert_eq!(read.log_level, "debug");
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eider.toml");
        fs::write(
            &path,
            "log_level = \"warn\"\nlisten_on = \"127.0.0.1:9000\"\n",
        )
        .unwrap();
        let place = Place {
            config: Some(path),
            ..Place::default()
        };
        let error = Configuration::read(&place, &Reach::default()).unwrap_err();
        let words = error.to_string();
        assert!(
            words.contains("line 2") && words.contains("listen_on"),
            "{words}"
        );
    }

    #[test]
    fn listening_beyond_this_machine_without_tls_is_warned_of() {
        let reach = |listen: &str, public_url: Option<&str>| Reach {
            listen: Some(listen.parse().unwrap()),
            public_url: public_url.map(Into::into),
            client_address: None,
            slack_api_url: None,
        };
        let warning = |reach| {
            Configuration::read(&Place::default(), &reach)
                .unwrap()
                .warning()
        };
        assert!(warning(reach("0.0.0.0:80", None)).is_some());
        assert!(warning(reach("0.0.0.0:80", Some("http://a.example"))).is_some());
        assert_eq!(
            warning(reach("0.0.0.0:80", Some("https://a.example/"))),
            None
        );
        assert_eq!(warning(reach("127.0.0.1:80", None)), None);
    }
}

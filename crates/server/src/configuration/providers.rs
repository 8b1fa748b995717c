//! Who sends e-mail, text messages, calls and notifications: tables of `eider.toml`, overridden by
//! the environment, with secrets from files.
//!
//! The first provider of a kind is `EIDER_SMTP_HOST` and so on in the environment, the second, which
//! steps in for it, `EIDER_SMTP_2_HOST`.

use std::{env, fs, path::Path};

use eider_delivery::Configuration;
use serde::Deserialize;
use toml::{Table, Value};

use crate::failure::Failure;

/// The keys of each kind, which are also the ends of names in the environment.
const KINDS: [(&str, &[&str]); 3] = [
    (
        "smtp",
        &[
            "host",
            "port",
            "encryption",
            "user",
            "password",
            "password_file",
            "from",
            "per_second",
        ],
    ),
    (
        "twilio",
        &[
            "account_sid",
            "auth_token",
            "auth_token_file",
            "sms_from",
            "voice_from",
            "api_url",
            "per_second",
        ],
    ),
    ("ntfy", &["server", "token", "token_file", "per_second"]),
];

/// The keys of the heartbeat, of which there is one.
const HEARTBEAT: &[&str] = &["url", "url_file", "method", "every_seconds"];

/// The keys of whoever watches, of which there is one.
const WATCHED_BY: &[&str] = &["key", "key_file", "answer_url"];

/// The keys of what there is once.
const ONCE: [(&str, &[&str]); 2] = [
    ("webhook", &["allow_private_addresses"]),
    ("web_push", &["contact", "allow_private_addresses"]),
];

/// The first, and the one that steps in for it.
const PLACES: [(usize, &str); 2] = [(0, ""), (1, "_2")];

/// The tables of `eider.toml`.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Servers that take e-mail.
    pub smtp: Vec<Table>,
    /// Accounts that send text messages and make calls.
    pub twilio: Vec<Table>,
    /// Servers of ntfy.
    pub ntfy: Vec<Table>,
    /// What holds for webhooks.
    pub webhook: Table,
    /// What holds for notifications in browsers.
    pub web_push: Table,
    /// Who outside is told that all is well.
    pub heartbeat: Option<Table>,
    /// Who watches from outside.
    pub watched_by: Option<Table>,
}

impl Tables {
    /// Puts them and the environment of this process together.
    ///
    /// # Errors
    /// When a file cannot be read, a key is not known, or a value cannot be used.
    pub fn providers(self) -> Result<Configuration, Failure> {
        read(self, |name| env::var(name).ok())
    }
}

/// Puts the file and the environment together; `environment` answers a variable's value.
///
/// # Errors
/// When a file cannot be read, a key is not known, or a value cannot be used.
fn read(
    written: Tables,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Configuration, Failure> {
    let mut whole = Table::new();
    let tables = [written.smtp, written.twilio, written.ntfy];
    for ((kind, keys), mut tables) in KINDS.into_iter().zip(tables) {
        for (place, suffix) in PLACES {
            let prefix = format!("EIDER_{}{suffix}", kind.to_uppercase());
            for key in keys {
                let name = format!("{prefix}_{}", key.to_uppercase());
                let Some(value) = environment(&name) else {
                    continue;
                };
                if tables.len() < place {
                    return Err(Failure::told(format!(
                        "{name} is set, and there is no first {kind} for which this one could \
                         step in."
                    )));
                }
                if tables.len() == place {
                    tables.push(Table::new());
                }
                if let Some(table) = tables.get_mut(place) {
                    set(table, key, value);
                }
            }
        }
        for table in &mut tables {
            open_files(table)?;
        }
        let tables: Vec<Value> = tables.into_iter().map(Value::Table).collect();
        whole.insert(kind.to_owned(), Value::Array(tables));
    }
    for ((kind, keys), mut table) in ONCE.into_iter().zip([written.webhook, written.web_push]) {
        for key in keys {
            let name = format!("EIDER_{}_{}", kind.to_uppercase(), key.to_uppercase());
            if let Some(value) = environment(&name) {
                set(&mut table, key, value);
            }
        }
        whole.insert(kind.to_owned(), Value::Table(table));
    }
    let heartbeat = single(
        written.heartbeat,
        "EIDER_HEARTBEAT",
        HEARTBEAT,
        &environment,
    )?;
    let watch = single(
        written.watched_by,
        "EIDER_WATCHED_BY",
        WATCHED_BY,
        &environment,
    )?;
    for (name, table) in [("heartbeat", heartbeat), ("watched_by", watch)] {
        if let Some(table) = table {
            whole.insert(name.to_owned(), Value::Table(table));
        }
    }
    Configuration::deserialize(Value::Table(whole)).map_err(|error| {
        let words = error.message().trim_end().replace('\n', " ");
        Failure::told(format!(
            "The providers cannot be used: {words}. docs/operating.md lists their keys."
        ))
    })
}

/// A table of which there is one, if it is written anywhere.
fn single(
    written: Option<Table>,
    prefix: &str,
    keys: &[&str],
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<Table>, Failure> {
    let mut table = written;
    for key in keys {
        let name = format!("{prefix}_{}", key.to_uppercase());
        if let Some(value) = environment(&name) {
            set(table.get_or_insert_default(), key, value);
        }
    }
    if let Some(table) = &mut table {
        open_files(table)?;
    }
    Ok(table)
}

/// Writes a value of the environment; what is set there holds against a file of the same secret.
fn set(table: &mut Table, key: &str, value: String) {
    match key.strip_suffix("_file") {
        Some(secret) => table.remove(secret),
        None => table.remove(&format!("{key}_file")),
    };
    let value = match key {
        "port" | "per_second" | "every_seconds" => value
            .parse()
            .map(Value::Integer)
            .unwrap_or(Value::String(value)),
        "allow_private_addresses" => value
            .parse()
            .map(Value::Boolean)
            .unwrap_or(Value::String(value)),
        _ => Value::String(value),
    };
    table.insert(key.to_owned(), value);
}

/// Puts the content of files in the place of their names: `password_file` becomes `password`.
fn open_files(table: &mut Table) -> Result<(), Failure> {
    for secret in ["password", "auth_token", "token", "url", "key"] {
        let Some(path) = table.remove(&format!("{secret}_file")) else {
            continue;
        };
        let path = path.as_str().unwrap_or_default().to_owned();
        let path = Path::new(&path);
        let content = fs::read_to_string(path).map_err(|error| {
            Failure::file("Cannot read the secret of a provider from", path, &error)
        })?;
        table.insert(secret.to_owned(), Value::String(content.trim().to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use eider_delivery::Encryption;

    fn written(text: &str) -> Tables {
        let mut file: Table = text.parse().unwrap();
        let mut tables = |name: &str| match file.remove(name) {
            Some(Value::Array(tables)) => tables
                .into_iter()
                .map(|table| table.as_table().cloned().unwrap())
                .collect(),
            _ => Vec::new(),
        };
        Tables {
            smtp: tables("smtp"),
            twilio: tables("twilio"),
            ntfy: tables("ntfy"),
            webhook: Table::new(),
            web_push: Table::new(),
            heartbeat: file
                .remove("heartbeat")
                .and_then(|one| one.as_table().cloned()),
            watched_by: None,
        }
    }

    #[test]
    fn the_address_of_the_heartbeat_is_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        fs::write(&path, "https://hc.example.com/hunter2\n").unwrap();
        let text = format!("[heartbeat]\nurl_file = {:?}\n", path.display().to_string());
        let from_file = read(written(&text), |_| None).unwrap();
        let heartbeat = from_file.heartbeat.as_ref().unwrap();
        assert_eq!(heartbeat.url.0, "https://hc.example.com/hunter2");
        assert_eq!(heartbeat.every_seconds, 60);
        assert!(!format!("{from_file:?}").contains("hunter2"));
        let alone = read(Tables::default(), |name| match name {
            "EIDER_HEARTBEAT_URL" => Some("https://hc.example.com/other".into()),
            "EIDER_HEARTBEAT_EVERY_SECONDS" => Some("30".into()),
            "EIDER_HEARTBEAT_METHOD" => Some("post".into()),
            _ => None,
        });
        let heartbeat = alone.unwrap().heartbeat.unwrap();
        assert_eq!(heartbeat.every_seconds, 30);
        assert_eq!(heartbeat.method, eider_delivery::HeartbeatMethod::Post);
        assert!(
            read(Tables::default(), |_| None)
                .unwrap()
                .heartbeat
                .is_none()
        );
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let text = "[[smtp]]\nhost = \"mail.example.com\"\nfrom = \"a@example.com\"\nport = 25\n";
        let read = read(written(text), |name| match name {
            "EIDER_SMTP_PORT" => Some("2525".into()),
            "EIDER_SMTP_2_HOST" => Some("spare.example.com".into()),
            "EIDER_SMTP_2_FROM" => Some("b@example.com".into()),
            "EIDER_SMTP_2_ENCRYPTION" => Some("tls".into()),
            _ => None,
        });
        let read = read.unwrap();
        assert_eq!(read.smtp[0].port, Some(2525));
        assert_eq!(read.smtp[0].host, "mail.example.com");
        assert_eq!(read.smtp[1].host, "spare.example.com");
        assert_eq!(read.smtp[1].encryption, Encryption::Tls);
    }

    #[test]
    fn a_secret_comes_from_a_file_or_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "hunter2\n").unwrap();
        let text = format!(
            "[[ntfy]]\nserver = \"https://ntfy.example.com\"\ntoken_file = {:?}\n",
            path.display().to_string()
        );
        let from_file = read(written(&text), |_| None).unwrap();
        assert_eq!(from_file.ntfy[0].token.as_ref().unwrap().0, "hunter2");
        let said = |name: &str| (name == "EIDER_NTFY_TOKEN").then(|| "other".to_owned());
        let from_environment = read(written(&text), said).unwrap();
        assert_eq!(from_environment.ntfy[0].token.as_ref().unwrap().0, "other");
        assert!(!format!("{from_file:?}").contains("hunter2"));
    }

    #[test]
    fn what_there_is_once_is_overridden_too() {
        let web_push = "contact = \"mailto:a@example.com\"\n".parse().unwrap();
        let written = Tables {
            web_push,
            ..Tables::default()
        };
        let read = read(written, |name| match name {
            "EIDER_WEB_PUSH_CONTACT" => Some("mailto:b@example.com".into()),
            "EIDER_WEB_PUSH_ALLOW_PRIVATE_ADDRESSES" => Some("true".into()),
            _ => None,
        });
        let read = read.unwrap();
        assert_eq!(
            read.web_push.contact.as_deref(),
            Some("mailto:b@example.com")
        );
        assert!(read.web_push.allow_private_addresses);
        assert!(!read.webhook.allow_private_addresses);
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = read(written("[[ntfy]]\nsever = \"https://ntfy.sh\"\n"), |_| None);
        let words = error.unwrap_err().to_string();
        assert!(words.contains("sever"), "{words}");
        let alone = read(Tables::default(), |name| {
            (name == "EIDER_NTFY_2_SERVER").then(|| "https://ntfy.sh".to_owned())
        });
        let words = alone.unwrap_err().to_string();
        assert!(words.contains("no first ntfy"), "{words}");
    }
}

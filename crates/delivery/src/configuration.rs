//! What the operator says about providers.

use std::fmt;

use serde::Deserialize;

/// The most providers of one kind: the first, and the second that steps in for it. Both together
/// answer within a job's lease.
pub const PROVIDERS_LIMIT: usize = 2;

const TWILIO_API: &str = "https://api.twilio.com";

/// Every provider, those of a kind in the order in which they are asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// Servers that take e-mail.
    pub smtp: Vec<SmtpServer>,
    /// Accounts with Twilio, or with whoever speaks as it does.
    pub twilio: Vec<TwilioAccount>,
    /// Servers of ntfy.
    pub ntfy: Vec<NtfyServer>,
    /// What holds for people's own webhooks.
    pub webhook: WebhookRules,
    /// What holds for notifications in browsers.
    pub web_push: WebPushRules,
    /// Who outside is told again and again that all is well.
    pub heartbeat: Option<Heartbeat>,
    /// Who watches from outside by test alerts.
    pub watched_by: Option<Watch>,
}

/// Something that is never shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// How the connection to a server of e-mail is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// It begins in the clear and is encrypted before anything is said.
    #[default]
    Starttls,
    /// It is encrypted from its first byte.
    Tls,
    /// Not at all.
    None,
}

/// A server that takes e-mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port; the usual one of the encryption when it is not given.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// The name to sign in with, if the server wants one.
    #[serde(default)]
    pub user: Option<String>,
    /// The password that belongs to it.
    #[serde(default)]
    pub password: Option<Secret>,
    /// Who the e-mail is from, such as `Eider <eider@example.com>`.
    pub from: String,
    /// How many it takes in a second; without a limit, all.
    #[serde(default)]
    pub per_second: Option<u32>,
}

/// An account that sends text messages and makes calls.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioAccount {
    /// Its identifier, which begins with AC.
    pub account_sid: String,
    /// Its secret.
    pub auth_token: Secret,
    /// The number that text messages come from; without it none are sent.
    #[serde(default)]
    pub sms_from: Option<String>,
    /// The number that calls come from; without it none are made.
    #[serde(default)]
    pub voice_from: Option<String>,
    /// Where its API is, for those who speak as Twilio does.
    #[serde(default = "twilio_api")]
    pub api_url: String,
    /// How many it takes in a second; without a limit, all.
    #[serde(default)]
    pub per_second: Option<u32>,
}

/// A server of ntfy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NtfyServer {
    /// Its address, such as `https://ntfy.sh`.
    pub server: String,
    /// The access token, if the server wants one.
    #[serde(default)]
    pub token: Option<Secret>,
    /// How many it takes in a second; without a limit, all.
    #[serde(default)]
    pub per_second: Option<u32>,
}

/// What holds for people's own webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookRules {
    /// Whether they may lead to addresses that are not reached from everywhere, such as those of
    /// the own network.
    pub allow_private_addresses: bool,
}

/// Who outside is told again and again that all is well.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// The address that is called; whoever knows it can call it, so it is a secret.
    pub url: Secret,
    /// How it is called.
    #[serde(default)]
    pub method: HeartbeatMethod,
    /// How often.
    #[serde(default = "every_seconds")]
    pub every_seconds: u32,
}

/// Who watches from outside by test alerts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// What it proves itself with, and what answers to it are signed with.
    pub key: Secret,
    /// Where it listens for what comes back; the operator's own, so it may be in the own network.
    pub answer_url: String,
}

/// How a heartbeat is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeartbeatMethod {
    /// By a GET.
    #[default]
    Get,
    /// By a POST without a body.
    Post,
}

fn every_seconds() -> u32 {
    60
}

/// What holds for notifications in browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebPushRules {
    /// Where whoever brings the notifications can write to when we do something wrong:
    /// `mailto:` or `https://`. Without it, the address of this desk.
    pub contact: Option<String>,
    /// Whether their services may be at addresses that are not reached from everywhere.
    pub allow_private_addresses: bool,
}

fn twilio_api() -> String {
    TWILIO_API.to_owned()
}

/// A provider is configured so that it cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{provider}: {why}")]
pub struct ConfigurationError {
    /// Which provider, as `smtp` or `twilio-2`.
    pub provider: String,
    /// What is wrong and how to mend it.
    pub why: String,
}

impl ConfigurationError {
    pub(crate) fn new(provider: &str, why: impl fmt::Display) -> Self {
        Self {
            provider: provider.to_owned(),
            why: why.to_string(),
        }
    }
}

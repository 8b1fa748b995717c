//! Keys: how a monitor says for which service it speaks.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Mapping;
use crate::{ServiceId, ServiceKeyId};

/// A key with which a monitor sends alerts. Its secret is kept only as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceKey {
    /// Identity.
    pub id: ServiceKeyId,
    /// The service that it speaks for.
    pub service: ServiceId,
    /// What kind of monitor sends with it.
    pub source: Source,
    /// What people call it.
    pub name: String,
    /// What else has to be known to read what is sent with it.
    pub options: KeyOptions,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<Timestamp>,
}

/// What has to be known of some kinds of monitors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyOptions {
    /// How JSON of its own is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
    /// How often it is to be heard of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<Heartbeat>,
    /// What it signs with, sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_client_secret: Option<String>,
}

/// How often something is to be heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// It comes this often.
    pub every_seconds: i64,
    /// It may be late by this.
    pub grace_seconds: i64,
}

impl Heartbeat {
    /// The shortest and the longest time between two beats, in seconds: a minute and 31 days.
    pub const EVERY_LIMITS_SECONDS: (i64, i64) = (60, 31 * 86_400);
    /// The latest that a beat may be, in seconds.
    pub const GRACE_LIMIT_SECONDS: i64 = 86_400;

    /// When it is missed, if nothing is heard after `at`.
    pub fn missed_at(self, at: Timestamp) -> Timestamp {
        let seconds = self.every_seconds.saturating_add(self.grace_seconds);
        at.saturating_add(SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX)
    }

    /// Whether the two lengths can be used.
    pub fn is_fine(self) -> bool {
        let (shortest, longest) = Self::EVERY_LIMITS_SECONDS;
        (shortest..=longest).contains(&self.every_seconds)
            && (0..=Self::GRACE_LIMIT_SECONDS).contains(&self.grace_seconds)
    }
}

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $called:literal;)*) => {
        /// A kind of monitor.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Source {
            $($(#[$doc])* $name,)*
        }

        impl Source {
            /// Every kind, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word that is stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The name that people read.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $called,)* }
            }

            /// The kind of that word, if there is one.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|source| source.as_str() == word)
            }
        }
    };
}

sources! {
    /// Prometheus, by its Alertmanager.
    Alertmanager = "alertmanager", "Prometheus Alertmanager";
    /// Whatever can send to PagerDuty's Events API, version 2.
    Pagerduty = "pagerduty", "PagerDuty Events v2";
    /// Whatever can send to Opsgenie's Alert API.
    Opsgenie = "opsgenie", "Opsgenie Alert API";
    /// Grafana's own alerting, by webhook.
    Grafana = "grafana", "Grafana";
    /// Sentry, by an integration of one's own.
    Sentry = "sentry", "Sentry";
    /// Anything that sends JSON.
    Json = "json", "JSON of your own";
    /// Something that is to be heard of again and again, such as a nightly job.
    Heartbeat = "heartbeat", "Heartbeat";
    /// Mail, by the mail server's pipe.
    Mail = "mail", "E-mail";
}

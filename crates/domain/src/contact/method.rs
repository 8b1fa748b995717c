//! One way to reach a person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    MethodId, PersonId,
    feature::{BadLink, parse_url},
    person::{BadEmail, parse_email},
};

/// The most contact methods of one person.
pub const METHODS_LIMIT: usize = 10;

const TOPIC_LIMIT_CHARACTERS: usize = 64;

/// How somebody is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// E-mail.
    Email,
    /// A text message to a phone.
    Sms,
    /// A phone call, spoken by a voice.
    Voice,
    /// A notification by a server of ntfy.
    Ntfy,
    /// A notification in a browser, on a phone or a computer.
    WebPush,
    /// A request to an address of theirs.
    Webhook,
    /// A direct message in Slack. Nobody adds it: whoever is known in Slack has it.
    Slack,
}

impl Kind {
    /// Every kind, the usual ones first.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::Sms,
        Self::Voice,
        Self::Ntfy,
        Self::WebPush,
        Self::Webhook,
        Self::Slack,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Ntfy => "ntfy",
            Self::WebPush => "web_push",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
        }
    }

    /// The kind of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Sms => "Text message",
            Self::Voice => "Phone call",
            Self::Ntfy => "ntfy",
            Self::WebPush => "Browser notification",
            Self::Webhook => "Webhook",
            Self::Slack => "Slack",
        }
    }
}

/// One way to reach a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Identity.
    pub id: MethodId,
    /// Whom it reaches.
    pub person: PersonId,
    /// How.
    pub kind: Kind,
    /// Where: an e-mail address, a number, a topic, a web address.
    pub address: String,
    /// What its owner calls it; may be empty.
    pub label: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When its owner proved that it reaches them.
    pub verified_at: Option<Timestamp>,
    /// When it was found to be gone for good: nothing that is sent there arrives any more.
    pub lost_at: Option<Timestamp>,
}

impl Method {
    /// Whether it reaches its owner, as far as is known.
    pub fn is_good(&self) -> bool {
        self.verified_at.is_some() && self.lost_at.is_none()
    }
}

/// An address as it is shown. That of a browser is long, and whoever knows it could write to it:
/// only the service that brings the notifications is named.
pub fn shown_address(kind: Kind, address: &str) -> &str {
    if kind != Kind::WebPush {
        return address;
    }
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The text is not an address of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// No e-mail address.
    #[error(transparent)]
    Email(#[from] BadEmail),
    /// No telephone number.
    #[error(
        "“{0}” is not a number that can be called from everywhere. Write it with its country, like +44 7700 900123."
    )]
    Number(String),
    /// No topic.
    #[error("“{0}” is not a topic of ntfy. A topic has letters, digits, - and _, at most 64.")]
    Topic(String),
    /// No web address.
    #[error(transparent)]
    Url(#[from] BadLink),
    /// Nothing that can be written.
    #[error("In Slack you are reached as soon as you are known there; there is nothing to enter.")]
    Known,
}

/// The address as it is kept: lower-cased e-mail, a number as digits after a plus sign.
///
/// # Errors
/// A sentence for whoever wrote it.
pub fn parse_address(kind: Kind, text: &str) -> Result<String, BadAddress> {
    let text = text.trim();
    match kind {
        Kind::Email => Ok(parse_email(text)?),
        Kind::Sms | Kind::Voice => parse_number(text),
        Kind::Ntfy => parse_topic(text),
        Kind::WebPush | Kind::Webhook => Ok(parse_url(text)?),
        Kind::Slack => Err(BadAddress::Known),
    }
}

/// A number in the form of E.164: a plus sign, the country, up to fifteen digits in all.
fn parse_number(text: &str) -> Result<String, BadAddress> {
    let bad = || BadAddress::Number(shortened(text));
    let rest = text.strip_prefix('+').ok_or_else(bad)?;
    let is_known = |c: char| c.is_ascii_digit() || " -()./".contains(c);
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let is_fine =
        rest.chars().all(is_known) && (7..=15).contains(&digits.len()) && !digits.starts_with('0');
    is_fine.then(|| format!("+{digits}")).ok_or_else(bad)
}

fn parse_topic(text: &str) -> Result<String, BadAddress> {
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_fine = (1..=TOPIC_LIMIT_CHARACTERS).contains(&text.len()) && text.chars().all(is_known);
    if is_fine {
        Ok(text.to_owned())
    } else {
        Err(BadAddress::Topic(shortened(text)))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_digits_with_their_country() {
        let parse = |text| parse_address(Kind::Sms, text).ok();
        assert_eq!(
            parse(" +44 (7700) 900-123 ").as_deref(),
            Some("+447700900123")
        );
        for bad in [
            "07700 900123",
            "+0447700900123",
            "+44",
            "+44 7700 90012x",
            "+1234567890123456",
            "",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_kind_has_addresses_of_its_own() {
        let parse = |kind, text| parse_address(kind, text).ok();
        assert_eq!(
            parse(Kind::Email, "Ada@Example.com").as_deref(),
            Some("ada@example.com")
        );
        assert_eq!(
            parse(Kind::Ntfy, "ada-pages_1").as_deref(),
            Some("ada-pages_1")
        );
        assert_eq!(parse(Kind::Ntfy, "https://ntfy.sh/ada"), None);
        assert_eq!(parse(Kind::Webhook, "ftp://example.com"), None);
        assert!(parse(Kind::Webhook, "https://example.com/pages?for=ada").is_some());
    }

    #[test]
    fn of_a_browsers_address_only_the_service_is_shown() {
        let address = "https://updates.push.example:8443/wpush/v2/secret?of=hers";
        let shown = shown_address(Kind::WebPush, address);
        assert_eq!(shown, "updates.push.example:8443");
        assert_eq!(shown_address(Kind::Webhook, address), address);
    }

    #[test]
    fn a_kind_is_known_again_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
    }
}

//! People: who they are and what they do here.

use serde::{Deserialize, Serialize};

use crate::{PersonId, SquadId};

/// What a person does here; each role may do all that the ones below it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// Asks for help and follows what becomes of it.
    Reporter,
    /// Works on tickets.
    Responder,
    /// Leads a squad: its people, features and follow-ups.
    Lead,
    /// Installs, configures and gives access.
    Administrator,
}

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Reporter,
        Self::Responder,
        Self::Lead,
        Self::Administrator,
    ];

    /// The word that is stored and sent: `administrator`, `lead`, ...
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reporter => "reporter",
            Self::Responder => "responder",
            Self::Lead => "lead",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Whether a person can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Can sign in.
    Active,
    /// Has left or was switched off; their history stays.
    Disabled,
    /// Known only from another tracker's history.
    Imported,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 3] = [Self::Active, Self::Disabled, Self::Imported];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Imported => "imported",
        }
    }

    /// The standing of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Full name as they write it.
    pub name: String,
    /// Where they sign in; absent for people known only from imported history.
    pub email: Option<String>,
    /// What they do here.
    pub role: Role,
    /// Whether they can sign in.
    pub standing: Standing,
    /// IANA name of the zone they live in, such as `Europe/London`.
    pub zone: String,
    /// One to three letters shown where a photograph would be.
    pub initials: String,
    /// How they like to be addressed, such as "Ada" or "Dr Lovelace, she/her".
    pub address_as: Option<String>,
    /// The squads they belong to.
    pub squads: Vec<SquadId>,
}

impl Person {
    /// What to call them in a sentence: as they asked for, else their first name.
    pub fn called(&self) -> &str {
        self.address_as
            .as_deref()
            .or_else(|| self.name.split_whitespace().next())
            .unwrap_or(&self.name)
    }
}

/// The initials of a name: first letters of its first and last words.
pub fn initials_of(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    let initials: String = first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .take(3)
        .collect();
    if initials.is_empty() {
        "?".to_owned()
    } else {
        initials
    }
}

/// An address that can be mailed, lower-cased, or a sentence saying why not. The check is the one
/// of the HTML standard in spirit: something, an at sign, a domain with a dot or `localhost`.
pub fn parse_email(text: &str) -> Result<String, BadEmail> {
    let email = text.trim().to_lowercase();
    let fine = email.len() <= 254
        && !email
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == ',' || c == ';')
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && (domain.contains('.') || domain == "localhost")
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
    if fine {
        Ok(email)
    } else {
        Err(BadEmail(text.trim().chars().take(80).collect()))
    }
}

/// The text is not an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an e-mail address. Write it like ada@example.com.")]
pub struct BadEmail(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        assert_eq!(initials_of("Ada King Lovelace"), "AL");
        assert_eq!(initials_of("Cher"), "C");
        assert_eq!(initials_of("  "), "?");
    }

    #[test]
    fn addresses_are_checked() {
        assert_eq!(
            parse_email(" Ada@Example.com "),
            Ok("ada@example.com".into())
        );
        for bad in ["", "ada", "@x.y", "a@b", "a b@c.d", "a@b@c.d", "a@.c"] {
            assert!(parse_email(bad).is_err(), "{bad}");
        }
    }
}

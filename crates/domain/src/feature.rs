//! Features: the parts of the product that people ask about.

use serde::{Deserialize, Serialize};

use crate::{FeatureId, SquadId};

/// Where a feature can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A browser.
    Web,
    /// An iPhone or iPad.
    Ios,
    /// An Android phone or tablet.
    Android,
    /// Anything else: a till, a terminal, a partner's system.
    Other,
}

impl Platform {
    /// Every platform, in the order in which it is asked for.
    pub const ALL: [Self; 4] = [Self::Web, Self::Ios, Self::Android, Self::Other];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Other => "other",
        }
    }

    /// The name that people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "Web",
            Self::Ios => "iOS",
            Self::Android => "Android",
            Self::Other => "Other",
        }
    }

    /// The platform of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|platform| platform.as_str() == word)
    }
}

/// A link that helps: a repository, a dashboard, a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    pub title: String,
    /// An `http` or `https` address.
    pub url: String,
}

/// The address is not one that a browser can safely follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a web address. Write it with https:// at the front.")]
pub struct BadLink(String);

/// An address with the scheme `http` or `https` and no blanks, at most 2,000 characters.
pub fn parse_url(text: &str) -> Result<String, BadLink> {
    let url = text.trim();
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let fine = url.len() <= 2_000
        && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !url
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>\"'`".contains(c));
    if fine {
        Ok(url.to_owned())
    } else {
        Err(BadLink(url.chars().take(80).collect()))
    }
}

/// A feature of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Identity.
    pub id: FeatureId,
    /// Name as reporters say it; unique without regard to case.
    pub name: String,
    /// One or two sentences for somebody who has never seen it.
    pub description: String,
    /// The squad that looks after it.
    pub squad: Option<SquadId>,
    /// Where it can be tried; empty when the question makes no sense for it.
    pub platforms: Vec<Platform>,
    /// Where to read more.
    pub links: Vec<Link>,
    /// No longer offered when asking; history keeps it.
    pub retired: bool,
}

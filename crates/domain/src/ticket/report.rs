//! What the form asks (A5): what a responder needs, and nothing more.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::feature::Platform;

/// What the reporter told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// What happened.
    pub what: String,
    /// What was expected instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The key of the word from the glossary that fits, such as `crash`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Where it was tried, and whether it works there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tried>,
    /// On which network, in the reporter's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Who noticed, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noticed: Option<Noticed>,
    /// How many people it concerns, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people_affected: Option<i64>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Steps with their timing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<String>,
    /// Web addresses that show it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// Where something was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Where.
    pub platform: Platform,
    /// Whether it works there.
    pub works: bool,
}

/// Who noticed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noticed {
    /// A customer called or wrote.
    CustomerCall,
    /// People wrote about it in public.
    SocialMedia,
    /// Somebody who works here.
    Colleague,
    /// A monitor.
    Monitor,
    /// The reporter.
    Myself,
}

impl Noticed {
    /// Every way, in the order in which it is asked for.
    pub const ALL: [Self; 5] = [
        Self::CustomerCall,
        Self::SocialMedia,
        Self::Colleague,
        Self::Monitor,
        Self::Myself,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomerCall => "customer_call",
            Self::SocialMedia => "social_media",
            Self::Colleague => "colleague",
            Self::Monitor => "monitor",
            Self::Myself => "myself",
        }
    }

    /// The words that people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::CustomerCall => "A customer told us",
            Self::SocialMedia => "People write about it in public",
            Self::Colleague => "A colleague noticed",
            Self::Monitor => "A monitor noticed",
            Self::Myself => "I noticed myself",
        }
    }

    /// The way of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|noticed| noticed.as_str() == word)
    }
}

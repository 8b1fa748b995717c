//! How bad a monitor says that something is.

use serde::{Deserialize, Serialize};

/// How bad a monitor says that something is, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Only to be known.
    Info,
    /// It may become worse.
    Warning,
    /// Something does not work.
    Error,
    /// It hurts now.
    Critical,
}

impl Severity {
    /// Every severity, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::Error, Self::Warning, Self::Info];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// The severity of that word, if it is one of ours.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == word)
    }

    /// The severity that a monitor means by its own word. A word that nobody knows is an error:
    /// rather one call too many than one too few.
    pub fn meant_by(word: &str) -> Self {
        match word.trim().to_lowercase().as_str() {
            "critical" | "crit" | "page" | "emergency" | "emerg" | "alert" | "fatal"
            | "disaster" | "p1" | "sev1" | "1" => Self::Critical,
            "warning" | "warn" | "minor" | "average" | "p3" | "sev3" | "3" => Self::Warning,
            "info" | "information" | "informational" | "notice" | "none" | "debug" | "low"
            | "ok" | "p4" | "p5" | "sev4" | "sev5" | "4" | "5" => Self::Info,
            _ => Self::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_no_reason_to_sleep() {
        assert_eq!(Severity::meant_by("Page"), Severity::Critical);
        assert_eq!(Severity::meant_by(" warn "), Severity::Warning);
        assert_eq!(Severity::meant_by("P5"), Severity::Info);
        assert_eq!(Severity::meant_by("apocalyptic"), Severity::Error);
        assert!(Severity::Critical > Severity::Info);
    }
}

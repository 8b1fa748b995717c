//! The words of a report, each defined, so that "it crashed" means one thing to everybody (A5).

use serde::{Deserialize, Serialize};

/// A word that reporters choose, and what it means here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The word that is stored and sent, such as `crash`.
    pub key: String,
    /// The word as it is shown, such as "Crash".
    pub word: String,
    /// What it means, in one sentence that starts with what a person sees.
    pub meaning: String,
}

/// The glossary that a new Eider starts with.
pub fn defaults() -> Vec<Term> {
    [
        (
            "crash",
            "Crash",
            "It closed by itself, or the whole page went away.",
        ),
        (
            "error",
            "Error",
            "It is still there, and shows a message that something went wrong.",
        ),
        (
            "frozen",
            "Frozen",
            "It is still there, and nothing happens when you tap or type.",
        ),
        (
            "slow",
            "Slow",
            "It works in the end, but you wait much longer than you usually do.",
        ),
        (
            "wrong",
            "Wrong",
            "It answers, but what it shows or does is not right.",
        ),
        (
            "missing",
            "Missing",
            "Something that should be there is not.",
        ),
    ]
    .into_iter()
    .map(|(key, word, meaning)| Term {
        key: key.into(),
        word: word.into(),
        meaning: meaning.into(),
    })
    .collect()
}

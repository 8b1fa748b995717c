//! The words of a report.

use eider_domain::{
    access::{Action, Actor, may},
    glossary::Term,
    text::{self, SHORT_LIMIT_CHARACTERS},
};

use super::keep;
use crate::{Eider, Result, desk::GLOSSARY, error::FieldErrors};

const TERMS_LIMIT: usize = 30;
const WORD_LIMIT_CHARACTERS: usize = 40;

/// Writes the whole glossary. A term without a key is new and gets one from its word; a term
/// without any text is left out. Reports keep the key that they were written with.
///
/// # Errors
/// `Invalid` names what is wrong.
pub async fn save_glossary(eider: &Eider, actor: &Actor, terms: Vec<Term>) -> Result<Vec<Term>> {
    may(actor, Action::Configure)?;
    let terms = check(terms)?;
    let mut tx = eider.db().write().await?;
    eider_store::setting::put(&mut tx, GLOSSARY, &terms).await?;
    keep(eider, tx, actor, "glossary", "the glossary").await?;
    Ok(terms)
}

fn check(terms: Vec<Term>) -> Result<Vec<Term>> {
    let mut errors = FieldErrors::default();
    let mut kept: Vec<Term> = Vec::new();
    for term in terms {
        if term.word.trim().is_empty() && term.meaning.trim().is_empty() {
            continue;
        }
        let word = text::line("The word", &term.word, WORD_LIMIT_CHARACTERS);
        let meaning = text::line("Its meaning", &term.meaning, SHORT_LIMIT_CHARACTERS);
        let (Some(word), Some(meaning)) =
            (errors.check("word", word), errors.check("meaning", meaning))
        else {
            continue;
        };
        let key = key_of(if term.key.is_empty() {
            &word
        } else {
            &term.key
        });
        if key.is_empty() {
            errors.add("word", format!("“{word}” has no letter. Write a word."));
        } else if kept.iter().any(|other| other.key == key) {
            errors.add(
                "word",
                format!("“{word}” is there twice. Keep one of them."),
            );
        } else {
            kept.push(Term { key, word, meaning });
        }
    }
    if kept.len() > TERMS_LIMIT {
        errors.add("word", format!("At most {TERMS_LIMIT} words can be kept."));
    }
    errors.finish()?;
    Ok(kept)
}

/// Small letters and digits of a word, with an underscore for everything between them.
fn key_of(word: &str) -> String {
    let parts: Vec<String> = word
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    parts
        .join("_")
        .chars()
        .take(WORD_LIMIT_CHARACTERS)
        .collect()
}

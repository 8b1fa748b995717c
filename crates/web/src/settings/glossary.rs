//! The words of a report, each defined.

use axum::{extract::State, response::Response};
use eider_app::configure;
use eider_domain::glossary::Term;
use maud::{Markup, html};

use super::{GLOSSARY, INDEX, again};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        forms::{self, Field, TextKind},
        layout, notices,
    },
    outcome::Outcome,
};

/// How many empty rows stand below the words.
const EMPTY_ROWS: usize = 2;

/// The words and what they mean, for the index.
pub(super) fn summary(visitor: &Visitor, configures: bool) -> Markup {
    let glossary = &visitor.desk.glossary;
    let words: Vec<(&str, Markup)> = glossary
        .iter()
        .map(|term| (term.word.as_str(), html! { (term.meaning) }))
        .collect();
    html! {
        (notices::facts(&words))
        @if configures {
            (actions::button_row(actions::link(GLOSSARY, "Edit the words", Weight::Secondary)))
        }
    }
}

pub(super) async fn page(visitor: Visitor) -> Markup {
    form(&visitor, &visitor.desk.glossary, &Wrong::default())
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    let written = |name: &str, row: usize| answers.text(&format!("{name}-{row}")).to_owned();
    let terms: Vec<Term> = answers
        .all("key")
        .enumerate()
        .map(|(row, key)| Term {
            key: key.to_owned(),
            word: written("word", row),
            // One line, however it was broken in the box.
            meaning: written("meaning", row)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        })
        .collect();
    match configure::save_glossary(&web.eider, visitor.actor(), terms.clone()).await {
        Ok(_) => Ok(Outcome::SettingsSaved.redirect(&web, INDEX)),
        Err(error) => Ok(again(form(&visitor, &terms, &Wrong::of(error)?))),
    }
}

fn form(visitor: &Visitor, terms: &[Term], wrong: &Wrong) -> Markup {
    let lede = "Whoever asks chooses one of these words, and everybody means the same by it.";
    let (faulty, right) = (faulty(terms), Wrong::default());
    let is_blank = |term: &&Term| term.word.is_empty() && term.meaning.is_empty();
    let blank = terms.iter().filter(is_blank).count();
    let new = std::iter::repeat_n(("", "", ""), EMPTY_ROWS.saturating_sub(blank));
    let rows = terms
        .iter()
        .map(|term| (term.key.as_str(), term.word.as_str(), term.meaning.as_str()));
    let body = html! {
        (layout::heading("Words of a report", Some(lede), html! {}))
        (wrong.summary())
        (forms::form(GLOSSARY, None, html! {
            @for (row, (key, word, meaning)) in rows.chain(new).enumerate() {
                (term(row, [key, word, meaning], if row == faulty { wrong } else { &right }))
            }
            p.hint { "To take a word out, empty both of its fields. Save to get more rows." }
            (actions::submit("Save the words", Weight::Primary))
        }))
    };
    super::page(visitor, "Words of a report", GLOSSARY, body)
}

/// The first row that what is wrong can be about: one that is written by half, or a repeated word.
fn faulty(terms: &[Term]) -> usize {
    let half = |term: &Term| term.word.trim().is_empty() != term.meaning.trim().is_empty();
    let key = |term: &Term| term.word.trim().to_lowercase();
    let repeats = |row: usize| {
        let word = key(&terms[row]);
        !word.is_empty() && terms[..row].iter().any(|other| key(other) == word)
    };
    let half_written = terms.iter().position(half);
    let repeated = (0..terms.len()).find(|&row| repeats(row));
    half_written.or(repeated).unwrap_or_default()
}

/// One word.
fn term(row: usize, [key, word, meaning]: [&str; 3], wrong: &Wrong) -> Markup {
    let (word_name, meaning_name) = (format!("word-{row}"), format!("meaning-{row}"));
    let legend = if word.is_empty() { "A new word" } else { word };
    let word_field = Field::new(&word_name, "The word").longest(40).unmarked();
    let meaning_field = Field::new(&meaning_name, "What it means")
        .longest(200)
        .unmarked()
        .hint("Begin with what a person sees.");
    html! {
        // The summary of errors leads to the row with a fault.
        @for name in ["word", "meaning"] {
            @if wrong.with(name).is_some() { span id={ "field-" (name) } {} }
        }
        (forms::fieldset(legend, None, html! {
            input type="hidden" name="key" value=(key);
            (forms::text(&word_field.error(wrong.with("word")), TextKind::Text, word))
            (forms::text_area(&meaning_field.error(wrong.with("meaning")), 2, meaning))
        }))
    }
}

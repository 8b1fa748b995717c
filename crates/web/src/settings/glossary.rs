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
    let rows = answers.all("key").count();
    let written = |name: &str, row: usize| answers.text(&format!("{name}-{row}")).to_owned();
    let terms: Vec<Term> = answers
        .all("key")
        .enumerate()
        .take(rows)
        .map(|(row, key)| Term {
            key: key.to_owned(),
            word: written("word", row),
            meaning: written("meaning", row),
        })
        .collect();
    match configure::save_glossary(&web.eider, visitor.actor(), terms.clone()).await {
        Ok(_) => Ok(Outcome::SettingsSaved.redirect(&web, INDEX)),
        Err(error) => Ok(again(form(&visitor, &terms, &Wrong::of(error)?))),
    }
}

fn form(visitor: &Visitor, terms: &[Term], wrong: &Wrong) -> Markup {
    let lede = "Whoever asks chooses one of these words, and everybody means the same by it.";
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
                (term(row, [key, word, meaning], wrong))
            }
            p.hint { "To take a word out, empty both of its fields. Save to get more rows." }
            (actions::submit("Save the words", Weight::Primary))
        }))
    };
    super::page(visitor, "Words of a report", GLOSSARY, body)
}

/// One word. What is wrong stands at the first row that it can be about.
fn term(row: usize, [key, word, meaning]: [&str; 3], wrong: &Wrong) -> Markup {
    let half_written = word.trim().is_empty() != meaning.trim().is_empty();
    let (word_name, meaning_name) = (format!("word-{row}"), format!("meaning-{row}"));
    let legend = if word.is_empty() { "A new word" } else { word };
    let no_word = wrong
        .with("word")
        .filter(|_| half_written && word.trim().is_empty());
    let no_meaning = wrong
        .with("meaning")
        .filter(|_| half_written && meaning.trim().is_empty());
    html! {
        // The summary of errors leads to the first row with a fault.
        @if no_word.is_some() { span id="field-word" {} }
        @if no_meaning.is_some() { span id="field-meaning" {} }
        (forms::fieldset(legend, None, html! {
            input type="hidden" name="key" value=(key);
            (forms::text(&Field::new(&word_name, "The word").longest(40).optional().error(no_word),
                TextKind::Text, word))
            (forms::text(&Field::new(&meaning_name, "What it means").longest(200).optional()
                .hint("Begin with what a person sees.").error(no_meaning),
                TextKind::Text, meaning))
        }))
    }
}

//! The most telling number of each figure, for the top of the page.

use eider_app::figures::{self, Answer};
use eider_domain::figures::{Figure, Period, Question};

use super::{
    numbers::{currency, measure, number},
    story::{Story, has_tickets},
};
use crate::{Result, Visitor, Web, chart::say, components::charts::KeyFigure};

/// A column of a figure, with words around it.
const KEYS: [(Figure, &str, &str); 5] = [
    (Figure::OpenTime, "median_seconds", "Open time, median"),
    (Figure::ServiceLevel, "resolve_share", "Resolved in time"),
    (Figure::Cost, "cost_cents", "Cost of support"),
    (
        Figure::Ownership,
        "mean_unowned_seconds",
        "Without an owner, mean",
    ),
    (Figure::Ownership, "reopened_share", "Reopened"),
];

/// The key figures of the period of `story`, each with what it was before.
pub(super) async fn figures(web: &Web, visitor: &Visitor, story: &Story) -> Result<Vec<KeyFigure>> {
    let asked = &story.answer.question;
    let question = |figure: Figure, period: Period| Question {
        figure,
        period,
        groups: Vec::new(),
        ..asked.clone()
    };
    let now = KEYS.map(|(figure, _, _)| question(figure, asked.period));
    let before = story
        .before
        .map(|before| KEYS.map(|(figure, _, _)| question(figure, before)));
    let questions = now.into_iter().chain(before.into_iter().flatten());
    let answers = figures::ask(&web.eider, visitor.actor(), questions.collect()).await?;
    let currency = currency(&visitor.desk);
    let told = KEYS
        .iter()
        .enumerate()
        .map(|(index, (figure, key, label))| {
            let column = figure
                .about()
                .columns
                .iter()
                .find(|column| column.key == *key);
            let say_it = |value: f64| match column {
                Some(column) => say(value, measure(column.unit, currency)),
                None => String::new(),
            };
            let value = |index: usize| answers.get(index).and_then(|answer| first(answer, key));
            // A company that was not there yet had no figures, not even a zero.
            let was_there = answers.get(index + KEYS.len()).is_some_and(has_tickets);
            KeyFigure {
                label: (*label).to_owned(),
                value: value(index).map_or_else(|| "–".to_owned(), say_it),
                note: value(index + KEYS.len())
                    .filter(|_| was_there)
                    .map(|was| format!("{} in the period before", say_it(was))),
            }
        });
    Ok(told.collect())
}

fn first(answer: &Answer, key: &str) -> Option<f64> {
    number(answer, answer.rows.first()?, key)
}

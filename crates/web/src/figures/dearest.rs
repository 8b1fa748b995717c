//! The dearest tickets, as bars.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Question, Value};

use super::{
    numbers::{counted, number, sum},
    story::{Said, Telling},
};
use crate::chart::{Bar, Ink, Measure, bars, say};

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![telling.by(&[])]
}

pub(super) fn said(telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let measure = Measure::Cents(telling.currency);
    let (finding, drawn) = match answers {
        [answer, ..] => {
            let bar = |row: &Row| bar(answer, row, measure);
            let drawn: Vec<Bar> = answer.rows.iter().map(bar).collect();
            (finding(answer, measure), drawn)
        }
        [] => (String::new(), Vec::new()),
    };
    Said {
        drawing: bars(&drawn, &finding),
        shown: "Cost of single tickets".to_owned(),
        finding,
    }
}

fn bar(answer: &Answer, row: &Row, measure: Measure) -> Bar {
    let value = |key: &str| number(answer, row, key).unwrap_or_default();
    let label = match (answer.value(row, "ticket"), answer.value(row, "title")) {
        (Some(Value::Ticket(number)), Some(Value::Words(title))) => format!("{number} {title}"),
        (Some(Value::Ticket(number)), _) => number.to_string(),
        _ => String::new(),
    };
    Bar {
        label,
        value: value("cost_cents"),
        within: None,
        note: format!(
            "{}, {}, {}",
            say(value("cost_cents"), measure),
            counted(value("replies"), "reply", "replies"),
            counted(value("people"), "person", "people"),
        ),
        ink: Ink::Calm,
    }
}

fn finding(answer: &Answer, measure: Measure) -> String {
    match answer.rows.first() {
        None => "Nobody has worked on a ticket of this period yet".to_owned(),
        Some(first) => {
            let most = number(answer, first, "cost_cents").unwrap_or_default();
            format!(
                "The dearest ticket cost {}, the dearest ten together {}",
                say(most, measure),
                say(sum(answer, "cost_cents"), measure),
            )
        }
    }
}

//! Unowned time of a ticket by squad, with hand-offs and reopening.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Dimension, Question};

use super::{
    numbers::{counted, number},
    story::{Said, Telling},
};
use crate::chart::{Bar, Ink, Measure, bars, say};

const MOST_BARS: usize = 15;

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![
        telling.by(&[]),
        telling.before_by(&[]),
        telling.by(&[Dimension::Squad]),
    ]
}

pub(super) fn said(_telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let (finding, drawn) = match answers {
        [all, before, squads] => {
            let mut drawn: Vec<Bar> = squads.rows.iter().map(|row| bar(squads, row)).collect();
            drawn.sort_by(|a, b| b.value.total_cmp(&a.value));
            drawn.truncate(MOST_BARS);
            (finding(all, before), drawn)
        }
        _ => (String::new(), Vec::new()),
    };
    Said {
        drawing: bars(&drawn, &finding),
        shown: "Mean time without an owner by squad".to_owned(),
        finding,
    }
}

fn bar(answer: &Answer, row: &Row) -> Bar {
    let value = |key: &str| number(answer, row, key).unwrap_or_default();
    let name = row.labels.first().map(|label| label.title.clone());
    Bar {
        label: name.unwrap_or_default(),
        value: value("mean_unowned_seconds"),
        within: None,
        note: format!(
            "{}, {}, {} reopened",
            say(value("mean_unowned_seconds"), Measure::Seconds),
            counted(value("hand_offs"), "hand-off", "hand-offs"),
            say(value("reopened_share"), Measure::Share),
        ),
        ink: Ink::Calm,
    }
}

fn finding(all: &Answer, before: &Answer) -> String {
    let mean = |answer: &Answer| {
        let row = answer.rows.first()?;
        number(answer, row, "mean_unowned_seconds")
    };
    let time = |seconds| say(seconds, Measure::Seconds);
    match (mean(all), mean(before)) {
        (None, _) => "Nobody has asked anything in this period".to_owned(),
        (Some(now), None) => format!("A ticket waits {} for an owner on average", time(now)),
        (Some(now), Some(was)) if (now - was).abs() < 60.0 => format!(
            "A ticket waits {} for an owner on average, as in the period before",
            time(now)
        ),
        (Some(now), Some(was)) => {
            let way = if now > was { "longer" } else { "less" };
            format!(
                "A ticket waits {} for an owner on average, {} {way} than in the period before",
                time(now),
                time((now - was).abs())
            )
        }
    }
}

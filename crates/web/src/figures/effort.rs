//! Hands-on time of a ticket by feature, with replies and people.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Dimension, Question};

use super::{
    numbers::{counted, number},
    story::{Said, Telling},
};
use crate::chart::{Bar, Ink, Measure, bars, say};

const MOST_BARS: usize = 15;

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![telling.by(&[]), telling.by(&[Dimension::Feature])]
}

pub(super) fn said(_telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let (finding, drawn) = match answers {
        [all, features] => {
            let mut drawn: Vec<Bar> = features.rows.iter().map(|row| bar(features, row)).collect();
            drawn.sort_by(|a, b| b.value.total_cmp(&a.value));
            drawn.truncate(MOST_BARS);
            (finding(all), drawn)
        }
        _ => (String::new(), Vec::new()),
    };
    Said {
        drawing: bars(&drawn, &finding),
        shown: "Mean hands-on time of a ticket by feature".to_owned(),
        finding,
    }
}

fn bar(answer: &Answer, row: &Row) -> Bar {
    let value = |key: &str| number(answer, row, key).unwrap_or_default();
    let name = row.labels.first().map(|label| label.title.clone());
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    Bar {
        label: name.unwrap_or_default(),
        value: value("mean_hands_on_seconds"),
        within: None,
        note: format!(
            "{}, {}, {}",
            say(value("mean_hands_on_seconds"), Measure::Seconds),
            counted(tenth(value("mean_replies")), "reply", "replies"),
            counted(tenth(value("mean_people")), "person", "people"),
        ),
        ink: Ink::Calm,
    }
}

fn finding(all: &Answer) -> String {
    let told = all.rows.first().and_then(|row| {
        let replies = number(all, row, "median_replies")?;
        let people = number(all, row, "median_people")?;
        let time = number(all, row, "median_hands_on_seconds")?;
        Some(format!(
            "At the median a ticket takes {}, {} and {} of work",
            counted(replies, "reply", "replies"),
            counted(people, "person", "people"),
            say(time, Measure::Seconds),
        ))
    });
    told.unwrap_or_else(|| "Nobody has asked anything in this period".to_owned())
}

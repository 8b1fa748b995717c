//! Requests (bar) against changes needed (thin bar), by feature.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Dimension, Question, Value};

use super::{
    numbers::{counted, number},
    story::{Said, Telling},
};
use crate::chart::{Bar, Ink, bars};

/// More bars than this are a list, which the table is.
const MOST_BARS: usize = 15;

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![telling.by(&[Dimension::Feature])]
}

pub(super) fn said(_telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let mut features: Vec<Feature> = answers
        .iter()
        .flat_map(|answer| answer.rows.iter().map(|row| Feature::of(answer, row)))
        .collect();
    features.sort_by(|a, b| b.requests.total_cmp(&a.requests));
    let finding = finding(&features);
    let drawn: Vec<Bar> = features.iter().take(MOST_BARS).map(Feature::bar).collect();
    Said {
        drawing: bars(&drawn, &finding),
        shown: "Requests, and beneath them the code changes needed, by feature".to_owned(),
        finding,
    }
}

struct Feature {
    name: String,
    requests: f64,
    changes: f64,
    is_misunderstood: bool,
}

impl Feature {
    fn of(answer: &Answer, row: &Row) -> Self {
        let name = row.labels.first().map(|label| label.title.clone());
        Self {
            name: name.unwrap_or_default(),
            requests: number(answer, row, "requests").unwrap_or_default(),
            changes: number(answer, row, "changes").unwrap_or_default(),
            is_misunderstood: matches!(answer.value(row, "reading"), Some(Value::Words(_))),
        }
    }

    fn bar(&self) -> Bar {
        let requests = counted(self.requests, "request", "requests");
        let changes = counted(self.changes, "change", "changes");
        let reading = if self.is_misunderstood {
            ", not understood"
        } else {
            ""
        };
        Bar {
            label: self.name.clone(),
            value: self.requests,
            within: Some(self.changes),
            note: format!("{requests}, {changes}{reading}"),
            ink: if self.is_misunderstood {
                Ink::Accent
            } else {
                Ink::Calm
            },
        }
    }
}

fn finding(features: &[Feature]) -> String {
    let (Some(most), misunderstood) = (
        features.first(),
        features.iter().filter(|feature| feature.is_misunderstood),
    ) else {
        return "Nobody has asked anything in this period".to_owned();
    };
    let names: Vec<&str> = misunderstood.map(|feature| feature.name.as_str()).collect();
    match names.as_slice() {
        [] => format!(
            "{} is asked about most: {}, {} needed",
            most.name,
            counted(most.requests, "request", "requests"),
            counted(most.changes, "change", "changes"),
        ),
        [one] => format!("{one}: many requests, few changes. People do not understand this part"),
        [one, others @ ..] => format!(
            "{one} and {} have many requests and few changes: people do not understand them",
            counted(others.len() as f64, "other feature", "other features"),
        ),
    }
}

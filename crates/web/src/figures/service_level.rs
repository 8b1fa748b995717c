//! The share of promises kept, by month.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Dimension, Question, wilson};

use super::{
    axis::Axis,
    numbers::number,
    story::{Said, Telling},
};
use crate::chart::{Ink, Measure, Panel, Series, lines, say};

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![
        telling.by(&[]),
        telling.before_by(&[]),
        telling.by(&[Dimension::Month]),
        telling.before_by(&[Dimension::Month]),
    ]
}

pub(super) fn said(_telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let share_of = |index: usize| {
        let answer = answers.get(index)?;
        number(answer, answer.rows.first()?, "resolve_share")
    };
    let finding = finding(share_of(0), share_of(1));
    let (axis, series) = match answers {
        [_, _, months, before] => {
            let axis = Axis::of(months, Some(before));
            let series = series(&axis, months, before);
            (axis.names(), series)
        }
        _ => (Vec::new(), Vec::new()),
    };
    let panel = Panel {
        title: String::new(),
        series,
    };
    Said {
        drawing: lines(&[panel], &axis, Measure::Share, &finding),
        shown: "Share in time by month, with the range in which it probably lies".to_owned(),
        finding,
    }
}

fn series(axis: &Axis, months: &Answer, before: &Answer) -> Vec<Series> {
    let mut series = vec![
        one(axis, months, "resolve", "resolved", Ink::Accent),
        one(axis, months, "respond", "answered", Ink::Calm),
    ];
    if !before.rows.is_empty() {
        series.push(Series {
            label: "before".to_owned(),
            values: axis.values_before(before, before.rows.iter(), |row| {
                number(before, row, "resolve_share")
            }),
            reach: Vec::new(),
            ink: Ink::Line,
        });
    }
    series
}

fn one(axis: &Axis, months: &Answer, what: &str, label: &str, ink: Ink) -> Series {
    let count = |row: &Row, outcome: &str| {
        number(months, row, &format!("{what}_{outcome}")).map(|count| count as u64)
    };
    let interval = |row: &Row| {
        let (kept, late) = (count(row, "kept")?, count(row, "late")?);
        wilson(kept, kept + late)
    };
    let rows = months.rows.iter();
    let low = axis.values(rows.clone(), |row| interval(row).map(|i| i.low));
    let high = axis.values(rows.clone(), |row| interval(row).map(|i| i.high));
    // Both lines with their ranges would cover each other; it is about resolving.
    let reach = if ink == Ink::Accent {
        low.into_iter()
            .zip(high)
            .map(|(low, high)| low.zip(high))
            .collect()
    } else {
        Vec::new()
    };
    Series {
        label: label.to_owned(),
        values: axis.values(rows, |row| number(months, row, &format!("{what}_share"))),
        reach,
        ink,
    }
}

fn finding(now: Option<f64>, before: Option<f64>) -> String {
    let Some(now) = now else {
        return "No ticket of this period has been resolved or breached yet".to_owned();
    };
    let kept = format!("{} were resolved in time", say(now, Measure::Share));
    let Some(before) = before else { return kept };
    let points = ((now - before) * 100.0).round();
    let compared = match points.abs() {
        0.0 => "as in the period before".to_owned(),
        size => {
            let word = if size == 1.0 { "point" } else { "points" };
            let way = if points > 0.0 { "more" } else { "fewer" };
            format!("{size} {word} {way} than in the period before")
        }
    };
    format!("{kept}, {compared}")
}

#[cfg(test)]
mod tests {
    use super::finding;

    #[test]
    fn the_finding_compares_in_points() {
        assert_eq!(
            finding(Some(0.92), Some(0.89)),
            "92 % were resolved in time, 3 points more than in the period before"
        );
        assert_eq!(
            finding(Some(0.88), Some(0.89)),
            "88 % were resolved in time, 1 point fewer than in the period before"
        );
        assert_eq!(finding(Some(0.5), None), "50 % were resolved in time");
        assert!(finding(None, Some(1.0)).starts_with("No ticket"));
    }
}

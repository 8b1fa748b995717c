//! Cost by month, for the dearest squads.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Dimension, Group, Question};

use super::{
    axis::Axis,
    numbers::{number, sum},
    story::{Said, Telling},
};
use crate::chart::{Ink, Measure, Panel, Series, lines, say};

/// More lines than this cannot be told apart.
const MOST_LINES: usize = 5;

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![
        telling.by(&[Dimension::Squad]),
        telling.before_by(&[Dimension::Squad]),
        telling.by(&[Dimension::Month, Dimension::Squad]),
    ]
}

pub(super) fn said(telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let measure = Measure::Cents(telling.currency);
    let (finding, axis, series) = match answers {
        [squads, before, months] => {
            let axis = Axis::of(months, None);
            let series = series(squads, months, &axis);
            (finding(squads, before, measure), axis.names(), series)
        }
        _ => (String::new(), Vec::new(), Vec::new()),
    };
    let panel = Panel {
        title: String::new(),
        series,
    };
    Said {
        drawing: lines(&[panel], &axis, measure, &finding),
        shown: "Cost by the month in which tickets were asked, by squad".to_owned(),
        finding,
    }
}

fn series(squads: &Answer, months: &Answer, axis: &Axis) -> Vec<Series> {
    let mut dearest: Vec<&Row> = squads.rows.iter().collect();
    let cost = |row: &Row| number(squads, row, "cost_cents").unwrap_or_default();
    dearest.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
    dearest.truncate(MOST_LINES);
    let inks = [Ink::Accent, Ink::Calm, Ink::Quiet, Ink::Quiet, Ink::Quiet];
    dearest
        .into_iter()
        .zip(inks)
        .map(|(squad, ink)| {
            let of_squad = |row: &&Row| squad_of(row) == squad_of(squad);
            let rows = months.rows.iter().filter(of_squad);
            let name = squad.labels.first().map(|label| label.title.clone());
            Series {
                label: name.unwrap_or_default(),
                values: axis.values(rows, |row| number(months, row, "cost_cents")),
                reach: Vec::new(),
                ink,
            }
        })
        .collect()
}

fn squad_of(row: &Row) -> Option<Group> {
    [row.key.first, row.key.second]
        .into_iter()
        .flatten()
        .find(|group| matches!(group, Group::Squad(_)))
}

/// Such as "Support took 3 d 4 h of work and cost £24,960, £1,200 more than the period before".
fn finding(squads: &Answer, before: &Answer, measure: Measure) -> String {
    let time = sum(squads, "hands_on_seconds");
    if time == 0.0 {
        return "Nobody has worked on a ticket of this period yet".to_owned();
    }
    let (cost, was) = (sum(squads, "cost_cents"), sum(before, "cost_cents"));
    let hours = say((time / 3600.0).round(), Measure::Count);
    let told = format!(
        "Support took {hours} hours of work and cost {}",
        say(cost, measure)
    );
    if was == 0.0 {
        told
    } else if cost >= was {
        format!(
            "{told}, {} more than the period before",
            say(cost - was, measure)
        )
    } else {
        format!(
            "{told}, {} less than the period before",
            say(was - cost, measure)
        )
    }
}

//! Open time by priority over months: median, and how far one in ten reaches.

use eider_app::figures::{Answer, Row};
use eider_domain::{
    figures::{Dimension, Group, Question, Until},
    priority::Rank,
};

use super::{
    axis::Axis,
    numbers::number,
    story::{Said, Telling},
};
use crate::chart::{Ink, Measure, Panel, Series, lines, say};

const BY_PRIORITY: &[Dimension] = &[Dimension::Priority];
const BY_MONTH: &[Dimension] = &[Dimension::Month, Dimension::Priority];

pub(super) fn questions(telling: &Telling<'_>) -> Vec<Question> {
    vec![
        telling.by(BY_PRIORITY),
        telling.before_by(BY_PRIORITY),
        telling.by(BY_MONTH),
        telling.before_by(BY_MONTH),
    ]
}

pub(super) fn said(telling: &Telling<'_>, answers: &[Answer]) -> Said {
    let [now, before, months, months_before] = answers else {
        return nothing();
    };
    let ended = now
        .rows
        .iter()
        .filter(|row| number(now, row, "count") > Some(0.0));
    let ranks: Vec<Rank> = ended.filter_map(rank_of).collect();
    let axis = Axis::of(months, Some(months_before));
    let panels: Vec<Panel> = ranks
        .iter()
        .map(|rank| panel(*rank, &axis, months, months_before))
        .collect();
    let finding = finding(telling, now, before);
    Said {
        drawing: lines(&panels, &axis.names(), Measure::Seconds, &finding),
        shown: "Median open time by month, with a stroke up to the 90th percentile".to_owned(),
        finding,
    }
}

fn nothing() -> Said {
    Said {
        finding: String::new(),
        shown: String::new(),
        drawing: lines(&[], &[], Measure::Seconds, ""),
    }
}

fn panel(rank: Rank, axis: &Axis, months: &Answer, before: &Answer) -> Panel {
    let rows = |answer: &'_ Answer| {
        let rows: Vec<Row> = answer
            .rows
            .iter()
            .filter(|row| rank_of(row) == Some(rank))
            .cloned()
            .collect();
        rows
    };
    let (rows_now, rows_before) = (rows(months), rows(before));
    let median = |row: &Row| number(months, row, "median_seconds");
    let high = |row: &Row| number(months, row, "p90_seconds");
    let values = axis.values(rows_now.iter(), median);
    let reach = values.iter().zip(axis.values(rows_now.iter(), high));
    let mut series = vec![Series {
        label: "median".to_owned(),
        reach: reach
            .map(|(median, high)| Some(((*median)?, high?)))
            .collect(),
        values,
        ink: Ink::Accent,
    }];
    if !rows_before.is_empty() {
        series.push(Series {
            label: "period before".to_owned(),
            values: axis.values_before(before, rows_before.iter(), median),
            reach: Vec::new(),
            ink: Ink::Line,
        });
    }
    Panel {
        title: rank.to_string(),
        series,
    }
}

/// Such as "P1 tickets were closed in 4 h at the median, 20 min faster than the period before".
fn finding(telling: &Telling<'_>, now: &Answer, before: &Answer) -> String {
    let done = match telling.question.until {
        Until::Closed => "closed",
        Until::Resolved => "resolved",
    };
    let told = now.rows.iter().find_map(|row| {
        let median = number(now, row, "median_seconds")?;
        Some((rank_of(row)?, median, number(now, row, "p90_seconds")?))
    });
    let Some((rank, median, p90)) = told else {
        return format!("No ticket of this period has been {done} yet");
    };
    let was = before
        .rows
        .iter()
        .find(|row| rank_of(row) == Some(rank))
        .and_then(|row| number(before, row, "median_seconds"));
    let time = |seconds| say(seconds, Measure::Seconds);
    let compared = match was {
        None => format!("one in ten took longer than {}", time(p90)),
        Some(was) if (was - median).abs() < 60.0 => "as in the period before".to_owned(),
        Some(was) if was > median => {
            format!("{} faster than the period before", time(was - median))
        }
        Some(was) => format!("{} slower than the period before", time(median - was)),
    };
    format!(
        "{rank} tickets were {done} in {} at the median, {compared}",
        time(median)
    )
}

fn rank_of(row: &Row) -> Option<Rank> {
    [row.key.first, row.key.second]
        .into_iter()
        .flatten()
        .find_map(|group| match group {
            Group::Priority(rank) => Some(rank),
            _ => None,
        })
}

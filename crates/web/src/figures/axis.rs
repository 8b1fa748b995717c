//! The months along a chart.

use eider_app::figures::{Answer, Row};
use eider_domain::figures::{Group, Month, MonthStarts};

/// Months in a row, without gaps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    months: Vec<Month>,
}

/// More than this is more than a chart has room for; the latest are shown.
const MOST_MONTHS: usize = 36;

impl Axis {
    /// From the first month that has tickets to the last that has. Where there is a period before
    /// to compare with, from the month in which the period begins, so that both begin together.
    pub(super) fn of(answer: &Answer, before: Option<&Answer>) -> Self {
        let starts = MonthStarts::new(answer.zone.clone());
        let begin = answer.question.period.from.map(|from| starts.of(from));
        let is_compared = before.is_some_and(|before| !before.rows.is_empty());
        let begin = begin.filter(|_| is_compared);
        let known = || answer.rows.iter().filter_map(month_of);
        let (first, last) = (begin.or_else(|| known().min()), known().max());
        let (Some(first), Some(last)) = (first, last) else {
            return Self { months: Vec::new() };
        };
        let all = std::iter::successors(Some(first), |month| Some(month.next()));
        let mut months: Vec<Month> = all.take_while(|month| *month <= last).collect();
        let too_many = months.len().saturating_sub(MOST_MONTHS);
        months.drain(..too_many);
        Self { months }
    }

    /// As they are written along the chart.
    pub(super) fn names(&self) -> Vec<String> {
        self.months.iter().map(|month| month.name()).collect()
    }

    /// The number that `value` finds in the row of each month, among `rows`.
    pub(super) fn values<'a>(
        &self,
        rows: impl Iterator<Item = &'a Row> + Clone,
        value: impl Fn(&Row) -> Option<f64>,
    ) -> Vec<Option<f64>> {
        let of_month = |month: &Month| {
            let mut rows = rows.clone();
            rows.find(|row| month_of(row) == Some(*month))
                .and_then(&value)
        };
        self.months.iter().map(of_month).collect()
    }

    /// As [`Axis::values`], for the period before: its first month stands at the first place.
    pub(super) fn values_before<'a>(
        &self,
        before: &'a Answer,
        rows: impl Iterator<Item = &'a Row> + Clone,
        value: impl Fn(&Row) -> Option<f64>,
    ) -> Vec<Option<f64>> {
        let starts = MonthStarts::new(before.zone.clone());
        let Some(first) = before.question.period.from.map(|from| starts.of(from)) else {
            return Vec::new();
        };
        let months = std::iter::successors(Some(first), |month| Some(month.next()));
        let shifted = Self {
            months: months.take(self.months.len()).collect(),
        };
        shifted.values(rows, value)
    }
}

fn month_of(row: &Row) -> Option<Month> {
    [row.key.first, row.key.second]
        .into_iter()
        .flatten()
        .find_map(|group| match group {
            Group::Month(month) => Some(month),
            _ => None,
        })
}

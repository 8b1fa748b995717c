//! How long tickets are open.

use super::{
    About, Column, Context, Dimension, Percentile, Question, Record, Unit, Value, mean,
    reckoning::{Measure, Whole},
};

pub(super) const ABOUT: About = About {
    name: "open-time",
    title: "Open time",
    definition: "From the instant a ticket was asked until it was closed (or resolved, when that \
        is chosen): mean, median and 90th percentile, both percentiles with linear interpolation \
        (type 7). A ticket that was reopened counts to its last end. Tickets that have not come \
        to that end are counted beside it as open now and are in no mean or percentile. Tickets \
        merged into another one are not counted: the other one is. Time is counted around the \
        clock, weekends and waiting included.",
    groups: &[Dimension::Priority],
    columns: &[
        Column::new("count", "Tickets", Unit::Count),
        Column::new("mean_seconds", "Mean", Unit::Seconds),
        Column::new("median_seconds", "Median", Unit::Seconds),
        Column::new("p90_seconds", "90th percentile", Unit::Seconds),
        Column::new("open_now", "Open now", Unit::Count),
    ],
};

/// Until what open time is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// Until it was closed.
    #[default]
    Closed,
    /// Until it was last resolved.
    Resolved,
}

impl Until {
    /// The word that is sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Resolved => "resolved",
        }
    }

    /// The end of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Closed, Self::Resolved]
            .into_iter()
            .find(|until| until.name() == word)
    }
}

/// Open times of one group, in microseconds.
#[derive(Debug, Default)]
pub(super) struct OpenTime {
    ended: Vec<i64>,
    open_now: i64,
}

impl Measure for OpenTime {
    fn add(&mut self, record: &Record, question: &Question, _context: &Context) {
        if record.is_merged {
            return;
        }
        match record.open_micros(question.until) {
            Some(micros) => self.ended.push(micros),
            None => self.open_now += 1,
        }
    }

    fn values(mut self, _whole: Whole) -> Vec<Value> {
        const MICROS_A_SECOND: f64 = 1e6;
        let seconds = |micros: Option<f64>| Value::real(micros.map(|m| m / MICROS_A_SECOND));
        vec![
            Value::Whole(self.ended.len() as i64),
            seconds(mean(&self.ended)),
            seconds(Percentile::MEDIAN.of(&mut self.ended)),
            seconds(Percentile::P90.of(&mut self.ended)),
            Value::Whole(self.open_now),
        ]
    }
}

//! Time without an owner, hand-offs, ping-pong, reopening.

use super::{
    About, Column, Context, Dimension, Percentile, Question, Record, Unit, Value, mean,
    reckoning::{Measure, Whole},
};

pub(super) const ABOUT: About = About {
    name: "ownership",
    title: "Ownership",
    definition: "Unowned time is the time in which a ticket was open and nobody had it, until now \
        where that is still so. A hand-off is a move from one owner to another, or from one squad \
        to another. Ping-pong is a return to an owner or squad that had the ticket before. \
        Reopened counts the tickets that were reopened at least once; the share is that of all \
        tickets asked in the period. Merged tickets are counted.",
    groups: &[Dimension::Squad],
    columns: &[
        Column::new("count", "Tickets", Unit::Count),
        Column::new("unowned_now", "Unowned now", Unit::Count),
        Column::new("mean_unowned_seconds", "Unowned time, mean", Unit::Seconds),
        Column::new(
            "median_unowned_seconds",
            "Unowned time, median",
            Unit::Seconds,
        ),
        Column::new("hand_offs", "Hand-offs", Unit::Count),
        Column::new(
            "hand_offs_per_ticket",
            "Hand-offs for a ticket",
            Unit::Number,
        ),
        Column::new("ping_pong", "Ping-pong", Unit::Count),
        Column::new("reopened", "Reopened", Unit::Count),
        Column::new("reopened_share", "Share reopened", Unit::Share),
    ],
};

/// How the tickets of one group wandered.
#[derive(Debug, Default)]
pub(super) struct Ownership {
    unowned_seconds: Vec<i64>,
    unowned_now: i64,
    hand_offs: i64,
    ping_pong: i64,
    reopened: i64,
}

impl Measure for Ownership {
    fn add(&mut self, record: &Record, _question: &Question, context: &Context) {
        self.unowned_seconds
            .push(record.unowned_seconds_at(context.now));
        self.unowned_now += i64::from(record.unowned_since_micros.is_some());
        self.hand_offs += i64::from(record.hand_offs);
        self.ping_pong += i64::from(record.ping_pong);
        self.reopened += i64::from(record.reopened > 0);
    }

    fn values(mut self, _whole: Whole) -> Vec<Value> {
        let count = self.unowned_seconds.len();
        let per_ticket =
            |number: i64| Value::real((count > 0).then(|| number as f64 / count as f64));
        vec![
            Value::Whole(count as i64),
            Value::Whole(self.unowned_now),
            Value::real(mean(&self.unowned_seconds)),
            Value::real(Percentile::MEDIAN.of(&mut self.unowned_seconds)),
            Value::Whole(self.hand_offs),
            per_ticket(self.hand_offs),
            Value::Whole(self.ping_pong),
            Value::Whole(self.reopened),
            per_ticket(self.reopened),
        ]
    }
}

//! Replies, people and hands-on time of a ticket.

use super::{
    About, Column, Context, Dimension, Percentile, Question, Record, Unit, Value, mean,
    reckoning::{Measure, Whole},
};

pub(super) const ABOUT: About = About {
    name: "effort",
    title: "Effort for a ticket",
    definition: "Replies in the thread, people who did something on the ticket (its reporter \
        included) and hands-on time, for each ticket that was asked in the period, open and merged \
        ones included: mean and median (type 7).",
    groups: &[Dimension::Feature],
    columns: &[
        Column::new("count", "Tickets", Unit::Count),
        Column::new("mean_replies", "Replies, mean", Unit::Number),
        Column::new("median_replies", "Replies, median", Unit::Number),
        Column::new("mean_people", "People, mean", Unit::Number),
        Column::new("median_people", "People, median", Unit::Number),
        Column::new(
            "mean_hands_on_seconds",
            "Hands-on time, mean",
            Unit::Seconds,
        ),
        Column::new(
            "median_hands_on_seconds",
            "Hands-on time, median",
            Unit::Seconds,
        ),
    ],
};

/// What the tickets of one group took.
#[derive(Debug, Default)]
pub(super) struct Effort {
    replies: Vec<i64>,
    people: Vec<i64>,
    hands_on_seconds: Vec<i64>,
}

impl Measure for Effort {
    fn add(&mut self, record: &Record, _question: &Question, _context: &Context) {
        self.replies.push(record.replies.into());
        self.people.push(record.people.into());
        self.hands_on_seconds.push(record.hands_on_seconds.into());
    }

    fn values(mut self, _whole: Whole) -> Vec<Value> {
        let mut values = vec![Value::Whole(self.replies.len() as i64)];
        for counted in [
            &mut self.replies,
            &mut self.people,
            &mut self.hands_on_seconds,
        ] {
            values.push(Value::real(mean(counted)));
            values.push(Value::real(Percentile::MEDIAN.of(counted)));
        }
        values
    }
}

//! The ten dearest tickets.

use std::cmp::Reverse;

use super::{About, Column, Context, Record, Unit, Value, cost::Price};

/// How many are told.
const HOW_MANY: usize = 10;

pub(super) const ABOUT: About = About {
    name: "dearest",
    title: "The dearest tickets",
    definition: "The ten tickets asked in the period whose hands-on time cost most at the rate of \
        their squad; among equals those with more hands-on time, then more replies, then the \
        newer one. Hands-on time and cost are counted as for the cost of support. People are \
        all who did something on it, its reporter included.",
    groups: &[],
    columns: &[
        Column::new("ticket", "Ticket", Unit::Ticket),
        Column::new("title", "Title", Unit::Words),
        Column::new("cost_cents", "Cost", Unit::Cents),
        Column::new("hands_on_seconds", "Hands-on time", Unit::Seconds),
        Column::new("replies", "Replies", Unit::Count),
        Column::new("people", "People", Unit::Count),
    ],
};

/// The dearest tickets so far, the dearest first.
#[derive(Debug, Default)]
pub(super) struct Dearest {
    tickets: Vec<(Price, Record)>,
}

impl Dearest {
    pub(super) fn add(&mut self, record: &Record, context: &Context) {
        if record.hands_on_seconds == 0 && record.replies == 0 {
            return;
        }
        let new = (Price::of(record, context), *record);
        let place = self
            .tickets
            .partition_point(|known| order(known) < order(&new));
        if place < HOW_MANY {
            self.tickets.insert(place, new);
            self.tickets.truncate(HOW_MANY);
        }
    }

    /// A line of values for each; whoever knows the titles sets them.
    pub(super) fn lines(self) -> impl Iterator<Item = Vec<Value>> {
        self.tickets.into_iter().map(|(price, record)| {
            vec![
                Value::Ticket(record.number),
                Value::Nothing,
                Value::Whole(price.cents()),
                Value::Whole(record.hands_on_seconds.into()),
                Value::Whole(record.replies.into()),
                Value::Whole(record.people.into()),
            ]
        })
    }
}

fn order((price, record): &(Price, Record)) -> impl Ord + use<> {
    Reverse((
        *price,
        record.hands_on_seconds,
        record.replies,
        record.number,
    ))
}

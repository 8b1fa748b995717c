//! Time and cost of support.

use super::{
    About, Column, Context, Dimension, Question, Record, Unit, Value,
    reckoning::{Measure, Whole},
};

pub(super) const ABOUT: About = About {
    name: "cost",
    title: "Time and cost of support",
    definition: "Hands-on time of the tickets that were asked in the period, and that time at the \
        hourly rate of the squad that a ticket is with now. Hands-on time counts what everybody \
        but the reporter did on a ticket: doings of one person within half an hour of each other \
        count the time between them, one that stands alone counts five minutes, and logged time \
        is added. A ticket belongs to the month in which it was asked, whenever the work was \
        done. Time on tickets that no squad has is told beside it and costs nothing here. Elapsed \
        time runs from asking until the ticket was resolved or merged, else until now. Merged \
        tickets are counted: their time was spent.",
    groups: &[Dimension::Month, Dimension::Squad],
    columns: &[
        Column::new("count", "Tickets", Unit::Count),
        Column::new("hands_on_seconds", "Hands-on time", Unit::Seconds),
        Column::new("cost_cents", "Cost", Unit::Cents),
        Column::new(
            "without_squad_seconds",
            "Of that without a squad",
            Unit::Seconds,
        ),
        Column::new("elapsed_seconds", "Elapsed time", Unit::Seconds),
    ],
};

/// Time and money of one group.
#[derive(Debug, Default)]
pub(super) struct Cost {
    count: i64,
    hands_on_seconds: i64,
    without_squad_seconds: i64,
    elapsed_seconds: i64,
    price: Price,
}

/// Money, not rounded yet: hundredths of the currency an hour, times seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Price(i128);

impl Price {
    /// What the hands-on time of `record` costs; nothing without a squad.
    pub(super) fn of(record: &Record, context: &Context) -> Self {
        let rate = record
            .squad
            .and_then(|squad| context.rate_cents_per_hour.get(&squad));
        Self(i128::from(record.hands_on_seconds) * i128::from(rate.copied().unwrap_or(0)))
    }

    /// Rounded to the nearest hundredth of the currency, half of one up.
    pub(super) fn cents(self) -> i64 {
        const SECONDS_AN_HOUR: i128 = 3600;
        let rounded = (self.0 + SECONDS_AN_HOUR / 2).div_euclid(SECONDS_AN_HOUR);
        i64::try_from(rounded).unwrap_or(i64::MAX)
    }
}

impl Measure for Cost {
    fn add(&mut self, record: &Record, _question: &Question, context: &Context) {
        let hands_on = i64::from(record.hands_on_seconds);
        self.count += 1;
        self.hands_on_seconds += hands_on;
        if record.squad.is_none() {
            self.without_squad_seconds += hands_on;
        }
        self.elapsed_seconds += record.elapsed_seconds(context.now);
        self.price.0 += Price::of(record, context).0;
    }

    fn values(self, _whole: Whole) -> Vec<Value> {
        vec![
            Value::Whole(self.count),
            Value::Whole(self.hands_on_seconds),
            Value::Whole(self.price.cents()),
            Value::Whole(self.without_squad_seconds),
            Value::Whole(self.elapsed_seconds),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::Price;

    #[test]
    fn money_is_rounded_once() {
        // 20 minutes at 50.00 an hour are 16.67; three of them 50.00, not 50.01.
        let twenty_minutes = 1200 * 5000;
        assert_eq!(Price(twenty_minutes).cents(), 1667);
        assert_eq!(Price(3 * twenty_minutes).cents(), 5000);
        assert_eq!(Price(1800).cents(), 1);
        assert_eq!(Price(1799).cents(), 0);
    }
}

//! Requests against code changes needed.

use super::{
    About, Column, Context, Dimension, Question, Record, Unit, Value,
    reckoning::{Measure, Whole},
    wilson,
};

/// What many requests and few changes tell.
pub const READING: &str = "Many requests, few changes: people do not understand this part.";

/// Fewer known requests than this claim nothing.
const FEWEST_REQUESTS: u64 = 10;

pub(super) const ABOUT: About = About {
    name: "changes",
    title: "Requests and changes needed",
    definition: "A request is a ticket that was asked in the period; it is known once it was \
        resolved and told whether a code change was needed. The share of changes is changes / \
        known, with the 95 % interval of Wilson within which it probably lies. The reading “Many \
        requests, few changes: people do not understand this part.” is given where at least 10 \
        requests are known, their share of changes is below half of the share of the whole \
        company in the same period and priority, and the upper end of the interval is below the \
        company’s share, so that a small count claims nothing. Tickets merged into another one \
        are not counted.",
    groups: &[Dimension::Feature],
    columns: &[
        Column::new("requests", "Requests", Unit::Count),
        Column::new("known", "Known", Unit::Count),
        Column::new("changes", "Changes needed", Unit::Count),
        Column::new("share", "Share of changes", Unit::Share),
        Column::new("share_low", "At least", Unit::Share),
        Column::new("share_high", "At most", Unit::Share),
        Column::new("company_share", "Whole company", Unit::Share),
        Column::new("reading", "Reading", Unit::Words),
    ],
};

/// Requests of one group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changes {
    requests: u64,
    known: u64,
    needed: u64,
}

impl Changes {
    fn share(&self) -> Option<f64> {
        (self.known > 0).then(|| self.needed as f64 / self.known as f64)
    }

    pub(super) fn count(&mut self, record: &Record) {
        if !record.is_merged {
            self.requests += 1;
            self.known += u64::from(record.change_needed.is_some());
            self.needed += u64::from(record.change_needed == Some(true));
        }
    }

    fn is_misunderstood(&self, company: Option<f64>) -> bool {
        let (Some(share), Some(interval), Some(company)) =
            (self.share(), wilson(self.needed, self.known), company)
        else {
            return false;
        };
        self.known >= FEWEST_REQUESTS && share < company / 2.0 && interval.high < company
    }
}

impl Measure for Changes {
    fn add(&mut self, record: &Record, _question: &Question, _context: &Context) {
        self.count(record);
    }

    fn values(self, whole: Whole) -> Vec<Value> {
        let company = whole.changes.share();
        let interval = wilson(self.needed, self.known);
        let reading = if self.is_misunderstood(company) {
            Value::Words(READING.to_owned())
        } else {
            Value::Nothing
        };
        vec![
            Value::Whole(self.requests as i64),
            Value::Whole(self.known as i64),
            Value::Whole(self.needed as i64),
            Value::real(self.share()),
            Value::real(interval.map(|interval| interval.low)),
            Value::real(interval.map(|interval| interval.high)),
            Value::real(company),
            reading,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(known: u64, needed: u64) -> Changes {
        Changes {
            requests: known,
            known,
            needed,
        }
    }

    #[test]
    fn the_definition_quotes_the_reading() {
        assert!(ABOUT.definition.contains(READING));
    }

    #[test]
    fn only_evidence_is_read() {
        let company = Some(0.5);
        assert!(changes(40, 4).is_misunderstood(company));
        // Too few, however clear.
        assert!(!changes(9, 0).is_misunderstood(company));
        // Not below half.
        assert!(!changes(400, 210).is_misunderstood(company));
        // Below half, but so few that it may be chance: at most 0.51.
        assert!(!changes(10, 2).is_misunderstood(company));
        // A company that never changes anything has no feature that stands out.
        assert!(!changes(40, 0).is_misunderstood(Some(0.0)));
        assert!(!changes(40, 0).is_misunderstood(None));
    }
}

//! Whether the promised times are kept.

use super::{
    About, Column, Context, Dimension, Outcome, Question, Record, Unit, Value,
    reckoning::{Measure, Whole},
};

pub(super) const ABOUT: About = About {
    name: "service-level",
    title: "Service level kept",
    definition: "Respond is kept when somebody answered before it was due, resolve when it was \
        put right before it was due, both counted in working time without the time spent waiting \
        for the reporter. A breach once suffered stays late, even when the ticket is reopened or \
        its priority is changed later. The share kept is kept / (kept + late). Clocks that still \
        run and are not late yet stand beside it as open and are in no share. Tickets merged into \
        another one are not counted.",
    groups: &[Dimension::Priority],
    columns: &[
        Column::new("respond_kept", "Answered in time", Unit::Count),
        Column::new("respond_late", "Answered late", Unit::Count),
        Column::new("respond_share", "Share answered in time", Unit::Share),
        Column::new("respond_open", "Not answered yet", Unit::Count),
        Column::new("resolve_kept", "Resolved in time", Unit::Count),
        Column::new("resolve_late", "Resolved late", Unit::Count),
        Column::new("resolve_share", "Share resolved in time", Unit::Share),
        Column::new("resolve_open", "Not resolved yet", Unit::Count),
    ],
};

/// Outcomes of one group.
#[derive(Debug, Default)]
pub(super) struct ServiceLevel {
    respond: Outcomes,
    resolve: Outcomes,
}

#[derive(Debug, Default)]
struct Outcomes {
    kept: i64,
    late: i64,
    open: i64,
}

impl Outcomes {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Kept => self.kept += 1,
            Outcome::Late => self.late += 1,
            Outcome::Open => self.open += 1,
        }
    }

    fn values(&self) -> [Value; 4] {
        let ended = self.kept + self.late;
        let share = (ended > 0).then(|| self.kept as f64 / ended as f64);
        [
            Value::Whole(self.kept),
            Value::Whole(self.late),
            Value::real(share),
            Value::Whole(self.open),
        ]
    }
}

impl Measure for ServiceLevel {
    fn add(&mut self, record: &Record, _question: &Question, _context: &Context) {
        if !record.is_merged {
            self.respond.add(record.respond);
            self.resolve.add(record.resolve);
        }
    }

    fn values(self, _whole: Whole) -> Vec<Value> {
        let mut values = Vec::from(self.respond.values());
        values.extend(self.resolve.values());
        values
    }
}

//! What rows of other trackers tell.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod entry;
mod history;
mod properties;

use eider_domain::importing::{Event, History, Layout, Mapping, Reason, Snapshot, What, preset};
use jiff::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A small log: number, state, times reopened, when, sequence, priority, group, owner, change,
/// resolved, closed.
struct Log {
    layout: Layout,
}

const HEADER: [&str; 13] = [
    "number",
    "incident_state",
    "reopen_count",
    "sys_updated_at",
    "sys_mod_count",
    "priority",
    "assignment_group",
    "assigned_to",
    "rfc",
    "resolved_at",
    "closed_at",
    "opened_at",
    "caller_id",
];

impl Log {
    fn new() -> Self {
        let mapping = Mapping::parse(preset("servicenow").unwrap().text).unwrap();
        let layout = Layout::bind(&mapping, &HEADER).unwrap();
        Self { layout }
    }

    fn snapshot(&self, line: u64, row: &str) -> Result<Snapshot, Reason> {
        let fields: Vec<&str> = row.split(',').collect();
        self.layout
            .snapshot(&fields, line, at("2016-12-31T00:00:00Z"))
    }

    fn history(&self, rows: &[&str]) -> History {
        let snapshots = rows.iter().zip(2..).map(|(row, line)| {
            let row = format!("7,{row},1/2/2016 08:00,9");
            self.snapshot(line, &row).unwrap()
        });
        self.layout.history(snapshots.collect()).unwrap()
    }
}

/// An event in short words.
fn short(event: &Event) -> String {
    let what = match &event.what {
        What::Title(title) => format!("title {title}"),
        What::Priority(rank) => format!("priority {rank}"),
        What::Squad(squad) => format!("squad {}", squad.as_deref().unwrap_or("-")),
        What::Feature(feature) => format!("feature {}", feature.as_deref().unwrap_or("-")),
        What::Owner(owner) => format!("owner {}", owner.as_deref().unwrap_or("-")),
        What::Moved { to, word } => format!("{} ({word})", to.as_str()),
        What::Resolved(resolution) => format!("resolved, change {}", resolution.change.is_needed()),
    };
    let at = event.at.to_string();
    format!("{} {what}", &at[5..16])
}

fn events(history: &History) -> Vec<String> {
    history.events.iter().map(short).collect()
}

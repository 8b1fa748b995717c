//! What must always hold of mappings and rows, whatever bytes they are made of. Fuzz targets and
//! property tests call the same functions.

use eider_domain::{
    PersonId, TicketId, TicketNumber,
    importing::{History, Layout, Mapping, Names, PRESETS, preset},
    priority::{self, ServiceLevels},
};
use jiff::Timestamp;
use uuid::Uuid;

/// Up to the first zero byte a mapping, or the name of one that ships; after it rows, the first of
/// which is the header. Fields end with a semicolon.
pub fn csv_mapping(data: &[u8]) {
    let mut halves = data.splitn(2, |byte| *byte == 0);
    let mapping = String::from_utf8_lossy(halves.next().unwrap_or_default());
    let rows = String::from_utf8_lossy(halves.next().unwrap_or_default());
    let text = preset(&mapping).map_or(&*mapping, |preset| preset.text);
    let Ok(mapping) = Mapping::parse(text) else {
        return;
    };
    histories(&mapping, &rows);
}

/// Rows in the columns of each mapping that ships.
pub fn preset_rows(rows: &str) {
    for preset in PRESETS {
        let mapping = Mapping::parse(preset.text).expect("a mapping that ships can be read");
        histories(&mapping, rows);
    }
}

fn histories(mapping: &Mapping, rows: &str) {
    let mut rows = rows.lines().map(|row| row.split(';').collect::<Vec<_>>());
    let header = rows.next().unwrap_or_default();
    let Ok(layout) = Layout::bind(mapping, &header) else {
        return;
    };
    let now = Timestamp::from_second(1_800_000_000).expect("an instant within range");
    let snapshots: Vec<_> = rows
        .zip(2..)
        .take(200)
        .filter_map(|(row, line)| layout.snapshot(&row, line, now).ok())
        .collect();
    if let Ok(history) = layout.history(snapshots) {
        check(&history, now);
    }
}

fn check(history: &History, now: Timestamp) {
    let levels = ServiceLevels::new(&priority::defaults(), &[]).expect("the defaults fit together");
    let mut names = Names::default();
    for (name, number) in history.people().into_iter().zip(1..) {
        names.add_person(name, PersonId(Uuid::from_u128(number)));
    }
    for name in history.squads() {
        names.add_squad(name, Uuid::nil().into());
    }
    for name in history.features() {
        names.add_feature(name, Uuid::nil().into());
    }
    let id = TicketId(Uuid::nil());
    let (ticket, facts) = history
        .replay(id, TicketNumber(1), &names, &levels, now)
        .expect("every name was added");
    assert!(ticket.opened_at <= now);
    assert!(
        ticket
            .resolved_at
            .is_none_or(|at| ticket.opened_at <= at && at <= now)
    );
    assert!(
        ticket
            .closed_at
            .is_none_or(|at| ticket.resolved_at <= Some(at) && at <= now)
    );
    assert!(
        facts
            .iter()
            .all(|fact| ticket.opened_at <= fact.at && fact.at <= now)
    );
    assert!(facts.is_sorted_by_key(|fact| fact.at));
    let since = facts.last().map_or(now, |fact| fact.at);
    let status = ticket.status.kind();
    let caught_up = history.catch_up(ticket, since, &names, &levels, now);
    let (again, facts) = caught_up.expect("every name was added");
    assert_eq!(again.status.kind(), status, "{facts:?}");
    assert_eq!(
        facts,
        [],
        "a history that was imported has nothing to catch up with"
    );
}

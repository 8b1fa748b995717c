//! The log of a real company's incidents goes in whole, and its known numbers come out.
//!
//! The data is that of <https://archive.ics.uci.edu/dataset/498> (CC BY 4.0) and not part of this
//! repository; docs/importing.md says where the test looks for it.

use std::{
    collections::{HashMap, HashSet},
    process::Command,
};

use eider_testkit::Database;

use super::*;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/servicenow"
);

fn export() -> Export {
    let folder = std::env::var("EIDER_TEST_DATA").map_or_else(
        |_| PathBuf::from(FOLDER),
        |data| Path::new(&data).join("servicenow"),
    );
    let packed = folder.join("incident_event_log.csv.xz");
    assert!(
        packed.exists(),
        "{} was not found. The test imports the event log of UCI data set 498, packed by xz; put it there, or name the folder above `servicenow` in EIDER_TEST_DATA.",
        packed.display()
    );
    let unpacked = Command::new("xz")
        .args(["--decompress", "--stdout"])
        .arg(packed)
        .output()
        .expect("the command xz is installed");
    assert!(unpacked.status.success(), "xz cannot unpack the event log");
    Export::of(unpacked.stdout)
}

/// What the rows themselves tell, in their order, reckoned without Eider. They are in order but for
/// one incident, 0000137, of which the first row has a time after its resolution.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    states: usize,
    reopened: usize,
    owners: usize,
    squads: usize,
    features: usize,
    priorities: usize,
}

fn told(export: &Export) -> Told {
    let mut reader = csv::Reader::from_path(export.path()).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name| header.iter().position(|column| column == name).unwrap();
    let columns = [
        "incident_state",
        "reopen_count",
        "assigned_to",
        "assignment_group",
        "category",
        "priority",
        "number",
    ]
    .map(column);
    let mut tickets: HashMap<String, Vec<Vec<String>>> = HashMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let mut row: Vec<String> = columns.iter().map(|&c| record[c].to_owned()).collect();
        row[5] = row[5].replace('4', "3");
        tickets.entry(row[6].clone()).or_default().push(row);
    }
    let mut told = Told::default();
    for rows in tickets.values_mut() {
        let none = "?".to_owned();
        told.owners += usize::from(rows[0][2] != none);
        let mut state = "New";
        for row in rows.iter().filter(|row| row[0] != "-100") {
            told.states += usize::from(row[0] != state);
            state = &row[0];
        }
        for pair in rows.windows(2) {
            let differs = |column: usize| usize::from(pair[0][column] != pair[1][column]);
            told.reopened += usize::from(pair[1][1] > pair[0][1]);
            told.owners += differs(2);
            told.squads += differs(3);
            told.features += differs(4);
            told.priorities += differs(5);
        }
    }
    told
}

#[tokio::test]
async fn the_log_goes_in_whole_on_sqlite() {
    story(Database::sqlite().await).await;
}

#[tokio::test]
async fn the_log_goes_in_whole_on_postgresql() {
    story(Database::postgres().await).await;
}

async fn story(database: Database) {
    let export = export();
    let desk = TestDesk::without_timers(database, at("2017-06-01T00:00:00Z")).await;
    let report = import(&desk, &export, "servicenow").await;
    assert_eq!((report.rows, report.imported), (141_712, 24_918));
    assert_eq!(report.rejected, 0, "{}", export.rejected());

    let tickets = tickets(&desk).await;
    assert_eq!(tickets.len(), 24_918);
    check_figures(&tickets);
    let facts = facts(&desk).await;
    check_facts(&facts, &told(&export));

    desk.pass_minutes(1);
    let again = import(&desk, &export, "servicenow").await;
    assert_eq!((again.imported, again.updated), (0, 0));
    assert_eq!((again.unchanged, again.facts), (24_918, 0));
    assert_eq!(super::facts(&desk).await.len(), facts.len());
}

/// Mean and median of the minutes from opened to closed, and how many tickets, by final priority.
fn check_figures(tickets: &[Ticket]) {
    for (priority, count, mean, median) in [
        ("P1", 270, "23862.05", 12_351.5),
        ("P2", 408, "17784.15", 10_386.0),
        ("P3", 23_466 + 774, "18883.78", f64::NAN),
    ] {
        let mut minutes: Vec<i64> = tickets
            .iter()
            .filter(|ticket| ticket.priority.to_string() == priority)
            .map(|ticket| {
                let closed_at = ticket.closed_at.expect("every incident is closed");
                (closed_at.as_second() - ticket.opened_at.as_second()) / 60
            })
            .collect();
        minutes.sort_unstable();
        assert_eq!(minutes.len(), count, "{priority}");
        let sum: i64 = minutes.iter().sum();
        assert_eq!(
            format!("{:.2}", sum as f64 / count as f64),
            mean,
            "{priority}"
        );
        let middle = (minutes[(count - 1) / 2] + minutes[count / 2]) as f64 / 2.0;
        assert!(median.is_nan() || middle == median, "{priority}: {middle}");
    }
    let changes = tickets.iter().filter(|ticket| {
        let resolution = ticket.status.resolution();
        resolution.is_some_and(|resolution| resolution.change.is_needed())
    });
    assert_eq!(changes.count(), 176);
    assert!(
        tickets
            .iter()
            .all(|t| t.status.kind() == StatusKind::Closed)
    );
}

fn check_facts(facts: &[Recorded], told: &Told) {
    let count = |is: &dyn Fn(&Fact) -> bool| {
        facts
            .iter()
            .filter(|recorded| is(&recorded.happened.fact))
            .count()
    };
    let reopened = count(&|fact| {
        matches!(
            fact,
            Fact::TicketMoved {
                to: StatusKind::Reopened,
                ..
            }
        )
    });
    let counted = Told {
        // A reopening is told by a fact of its own beside the move to where it then stands.
        states: count(&|fact| {
            matches!(fact, Fact::TicketMoved { to, .. } if *to != StatusKind::Reopened)
                || matches!(fact, Fact::TicketResolved { .. })
        }),
        reopened,
        owners: count(&|fact| matches!(fact, Fact::OwnerChanged { .. })),
        squads: count(&|fact| matches!(fact, Fact::SquadChanged { .. })),
        features: count(&|fact| matches!(fact, Fact::FeatureChanged { .. })),
        priorities: count(&|fact| matches!(fact, Fact::PriorityChanged { .. })),
    };
    // Thirteen incidents were closed without a row that resolved them first; in Eider, every
    // closed ticket was resolved.
    let wanted = Told {
        states: told.states + 13,
        ..*told
    };
    assert_eq!(counted, wanted);
    assert_eq!(told.reopened, 331);
    let opened = count(&|fact| matches!(fact, Fact::TicketOpened { .. }));
    assert_eq!(opened, 24_918);
    let numbers: HashSet<_> = facts.iter().filter_map(|r| r.happened.ticket).collect();
    assert_eq!(numbers.len(), 24_918);
    assert!(facts.iter().all(|r| r.happened.at <= r.recorded_at));
}

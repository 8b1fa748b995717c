//! Whether the ticket that a new one duplicates is offered, measured on real tickets.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

use eider_app::search::{self, SimilarQuery};
use eider_domain::{
    TicketNumber,
    person::Role,
    ticket::{NewTicket, Report, Ticket},
};
use eider_testkit::{Database, TestDesk, at};

/// The recall of a plain search by BM25 in SQLite, at 1, 5 and 10, which is not to be undercut.
const PLAIN: [f64; 3] = [0.44, 0.69, 0.77];
const DEPTHS: [usize; 3] = [1, 5, 10];

struct Bug {
    id: String,
    title: String,
    what: String,
}

/// The real tickets, which are not part of this project.
///
/// # Panics
/// When they are not there: the figure would go unchecked.
fn bugs() -> Vec<Bug> {
    let root = std::env::var("EIDER_TEST_DATA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join("similar/hadoop_bugs.csv.xz");
    assert!(
        path.exists(),
        "The tickets to measure on were not found. Put hadoop_bugs.csv.xz of GitBugs at {}, or name the folder above `similar` in EIDER_TEST_DATA.",
        path.display()
    );
    let output = Command::new("xz").arg("-dc").arg(&path).output();
    let csv = output
        .expect("xz unpacks the tickets; install xz-utils")
        .stdout;
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let headers = reader.headers().expect("a header").clone();
    let column = |name| {
        headers
            .iter()
            .position(|header| header == name)
            .expect(name)
    };
    let (id, title, what) = (column("Issue id"), column("Summary"), column("Description"));
    let rows = reader.records().map(|row| {
        let row = row.expect("a row of the tickets");
        Bug {
            id: row[id].to_owned(),
            title: row[title].to_owned(),
            what: row[what].to_owned(),
        }
    });
    rows.collect()
}

/// Which ticket duplicates which, by the tickets' ids.
fn duplicates() -> Vec<(&'static str, Vec<&'static str>)> {
    include_str!("duplicates.csv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (id, others) = line.split_once(',').expect("a pair");
            (id, others.split_whitespace().collect())
        })
        .collect()
}

async fn recall(database: Database) -> [f64; 3] {
    let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
    let ada = desk.unnamed(Role::Responder).await;
    let bugs = bugs();
    let mut numbers = HashMap::new();
    let levels = desk.eider.desk().await.unwrap().levels.clone();
    let mut tx = desk.db().write().await.unwrap();
    for (number, bug) in (1..).map(TicketNumber).zip(&bugs) {
        let new = NewTicket {
            id: desk.eider.ids().id(desk.eider.now()),
            number,
            title: bug.title.clone(),
            report: Report {
                what: bug.what.clone(),
                ..Report::default()
            },
            priority: eider_domain::priority::Rank::P3,
            feature: None,
            squad: None,
            reporter: ada.person,
        };
        let (ticket, _) = Ticket::open(new, desk.eider.now());
        let (title, what) = (&ticket.title, &ticket.report.what);
        let tickets = std::slice::from_ref(&ticket);
        let now = desk.eider.now();
        eider_store::ticket::put(&mut tx, tickets, &levels, now)
            .await
            .unwrap();
        eider_store::search::put(&mut tx, number, title, what)
            .await
            .unwrap();
        numbers.insert(bug.id.as_str(), (number, bug));
    }
    tx.commit().await.unwrap();

    let duplicates = duplicates();
    let mut hits = [0.0; 3];
    for (id, others) in &duplicates {
        let (number, bug) = numbers[id];
        let query = SimilarQuery {
            title: bug.title.clone(),
            what: bug.what.clone(),
            feature: None,
            except: Some(number),
        };
        let similar = search::similar(&desk.eider, &ada, &query, 10)
            .await
            .unwrap();
        let place = similar
            .tickets
            .iter()
            .position(|ticket| others.iter().any(|other| numbers[other].0 == ticket.number));
        for (hits, depth) in hits.iter_mut().zip(DEPTHS) {
            *hits += f64::from(u8::from(place.is_some_and(|place| place < depth)));
        }
    }
    hits.map(|hits| hits / f64::from(u32::try_from(duplicates.len()).unwrap()))
}

fn check(database: &str, recall: [f64; 3]) {
    println!("recall on {database} at 1, 5 and 10: {recall:.3?}");
    for ((recall, plain), depth) in recall.into_iter().zip(PLAIN).zip(DEPTHS) {
        assert!(
            recall >= plain,
            "{database}: {recall:.3} at {depth}, plain search has {plain}"
        );
    }
}

#[tokio::test]
async fn sqlite_offers_the_duplicate_as_often_as_plain_search_or_oftener() {
    check("SQLite", recall(Database::sqlite().await).await);
}

#[tokio::test]
async fn postgresql_offers_the_duplicate_as_often_as_plain_search_or_oftener() {
    check("PostgreSQL", recall(Database::postgres().await).await);
}

//! How long figures take with a million tickets.
//!
//! `cargo run --release -p eider-store --example figures -- /tmp/million.db` or with the URL of an
//! empty PostgreSQL database. Makes the tickets when there are none, writes their records anew,
//! and counts every figure once in a process that has just opened the database.

use std::{collections::HashMap, error::Error, path::Path, sync::Arc, time::Instant};

use eider_domain::figures::{Context, Dimension, Figure, MonthStarts, Period, Question, Reckoning};
use eider_store::{Db, figures};
use jiff::{Timestamp, tz::TimeZone};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

const TICKETS: i64 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("Name a file or a URL.")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(&address))
}

async fn run(address: &str) -> Result<(), Box<dyn Error>> {
    let db = open(address).await?;
    let mut tx = db.read().await?;
    let mut count = 0;
    figures::each(&mut tx, &Period::default(), |_| count += 1).await?;
    drop(tx);
    if count == 0 {
        let begun = Instant::now();
        make(address).await?;
        println!("made {TICKETS} tickets in {:?}", begun.elapsed());
        let begun = Instant::now();
        let mut tx = db.write().await?;
        figures::rebuild(&mut tx).await?;
        tx.commit().await?;
        println!("wrote their records in {:?}", begun.elapsed());
    }
    db.close().await;
    for figure in Figure::ALL {
        for groups in ways(figure) {
            let (millis, lines) = cold(address, figure, groups.clone()).await?;
            println!(
                "{:14} {groups:?}: {millis} ms, {lines} lines",
                figure.about().name
            );
        }
    }
    Ok(())
}

/// The usual grouping, and the ones that are the hardest.
fn ways(figure: Figure) -> Vec<Vec<Dimension>> {
    if figure == Figure::Dearest {
        return vec![Vec::new()];
    }
    vec![
        figure.about().groups.to_vec(),
        vec![Dimension::Feature, Dimension::Month],
    ]
}

/// One figure on a database that has just been opened.
async fn cold(
    address: &str,
    figure: Figure,
    groups: Vec<Dimension>,
) -> Result<(u128, usize), Box<dyn Error>> {
    let db = open(address).await?;
    let begun = Instant::now();
    let context = Context {
        now: "2025-11-21T09:00:00Z".parse::<Timestamp>()?,
        months: MonthStarts::new(TimeZone::get("Europe/London")?),
        rate_cents_per_hour: HashMap::new(),
    };
    let question = Question {
        groups,
        ..Question::new(figure)
    };
    let mut reckoning = Reckoning::new(question, Arc::new(context));
    let mut tx = db.read().await?;
    figures::each(&mut tx, &Period::default(), |record| reckoning.add(record)).await?;
    let lines = reckoning.finish().lines.len();
    let millis = begun.elapsed().as_millis();
    drop(tx);
    db.close().await;
    Ok((millis, lines))
}

async fn open(address: &str) -> eider_store::Result<Db> {
    if address.starts_with("postgres") {
        Db::open_postgres(address).await
    } else {
        Db::open_sqlite(Path::new(address)).await
    }
}

/// Five years of tickets: 3 priorities, 10 squads, 60 features, some open, some merged.
async fn make(address: &str) -> Result<(), Box<dyn Error>> {
    if address.starts_with("postgres") {
        let mut connection = PgConnection::connect(address).await?;
        for sql in statements(Dialect {
            uuid: |number| format!("lpad(to_hex({number}), 32, '0')::uuid"),
            text: "repeat('word ', 120)",
            is: |condition| condition.to_owned(),
        }) {
            connection.execute(AssertSqlSafe(sql)).await?;
        }
    } else {
        let mut connection = SqliteConnection::connect(&format!("sqlite://{address}")).await?;
        for sql in statements(Dialect {
            uuid: |number| format!("unhex(printf('%032x', {number}))"),
            text: "hex(zeroblob(300))",
            is: |condition| format!("({condition}) + 0"),
        }) {
            connection.execute(AssertSqlSafe(sql)).await?;
        }
    }
    Ok(())
}

struct Dialect {
    uuid: fn(&str) -> String,
    text: &'static str,
    is: fn(&str) -> String,
}

fn statements(dialect: Dialect) -> [String; 4] {
    let Dialect { uuid, text, is } = dialect;
    let (person, squad, feature) = (uuid("7"), uuid("1000 + i % 10"), uuid("2000 + i % 60"));
    let numbers = |last: i64| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {})",
            last - 1
        )
    };
    // A cheap scramble, so that open times are neither sorted nor all alike.
    let opened = "1600000000000000 + i * 157000000";
    let minutes = "(i * 7919 % 100003) * 60000000";
    let open = "i % 50 = 0";
    [
        format!(
            "INSERT INTO person (id, name, role, standing, zone, initials, created_at)
             VALUES ({person}, 'Ada', 'responder', 'active', 'Europe/London', 'A', 0)"
        ),
        format!(
            "{} INSERT INTO squad SELECT {squad}, 'Squad ' || i, 'squad ' || i, 8000 FROM n",
            numbers(10)
        ),
        format!(
            "{} INSERT INTO feature SELECT {feature}, 'Feature ' || i, 'feature ' || i, '', NULL,
             '[]', '[]', {} FROM n",
            numbers(60),
            is("1 = 0")
        ),
        format!(
            "{} INSERT INTO ticket SELECT {}, 1001 + i, 'Ticket ' || i,
             CASE WHEN {open} THEN 'new' ELSE 'closed' END, {}, 1 + (CASE WHEN i % 20 > 0 THEN 1
             ELSE 0 END) + (CASE WHEN i % 5 > 0 THEN 1 ELSE 0 END), {feature}, {squad}, {person},
             NULL, {opened}, NULL, CASE WHEN {open} THEN NULL ELSE {opened} + {minutes} END,
             CASE WHEN {open} THEN NULL ELSE {opened} + {minutes} * 2 END, {opened}, {opened},
             NULL, i % 900 - 800, {opened}, NULL, i % 900 - 600, NULL, {},
             CASE WHEN i % 100 = 1 THEN 1001 ELSE NULL END, i % 9, i % 5, i * 7919 % 20011, i % 3,
             i % 2, i % 7 / 6, i * 7919 % 5003, NULL, {text} FROM n",
            numbers(TICKETS),
            uuid("i * 7919 % 1000003 + 100000"),
            is(open),
            is("i % 6 = 0"),
        ),
    ]
}

//! Figures of small sets that can be counted by hand.

use eider_app::figures::{self, Answer, Words};
use eider_domain::{
    FeatureId, SquadId,
    access::Actor,
    feature::Feature,
    figures::{MISUNDERSTOOD, Period, Record},
    person::Role,
    priority::Rank,
    squad::Squad,
    ticket::{Change, Command, NewTicket, Report, Resolution, Status, Ticket},
};
use eider_store::counter;
use eider_testkit::{Database, TestDesk, at, on_both};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const NOW: &str = "2026-03-20T09:00:00Z";

/// A desk with two squads, two features, and somebody who asks.
struct Stage {
    desk: TestDesk,
    actor: Actor,
    payments: SquadId,
    search: SquadId,
    pay: FeatureId,
    find: FeatureId,
}

impl Stage {
    async fn new(database: Database) -> Self {
        let desk = TestDesk::without_timers(database, at(NOW)).await;
        let (_, actor) = desk.person("Cleo Care", Role::Reporter).await;
        let ids = desk.eider.ids();
        let now = at(NOW);
        let stage = Self {
            payments: ids.id(now),
            search: ids.id(now),
            pay: ids.id(now),
            find: ids.id(now),
            actor,
            desk,
        };
        let mut tx = stage.desk.db().write().await.unwrap();
        for (id, name, rate_cents_per_hour) in [
            (stage.payments, "Payments", 6_000),
            (stage.search, "=Search", 9_000),
        ] {
            let squad = Squad {
                id,
                name: name.into(),
                rate_cents_per_hour,
            };
            eider_store::squad::put(&mut tx, &squad).await.unwrap();
        }
        for (id, name, squad) in [
            (stage.pay, "Paying", stage.payments),
            (stage.find, "Finding", stage.search),
        ] {
            let feature = Feature {
                id,
                name: name.into(),
                description: String::new(),
                squad: Some(squad),
                platforms: Vec::new(),
                links: Vec::new(),
                retired: false,
            };
            eider_store::feature::put(&mut tx, &feature).await.unwrap();
        }
        counter::step(&mut tx, counter::CONFIGURATION)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        stage
    }

    /// A ticket of P1 about paying, asked then and closed so many minutes later, if ever.
    fn ticket(&self, number: i64, opened: &str, closed_after_minutes: Option<i64>) -> Ticket {
        let opened_at = at(opened);
        let new = NewTicket {
            id: self.desk.eider.ids().id(opened_at),
            number: eider_domain::TicketNumber(number),
            title: format!("Ticket {number}"),
            report: Report::default(),
            priority: Rank::P1,
            feature: Some(self.pay),
            squad: Some(self.payments),
            reporter: self.actor.person,
        };
        let (mut ticket, _) = Ticket::open(new, opened_at);
        ticket.closed_at = closed_after_minutes.map(|minutes| minutes_after(opened_at, minutes));
        ticket
    }

    async fn put(&self, tickets: &[Ticket]) {
        let desk = self.desk.eider.desk().await.unwrap();
        let mut tx = self.desk.db().write().await.unwrap();
        eider_store::ticket::put(&mut tx, tickets, &desk.levels, at(NOW))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn answer(&self, figure: &str, words: Words) -> Answer {
        figures::one(&self.desk.eider, &self.actor, figure, &words)
            .await
            .unwrap()
    }

    async fn rows(&self, figure: &str, words: Words) -> Value {
        self.answer(figure, words).await.json()["rows"].take()
    }
}

fn minutes_after(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}

fn by(group_by: &str) -> Words {
    Words {
        group_by: Some(group_by.into()),
        ..Words::default()
    }
}

fn resolution(change: Change) -> Resolution {
    Resolution {
        cause: "A setting".into(),
        how_known: "It works".into(),
        change,
        customer_outcome: None,
        known_issue: None,
    }
}

#[tokio::test]
async fn open_time_is_told_by_priority() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        let mut tickets: Vec<Ticket> = [10, 40, 20, 30]
            .into_iter()
            .zip(1..)
            .map(|(minutes, number)| stage.ticket(number, "2026-03-02T09:00:00Z", Some(minutes)))
            .collect();
        tickets.push(stage.ticket(5, "2026-03-03T09:00:00Z", None));
        let mut merged = stage.ticket(6, "2026-03-03T09:00:00Z", Some(90_000));
        merged.status = Status::Merged {
            into: eider_domain::TicketNumber(1),
        };
        tickets.push(merged);
        let mut resolved = stage.ticket(7, "2026-03-04T09:00:00.5Z", None);
        resolved.priority = Rank::P2;
        resolved.resolved_at = Some(at("2026-03-04T09:00:02Z"));
        tickets.push(resolved);
        stage.put(&tickets).await;

        let closed = stage.rows("open-time", Words::default()).await;
        assert_eq!(
            closed,
            json!([
                {"priority": "P1", "count": 4, "mean_seconds": 1500.0, "median_seconds": 1500.0,
                 "p90_seconds": 2220.0, "open_now": 1},
                {"priority": "P2", "count": 0, "mean_seconds": null, "median_seconds": null,
                 "p90_seconds": null, "open_now": 1},
                {"priority": "P3", "count": 0, "mean_seconds": null, "median_seconds": null,
                 "p90_seconds": null, "open_now": 0},
            ])
        );
        let until_resolved = Words {
            until: Some("resolved".into()),
            priority: Some("P2".into()),
            ..Words::default()
        };
        assert_eq!(
            stage.rows("open-time", until_resolved).await,
            json!([{"priority": "P2", "count": 1, "mean_seconds": 1.5, "median_seconds": 1.5,
                    "p90_seconds": 1.5, "open_now": 0}])
        );
    })
    .await;
}

#[tokio::test]
async fn a_period_begins_and_ends_at_the_companys_midnight() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        // Summer time: the 1st of July begins in London at 23:00 of the 30th of June, UTC.
        let tickets: Vec<Ticket> = [
            "2025-06-30T22:59:59.999999Z",
            "2025-06-30T23:00:00Z",
            "2025-07-31T22:59:59Z",
            "2025-07-31T23:00:00Z",
        ]
        .into_iter()
        // Far apart, so that they stand in different pages.
        .zip([7000, 1, 90, 3000])
        .map(|(opened, number)| stage.ticket(number, opened, Some(5)))
        .collect();
        stage.put(&tickets).await;
        let july = Words {
            from: Some("2025-07-01".into()),
            to: Some("2025-08-01".into()),
            ..by("month")
        };
        let rows = stage.rows("open-time", july).await;
        assert_eq!(rows.as_array().unwrap().len(), 1);
        assert_eq!(rows[0]["month"], "2025-07");
        assert_eq!(rows[0]["count"], 2);
        let all = stage.rows("open-time", by("month")).await;
        let counts: Vec<_> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                (
                    row["month"].as_str().unwrap(),
                    row["count"].as_i64().unwrap(),
                )
            })
            .collect();
        assert_eq!(counts, [("2025-06", 1), ("2025-07", 2), ("2025-08", 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_breach_once_suffered_stays_late() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        let desk = &stage.desk;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let act = async |ticket: &Ticket, actor: &Actor, command| {
            eider_app::ticket::act(&desk.eider, actor, ticket.number, command)
                .await
                .unwrap()
        };
        // P1: answered within 15 minutes, put right within an hour.
        let kept = desk.ask(&stage.actor, "Kept", "P1").await;
        let late = desk.ask(&stage.actor, "Late, and reopened", "P1").await;
        desk.pass_minutes(10);
        act(&kept, &ada, Command::Take).await;
        desk.pass_minutes(80);
        act(&late, &ada, Command::Take).await;
        act(&late, &ada, Command::Resolve(resolution(Change::No))).await;
        let reopen = Command::Reopen {
            why: Some("It is back".into()),
        };
        act(&late, &stage.actor, reopen).await;
        desk.ask(&stage.actor, "Just asked", "P1").await;

        let rows = stage.rows("service-level", by("none")).await;
        assert_eq!(
            rows,
            json!([{"respond_kept": 1, "respond_late": 1, "respond_share": 0.5, "respond_open": 1,
                    "resolve_kept": 0, "resolve_late": 1, "resolve_share": 0.0,
                    "resolve_open": 2}])
        );
    })
    .await;
}

#[tokio::test]
async fn many_requests_and_few_changes_are_read_as_misunderstanding() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        let tickets: Vec<Ticket> = (1..=80)
            .map(|number| {
                let mut ticket = stage.ticket(number, "2026-03-02T09:00:00Z", Some(number));
                let is_pay = number % 2 == 0;
                if !is_pay {
                    ticket.feature = Some(stage.find);
                }
                // One of forty for paying, thirty of forty for finding; five not known yet.
                let is_needed = if is_pay { number == 2 } else { number < 60 };
                let change = if is_needed {
                    Change::Yes { reference: None }
                } else {
                    Change::No
                };
                if number <= 75 {
                    ticket.status = Status::Closed(Some(resolution(change)));
                }
                ticket
            })
            .collect();
        stage.put(&tickets).await;
        let answer = stage.answer("changes", Words::default()).await;
        let rows = answer.json()["rows"].take();
        assert_eq!(rows[0]["feature"], "Finding");
        assert_eq!(rows[0]["requests"], 40);
        assert_eq!(rows[0]["known"], 38);
        assert_eq!(rows[0]["changes"], 30);
        assert_eq!(rows[0]["reading"], Value::Null);
        assert_eq!(rows[1]["feature"], "Paying");
        assert_eq!(rows[1]["known"], 37);
        assert_eq!(rows[1]["changes"], 1);
        assert_eq!(rows[1]["company_share"], 31.0 / 75.0);
        assert_eq!(rows[1]["reading"], MISUNDERSTOOD);
        // The company is the whole company, also where one feature alone is asked about.
        let paying = Words {
            feature: Some("paying".into()),
            ..Words::default()
        };
        assert_eq!(stage.rows("changes", paying).await[0], rows[1]);
    })
    .await;
}

#[tokio::test]
async fn cost_is_time_at_the_rate_of_the_squad() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        let mut tickets: Vec<Ticket> = (1..=3)
            .map(|number| stage.ticket(number, "2026-02-02T09:00:00Z", Some(60)))
            .collect();
        tickets[0].tally.hands_on_seconds = 1_800;
        tickets[1].tally.hands_on_seconds = 1_800;
        tickets[1].squad = Some(stage.search);
        tickets[1].tally.replies = 4;
        tickets[2].tally.hands_on_seconds = 600;
        tickets[2].squad = None;
        stage.put(&tickets).await;
        let answer = stage.answer("cost", Words::default()).await;
        assert_eq!(
            answer.csv(),
            "month,squad,count,hands_on_seconds,cost_cents,without_squad_seconds,elapsed_seconds\n\
             2026-02,'=Search,1,1800,4500,0,3600\n\
             2026-02,Payments,1,1800,3000,0,3600\n\
             2026-02,,1,600,0,600,3600\n"
        );
        let dearest = stage.rows("dearest", Words::default()).await;
        assert_eq!(
            dearest,
            json!([
                {"ticket": "T-2", "title": "Ticket 2", "cost_cents": 4500,
                 "hands_on_seconds": 1800, "replies": 4, "people": 1},
                {"ticket": "T-1", "title": "Ticket 1", "cost_cents": 3000,
                 "hands_on_seconds": 1800, "replies": 0, "people": 1},
                {"ticket": "T-3", "title": "Ticket 3", "cost_cents": 0,
                 "hands_on_seconds": 600, "replies": 0, "people": 1},
            ])
        );
        let effort = stage.rows("effort", by("none")).await;
        assert_eq!(effort[0]["mean_replies"], 4.0 / 3.0);
        assert_eq!(effort[0]["median_replies"], 0.0);
        assert_eq!(effort[0]["mean_hands_on_seconds"], 1400.0);
        assert_eq!(effort[0]["median_hands_on_seconds"], 1800.0);
    })
    .await;
}

#[tokio::test]
async fn unowned_time_runs_until_now() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        let mut wandered = stage.ticket(1, "2026-03-20T08:00:00Z", None);
        wandered.tally.owned_from(at("2026-03-20T08:30:00Z"));
        wandered.tally.hand_offs = 3;
        wandered.tally.ping_pong = 1;
        wandered.tally.reopened = 2;
        let forgotten = stage.ticket(2, "2026-03-20T08:00:00Z", None);
        stage.put(&[wandered, forgotten]).await;
        assert_eq!(
            stage.rows("ownership", Words::default()).await,
            json!([{"squad": "Payments", "count": 2, "unowned_now": 1,
                    "mean_unowned_seconds": 2700.0, "median_unowned_seconds": 2700.0,
                    "hand_offs": 3, "hand_offs_per_ticket": 1.5, "ping_pong": 1, "reopened": 1,
                    "reopened_share": 0.5}])
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_word_by_word() {
    let stage = Stage::new(Database::sqlite().await).await;
    let words = Words {
        from: Some("2026-13-01".into()),
        to: Some("soon".into()),
        until: Some("forgotten".into()),
        group_by: Some("weather".into()),
        priority: Some("P77".into()),
        squad: Some("Nobody".into()),
        feature: Some("Nothing".into()),
        period: None,
    };
    let refused = figures::one(&stage.desk.eider, &stage.actor, "open-time", &words).await;
    let Err(eider_app::Error::Invalid(errors)) = refused else {
        panic!("{refused:?}");
    };
    let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
    assert_eq!(
        fields,
        [
            "from", "to", "until", "group_by", "priority", "squad", "feature"
        ]
    );
    let unknown = figures::one(&stage.desk.eider, &stage.actor, "weather", &words).await;
    assert!(matches!(unknown, Err(eider_app::Error::NotFound(_))));
}

#[tokio::test]
async fn records_written_with_tickets_are_those_written_anew() {
    on_both(async |database| {
        let stage = Stage::new(database).await;
        let desk = &stage.desk;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        for number in 0..50 {
            let ticket = desk.ask(&stage.actor, "A question", "P2").await;
            desk.pass_minutes(number);
            let mut commands = vec![Command::Take];
            if number % 2 == 0 {
                commands.push(Command::Resolve(resolution(Change::Yes {
                    reference: None,
                })));
            }
            if number % 4 == 0 {
                commands.push(Command::Confirm);
            }
            for command in commands {
                eider_app::ticket::act(&desk.eider, &ada, ticket.number, command)
                    .await
                    .unwrap();
            }
        }
        let kept = records(desk).await;
        assert_eq!(kept.len(), 50);
        let mut tx = desk.db().write().await.unwrap();
        assert_eq!(eider_store::figures::rebuild(&mut tx).await.unwrap(), 50);
        tx.commit().await.unwrap();
        assert_eq!(records(desk).await, kept);
    })
    .await;
}

async fn records(desk: &TestDesk) -> Vec<Record> {
    let mut records = Vec::new();
    let mut tx = desk.db().read().await.unwrap();
    eider_store::figures::each(&mut tx, &Period::default(), |record| records.push(*record))
        .await
        .unwrap();
    records
}

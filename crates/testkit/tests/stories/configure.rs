//! Configuring the desk, and what follows for the tickets that are there.

use eider_app::{
    Error,
    configure::{self, CalendarEdit, FeatureEdit, KnownIssueEdit, SquadEdit},
    desk::Settings,
    search::{self, SimilarQuery},
    ticket,
};
use eider_domain::{
    feature::{Link, Platform},
    glossary::Term,
    person::Role,
    priority::Priority,
    sla::WeeklyHours,
    ticket::{Change, Command, Resolution, StatusKind, Ticket},
};
use eider_store::{
    fact, job,
    ticket::{Filter, Order, Page, count, list},
};
use eider_testkit::{TestDesk, at, on_both};
use jiff::Timestamp;

fn fields(error: Error) -> Vec<&'static str> {
    match error {
        Error::Invalid(errors) => errors.iter().map(|error| error.field).collect(),
        other => panic!("expected fields that cannot be used: {other}"),
    }
}

fn named(name: &str) -> FeatureEdit {
    FeatureEdit {
        name: name.into(),
        ..FeatureEdit::default()
    }
}

async fn now(desk: &TestDesk, ticket: &Ticket) -> Ticket {
    let mut tx = desk.db().read().await.unwrap();
    let found = eider_store::ticket::by_number(&mut tx, ticket.number).await;
    found.unwrap().unwrap()
}

async fn due(desk: &TestDesk, ticket: &Ticket) -> Option<Timestamp> {
    let page = Page {
        limit: 100,
        ..Page::default()
    };
    let mut tx = desk.db().read().await.unwrap();
    let rows = list(&mut tx, &Filter::default(), Order::Newest, page).await;
    let rows = rows.unwrap();
    rows.iter()
        .find(|row| row.number == ticket.number)
        .and_then(|row| row.resolve_due_at)
}

/// What was configured, by the facts, in order.
async fn configured(desk: &TestDesk) -> Vec<String> {
    let mut tx = desk.db().read().await.unwrap();
    let facts = fact::after(&mut tx, 0, 1_000).await.unwrap();
    facts
        .into_iter()
        .filter_map(|recorded| match recorded.happened.fact {
            eider_domain::fact::Fact::Configured { part, name } => Some(format!("{part}: {name}")),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_lead_keeps_the_features_of_their_squad_and_of_no_other() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let admin = desk.unnamed(Role::Administrator).await;
        let mut lead = desk.unnamed(Role::Lead).await;
        let eider = &desk.eider;
        let squad = |name: &str| SquadEdit {
            name: name.into(),
            rate_cents_per_hour: 9_500,
        };
        let payments = configure::save_squad(eider, &admin, None, squad("Payments"))
            .await
            .unwrap();
        let tills = configure::save_squad(eider, &admin, None, squad("Tills"))
            .await
            .unwrap();
        lead.squads.push(payments.id);

        let edit = FeatureEdit {
            squad: Some(payments.id),
            platforms: vec![Platform::Ios, Platform::Web, Platform::Ios],
            links: vec![Link {
                title: String::new(),
                url: "https://example.com/runbook".into(),
            }],
            ..named(" Paying by card ")
        };
        let feature = configure::save_feature(eider, &lead, None, edit.clone())
            .await
            .unwrap();
        assert_eq!(feature.name, "Paying by card");
        assert_eq!(feature.platforms, [Platform::Web, Platform::Ios]);
        assert_eq!(feature.links[0].title, "https://example.com/runbook");

        let taken = configure::save_feature(eider, &admin, None, named("PAYING by card")).await;
        assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
        let mut given_away = edit.clone();
        given_away.squad = Some(tills.id);
        let refused = configure::save_feature(eider, &lead, Some(feature.id), given_away).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let refused = configure::save_squad(eider, &lead, None, squad("Third")).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");

        let retired = configure::retire_feature(eider, &lead, feature.id)
            .await
            .unwrap();
        assert!(retired.retired);
        let edited = configure::save_feature(eider, &lead, Some(feature.id), edit).await;
        assert!(edited.unwrap().retired, "editing does not bring it back");
        let back = configure::bring_back_feature(eider, &lead, feature.id).await;
        assert_eq!(eider.desk().await.unwrap().features, [back.unwrap()]);
        assert_eq!(
            configured(&desk).await,
            [
                "squad: Payments",
                "squad: Tills",
                "feature: Paying by card",
                "feature: Paying by card",
                "feature: Paying by card",
                "feature: Paying by card"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn every_field_that_cannot_be_used_is_named_and_nothing_is_kept() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let admin = desk.unnamed(Role::Administrator).await;
        let eider = &desk.eider;
        let before = eider.desk().await.unwrap();

        let priority = Priority {
            name: " ".into(),
            respond_seconds: 7_200,
            resolve_seconds: 0,
            ..before.priorities[0].clone()
        };
        let wrong = configure::save_priority(eider, &admin, priority).await;
        assert_eq!(
            fields(wrong.unwrap_err()),
            ["name", "resolve_seconds", "respond_seconds"]
        );
        let settings = Settings {
            company: String::new(),
            zone: "Europe/Atlantis".into(),
            currency: "ABC".into(),
            close_after_days: 0,
        };
        let wrong = configure::save_settings(eider, &admin, settings).await;
        assert_eq!(
            fields(wrong.unwrap_err()),
            ["company", "zone", "currency", "close_after_days"]
        );
        let wrong = configure::save_feature(
            eider,
            &admin,
            None,
            FeatureEdit {
                links: vec![Link {
                    title: "Trap".into(),
                    url: "javascript:alert(1)".into(),
                }],
                ..FeatureEdit::default()
            },
        );
        assert_eq!(fields(wrong.await.unwrap_err()), ["name", "links"]);
        let wrong = configure::save_calendar(eider, &admin, None, CalendarEdit::default()).await;
        assert_eq!(fields(wrong.unwrap_err()), ["monday", "name"]);
        let wrong = configure::weekly(["9-5", "09:00-17:00", "", "17:00-09:00", "", "", ""]);
        assert_eq!(fields(wrong.unwrap_err()), ["monday", "thursday"]);

        let lead = desk.unnamed(Role::Lead).await;
        let refused = configure::save_settings(eider, &lead, Settings::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert_eq!(eider.desk().await.unwrap().settings, before.settings);
        assert!(configured(&desk).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn open_tickets_follow_their_priority_and_a_breach_stays() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-06T16:00:00Z")).await;
        let admin = desk.unnamed(Role::Administrator).await;
        let eider = &desk.eider;
        let ticket = desk.ask(&admin, "The report is empty", "P2").await;
        assert_eq!(due(&desk, &ticket).await, Some(at("2026-03-06T19:00:00Z")));
        desk.set(at("2026-03-06T17:30:00Z"));
        let late = desk
            .until("the time to respond ran out", async || {
                now(&desk, &ticket).await.respond.breached_at()
            })
            .await;
        assert_eq!(late, at("2026-03-06T17:00:00Z"));

        let office = CalendarEdit {
            name: "Office hours".into(),
            zone: "europe/london".into(),
            weekly: configure::weekly(["09:00-17:00"; 7]).unwrap(),
            holidays: Vec::new(),
        };
        let office = CalendarEdit {
            weekly: WeeklyHours {
                saturday: "".parse().unwrap(),
                sunday: "".parse().unwrap(),
                ..office.weekly
            },
            ..office
        };
        let office = configure::save_calendar(eider, &admin, None, office)
            .await
            .unwrap();
        assert_eq!(office.calendar.zone(), "Europe/London");
        let p2 = eider.desk().await.unwrap().priorities[1].clone();
        let p2 = Priority {
            calendar: Some(office.id),
            respond_seconds: 7_200,
            ..p2
        };
        configure::save_priority(eider, &admin, p2).await.unwrap();
        let monday = Some(at("2026-03-09T11:00:00Z"));
        desk.until("the due time follows", async || {
            (due(&desk, &ticket).await == monday).then_some(())
        })
        .await;
        assert_eq!(now(&desk, &ticket).await.respond.breached_at(), Some(late));

        // Monday becomes a holiday, by a file.
        let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n\
                   DTSTART;VALUE=DATE:20260309\r\nSUMMARY:Founders’ day\r\nEND:VEVENT\r\n\
                   END:VCALENDAR\r\n";
        let with_holiday = configure::add_holidays(eider, &admin, office.id, ics)
            .await
            .unwrap();
        assert_eq!(with_holiday.calendar.holidays()[0].name, "Founders’ day");
        let tuesday = Some(at("2026-03-10T11:00:00Z"));
        desk.until("the due time follows the holiday", async || {
            (due(&desk, &ticket).await == tuesday).then_some(())
        })
        .await;
        let wrong = configure::add_holidays(eider, &admin, office.id, "no calendar").await;
        assert_eq!(fields(wrong.unwrap_err()), ["ics"]);
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn more_tickets_than_fit_in_a_step_follow_and_resolved_ones_close_later() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let admin = desk.unnamed(Role::Administrator).await;
        let eider = &desk.eider;
        for number in 0..120 {
            desk.ask(&admin, &format!("Question {number}"), "P3").await;
        }
        let resolved = desk.ask(&admin, "Soon over", "P3").await;
        let resolution = Resolution {
            cause: "A typing mistake.".into(),
            how_known: "It is gone.".into(),
            change: Change::No,
            customer_outcome: None,
            known_issue: None,
        };
        let command = Command::Resolve(resolution);
        ticket::act(eider, &admin, resolved.number, command)
            .await
            .unwrap();

        let p3 = eider.desk().await.unwrap().priorities[2].clone();
        let p3 = Priority {
            resolve_seconds: 48 * 3_600,
            ..p3
        };
        configure::save_priority(eider, &admin, p3).await.unwrap();
        let settings = Settings {
            close_after_days: 14,
            currency: "eur".into(),
            ..Settings::default()
        };
        let kept = configure::save_settings(eider, &admin, settings)
            .await
            .unwrap();
        assert_eq!(kept.currency, "EUR");
        let filter = Filter {
            due_before: Some(at("2026-03-04T09:00:00Z")),
            ..Filter::default()
        };
        desk.until("all of them have another due time", async || {
            let mut tx = desk.db().read().await.unwrap();
            let left = count(&mut tx, &filter, 1_000).await.unwrap();
            let waiting = job::is_queued(&mut tx, "desk.rescale").await.unwrap();
            (left == 0 && !waiting).then_some(())
        })
        .await;

        desk.set(at("2026-03-10T09:00:00Z"));
        desk.set(at("2026-03-15T09:00:00Z"));
        assert_eq!(
            now(&desk, &resolved).await.status.kind(),
            StatusKind::Resolved
        );
        desk.set(at("2026-03-16T09:00:01Z"));
        desk.until("it closes by itself after 14 days", async || {
            (now(&desk, &resolved).await.status.kind() == StatusKind::Closed).then_some(())
        })
        .await;
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn known_issues_are_offered_until_they_are_over_and_words_can_be_changed() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let responder = desk.unnamed(Role::Responder).await;
        let admin = desk.unnamed(Role::Administrator).await;
        let eider = &desk.eider;
        let edit = KnownIssueEdit {
            title: "The collector pauses at night".into(),
            description: "It pauses at 03:00 and recovers by itself.".into(),
            advice: "Wait until 03:20.".into(),
            feature: None,
            over: false,
            alerts: None,
        };
        let issue = configure::save_known_issue(eider, &responder, None, edit.clone())
            .await
            .unwrap();
        let query = SimilarQuery {
            title: "collector has paused".into(),
            ..SimilarQuery::default()
        };
        let offered = search::similar(eider, &responder, &query, 5).await.unwrap();
        assert_eq!(offered.known_issues, std::slice::from_ref(&issue));
        let over = KnownIssueEdit { over: true, ..edit };
        configure::save_known_issue(eider, &responder, Some(issue.id), over)
            .await
            .unwrap();
        let offered = search::similar(eider, &responder, &query, 5).await.unwrap();
        assert!(offered.known_issues.is_empty());

        let term = |key: &str, word: &str| Term {
            key: key.into(),
            word: word.into(),
            meaning: "What a person sees.".into(),
        };
        let terms = vec![
            term("crash", "Gone"),
            term("", "Half there"),
            term("", "  "),
        ];
        let wrong = configure::save_glossary(eider, &admin, terms.clone()).await;
        assert_eq!(fields(wrong.unwrap_err()), ["word"]);
        let kept = configure::save_glossary(eider, &admin, terms[..2].to_vec())
            .await
            .unwrap();
        let keys: Vec<&str> = kept.iter().map(|term| term.key.as_str()).collect();
        assert_eq!(keys, ["crash", "half_there"]);
        assert_eq!(eider.desk().await.unwrap().glossary, kept);
    })
    .await;
}

#[test]
fn holidays_are_read_line_by_line() {
    let read = configure::holidays_from_lines("2026-12-25 Christmas Day\n\n 2027-01-01\n").unwrap();
    assert_eq!(read[0].name, "Christmas Day");
    assert_eq!(read[1].date.to_string(), "2027-01-01");
    let wrong = configure::holidays_from_lines("25.12.2026 Christmas").unwrap_err();
    assert_eq!(fields(wrong), ["holidays"]);
}

//! The life of a ticket, from a question to an answer.

use std::sync::Arc;

use eider_app::{Error, ticket};
use eider_domain::{
    access::Actor,
    person::Role,
    ticket::{Change, Command, Refusal, Resolution, StatusKind, Ticket},
};
use eider_store::{
    Db, fact,
    job::{self, NewJob},
};
use eider_testkit::{TestDesk, at, on_both};

fn resolution() -> Resolution {
    Resolution {
        cause: "A setting was lost in the last release.".into(),
        how_known: "Ada paid with a test card.".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    }
}

async fn current(db: &Db, ticket: &Ticket) -> Ticket {
    let mut tx = db.read().await.unwrap();
    eider_store::ticket::by_number(&mut tx, ticket.number)
        .await
        .unwrap()
        .unwrap()
}

async fn act(desk: &TestDesk, actor: &Actor, ticket: &Ticket, command: Command) -> Ticket {
    ticket::act(&desk.eider, actor, ticket.number, command)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_question_is_asked_owned_answered_and_confirmed() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (ada, ada_acts) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P1").await;
        assert_eq!(asked.number.to_string(), "T-1001");

        desk.pass_minutes(3);
        let taken = act(&desk, &ada_acts, &asked, Command::Take).await;
        assert_eq!(taken.owner, Some(ada.id));
        assert_eq!(taken.status.kind(), StatusKind::Acknowledged);

        ticket::say(&desk.eider, &ada_acts, asked.number, "Which card was it?")
            .await
            .unwrap();
        act(&desk, &ada_acts, &asked, Command::Wait { question: None }).await;
        desk.pass_minutes(20);
        ticket::say(&desk.eider, &cleo, asked.number, "A green one")
            .await
            .unwrap();
        let going_on = current(desk.db(), &asked).await;
        assert_eq!(going_on.status.kind(), StatusKind::InProgress);

        desk.pass_minutes(10);
        act(&desk, &ada_acts, &asked, Command::Resolve(resolution())).await;
        let closed = act(&desk, &cleo, &asked, Command::Confirm).await;
        assert_eq!(closed.status.kind(), StatusKind::Closed);
        assert_eq!(closed.tally.replies, 2);
        assert_eq!(closed.tally.people, 2);

        let view = ticket::view(&desk.eider, &cleo, asked.number)
            .await
            .unwrap();
        // 33 minutes passed, 20 of them waiting for Cleo: 47 minutes early of the hour.
        assert_eq!(view.resolve.difference_seconds, Some(-47 * 60));
        assert_eq!(view.respond.difference_seconds, Some(-12 * 60));
        assert_eq!(view.thread.len(), 2);
        assert_eq!(view.ticket, closed);
        assert_eq!(
            desk.kinds(&asked).await,
            [
                "ticket_opened",
                "owner_changed",
                "ticket_moved",
                "replied",
                "ticket_moved",
                "replied",
                "ticket_moved",
                "ticket_resolved",
                "ticket_moved"
            ]
        );
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn warnings_and_breaches_come_by_themselves_and_once_on_two_nodes() {
    on_both(async |database| {
        let opened_at = at("2026-03-02T09:00:00Z");
        let desk = TestDesk::new(database, opened_at).await;
        let other = TestDesk::on(desk.database(), opened_at, 2).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P1").await;
        let expected = [
            (8, 1),  // half of the quarter of an hour to respond
            (13, 2), // four fifths of it
            (16, 3), // all of it
            (31, 4), // half of the hour to resolve
            (49, 5),
            (61, 6),
        ];
        for (minute, facts) in expected {
            let now = opened_at + jiff::SignedDuration::from_mins(minute);
            desk.set(now);
            other.set(now);
            desk.until("the next warning is recorded", async || {
                (desk.kinds(&asked).await.len() > facts).then_some(())
            })
            .await;
            assert_eq!(
                desk.kinds(&asked).await.len(),
                facts + 1,
                "at minute {minute}"
            );
        }
        let late = current(desk.db(), &asked).await;
        assert_eq!(late.resolve.breached_at(), Some(at("2026-03-02T10:00:00Z")));
        let kinds = desk.kinds(&asked).await;
        let breaches = kinds
            .iter()
            .filter(|kind| *kind == "service_level_breached")
            .count();
        assert_eq!(breaches, 2, "{kinds:?}");
        desk.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_breach_is_recorded_even_when_the_timer_was_late_and_is_never_undone() {
    on_both(async |database| {
        let opened_at = at("2026-03-02T09:00:00Z");
        let desk = TestDesk::new(database, opened_at).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P1").await;
        desk.pass_minutes(90);
        act(&desk, &ada, &asked, Command::Resolve(resolution())).await;
        let reopened = act(&desk, &cleo, &asked, Command::Reopen { why: None }).await;
        let prioritise = Command::Prioritise {
            to: eider_domain::priority::Rank::P3,
            reason: Some("It can wait.".into()),
        };
        let calmer = act(&desk, &ada, &reopened, prioritise).await;
        assert_eq!(
            calmer.resolve.breached_at(),
            Some(at("2026-03-02T10:00:00Z"))
        );
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_resolved_closes_by_itself_after_a_week() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "A word is misspelt", "P3").await;
        act(&desk, &ada, &asked, Command::Resolve(resolution())).await;
        // The clock goes through the week in steps, as it does for people: whenever the timer comes
        // is when the ticket is closed.
        for _ in 0..7 * 4 {
            desk.pass_minutes(6 * 60);
            desk.until("what was due by now is done", async || {
                let mut tx = desk.db().read().await.unwrap();
                let waiting = job::waiting(&mut tx, "ticket.close").await.unwrap();
                let now = desk.eider.now();
                waiting.iter().all(|job| job.run_at > now).then_some(())
            })
            .await;
        }
        let closed = current(desk.db(), &asked).await;
        assert_eq!(closed.status.kind(), StatusKind::Closed);
        assert_eq!(closed.closed_at, Some(at("2026-03-09T09:00:00Z")));
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_timer_that_comes_too_early_closes_nothing() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let asked = desk.ask(&cleo, "A word is misspelt", "P3").await;
        act(&desk, &ada, &asked, Command::Resolve(resolution())).await;
        let key = format!("ticket.close:{}", asked.number.0);
        let early = NewJob {
            id: uuid::Uuid::from_u128(7),
            kind: "ticket.close",
            payload: asked.number.0.to_string(),
            run_at: desk.eider.now(),
            dedup_key: Some(key.clone()),
        };
        let mut tx = desk.db().write().await.unwrap();
        job::enqueue(&mut tx, &early).await.unwrap();
        tx.commit().await.unwrap();
        desk.eider.committed();
        desk.until("the timer has come", async || {
            let mut tx = desk.db().read().await.unwrap();
            let waits = job::is_queued(&mut tx, &key).await.unwrap();
            (!waits).then_some(())
        })
        .await;
        let kind = current(desk.db(), &asked).await.status.kind();
        assert_eq!(kind, StatusKind::Resolved);
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_file_of_one_byte_too_many_is_refused() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let asked = desk.ask(&cleo, "A word is misspelt", "P3").await;
        let file = |bytes| ticket::NewFile {
            name: "picture.bmp".into(),
            media_type: "image/bmp".into(),
            content: vec![7; bytes],
        };
        let limit = ticket::ATTACHMENT_LIMIT_BYTES;
        let attach =
            async |bytes| ticket::attach(&desk.eider, &cleo, asked.number, file(bytes)).await;
        attach(limit).await.unwrap();
        let refused = attach(limit + 1).await.unwrap_err().to_string();
        assert!(refused.contains("at most 10 MiB"), "{refused}");
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn illegal_moves_are_refused_with_a_sentence() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let (_, ben) = desk.person("Ben Buddy", Role::Responder).await;
        let asked = desk.ask(&cleo, "Nobody can pay", "P1").await;
        let refuse = async |actor: &Actor, command| match ticket::act(
            &desk.eider,
            actor,
            asked.number,
            command,
        )
        .await
        {
            Err(Error::Refused(refusal)) => refusal,
            other => panic!("expected a refusal, got {other:?}"),
        };
        let early = refuse(&cleo, Command::Confirm).await;
        assert_eq!(
            early.to_string(),
            "T-1001 is new, so it cannot be confirmed. It can be confirmed once it is resolved."
        );
        assert!(matches!(
            refuse(&cleo, Command::Take).await,
            Refusal::Forbidden(_)
        ));
        act(&desk, &ada, &asked, Command::Take).await;
        assert!(matches!(
            refuse(&ben, Command::Take).await,
            Refusal::Taken(_)
        ));
        let own = Command::Merge { into: asked.number };
        assert!(matches!(
            refuse(&ada, own).await,
            Refusal::MergedIntoItself(_)
        ));
        // What was refused has left nothing behind.
        assert_eq!(desk.kinds(&asked).await.len(), 3);
        act(&desk, &ada, &asked, Command::Resolve(resolution())).await;
        let again = refuse(&ada, Command::Resolve(resolution())).await;
        assert!(again.to_string().contains("cannot be resolved"), "{again}");
        assert_eq!(desk.kinds(&asked).await.len(), 4);
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_is_merged_and_both_sides_say_so() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let first = desk.ask(&cleo, "Nobody can pay", "P1").await;
        let second = desk.ask(&cleo, "Paying fails", "P2").await;
        let merged = act(&desk, &ada, &second, Command::Merge { into: first.number }).await;
        assert_eq!(merged.status.kind(), StatusKind::Merged);
        assert_eq!(desk.kinds(&first).await.last().unwrap(), "ticket_absorbed");
        let back = Command::Merge {
            into: second.number,
        };
        let into_merged = ticket::act(&desk.eider, &ada, first.number, back).await;
        assert!(
            matches!(into_merged, Err(Error::Invalid(_))),
            "{into_merged:?}"
        );
        desk.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_chain_of_facts_is_whole_until_somebody_alters_one() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        for title in ["One", "Two", "Three"] {
            desk.ask(&cleo, title, "P3").await;
        }
        let state = async || {
            let mut tx = desk.db().read().await.unwrap();
            fact::verify(&mut tx).await.unwrap()
        };
        assert_eq!(state().await, fact::ChainState::Whole { facts: 3 });
        alter_second_fact(&desk.database().address).await;
        assert_eq!(state().await, fact::ChainState::BrokenAt { seq: 2 });
        desk.stop().await;
    })
    .await;
}

async fn alter_second_fact(address: &str) {
    let sql = "UPDATE fact SET data = replace(data, 'Two', 'Too') WHERE seq = 2";
    if address.starts_with("postgres") {
        let pool = sqlx::PgPool::connect(address).await.unwrap();
        sqlx::query(sql).execute(&pool).await.unwrap();
    } else {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite://{address}"))
            .await
            .unwrap();
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
}

#[tokio::test]
async fn many_commands_at_once_are_all_kept_and_numbered_apart() {
    on_both(async |database| {
        let desk = Arc::new(TestDesk::new(database, at("2026-03-02T09:00:00Z")).await);
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let mut asking = tokio::task::JoinSet::new();
        for index in 0..64 {
            let (desk, cleo) = (Arc::clone(&desk), cleo.clone());
            asking.spawn(async move {
                if index % 4 == 3 {
                    // Somebody who goes away in the middle must not keep the others waiting.
                    let asked = desk.ask(&cleo, "gone", "P3");
                    let _gone = tokio::time::timeout(std::time::Duration::ZERO, asked).await;
                    return None;
                }
                Some(
                    desk.ask(&cleo, &format!("Question {index}"), "P3")
                        .await
                        .number,
                )
            });
        }
        let mut numbers: Vec<_> = asking.join_all().await.into_iter().flatten().collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 48);
        let mut tx = desk.db().read().await.unwrap();
        for number in numbers {
            let kept = eider_store::ticket::by_number(&mut tx, number)
                .await
                .unwrap();
            assert!(kept.is_some(), "{number}");
        }
        assert!(matches!(
            fact::verify(&mut tx).await.unwrap(),
            fact::ChainState::Whole { .. }
        ));
    })
    .await;
}

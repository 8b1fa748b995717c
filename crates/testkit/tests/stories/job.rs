//! The queue: a job is held by one, tried again when it fails, and never lost.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use eider_jobs::{Again, Clock, Handlers, LEASE, Runner};
use eider_store::{
    Db,
    job::{self, Claim, Claimed, NewJob},
};
use eider_testkit::{at, on_both};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

const BEGIN: &str = "2026-03-02T09:00:00Z";

async fn enqueue(db: &Db, run_at: Timestamp) {
    let new = NewJob {
        id: uuid::Uuid::from_u128(7),
        kind: "test",
        payload: "7".to_owned(),
        run_at,
        dedup_key: Some("test:7".to_owned()),
    };
    let mut tx = db.write().await.unwrap();
    job::enqueue(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(db: &Db, node: &str, now: Timestamp) -> Option<Claimed> {
    let mut tx = db.write().await.unwrap();
    let claim = Claim {
        owner: node,
        kinds: &["test"],
        first: &[],
        now,
        until: now + LEASE,
    };
    let claimed = job::claim(&mut tx, &claim, 10).await;
    tx.commit().await.unwrap();
    claimed.unwrap().pop()
}

async fn holds(db: &Db, claimed: &Claimed) -> bool {
    let mut tx = db.write().await.unwrap();
    let holds = job::holds(&mut tx, claimed).await.unwrap();
    // A transaction that is only dropped keeps its lock for a moment longer.
    tx.commit().await.unwrap();
    holds
}

async fn finish(db: &Db, claimed: &Claimed) {
    let mut tx = db.write().await.unwrap();
    job::finish(&mut tx, claimed).await.unwrap();
    tx.commit().await.unwrap();
}

async fn how_many(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    job::count(&mut tx).await.unwrap()
}

#[tokio::test]
async fn a_job_is_held_by_one_and_the_latest_alone_may_finish_it() {
    on_both(async |database| {
        let (db, now) = (&database.db, at(BEGIN));
        enqueue(db, now).await;
        assert_eq!(claim(db, "early", now - LEASE).await, None);
        let first = claim(db, "first", now).await.unwrap();
        assert!(holds(db, &first).await);
        assert_eq!(claim(db, "second", now).await, None);
        let lease_ends = now + LEASE;
        let just_before = lease_ends - SignedDuration::from_micros(1);
        assert_eq!(claim(db, "second", just_before).await, None);

        let second = claim(db, "second", lease_ends).await.unwrap();
        assert_eq!((first.attempts, second.attempts), (1, 2));
        assert!(!holds(db, &first).await && holds(db, &second).await);
        finish(db, &first).await;
        assert_eq!(how_many(db).await, 1);
        // Somebody asks for it again while it is worked on: it is not done with.
        enqueue(db, lease_ends).await;
        assert!(!holds(db, &second).await);
        assert_eq!(claim(db, "third", lease_ends).await, None);
        finish(db, &second).await;
        assert_eq!(how_many(db).await, 1);
        // It is begun again only now that nobody works on it.
        let third = claim(db, "third", lease_ends).await.unwrap();
        finish(db, &third).await;
        assert_eq!(how_many(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_node_claimed_by_a_clock_that_was_hours_ahead_is_not_held_for_hours() {
    on_both(async |database| {
        let (db, now) = (&database.db, at(BEGIN));
        enqueue(db, now).await;
        // It claims, and dies; its clock was put right, or another node has the right one.
        let hours = SignedDuration::from_hours(4);
        let ahead = claim(db, "ahead", now + hours).await.unwrap();
        let clock = Clock::moved_by_hand(now);
        let done = Arc::new(AtomicUsize::new(0));
        let handlers = Handlers::default().with("test", {
            let done = Arc::clone(&done);
            move |_| {
                done.fetch_add(1, Ordering::SeqCst);
                async { Ok(()) }
            }
        });
        let runner = runner(db, &clock, "right", handlers);
        assert_eq!(runner.work_off(now).await.unwrap(), 1);
        assert_eq!(done.load(Ordering::SeqCst), 1);
        // Should it still live, it can tell that the job is not its own any more.
        assert!(!holds(db, &ahead).await);
        assert_eq!(how_many(db).await, 0);

        // Clocks that differ by a little take nothing from each other.
        enqueue(db, now).await;
        let ahead = claim(db, "ahead", now + LEASE).await.unwrap();
        assert_eq!(runner.work_off(now).await.unwrap(), 0);
        assert!(holds(db, &ahead).await);
    })
    .await;
}

fn runner(db: &Db, clock: &Clock, node: &str, handlers: Handlers) -> Runner {
    let (_sender, commits) = watch::channel(());
    Runner::new(
        db.clone(),
        clock.clone(),
        node.to_owned(),
        handlers,
        commits,
    )
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later_until_it_is_done() {
    on_both(async |database| {
        let (db, now) = (&database.db, at(BEGIN));
        let clock = Clock::moved_by_hand(now);
        let tried = Arc::new(AtomicUsize::new(0));
        let handlers = Handlers::default().with("test", {
            let tried = Arc::clone(&tried);
            move |_| {
                let failures = tried.fetch_add(1, Ordering::SeqCst);
                async move {
                    match failures {
                        0..3 => Err(Again::because("not yet")),
                        _ => Ok(()),
                    }
                }
            }
        });
        let runner = runner(db, &clock, "node", handlers);
        enqueue(db, now).await;
        let mut then = now;
        for (attempt, wait_seconds) in [(1, 2), (2, 4), (3, 8)] {
            clock.set(then);
            assert_eq!(runner.work_off(then).await.unwrap(), 1);
            assert_eq!(tried.load(Ordering::SeqCst), attempt);
            let again = then + SignedDuration::from_secs(wait_seconds);
            let too_soon = again - SignedDuration::from_micros(1);
            assert_eq!(runner.work_off(too_soon).await.unwrap(), 0);
            assert_eq!(how_many(db).await, 1);
            then = again;
        }
        assert_eq!(runner.work_off(then).await.unwrap(), 1);
        assert_eq!(how_many(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_done_yet_is_begun_again_soon_after_its_instant() {
    on_both(async |database| {
        let (db, now) = (&database.db, at(BEGIN));
        let clock = Clock::moved_by_hand(now);
        let later = now + SignedDuration::from_mins(10);
        let handlers = Handlers::default().with("test", {
            let clock = clock.clone();
            move |_| {
                let is_time = clock.now() >= later;
                async move {
                    if is_time {
                        Ok(())
                    } else {
                        Err(Again::At(later))
                    }
                }
            }
        });
        let runner = runner(db, &clock, "node", handlers);
        enqueue(db, now).await;
        assert_eq!(runner.work_off(now).await.unwrap(), 1);
        let too_soon = later - SignedDuration::from_micros(1);
        assert_eq!(runner.work_off(too_soon).await.unwrap(), 0);
        // It was begun once, so it waits at most two seconds longer.
        let soon = later + SignedDuration::from_secs(2);
        clock.set(soon);
        assert_eq!(runner.work_off(soon).await.unwrap(), 1);
        assert_eq!(how_many(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_node_that_hangs_is_taken_over_when_its_lease_ends() {
    on_both(async |database| {
        let (db, now) = (&database.db, at(BEGIN));
        let clock = Clock::moved_by_hand(now);
        let begun = Arc::new(Notify::new());
        let hanging = Handlers::default().with("test", {
            let begun = Arc::clone(&begun);
            move |_| {
                begun.notify_one();
                std::future::pending()
            }
        });
        let done = Handlers::default().with("test", async |_| Ok(()));
        enqueue(db, now).await;
        let hanging = runner(db, &clock, "hanging", hanging);
        let hangs = tokio::spawn(async move { hanging.work_off(now).await });
        begun.notified().await;
        let other = runner(db, &clock, "other", done);
        assert_eq!(other.work_off(now).await.unwrap(), 0);
        assert_eq!(other.work_off(now + LEASE).await.unwrap(), 1);
        assert_eq!(how_many(db).await, 0);
        hangs.abort();
    })
    .await;
}

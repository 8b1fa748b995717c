//! Whoever changes something may go away at any moment: a browser closes, a node ends. Nobody else
//! notices.

use std::{
    future::poll_fn,
    pin::pin,
    task::{Context, Poll},
};

use eider_store::{Db, Result, setting};
use eider_testkit::{PATIENCE, on_both};

/// More often than anybody here has to wait until a change is kept.
const WAITS_LIMIT: usize = 64;
const LOOK_WAITS_LIMIT: usize = 12;

async fn change(db: &Db, name: &str, value: usize) -> Result<()> {
    let mut tx = db.write().await?;
    setting::put(&mut tx, name, &value).await?;
    tx.commit().await
}

async fn kept(db: &Db, name: &str) -> Option<usize> {
    let mut tx = db.read().await.unwrap();
    setting::get(&mut tx, name).await.unwrap()
}

/// Leaves `work` where it stands when it waits for the `waits`th time. Answers whether it came to
/// its end before.
async fn left_at(waits: usize, work: impl Future<Output = Result<()>>) -> Option<Result<()>> {
    let mut work = pin!(work);
    let mut left = waits;
    poll_fn(move |context: &mut Context<'_>| {
        if let Poll::Ready(outcome) = work.as_mut().poll(context) {
            return Poll::Ready(Some(outcome));
        }
        left = left.saturating_sub(1);
        match left {
            0 => Poll::Ready(None),
            _ => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_change_that_is_left_at_any_moment_keeps_nobody_from_the_next() {
    on_both(async |database| {
        let db = &database.db;
        let mut ends = 0;
        for waits in 1..WAITS_LIMIT {
            let outcome = left_at(waits, change(db, "left", waits)).await;
            let next = tokio::time::timeout(PATIENCE, change(db, "next", waits));
            next.await
                .unwrap_or_else(|_| panic!("left at {waits}, the next one waits for ever"))
                .unwrap_or_else(|error| panic!("left at {waits}, the next one fails: {error}"));
            assert_eq!(kept(db, "next").await, Some(waits));
            if let Some(outcome) = outcome {
                outcome.unwrap();
                assert_eq!(kept(db, "left").await, Some(waits));
                ends += 1;
            }
        }
        assert!(ends > 0, "it was never waited for to the end");
    })
    .await;
}

#[tokio::test]
async fn a_look_that_is_left_at_any_moment_keeps_nobody_from_the_next() {
    on_both(async |database| {
        let db = &database.db;
        let look = async || {
            let mut tx = db.read().await?;
            setting::get::<usize>(&mut tx, "looked at").await.map(drop)
        };
        for waits in 1..LOOK_WAITS_LIMIT {
            let _left = left_at(waits, look()).await;
            // Again and again, until the connection that was left has its turn.
            for _ in 0..8 {
                let next = tokio::time::timeout(PATIENCE, change(db, "looked at", waits));
                next.await
                    .unwrap_or_else(|_| panic!("left at {waits}, a change waits for ever"))
                    .unwrap_or_else(|error| panic!("left at {waits}, a change fails: {error}"));
                let look = tokio::time::timeout(PATIENCE, look());
                look.await
                    .unwrap_or_else(|_| panic!("left at {waits}, a look waits for ever"))
                    .unwrap_or_else(|error| panic!("left at {waits}, a look fails: {error}"));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_that_is_left_at_any_moment_takes_nothing_of_others_along() {
    on_both(async |database| {
        let db = &database.db;
        for waits in 1..WAITS_LIMIT {
            let others = async {
                tokio::join!(
                    change(db, "before", waits),
                    left_at(waits, change(db, "left", waits)),
                    change(db, "after", waits),
                )
            };
            let (before, left, after) = tokio::time::timeout(PATIENCE, others)
                .await
                .unwrap_or_else(|_| panic!("left at {waits}, the others wait for ever"));
            for (name, outcome) in [("before", before), ("after", after)] {
                outcome.unwrap_or_else(|error| panic!("left at {waits}, {name} fails: {error}"));
                assert_eq!(kept(db, name).await, Some(waits), "{name}");
            }
            if left.is_some() {
                assert_eq!(kept(db, "left").await, Some(waits));
            }
        }
    })
    .await;
}

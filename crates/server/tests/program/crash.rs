//! A server that is killed at any moment loses nothing that it acknowledged.

use std::{collections::BTreeSet, path::Path, time::Duration};

use eider_store::Db;
use eider_store::ticket::{Filter, count};
use tokio::{sync::watch, time::timeout};

use crate::running::{Program, Running, administrator_token, place, told};

/// Two desks, each killed this often.
const KILLS_A_DESK: u64 = 120;
const CLIENTS: u64 = 6;
/// A server acknowledges fewer than this before it is to be killed, ...
const ACKNOWLEDGED_LIMIT: u64 = 12;
/// ... and lives on for less than this.
const LIFE_LEFT_MILLISECONDS: u64 = 40;
/// However busy the machine is, a server has acknowledged as much by then.
const ACKNOWLEDGES_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_lost_nothing_that_it_acknowledged() {
    let (one, two) = tokio::join!(
        tokio::spawn(kill_again_and_again(1)),
        tokio::spawn(kill_again_and_again(2))
    );
    let acknowledged = one.unwrap() + two.unwrap();
    // Otherwise nothing was proved.
    assert!(acknowledged > 500, "only {acknowledged} were acknowledged");
}

async fn kill_again_and_again(desk: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("desk");
    let place = place(&data, None);
    let program = Program::new(&administrator_token(&place));
    let mut acknowledged = BTreeSet::new();
    // What each client has asked and not heard of: it asks again after the crash, by the same key.
    let mut unheard: Vec<Option<String>> = vec![None; CLIENTS as usize];
    for life in 0..KILLS_A_DESK {
        let server = Running::serve(&place);
        let address = server.address.clone();
        let (heard, mut hearing) = watch::channel(0);
        let clients: Vec<_> = unheard
            .drain(..)
            .zip(0..)
            .map(|(unheard, client)| {
                let name = format!("{desk}-{life}-{client}");
                tokio::spawn(ask_until_nobody_answers(
                    program.clone(),
                    address.clone(),
                    name,
                    unheard,
                    heard.clone(),
                ))
            })
            .collect();
        // Moments that look random and are the same in each run.
        let moment = life * 7919 + desk * 104_729;
        let is_enough = async {
            let wanted = moment % ACKNOWLEDGED_LIMIT;
            hearing.wait_for(|heard| *heard >= wanted).await.is_ok()
        };
        let is_enough = timeout(ACKNOWLEDGES_WITHIN, is_enough).await;
        assert_eq!(is_enough, Ok(true), "life {life}");
        let left = moment / ACKNOWLEDGED_LIMIT % LIFE_LEFT_MILLISECONDS;
        tokio::time::sleep(Duration::from_millis(left)).await;
        tokio::task::spawn_blocking(move || server.kill())
            .await
            .unwrap();
        for client in clients {
            let (heard, left) = client.await.unwrap();
            acknowledged.extend(heard);
            unheard.push(left);
        }
    }
    let server = Running::serve(&place);
    for key in unheard.into_iter().flatten() {
        program.open_patiently(&server.address, &key).await;
        acknowledged.insert(key);
    }
    assert!(server.stop().success());
    told(&[&["doctor"], &place[..]].concat());
    assert_eq!(tickets_in(&data).await, acknowledged.len() as i64);
    for key in acknowledged.iter().step_by(17) {
        assert!(is_there(&data, key).await, "{key} is lost");
    }
    acknowledged.len()
}

/// Asks for one ticket after the other. Answers with those that were acknowledged, and the one
/// whose fate is not known.
async fn ask_until_nobody_answers(
    program: Program,
    address: String,
    name: String,
    mut unheard: Option<String>,
    hearing: watch::Sender<u64>,
) -> (Vec<String>, Option<String>) {
    let mut heard = Vec::new();
    for count in 0.. {
        let key = unheard.take().unwrap_or_else(|| format!("{name}-{count}"));
        match program.open(&address, &key).await {
            Ok((201, _)) => {
                heard.push(key);
                hearing.send_modify(|heard| *heard += 1);
            }
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => return (heard, Some(key)),
        }
    }
    (heard, None)
}

async fn tickets_in(folder: &Path) -> i64 {
    let db = Db::open_sqlite(&folder.join("eider.db")).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let found = count(&mut tx, &Filter::default(), i64::MAX).await.unwrap();
    drop(tx);
    db.close().await;
    found
}

async fn is_there(folder: &Path, key: &str) -> bool {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("eider.db"));
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM ticket WHERE title = $1")
        .bind(format!("Ticket {key}"))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    found == 1
}

//! A database whose machine loses its power says nothing any more, not even that it is gone. Whatever
//! answers at its address by then is used instead.

use std::{
    future::pending,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use eider_jobs::{Clock, Handlers, Runner};
use eider_store::{
    Db,
    job::{self, NewJob},
};
use eider_testkit::{Database, at};
use jiff::SignedDuration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
};
use tokio_util::sync::CancellationToken;

const BEGIN: &str = "2026-03-02T09:00:00Z";
/// A lease, in which nothing is heard, and a few connections that have to be found out.
const DONE_WITHIN: Duration = Duration::from_secs(40);

/// The line to a database.
#[derive(Clone)]
struct Line {
    server: SocketAddr,
    /// What was opened before this was counted up passes nothing on any more.
    era: Arc<AtomicU64>,
    /// These words are the last that the old one hears.
    last_words: Arc<AtomicBool>,
}

const LAST_WORDS: &[u8] = b"lease_owner";

impl Line {
    /// A line to the database at that URL, and its URL by way of the line.
    async fn to(url: &str) -> (Self, String) {
        let (_, place) = url.rsplit_once('@').unwrap();
        let (server, _) = place.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap();
        let line = Self {
            server: server.parse().unwrap(),
            era: Arc::default(),
            last_words: Arc::default(),
        };
        let accepting = line.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().lead(stream));
            }
        });
        (line, url.replace(server, &own.to_string()))
    }

    async fn lead(self, client: TcpStream) {
        let era = self.era.load(Ordering::SeqCst);
        let server = TcpStream::connect(self.server).await.unwrap();
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let there = self.clone();
        tokio::spawn(async move { there.pass_on(from_client, to_server, era).await });
        self.pass_on(from_server, to_client, era).await;
    }

    async fn pass_on(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, era: u64) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from.read(&mut buffer).await;
            let heard = read.as_ref().map_or(0, |count| *count);
            let is_last = buffer[..heard]
                .windows(LAST_WORDS.len())
                .any(|words| words == LAST_WORDS);
            if is_last && self.last_words.swap(false, Ordering::SeqCst) {
                self.era.fetch_add(1, Ordering::SeqCst);
            }
            if self.era.load(Ordering::SeqCst) != era {
                // Both ends stay open, and neither hears anything.
                pending::<()>().await;
            }
            if heard == 0 || to.write_all(&buffer[..heard]).await.is_err() {
                return;
            }
        }
    }
}

#[tokio::test]
async fn what_falls_silent_is_left_for_what_answers() {
    let database = Database::postgres().await;
    let (line, url) = Line::to(&database.address).await;
    let db = Db::open_postgres(&url).await.unwrap();
    // Some connections are open, as on any desk.
    let (one, two) = (db.read().await.unwrap(), db.read().await.unwrap());
    one.commit().await.unwrap();
    two.commit().await.unwrap();

    let now = at(BEGIN);
    let new = NewJob {
        id: uuid::Uuid::from_u128(7),
        kind: "test",
        payload: "7".to_owned(),
        run_at: now,
        dedup_key: None,
    };
    let mut tx = database.db.write().await.unwrap();
    job::enqueue(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();

    // The claim of the job is the last that the old one hears.
    line.last_words.store(true, Ordering::SeqCst);
    let (done, mut is_done) = watch::channel(false);
    let handlers = Handlers::default().with("test", move |_| {
        done.send_replace(true);
        async { Ok(()) }
    });
    let clock = Clock::moved_by_hand(now);
    let (_commits, commits) = watch::channel(());
    let stop = CancellationToken::new();
    let runner = Runner::new(db, clock.clone(), "node-1".into(), handlers, commits);
    let running = tokio::spawn(runner.run(stop.clone()));
    let ticking = tokio::spawn(async move {
        let mut now = now;
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
            now += SignedDuration::from_millis(50);
            clock.set(now);
        }
    });
    let in_time = tokio::time::timeout(DONE_WITHIN, is_done.wait_for(|done| *done)).await;
    assert!(in_time.is_ok(), "the job is never done");
    ticking.abort();
    stop.cancel();
    let stopped = tokio::time::timeout(DONE_WITHIN, running).await;
    assert!(stopped.is_ok(), "the worker never stops");
}

//! A desk with people, ready for a story.

use std::sync::Arc;

use eider_app::{Clock, Eider, Ids, SealKey, Timers};
use eider_domain::{
    access::Actor,
    person::{Person, Role, Standing, initials_of},
    ticket::{Report, Ticket},
};
use eider_store::{Db, fact};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::Database;

/// The instant of that text, such as `2026-03-02T09:00:00Z`.
///
/// # Panics
/// When the text is not an instant.
pub fn at(text: &str) -> Timestamp {
    text.parse()
        .expect("the story writes an instant of RFC 3339")
}

/// A desk on a database of its own, with timers running by a clock that the story moves.
pub struct TestDesk {
    /// The use cases.
    pub eider: Eider,
    clock: Clock,
    stop: CancellationToken,
    timers: Option<JoinHandle<()>>,
    database: Arc<Database>,
}

impl TestDesk {
    /// A fresh desk at `now`.
    pub async fn new(database: Database, now: Timestamp) -> Self {
        Self::on(Arc::new(database), now, 1).await
    }

    /// A fresh desk on which nothing happens by itself.
    pub async fn without_timers(database: Database, now: Timestamp) -> Self {
        let mut desk = Self::new(database, now).await;
        desk.stop.cancel();
        if let Some(timers) = desk.timers.take() {
            timers.await.expect("the timers end without a panic");
        }
        desk
    }

    /// Another node on the same database, going by a clock of its own that stands at `now`.
    pub async fn on(database: Arc<Database>, now: Timestamp, seed: u8) -> Self {
        let clock = Clock::moved_by_hand(now);
        let eider = Eider::new(
            database.db.clone(),
            clock.clone(),
            Ids::from_seed([seed; 32]),
            // Nodes on one database share the key.
            Some(SealKey::new([7; 32])),
        );
        eider.prepare().await.expect("a fresh desk can be prepared");
        let stop = CancellationToken::new();
        let timers = Timers::new(eider.clone(), format!("node-{seed}"));
        let timers = tokio::spawn(timers.run(stop.clone()));
        Self {
            eider,
            clock,
            stop,
            timers: Some(timers),
            database,
        }
    }

    /// The database beneath.
    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// The database with its address, to share with another node.
    pub fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// Moves the clock to `now`.
    pub fn set(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Moves the clock on by so many minutes.
    pub fn pass_minutes(&self, minutes: i64) {
        self.pass_milliseconds(minutes * 60_000);
    }

    /// Moves the clock on.
    pub fn pass_milliseconds(&self, milliseconds: i64) {
        let now = self.clock.now() + SignedDuration::from_millis(milliseconds);
        self.clock.set(now);
    }

    /// A person of that name and role, with what they may.
    pub async fn person(&self, name: &str, role: Role) -> (Person, Actor) {
        let now = self.eider.now();
        let person = Person {
            id: self.eider.ids().id(now),
            name: name.to_owned(),
            email: Some(format!(
                "{}@example.com",
                name.to_lowercase().replace(' ', ".")
            )),
            role,
            standing: Standing::Active,
            zone: "Europe/London".to_owned(),
            initials: initials_of(name),
            address_as: None,
            squads: Vec::new(),
        };
        let mut tx = self.db().write().await.expect("the database is there");
        eider_store::person::put(&mut tx, &person, now)
            .await
            .expect("a person can be written");
        tx.commit().await.expect("a person can be kept");
        let actor = Actor {
            person: person.id,
            role,
            squads: Vec::new(),
            scopes: None,
        };
        (person, actor)
    }

    /// Somebody whose name does not matter and whom nobody else is like.
    pub async fn unnamed(&self, role: Role) -> Actor {
        let id: uuid::Uuid = self.eider.ids().id(self.eider.now());
        self.person(&format!("Somebody {id}"), role).await.1
    }

    /// A ticket that `actor` asks, with that title and priority `P1`, `P2` or `P3`.
    pub async fn ask(&self, actor: &Actor, title: &str, priority: &str) -> Ticket {
        let ask = eider_app::ticket::Ask {
            title: title.to_owned(),
            priority: eider_domain::priority::Rank::parse(priority),
            feature: None,
            report: Report {
                what: format!("{title}, and more"),
                ..Report::default()
            },
        };
        eider_app::ticket::open(&self.eider, actor, ask)
            .await
            .expect("a ticket can be asked")
    }

    /// The kinds of the facts of a ticket, in their order.
    pub async fn kinds(&self, ticket: &Ticket) -> Vec<String> {
        let mut tx = self.db().read().await.expect("the database is there");
        let facts = fact::of_ticket(&mut tx, ticket.id)
            .await
            .expect("facts can be read");
        facts
            .into_iter()
            .map(|recorded| {
                let parts = recorded.happened.fact.to_parts();
                parts.expect("a fact can be written").0
            })
            .collect()
    }

    /// Waits until `condition` answers with something, looking again and again for [`crate::PATIENCE`].
    ///
    /// # Panics
    /// When it never does; `what` says what was waited for.
    pub async fn until<T>(&self, what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..crate::LOOKS {
            if let Some(answer) = condition().await {
                return answer;
            }
            tokio::time::sleep(crate::LOOK_EVERY).await;
        }
        panic!("waited in vain until {what}");
    }

    /// Stops the timers, after what they are doing.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(timers) = self.timers.take() {
            timers.await.expect("the timers end without a panic");
        }
    }
}

impl Drop for TestDesk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

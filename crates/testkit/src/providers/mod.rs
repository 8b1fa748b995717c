//! Strict providers at the network's edge: a server of e-mail, a Twilio, a server of ntfy, the
//! service of somebody's browser, and somebody's webhook.
//!
//! Each takes what the real one takes and refuses what that refuses. What breaks its rules is kept
//! as a violation, so that a story can say that there was none. A story tells each in which mood it
//! is, and looks at what it took. Nothing here knows anything of Eider.

mod ntfy;
mod push;
mod smtp;
mod twilio;
mod webhook;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;

pub use ntfy::{Notification, TestNtfy};
pub use push::{Pushed, Subscription, TestPush};
pub use smtp::{Mail, TestSmtp};
pub use twilio::{Call, Sms, Taken, TestTwilio};
pub use webhook::{Delivered, TestWebhook};

/// How a provider behaves until it is told otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It takes everything that keeps to its rules.
    #[default]
    Well,
    /// It refuses for good.
    Refuses,
    /// It refuses for now.
    Busy,
    /// It fails by a trouble of its own, before it takes anything.
    Fails,
    /// It takes it, and breaks off before it says so.
    BreaksOff,
    /// It takes it, and never says so.
    Hangs,
}

/// What a provider took, and what was wrong with what it was sent.
#[derive(Debug)]
struct Book<T> {
    mood: Mood,
    taken: Vec<T>,
    violations: Vec<String>,
}

/// A book that a provider and a story share.
#[derive(Debug)]
struct Shared<T>(Arc<Mutex<Book<T>>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> Shared<T> {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Book {
            mood: Mood::Well,
            taken: Vec::new(),
            violations: Vec::new(),
        })))
    }

    fn book(&self) -> MutexGuard<'_, Book<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mood(&self) -> Mood {
        self.book().mood
    }

    fn take(&self, taken: T) {
        self.book().taken.push(taken);
    }

    fn violated(&self, what: impl Into<String>) {
        self.book().violations.push(what.into());
    }

    fn taken(&self) -> Vec<T> {
        self.book().taken.clone()
    }

    fn assert_no_violations(&self) {
        let violations = self.book().violations.clone();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

/// Serves `router` on a free port, and answers where.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move {
        axum::serve(listener, router)
            .await
            .expect("the server runs");
    });
    format!("http://{address}")
}

macro_rules! looked_at {
    ($name:ident takes $taken:ty) => {
        impl $name {
            /// From now on it behaves so.
            pub fn is(&self, mood: super::Mood) {
                self.shared.book().mood = mood;
            }

            /// Everything that it took, in its order.
            pub fn taken(&self) -> Vec<$taken> {
                self.shared.taken()
            }

            /// The last that it took.
            ///
            /// # Panics
            /// When it took nothing.
            pub fn last(&self) -> $taken {
                self.taken().pop().expect("something was taken")
            }

            /// Says that everything kept to the rules.
            ///
            /// # Panics
            /// When something did not.
            pub fn assert_no_violations(&self) {
                self.shared.assert_no_violations();
            }
        }
    };
}
use looked_at;

//! The moments at which the death of a node makes a difference.
//!
//! What a transaction wrote is either on the disk or was never written, so between two commits it
//! makes no difference where a node dies. The simulator (`crates/sim`) stops nodes here and lets
//! them die, wait or go on. Without the feature `moments`, which only it turns on, there is nothing.

#[cfg(feature = "moments")]
pub use played::{Gate, play};

/// A moment at which the death of a node makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It is about to ask for its turn to write. It holds nothing.
    BeforeWriting,
    /// Everything is written and nothing is kept.
    BeforeCommit,
    /// It is on the disk, and whoever asked for it has not heard yet.
    AfterCommit,
}

/// Comes to a moment.
#[cfg(not(feature = "moments"))]
pub(crate) async fn pass(_: Moment) {}

#[cfg(feature = "moments")]
pub(crate) use played::pass;

#[cfg(feature = "moments")]
mod played {
    use std::{cell::RefCell, future::Future, pin::Pin};

    use super::Moment;

    /// What is waited for at a moment.
    pub type Gate = Pin<Box<dyn Future<Output = ()> + Send>>;
    type Stage = Box<dyn Fn(Moment) -> Gate>;

    thread_local! {
        static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
    }

    /// From now on everything on this thread waits at each moment for what `stage` answers.
    pub fn play(stage: impl Fn(Moment) -> Gate + 'static) {
        STAGE.with_borrow_mut(|playing| *playing = Some(Box::new(stage)));
    }

    /// Comes to a moment.
    pub(crate) async fn pass(moment: Moment) {
        let gate = STAGE.with_borrow(|playing| playing.as_ref().map(|stage| stage(moment)));
        if let Some(gate) = gate {
            gate.await;
        }
    }
}

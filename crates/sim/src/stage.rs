//! One thing at a time: tasks stop at moments, and go on when they are told to.
//!
//! A task runs until it comes to a moment of the store, waits for a provider, or ends. Meanwhile no
//! other runs, so the order of everything is the order in which tasks are stepped. A task that is
//! dropped where it stands is a node that died there.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use eider_store::moment::{self, Gate, Moment};
use jiff::Timestamp;

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// At a moment of the store.
    At(Moment),
    /// It waits for this instant.
    Until(Timestamp),
}

/// How far a task came.
pub(crate) enum Step<T> {
    /// It is done.
    Done(T),
    /// It stands there.
    Stopped(Stop),
}

/// Something that goes on step by step.
pub(crate) struct Task<T> {
    future: Pin<Box<dyn Future<Output = T>>>,
    door: Option<Arc<Door>>,
}

impl<T> Task<T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'static) -> Self {
        Self {
            future: Box::pin(future),
            door: None,
        }
    }
}

/// Where one task waits until it is let through.
#[derive(Default)]
struct Door(Mutex<DoorState>);

#[derive(Default)]
struct DoorState {
    is_open: bool,
    waiting: Option<Waker>,
}

impl Door {
    fn open(&self) {
        let mut state = lock(&self.0);
        state.is_open = true;
        if let Some(waiting) = state.waiting.take() {
            waiting.wake();
        }
    }
}

/// The one who lets tasks go on. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Stage(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Whether a task is being stepped; what is done besides stops nowhere.
    is_playing: bool,
    stopped: Option<(Stop, Arc<Door>)>,
    watcher: Option<Waker>,
}

impl Stage {
    /// A stage for everything on this thread.
    pub(crate) fn new() -> Self {
        let stage = Self(Arc::default());
        let playing = stage.clone();
        moment::play(move |moment| playing.gate(Stop::At(moment)));
        stage
    }

    /// Lets a task go on until it stops or ends.
    pub(crate) async fn step<T>(&self, task: &mut Task<T>) -> Step<T> {
        lock(&self.0).is_playing = true;
        if let Some(door) = task.door.take() {
            door.open();
        }
        let step = poll_fn(|context| {
            lock(&self.0).watcher = Some(context.waker().clone());
            if let Poll::Ready(done) = task.future.as_mut().poll(context) {
                return Poll::Ready(Step::Done(done));
            }
            match lock(&self.0).stopped.take() {
                Some((stop, door)) => {
                    task.door = Some(door);
                    Poll::Ready(Step::Stopped(stop))
                }
                None => Poll::Pending,
            }
        })
        .await;
        lock(&self.0).is_playing = false;
        step
    }

    /// Waits until somebody steps the task at `at` or later.
    pub(crate) fn until(&self, at: Timestamp) -> Gate {
        self.gate(Stop::Until(at))
    }

    fn gate(&self, stop: Stop) -> Gate {
        Box::pin(Stopping {
            stage: self.clone(),
            stop,
            door: Arc::default(),
            is_told: false,
        })
    }
}

struct Stopping {
    stage: Stage,
    stop: Stop,
    door: Arc<Door>,
    is_told: bool,
}

impl Future for Stopping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.is_told {
            let mut state = lock(&self.stage.0);
            if !state.is_playing {
                return Poll::Ready(());
            }
            state.stopped = Some((self.stop, Arc::clone(&self.door)));
            if let Some(watcher) = state.watcher.take() {
                watcher.wake();
            }
            drop(state);
            self.is_told = true;
        }
        let mut door = lock(&self.door.0);
        if door.is_open {
            return Poll::Ready(());
        }
        door.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

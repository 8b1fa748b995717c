//! The people who are called: they open the link and press a button, most of them and most times.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::dice::Dice;
use super::provider::{Call, Provider, lock};
use crate::http::{Connection, Request};

/// How many answer at once.
const HANDS: usize = 8;
/// Whoever presses a button presses again until it was answered, but not for ever.
const PRESSES_FOR: Duration = Duration::from_secs(120);

/// Then they press again.
const WAITS_FOR: Duration = Duration::from_secs(10);

/// The people who are called.
pub struct People {
    heard: Arc<Heard>,
    hands: Vec<JoinHandle<()>>,
}

/// How they take it.
#[derive(Clone)]
pub struct Manner {
    /// Where the desk is.
    pub address: SocketAddr,
    /// Decides who overlooks what.
    pub seed: u64,
    /// Of a hundred pages, so many are overlooked by whoever is called first.
    pub overlooked_percent: u64,
    /// Where the last of them is reached, who overlooks nothing.
    pub never_overlooks: HashSet<String>,
}

#[derive(Default)]
struct Heard {
    stop: AtomicBool,
    acknowledged: Mutex<Vec<(String, Duration)>>,
    others: Mutex<u64>,
    faults: Mutex<Vec<String>>,
}

impl People {
    /// They answer what comes out of `reached` until they are told to stop.
    pub fn answer(manner: &Manner, provider: &Provider, reached: Receiver<Call>) -> People {
        let heard = Arc::new(Heard::default());
        let reached = Arc::new(Mutex::new(reached));
        let hands = (0..HANDS)
            .map(|hand| {
                let (manner, provider) = (manner.clone(), provider.clone());
                let (heard, reached) = (Arc::clone(&heard), Arc::clone(&reached));
                let mut dice = Dice::new(manner.seed, 100 + hand as u64);
                thread::spawn(move || {
                    while !heard.stop.load(Ordering::Relaxed) {
                        let next = lock(&reached).recv_timeout(Duration::from_millis(100));
                        match next {
                            Ok(call) => press(&manner, &provider, &heard, &call, &mut dice),
                            Err(RecvTimeoutError::Timeout) => {}
                            Err(RecvTimeoutError::Disconnected) => return,
                        }
                    }
                })
            })
            .collect();
        People { heard, hands }
    }

    /// The tickets that were named when somebody pressed the button, and when they were answered.
    pub fn acknowledged(&self) -> Vec<(String, Duration)> {
        lock(&self.heard.acknowledged).clone()
    }

    /// How often somebody was told that another had it already.
    pub fn others_had_it(&self) -> u64 {
        *lock(&self.heard.others)
    }

    /// What they were answered that they should not have been.
    pub fn faults(&self) -> Vec<String> {
        lock(&self.heard.faults).clone()
    }

    /// Nobody answers any more.
    pub fn stop(&mut self) {
        self.heard.stop.store(true, Ordering::Relaxed);
        for hand in self.hands.drain(..) {
            // One that panicked has said why already.
            let _ended = hand.join();
        }
    }
}

impl Drop for People {
    fn drop(&mut self) {
        self.stop();
    }
}

fn press(manner: &Manner, provider: &Provider, heard: &Heard, call: &Call, dice: &mut Dice) {
    let (Some(ticket), Some(link)) = (&call.ticket, &call.link) else {
        return;
    };
    let may_overlook = !manner.never_overlooks.contains(&call.to);
    if may_overlook && overlooks(manner, call, ticket) {
        return;
    }
    thread::sleep(dice.millis(20, 400));
    let begun = Instant::now();
    let connection = Connection::to(manner.address);
    let mut connection = connection.answering_within(WAITS_FOR);
    // Whatever scans mail opens every link first; that changes nothing.
    if dice.chance(20) {
        let _seen = connection.send(&Request::get(link.as_str()));
    }
    let answer = Request::post_form(link.as_str(), &[("answer", "acknowledge")]);
    while begun.elapsed() < PRESSES_FOR && !heard.stop.load(Ordering::Relaxed) {
        match connection.send(&answer).map(|answer| answer.status) {
            Ok(303) => {
                let entry = (ticket.clone(), provider.now());
                return lock(&heard.acknowledged).push(entry);
            }
            // Somebody has it, or has put it right.
            Ok(409) => return *lock(&heard.others) += 1,
            // The desk is down, or its database.
            Err(_) | Ok(500..) => thread::sleep(dice.millis(20, 200)),
            Ok(status) => {
                let fault = format!("A button for {ticket} was answered {status}.");
                return lock(&heard.faults).push(fault);
            }
        }
    }
}

/// The same person overlooks the same page by whatever way it comes.
fn overlooks(manner: &Manner, call: &Call, ticket: &str) -> bool {
    let who = call.to.trim_end_matches("-hook");
    let who = who.rsplit(['-', '0']).next().unwrap_or(who);
    let words = format!("{who} {ticket}");
    let which = words.bytes().fold(7_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    Dice::new(manner.seed, which).chance(manner.overlooked_percent)
}

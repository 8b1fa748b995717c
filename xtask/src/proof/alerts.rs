//! Monitors that send alerts and remember which of them were taken.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::json;

use super::dice::Dice;
use super::provider::{Provider, lock};
use crate::http::{Connection, Request};

/// A monitor sends the same again until it was taken, but not for ever.
const SENDS_FOR: Duration = Duration::from_secs(180);

/// As long as Alertmanager and the clients of PagerDuty wait for an answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// An alert that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What its monitor knows it by.
    pub key: String,
    /// When it was answered that it is taken.
    pub at: Duration,
}

/// Monitors at work.
pub struct Monitors {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<()>>,
}

/// What they do.
#[derive(Clone)]
pub struct Load {
    /// Where the desk is.
    pub address: SocketAddr,
    /// Decides what is sent when.
    pub seed: u64,
    /// How many send at the same time.
    pub clients: u64,
    /// How long each rests after one was taken, in milliseconds at most.
    pub rest_millis: u64,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    taken: Mutex<Vec<Taken>>,
    repeated: Mutex<u64>,
    faults: Mutex<Vec<String>>,
}

impl Monitors {
    /// They send for the services of these keys until they are told to stop.
    pub fn send(load: &Load, provider: &Provider, keys: &[String]) -> Monitors {
        let shared = Arc::new(Shared::default());
        let clients = (0..load.clients)
            .map(|client| {
                let (load, provider) = (load.clone(), provider.clone());
                let (keys, shared) = (keys.to_vec(), Arc::clone(&shared));
                thread::spawn(move || {
                    let mut dice = Dice::new(load.seed, 200 + client);
                    let connection = Connection::to(load.address);
                    let mut connection = connection.answering_within(ANSWERS_WITHIN);
                    for number in 0.. {
                        if shared.stop.load(Ordering::Relaxed) {
                            return;
                        }
                        let service = dice.below(keys.len() as u64) as usize;
                        let key = format!("{client}-{number}");
                        let request = trigger(&keys[service], &key);
                        insist(&mut connection, &request, &key, &shared, &provider);
                        thread::sleep(dice.millis(load.rest_millis / 5, load.rest_millis));
                    }
                })
            })
            .collect();
        Monitors { shared, clients }
    }

    /// How many were taken so far.
    pub fn count(&self) -> usize {
        lock(&self.shared.taken).len()
    }

    /// Lets each bring what it has at hand to its end. Answers everything that was taken, and how
    /// often something had to be sent again.
    pub fn stop(self) -> Result<(Vec<Taken>, u64), String> {
        self.shared.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.join().map_err(|_| "A monitor broke.".to_owned())?;
        }
        let faults = lock(&self.shared.faults).clone();
        match faults.first() {
            Some(fault) => Err(format!("{} alerts were refused: {fault}", faults.len())),
            None => Ok((
                lock(&self.shared.taken).clone(),
                *lock(&self.shared.repeated),
            )),
        }
    }
}

/// Something bad, known by that key.
pub fn trigger(routing_key: &str, key: &str) -> Request {
    let event = json!({
        "routing_key": routing_key, "event_action": "trigger", "dedup_key": key,
        "payload": {
            "summary": format!("Trouble {key}"), "source": "proof", "severity": "critical",
        },
    });
    Request::post_json("/v2/enqueue", event.to_string())
}

fn insist(
    connection: &mut Connection,
    request: &Request,
    key: &str,
    shared: &Shared,
    provider: &Provider,
) {
    let begun = Instant::now();
    while begun.elapsed() < SENDS_FOR {
        match connection.send(request).map(|answer| answer.status) {
            Ok(202) => {
                let at = provider.now();
                let key = key.to_owned();
                return lock(&shared.taken).push(Taken { key, at });
            }
            Err(_) | Ok(429 | 500..) => {
                *lock(&shared.repeated) += 1;
                thread::sleep(Duration::from_millis(10));
            }
            Ok(status) => return lock(&shared.faults).push(format!("{key}: status {status}")),
        }
    }
    lock(&shared.faults).push(format!("{key}: nobody took it"));
}

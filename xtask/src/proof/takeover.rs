//! Two nodes on one PostgreSQL; the one that calls a provider is killed before it has an answer.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::alerts::trigger;
use super::checks;
use super::desk::{Api, Desk, Shape, tokens, word};
use super::dice::Dice;
use super::node::{Node, Place};
use super::provider::{Call, Does, Plan, Provider, Way};
use super::{Figures, address, folder};
use crate::http::Connection;
use crate::postgres::{Cluster, Durability};

/// The other node calls within this.
const TAKES_OVER_WITHIN: Duration = Duration::from_secs(15);
/// How long is waited for it, to measure by how much it is too late.
const WAITED_FOR: Duration = Duration::from_secs(40);
const CALLED_WITHIN: Duration = Duration::from_secs(20);
/// A node gives its provider up after six seconds, so it has to die before.
const DIES_WITHIN_MILLIS: u64 = 4_500;
const DOORS: [&str; 2] = ["node-1", "node-2"];

/// Kills one of two nodes so many times while it calls.
pub fn run(binary: &Path, seed: u64, times: u32) -> Result<Figures, String> {
    let cluster = Cluster::start_with(Durability::On)?;
    let (provider, _people) = Provider::start()?;
    let folders = [folder()?, folder()?];
    let mut places = Vec::new();
    for (door, data) in DOORS.into_iter().zip(&folders) {
        places.push(Place {
            binary: binary.to_path_buf(),
            data: data.path().to_path_buf(),
            database: Some(cluster.url().to_owned()),
            address: address()?,
            environment: provider.environment(door),
        });
    }
    let shape = Shape {
        teams: 6,
        levels: 1,
        ways: vec![Way::Ntfy, Way::Sms],
        ways_each: 1,
    };
    let tokens = tokens(&places[0], shape.people())?;
    let mut nodes: Vec<Option<Node>> = Vec::new();
    for place in &places {
        let mut node = place.start()?;
        node.wait_until_ready()?;
        nodes.push(Some(node));
    }
    let api = Api::new(places[0].address, tokens[0].clone());
    let desk = shape.make(&api, &tokens, &provider)?;
    // Whatever is said for the first time is never answered.
    provider.is(|call| Plan {
        does: match call.is_repeat {
            true => Does::Takes,
            false => Does::Hangs,
        },
        ..Plan::WELL
    });
    let mut dice = Dice::new(seed, 3);
    let (mut took, mut violations) = (Vec::new(), Vec::new());
    for round in 0..times {
        let calls = in_flight(&desk, &places, &provider, round)?;
        thread::sleep(dice.millis(0, DIES_WITHIN_MILLIS));
        let victim = usize::from(calls[0].door == DOORS[1]);
        let survivor = Api::new(places[1 - victim].address, tokens[0].clone());
        let node = nodes[victim].take().ok_or("A node is missing.")?;
        node.kill()?;
        let killed_at = provider.now();
        let orphans: Vec<&Call> = calls.iter().filter(|it| it.door == DOORS[victim]).collect();
        let repeats = wait_for_repeats(&provider, &orphans);
        for (orphan, repeat) in orphans.iter().zip(repeats) {
            let ticket = orphan.ticket.as_deref().unwrap_or_default();
            let Some(repeat) = repeat else {
                violations.push(format!("Nobody called again for {ticket}."));
                continue;
            };
            let after = repeat.at.saturating_sub(killed_at);
            took.push(after);
            if after > TAKES_OVER_WITHIN {
                let seconds = after.as_secs_f64();
                violations.push(format!("{ticket} was taken over after {seconds:.2} s."));
            }
            if repeat.door == orphan.door {
                violations.push(format!("{ticket} was called for by a dead node."));
            }
        }
        acknowledge_all(&survivor)?;
        violations.extend(told_once(&provider, &orphans));
        let mut node = places[victim].start()?;
        node.wait_until_ready()?;
        nodes[victim] = Some(node);
    }
    violations.extend(provider.faults());
    took.sort_unstable();
    let mut figures = Figures::default();
    figures.add("nodes killed while they called", times.to_string());
    figures.add("calls left without an answer", took.len().to_string());
    for (name, percent) in [("least", 0), ("median", 50), ("p95", 95), ("most", 100)] {
        let place = (took.len().saturating_sub(1)) * percent / 100;
        let seconds = took.get(place).map_or(f64::NAN, Duration::as_secs_f64);
        let name = format!("called again by the other node after, {name}");
        figures.add(&name, format!("{seconds:.2} s"));
    }
    figures.add("things that did not hold", violations.len().to_string());
    figures.print("takeover");
    checks::none(&violations)?;
    if took.is_empty() {
        return Err("No call was left without an answer, so nothing was proved.".to_owned());
    }
    Ok(figures)
}

/// Has every squad called, by way of either node, and waits until the provider has all the calls.
fn in_flight(
    desk: &Desk,
    places: &[Place],
    provider: &Provider,
    round: u32,
) -> Result<Vec<Call>, String> {
    let before = provider.pages().len();
    for (number, team) in desk.teams.iter().enumerate() {
        let place = &places[number % places.len()];
        let request = trigger(&team.key, &format!("{round}-{number}"));
        let answer = Connection::to(place.address).send(&request);
        let status = answer.map_err(|error| format!("An alert: {error}"))?.status;
        if status != 202 {
            return Err(format!("An alert was answered {status}."));
        }
    }
    let begun = Instant::now();
    while begun.elapsed() < CALLED_WITHIN {
        let calls = provider.pages().split_off(before);
        if calls.len() == desk.teams.len() {
            return Ok(calls);
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err("Not every squad was called in time.".to_owned())
}

/// What was said again for each of these calls, as soon as all of it was.
fn wait_for_repeats(provider: &Provider, orphans: &[&Call]) -> Vec<Option<Call>> {
    let begun = Instant::now();
    loop {
        let calls = provider.pages();
        let repeat_of = |orphan: &&Call| {
            let mut calls = calls.iter();
            let found = calls.find(|call| call.is_repeat && call.ticket == orphan.ticket);
            found.cloned()
        };
        let found: Vec<Option<Call>> = orphans.iter().map(repeat_of).collect();
        if found.iter().all(Option::is_some) || begun.elapsed() > WAITED_FOR {
            return found;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Nobody was told more than once and once more.
fn told_once(provider: &Provider, orphans: &[&Call]) -> Vec<String> {
    let calls = provider.pages();
    let tickets = orphans.iter().filter_map(|orphan| orphan.ticket.as_deref());
    tickets
        .filter_map(|ticket| {
            let of_it = calls
                .iter()
                .filter(|it| it.ticket.as_deref() == Some(ticket));
            let count = of_it.count();
            (count > 2).then(|| format!("{ticket} was told {count} times."))
        })
        .collect()
}

fn acknowledge_all(api: &Api) -> Result<(), String> {
    let pages = api.get("/api/v1/pages")?;
    for page in pages["items"].as_array().into_iter().flatten() {
        if page["acknowledged_by"] == Value::Null {
            let path = format!("/api/v1/pages/{}/acknowledge", word(page, "id"));
            api.post(&path, &json!({}))?;
        }
    }
    Ok(())
}

//! A desk at work: monitors send, people are called at a provider, and most of them answer.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::alerts::{Load, Monitors, Taken};
use super::book;
use super::checks::{Judgement, Known, judge};
use super::desk::{Api, Desk, Shape, tokens};
use super::node::{Node, Place};
use super::people::{Manner, People};
use super::provider::{Call, Provider};
use super::{address, folder};

/// Every page comes to its end within this: three levels of a minute each, and what was under way.
const SETTLES_WITHIN: Duration = Duration::from_secs(300);

/// A desk, and everybody around it.
pub struct Stage {
    /// Where it is served.
    pub place: Place,
    /// What reaches people.
    pub provider: Provider,
    /// The desk itself.
    pub desk: Desk,
    /// Those who are called.
    pub people: People,
    _data: TempDir,
}

impl Stage {
    /// Makes a desk in a file, or in `database`, and serves it. Of a hundred pages so many are
    /// overlooked by whoever is called first.
    pub fn set(
        binary: &Path,
        database: Option<String>,
        seed: u64,
        shape: &Shape,
        overlooked_percent: u64,
    ) -> Result<(Stage, Node), String> {
        let data = folder()?;
        let (provider, reached) = Provider::start()?;
        let place = Place {
            binary: binary.to_path_buf(),
            data: data.path().to_path_buf(),
            database,
            address: address()?,
            environment: provider.environment("desk"),
        };
        let tokens = tokens(&place, shape.people())?;
        let mut node = place.start()?;
        node.wait_until_ready()?;
        let api = Api::new(place.address, tokens[0].clone());
        let desk = shape.make(&api, &tokens, &provider)?;
        let manner = Manner {
            address: place.address,
            seed,
            overlooked_percent,
            never_overlooks: desk.reached_at(&desk.last),
        };
        let people = People::answer(&manner, &provider, reached);
        let stage = Stage {
            place,
            provider,
            desk,
            people,
            _data: data,
        };
        Ok((stage, node))
    }

    /// So many monitors begin to send.
    pub fn monitors(&self, seed: u64, clients: u64, rest_millis: u64) -> Monitors {
        let load = Load {
            address: self.place.address,
            seed,
            clients,
            rest_millis,
        };
        let keys: Vec<String> = self
            .desk
            .teams
            .iter()
            .map(|team| team.key.clone())
            .collect();
        Monitors::send(&load, &self.provider, &keys)
    }

    /// Waits until nobody is waited for any more, and no page waits to be begun. Answers what the desk
    /// knows then, and how long that took.
    pub fn settle(&self) -> Result<(Known, String), String> {
        let begun = Instant::now();
        loop {
            let is_late = begun.elapsed() > SETTLES_WITHIN;
            if is_late || self.desk.api.metric("eider_pages_unanswered")? == 0 {
                let known = Known::ask(&self.desk.api)?;
                if is_late {
                    let limit = SETTLES_WITHIN.as_secs();
                    return Ok((known, format!("not within {limit} s")));
                }
                if known.is_settled() {
                    let took = begun.elapsed().as_secs_f64();
                    return Ok((known, format!("{took:.0} s")));
                }
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Everything that did not hold, once the desk is not served any more. `outages` are the times in
    /// which nothing could be written down.
    pub fn judge(
        &self,
        known: &Known,
        taken: &[Taken],
        calls: &[Call],
        outages: &[(Duration, Duration)],
    ) -> Result<Judgement, String> {
        let told = known.told(calls, &self.desk);
        let acknowledged = known.acknowledged(&self.people.acknowledged());
        let mut judgement = judge(&told, &known.pages, outages, &acknowledged);
        let reached = known.everybody_reached(&told, &self.desk.last);
        let written = book::attempts(&self.place)?;
        let unknown = written.iter().filter(|it| it.state == "unknown");
        judgement.unclear = unknown.count() as u64;
        let agreed = book::compare(&written, &told);
        let parts = [known.nothing_lost(taken), reached, agreed];
        judgement.violations.extend(parts.into_iter().flatten());
        judgement.violations.extend(self.provider.faults());
        judgement.violations.extend(self.people.faults());
        Ok(judgement)
    }
}

//! A PostgreSQL primary stops in the middle of the work, and its standby is promoted.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::Figures;
use super::alerts::Monitors;
use super::checks;
use super::desk::Shape;
use super::dice::Dice;
use super::forwarder::{Forwarder, Open};
use super::provider::Way;
use super::stage::Stage;
use crate::postgres::Cluster;

/// After the standby was promoted, alerts are taken again within this.
const BACK_WITHIN: Duration = Duration::from_secs(15);
/// How long the load lasts before the primary stops, and after the standby has taken over.
const LOAD_LASTS: Duration = Duration::from_secs(6);
/// Whoever watches the primary needs at most this long to see that it is gone.
const SEEN_WITHIN_MILLIS: u64 = 4_000;

/// What one failover showed.
struct Shown {
    taken: usize,
    taken_before: usize,
    messages: usize,
    away: Duration,
    after_promotion: Duration,
    violations: Vec<String>,
}

/// Lets a primary stop so many times, each time another one.
pub fn run(binary: &Path, seed: u64, times: u32) -> Result<Figures, String> {
    let mut all = Vec::new();
    for time in 0..times {
        // In turns: the server is stopped, or its machine with all that it says.
        let open = match time % 2 {
            0 => Open::Ends,
            _ => Open::FallsSilent,
        };
        let shown = once(binary, seed.wrapping_add(u64::from(time)), open)?;
        println!("{open:?}: {:.2} s without alerts", shown.away.as_secs_f64());
        all.push(shown);
    }
    let sum = |of: fn(&Shown) -> usize| all.iter().map(of).sum::<usize>().to_string();
    let violations: Vec<String> = all.iter().flat_map(|it| it.violations.clone()).collect();
    let mut figures = Figures::default();
    figures.add("primaries stopped", times.to_string());
    figures.add("alerts taken in", sum(|it| it.taken));
    figures.add(
        "of them before the primary stopped",
        sum(|it| it.taken_before),
    );
    figures.add("messages heard by the provider", sum(|it| it.messages));
    let most = |of: fn(&Shown) -> Duration| {
        let most = all.iter().map(of).max().unwrap_or_default();
        format!("{:.2} s", most.as_secs_f64())
    };
    figures.add("no alert taken for, at most", most(|it| it.away));
    figures.add(
        "of that after the standby was promoted, at most",
        most(|it| it.after_promotion),
    );
    figures.add("things that did not hold", violations.len().to_string());
    figures.print("failover");
    checks::none(&violations)?;
    Ok(figures)
}

fn once(binary: &Path, seed: u64, open: Open) -> Result<Shown, String> {
    let primary = Cluster::start_primary()?;
    let standby = Cluster::start_standby(&primary)?;
    let forwarder = Forwarder::to(primary.address())?;
    let shape = Shape {
        teams: 3,
        levels: 2,
        ways: vec![Way::Ntfy, Way::Sms],
        ways_each: 2,
    };
    let url = primary.url_by(forwarder.address);
    let (stage, node) = Stage::set(binary, Some(url), seed, &shape, 0)?;
    let provider = &stage.provider;
    let monitors = stage.monitors(seed, 8, 100);
    thread::sleep(LOAD_LASTS);

    if open == Open::FallsSilent {
        forwarder.lead_to(None, open);
    }
    primary.stop_at_once()?;
    let stopped_at = provider.now();
    thread::sleep(Dice::new(seed, 4).millis(0, SEEN_WITHIN_MILLIS));
    standby.promote()?;
    forwarder.lead_to(Some(standby.address()), open);
    let promoted_at = provider.now();
    let taken_before = monitors.count();
    wait_for_more(&monitors, taken_before)?;
    thread::sleep(LOAD_LASTS);

    let (taken, _again) = monitors.stop()?;
    let (known, _settled) = stage.settle()?;
    node.stop()?;
    let calls = provider.pages();
    // A node that cannot write down what a provider answered is as good as one that died.
    let outage = (stopped_at, promoted_at);
    let mut violations = stage.judge(&known, &taken, &calls, &[outage])?.violations;
    let later = taken.iter().filter(|taken| taken.at > promoted_at);
    let first = later.map(|taken| taken.at).min().unwrap_or_default();
    let after_promotion = first.saturating_sub(promoted_at);
    if after_promotion > BACK_WITHIN {
        let seconds = after_promotion.as_secs_f64();
        violations.push(format!("Alerts were taken again after {seconds:.1} s."));
    }
    if !calls.iter().any(|call| call.at > first) {
        violations.push("Nobody was called after the failover.".to_owned());
    }
    let before = taken.iter().filter(|taken| taken.at < promoted_at);
    let last = before.map(|taken| taken.at).max().unwrap_or(stopped_at);
    Ok(Shown {
        taken: taken.len(),
        taken_before: taken.iter().filter(|taken| taken.at <= stopped_at).count(),
        messages: calls.len(),
        away: first.saturating_sub(last),
        after_promotion,
        violations,
    })
}

fn wait_for_more(monitors: &Monitors, before: usize) -> Result<(), String> {
    let begun = Instant::now();
    while monitors.count() <= before {
        if begun.elapsed() > BACK_WITHIN * 4 {
            return Err("After the failover no alert was taken any more.".to_owned());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

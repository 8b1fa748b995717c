//! What is measured, each on a company of its own.

use std::{
    fs,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    Options, Part,
    company::{
        Company, EVERYBODY, PEOPLE, QUICK, QUICK_SQUADS, SQUADS, address_of, rota_id, service_of,
    },
};

/// How often the same is asked.
const QUESTIONS: usize = 200;
/// For how long nothing is due while the processor is watched.
const WATCHED: Duration = Duration::from_secs(20);
/// Ticks of a processor in a second, as Linux counts them for programs.
const TICKS_A_SECOND: f64 = 100.0;

/// Everything that was asked for.
pub async fn all(options: &Options) -> Result<(), String> {
    let wanted = |part| options.only.is_none_or(|only| only == part);
    if wanted(Part::OnCall) {
        on_call(options).await?;
    }
    if wanted(Part::AlertToCall) {
        alert_to_call(options).await?;
    }
    if wanted(Part::FanOut) {
        fan_out(options).await?;
    }
    if wanted(Part::OpenPages) {
        open_pages(options).await?;
    }
    Ok(())
}

fn tell(what: &str, measured: f64, unit: &str, at_most: Option<f64>) {
    let line = json!({"what": what, "measured": measured, "unit": unit, "at_most": at_most});
    println!("{line}");
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// The nearest rank.
fn percentile(sorted: &[Duration], percent: f64) -> Duration {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.max(1) - 1)
        .copied()
        .unwrap_or(Duration::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real process goes by the machine's clock"
)]
async fn on_call(options: &Options) -> Result<(), String> {
    let company = Company::start(options, Duration::ZERO, 0).await?;
    let found = company.api("GET", "on-call", None).await?;
    let count = found["items"].as_array().map_or(0, Vec::len);
    if count != SQUADS {
        return Err(format!("{count} rotas were told, not {SQUADS}."));
    }
    let from = Timestamp::now();
    let until = from + SignedDuration::from_hours(24 * 365);
    let year = format!("rotas/{}/calendar?from={from}&until={until}", rota_id(7));
    for (what, path) in [
        ("who is on call in 1,000 rotas", "on-call"),
        ("a year of one rota", year.as_str()),
    ] {
        let mut took = Vec::with_capacity(QUESTIONS);
        for _ in 0..QUESTIONS {
            let begun = Instant::now();
            company.text("GET", path, None).await?;
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        let at = |percent| milliseconds(percentile(&took, percent));
        tell(&format!("{what}, median"), at(50.0), "ms", Some(5.0));
        tell(&format!("{what}, 99th percentile"), at(99.0), "ms", None);
    }
    Ok(())
}

async fn alert_to_call(options: &Options) -> Result<(), String> {
    let company = Company::start(options, Duration::ZERO, 0).await?;
    let count = (options.per_second * options.seconds).min(SQUADS - QUICK_SQUADS);
    let begun = Instant::now();
    let due =
        |number: usize| begun + Duration::from_secs_f64(number as f64 / options.per_second as f64);
    let sending = (0..count).map(|number| {
        let company = &company;
        async move {
            tokio::time::sleep_until(due(number).into()).await;
            let service = service_of(QUICK_SQUADS + number);
            company.alert(&service, &format!("alert {number}")).await
        }
    });
    let sent = futures_util::future::join_all(sending).await;
    sent.into_iter().collect::<Result<Vec<()>, String>>()?;
    company.mail.until(count, Duration::from_secs(30)).await?;
    let mut took = Vec::with_capacity(count);
    for number in 0..count {
        let calls = company.mail.calls_of(&address_of(QUICK_SQUADS + number));
        let [called] = calls.as_slice() else {
            return Err(format!("Person {number} was called {} times.", calls.len()));
        };
        took.push(called.saturating_duration_since(due(number)));
    }
    took.sort_unstable();
    let at = |percent| milliseconds(percentile(&took, percent));
    let what = format!("alert to call, {} a second", options.per_second);
    tell(&format!("{what}, median"), at(50.0), "ms", Some(20.0));
    tell(
        &format!("{what}, 99th percentile"),
        at(99.0),
        "ms",
        Some(100.0),
    );
    Ok(())
}

async fn fan_out(options: &Options) -> Result<(), String> {
    let company = Company::start(options, Duration::from_millis(50), 0).await?;
    let begun = Instant::now();
    company.alert(EVERYBODY, "everybody").await?;
    company.mail.until(PEOPLE, Duration::from_secs(60)).await?;
    let mut last = Duration::ZERO;
    for number in 0..PEOPLE {
        let calls = company.mail.calls_of(&address_of(number));
        let [called] = calls.as_slice() else {
            return Err(format!("Person {number} was called {} times.", calls.len()));
        };
        last = last.max(called.saturating_duration_since(begun));
    }
    tell(
        "a page of 1,300 people, all called",
        last.as_secs_f64(),
        "s",
        Some(5.0),
    );
    Ok(())
}

async fn open_pages(options: &Options) -> Result<(), String> {
    let drills = options.pages.saturating_sub(QUICK_SQUADS);
    let company = Company::start(options, Duration::ZERO, drills).await?;
    rest(&company).await;
    let mut opened = Vec::with_capacity(QUICK_SQUADS);
    for squad in 0..QUICK_SQUADS {
        company
            .alert(&service_of(squad), &format!("quick {squad}"))
            .await?;
        opened.push(Instant::now());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    rest(&company).await;
    let before = processor_time(&company)?;
    let watched = Instant::now();
    tokio::time::sleep(WATCHED).await;
    let used = (processor_time(&company)? - before) / watched.elapsed().as_secs_f64();
    let first_due = opened.first().map(|at| *at + QUICK);
    if first_due.is_some_and(|due| due <= Instant::now()) {
        return Err("Something was due while the processor was watched.".to_owned());
    }
    tell(
        "a core, while 10,000 pages are open and nothing is due",
        used * 100.0,
        "%",
        Some(5.0),
    );
    let mut latest = Duration::ZERO;
    for (squad, opened) in opened.iter().enumerate() {
        let due = *opened + QUICK;
        let address = address_of(SQUADS + squad);
        while company.mail.calls_of(&address).is_empty() {
            if due.elapsed() > Duration::from_secs(30) {
                return Err(format!("The next level of squad {squad} was not called."));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let late = company.mail.calls_of(&address)[0].saturating_duration_since(due);
        latest = latest.max(late);
    }
    tell(
        "the latest of 100 timers beside them",
        milliseconds(latest),
        "ms",
        Some(1_000.0),
    );
    Ok(())
}

/// Waits until nobody was called for two seconds.
async fn rest(company: &Company) {
    let mut before = usize::MAX;
    while before != company.mail.count() {
        before = company.mail.count();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// The time that the server's process has used of a processor, in seconds (proc(5)).
fn processor_time(company: &Company) -> Result<f64, String> {
    let path = format!("/proc/{}/stat", company.server.process_id());
    let stat = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    // The name of the program stands in brackets and may hold spaces.
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let fields: Vec<f64> = after_name
        .split(' ')
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    match (fields.get(11), fields.get(12)) {
        (Some(user), Some(system)) => Ok((user + system) / TICKS_A_SECOND),
        _ => Err(format!("{path} is not as proc(5) says.")),
    }
}

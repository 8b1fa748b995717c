//! What came of the storm: whether all is there once and right, and how long it took.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{desk::Desk, storm::Happened};

/// Slack's rates let through what is left over within this.
const CALM_WITHIN: Duration = Duration::from_secs(1800);

/// Prints the numbers, and answers why it is not right, if it is not.
pub async fn verdict(desk: &Desk, happened: &Happened) -> Result<(), String> {
    let calm_after = calm(desk).await?;
    let titles: Vec<&str> = happened
        .filed
        .iter()
        .map(|(title, _)| title.as_str())
        .collect();
    let facts = facts(desk).await?;
    let opened = texts(&facts, "ticket_opened", "title");
    for title in &titles {
        once(&opened, title)?;
    }
    let said = said(desk, &facts, &titles).await?;
    for reply in &happened.replies {
        once(&said, reply)?;
    }
    cards_are_right(desk, happened)?;
    let violations = desk.slack.violations();
    if !violations.is_empty() {
        return Err(format!("Slack would refuse:\n{}", violations.join("\n")));
    }
    let answers = desk.slack.answer_times();
    let minutes = happened.took.as_secs_f64() / 60.0;
    let beside = happened.opened_beside as f64 / happened.took.as_secs_f64();
    row(
        "tickets filed",
        titles.len() as f64 / minutes,
        "a minute",
        None,
    );
    row(
        "replies written",
        happened.replies.len() as f64 / minutes,
        "a minute",
        None,
    );
    row("tickets opened beside", beside, "a second", None);
    row(
        "requests answered, p50",
        percentile(&answers, 50),
        "ms",
        None,
    );
    row(
        "requests answered, p99",
        percentile(&answers, 99),
        "ms",
        Some(100.0),
    );
    row(
        "requests answered, slowest",
        percentile(&answers, 100),
        "ms",
        Some(3000.0),
    );
    row(
        "form seen after the command, p99",
        percentile(&happened.forms, 99),
        "ms",
        Some(3000.0),
    );
    row(
        "card seen after filing, p50",
        percentile(&happened.cards, 50),
        "ms",
        None,
    );
    row(
        "card seen after filing, p99",
        percentile(&happened.cards, 99),
        "ms",
        None,
    );
    row(
        "all told after the last reply",
        calm_after.as_secs_f64(),
        "s",
        None,
    );
    Ok(())
}

/// Waits until nothing is left to do, and answers how long that took.
async fn calm(desk: &Desk) -> Result<Duration, String> {
    let begun = Instant::now();
    let mut calls = desk.slack.calls().len();
    let mut quiet_since = Instant::now();
    while begun.elapsed() < CALM_WITHIN {
        tokio::time::sleep(Duration::from_secs(1)).await;
        desk.slack.deliver_retries().await;
        let now = desk.slack.calls().len();
        if now != calls || desk.slack.waiting_retries() > 0 {
            calls = now;
            quiet_since = Instant::now();
        }
        // Longer than any pause between two calls for one channel or one card.
        if quiet_since.elapsed() > Duration::from_secs(90) {
            return Ok(quiet_since.duration_since(begun));
        }
    }
    Err(format!(
        "There is no end to it; {} jobs wait.",
        desk.jobs().await?
    ))
}

/// Every fact, oldest first.
async fn facts(desk: &Desk) -> Result<Vec<Value>, String> {
    all(desk, "facts").await
}

/// How often each text stands in the threads of the tickets with these titles.
async fn said(
    desk: &Desk,
    facts: &[Value],
    titles: &[&str],
) -> Result<HashMap<String, usize>, String> {
    let mut counts = HashMap::new();
    let opened = facts.iter().filter(|fact| fact["kind"] == "ticket_opened");
    for fact in opened {
        let is_of_storm = fact["data"]["title"]
            .as_str()
            .is_some_and(|title| titles.contains(&title));
        let Some(number) = fact["ticket"].as_str().filter(|_| is_of_storm) else {
            continue;
        };
        for message in all(desk, &format!("tickets/{number}/messages")).await? {
            let body = message["body"].as_str().unwrap_or_default();
            *counts.entry(body.to_owned()).or_default() += 1;
        }
    }
    Ok(counts)
}

/// Every item of a list, page by page.
async fn all(desk: &Desk, list: &str) -> Result<Vec<Value>, String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let mut page = desk
            .api("GET", &format!("{list}?limit=200{cursor}"), None)
            .await?;
        if let Value::Array(items) = page["items"].take() {
            all.extend(items);
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(all),
        }
    }
}

fn texts(facts: &[Value], kind: &str, name: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for fact in facts.iter().filter(|fact| fact["kind"] == kind) {
        let text = fact["data"][name].as_str().unwrap_or_default();
        *counts.entry(text.to_owned()).or_default() += 1;
    }
    counts
}

fn once(counts: &HashMap<String, usize>, text: &str) -> Result<(), String> {
    match counts.get(text) {
        Some(1) => Ok(()),
        None => Err(format!("“{text}” was lost.")),
        Some(count) => Err(format!("“{text}” is there {count} times.")),
    }
}

/// There is one card for each ticket, and it names the owner.
fn cards_are_right(desk: &Desk, happened: &Happened) -> Result<(), String> {
    let cards = desk.slack.messages(&desk.channel);
    if cards.len() != happened.filed.len() {
        let counts = (cards.len(), happened.filed.len());
        return Err(format!("{} cards for {} tickets.", counts.0, counts.1));
    }
    for (title, owner) in &happened.filed {
        let card = cards.iter().find(|card| card.words().contains(title));
        let words = card.map(|card| card.words()).unwrap_or_default();
        if !words.contains(&owner.mention()) && !words.contains(&owner.name) {
            return Err(format!(
                "The card of “{title}” does not name its owner: {words}"
            ));
        }
    }
    Ok(())
}

/// The time in milliseconds within which so many of a hundred were done.
fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = times.len().saturating_sub(1) * percent / 100;
    times
        .get(place)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

fn row(what: &str, measured: f64, unit: &str, at_most: Option<f64>) {
    println!(
        "{}",
        json!({"what": what, "measured": measured, "unit": unit, "at_most": at_most})
    );
}

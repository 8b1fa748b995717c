//! Many people at once, while Slack asks to be left alone now and then: nothing is lost or doubled.
//!
//! The counts are small, so that the story is told quickly. `EIDER_STORM=50` makes it fifty times as
//! large, which is five minutes of 50 tickets and 2,000 replies a minute; give it time:
//! `EIDER_STORM=50 cargo nextest run --release -p eider-testkit --no-capture -E 'test(storm)'`.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use eider_domain::person::Role;
use eider_testkit::{Known, SlackDesk, at, on_both, slack::Trouble};
use tokio::task::JoinSet;

use super::thread::bodies;

const MONDAY: &str = "2026-03-02T09:00:00Z";
const PEOPLE: usize = 10;
const TICKETS: usize = 5;
const REPLIES: usize = 200;
/// How many people write at the same moment.
const AT_ONCE: usize = 20;

fn times() -> usize {
    let given = std::env::var("EIDER_STORM").ok();
    given.and_then(|given| given.parse().ok()).unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_replies_is_kept_whole_and_answered_quickly() {
    on_both(|database| async {
        let times = times();
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let mut people: Vec<Known> = Vec::new();
        for number in 0..PEOPLE * times {
            people.push(
                desk.known(&format!("Person {number}"), Role::Responder)
                    .await,
            );
        }
        let mut tickets = Vec::new();
        for number in 0..TICKETS * times {
            let asker = &people[number % people.len()].actor;
            tickets.push(desk.desk.ask(asker, &format!("Storm {number}"), "P2").await);
        }
        desk.settle().await;
        let cards = desk.slack.messages(&desk.channel);
        assert_eq!(cards.len(), tickets.len());
        for method in ["chat.postMessage", "chat.update", "users.info"] {
            let trouble = Trouble::RateLimited {
                calls: 5 * times,
                seconds: 2,
            };
            desk.slack.trouble_with(method, trouble);
        }
        let mut answered: Vec<Duration> = Vec::new();
        let mut writing = JoinSet::new();
        for number in 0..REPLIES * times {
            if writing.len() >= AT_ONCE {
                answered.push(writing.join_next().await.unwrap().unwrap());
            }
            let (slack, channel) = (desk.slack.clone(), desk.channel.clone());
            let person = people[number % people.len()].slack.clone();
            let root = cards[number % cards.len()].ts.clone();
            writing.spawn(async move {
                let begun = Instant::now();
                let text = format!("reply {number} ends");
                slack.says(&person, &channel, Some(&root), &text).await;
                begun.elapsed()
            });
        }
        while let Some(done) = writing.join_next().await {
            answered.push(done.unwrap());
        }
        desk.settle().await;
        let mut seen: HashMap<String, usize> = HashMap::new();
        for ticket in &tickets {
            for body in bodies(&desk, ticket).await {
                *seen.entry(body).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), REPLIES * times, "nothing is lost");
        assert!(seen.values().all(|count| *count == 1), "nothing is doubled");
        assert_eq!(desk.slack.messages(&desk.channel).len(), tickets.len());
        answered.sort_unstable();
        let of_hundred = |percent: usize| answered[(answered.len() - 1) * percent / 100];
        println!(
            "{} replies at {AT_ONCE} a time: answered in {:?} (median), {:?} (99 of 100)",
            answered.len(),
            of_hundred(50),
            of_hundred(99)
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

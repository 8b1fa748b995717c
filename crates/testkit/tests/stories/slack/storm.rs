//! Many people at once, while Slack asks to be left alone now and then: nothing is lost or doubled.
//!
//! The counts are small, so that the story is told quickly; `cargo xtask bench --only slack` lets it
//! storm in full.

use std::collections::HashMap;

use eider_app::slack::{Who, recognise};
use eider_domain::person::Role;
use eider_store::slack::person::{SlackKind, SlackPerson};
use eider_testkit::{Known, SlackDesk, at, on_both, slack::Trouble};
use tokio::task::JoinSet;

use super::thread::bodies;

const MONDAY: &str = "2026-03-02T09:00:00Z";
const PEOPLE: usize = 10;
const TICKETS: usize = 5;
const REPLIES: usize = 200;
/// How many people write at the same moment.
const AT_ONCE: usize = 20;
/// More newcomers than may be asked after one by one in a minute.
const CROWD: usize = 150;
/// How many newcomers do two things at once.
const HASTY: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_replies_is_kept_whole_and_answered_quickly() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let mut people: Vec<Known> = Vec::new();
        for number in 0..PEOPLE {
            people.push(
                desk.known(&format!("Person {number}"), Role::Responder)
                    .await,
            );
        }
        let mut tickets = Vec::new();
        for number in 0..TICKETS {
            let asker = &people[number % people.len()].actor;
            tickets.push(desk.desk.ask(asker, &format!("Storm {number}"), "P2").await);
        }
        desk.settle().await;
        let cards = desk.slack.messages(&desk.channel);
        assert_eq!(cards.len(), tickets.len());
        for method in ["chat.postMessage", "chat.update", "users.info"] {
            let trouble = Trouble::RateLimited {
                calls: 5,
                seconds: 2,
            };
            desk.slack.trouble_with(method, trouble);
        }
        let mut writing = JoinSet::new();
        for number in 0..REPLIES {
            if writing.len() >= AT_ONCE {
                writing.join_next().await.unwrap().unwrap();
            }
            let (slack, channel) = (desk.slack.clone(), desk.channel.clone());
            let person = people[number % people.len()].slack.clone();
            let root = cards[number % cards.len()].ts.clone();
            writing.spawn(async move {
                let text = format!("reply {number} ends");
                slack.says(&person, &channel, Some(&root), &text).await;
            });
        }
        writing.join_all().await;
        desk.settle().await;
        let mut seen: HashMap<String, usize> = HashMap::new();
        for ticket in &tickets {
            for body in bodies(&desk, ticket).await {
                *seen.entry(body).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), REPLIES, "nothing is lost");
        assert!(seen.values().all(|count| *count == 1), "nothing is doubled");
        assert_eq!(desk.slack.messages(&desk.channel).len(), tickets.len());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_crowd_of_newcomers_is_met_at_once() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let cleo = desk.known("Cleo Care", Role::Reporter).await;
        let ticket = desk.desk.ask(&cleo.actor, "Nobody can pay", "P2").await;
        desk.settle().await;
        let card = desk.slack.messages(&desk.channel).pop().unwrap();
        let mut crowd = Vec::new();
        for number in 0..CROWD {
            let email = format!("newcomer{number}@example.com");
            crowd.push(desk.stranger(&format!("Newcomer {number}"), &email).await);
        }
        for (number, newcomer) in crowd.iter().enumerate() {
            let text = format!("me too {number}");
            let root = Some(card.ts.as_str());
            desk.slack.says(newcomer, &desk.channel, root, &text).await;
        }
        desk.settle().await;
        let kept = bodies(&desk, &ticket).await;
        assert_eq!(kept.len(), CROWD, "{kept:#?}");
        assert_eq!(desk.slack.calls_of("users.list").len(), 1);
        // The first few are asked after one by one.
        let asked_after = desk.slack.calls_of("users.info").len();
        assert!(asked_after < 20, "{asked_after}");
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_two_things_at_once_is_met_once() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let mut both = JoinSet::new();
        for number in 0..HASTY {
            let email = format!("hasty{number}@example.com");
            let person = desk.stranger(&format!("Hasty {number}"), &email).await;
            let met = SlackPerson {
                team_id: person.team.clone(),
                user_id: person.id.clone(),
                person: None,
                name: person.name.clone(),
                email: Some(email),
                zone: None,
                kind: SlackKind::Member,
                looked_up_at: at(MONDAY),
                nudged_at: None,
            };
            let eider = desk.desk.eider.clone();
            both.spawn(async move {
                tokio::join!(recognise(&eider, met.clone()), recognise(&eider, met))
            });
        }
        for (first, second) in both.join_all().await {
            let (Ok(Who::Known { person: one, .. }), Ok(Who::Known { person: other, .. })) =
                (&first, &second)
            else {
                panic!("both are the same newcomer: {first:?} {second:?}");
            };
            assert_eq!(one.id, other.id);
        }
    })
    .await;
}

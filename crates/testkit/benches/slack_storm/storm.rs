//! What people do in the storm, at their pace whether Eider keeps up or not.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use eider_testkit::slack::{Message, Person, TestSlack, Trouble, View};
use serde_json::json;
use tokio::{task::JoinSet, time::interval};

use crate::{Options, desk::Desk};

const TICKETS_A_MINUTE: u32 = 50;
const REPLIES_A_MINUTE: u32 = 2_000;
/// Slack asks to be left alone this often.
const TROUBLE_EVERY: Duration = Duration::from_secs(20);
/// Nobody waits longer for a form or a card.
const PATIENCE: Duration = Duration::from_secs(600);

/// What somebody sees whose question may be there already.
const OFFERED: &str = "Is it one of these?";

/// How often somebody looks who waits for a form, and who waits for anything else. It costs the
/// processors that Eider runs on too.
const SOON: Duration = Duration::from_millis(50);
const SEEN_WITHIN: Duration = Duration::from_millis(500);

/// What people did.
#[derive(Default)]
pub struct Happened {
    /// The titles of the tickets that people filed, each with who took it.
    pub filed: Vec<(String, Person)>,
    /// The texts of the replies.
    pub replies: Vec<String>,
    /// From typing the command to seeing the form.
    pub forms: Vec<Duration>,
    /// From sending the form to seeing the card.
    pub cards: Vec<Duration>,
    /// Tickets that programs opened meanwhile.
    pub opened_beside: u64,
    /// How long all that took.
    pub took: Duration,
}

type Cards = Arc<Mutex<Vec<Message>>>;

/// Lets it storm.
pub async fn storm(desk: &Desk, options: &Options) -> Happened {
    let cards = Cards::default();
    let is_over = AtomicBool::new(false);
    let opened = AtomicU64::new(0);
    let begun = Instant::now();
    let people = async {
        let tickets = tickets(desk, options, &cards);
        let replies = replies(desk, options, &cards);
        let done = tokio::join!(tickets, replies);
        is_over.store(true, Ordering::Relaxed);
        done
    };
    let busy = (0..options.busy_clients).map(|client| open(desk, client, &is_over, &opened));
    let busy = futures_util::future::join_all(busy);
    let (((filed, forms, shown), replies), (), _) =
        tokio::join!(people, trouble(desk, options), busy);
    Happened {
        filed,
        replies,
        forms,
        cards: shown,
        opened_beside: opened.load(Ordering::Relaxed),
        took: begun.elapsed(),
    }
}

type Filed = (Vec<(String, Person)>, Vec<Duration>, Vec<Duration>);

/// Somebody files a ticket through the form, and somebody takes it when its card is there.
async fn tickets(desk: &Desk, options: &Options, cards: &Cards) -> Filed {
    let mut pace = interval(Duration::from_secs(60) / TICKETS_A_MINUTE);
    let count = options.seconds * u64::from(TICKETS_A_MINUTE) / 60;
    let mut tasks = JoinSet::new();
    for number in 0..count {
        pace.tick().await;
        let index = usize::try_from(number).unwrap_or_default();
        let asker = desk.people[index % desk.people.len()].clone();
        let owner = desk.owners[index % desk.owners.len()].clone();
        let (slack, channel, cards) = (desk.slack.clone(), desk.channel.clone(), cards.clone());
        tasks.spawn(async move {
            let title = format!("Storm {number:04} of the shop");
            let typed = Instant::now();
            slack
                .types_command(&asker, &channel, "/support", &title)
                .await;
            let form = form_of(&slack, &asker).await;
            let form_after = typed.elapsed();
            let fields = [
                ("what", "what", "The page turns white."),
                ("priority", "priority", "P2"),
            ];
            let sent = Instant::now();
            let answer = slack.fills_and_submits(&asker, &form, &fields).await;
            answer.accepted_or_panic();
            // Everybody asks much the same, and nobody's question is one of the others.
            let shown = slack.modal(&asker);
            if let Some(offers) = shown.filter(|view| view.words().contains(OFFERED)) {
                let answer = slack.submits(&asker, &offers).await;
                answer.accepted_or_panic();
            }
            let card = wait("a card", SEEN_WITHIN, || {
                slack.newest_with(&channel, &title)
            })
            .await;
            let card_after = sent.elapsed();
            wait("that it is filed", SEEN_WITHIN, || {
                slack
                    .modal(&asker)
                    .filter(|view: &View| view.words().contains("is filed"))
            })
            .await;
            slack.closes_all(&asker).await;
            cards
                .lock()
                .expect("nobody panics with it")
                .push(card.clone());
            let take = card.button("Take").expect("a new ticket can be taken");
            slack.clicks(&owner, &card, &take).await.accepted_or_panic();
            (title, owner, form_after, card_after)
        });
    }
    let mut filed: Filed = Default::default();
    while let Some(done) = tasks.join_next().await {
        let (title, owner, form, card) = done.expect("nobody is turned away");
        filed.0.push((title, owner));
        filed.1.push(form);
        filed.2.push(card);
    }
    filed
}

/// People reply in the threads that are there.
async fn replies(desk: &Desk, options: &Options, cards: &Cards) -> Vec<String> {
    let mut pace = interval(Duration::from_secs(60) / REPLIES_A_MINUTE);
    let count = options.seconds * u64::from(REPLIES_A_MINUTE) / 60;
    let mut tasks = JoinSet::new();
    for number in 0..count {
        pace.tick().await;
        let index = usize::try_from(number).unwrap_or_default();
        let person = desk.people[index * 7 % desk.people.len()].clone();
        let (slack, channel, cards) = (desk.slack.clone(), desk.channel.clone(), cards.clone());
        tasks.spawn(async move {
            let root = wait("a thread", SEEN_WITHIN, || {
                let cards = cards.lock().expect("nobody panics with it");
                (!cards.is_empty()).then(|| cards[index % cards.len()].ts.clone())
            })
            .await;
            let text = format!("reply {number:05} ends");
            slack.says(&person, &channel, Some(&root), &text).await;
            text
        });
    }
    tasks.join_all().await
}

/// Slack answers 429 now and then, and sends again what Eider did not take.
async fn trouble(desk: &Desk, options: &Options) {
    let mut seconds = interval(Duration::from_secs(1));
    for second in 0..options.seconds {
        seconds.tick().await;
        if second % TROUBLE_EVERY.as_secs() == 10 {
            for method in ["chat.postMessage", "chat.update", "users.info"] {
                // Slack says it to one call, and Eider then makes no other for so long.
                let limited = Trouble::RateLimited {
                    calls: 1,
                    seconds: 3,
                };
                desk.slack.trouble_with(method, limited);
            }
        }
        desk.slack.deliver_retries().await;
    }
}

/// A program that opens tickets for nobody in particular, one after the other.
async fn open(desk: &Desk, client: usize, is_over: &AtomicBool, opened: &AtomicU64) {
    let mut number = 0;
    while !is_over.load(Ordering::Relaxed) {
        let body = json!({
            "title": format!("Beside {client} {number}"),
            "what": "Made by a program.",
            "priority": "P3",
        });
        number += 1;
        match desk.api("POST", "tickets", Some(body)).await {
            Ok(_) => opened.fetch_add(1, Ordering::Relaxed),
            Err(reason) => panic!("a program was turned away: {reason}"),
        };
    }
}

/// The form that somebody sees after they typed the command. When Eider was too slow for Slack they are
/// offered a button instead, and press it.
async fn form_of(slack: &TestSlack, asker: &Person) -> View {
    let mut pressed = 0;
    loop {
        let (form, offers) = wait("a form", SOON, || {
            let (form, offers) = (slack.modal(asker), slack.ephemerals(asker));
            (form.is_some() || offers.len() > pressed).then_some((form, offers))
        })
        .await;
        if let Some(form) = form {
            return form;
        }
        if let Some(offer) = offers.get(pressed) {
            let answer = slack.clicks(asker, offer, "Open the form").await;
            answer.accepted_or_panic();
        }
        pressed += 1;
    }
}

async fn wait<T>(what: &str, every: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "somebody waited in vain for {what}"
        );
        tokio::time::sleep(every).await;
    }
}

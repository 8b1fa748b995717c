//! What people write in a thread is kept, whoever writes it and however it changes.

use eider_app::ticket as desk_ticket;
use eider_domain::{fact::Fact, person::Role, ticket::Ticket};
use eider_store::{attachment, fact, message};
use eider_testkit::{
    Known, SlackDesk, at, on_both,
    slack::{Message, Trouble},
};

const MONDAY: &str = "2026-03-02T09:00:00Z";

/// A ticket of a reporter with its card, and somebody who works on tickets.
pub(super) struct Scene {
    pub(super) ada: Known,
    pub(super) cleo: Known,
    pub(super) ticket: Ticket,
    pub(super) card: Message,
}

pub(super) async fn scene(desk: &SlackDesk, priority: &str) -> Scene {
    let ada = desk.known("Ada Lovelace", Role::Responder).await;
    let cleo = desk.known("Cleo Care", Role::Reporter).await;
    let ticket = desk.desk.ask(&cleo.actor, "Nobody can pay", priority).await;
    desk.settle().await;
    let card = desk.slack.messages(&desk.channel).pop().unwrap();
    Scene {
        ada,
        cleo,
        ticket,
        card,
    }
}

pub(super) async fn bodies(desk: &SlackDesk, ticket: &Ticket) -> Vec<String> {
    let mut tx = desk.desk.db().read().await.unwrap();
    let messages = message::of_ticket(&mut tx, ticket.id).await.unwrap();
    messages
        .into_iter()
        .filter(|message| message.withdrawn_at.is_none())
        .map(|message| message.body)
        .collect()
}

pub(super) fn said(desk: &SlackDesk, card: &Message) -> Vec<String> {
    let replies = desk.slack.thread(&desk.channel, &card.ts);
    replies.iter().map(Message::words).collect()
}

#[tokio::test]
async fn what_is_written_corrected_and_deleted_in_the_thread_is_so_here() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let (cleo, root) = (&scene.cleo.slack, Some(scene.card.ts.as_str()));
        let asks = format!("*Still* broken, {}", scene.ada.slack.mention());
        let first = desk.slack.says(cleo, &desk.channel, root, &asks).await;
        desk.slack.repeats_last_event().await.accepted_or_panic();
        desk.settle().await;
        let kept = bodies(&desk, &scene.ticket).await;
        assert_eq!(kept, ["**Still** broken, @ada.lovelace@example.com"]);
        assert_eq!(
            said(&desk, &scene.card),
            [first.words()],
            "nothing is echoed"
        );

        desk.slack.edits(cleo, &first, "It works again").await;
        desk.settle().await;
        assert_eq!(bodies(&desk, &scene.ticket).await, ["It works again"]);
        desk.slack.deletes(cleo, &first).await;
        desk.settle().await;
        assert_eq!(bodies(&desk, &scene.ticket).await, Vec::<String>::new());
        assert_eq!(said(&desk, &scene.card), Vec::<String>::new());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn files_come_along_and_one_too_large_is_noted_kindly() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let (cleo, root) = (&scene.cleo.slack, Some(scene.card.ts.as_str()));
        let log = ("pay.log", b"declined".as_slice());
        desk.slack
            .shares_file(cleo, &desk.channel, root, log, "The log")
            .await;
        desk.slack
            .shares_file(cleo, &desk.channel, root, ("b.txt", b"b"), "")
            .await;
        let film = vec![1_u8; desk_ticket::ATTACHMENT_LIMIT_BYTES + 1];
        let film = ("film.mov", film.as_slice());
        desk.slack
            .shares_file(cleo, &desk.channel, root, film, "A film")
            .await;
        desk.settle().await;

        let mut kept = bodies(&desk, &scene.ticket).await;
        kept.sort();
        assert_eq!(kept, ["A film", "The log"]);
        let mut tx = desk.desk.db().read().await.unwrap();
        let files = attachment::of_ticket(&mut tx, scene.ticket.id)
            .await
            .unwrap();
        drop(tx);
        let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["b.txt", "pay.log"]);
        let said = said(&desk, &scene.card);
        let noted = said
            .iter()
            .filter(|words| words.contains("larger than 10 MB"))
            .count();
        assert_eq!(noted, 1, "{said:#?}");
        assert!(
            !said.iter().any(|words| words.contains("on the web:")),
            "{said:#?}"
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_reply_of_forty_thousand_characters_is_kept_whole_both_ways() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let root = Some(scene.card.ts.as_str());
        // Each of these needs a second character to be kept as it is.
        let long: Vec<String> = (0..5_700).map(|number| format!("{number:04}*b")).collect();
        let long = long.join(" ");
        desk.slack
            .says(&scene.cleo.slack, &desk.channel, root, &long)
            .await;
        desk.settle().await;
        let kept = bodies(&desk, &scene.ticket).await;
        assert_eq!(kept.len(), 2);
        let kept = kept.join(" ");
        assert_eq!(kept.matches("\\*b").count(), 5_700);
        assert!(
            kept.split_whitespace().is_sorted(),
            "its parts in their order"
        );

        let words = "word & ".repeat(5_000);
        let eider = &desk.desk.eider;
        let number = scene.ticket.number;
        let message = desk_ticket::say(eider, &scene.ada.actor, number, words.trim())
            .await
            .unwrap();
        desk.settle().await;
        let told = said(&desk, &scene.card)[1..].join(" ");
        assert_eq!(told.matches("word").count(), 5_000);
        desk_ticket::edit(eider, &scene.ada.actor, message.id, "Much shorter")
            .await
            .unwrap();
        desk.settle().await;
        let told = said(&desk, &scene.card);
        assert_eq!(told.len(), 2, "{told:#?}");
        assert!(told[1].contains("Much shorter"));
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_changes_on_the_web_changes_in_slack_or_is_told_there() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let (eider, ada) = (&desk.desk.eider, &scene.ada.actor);
        let number = scene.ticket.number;
        let message = desk_ticket::say(eider, ada, number, "We **look** at it")
            .await
            .unwrap();
        desk.settle().await;
        assert_eq!(
            said(&desk, &scene.card),
            ["*Ada Lovelace* wrote on the web:\nWe *look* at it"]
        );
        desk_ticket::edit(eider, ada, message.id, "We found it")
            .await
            .unwrap();
        desk.settle().await;
        assert_eq!(
            said(&desk, &scene.card),
            ["*Ada Lovelace* wrote on the web:\nWe found it"]
        );
        desk_ticket::withdraw(eider, ada, message.id).await.unwrap();
        desk.settle().await;
        assert_eq!(said(&desk, &scene.card), Vec::<String>::new());

        let root = Some(scene.card.ts.as_str());
        desk.slack
            .says(&scene.cleo.slack, &desk.channel, root, "It is brokn")
            .await;
        desk.settle().await;
        let theirs = newest_message(&desk, &scene.ticket).await;
        let cleo = &scene.cleo.actor;
        desk_ticket::edit(eider, cleo, theirs.id, "It is broken")
            .await
            .unwrap();
        desk.settle().await;
        desk_ticket::withdraw(eider, cleo, theirs.id).await.unwrap();
        let file = desk_ticket::NewFile {
            name: "how <to>.txt".into(),
            media_type: "text/plain".into(),
            content: b"x".to_vec(),
        };
        desk_ticket::attach(eider, cleo, number, file)
            .await
            .unwrap();
        desk.settle().await;
        let told = said(&desk, &scene.card);
        assert_eq!(told.len(), 4, "{told:#?}");
        assert_eq!(told[0], "It is brokn");
        assert!(
            told[1].contains("corrected this on the web:\nIt is broken"),
            "{}",
            told[1]
        );
        assert!(told[2].contains("took back on the web"), "{}", told[2]);
        assert!(
            told[3].contains("added a file: how <to>.txt"),
            "{}",
            told[3]
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

async fn newest_message(desk: &SlackDesk, ticket: &Ticket) -> message::Message {
    let mut tx = desk.desk.db().read().await.unwrap();
    let messages = message::of_ticket(&mut tx, ticket.id).await.unwrap();
    messages.into_iter().last().unwrap()
}

#[tokio::test]
async fn whoever_is_not_known_is_asked_and_everything_they_wrote_is_kept_then() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let root = Some(scene.card.ts.as_str());
        let guest = desk
            .slack
            .person("Gil Guest", "gil@agency.example")
            .guest()
            .await;
        desk.slack.joins(&guest, &desk.channel).await;
        let bot = desk.slack.person("Other Bot", "").bot().await;
        desk.slack.joins(&bot, &desk.channel).await;
        desk.slack.says(&bot, &desk.channel, root, "Beep").await;
        desk.slack.says(&guest, &desk.channel, root, "One").await;
        desk.settle().await;
        desk.slack.says(&guest, &desk.channel, root, "Two").await;
        desk.settle().await;
        assert_eq!(bodies(&desk, &scene.ticket).await, Vec::<String>::new());
        let asked = desk.slack.ephemerals(&guest);
        let address = asked.last().unwrap().button("Connect my account").unwrap();
        let secret = address
            .url
            .as_ref()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let (_, gil) = desk.desk.person("Gil Guest", Role::Reporter).await;
        eider_app::slack::follow_link(&desk.desk.eider, &gil, &secret)
            .await
            .unwrap();
        desk.settle().await;
        let mut kept = bodies(&desk, &scene.ticket).await;
        kept.sort();
        assert_eq!(kept, ["One", "Two"]);
        assert!(desk.slack.ephemerals(&bot).is_empty());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_thread_goes_on_below_a_new_card_when_the_card_is_deleted() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let old = Some(scene.card.ts.as_str());
        let before = desk
            .slack
            .says(&scene.cleo.slack, &desk.channel, old, "Before")
            .await;
        desk.settle().await;
        desk.slack.admin_deletes(&scene.card).await;
        desk.settle().await;
        let cards: Vec<Message> = desk
            .slack
            .messages(&desk.channel)
            .into_iter()
            .filter(|message| message.words().contains("Nobody can pay"))
            .collect();
        let [card] = cards.as_slice() else {
            panic!("one new card: {cards:#?}");
        };
        assert_ne!(card.ts, scene.card.ts);
        desk.slack
            .edits(&scene.cleo.slack, &before, "Below the old one")
            .await;
        desk.slack
            .says(
                &scene.cleo.slack,
                &desk.channel,
                Some(&card.ts),
                "Below the new one",
            )
            .await;
        desk.settle().await;
        let mut kept = bodies(&desk, &scene.ticket).await;
        kept.sort();
        assert_eq!(kept, ["Below the new one", "Below the old one"]);
        let (eider, ada) = (&desk.desk.eider, &scene.ada.actor);
        desk_ticket::say(eider, ada, scene.ticket.number, "From the web")
            .await
            .unwrap();
        desk.settle().await;
        let below = desk.slack.thread(&desk.channel, &card.ts);
        let [leads_back, theirs, from_web] = below.as_slice() else {
            panic!("the thread goes on below the new card: {below:#?}");
        };
        assert!(
            leads_back.text.contains(&scene.card.ts),
            "{}",
            leads_back.text
        );
        assert!(leads_back.words().contains("goes on here"));
        assert_eq!(theirs.words(), "Below the new one");
        assert!(from_web.words().contains("From the web"));
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn lost_answers_and_errors_double_nothing() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        desk.slack
            .trouble_with("chat.postMessage", Trouble::LostAnswers(2));
        desk.slack.trouble(Trouble::RandomErrors {
            seed: 7,
            percent: 20,
        });
        let root = Some(scene.card.ts.as_str());
        for number in 0..5 {
            let text = format!("From the web {number}");
            let (eider, ada) = (&desk.desk.eider, &scene.ada.actor);
            desk_ticket::say(eider, ada, scene.ticket.number, &text)
                .await
                .unwrap();
            let text = format!("From Slack {number}");
            desk.slack
                .says(&scene.cleo.slack, &desk.channel, root, &text)
                .await;
        }
        desk.settle().await;
        desk.slack.heal();
        desk.settle().await;
        let kept = bodies(&desk, &scene.ticket).await;
        assert_eq!(kept.len(), 10, "{kept:#?}");
        let told = said(&desk, &scene.card);
        for number in 0..5 {
            let times = |text: String| told.iter().filter(|words| words.contains(&text)).count();
            assert_eq!(times(format!("From the web {number}")), 1, "{told:#?}");
        }
        let order: Vec<&String> = told.iter().filter(|words| words.contains("web")).collect();
        assert!(order.is_sorted(), "{order:#?}");
        let mut tx = desk.desk.db().read().await.unwrap();
        let facts = fact::of_ticket(&mut tx, scene.ticket.id).await.unwrap();
        let replies = facts
            .iter()
            .filter(|recorded| matches!(recorded.happened.fact, Fact::Replied { .. }));
        assert_eq!(replies.count(), 10);
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn replies_stand_in_the_order_in_which_they_were_written_though_the_first_fails_once() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MONDAY)).await;
        let scene = scene(&desk, "P2").await;
        let (cleo, root) = (&scene.cleo.slack, Some(scene.card.ts.as_str()));
        desk.slack.says(cleo, &desk.channel, root, "Hello").await;
        desk.settle().await;
        // Whoever is mentioned has to be looked up, and that fails at first, in either way.
        let ben = desk.stranger("Ben Buddy", "ben@elsewhere.example").await;
        let busy = Trouble::RateLimited {
            calls: 1,
            seconds: 5,
        };
        desk.slack.trouble_with("users.info", busy.clone());
        desk.slack.trouble_with("users.list", busy);
        let first = format!("First, {}", ben.mention());
        desk.slack.says(cleo, &desk.channel, root, &first).await;
        desk.slack.says(cleo, &desk.channel, root, "Second").await;
        desk.settle().await;
        let lookups = desk.slack.calls_of("users.info");
        let of_ben = lookups.last().unwrap();
        assert!(
            of_ben.at > at(MONDAY),
            "the first failed once: {lookups:#?}"
        );
        let kept = bodies(&desk, &scene.ticket).await;
        assert_eq!(kept.len(), 3, "{kept:#?}");
        assert_eq!(kept[0], "Hello");
        assert!(kept[1].starts_with("First"), "{kept:#?}");
        assert_eq!(kept[2], "Second");
        desk.slack.assert_no_violations();
    })
    .await;
}

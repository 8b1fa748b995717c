//! Finding tickets, known issues and features again.

mod known_issues;
mod many;
mod recall;

use eider_app::{
    search::{self, Found, SimilarQuery},
    ticket,
};
use eider_domain::{
    access::Actor,
    person::Role,
    ticket::{Change, Command, Report, Resolution, Ticket},
};
use eider_store::ticket::{Filter, Order, Page};
use eider_testkit::{Database, TestDesk, at, on_both};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

async fn desk_of(database: Database) -> (TestDesk, Actor) {
    let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
    let ada = desk.unnamed(Role::Responder).await;
    (desk, ada)
}

async fn ask(desk: &TestDesk, actor: &Actor, title: &str, what: &str) -> Ticket {
    let ask = ticket::Ask {
        title: title.into(),
        report: Report {
            what: what.into(),
            ..Report::default()
        },
        ..ticket::Ask::default()
    };
    ticket::open(&desk.eider, actor, ask).await.unwrap()
}

async fn find(desk: &TestDesk, actor: &Actor, text: &str) -> Found {
    search::search(&desk.eider, actor, text, 10).await.unwrap()
}

fn titles(tickets: &[Ticket]) -> Vec<&str> {
    tickets.iter().map(|ticket| ticket.title.as_str()).collect()
}

#[tokio::test]
async fn tickets_are_found_by_number_by_all_words_and_else_by_some() {
    on_both(async |database| {
        let (desk, ada) = desk_of(database).await;
        let cards = ask(
            &desk,
            &ada,
            "Cards are declined",
            "Since noon, at every till.",
        )
        .await;
        ask(
            &desk,
            &ada,
            "Tills print nothing",
            "The café's tills are silent.",
        )
        .await;
        let login = ask(&desk, &ada, "Nobody can log in", "An error 500 appears.").await;

        for number in ["T-1001", "t-1001", "1001", " #1001 "] {
            let found = find(&desk, &ada, number).await;
            assert_eq!(found.by_number.as_ref(), Some(&cards), "{number}");
        }
        let all = find(&desk, &ada, "declining TILL").await;
        assert_eq!(titles(&all.tickets), ["Cards are declined"]);
        assert!(!all.only_some_words);
        let accents = find(&desk, &ada, "cafe tills").await;
        assert_eq!(titles(&accents.tickets), ["Tills print nothing"]);
        let some = find(&desk, &ada, "login log errors everywhere").await;
        assert_eq!(titles(&some.tickets), [login.title.as_str()]);
        assert!(some.only_some_words);
        let none = find(&desk, &ada, "aeroplane").await;
        assert!(none.tickets.is_empty() && !none.only_some_words);
    })
    .await;
}

#[tokio::test]
async fn what_is_said_and_how_it_was_resolved_is_found_until_it_is_taken_back() {
    on_both(async |database| {
        let (desk, ada) = desk_of(database).await;
        let asked = ask(&desk, &ada, "Cards are declined", "Since noon.").await;
        ask(&desk, &ada, "Something else", "Entirely.").await;
        let said = ticket::say(&desk.eider, &ada, asked.number, "It was the gatekeeper.")
            .await
            .unwrap();
        assert_eq!(find(&desk, &ada, "gatekeepers").await.tickets.len(), 1);

        ticket::withdraw(&desk.eider, &ada, said.id).await.unwrap();
        assert!(find(&desk, &ada, "gatekeeper").await.tickets.is_empty());

        let resolution = Resolution {
            cause: "A certificate ran out.".into(),
            how_known: "It works.".into(),
            change: Change::No,
            customer_outcome: None,
            known_issue: None,
        };
        ticket::act(
            &desk.eider,
            &ada,
            asked.number,
            Command::Resolve(resolution),
        )
        .await
        .unwrap();
        let found = find(&desk, &ada, "certificates").await;
        let resolution = found.tickets[0].status.resolution().unwrap();
        assert_eq!(resolution.cause, "A certificate ran out.");
    })
    .await;
}

#[tokio::test]
async fn while_typing_what_resembles_it_is_offered_and_not_the_ticket_itself() {
    on_both(async |database| {
        let (desk, ada) = desk_of(database).await;
        let first = ask(
            &desk,
            &ada,
            "Cards are declined",
            "At the tills since noon.",
        )
        .await;
        let second = ask(
            &desk,
            &ada,
            "Card payments fail",
            "Tills decline every card.",
        )
        .await;
        let merged = ask(&desk, &ada, "Declined card", "It was declined.").await;
        ask(&desk, &ada, "Nobody can log in", "An error appears.").await;
        let merge = Command::Merge { into: first.number };
        ticket::act(&desk.eider, &ada, merged.number, merge)
            .await
            .unwrap();

        let query = SimilarQuery {
            title: "card declined at the till".into(),
            ..SimilarQuery::default()
        };
        let similar = search::similar(&desk.eider, &ada, &query, 5).await.unwrap();
        let mut numbers: Vec<_> = similar.tickets.iter().map(|t| t.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [first.number, second.number]);

        let similar = search::similar_to(&desk.eider, &ada, &second, 5)
            .await
            .unwrap();
        assert_eq!(titles(&similar.tickets), ["Cards are declined"]);
        let nothing = search::similar(&desk.eider, &ada, &SimilarQuery::default(), 5)
            .await
            .unwrap();
        assert!(nothing.tickets.is_empty() && nothing.known_issues.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_list_is_filtered_by_words() {
    on_both(async |database| {
        let (desk, ada) = desk_of(database).await;
        for number in 1..=5 {
            let title = format!("Card {number} is declined");
            ask(&desk, &ada, &title, "Since noon.").await;
        }
        ask(&desk, &ada, "Nobody can log in", "Since noon.").await;
        let list = async |text: &str, order| {
            let filter = Filter {
                text: Some(text.into()),
                ..Filter::default()
            };
            let page = Page {
                limit: 4,
                ..Page::default()
            };
            let mut tx = desk.db().read().await.unwrap();
            let rows = eider_store::ticket::list(&mut tx, &filter, order, page).await;
            let count = eider_store::ticket::count(&mut tx, &filter, 100)
                .await
                .unwrap();
            let numbers: Vec<i64> = rows.unwrap().iter().map(|row| row.number.0).collect();
            (numbers, count)
        };
        for order in [Order::Newest, Order::Urgency] {
            let (mut cards, count) = list("cards declined", order).await;
            cards.sort_unstable();
            assert_eq!(count, 5);
            match order {
                Order::Newest => assert_eq!(cards, [1002, 1003, 1004, 1005]),
                Order::Urgency => assert_eq!(cards, [1001, 1002, 1003, 1004]),
            }
        }
        assert_eq!(list("card 3", Order::Newest).await, (vec![1003], 1));
        assert_eq!(list("the", Order::Newest).await, (vec![], 0));
    })
    .await;
}

/// Texts that try to be something else than words.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[\"'()*:^&|!<>\\\\ -]{0,40}",
        "(AND|OR|NOT|NEAR|words|\\{|\\}|title|:|\"|'|\\*|\u{0}|🦆|ß|İ| ){0,40}",
        Just("déjà \u{0} vu".to_owned()),
        (1_usize..4).prop_map(|times| "word ".repeat(times * 5_000)),
        (9_000_usize..11_000).prop_map(|count| {
            let words: Vec<String> = (0..count).map(|n| format!("w{n}")).collect();
            words.join(" ")
        }),
    ]
}

#[tokio::test]
async fn no_text_is_an_error() {
    on_both(async |database| {
        let (desk, ada) = desk_of(database).await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..40 {
            let text = hostile().new_tree(&mut runner).unwrap().current();
            let what: String = text.chars().take(30_000).collect();
            if !what.trim().is_empty() {
                let title: String = "About ".chars().chain(what.chars().take(100)).collect();
                let opened = ticket::open(
                    &desk.eider,
                    &ada,
                    ticket::Ask {
                        title,
                        report: Report {
                            what: format!("It: {what}"),
                            ..Report::default()
                        },
                        ..ticket::Ask::default()
                    },
                );
                opened.await.unwrap();
            }
            find(&desk, &ada, &text).await;
            let query = SimilarQuery {
                title: text.clone(),
                what: text.clone(),
                ..SimilarQuery::default()
            };
            search::similar(&desk.eider, &ada, &query, 5).await.unwrap();
            let filter = Filter {
                text: Some(text),
                ..Filter::default()
            };
            let mut tx = desk.db().read().await.unwrap();
            eider_store::ticket::count(&mut tx, &filter, 100)
                .await
                .unwrap();
        }
    })
    .await;
}

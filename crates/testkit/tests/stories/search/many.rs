//! Words that are in thousands of tickets: they are found and counted by other ways than rare ones.

use eider_domain::{
    TicketNumber,
    person::Role,
    priority::Rank,
    ticket::{NewTicket, Report, Ticket},
};
use eider_store::ticket::{Filter, Order, Page, Selection};
use eider_testkit::{TestDesk, at, on_both};

const CARDS: i64 = 4_200;

/// Tickets with these numbers and titles.
async fn put(desk: &TestDesk, titles: impl Iterator<Item = (i64, String)>) {
    let ada = desk.unnamed(Role::Responder).await;
    let levels = desk.eider.desk().await.unwrap().levels.clone();
    let now = desk.eider.now();
    let tickets: Vec<Ticket> = titles
        .map(|(number, title)| {
            let new = NewTicket {
                id: desk.eider.ids().id(now),
                number: TicketNumber(number),
                title,
                report: Report::default(),
                priority: Rank::P3,
                feature: None,
                squad: None,
                reporter: ada.person,
            };
            Ticket::open(new, now).0
        })
        .collect();
    let words: Vec<(TicketNumber, &str, String)> = tickets
        .iter()
        .map(|ticket| (ticket.number, ticket.title.as_str(), String::new()))
        .collect();
    let mut tx = desk.db().write().await.unwrap();
    eider_store::ticket::put(&mut tx, &tickets, &levels, now)
        .await
        .unwrap();
    eider_store::search::put_new(&mut tx, &words).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn words_of_thousands_of_tickets_are_found_and_counted() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let cards = (1..=CARDS).map(|number| (number, "Card declined".into()));
        put(&desk, cards).await;
        desk.database().settle().await;
        // The statistics do not know this word.
        let rare = (CARDS + 1..=CARDS + 3).map(|number| (number, "The lighthouse is dark".into()));
        put(&desk, rare).await;

        let look = async |text: &str, page: Page, limit| {
            let filter = Filter {
                text: Some(text.into()),
                ..Filter::default()
            };
            let mut tx = desk.db().read().await.unwrap();
            let selection = Selection::of(&mut tx, &filter).await.unwrap();
            let listed = selection.list(&mut tx, Order::Newest, page).await.unwrap();
            let numbers: Vec<i64> = listed.iter().map(|row| row.number.0).collect();
            (numbers, selection.count(&mut tx, limit).await.unwrap())
        };
        let first = Page {
            limit: 3,
            ..Page::default()
        };
        let before = |number| Page {
            before: Some(TicketNumber(number)),
            ..first
        };
        let after = |number| Page {
            after: Some(TicketNumber(number)),
            ..first
        };
        let first_page = (vec![4200, 4199, 4198], 100);
        assert_eq!(look("card", first, 100).await, first_page);
        assert_eq!(look("card", before(2), 9_999).await, (vec![1], CARDS));
        assert_eq!(look("card", after(4197), 101).await.0, first_page.0);
        let both = look("declined card", before(2600), 9_999).await;
        assert_eq!(both, (vec![2599, 2598, 2597], CARDS));
        let rare = look("lighthouse", first, 500).await;
        assert_eq!(rare, (vec![4203, 4202, 4201], 3));
        assert_eq!(look("lighthouse", before(4203), 500).await.0, [4202, 4201]);
        assert_eq!(look("card lighthouse", first, 500).await, (vec![], 0));
    })
    .await;
}

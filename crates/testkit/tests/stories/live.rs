//! What an open page is told, and when.

use eider_domain::{
    fact::{Fact, Happened},
    person::Role,
};
use eider_store::fact;
use eider_testkit::{Client, PATIENCE, TestServer, at, on_both};
use reqwest::Response;

const FRIDAY: &str = "2025-11-21T14:00:00Z";

/// The address of the stream that a page names.
async fn stream_of(client: &Client, path: &str) -> String {
    let page = client.page(path).await;
    let (_, rest) = page.split_once("data-live=\"").expect("the page is live");
    let (address, _) = rest.split_once('"').expect("the address ends");
    address.replace("&amp;", "&")
}

/// The next thing that the stream tells.
async fn told(stream: &mut Response) -> String {
    let told = tokio::time::timeout(PATIENCE, stream.chunk()).await;
    let chunk = told.expect("told in time").expect("the stream goes on");
    String::from_utf8_lossy(&chunk.expect("the stream goes on")).into_owned()
}

#[tokio::test]
async fn what_happened_before_a_page_began_to_listen_is_told_at_once() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (_, mary) = server.desk.person("Mary", Role::Reporter).await;
        let first = server.desk.ask(&mary, "The first", "P2").await;
        let one = format!("ticket:{}", first.id);
        // The pages are made, and somebody asks before their streams are open.
        let now = stream_of(&ada, "/").await;
        let ticket = stream_of(&ada, &format!("/tickets/{}", first.number)).await;
        server.desk.ask(&mary, "The second", "P2").await;
        let mut stream = ada.get(&now).await;
        assert_eq!(
            told(&mut stream).await,
            "event: changed\ndata: [\"now\"]\n\n"
        );

        // The page of one ticket wants to hear of that one alone.
        ada.post_form(&format!("/tickets/{}/take", first.number), &[])
            .await;
        let mut stream = ada.get(&ticket).await;
        assert_eq!(
            told(&mut stream).await,
            format!("event: changed\ndata: [\"{one}\"]\n\n")
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_before_thousands_of_others_is_told_to_the_page_of_its_ticket() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let desk = &server.desk;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (_, mary) = desk.person("Mary", Role::Reporter).await;
        let asked = desk.ask(&mary, "The first", "P2").await;
        let page = stream_of(&ada, &format!("/tickets/{}", asked.number)).await;
        let mut stream = ada.get(&page).await;

        // An import is one commit, and so large that its facts are not told one by one.
        let happened = |ticket, fact| Happened {
            at: desk.eider.now(),
            actor: None,
            ticket,
            fact,
        };
        let mut facts = vec![happened(Some(asked.id), Fact::TimeLogged { seconds: 60 })];
        facts.extend((0..6_000).map(|_| happened(None, Fact::ProfileChanged)));
        let mut tx = desk.db().write().await.unwrap();
        fact::append(&mut tx, &facts, desk.eider.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        desk.eider.committed();
        assert_eq!(
            told(&mut stream).await,
            format!("event: changed\ndata: [\"ticket:{}\"]\n\n", asked.id)
        );
    })
    .await;
}

//! An open stream ends with what let its listener in, on whichever node that ended.

use eider_app::account::{self, Way};
use eider_domain::{
    access::{Actor, Scope},
    fact::{Fact, Happened},
    person::Role,
};
use eider_store::fact;
use eider_testkit::{Client, PATIENCE, TestDesk, TestServer, at, on_both, on_sqlite};
use reqwest::Response;

use super::pages::server;

const LIVE: &str = "/live?topics=now";
const FACTS: &str = "/api/v1/facts";

async fn listen(client: &Client, path: &str) -> Response {
    let request = client.request("GET", path);
    let request = request.header("accept", "text/event-stream");
    let stream = request.send().await.unwrap();
    assert_eq!(stream.status(), 200, "{path}");
    stream
}

/// What a stream tells until it is over.
async fn rest(mut stream: Response) -> String {
    let mut told = String::new();
    let reading = async {
        while let Some(chunk) = stream.chunk().await.unwrap() {
            told.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    let read = tokio::time::timeout(PATIENCE, reading).await;
    assert!(read.is_ok(), "the stream goes on: {told}");
    told
}

/// What a stream tells next; it has to go on.
async fn more(stream: &mut Response) -> String {
    let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await;
    let chunk = chunk.expect("it tells something").unwrap();
    let chunk = chunk.expect("the stream goes on");
    String::from_utf8(chunk.to_vec()).unwrap()
}

async fn ask(server: &TestServer, title: &str) {
    let (_, acts) = server.desk.person(title, Role::Reporter).await;
    server.desk.ask(&acts, title, "P3").await;
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_that_session_alone() {
    on_both(async |database| {
        let server = server(database).await;
        let (person, ada) = server.signed_in("Ada", Role::Lead).await;
        let elsewhere = server.sign_in(&person).await;
        let (_, ben) = server.signed_in("Ben", Role::Responder).await;
        let (live, facts) = (listen(&ada, LIVE).await, listen(&ada, FACTS).await);
        let mut kept = [listen(&elsewhere, LIVE).await, listen(&ben, LIVE).await];
        ada.post_form("/sign-out", &[]).await;
        assert_eq!(rest(live).await, "");
        rest(facts).await;
        ask(&server, "The lift stands still").await;
        for stream in &mut kept {
            assert!(more(stream).await.contains("[\"now\"]"));
        }
    })
    .await;
}

#[tokio::test]
async fn switching_somebody_off_on_another_node_ends_their_streams() {
    on_both(async |database| {
        let server = server(database).await;
        let other = TestDesk::on(server.desk.database(), server.desk.eider.now(), 2).await;
        let (_, acts) = server.desk.person("Ada", Role::Administrator).await;
        let (mallory, signed_in) = server.signed_in("Mallory", Role::Lead).await;
        let program = server.with_token(&mallory, &[Scope::Read]).await;
        let streams = [
            listen(&signed_in, LIVE).await,
            listen(&signed_in, FACTS).await,
            listen(&program, FACTS).await,
        ];
        account::disable(&other.eider, &acts, mallory.id)
            .await
            .unwrap();
        ask(&server, "What Mallory must not hear of").await;
        for stream in streams {
            let told = rest(stream).await;
            assert!(!told.contains("must not hear"), "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lesser_role_ends_what_it_may_not_hear() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, acts) = server.desk.person("Ada", Role::Administrator).await;
        let (ben, signed_in) = server.signed_in("Ben", Role::Lead).await;
        let facts = listen(&signed_in, FACTS).await;
        let mut live = listen(&signed_in, LIVE).await;
        account::change_role(&server.desk.eider, &acts, ben.id, Role::Responder)
            .await
            .unwrap();
        rest(facts).await;
        ask(&server, "The lift stands still").await;
        assert!(more(&mut live).await.contains("[\"now\"]"));
    })
    .await;
}

#[tokio::test]
async fn a_session_and_a_token_that_are_taken_back_end_their_streams() {
    on_both(async |database| {
        let server = server(database).await;
        let eider = &server.desk.eider;
        let (person, ada) = server.signed_in("Ada", Role::Lead).await;
        let acts = Actor {
            person: person.id,
            role: person.role,
            squads: Vec::new(),
            scopes: None,
        };
        let stream = listen(&ada, LIVE).await;
        let sessions = account::sessions(eider, &acts).await.unwrap();
        account::end_session(eider, &acts, &sessions[0].token_hash)
            .await
            .unwrap();
        rest(stream).await;

        let program = server.with_token(&person, &[Scope::Read]).await;
        let stream = listen(&program, FACTS).await;
        let secret = program.token.clone().unwrap();
        let known = account::by_token(eider, &secret).await.unwrap().unwrap();
        let Way::Token(token) = known.way else {
            panic!("it came with a token");
        };
        account::revoke_token(eider, &acts, token).await.unwrap();
        rest(stream).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_by_time_ends_its_streams_though_nothing_happens() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, ada) = server.signed_in("Ada", Role::Lead).await;
        let (mut live, mut facts) = (listen(&ada, LIVE).await, listen(&ada, FACTS).await);
        server.desk.set(at("2026-04-01T08:00:00Z"));
        ask(&server, "The day before the session ends").await;
        assert!(more(&mut live).await.contains("[\"now\"]"));
        assert!(more(&mut facts).await.contains("The day before"));
        server.desk.set(at("2026-04-03T09:00:00Z"));
        assert_eq!(rest(live).await, "");
        rest(facts).await;
    })
    .await;
}

#[tokio::test]
async fn an_open_page_hears_of_an_import_however_long() {
    on_sqlite(async |database| {
        let server = server(database).await;
        let (_, acts) = server.desk.person("Cleo", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let mut live = listen(&ada, LIVE).await;
        let ticket = server.desk.ask(&acts, "The lift stands still", "P3").await;
        more(&mut live).await;
        let now = server.desk.eider.now();
        let told = Happened {
            at: now,
            actor: None,
            ticket: Some(ticket.id),
            fact: Fact::Followed,
        };
        let mut tx = server.desk.db().write().await.unwrap();
        fact::append(&mut tx, &vec![told; 6_000], now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(more(&mut live).await.contains("[\"now\"]"));
    })
    .await;
}

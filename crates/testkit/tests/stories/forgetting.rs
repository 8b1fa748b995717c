//! What is kept only for some days: the keys of requests, and what Slack sent.

use eider_domain::{access::Scope, person::Role};
use eider_store::{
    job,
    slack::request::{self, Request},
};
use eider_testkit::{TestDesk, TestServer, at, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

const MONDAY: &str = "2026-03-02T09:00:00Z";

/// Lets days pass, each with what is due in it.
async fn pass_days(desk: &TestDesk, days: i64) {
    for _ in 0..days {
        desk.pass_minutes(24 * 60);
        desk.until("what is due is done", async || {
            let mut tx = desk.db().read().await.unwrap();
            let waiting = job::waiting(&mut tx, "desk.").await.unwrap();
            let now = desk.eider.now();
            waiting.iter().all(|job| job.run_at > now).then_some(())
        })
        .await;
    }
}

async fn sent_by_slack(desk: &TestDesk, number: u128, is_done: bool) -> Uuid {
    let id = Uuid::from_u128(number);
    let mut tx = desk.db().write().await.unwrap();
    let sent = Request {
        id,
        kind: "event".to_owned(),
        dedup_key: format!("event:{number}"),
        body: "{}".to_owned(),
        received_at: desk.eider.now(),
    };
    assert!(request::keep(&mut tx, &sent).await.unwrap());
    if is_done {
        request::done(&mut tx, id, desk.eider.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_server_that_is_never_restarted_forgets_after_a_week() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        let desk = &server.desk;
        let (cleo, _) = desk.person("Cleo Care", Role::Reporter).await;
        let client = server.with_token(&cleo, &Scope::ALL).await;
        let send = async || {
            let body = json!({"title": "Login fails", "what": "It does not work"});
            let request = client.request("POST", "/api/v1/tickets").json(&body);
            let request = request.header("Idempotency-Key", "one");
            let ticket: Value = request.send().await.unwrap().json().await.unwrap();
            ticket["number"].as_str().unwrap().to_owned()
        };
        let is_kept = async |id| {
            let mut tx = desk.db().read().await.unwrap();
            request::body(&mut tx, id).await.unwrap().is_some()
        };
        let done = sent_by_slack(desk, 1, true).await;
        let waiting = sent_by_slack(desk, 2, false).await;
        assert_eq!(send().await, "T-1001");

        pass_days(desk, 7).await;
        assert_eq!(send().await, "T-1001");
        assert!(is_kept(done).await && is_kept(waiting).await);

        pass_days(desk, 1).await;
        assert_eq!(send().await, "T-1002");
        assert!(!is_kept(done).await);
        assert!(is_kept(waiting).await, "it is still to be worked off");
    })
    .await;
}

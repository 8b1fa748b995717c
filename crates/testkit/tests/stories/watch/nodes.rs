//! Two nodes on one PostgreSQL: whatever one of them began, the other knows and goes on with.

use std::sync::Arc;

use eider_delivery::Delivery;
use eider_testkit::{Client, Database, TestDesk, TestServer, providers::Mood};
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{beats, heard, metric_of};
use crate::page::Night;

/// The second node, with connections, clock, web server and delivery of its own.
struct Standby {
    server: TestServer,
    stop: CancellationToken,
    _running: JoinHandle<()>,
}

impl Standby {
    async fn beside(night: &Night) -> Self {
        let first = &night.desk.server.desk;
        let database = Arc::new(first.database().opened_again().await);
        let desk = TestDesk::on(database, first.eider.now(), 2).await;
        let eider = desk.eider.clone();
        let server = TestServer::of(desk).await;
        let delivery = Delivery::new(eider, &server.address, &night.desk.configuration);
        let stop = CancellationToken::new();
        let running = delivery.unwrap().run("node-2".to_owned(), stop.clone());
        Self {
            server,
            stop,
            _running: tokio::spawn(running),
        }
    }

    /// Moves the clock of this node alone: the first stands still, as one that is lost.
    fn pass_seconds(&self, seconds: i64) {
        let now = self.server.desk.eider.now();
        self.server
            .desk
            .set(now + SignedDuration::from_secs(seconds));
    }

    /// Whoever `client` is at the first node, at this one.
    fn of(&self, client: &Client) -> Client {
        client.clone().at(&self.server.address)
    }

    async fn mails(&self, night: &Night, count: usize) {
        let what = format!("{count} e-mails");
        let mailed = async || (night.mailed().len() >= count).then_some(());
        self.server.desk.until(&what, mailed).await;
        assert_eq!(night.mailed().len(), count, "{:?}", night.mailed());
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[tokio::test]
async fn people_and_monitors_come_to_either_node() {
    let night = Night::new(Database::postgres().await).await;
    let standby = Standby::beside(&night).await;
    for client in [night.ada.1.clone(), standby.of(&night.ada.1)] {
        assert_eq!(client.get("/readyz").await.status(), 200);
        client.page("/").await;
    }
    // Both have read the configuration by now; what changes at one holds at the other at once.
    let admin = night.root.0.clone();
    let body = json!({ "name": "Checkout", "squad": "Payments" });
    let service = night.api(&admin, "POST", "/services", body, 201).await;
    let path = format!("/services/{}/keys", service["id"].as_str().unwrap());
    let body = json!({ "source": "json", "name": "Our own" });
    let key = night.api(&admin, "POST", &path, body, 201).await;
    let hook = format!("/hooks/json/{}", key["secret"].as_str().unwrap());
    let alert = json!({ "title": "Cards are refused", "severity": "critical" });
    let there = standby.server.nobody();
    let (status, told) = there.json("POST", &hook, Some(alert)).await;
    assert_eq!(status, 200, "{told}");
    standby.mails(&night, 1).await;
    // She opens the link at one node and answers at the other.
    let link = night.link_to(&night.ada.0);
    night.desk.server.nobody().page(&link).await;
    let done = there.post_form(&link, &[("answer", "acknowledge")]).await;
    assert_eq!(done.status(), 303);
    let page = night.page("T-1001").await;
    assert_eq!(page["acknowledged_by"]["name"], "Ada Lovelace", "{page}");
    let mine = standby.of(&night.ada.1).page("/tickets/T-1001").await;
    assert!(mine.contains("Cards are refused"));
}

#[tokio::test]
async fn what_a_lost_node_was_doing_is_done_by_the_other_when_its_lease_is_over() {
    let mut night = Night::new(Database::postgres().await).await;
    night.desk.smtp.is(Mood::Hangs);
    night.desk.second_smtp.is(Mood::Hangs);
    let body = json!({
        "title": "Cards are refused", "what": "Errors.", "priority": "P1", "feature": "Cards",
    });
    let cleo = night.cleo.0.clone();
    night.api(&cleo, "POST", "/tickets", body, 201).await;
    let smtp = night.desk.smtp.clone();
    let desk = &night.desk.server.desk;
    desk.until("she is being mailed", async || {
        (smtp.taken().len() == 1).then_some(())
    })
    .await;
    night.desk.kill().await;
    night.desk.smtp.is(Mood::Well);
    night.desk.second_smtp.is(Mood::Well);
    let standby = Standby::beside(&night).await;
    standby.pass_seconds(15);
    let second = night.desk.second_smtp.clone();
    let desk = &standby.server.desk;
    let mail = desk
        .until("the other node mails her", async || second.taken().pop())
        .await;
    let subject = mail.header("Subject");
    assert!(subject.contains("possibly sent before"), "{subject}");
    assert_eq!(night.mailed(), ["ada"], "once by the node that was lost");
    let root = standby.of(&night.root.1);
    let taken = metric_of(&root, "eider_lease_takeovers_total ").await;
    assert_eq!(taken.unwrap(), "1");
    // Nobody answers; the node that is left calls the next level by itself.
    standby.pass_seconds(15 * 60);
    let buddy = night.ben.0.email.clone().unwrap();
    desk.until("her buddy is mailed", async || {
        let mails = smtp.taken();
        mails.iter().any(|mail| mail.to == buddy).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_heartbeat_of_a_lost_node_goes_on_at_the_other() {
    let mut night = Night::new(Database::postgres().await).await;
    beats(&mut night.desk, "node-1").await;
    assert_eq!(heard(&night.desk).await, 1);
    let standby = Standby::beside(&night).await;
    let webhook = night.desk.webhook.clone();
    standby.pass_seconds(120);
    standby
        .server
        .desk
        .until("the other node sends it", async || {
            (webhook.taken().len() > 1).then_some(())
        })
        .await;
    let root = standby.of(&night.root.1);
    let sent = metric_of(&root, "eider_heartbeat_last_sent_timestamp_seconds ").await;
    assert!(sent.is_some());
}

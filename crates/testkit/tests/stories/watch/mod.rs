//! The watcher watched: the heartbeat that goes outside, and what is measured.

mod heartbeat;
mod metrics;
mod nodes;
mod probe;

use eider_delivery::{Heartbeat, HeartbeatMethod, Secret};
use eider_domain::page::Page;
use eider_testkit::{Client, ContactDesk};
use jiff::Timestamp;

use crate::page::Night;

/// From now on a heartbeat goes to the webhook of the desk every minute, sent by a node of that name.
async fn beats(desk: &mut ContactDesk, node: &str) {
    desk.configuration.heartbeat = Some(Heartbeat {
        url: Secret(format!("{}/ping/secret", desk.webhook.address())),
        method: HeartbeatMethod::Get,
        every_seconds: 60,
    });
    desk.stop().await;
    desk.start(node);
}

/// How many heartbeats came once the present look at them is over.
async fn heard(desk: &ContactDesk) -> usize {
    let now = desk.server.desk.eider.now();
    desk.server
        .desk
        .until("the heartbeat was looked at", async || {
            let last = eider_app::watch::last_beat(desk.server.desk.db()).await;
            let last = last.unwrap().unwrap_or_default();
            let mut tx = desk.server.desk.db().read().await.unwrap();
            let waiting = eider_store::job::waiting(&mut tx, "watch.heartbeat").await;
            let waiting = waiting.unwrap();
            let is_done = waiting.iter().all(|job| job.leased_until.is_none());
            (last.looked_at == Some(now) && is_done && !waiting.is_empty()).then_some(())
        })
        .await;
    desk.webhook.taken().len()
}

/// Writes the page of a ticket as if the job for its next step had been lost.
async fn neglect(night: &Night, number: &str, next_at: Option<Timestamp>) {
    let page = night.page(number).await;
    let id = page["id"].as_str().unwrap().parse().unwrap();
    let mut tx = night.desk.server.desk.db().write().await.unwrap();
    let page: Page = eider_store::page::by_id(&mut tx, id)
        .await
        .unwrap()
        .unwrap();
    eider_store::page::put(&mut tx, &page, next_at)
        .await
        .unwrap();
    let key = format!("page.step:{id}");
    eider_store::job::cancel(&mut tx, &key).await.unwrap();
    tx.commit().await.unwrap();
}

/// A line of `/metrics` that begins so, without that.
async fn metric(night: &Night, begins: &str) -> Option<String> {
    metric_of(&night.root.1, begins).await
}

/// As [`metric`], as somebody reads it who need not be at the first node.
async fn metric_of(reader: &Client, begins: &str) -> Option<String> {
    let metrics = reader.page("/metrics").await;
    let mut lines = metrics.lines();
    lines
        .find_map(|line| line.strip_prefix(begins))
        .map(|rest| rest.trim().to_owned())
}

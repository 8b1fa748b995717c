//! An alert calls whoever is on call, until somebody answers or it ends.

use eider_testkit::on_both;
use serde_json::{Value, json};

use super::{message, severe};
use crate::page::Night;

/// More groups than people want to be called for.
const STORM: usize = 120;

/// The hook of a new key for a service of Payments.
async fn hook(night: &Night) -> String {
    let root = &night.root.0;
    let body = json!({"name": "Checkout", "squad": "Payments"});
    let service = night.api(root, "POST", "/services", body, 201).await;
    let path = format!("/services/{}/keys", service["id"].as_str().unwrap());
    let body = json!({"source": "alertmanager", "name": "Ours"});
    let key = night.api(root, "POST", &path, body, 201).await;
    format!("/hooks/alertmanager/{}", key["secret"].as_str().unwrap())
}

async fn send(night: &Night, hook: &str, body: Value) {
    let sender = night.desk.server.nobody();
    let (status, answer) = sender.json("POST", hook, Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    night.settle().await;
}

#[tokio::test]
async fn an_alert_wakes_the_primary_who_answers() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let hook = hook(&night).await;
        let fires = message("Disk", &[("db1", true)]);
        send(&night, &hook, fires.clone()).await;
        assert_eq!(night.mailed(), ["ada"]);
        let mail = night.desk.smtp.last();
        assert_eq!(
            mail.header("Subject"),
            "P1 T-1001: Checkout: Disk: db1 is full"
        );
        // What fires again, and what joins it, wakes nobody twice.
        send(&night, &hook, fires).await;
        send(&night, &hook, message("Disk", &[("db2", true)])).await;
        assert_eq!(night.mailed(), ["ada"]);
        let page = night.page("T-1001").await;
        let told = night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        assert_eq!(told["acknowledged_by"]["name"], "Ada Lovelace");
        // She has it: it does not end without her.
        let over = message("Disk", &[("db1", false), ("db2", false)]);
        send(&night, &hook, over).await;
        let page = night.page("T-1001").await;
        assert_eq!(page["state"], "acknowledged");
        // She hears of it once.
        night.pass_minutes(20).await;
        assert_eq!(night.mailed(), ["ada", "ada"]);
        let told = "T-1001: its alerts are over";
        assert_eq!(night.desk.smtp.last().header("Subject"), told);
    })
    .await;
}

#[tokio::test]
async fn what_ends_by_itself_calls_nobody_any_more() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let hook = hook(&night).await;
        send(&night, &hook, message("Disk", &[("db1", true)])).await;
        assert_eq!(night.mailed(), ["ada"]);
        send(&night, &hook, message("Disk", &[("db1", false)])).await;
        let page = night.page("T-1001").await;
        assert_eq!(
            (&page["state"], &page["ending"]),
            (&"ended".into(), &"resolved".into())
        );
        night.pass_minutes(60).await;
        assert_eq!(night.mailed(), ["ada"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_put_right_and_becomes_worse_wakes_people() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let hook = hook(&night).await;
        send(&night, &hook, severe("Disk", "error", &[("db1", true)])).await;
        let page = night.page("T-1001").await;
        assert_eq!(page["state"], "held", "it waits for the morning");
        let resolution = json!({
            "cause": "A full disk",
            "how_known": "It has room again",
            "change_needed": false,
        });
        let path = "/tickets/T-1001/resolve";
        night.api(&night.ada.0, "POST", path, resolution, 200).await;
        night.pass_minutes(11).await;
        send(&night, &hook, message("Disk", &[("db1", true)])).await;
        assert_eq!(night.mailed(), ["ada"]);
        let subject = "P1 T-1001: Checkout: Disk: db1 is full";
        assert_eq!(night.desk.smtp.last().header("Subject"), subject);
    })
    .await;
}

/// Ada has a P2 of the alerts at a hook, and works on the service until two. Meanwhile they become
/// worse.
async fn worse_in_maintenance(night: &Night) {
    let hook = hook(night).await;
    let (ada, root) = (&night.ada.0, &night.root.0);
    send(night, &hook, severe("Disk", "error", &[("db1", true)])).await;
    let taken = night.api(ada, "POST", "/tickets/T-1001/take", json!({}), 200);
    assert_eq!(taken.await["priority"], "P2");
    let services = night.api(root, "GET", "/services", Value::Null, 200).await;
    let path = format!("/services/{}", services["items"][0]["id"].as_str().unwrap());
    let window = json!({"from": "2026-03-02T00:00:00Z", "until": "2026-03-02T02:00:00Z",
        "reason": "New disks"});
    let body = json!({"name": "Checkout", "squad": "Payments", "maintenance": [window]});
    night.api(root, "PUT", &path, body, 200).await;
    send(night, &hook, message("Disk", &[("db1", true)])).await;
}

#[tokio::test]
async fn what_somebody_weighed_in_maintenance_stays_as_they_said() {
    on_both(async |database| {
        let night = Night::new(database).await;
        worse_in_maintenance(&night).await;
        night.pass_minutes(30).await;
        let lower = json!({ "priority": "P3", "reason": "It is the old disk" });
        let path = "/tickets/T-1001/priority";
        night.api(&night.ada.0, "POST", path, lower, 200).await;
        night.pass_minutes(40).await;
        let root = &night.root.0;
        let ticket = night.api(root, "GET", "/tickets/T-1001", Value::Null, 200);
        assert_eq!(ticket.await["priority"], "P3");
        assert_eq!(night.mailed(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_became_worse_in_maintenance_wakes_people_after_it() {
    on_both(async |database| {
        let night = Night::new(database).await;
        worse_in_maintenance(&night).await;
        let root = &night.root.0;
        night.pass_minutes(59).await;
        assert_eq!(night.mailed(), [""; 0]);
        night.pass_minutes(1).await;
        let is_raised = async || {
            let ticket = night.api(root, "GET", "/tickets/T-1001", Value::Null, 200);
            (ticket.await["priority"] == "P1").then_some(())
        };
        let desk = &night.desk.server.desk;
        desk.until("the ticket is raised", is_raised).await;
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
    })
    .await;
}

#[tokio::test]
async fn a_storm_on_one_service_rings_once() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let hook = hook(&night).await;
        let sender = night.desk.server.nobody();
        for group in 0..STORM {
            let host = format!("db{group}");
            let body = message(&format!("Group {group}"), &[(host.as_str(), true)]);
            let (status, answer) = sender.json("POST", &hook, Some(body)).await;
            assert_eq!(status, 200, "{answer}");
        }
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
        let page = night.page("T-1001").await;
        assert_eq!(page["tickets"].as_array().unwrap().len(), STORM);
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        let last = format!("/tickets/T-{}", 1_000 + STORM);
        let ticket = night.api(&night.ada.0, "GET", &last, Value::Null, 200);
        assert_eq!(ticket.await["owner"]["name"], "Ada Lovelace");
        // One of them is over with its alerts' end; the others stay hers.
        let path = format!("/pages/{}", page["id"].as_str().unwrap());
        let resolution = json!({
            "cause": "A full disk",
            "how_known": "It has room again",
            "change_needed": false,
        });
        let first = "/tickets/T-1001/resolve";
        night
            .api(&night.ada.0, "POST", first, resolution.clone(), 200)
            .await;
        let page = night
            .api(&night.ada.0, "GET", &path, Value::Null, 200)
            .await;
        let left = page["tickets"].as_array().unwrap();
        assert_eq!(left.len(), STORM - 1);
        assert_eq!(left[0]["number"], "T-1002", "they stay in their order");
        night.pass_minutes(10).await;
        let page = night.act(&night.ada.0, &page, "resolve", resolution).await;
        assert_eq!(page["state"], "ended");
        let ticket = night.api(&night.ada.0, "GET", &last, Value::Null, 200);
        assert_eq!(ticket.await["status"], "resolved");
        night.pass_minutes(90).await;
        assert_eq!(night.mailed(), ["ada"], "nobody is asked any more");
    })
    .await;
}

#[tokio::test]
async fn maintenance_lets_people_sleep() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let hook = hook(&night).await;
        let services = night
            .api(&night.root.0, "GET", "/services", Value::Null, 200)
            .await;
        let path = format!("/services/{}", services["items"][0]["id"].as_str().unwrap());
        let window = json!({"from": "2026-03-02T00:00:00Z", "until": "2026-03-02T03:00:00Z",
            "reason": "New disks"});
        let body = json!({"name": "Checkout", "squad": "Payments", "maintenance": [window]});
        night.api(&night.root.0, "PUT", &path, body, 200).await;
        send(&night, &hook, message("Disk", &[("db1", true)])).await;
        night.pass_minutes(60).await;
        assert_eq!(night.mailed(), [""; 0]);
    })
    .await;
}

//! When nobody is bothered, and when somebody is after all.

use eider_testkit::{Client, on_both};
use serde_json::json;

use super::{Watched, made, message, severe};

async fn put(client: &Client, path: &str, body: serde_json::Value) {
    let (status, answer) = client.json("PUT", path, Some(body)).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn maintenance_is_quiet_until_it_ends() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let path = format!("/api/v1/services/{}", desk.checkout);
        let window = json!({"from": "2026-03-02T11:00:00Z", "until": "2026-03-02T13:00:00Z",
            "reason": "New disks"});
        let service = json!({"name": "Checkout", "squad": "Payments", "maintenance": [window]});
        put(&desk.lead, &path, service).await;
        let fires = message("Disk", &[("db1", true), ("db2", true)]);
        desk.alertmanager(&key, fires).await;
        desk.alertmanager(&key, message("Load", &[("web1", true)]))
            .await;
        // What is over before the maintenance is, nobody ever hears of.
        desk.alertmanager(&key, message("Load", &[("web1", false)]))
            .await;
        assert_eq!(desk.told().await, Vec::<String>::new());
        let page = desk.ada.1.page("/alerts").await;
        assert!(page.contains("maintenance until"), "{page}");
        desk.server.desk.pass_minutes(59);
        assert_eq!(desk.told().await, Vec::<String>::new());
        desk.server.desk.pass_minutes(1);
        desk.until_told(&["T-1001 new P1 Checkout: Disk: db1 is full"])
            .await;
    })
    .await;
}

#[tokio::test]
async fn maintenance_that_ends_early_is_no_longer_quiet() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let page = format!("/services/{}", desk.checkout);
        let lin = desk.server.sign_in_named("Lin Lead").await;
        let fields = [
            ("reason", "New disks"),
            ("from", "2026-03-02T12:00"),
            ("until", "2026-03-02T18:00"),
        ];
        let planned = lin.post_form(&format!("{page}/maintenance"), &fields).await;
        assert_eq!(planned.status(), 303);
        desk.alertmanager(&key, message("Disk", &[("db1", true)]))
            .await;
        assert_eq!(desk.told().await, Vec::<String>::new());
        let shown = lin.page(&page).await;
        assert!(shown.contains("New disks"), "{shown}");
        let begins = [("begins", "2026-03-02T12:00:00Z")];
        let ended = lin
            .post_form(&format!("{page}/maintenance/end"), &begins)
            .await;
        assert_eq!(ended.status(), 303);
        desk.until_told(&["T-1001 new P1 Checkout: Disk: db1 is full"])
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_cause_silences_its_symptoms() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let database = desk
            .service(json!({"name": "Database", "squad": "Payments"}))
            .await;
        let path = format!("/api/v1/services/{}", desk.checkout);
        let service = json!({"name": "Checkout", "squad": "Payments", "causes": ["database"]});
        put(&desk.lead, &path, service).await;
        let key = desk.key("alertmanager").await;
        let of_database = |fires: bool| {
            let mut body = message("Down", &[("db1", fires)]);
            body["alerts"][0]["labels"]["service"] = "Database".into();
            body
        };
        desk.alertmanager(&key, of_database(true)).await;
        desk.alertmanager(&key, message("Errors", &[("web1", true)]))
            .await;
        let cause = "P1 Database: Down: db1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 new {cause}")]);
        let page = desk.ada.1.page("/alerts").await;
        assert!(page.contains(&format!("/services/{database}")), "{page}");
        // When the cause is over and the symptom is not, somebody hears of it.
        desk.alertmanager(&key, of_database(false)).await;
        desk.server.desk.pass_minutes(1);
        desk.until_told(&[
            "T-1002 new P1 Checkout: Errors: web1 is full",
            &format!("T-1001 resolved {cause}"),
        ])
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_cause_that_is_less_urgent_silences_nothing() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        desk.service(json!({"name": "Database", "squad": "Payments"}))
            .await;
        let path = format!("/api/v1/services/{}", desk.checkout);
        let service = json!({"name": "Checkout", "squad": "Payments", "causes": ["database"]});
        put(&desk.lead, &path, service).await;
        let key = desk.key("alertmanager").await;
        let mut slow = severe("Slow", "warning", &[("db1", true)]);
        slow["alerts"][0]["labels"]["service"] = "Database".into();
        desk.alertmanager(&key, slow).await;
        // What is no more urgent than the cause is explained by it.
        let minor = severe("Load", "warning", &[("web2", true)]);
        desk.alertmanager(&key, minor).await;
        let grave = message("Errors", &[("web1", true)]);
        desk.alertmanager(&key, grave).await;
        desk.until_told(&[
            "T-1002 new P1 Checkout: Errors: web1 is full",
            "T-1001 new P3 Database: Slow: db1 is full",
        ])
        .await;
        // When it becomes worse, it is explained no more.
        let worse = message("Load", &[("web2", true)]);
        desk.alertmanager(&key, worse).await;
        desk.until_told(&[
            "T-1003 new P1 Checkout: Load: web2 is full",
            "T-1002 new P1 Checkout: Errors: web1 is full",
            "T-1001 new P3 Database: Slow: db1 is full",
        ])
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_cause_that_somebody_resolved_explains_nothing() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        desk.service(json!({"name": "Database", "squad": "Payments"}))
            .await;
        let path = format!("/api/v1/services/{}", desk.checkout);
        let service = json!({"name": "Checkout", "squad": "Payments", "causes": ["Database"]});
        put(&desk.lead, &path, service).await;
        let key = desk.key("alertmanager").await;
        let mut down = message("Down", &[("db1", true)]);
        down["alerts"][0]["labels"]["service"] = "Database".into();
        desk.alertmanager(&key, down).await;
        desk.alertmanager(&key, message("Errors", &[("web1", true)]))
            .await;
        assert_eq!(desk.tickets().await.len(), 1);
        // Its monitor was taken away and never says that it is over.
        let resolve = json!({"cause": "Retired", "how_known": "Looked", "change_needed": false});
        let path = "/api/v1/tickets/T-1001/resolve";
        let (status, answer) = desk.lead.json("POST", path, Some(resolve)).await;
        assert_eq!(status, 200, "{answer}");
        desk.server.desk.pass_minutes(1);
        desk.until_told(&[
            "T-1002 new P1 Checkout: Errors: web1 is full",
            "T-1001 resolved P1 Database: Down: db1 is full",
        ])
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_known_issue_explains_or_lets_people_sleep() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let issue = json!({"title": "The collector pauses", "description": "At 03:00.",
            "advice": "Wait.", "alerts": {"words": "GC db1", "service": "checkout", "sleep": true}});
        let made = made(&desk.lead, "/api/v1/known-issues", issue.clone()).await;
        let path = format!("/api/v1/known-issues/{}", super::text(&made["id"]));
        desk.alertmanager(&key, message("GC", &[("db1", true)])).await;
        assert_eq!(desk.told().await, Vec::<String>::new());
        let page = desk.ada.1.page("/alerts").await;
        assert!(page.contains("The collector pauses"), "{page}");
        // An alert of the same group that it does not explain wakes somebody.
        desk.alertmanager(&key, message("GC", &[("db1", true), ("db2", true)])).await;
        let title = "P1 Checkout: GC: db1 is full";
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);
        // Another group sleeps until the issue is only to be told of.
        desk.alertmanager(&key, message("Full GC", &[("old db1", true)])).await;
        assert_eq!(desk.tickets().await.len(), 1);
        let mut told = issue;
        told["alerts"]["sleep"] = false.into();
        put(&desk.lead, &path, told).await;
        desk.server.desk.pass_minutes(1);
        desk.until_told(&[
            "T-1002 new P1 Checkout: Full GC: old db1 is full",
            &format!("T-1001 new {title}"),
        ])
        .await;
        let page = desk.ada.1.page("/tickets/T-1002").await;
        let said = "It may be what is known: The collector pauses";
        assert!(page.contains(said), "{page}");
        let page = desk.ada.1.page("/known-issues").await;
        assert!(page.contains("Alerts with “GC db1” may be this"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_is_only_to_be_known_opens_no_ticket() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        desk.alertmanager(&key, severe("Cert", "info", &[("web1", true)]))
            .await;
        assert_eq!(desk.told().await, Vec::<String>::new());
        // It becomes worse.
        desk.alertmanager(&key, severe("Cert", "warning", &[("web2", true)]))
            .await;
        assert_eq!(
            desk.told().await,
            ["T-1001 new P3 Checkout: Cert: web1 is full"]
        );
    })
    .await;
}

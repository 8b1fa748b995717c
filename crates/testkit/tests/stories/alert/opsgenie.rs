//! Opsgenie's Alert API, as its documentation tells it.

use eider_testkit::{Client, on_both};
use serde_json::{Value, json};

use super::{Watched, text};

async fn send(client: &Client, key: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = client.request(method, path);
    let request = request.header("authorization", format!("GenieKey {key}"));
    let response = request.json(&body).send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

#[tokio::test]
async fn an_alert_is_created_acknowledged_and_closed() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("opsgenie").await;
        let sender = desk.server.nobody();
        let new = json!({
            "message": "An example alert message",
            "alias": "Life is too short for no alias",
            "description": "Every alert needs a description",
            "tags": ["OverwriteQuietHours", "Critical"],
            "details": {"key1": "value1"},
            "entity": "An example entity",
            "priority": "P1",
        });
        let (status, answer) = send(&sender, &key, "POST", "/v2/alerts", new).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(answer["result"], "Request will be processed");
        let request = text(&answer["requestId"]);
        let title = "P1 Checkout: An example alert message";
        assert_eq!(desk.told().await, [format!("T-1001 new {title}")]);

        let path = format!("/v2/alerts/requests/{request}");
        let (status, answer) = send(&sender, &key, "GET", &path, json!({})).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["data"]["isSuccess"], true);
        assert_eq!(answer["data"]["alias"], "Life is too short for no alias");
        let id = text(&answer["data"]["alertId"]);

        let alias = "Life%20is%20too%20short%20for%20no%20alias";
        let path = format!("/v2/alerts/{alias}/acknowledge?identifierType=alias");
        let (status, answer) = send(&sender, &key, "POST", &path, json!({})).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(desk.told().await, [format!("T-1001 acknowledged {title}")]);
        let path = format!("/v2/alerts/{id}/close");
        let (status, answer) = send(&sender, &key, "POST", &path, json!({})).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(desk.told().await, [format!("T-1001 resolved {title}")]);
        let path = format!("/v2/alerts/requests/{}", text(&answer["requestId"]));
        let (status, answer) = send(&sender, &key, "GET", &path, json!({})).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["data"]["action"], "Close");
        assert_eq!(answer["data"]["alertId"], id.as_str());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_as_opsgenie_says_it() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("opsgenie").await;
        let sender = desk.server.nobody();
        let post = async |key: &str, body| send(&sender, key, "POST", "/v2/alerts", body).await;
        let (status, answer) = post("nonsense", json!({"message": "a"})).await;
        assert_eq!(
            (status, &answer["message"]),
            (401, &json!("Could not authenticate"))
        );
        let (status, answer) = post(&key, json!({"priority": "P9"})).await;
        assert_eq!(status, 422, "{answer}");
        assert_eq!(answer["errors"]["message"], "Message can not be empty.");
        assert!(answer["errors"]["priority"].is_string(), "{answer}");
        let path = "/v2/alerts/requests/018f3a2e-0000-7000-8000-000000000001";
        let (status, _) = send(&sender, &key, "GET", path, json!({})).await;
        assert_eq!(status, 404);
        let path = "/v2/alerts/nothing/close?identifierType=alias";
        let (status, answer) = send(&sender, &key, "POST", path, json!({})).await;
        assert_eq!(status, 202, "{answer}");
        let path = format!("/v2/alerts/requests/{}", text(&answer["requestId"]));
        let (status, answer) = send(&sender, &key, "GET", &path, json!({})).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["data"]["isSuccess"], false);
        assert_eq!(answer["data"]["status"], "Alert does not exist");
        assert_eq!(desk.told().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_lost_for_what_an_alert_leaves_out() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("opsgenie").await;
        let sender = desk.server.nobody();
        let new = json!({"message": "Disk is full", "alias": null, "description": null,
            "details": null, "tags": null, "responders": null, "entity": null, "source": null,
            "priority": null});
        let (status, answer) = send(&sender, &key, "POST", "/v2/alerts", new).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(desk.told().await, ["T-1001 new P3 Checkout: Disk is full"]);
        let new = json!({"message": "Disk is full", "responders": [
            {"type": "team", "name": "Storage"}, {"type": "user", "username": "ben@example.com"}]});
        let (status, answer) = send(&sender, &key, "POST", "/v2/alerts", new).await;
        assert_eq!(status, 202, "{answer}");
        let page = desk.ada.1.page("/tickets/T-1002").await;
        let told = "Responders: team Storage, user ben@example.com";
        assert!(page.contains(told), "{page}");
    })
    .await;
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("opsgenie").await;
        let sender = desk.server.nobody();
        let ask = async |method: &str, path: &str, body| {
            let (status, answer) = send(&sender, &key, method, path, body).await;
            assert!(
                answer["took"].as_f64().is_some_and(|took| took >= 0.0),
                "{answer}"
            );
            assert!(!text(&answer["requestId"]).is_empty(), "{path}: {answer}");
            (status, answer)
        };
        let mut ids = Vec::new();
        for _ in 0..2 {
            let new = json!({"message": "Disk is full", "alias": "disk"});
            let (status, answer) = ask("POST", "/v2/alerts", new).await;
            assert_eq!(status, 202, "{answer}");
            ids.push(text(&answer["requestId"]));
        }
        let mut alerts = Vec::new();
        for id in &ids {
            let (status, answer) =
                ask("GET", &format!("/v2/alerts/requests/{id}"), json!({})).await;
            assert_eq!(status, 200, "{answer}");
            assert_eq!(answer["data"]["action"], "Create");
            assert_eq!(answer["data"]["alias"], "disk");
            assert_eq!(answer["requestId"], id.as_str());
            alerts.push(text(&answer["data"]["alertId"]));
        }
        assert_ne!(ids[0], ids[1]);
        assert_eq!(alerts[0], alerts[1], "it is one alert");

        let (status, refused) = ask("POST", "/v2/alerts", json!({"priority": "P9"})).await;
        assert_eq!(status, 422);
        let path = format!("/v2/alerts/requests/{}", text(&refused["requestId"]));
        assert_eq!(ask("GET", &path, json!({})).await.0, 404);
        let long = json!({"message": "Disk is full", "description": "a".repeat(513 * 1024)});
        let (status, answer) = ask("POST", "/v2/alerts", long).await;
        assert_eq!(status, 413);
        assert_eq!(answer["message"], "The body is longer than 512 KiB.");
        let (status, answer) = ask("POST", "/v2/alerts/disk/snooze", json!({})).await;
        assert_eq!(status, 404);
        assert_eq!(answer["message"], "There is nothing at this address.");
    })
    .await;
}

//! What is configured.

use eider_testkit::on_sqlite;
use insta::assert_json_snapshot;
use serde_json::json;

use super::{read, served};

#[tokio::test]
async fn the_configuration_can_be_read() {
    on_sqlite(async |database| {
        let (_server, client) = served(database).await;
        let priorities = read(&client, "/api/v1/priorities").await;
        assert_json_snapshot!(priorities["items"][0], @r#"
        {
          "calendar": null,
          "consequence": "Somebody drops everything now.",
          "examples": [
            "Customers cannot use the website or the app.",
            "Production is down.",
            "A security issue."
          ],
          "meaning": "Customers cannot use what we sell, or something is unsafe.",
          "name": "Business critical",
          "priority": "P1",
          "resolve_seconds": 3600,
          "respond_seconds": 900
        }
        "#);
        assert_eq!(
            read(&client, "/api/v1/me").await["email"],
            "ada@example.com"
        );
        assert_eq!(
            read(&client, "/api/v1/people").await["items"][0]["name"],
            "Ada"
        );
        assert_eq!(read(&client, "/api/v1/settings").await["currency"], "GBP");
        assert_eq!(
            read(&client, "/api/v1/glossary").await["items"][0]["key"],
            "crash"
        );
        for path in ["features", "squads", "known-issues", "calendars"] {
            let page = read(&client, &format!("/api/v1/{path}")).await;
            assert_eq!(page, json!({"items": [], "next_cursor": null}), "{path}");
        }
    })
    .await;
}

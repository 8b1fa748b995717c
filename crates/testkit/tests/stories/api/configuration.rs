//! What is configured.

use eider_domain::{access::Scope, person::Role};
use eider_testkit::{on_both, on_sqlite};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use super::{open, read, served};

#[tokio::test]
async fn the_configuration_can_be_read() {
    on_sqlite(async |database| {
        let (_server, client) = served(database).await;
        let priorities = read(&client, "/api/v1/priorities").await;
        assert_json_snapshot!(priorities["items"][0], @r#"
        {
          "calendar": null,
          "consequence": "It goes before everything else.",
          "examples": [
            "Customers cannot use the website or the app.",
            "Production is down.",
            "A security issue."
          ],
          "meaning": "Customers cannot use what we sell, or something is unsafe.",
          "name": "Business critical",
          "priority": "P1",
          "resolve_seconds": 3600,
          "respond_seconds": 900,
          "retired": false
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

#[tokio::test]
async fn the_desk_is_configured() {
    on_both(async |database| {
        let (server, client) = served(database).await;
        let send = async |method: &str, path: &str, body: Value| {
            let request = client
                .request(method, &format!("/api/v1/{path}"))
                .json(&body);
            let request = request.header("Idempotency-Key", "k");
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let answer: Value = response.json().await.unwrap();
            assert!((200..300).contains(&status), "{path}: {answer}");
            answer
        };
        let squad = json!({"name": "Payments", "rate_cents_per_hour": 9000});
        let made = send("POST", "squads", squad.clone()).await;
        // The same request again is the same squad, and no complaint about its name.
        assert_eq!(send("POST", "squads", squad).await, made);
        let calendar = json!({"name": "Office", "zone": "Europe/London",
            "weekly": {"monday": ["09:00-12:00", "13:00-17:00"]},
            "holidays": [{"date": "2026-12-25", "name": "Christmas Day"}]});
        let calendar = send("POST", "calendars", calendar).await;
        assert_eq!(
            calendar["weekly"]["monday"],
            json!(["09:00-12:00", "13:00-17:00"])
        );
        let feature = json!({"name": "Checkout", "squad": "payments", "platforms": ["web"],
            "links": [{"url": "https://example.com"}]});
        let feature = send("POST", "features", feature).await;
        assert_eq!(feature["squad"]["name"], "Payments");
        let path = format!("features/{}/retire", feature["id"].as_str().unwrap());
        assert_eq!(send("POST", &path, json!({})).await["retired"], true);
        let path = format!("features/{}/bring-back", feature["id"].as_str().unwrap());
        assert_eq!(send("POST", &path, json!({})).await["retired"], false);
        let issue = json!({"title": "Cards", "description": "Some fail", "advice": "Try again",
            "feature": "Checkout"});
        let issue = send("POST", "known-issues", issue).await;
        let path = format!("known-issues/{}", issue["id"].as_str().unwrap());
        let over = json!({"title": "Cards", "description": "They failed", "advice": "None",
            "over": true});
        assert_eq!(send("PUT", &path, over).await["over"], true);
        let priority = json!({"name": "Someday", "meaning": "It can wait long",
            "consequence": "Somebody looks", "respond_seconds": 86400, "resolve_seconds": 864000,
            "calendar": calendar["id"]});
        let priority = send("PUT", "priorities/P4", priority).await;
        assert_eq!(priority["calendar"]["name"], "Office");
        let retired = send("POST", "priorities/P4/retire", json!({})).await;
        assert_eq!(retired["retired"], true);
        let back = send("POST", "priorities/P4/bring-back", json!({})).await;
        assert_eq!(back["retired"], false);
        let settings = json!({"company": "Otter", "zone": "Europe/Paris", "currency": "EUR",
            "close_after_days": 3});
        assert_eq!(send("PUT", "settings", settings.clone()).await, settings);
        let words = json!({"items": [{"word": "Gone", "meaning": "It is not there."}]});
        assert_eq!(
            send("PUT", "glossary", words).await["items"][0]["key"],
            "gone"
        );

        let (grace, _) = server.desk.person("Grace", Role::Reporter).await;
        let path = |what: &str| format!("people/{}/{what}", grace.id);
        let role = json!({"role": "responder"});
        assert_eq!(send("PUT", &path("role"), role).await["role"], "responder");
        let squads = json!({"squads": ["Payments"]});
        let member = send("PUT", &path("squads"), squads).await;
        assert_eq!(member["squads"][0]["name"], "Payments");
        let hers = server.with_token(&grace, &[Scope::Read]).await;
        assert_eq!(read(&hers, "/api/v1/me").await["squads"], member["squads"]);
        assert_eq!(
            send("POST", &path("disable"), json!({})).await["standing"],
            "disabled"
        );
        assert_eq!(
            send("POST", &path("enable"), json!({})).await["standing"],
            "active"
        );
        let invited = json!({"email": "New@example.com", "role": "reporter"});
        let invited = send("POST", "invitations", invited).await;
        assert!(invited["link"].as_str().unwrap().contains("/welcome/"));
        let waiting = read(&client, "/api/v1/invitations").await;
        assert_eq!(waiting["items"][0]["email"], "new@example.com");
    })
    .await;
}

#[tokio::test]
async fn a_token_makes_another_and_withdraws_it() {
    on_both(async |database| {
        let (server, client) = served(database).await;
        let body = json!({"name": "Script", "scopes": ["read"], "expires_in_days": 30});
        let (status, made) = client.json("POST", "/api/v1/tokens", Some(body)).await;
        assert_eq!(status, 201, "{made}");
        let mut script = server.nobody();
        script.token = made["secret"].as_str().map(str::to_owned);
        assert_eq!(read(&script, "/api/v1/me").await["scopes"], json!(["read"]));
        let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
        let (status, _) = client.json("DELETE", &path, None).await;
        assert_eq!(status, 204);
        let (status, _) = script.json("GET", "/api/v1/me", None).await;
        assert_eq!(status, 401);
    })
    .await;
}

#[tokio::test]
async fn a_wash_up_is_written_and_followed_up() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let number = open(&client, "Login fails").await;
        let path = |what: &str| format!("/api/v1/tickets/{number}/{what}");
        let empty = read(&client, &path("wash-up")).await;
        assert_eq!(empty, json!({"written": null, "actions": []}));
        let body = json!({"what_happened": "A certificate ran out", "lessons": "Watch them"});
        let (status, wash_up) = client.json("PUT", &path("wash-up"), Some(body)).await;
        assert_eq!(
            (status, &wash_up["written"]["author"]["name"]),
            (200, &json!("Ada"))
        );
        let action = json!({"what": "Watch certificates", "owner": "me", "due_on": "2026-04-01"});
        let (status, wash_up) = client.json("POST", &path("actions"), Some(action)).await;
        assert_eq!(status, 201, "{wash_up}");
        let id = wash_up["actions"][0]["id"].as_str().unwrap();
        let done = path(&format!("actions/{id}/done"));
        let (status, wash_up) = client.json("POST", &done, None).await;
        assert_eq!(
            (status, &wash_up["actions"][0]["done"]),
            (200, &json!(true))
        );
    })
    .await;
}

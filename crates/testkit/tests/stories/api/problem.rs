//! What the API says when it says no.

use eider_domain::{access::Scope, person::Role};
use eider_testkit::on_sqlite;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use super::{open, served};

#[tokio::test]
async fn what_the_rules_refuse_is_told_in_a_sentence() {
    on_sqlite(async |database| {
        let (server, client) = served(database).await;
        let number = open(&client, "Login fails").await;
        let confirm = format!("/api/v1/tickets/{number}/confirm");
        let (status, problem) = client.json("POST", &confirm, None).await;
        assert_eq!(status, 409);
        assert_json_snapshot!(problem, @r#"
        {
          "detail": "T-1001 is new, so it cannot be confirmed. It can be confirmed once it is resolved.",
          "status": 409,
          "title": "Conflict",
          "type": "about:blank"
        }
        "#);
        let (viewer, _) = server.desk.person("Vera", Role::Viewer).await;
        let viewer = server.with_token(&viewer, &Scope::ALL).await;
        let body = json!({"title": "Login fails", "what": "It does"});
        let (status, problem) = viewer.json("POST", "/api/v1/tickets", Some(body)).await;
        assert_eq!(status, 403);
        assert_eq!(
            problem["detail"],
            "This needs the role reporter. An administrator can give it to you."
        );
        let (ada, _) = server.desk.person("Ada2", Role::Administrator).await;
        let reader = server.with_token(&ada, &[Scope::Read]).await;
        let (status, problem) = reader.json("POST", &confirm, None).await;
        assert_eq!(status, 403);
        assert_eq!(
            problem["detail"],
            "This token is not good for that: it needs the scope write. Make a token that has it."
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_in_a_sentence() {
    on_sqlite(async |database| {
        let (server, client) = served(database).await;
        let number = open(&client, "Login fails").await;
        let mut told = Vec::new();
        let mut post = async |path: &str, kind: &str, body: &'static str| {
            let request = client.request("POST", path).header("content-type", kind);
            let response = request.body(body).send().await.unwrap();
            let kind = response.headers()["content-type"].to_str().unwrap();
            assert_eq!(kind, "application/problem+json");
            let problem: Value = response.json().await.unwrap();
            told.push(format!(
                "{} {}",
                problem["status"],
                problem["detail"].as_str().unwrap()
            ));
        };
        let tickets = "/api/v1/tickets";
        post(tickets, "text/plain", "hello").await;
        post(tickets, "application/json", "{\"title\"").await;
        post(tickets, "application/json", r#"{"title": "a"}"#).await;
        post(tickets, "application/json", r#"{"title": "a", "wat": 1}"#).await;
        post(
            tickets,
            "application/json",
            r#"{"title": "a", "what": "b", "priority": "high"}"#,
        )
        .await;
        post(
            tickets,
            "application/json",
            r#"{"title": " ", "what": "", "links": ["ftp:"]}"#,
        )
        .await;
        let time = format!("/api/v1/tickets/{number}/time");
        post(&time, "application/json", r#"{"seconds": 60.5}"#).await;
        for path in [
            "/api/v1/tickets?limit=many",
            "/api/v1/tickets?limit=1000",
            "/api/v1/tickets?statuss=new",
            "/api/v1/tickets?status=new,old",
            "/api/v1/tickets?feature=Teleport",
            "/api/v1/tickets?owner=nobody",
            "/api/v1/tickets/seven",
            "/api/v1/tickets/T-9999",
            "/api/v1/messages/seven",
            "/api/v1/nothing",
        ] {
            let (_, problem) = client.json("GET", path, None).await;
            told.push(format!(
                "{} {}",
                problem["status"],
                problem["detail"].as_str().unwrap()
            ));
        }
        let (_, problem) = server.nobody().json("GET", tickets, None).await;
        told.push(format!(
            "{} {}",
            problem["status"],
            problem["detail"].as_str().unwrap()
        ));
        insta::assert_snapshot!(told.join("\n"), @r"
        415 Send the body as JSON, with “Content-Type: application/json”.
        400 The body cannot be read: EOF while parsing an object at line 1 column 8. The description of the API is at /api/openapi.json.
        400 The body cannot be read: missing field `what` at line 1 column 14. The description of the API is at /api/openapi.json.
        400 The body cannot be read: wat: unknown field `wat`, expected one of `title`, `what`, `expected`, `word`, `priority`, `feature`, `tried`, `network`, `noticed`, `people_affected`, `since`, `steps`, `links` at line 1 column 20. The description of the API is at /api/openapi.json.
        400 The body cannot be read: priority: a priority looks like P2 at line 1 column 47. The description of the API is at /api/openapi.json.
        422 The title is empty. Write a few words. What happened is empty. Write a few words. “ftp:” is not a web address. Write it with https:// at the front.
        400 The body cannot be read: seconds: 60.5 is not a whole number that can be kept at line 1 column 17. The description of the API is at /api/openapi.json.
        400 The query cannot be read: limit: invalid digit found in string.
        400 “limit” is how many things a page has: a number from 1 to 200.
        400 The query cannot be read: statuss: unknown field `statuss`, expected one of `status`, `open`, `late`, `priority`, `feature`, `squad`, `owner`, `reporter`, `due_before`, `opened_from`, `opened_to`, `text`, `order`, `limit`, `cursor`.
        400 The query cannot be read: status: unknown variant `old`, expected one of `new`, `acknowledged`, `in_progress`, `waiting_for_reporter`, `resolved`, `closed`, `reopened`, `merged`.
        422 There is no feature “Teleport”. GET /api/v1/features lists them.
        422 There is nobody with this id or address. Write an address like ada@example.com, an id, or “me”.
        400 The address cannot be read: “seven” is not a ticket number. Ticket numbers look like T-1042.
        404 T-9999 is not here. It may have been mistyped.
        400 The address cannot be read: Cannot parse `id` with value `seven`: UUID parsing failed: invalid character: found `s` at 0.
        404 There is no page at this address. It may have been mistyped or moved.
        401 Sign in first, or send a token that is good: “Authorization: Bearer …”. Tokens are made in the profile, or with “eider token create”.
        ");
    })
    .await;
}

#[tokio::test]
async fn a_method_that_is_not_known_is_answered_with_those_that_are() {
    on_sqlite(async |database| {
        let (_server, client) = served(database).await;
        let response = client
            .request("PUT", "/api/v1/tickets")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "GET,HEAD,POST");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    })
    .await;
}

//! Tickets from the first question to the last word.

use eider_domain::person::Role;
use eider_testkit::on_both;
use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};

use super::{ask, open, read, served};

#[tokio::test]
async fn a_ticket_is_opened_and_read() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let body = json!({
            "title": "Login fails",
            "what": "The page stays white",
            "priority": "P2",
            "word": "frozen",
            "tried": [{"platform": "web", "works": false}],
            "noticed": "customer_call",
            "people_affected": 12.0,
            "since": "2026-03-02T08:30:00+00:00",
            "links": ["https://example.com/login"],
        });
        let request = client.request("POST", "/api/v1/tickets").json(&body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 201);
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(location, "/api/v1/tickets/T-1001");
        let opened: Value = response.json().await.unwrap();
        allow_duplicates! {
        assert_json_snapshot!(opened, {".id" => "[id]", ".reporter.id" => "[id]"}, @r#"
        {
          "acknowledged_at": null,
          "changed_at": "2026-03-02T09:00:00Z",
          "closed_at": null,
          "cost": {
            "elapsed_seconds": 0,
            "hand_offs": 0,
            "hands_on_seconds": 0,
            "people": 1,
            "ping_pong": 0,
            "reopened": 0,
            "replies": 0,
            "unowned_seconds": 0
          },
          "feature": null,
          "hats": {
            "communicating": null,
            "diagnosing": null
          },
          "id": "[id]",
          "joined": 0,
          "last_update": null,
          "merged_into": null,
          "next_update_at": null,
          "number": "T-1001",
          "opened_at": "2026-03-02T09:00:00Z",
          "owner": null,
          "priority": "P2",
          "report": {
            "expected": null,
            "links": [
              "https://example.com/login"
            ],
            "network": null,
            "noticed": "customer_call",
            "people_affected": 12,
            "since": "2026-03-02T08:30:00Z",
            "steps": null,
            "tried": [
              {
                "platform": "web",
                "works": false
              }
            ],
            "what": "The page stays white",
            "word": "frozen"
          },
          "reporter": {
            "id": "[id]",
            "name": "Ada"
          },
          "resolution": null,
          "resolve": {
            "breached_at": null,
            "difference_seconds": null,
            "due_at": "2026-03-02T12:00:00Z",
            "elapsed_seconds": 0,
            "phase": "running",
            "remaining_seconds": 10800,
            "state": "calm"
          },
          "resolved_at": null,
          "respond": {
            "breached_at": null,
            "difference_seconds": null,
            "due_at": "2026-03-02T10:00:00Z",
            "elapsed_seconds": 0,
            "phase": "running",
            "remaining_seconds": 3600,
            "state": "calm"
          },
          "squad": null,
          "status": "new",
          "title": "Login fails"
        }
        "#);
        }
        assert_eq!(read(&client, &location).await, opened);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_lives_its_whole_life() {
    on_both(async |database| {
        let (server, client) = served(database).await;
        let (grace, _) = server.desk.person("Grace", Role::Responder).await;
        let other = open(&client, "Login is broken").await;
        let number = open(&client, "Login fails").await;
        let path = |what: &str| format!("/api/v1/tickets/{number}/{what}");
        let mut told = Vec::new();
        let mut go = async |what: &str, body: Value| {
            let ticket = ask(&client, &path(what), body).await;
            let owner = ticket["owner"]["name"].as_str().unwrap_or("-");
            told.push(format!(
                "{what}: {} {} {owner}",
                ticket["status"].as_str().unwrap(),
                ticket["priority"].as_str().unwrap(),
            ));
        };
        go("acknowledge", json!({})).await;
        go("take", json!({})).await;
        go("release", json!({})).await;
        go("assign", json!({"owner": grace.email})).await;
        go("assign", json!({"owner": "me"})).await;
        go("priority", json!({"priority": "P1", "reason": "Everybody"})).await;
        go("title", json!({"title": "Nobody can log in"})).await;
        go("time", json!({"seconds": 600})).await;
        go("follow", json!({})).await;
        go("unfollow", json!({})).await;
        go("wait", json!({"question": "Which browser?"})).await;
        go("resume", json!({})).await;
        let resolution = json!({"cause": "A certificate ran out", "how_known": "We logged in",
            "change_needed": true, "change_reference": "deploy 7"});
        go("resolve", resolution).await;
        go("reopen", json!({"why": "Not on phones"})).await;
        go("start", json!({})).await;
        let resolution = json!({"cause": "A cache", "how_known": "Three phones",
            "change_needed": false});
        go("resolve", resolution).await;
        go("confirm", json!({})).await;
        assert_eq!(
            told,
            [
                "acknowledge: acknowledged P3 -",
                "take: acknowledged P3 Ada",
                "release: acknowledged P3 -",
                "assign: acknowledged P3 Grace",
                "assign: acknowledged P3 Ada",
                "priority: acknowledged P1 Ada",
                "title: acknowledged P1 Ada",
                "time: acknowledged P1 Ada",
                "follow: acknowledged P1 Ada",
                "unfollow: acknowledged P1 Ada",
                "wait: waiting_for_reporter P1 Ada",
                "resume: in_progress P1 Ada",
                "resolve: resolved P1 Ada",
                "reopen: reopened P1 Ada",
                "start: in_progress P1 Ada",
                "resolve: resolved P1 Ada",
                "confirm: closed P1 Ada",
            ]
        );
        let merged = format!("/api/v1/tickets/{other}/merge");
        let merged = ask(&client, &merged, json!({"into": number})).await;
        assert_eq!(merged["status"], "merged");
        assert_eq!(merged["merged_into"], json!(number));
    })
    .await;
}

#[tokio::test]
async fn pages_of_tickets_cover_all_of_them_once() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let mut wanted = Vec::new();
        for index in 0..7 {
            wanted.push(open(&client, &format!("Ticket {index}")).await);
        }
        wanted.reverse();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = read(&client, &format!("/api/v1/tickets?limit=3{cursor}")).await;
            for ticket in page["items"].as_array().unwrap() {
                seen.push(ticket["number"].as_str().unwrap().to_owned());
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, wanted);
    })
    .await;
}

#[tokio::test]
async fn tickets_are_listed_by_what_is_true_of_them() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let printer = open(&client, "The printer smokes").await;
        let login = open(&client, "Login fails").await;
        ask(&client, &format!("/api/v1/tickets/{login}/take"), json!({})).await;
        ask(
            &client,
            &format!("/api/v1/tickets/{printer}/priority"),
            json!({"priority": "P1"}),
        )
        .await;
        let list = async |query: &str| {
            let page = read(&client, &format!("/api/v1/tickets?{query}")).await;
            let items = page["items"].as_array().unwrap().clone();
            let numbers = items
                .iter()
                .map(|item| item["number"].as_str().unwrap().to_owned());
            numbers.collect::<Vec<_>>()
        };
        assert_eq!(list("owner=none").await, std::slice::from_ref(&printer));
        assert_eq!(list("owner=me").await, std::slice::from_ref(&login));
        assert_eq!(list("priority=P1,P2").await, std::slice::from_ref(&printer));
        assert_eq!(list("status=new").await, std::slice::from_ref(&printer));
        assert_eq!(list("text=printer").await, std::slice::from_ref(&printer));
        assert_eq!(
            list("order=urgency").await,
            [printer.clone(), login.clone()]
        );
        assert_eq!(list("open=false").await, Vec::<String>::new());
        assert_eq!(list("reporter=me&open=true").await, [login, printer]);
    })
    .await;
}

#[tokio::test]
async fn a_known_issue_is_linked_by_whoever_resolves() {
    on_both(async |database| {
        let (server, client) = served(database).await;
        let issue = json!({"title": "The collector pauses", "description": "It waits for the bank",
            "advice": "It recovers by itself"});
        let (status, issue) = client
            .json("POST", "/api/v1/known-issues", Some(issue))
            .await;
        assert_eq!(status, 201, "{issue}");
        let number = open(&client, "Nothing is collected").await;
        let path = format!("/api/v1/tickets/{number}");
        let resolve = format!("{path}/resolve");
        let resolution = |issue: &Value| {
            json!({"cause": "The bank was late", "how_known": "It collects",
                "change_needed": false, "known_issue": issue})
        };
        let nobodys = json!("00000000-0000-7000-8000-000000000000");
        let (status, refused) = client
            .json("POST", &resolve, Some(resolution(&nobodys)))
            .await;
        assert_eq!(status, 422, "{refused}");
        assert!(refused.to_string().contains("known_issue"), "{refused}");
        ask(&client, &resolve, resolution(&issue["id"])).await;
        let told = read(&client, &path).await;
        let linked = json!({"id": issue["id"], "name": "The collector pauses"});
        assert_eq!(told["resolution"]["known_issue"], linked);

        let (_, ada) = server.signed_in("Ben Buddy", Role::Responder).await;
        let shown = ada.page(&format!("/tickets/{number}")).await;
        assert!(shown.contains("Known issue"), "{shown}");
        let other = open(&client, "Nothing is collected again").await;
        let page = format!("/tickets/{other}/resolve");
        let id = issue["id"].as_str().unwrap();
        assert!(ada.page(&page).await.contains(id), "it can be chosen");
        let form = [
            ("cause", "The bank was late"),
            ("how_known", "It collects"),
            ("change", "no"),
            ("known_issue", id),
        ];
        assert_eq!(ada.post_form(&page, &form).await.status(), 303);
        let told = read(&client, &format!("/api/v1/tickets/{other}")).await;
        assert_eq!(told["resolution"]["known_issue"], linked);
    })
    .await;
}

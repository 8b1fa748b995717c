//! The pages and the API by which Slack is connected, and the page behind a private link.

use eider_app::slack::{self as app, Found};
use eider_domain::person::Role;
use eider_store::slack::{
    person::{self, SlackKind, SlackPerson},
    workspace::{self, Workspace},
};
use eider_testkit::{TestServer, at, on_both};
use serde_json::json;

const MONDAY: &str = "2026-03-02T09:00:00Z";
const PAGE: &str = "/settings/slack";

/// A workspace that is connected, with one channel that Eider is in.
async fn connected(server: &TestServer) {
    let eider = &server.desk.eider;
    let workspace = Workspace {
        team_id: "T1".into(),
        name: "Acme".into(),
        app_id: "A1".into(),
        bot_user_id: "U1".into(),
        bot_id: "B1".into(),
        token: eider.seal("xoxb-of-acme").unwrap(),
        refresh_token: None,
        token_expires_at: None,
        connected_at: eider.now(),
        trouble: None,
    };
    let mut tx = server.desk.db().write().await.unwrap();
    workspace::put(&mut tx, &workspace).await.unwrap();
    tx.commit().await.unwrap();
    let found = Found {
        channel_id: "C1".into(),
        name: "support".into(),
        is_private: true,
    };
    app::found(eider, "T1", vec![found]).await.unwrap();
}

#[tokio::test]
async fn an_administrator_is_led_through_and_no_secret_comes_back() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let (_, lead) = server.signed_in("Leo Lead", Role::Lead).await;
        assert_eq!(lead.get(PAGE).await.status(), 403);
        assert!(admin.page("/settings").await.contains(PAGE));
        let page = admin.page(PAGE).await;
        for wanted in [
            "/slack/manifest.yaml",
            "No workspace is connected yet",
            "/invite @Eider",
        ] {
            assert!(page.contains(wanted), "{wanted}");
        }

        let token = "/settings/slack/token";
        let wrong = admin
            .post_form(token, &[("bot_token", "xapp-1-wrong")])
            .await;
        assert_eq!(wrong.status(), 422);
        let wrong = wrong.text().await.unwrap();
        assert!(wrong.contains("field-bot_token-error") && !wrong.contains("xapp-1-wrong"));
        let right = admin.post_form(token, &[("bot_token", "xoxb-right")]).await;
        assert_eq!(right.status(), 303);
        assert!(admin.page(PAGE).await.contains("Slack is being asked"));

        let fields = [
            ("wire", "socket"),
            ("app_token", "xapp-1-kept"),
            ("command", "/help"),
            ("habits", "nudges"),
            ("digest_at", ""),
        ];
        assert_eq!(admin.post_form(PAGE, &fields).await.status(), 303);
        let page = admin.page(PAGE).await;
        assert!(page.contains("One is kept") && page.contains("value=\"/help\""));
        assert!(!page.contains("xapp-1-kept") && !page.contains("xoxb-right"));
        let bad = [
            ("wire", "socket"),
            ("command", "no slash"),
            ("app_token", "xoxb-1"),
        ];
        let bad = admin.post_form(PAGE, &bad).await;
        assert_eq!(bad.status(), 422);
        assert!(bad.text().await.unwrap().contains("field-app_token-error"));
    })
    .await;
}

#[tokio::test]
async fn channels_are_chosen_for_everybody_and_taken_back() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        connected(&server).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let page = admin.page(PAGE).await;
        assert!(page.contains("#support, private"), "{page}");
        let channels = "/settings/slack/channels";
        let elsewhere = admin.post_form(channels, &[("channel", "T1 C9")]).await;
        assert_eq!(elsewhere.status(), 422);
        let placed = admin.post_form(channels, &[("channel", "T1 C1")]).await;
        assert_eq!(placed.status(), 303);
        assert!(admin.page(PAGE).await.contains("Remove #support"));
        app::found(&server.desk.eider, "T1", Vec::new())
            .await
            .unwrap();
        assert!(admin.page(PAGE).await.contains("Eider is not in #support"));
        let gone = [("team", "T1"), ("channel", "C1")];
        let removed = admin
            .post_form("/settings/slack/channels/remove", &gone)
            .await;
        assert_eq!(removed.status(), 303);
        assert!(!admin.page(PAGE).await.contains("Remove #support"));
        let look = admin
            .post_form("/settings/slack/look", &[("team", "T1")])
            .await;
        assert_eq!(look.status(), 303);
        // Without the secrets of OAuth there is nothing to begin.
        let install = admin.post_form("/settings/slack/install", &[]).await;
        assert_eq!(install.status(), 422);
    })
    .await;
}

#[tokio::test]
async fn a_program_connects_it_too() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        connected(&server).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let body = json!({"wire": "http", "signing_secret": "0123abcd", "command": "/support",
            "nudges": true, "members_may_ask": false, "client_id": "1.2", "client_secret": "ab"});
        let (status, told) = admin.json("PUT", "/api/v1/slack", Some(body)).await;
        assert_eq!(status, 200, "{told}");
        assert_eq!(told["has_signing_secret"], true);
        assert_eq!(told["workspaces"][0]["found"][0]["name"], "support");
        assert!(!told.to_string().contains("0123abcd"));
        let token = Some(json!({"bot_token": "xoxb-1"}));
        let (status, told) = admin.json("PUT", "/api/v1/slack/token", token).await;
        assert_eq!((status, &told["is_connecting"]), (200, &json!(true)));
        let one = "/api/v1/slack/channels/T1/C1";
        let (status, told) = admin.json("PUT", one, Some(json!({}))).await;
        assert_eq!(
            (status, &told["channels"][0]["name"]),
            (200, &json!("support"))
        );
        assert_eq!(admin.json("DELETE", one, None).await.0, 204);
        let begun = admin.post_form("/settings/slack/install", &[]).await;
        let page = begun.text().await.unwrap();
        assert!(page.contains("href=\"/slack/install?state="), "{page}");
        let (_, lead) = server.signed_in("Leo Lead", Role::Lead).await;
        assert_eq!(lead.json("GET", "/api/v1/slack", None).await.0, 403);
    })
    .await;
}

#[tokio::test]
async fn a_private_link_connects_whoever_presses_its_button() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        connected(&server).await;
        let eider = &server.desk.eider;
        let met = SlackPerson {
            team_id: "T1".into(),
            user_id: "U7".into(),
            person: None,
            name: "Grace in Slack".into(),
            email: None,
            zone: None,
            kind: SlackKind::Member,
            looked_up_at: eider.now(),
            nudged_at: None,
        };
        let mut tx = server.desk.db().write().await.unwrap();
        person::put(&mut tx, &met).await.unwrap();
        tx.commit().await.unwrap();
        let secret = app::offer_link(eider, "T1", "U7", None).await.unwrap();
        let path = app::link_address(&secret);
        let away = server.nobody().get(&path).await;
        assert_eq!(away.status(), 303, "they sign in first");

        let (grace, client) = server.signed_in("Grace Hopper", Role::Reporter).await;
        let page = client.page(&path).await;
        assert!(page.contains("Grace in Slack") && page.contains("Both are me"));
        let who = async || {
            let mut tx = server.desk.db().read().await.unwrap();
            let met = person::by_id(&mut tx, "T1", "U7").await.unwrap();
            met.unwrap().person
        };
        assert_eq!(who().await, None, "looking does nothing");
        assert_eq!(client.post_form(&path, &[]).await.status(), 303);
        assert_eq!(who().await, Some(grace.id));
        let again = client.get(&path).await;
        assert_eq!(again.status(), 404);
        assert!(again.text().await.unwrap().contains("This link has ended"));
        assert_eq!(client.post_form(&path, &[]).await.status(), 404);
    })
    .await;
}

#[tokio::test]
async fn a_workspace_is_disconnected_after_a_question_and_its_tokens_are_forgotten() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MONDAY)).await;
        connected(&server).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let (_, lead) = server.signed_in("Leo Lead", Role::Lead).await;
        let path = "/settings/slack/workspaces/T1/disconnect";
        assert!(admin.page(PAGE).await.contains(path));
        assert_eq!(lead.post_form(path, &[]).await.status(), 403);
        assert!(admin.page(path).await.contains("Disconnect Acme?"));
        assert!(
            admin.page(PAGE).await.contains("Disconnect Acme"),
            "looking does nothing"
        );
        assert_eq!(admin.post_form(path, &[]).await.status(), 303);
        let page = admin.page(PAGE).await;
        assert!(page.contains("No workspace is connected yet"), "{page}");
        assert_eq!(admin.get(path).await.status(), 404);
        assert_eq!(
            app::sealed(server.desk.db()).await.unwrap(),
            Vec::<String>::new()
        );
        let one = "/api/v1/slack/workspaces/T1";
        assert_eq!(admin.json("DELETE", one, None).await.0, 404);
        connected(&server).await;
        assert_eq!(admin.json("DELETE", one, None).await.0, 204);
        assert_eq!(
            admin
                .json("DELETE", "/api/v1/slack/workspaces/%20", None)
                .await
                .0,
            404
        );
    })
    .await;
}

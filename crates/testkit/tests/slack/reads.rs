//! Methods that only read: pages, scopes, tokens.

use jiff::SignedDuration;
use serde_json::json;

use crate::stand_in::{Desk, card};

#[tokio::test]
async fn reads_take_forms_and_give_pages() {
    let desk = Desk::new().await;
    let ada = desk
        .slack
        .person("Ada Lovelace", "Ada@example.com")
        .zone("America/New_York")
        .await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    let posted = desk.call("chat.postMessage", card(&channel.id)).await;
    let ts = posted["ts"].as_str().unwrap();
    for number in 1..=5 {
        desk.slack
            .says(&ada, &channel, Some(ts), &format!("reply {number}"))
            .await;
    }
    let mut cursor = String::new();
    let mut seen = Vec::new();
    loop {
        let page = [
            ("channel", &*channel.id),
            ("ts", ts),
            ("limit", "2"),
            ("cursor", &cursor),
        ];
        let answer = desk.read("conversations.replies", &page).await;
        let messages = answer["messages"].as_array().unwrap();
        seen.extend(
            messages
                .iter()
                .map(|one| one["text"].as_str().unwrap().to_owned()),
        );
        cursor = answer["response_metadata"]["next_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 6);
    assert_eq!(seen[5], "reply 5");

    let found = desk
        .read("users.lookupByEmail", &[("email", "ada@example.com")])
        .await;
    assert_eq!(found["user"]["id"], ada.id);
    assert_eq!(found["user"]["tz"], "America/New_York");
    assert_eq!(found["user"]["tz_offset"], -5 * 3600);
    let missing = desk
        .read("users.lookupByEmail", &[("email", "eve@example.com")])
        .await;
    assert_eq!(missing["error"], "users_not_found");
    let members = desk
        .read("conversations.members", &[("channel", &channel.id)])
        .await;
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
    desk.slack.assert_no_violations();

    // Slack takes no JSON here, whatever it says of other methods.
    let answer = desk.call("users.info", json!({"user": ada.id})).await;
    assert_eq!(answer["error"], "invalid_arguments");
    let unknown = json!({"channel": channel.id, "text": "x", "colour": "red"});
    assert_eq!(
        desk.call("chat.postMessage", unknown).await["error"],
        "invalid_arguments"
    );
    assert_eq!(
        desk.call("chat.shout", json!({})).await["error"],
        "unknown_method"
    );
    assert_eq!(desk.slack.violations().len(), 3);
}

#[tokio::test]
async fn tokens_and_scopes_are_checked() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    let token = desk.slack.bot_token();
    desk.slack.set_scopes(&["channels:read"]);
    let answer = desk.call("chat.postMessage", card(&channel.id)).await;
    assert_eq!(answer["error"], "missing_scope");
    assert_eq!(answer["needed"], "chat:write");
    assert_eq!(answer["provided"], "channels:read");

    let response = desk.send("auth.test", json!({})).await.unwrap();
    assert_eq!(response.headers()["x-oauth-scopes"], "channels:read");
    assert_eq!(response.headers()["date"], "Mon, 02 Mar 2026 09:00:00 GMT");
    desk.slack.runs_ahead(400);
    let response = desk.send("auth.test", json!({})).await.unwrap();
    assert_eq!(response.headers()["date"], "Mon, 02 Mar 2026 09:06:40 GMT");

    let with = async |token: &str, method: &str| {
        let url = format!("{}/{method}", desk.slack.api_url());
        let request = desk.http.post(url).bearer_auth(token).json(&json!({}));
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        answer["error"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(with(&token, "auth.test").await, "");
    assert_eq!(with("xoxb-wrong", "auth.test").await, "invalid_auth");
    assert_eq!(
        with(&desk.slack.app_token(), "auth.test").await,
        "not_allowed_token_type"
    );
    assert_eq!(
        with(&token, "apps.connections.open").await,
        "not_allowed_token_type"
    );
    desk.slack.revokes_tokens().await;
    assert_eq!(with(&token, "auth.test").await, "token_revoked");
    assert_eq!(desk.last("events")["event"]["type"], "tokens_revoked");
    desk.slack.uninstalls().await;
    assert_eq!(with(&token, "auth.test").await, "account_inactive");
}

#[tokio::test]
async fn tokens_expire_and_are_renewed_once() {
    let desk = Desk::new().await;
    let (_, refresh) = desk.slack.rotates_tokens();
    let old = desk.slack.bot_token();
    let (id, secret) = desk.slack.client();
    let renew = async |refresh: &str| {
        let form = [
            ("client_id", id.as_str()),
            ("client_secret", &secret),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
        ];
        let url = format!("{}/oauth.v2.access", desk.slack.api_url());
        let answer = desk.http.post(url).form(&form).send().await.unwrap();
        answer.json::<serde_json::Value>().await.unwrap()
    };
    desk.clock
        .set(desk.clock.now() + SignedDuration::from_secs(43_200));
    let url = format!("{}/auth.test", desk.slack.api_url());
    let answer = desk.http.post(url).bearer_auth(&old).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("token_expired"));
    let new = renew(&refresh).await;
    assert_eq!(new["expires_in"], 43_200);
    assert_eq!(new["access_token"], desk.slack.bot_token());
    assert_eq!(renew(&refresh).await["error"], "invalid_refresh_token");
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let desk = Desk::new().await;
    let other = desk.slack.another_workspace("Globex");
    let eve = other.person("Eve", "eve@globex.example").await;
    let code = other.installs(&eve);
    let (id, secret) = desk.slack.client();
    let form = [
        ("client_id", id.as_str()),
        ("client_secret", &secret),
        ("code", &code),
    ];
    let granted = desk.read("oauth.v2.access", &form).await;
    assert_eq!(granted["team"]["name"], "Globex");
    assert_eq!(granted["bot_user_id"], other.bot_user());
    assert_eq!(
        desk.read("oauth.v2.access", &form).await["error"],
        "code_already_used"
    );
    // Slack takes id and secret of the client in the header too.
    let url = format!("{}/oauth.v2.access", desk.slack.api_url());
    let request = desk.http.post(url).basic_auth(&id, Some(&secret));
    let answer = request
        .form(&[("code", other.installs(&eve))])
        .send()
        .await
        .unwrap();
    assert!(answer.text().await.unwrap().contains("Globex"));
    // A token of one workspace knows nothing of another.
    let channel = other.channel("support").await;
    let answer = desk.call("chat.postMessage", card(&channel.id)).await;
    assert_eq!(answer["error"], "channel_not_found");
}

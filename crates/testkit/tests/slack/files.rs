//! Files: shared by people, uploaded by the app.

use serde_json::{Value, json};

use crate::stand_in::Desk;

#[tokio::test]
async fn a_file_is_fetched_with_a_token_only() {
    let desk = Desk::new().await;
    let ada = desk.slack.person("Ada", "ada@example.com").await;
    let channel = desk.slack.channel("support").with(&[&ada]).await;
    let file = ("error.png", b"\x89PNG".as_slice());
    desk.slack
        .shares_file(&ada, &channel, None, file, "Look")
        .await;
    let event = desk.last("events")["event"].clone();
    assert_eq!(event["subtype"], "file_share");
    assert_eq!(event["files"][0]["mimetype"], "image/png");
    let url = event["files"][0]["url_private"].as_str().unwrap();
    let page = desk.http.get(url).send().await.unwrap();
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let token = desk.slack.bot_token();
    let bytes = desk
        .http
        .get(url)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(&bytes[..], b"\x89PNG");
    let id = event["files"][0]["id"].as_str().unwrap();
    assert_eq!(
        desk.read("files.info", &[("file", id)]).await["file"]["name"],
        "error.png"
    );
}

#[tokio::test]
async fn an_upload_has_the_length_that_was_announced() {
    let desk = Desk::new().await;
    let channel = desk.slack.channel("support").await;
    let announce = [("filename", "log.txt"), ("length", "5")];
    let got = desk.read("files.getUploadURLExternal", &announce).await;
    let url = got["upload_url"].as_str().unwrap();
    let post = async |body: &'static str| {
        desk.http
            .post(url)
            .body(body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    let complete = json!({"files": [{"id": got["file_id"]}], "channel_id": channel.id});
    let early: Value = desk
        .call("files.completeUploadExternal", complete.clone())
        .await;
    assert_eq!(early["error"], "file_not_found");
    assert_eq!(post("too long").await, 400);
    assert_eq!(post("lines").await, 200);
    let done = desk.call("files.completeUploadExternal", complete).await;
    assert_eq!(done["ok"], true);
    assert_eq!(desk.slack.messages(&channel)[0].files[0]["name"], "log.txt");
    assert_eq!(desk.slack.violations().len(), 1);
}

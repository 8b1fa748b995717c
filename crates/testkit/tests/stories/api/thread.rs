//! Messages and files.

use eider_testkit::on_both;
use serde_json::{Value, json};

use super::{open, read, served};

#[tokio::test]
async fn a_thread_is_written_corrected_and_taken_back() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let number = open(&client, "Login fails").await;
        let thread = format!("/api/v1/tickets/{number}/messages");
        let body = json!({"body": "Which *browser*?"});
        let (status, message) = client.json("POST", &thread, Some(body)).await;
        assert_eq!(status, 201);
        assert_eq!(message["author"]["name"], "Ada");
        let one = format!("/api/v1/messages/{}", message["id"].as_str().unwrap());
        let body = json!({"body": "Which browser, please?"});
        let (status, message) = client.json("PATCH", &one, Some(body)).await;
        assert_eq!(
            (status, &message["body"]),
            (200, &json!("Which browser, please?"))
        );
        assert_eq!(read(&client, &one).await, message);
        assert_eq!(read(&client, &thread).await["items"], json!([message]));
        let (status, _) = client.json("DELETE", &one, None).await;
        assert_eq!(status, 204);
        let (status, _) = client.json("GET", &one, None).await;
        assert_eq!(status, 404);
        let facts = read(&client, &format!("/api/v1/tickets/{number}/facts")).await;
        let kinds: Vec<_> = facts["items"].as_array().unwrap().iter().collect();
        let kinds: Vec<_> = kinds
            .iter()
            .map(|fact| fact["kind"].as_str().unwrap())
            .collect();
        assert!(
            kinds.ends_with(&["replied", "reply_edited", "reply_withdrawn"]),
            "{kinds:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let number = open(&client, "Login fails").await;
        let files = format!("/api/v1/tickets/{number}/attachments");
        let content: Vec<u8> = (0..=255).collect();
        let send = async || {
            let part = reqwest::multipart::Part::bytes(content.clone()).file_name("a “b”.html");
            let part = part.mime_str("text/html").unwrap();
            let form = reqwest::multipart::Form::new().part("file", part);
            let request = client.request("POST", &files).multipart(form);
            let response = request.header("Idempotency-Key", "k").send().await.unwrap();
            assert_eq!(response.status(), 201);
            response.json::<Value>().await.unwrap()
        };
        let file = send().await;
        assert_eq!(send().await, file);
        assert_eq!(file["size_bytes"], 256);
        assert_eq!(read(&client, &files).await["items"], json!([file]));
        let one = format!("/api/v1/attachments/{}", file["id"].as_str().unwrap());
        let response = client.get(&one).await;
        assert_eq!(
            response.headers()["content-type"],
            "application/octet-stream"
        );
        let disposition = response.headers()["content-disposition"].to_str().unwrap();
        assert!(
            disposition.starts_with("attachment; filename*=UTF-8''a%20"),
            "{disposition}"
        );
        assert_eq!(response.bytes().await.unwrap(), content);
    })
    .await;
}

//! Facts as pages and as a stream.

use eider_testkit::{PATIENCE, on_both};
use serde_json::json;

use super::{open, read, served};

#[tokio::test]
async fn facts_stream_from_where_a_client_stopped() {
    on_both(async |database| {
        let (_server, client) = served(database).await;
        let first = open(&client, "Login fails").await;
        let page = read(&client, "/api/v1/facts?limit=1").await;
        assert_eq!(page["items"][0]["kind"], "ticket_opened");
        assert_eq!(page["items"][0]["ticket"], json!(first));
        assert_eq!(page["items"][0]["actor"]["name"], "Ada");
        open(&client, "Another").await;

        let request = client.request("GET", "/api/v1/facts");
        let request = request.header("accept", "text/event-stream");
        let mut stream = request.header("Last-Event-ID", "1").send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let mut told = String::new();
        let mut listen = async |wanted: &str| {
            let listening = async {
                while !told.contains(wanted) {
                    let chunk = stream.chunk().await.unwrap().expect("the stream goes on");
                    told.push_str(std::str::from_utf8(&chunk).unwrap());
                }
            };
            tokio::time::timeout(PATIENCE, listening)
                .await
                .expect("the fact comes");
            told.clone()
        };
        let told = listen("Another").await;
        assert!(
            told.contains("id: 2") && !told.contains("Login fails"),
            "{told}"
        );
        open(&client, "While it listens").await;
        listen("While it listens").await;
    })
    .await;
}

//! The pages of who is on call change by themselves.

use eider_testkit::{Client, PATIENCE, on_both};
use reqwest::Response;
use serde_json::json;

use super::Squad;

/// The stream that a page names.
async fn stream_of(client: &Client, path: &str) -> Response {
    let page = client.page(path).await;
    let (_, rest) = page.split_once("data-live=\"").expect("the page is live");
    let (address, _) = rest.split_once('"').expect("the address ends");
    client.get(&address.replace("&amp;", "&")).await
}

/// The next thing that the stream tells.
async fn told(stream: &mut Response) -> String {
    let told = tokio::time::timeout(PATIENCE, stream.chunk()).await;
    let chunk = told.expect("told in time").expect("the stream goes on");
    String::from_utf8_lossy(&chunk.expect("the stream goes on")).into_owned()
}

#[tokio::test]
async fn an_override_and_a_swap_are_told_to_open_pages() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let changed = "event: changed\ndata: [\"on-call\"]\n\n";
        let calendar = format!("/on-call/rotas/{id}");
        for path in ["/on-call", calendar.as_str(), "/my-duty"] {
            let page = squad.ada.1.page(path).await;
            assert!(
                page.contains("data-fragment="),
                "{path} has a part to change"
            );
        }
        let mut on_call = stream_of(&squad.ada.1, "/on-call").await;
        let mut month = stream_of(&squad.ada.1, &calendar).await;
        let body = json!({
            "person": squad.cleo.0.id,
            "from": "2026-03-02T12:00:00Z",
            "until": "2026-03-04T00:00:00Z",
        });
        let path = format!("/api/v1/rotas/{id}/changes");
        let (status, _) = squad.lead.json("POST", &path, Some(body)).await;
        assert_eq!(status, 201);
        assert_eq!(told(&mut on_call).await, changed);
        assert_eq!(told(&mut month).await, changed);
        assert!(squad.ada.1.page("/on-call").await.contains("Cleo Nine"));

        let mut duty = stream_of(&squad.ben.1, "/my-duty").await;
        let week = [("from", "2026-03-23T09:00"), ("until", "2026-03-30T09:00")];
        let swap = format!("{calendar}/swap");
        assert_eq!(squad.ada.1.post_form(&swap, &week).await.status(), 303);
        assert_eq!(told(&mut duty).await, changed);
    })
    .await;
}

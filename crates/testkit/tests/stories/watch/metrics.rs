//! What `/metrics` tells of calls.

use eider_testkit::{on_both, providers::Mood};

use super::metric;
use crate::page::Night;

#[tokio::test]
async fn it_tells_how_soon_a_provider_was_called_and_what_it_answered() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.desk.smtp.is(Mood::Busy);
        night.ask("Refunds are slow", "P2").await;
        assert_eq!(metric(&night, "eider_pages_held ").await.unwrap(), "1");
        night.ask("Cards are refused", "P1").await;
        let busy = "eider_attempts_total{provider=\"smtp\",outcome=\"busy\"} ";
        assert_eq!(metric(&night, busy).await.unwrap(), "1");
        let taken = "eider_attempts_total{provider=\"smtp-2\",outcome=\"accepted\"} ";
        assert_eq!(metric(&night, taken).await.unwrap(), "1");
        let (count, sum) = (
            "eider_page_call_seconds_count ",
            "eider_page_call_seconds_sum ",
        );
        assert_eq!(metric(&night, count).await.unwrap(), "1");
        assert_eq!(metric(&night, sum).await.unwrap(), "0");
        // The next level is no first call, and what was held is called in its time.
        night.at("2026-03-02T09:00:02Z").await;
        let counted = metric(&night, count).await.unwrap();
        let fast = metric(&night, "eider_page_call_seconds_bucket{le=\"2\"} ").await;
        assert_eq!(counted, "2");
        assert_eq!(fast.unwrap(), "2");
        let faster = metric(&night, "eider_page_call_seconds_bucket{le=\"1\"} ").await;
        assert_eq!(faster.unwrap(), "1");
    })
    .await;
}

#[tokio::test]
async fn it_counts_what_is_taken_over_from_a_node_that_died() {
    on_both(async |database| {
        let mut night = Night::new(database).await;
        night.desk.smtp.is(Mood::Hangs);
        night.desk.second_smtp.is(Mood::Hangs);
        let cleo = night.cleo.0.clone();
        let body = serde_json::json!({
            "title": "Cards are refused", "what": "Errors.", "priority": "P1", "feature": "Cards",
        });
        night.api(&cleo, "POST", "/tickets", body, 201).await;
        let smtp = night.desk.smtp.clone();
        let desk = &night.desk.server.desk;
        desk.until("she is being mailed", async || {
            (!smtp.taken().is_empty()).then_some(())
        })
        .await;
        night.desk.kill().await;
        let takeovers = "eider_lease_takeovers_total ";
        assert_eq!(metric(&night, takeovers).await.unwrap(), "0");
        night.desk.smtp.is(Mood::Well);
        night.desk.second_smtp.is(Mood::Well);
        night.desk.pass_seconds(16);
        night.desk.start("node-2");
        night.settle().await;
        assert_eq!(metric(&night, takeovers).await.unwrap(), "1");
        let again = night.desk.second_smtp.last();
        assert!(again.header("Subject").contains("possibly sent before"));
    })
    .await;
}

//! Somebody's own webhook.

use eider_delivery::WebhookRules;
use eider_testkit::{on_both, providers::Mood};
use serde_json::json;

use super::Ada;

impl Ada {
    /// A webhook of hers, still to be verified: its id, and its secret.
    async fn webhook(&self, path: &str) -> (String, String) {
        let address = format!("{}{path}", self.desk.webhook.address());
        let body = json!({ "kind": "webhook", "address": address });
        let path = "/api/v1/me/contact-methods";
        let (status, added) = self.client.json("POST", path, Some(body)).await;
        assert_eq!(status, 201, "{added}");
        let text = |name: &str| added[name].as_str().expect("it is there").to_owned();
        (text("id"), text("secret"))
    }
}

#[tokio::test]
async fn a_webhook_knows_our_requests_by_their_signature() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let (id, secret) = ada.webhook("/pages?for=ada").await;
        ada.desk.settle().await;
        let code = ada.desk.webhook.last();
        assert_eq!(code.path, "/pages?for=ada");
        assert_eq!(code.signed_with(&secret), Some(1_772_442_000));
        assert_eq!(code.signed_with("another"), None);
        let body = code.json();
        assert_eq!(body["about"], "verification");
        assert_eq!(body["attempt"], code.attempt);
        ada.desk
            .verify(&ada.client, &id, body["title"].as_str().unwrap())
            .await;

        ada.desk.webhook.is(Mood::Busy);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.desk.webhook.taken().len(), 1);
        ada.desk.webhook.is(Mood::Well);
        ada.desk.pass_seconds(30);
        ada.desk.settle().await;
        let page = ada.desk.webhook.last().json();
        assert_eq!(page["about"], "test_page");
        assert_eq!(page["urgency"], "high");
        assert_eq!(page["is_repeat"], false);
        ada.desk.webhook.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        ada.desk.webhook.is(Mood::Refuses);
        ada.webhook("/").await;
        ada.desk.settle().await;
        assert_eq!(ada.states("verification").await, ["failed"]);
        let page = ada.client.page("/my-duty/contact").await;
        assert!(page.contains("Redirects are not followed"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_the_desk_call_what_only_it_can_reach() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        ada.desk.stop().await;
        let strict = eider_delivery::Configuration {
            webhook: WebhookRules::default(),
            ..ada.desk.configuration.clone()
        };
        ada.desk.start_with("node-2", &strict);
        ada.webhook("/").await;
        for address in [
            "https://127.0.0.1:1/",
            "https://localhost:1/",
            "https://[::1]:1/",
        ] {
            ada.desk.pass_seconds(61);
            ada.desk.add(&ada.client, "webhook", address).await;
        }
        ada.desk.settle().await;
        assert_eq!(ada.states("verification").await, ["failed"; 4]);
        assert_eq!(ada.desk.webhook.taken(), []);
        let page = ada.client.page("/my-duty/contact").await;
        assert!(page.contains("not reached from everywhere"), "{page}");
        assert!(page.contains("has to begin with https://"), "{page}");
    })
    .await;
}

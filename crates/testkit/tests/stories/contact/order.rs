//! In which order, and when, somebody is reached.

use eider_domain::person::Role;
use eider_testkit::on_both;
use serde_json::json;

use super::Ada;

#[tokio::test]
async fn methods_are_tried_in_the_order_and_at_the_times_that_were_set() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let (phone, voice) = (ada.phone().await, ada.voice().await);
        ada.order(&[(&voice, 120), (&phone, 0)]).await;
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(
            ada.desk.twilio.messages().len(),
            2,
            "a code, and the test page"
        );
        assert_eq!(ada.desk.twilio.calls().len(), 1, "a code alone");
        ada.desk.pass_seconds(119);
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.calls().len(), 1);
        ada.desk.pass_seconds(1);
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.calls().len(), 2);
        assert_eq!(ada.desk.twilio.messages().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_order_is_set_on_a_page_too() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let (phone, email) = (ada.phone().await, ada.email("ada@example.com").await);
        let page = ada.client.page("/my-duty/contact/plan").await;
        assert!(page.contains("Text message, +447700900123"), "{page}");
        let (high, low) = (format!("high_{phone}"), format!("low_{email}"));
        let form = [
            (high.as_str(), "300"),
            (low.as_str(), "0"),
            ("quiet_from", "08:00"),
            ("quiet_until", "10:30"),
        ];
        let saved = ada.client.post_form("/my-duty/contact/plan", &form).await;
        assert_eq!(saved.status(), 303, "{}", saved.text().await.unwrap());
        let contact = ada.contact().await;
        assert_eq!(contact["high"][0]["at"], "2026-03-02T09:05:00Z");
        assert_eq!(contact["low"][0]["at"], "2026-03-02T10:30:00Z");
        assert_eq!(contact["high"].as_array().map(Vec::len), Some(1));
        let page = ada.client.page("/my-duty/contact").await;
        assert!(page.contains("After 5 min: Text message"), "{page}");
        let wrong = [("quiet_from", "8 o’clock"), ("quiet_until", "10:30")];
        let wrong = ada.client.post_form("/my-duty/contact/plan", &wrong).await;
        assert_eq!(wrong.status(), 422);
        assert!(
            wrong
                .text()
                .await
                .unwrap()
                .contains("Write a time of day like 22:00.")
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_is_out_of_reach_while_e_mail_can_be_sent() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.desk.smtp.last().to, "ada.lovelace@example.com");
        let (status, problem) = ada.client.json("POST", "/api/v1/me/test-page", None).await;
        assert_eq!(status, 429, "{problem}");
    })
    .await;
}

#[tokio::test]
async fn a_desk_that_can_send_nothing_says_so() {
    on_both(async |database| {
        let now = eider_testkit::at(super::NOW);
        let server = eider_testkit::TestServer::new(database, now).await;
        let (_, client) = server.signed_in("Ada Lovelace", Role::Responder).await;
        let page = client.page("/my-duty/contact").await;
        assert!(page.contains("There is no way to reach you"), "{page}");
        assert!(
            page.contains("This desk cannot send anything yet."),
            "{page}"
        );
        let (status, problem) = client.json("POST", "/api/v1/me/test-page", None).await;
        assert_eq!(status, 409, "{problem}");
        let email = json!({ "kind": "email", "address": "ada@example.com" });
        let path = "/api/v1/me/contact-methods";
        assert_eq!(client.json("POST", path, Some(email)).await.0, 422);
    })
    .await;
}

#[tokio::test]
async fn a_provider_is_called_no_faster_than_it_takes() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        ada.desk.stop().await;
        let mut slow = ada.desk.configuration.clone();
        slow.twilio[0].per_second = Some(1);
        ada.desk.start_with("node-2", &slow);
        ada.desk.add(&ada.client, "sms", "+447700900123").await;
        ada.desk.add(&ada.client, "sms", "+447700900124").await;
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.messages().len(), 1, "one in this second");
        // What has to wait is spread over some seconds, so that it does not come all at once.
        ada.desk.pass_seconds(5);
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.messages().len(), 2);
        assert_eq!(ada.states("verification").await, ["accepted"; 2]);
    })
    .await;
}

//! What comes back: word that a message arrived, a key that is pressed, an answer by text message.

use eider_domain::{access::Scope, person::Role};
use eider_testkit::{code_in, on_both};

use super::Ada;

impl Ada {
    /// The address that answers by text message are told at.
    fn inbox(&self) -> String {
        format!("{}/hooks/twilio/messages", self.desk.server.address)
    }
}

#[tokio::test]
async fn word_that_a_message_arrived_is_noted_and_one_that_was_lost_is_said_again() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let phone = ada.phone().await;
        ada.order(&[(&phone, 0)]).await;
        ada.test_page().await;
        ada.desk.settle().await;
        let twilio = &ada.desk.twilio;
        let sms = twilio.messages().pop().unwrap();
        for status in ["sent", "delivered", "undelivered"] {
            assert_eq!(twilio.tells_of_message(&sms, status).await, 204);
        }
        assert_eq!(ada.states("test_page").await, ["delivered"]);

        ada.test_page().await;
        ada.desk.settle().await;
        let sms = twilio.messages().pop().unwrap();
        assert_eq!(twilio.tells_of_message(&sms, "undelivered").await, 204);
        ada.desk.settle().await;
        assert_eq!(
            twilio.messages().len(),
            3,
            "the only one there is, is left alone for a moment"
        );
        ada.desk.pass_seconds(20);
        ada.desk.settle().await;
        let again = twilio.messages().pop().unwrap();
        assert!(
            again.body.contains("(possibly sent before)"),
            "{}",
            again.body
        );
        assert_eq!(twilio.tells_of_message(&again, "undelivered").await, 204);
        ada.desk.pass_seconds(20);
        ada.desk.settle().await;
        assert_eq!(
            twilio.messages().len(),
            4,
            "a code, two test pages, one of them once more"
        );
        let states = ada.states("test_page").await;
        assert_eq!(states[..2], ["failed", "failed"]);
    })
    .await;
}

#[tokio::test]
async fn a_key_says_that_a_test_page_was_heard() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let voice = ada.voice().await;
        ada.order(&[(&voice, 0)]).await;
        ada.test_page().await;
        ada.desk.settle().await;
        let twilio = &ada.desk.twilio;
        let call = twilio.calls().pop().unwrap();
        assert!(
            call.twiml.contains("Press 1 to say that you heard this."),
            "{}",
            call.twiml
        );
        let said = twilio.presses(&call, "7").await;
        assert_eq!(
            said,
            "<Response><Say>This key means nothing here.</Say></Response>"
        );
        assert_eq!(ada.states("test_page").await, ["accepted"]);
        let said = twilio.presses(&call, "1").await;
        assert_eq!(
            said,
            "<Response><Say>Thank you. All is well.</Say></Response>"
        );
        assert_eq!(ada.states("test_page").await, ["delivered"]);

        ada.test_page().await;
        ada.desk.settle().await;
        let call = twilio.calls().pop().unwrap();
        assert_eq!(twilio.tells_of_call(&call, "no-answer").await, 204);
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["failed", "delivered"]);
        assert!(
            ada.client
                .page("/my-duty/contact")
                .await
                .contains("Nobody answered the call.")
        );
        assert_eq!(
            twilio.calls().len(),
            3,
            "whom nobody answers is not called again by itself"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_can_be_answered_and_stop_stops() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        ada.desk.add(&ada.client, "sms", "+447700900123").await;
        ada.desk.settle().await;
        let (twilio, inbox) = (&ada.desk.twilio, ada.inbox());
        let number = "+447700900123";
        let code = code_in(&twilio.messages()[0].body);
        let nothing = "<Response></Response>";
        assert_eq!(
            twilio.hears(&inbox, "+447700900999", &code).await,
            nothing,
            "a stranger"
        );
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert!(
            twilio
                .hears(&inbox, number, wrong)
                .await
                .contains("This is not the code")
        );
        assert!(
            twilio
                .hears(&inbox, number, "Hello?")
                .await
                .contains("did not understand")
        );
        let thanks = twilio.hears(&inbox, number, &format!(" {code}. ")).await;
        assert!(
            thanks.contains("From now on you are reached at this number."),
            "{thanks}"
        );
        assert_eq!(ada.contact().await["high"][0]["address"], number);

        assert_eq!(twilio.hears(&inbox, number, "Stop").await, nothing);
        let contact = ada.contact().await;
        assert_eq!(contact["items"][0]["verified_at"], serde_json::Value::Null);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(twilio.messages().len(), 1, "nothing more goes there");
    })
    .await;
}

#[tokio::test]
async fn what_twilio_has_not_signed_is_refused() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let phone = ada.phone().await;
        ada.order(&[(&phone, 0)]).await;
        ada.test_page().await;
        ada.desk.settle().await;
        let twilio = &ada.desk.twilio;
        let sms = twilio.messages().pop().unwrap();
        let told = [
            ("MessageSid", sms.sid.as_str()),
            ("MessageStatus", "delivered"),
        ];
        let (status, why) = twilio
            .calls_back(&sms.status_callback, &told, "guessed")
            .await;
        assert_eq!(status, 403, "{why}");
        // Somebody with a token of Eider’s own is still not Twilio.
        let (lead, _) = ada
            .desk
            .server
            .desk
            .person("Lead", Role::Administrator)
            .await;
        let lead = ada.desk.server.with_token(&lead, &Scope::ALL).await;
        let stop = [("From", "+447700900123"), ("Body", "STOP")];
        assert_eq!(
            lead.post_form("/hooks/twilio/messages", &stop)
                .await
                .status(),
            403
        );
        // What was said of one message says nothing of another.
        let other = [("MessageSid", "SM0"), ("MessageStatus", "undelivered")];
        let token = twilio.auth_token();
        let (status, _) = twilio.calls_back(&sms.status_callback, &other, token).await;
        assert_eq!(status, 204);
        assert_eq!(ada.states("test_page").await, ["accepted"]);
        assert_eq!(ada.contact().await["high"][0]["address"], "+447700900123");
    })
    .await;
}

//! Answers by the keys of a telephone and by text message.

use eider_domain::person::Person;
use eider_testkit::{Client, code_in, on_both};
use serde_json::json;

use super::Night;

impl Night {
    /// Somebody is reached by this kind alone, at a number of theirs. Answers the id of the method.
    pub(crate) async fn reached_by(
        &self,
        who: &(Person, Client),
        kind: &str,
        number: &str,
    ) -> String {
        let id = self.desk.add(&who.1, kind, number).await;
        self.desk.settle().await;
        let code = match kind {
            "sms" => code_in(&self.desk.twilio.messages().pop().unwrap().body),
            _ => {
                let twiml = self.desk.twilio.calls().pop().unwrap().twiml;
                let digits: String = twiml.chars().filter(char::is_ascii_digit).collect();
                digits[..6].to_owned()
            }
        };
        self.desk.verify(&who.1, &id, &code).await;
        id
    }
}

#[tokio::test]
async fn a_key_acknowledges() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night
            .reached_by(&night.ada, "voice", "+44 7700 900123")
            .await;
        let number = night.ask("Cards are refused", "P1").await;
        let twilio = &night.desk.twilio;
        let call = twilio.calls().pop().unwrap();
        assert!(
            call.twiml.contains("Press 1 to acknowledge."),
            "{}",
            call.twiml
        );
        let said = twilio.presses(&call, "9").await;
        assert!(said.contains("1 is to acknowledge"), "{said}");
        assert_eq!(night.page(&number).await["state"], "calling");
        let said = twilio.presses(&call, "1").await;
        assert_eq!(said, "<Response><Say>You have T-1001.</Say></Response>");
        let page = night.page(&number).await;
        assert_eq!(page["called"][0]["answered_by"], "voice");
        let ticket = "/tickets/T-1001";
        let ticket = night
            .api(&night.ada.0, "GET", ticket, json!(null), 200)
            .await;
        assert_eq!(ticket["owner"]["name"], "Ada Lovelace");
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn an_answer_by_text_message_passes_it_on() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.reached_by(&night.ada, "sms", "+44 7700 900123").await;
        let number = night.ask("Cards are refused", "P1").await;
        let twilio = &night.desk.twilio;
        let sms = twilio.messages().pop().unwrap();
        assert!(sms.body.contains("Answer 1 to acknowledge"), "{}", sms.body);
        let inbox = format!("{}/hooks/twilio/messages", night.desk.server.address);
        let said = twilio.hears(&inbox, "+447700900123", "4").await;
        assert!(said.contains("Somebody else is being called"), "{said}");
        night.settle().await;
        assert_eq!(night.calling(&number).await, ["Ben Okri"]);
        // She can after all, and nobody else has it yet.
        let late = twilio.hears(&inbox, "+447700900123", "1").await;
        assert!(late.contains("You have T-1001."), "{late}");
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_text_message_or_a_key_says_that_it_is_put_right() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.reached_by(&night.ada, "sms", "+44 7700 900123").await;
        night
            .reached_by(&night.ben, "voice", "+44 7700 900124")
            .await;
        let first = night.ask("Cards are refused", "P1").await;
        let twilio = &night.desk.twilio;
        let inbox = format!("{}/hooks/twilio/messages", night.desk.server.address);
        let said = twilio.hears(&inbox, "+447700900123", "1").await;
        assert!(said.contains("answer 6 T-1001 and what it was"), "{said}");
        let said = twilio.hears(&inbox, "+447700900123", "6").await;
        assert!(said.contains("Say which one: 6 T-1001"), "{said}");
        let later = "6 minutes, on my way";
        let said = twilio.hears(&inbox, "+447700900123", later).await;
        assert!(said.contains("did not understand"), "{said}");
        let resolves = "6 T-1001 The disk was full";
        let said = twilio.hears(&inbox, "+447700900123", resolves).await;
        assert!(said.contains("T-1001 is resolved."), "{said}");
        // It may be brought twice.
        let said = twilio.hears(&inbox, "+447700900123", resolves).await;
        assert!(said.contains("or it is over"), "{said}");
        let ticket = async |number: &str| {
            let path = format!("/tickets/{number}");
            night
                .api(&night.ada.0, "GET", &path, json!(null), 200)
                .await
        };
        let resolution = &ticket(&first).await["resolution"];
        assert_eq!(resolution["cause"], "The disk was full");
        assert_eq!(night.page(&first).await["ending"], "resolved");
        // The buddy is called, and knows that it is over.
        let second = night.ask("Refunds are refused", "P1").await;
        night.pass_minutes(5).await;
        let call = twilio.calls().pop().unwrap();
        let put_right = "Press 6 if it is put right.";
        assert!(call.twiml.contains(put_right), "{}", call.twiml);
        let said = twilio.presses(&call, "6").await;
        assert!(said.contains("T-1002 is resolved."), "{said}");
        let cause = &ticket(&second).await["resolution"]["cause"];
        assert_eq!(cause, "Not written down yet: it was resolved by telephone.");
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_text_message_names_the_ticket_when_several_call() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.reached_by(&night.ada, "sms", "+44 7700 900123").await;
        night.at("2026-03-02T10:00:00Z").await;
        let first = night.ask("Refunds are slow", "P2").await;
        // It is more urgent than what she was just told of, so it rings again.
        let second = night.ask("Cards are refused", "P1").await;
        let twilio = &night.desk.twilio;
        let bodies: Vec<String> = twilio.messages().into_iter().map(|sms| sms.body).collect();
        assert!(bodies[bodies.len() - 2].contains("T-1001"), "{bodies:?}");
        assert!(bodies[bodies.len() - 1].contains("T-1002"), "{bodies:?}");
        let inbox = format!("{}/hooks/twilio/messages", night.desk.server.address);
        let said = twilio.hears(&inbox, "+447700900123", "1").await;
        assert!(said.contains("Say which one: 1 T-1002"), "{said}");
        assert_eq!(night.calling(&first).await, ["Ada Lovelace"]);
        let said = twilio.hears(&inbox, "+447700900123", "1 T-1001").await;
        assert!(said.contains("You have T-1001."), "{said}");
        let page = night.page(&first).await;
        assert_eq!(page["called"][0]["answered_by"], "sms");
        assert_eq!(night.calling(&second).await, ["Ada Lovelace"]);
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_was_to_follow_is_not_sent_once_somebody_has_it() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let ada = &night.ada;
        let sms = night.reached_by(ada, "sms", "+44 7700 900123").await;
        let voice = night.reached_by(ada, "voice", "+44 7700 900123").await;
        let plan = json!({
            "high": [
                { "method": sms, "after_seconds": 0 },
                { "method": voice, "after_seconds": 120 },
            ],
            "low": [],
        });
        let path = "/me/contact-plan";
        night.api(&ada.0, "PUT", path, plan, 200).await;
        let twilio = &night.desk.twilio;
        let calls = twilio.calls().len();
        let first = night.ask("Cards are refused", "P1").await;
        night.pass_minutes(1).await;
        let page = night.page(&first).await;
        night.act(&ada.0, &page, "acknowledge", json!({})).await;
        night.pass_minutes(30).await;
        assert_eq!(twilio.calls().len(), calls, "she has answered");
        // Without an answer the telephone rings.
        night.ask("Refunds fail", "P1").await;
        night.pass_minutes(2).await;
        assert_eq!(twilio.calls().len(), calls + 1);
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_late_answer_by_text_message_is_taken_and_answered_truthfully() {
    on_both(async |database| {
        let night = Night::new(database).await;
        for (who, number) in [
            (&night.ada, "+44 7700 900123"),
            (&night.ben, "+44 7700 900456"),
        ] {
            night.reached_by(who, "sms", number).await;
        }
        let twilio = &night.desk.twilio;
        let inbox = format!("{}/hooks/twilio/messages", night.desk.server.address);
        let says = async |number: &str, text: &str| twilio.hears(&inbox, number, text).await;
        let (ada, ben) = ("+447700900123", "+447700900456");
        let said = says(ada, "1").await;
        assert!(said.contains("You are not being called"), "{said}");
        let number = night.ask("Cards are refused", "P1").await;
        night.pass_minutes(5).await;
        assert_eq!(night.calling(&number).await, ["Ben Okri"]);
        // Her time is over, and nobody has it.
        let said = says(ada, "1").await;
        assert!(said.contains("You have T-1001."), "{said}");
        let said = says(ben, "1").await;
        assert!(said.contains("Somebody else has it already"), "{said}");
        // Whoever has it may go on answering.
        for (text, told) in [
            ("1", "You have T-1001."),
            ("2", "Your buddy is being called."),
            ("3", "The next level is being called."),
        ] {
            let said = says(ada, text).await;
            assert!(said.contains(told), "{text}: {said}");
            night.settle().await;
        }
        let said = says(ada, "1 T-9999").await;
        assert!(said.contains("You were not called for T-9999"), "{said}");
        twilio.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_text_message_need_not_be_a_bare_digit() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.reached_by(&night.ada, "sms", "+44 7700 900123").await;
        let twilio = &night.desk.twilio;
        let inbox = format!("{}/hooks/twilio/messages", night.desk.server.address);
        let says = async |text: &str| twilio.hears(&inbox, "+447700900123", text).await;
        let said = says("hello").await;
        assert!(said.contains("with STOP to hear nothing more"), "{said}");
        for (index, text) in ["ACK", "ack", "1.", "yes", "Acknowledge"]
            .iter()
            .enumerate()
        {
            let number = night.ask("Cards are refused", "P1").await;
            let said = says("ok").await;
            let codes = "Answer 1 to acknowledge, 2 to call your buddy, 3 to call the next level, \
                         4 if you cannot, 6 if it is put right.";
            assert!(said.contains(codes) && !said.contains("STOP"), "{said}");
            assert_eq!(night.page(&number).await["state"], "calling");
            let said = says(text).await;
            let told = format!("You have T-{}.", 1001 + index);
            assert!(said.contains(&told), "{text}: {said}");
        }
        twilio.assert_no_violations();
    })
    .await;
}

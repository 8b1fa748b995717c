//! Providers that fail, nodes that die, and what is not wanted any more.

use eider_app::contact;
use eider_domain::{
    contact::{AttemptState, Subject, Urgency},
    person::Role,
};
use eider_testkit::{on_both, providers::Mood};
use jiff::SignedDuration;

use super::Ada;

#[tokio::test]
async fn the_second_provider_steps_in_for_one_that_does_not_take_it() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        for mood in [Mood::Busy, Mood::Refuses] {
            ada.desk.smtp.is(mood);
            ada.test_page().await;
            ada.desk.settle().await;
            assert_eq!(ada.states("test_page").await[0], "accepted");
        }
        assert_eq!(ada.desk.smtp.taken(), []);
        let subjects: Vec<String> = ada
            .desk
            .second_smtp
            .taken()
            .iter()
            .map(|mail| mail.header("Subject").to_owned())
            .collect();
        assert_eq!(
            subjects,
            ["Test page from Eider: all is well"; 2],
            "neither is a repeat: {}",
            ada.contact().await["attempts"]
        );
        let page = ada.client.page("/my-duty/contact").await;
        assert!(page.contains("Sent by mail server 2"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_no_provider_takes_now_is_tried_again_within_its_time() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        ada.desk.smtp.is(Mood::Busy);
        ada.desk.second_smtp.is(Mood::Refuses);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["waiting"]);
        ada.desk.smtp.is(Mood::Well);
        ada.desk.pass_seconds(30);
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["accepted"]);
        assert_eq!(ada.desk.smtp.taken().len(), 1);

        ada.desk.smtp.is(Mood::Busy);
        ada.test_page().await;
        for _ in 0..12 {
            ada.desk.settle().await;
            ada.desk.pass_seconds(60);
        }
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await[0], "failed");
        let page = ada.client.page("/my-duty/contact").await;
        assert!(
            page.contains("Did not go out: ") && page.contains("try again later"),
            "{page}"
        );
    })
    .await;
}

#[tokio::test]
async fn one_that_keeps_to_its_pace_is_waited_for_although_the_other_refuses() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        ada.desk.stop().await;
        let mut slow = ada.desk.configuration.clone();
        slow.smtp[0].per_second = Some(1);
        ada.desk.start_with("node-2", &slow);
        ada.desk.second_smtp.is(Mood::Refuses);
        ada.desk.add(&ada.client, "email", "ada@example.com").await;
        ada.desk.add(&ada.client, "email", "ada@example.net").await;
        ada.desk.settle().await;
        let mut states = ada.states("verification").await;
        states.sort_unstable();
        assert_eq!(states, ["accepted", "waiting"]);
        ada.desk.pass_seconds(5);
        ada.desk.settle().await;
        assert_eq!(ada.states("verification").await, ["accepted"; 2]);
        assert_eq!(ada.desk.smtp.taken().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_hangs_holds_up_no_other_kind() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let phone = ada.phone().await;
        ada.order(&[(&phone, 0)]).await;
        ada.desk.smtp.is(Mood::Hangs);
        ada.desk.second_smtp.is(Mood::Hangs);
        let (desk, about) = (&ada.desk.server.desk, Subject::TestPage);
        let now = desk.eider.now();
        let mut others = Vec::new();
        // More than one worker does at once.
        for number in 0..33 {
            let (person, _) = desk
                .person(&format!("Number {number}"), Role::Responder)
                .await;
            others.push(person.id);
        }
        let mut tx = desk.db().write().await.unwrap();
        let before = now - SignedDuration::from_secs(1);
        for person in &others {
            contact::call(&mut tx, &desk.eider, *person, about, Urgency::High, before)
                .await
                .unwrap();
        }
        contact::call(
            &mut tx,
            &desk.eider,
            ada.person.id,
            about,
            Urgency::High,
            now,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        desk.eider.committed();
        let (smtp, twilio) = (&ada.desk.smtp, &ada.desk.twilio);
        desk.until("the text message", async || {
            twilio.messages().get(1).cloned()
        })
        .await;
        assert!(smtp.taken().len() <= 32);
        let mut tx = desk.db().read().await.unwrap();
        for person in others {
            let attempts = eider_store::contact::attempts_of(&mut tx, person, 10).await;
            let states: Vec<AttemptState> = attempts
                .unwrap()
                .into_iter()
                .map(|attempt| attempt.state)
                .collect();
            let hangs = [
                AttemptState::Waiting,
                AttemptState::Sending {
                    provider: "smtp".into(),
                },
            ];
            assert!(
                states.len() == 1 && hangs.contains(&states[0]),
                "{states:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_every_provider_refuses_has_failed() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let phone = ada.phone().await;
        ada.order(&[(&phone, 0)]).await;
        ada.desk.twilio.is(Mood::Refuses);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["failed"]);
        let page = ada.client.page("/my-duty/contact").await;
        assert!(page.contains("Permission to send to this region"), "{page}");
        assert!(
            page.contains("21408"),
            "Twilio’s number leads to its words: {page}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_may_have_gone_out_is_said_once_more_and_marked() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        ada.desk.smtp.is(Mood::BreaksOff);
        ada.test_page().await;
        ada.desk.settle().await;
        assert_eq!(ada.desk.smtp.taken().len(), 1);
        let repeat = ada.desk.second_smtp.last();
        assert_eq!(
            repeat.header("Subject"),
            "Test page from Eider: all is well (possibly sent before)"
        );
        assert!(
            repeat.text.starts_with("You may have had this before"),
            "{}",
            repeat.text
        );
        let mut states = ada.states("test_page").await;
        states.sort_unstable();
        assert_eq!(states, ["accepted", "unknown"]);

        ada.desk.second_smtp.is(Mood::BreaksOff);
        ada.test_page().await;
        for _ in 0..5 {
            ada.desk.settle().await;
            ada.desk.pass_seconds(30);
        }
        let taken = ada.desk.smtp.taken().len() + ada.desk.second_smtp.taken().len();
        assert_eq!(taken, 4, "once, and once more, but not over and over");
    })
    .await;
}

#[tokio::test]
async fn a_node_that_dies_while_it_sends_is_followed_by_another() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        ada.desk.smtp.is(Mood::Hangs);
        ada.test_page().await;
        let (desk, smtp) = (&ada.desk.server.desk, &ada.desk.smtp);
        desk.until("the provider has it", async || smtp.taken().pop())
            .await;
        ada.desk.kill().await;
        ada.desk.smtp.is(Mood::Well);
        ada.desk.start("node-2");
        ada.desk.pass_seconds(14);
        assert_eq!(
            ada.states("test_page").await,
            ["sending"],
            "its lease still holds"
        );
        ada.desk.pass_seconds(2);
        ada.desk.settle().await;
        let mut states = ada.states("test_page").await;
        states.sort_unstable();
        assert_eq!(states, ["accepted", "unknown"]);
        assert_eq!(
            ada.desk.smtp.taken().len(),
            1,
            "the other provider is asked first"
        );
        let repeat = ada.desk.second_smtp.last();
        assert!(repeat.header("Subject").ends_with("(possibly sent before)"));
    })
    .await;
}

#[tokio::test]
async fn the_node_that_follows_one_that_died_does_not_wait_for_the_only_provider() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        let phone = ada.phone().await;
        ada.order(&[(&phone, 0)]).await;
        ada.desk.twilio.is(Mood::Hangs);
        ada.test_page().await;
        let (desk, twilio) = (&ada.desk.server.desk, &ada.desk.twilio);
        desk.until("the provider has it", async || {
            (twilio.messages().len() == 2).then_some(())
        })
        .await;
        ada.desk.kill().await;
        ada.desk.twilio.is(Mood::Well);
        ada.desk.start("node-2");
        ada.desk.pass_seconds(15);
        ada.desk.settle().await;
        let repeat = ada.desk.twilio.messages().pop().expect("it was said again");
        assert!(
            repeat.body.contains("(possibly sent before)"),
            "{}",
            repeat.body
        );
        assert_eq!(
            ada.desk.twilio.messages().len(),
            3,
            "a code, what nobody knows of, and its repeat"
        );
        let mut states = ada.states("test_page").await;
        states.sort_unstable();
        assert_eq!(states, ["accepted", "unknown"]);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_send_everything_once() {
    on_both(async |database| {
        let mut ada = Ada::new(database).await;
        let (phone, email) = (ada.phone().await, ada.email("ada@example.com").await);
        ada.order(&[(&phone, 0), (&email, 0)]).await;
        ada.desk.start("node-2");
        for _ in 0..5 {
            ada.test_page().await;
            ada.desk.settle().await;
        }
        assert_eq!(
            ada.desk.twilio.messages().len(),
            6,
            "a code and five test pages"
        );
        assert_eq!(ada.desk.smtp.taken().len(), 6);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_wanted_any_more_does_not_go_out() {
    on_both(async |database| {
        let ada = Ada::new(database).await;
        let (phone, voice) = (ada.phone().await, ada.voice().await);
        let email = ada.email("ada@example.com").await;
        ada.order(&[(&phone, 60), (&voice, 120), (&email, 180)])
            .await;
        ada.test_page().await;
        // The phone is taken away, the whole of it is stopped, and at last she cannot sign in.
        let path = format!("/api/v1/me/contact-methods/{phone}");
        assert_eq!(ada.client.json("DELETE", &path, None).await.0, 204);
        ada.desk.pass_seconds(61);
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.messages().len(), 1, "her code alone");

        let eider = &ada.desk.server.desk.eider;
        let mut tx = eider.db().write().await.unwrap();
        let (about, whom) = (Subject::TestPage, Some(ada.person.id));
        contact::stop(&mut tx, eider, about, whom).await.unwrap();
        tx.commit().await.unwrap();
        ada.desk.pass_seconds(200);
        ada.desk.settle().await;
        assert_eq!(ada.states("test_page").await, ["cancelled"; 3]);
        assert_eq!(ada.desk.twilio.calls().len(), 1, "her code alone");

        ada.test_page().await;
        let (_, administrator) = ada
            .desk
            .server
            .desk
            .person("Adi Minister", Role::Administrator)
            .await;
        eider_app::account::disable(eider, &administrator, ada.person.id)
            .await
            .unwrap();
        ada.desk.pass_seconds(200);
        ada.desk.settle().await;
        assert_eq!(ada.desk.twilio.calls().len(), 1);
        assert_eq!(ada.desk.smtp.taken().len(), 1);
    })
    .await;
}

//! A call in Slack goes out once, whatever happens to Slack or to the node.

use eider_app::{contact as methods, page as pages};
use eider_domain::{
    contact::{AttemptState, Subject},
    page::{State, Way},
    person::Role,
    rota::Duty,
};
use eider_testkit::{SlackDesk, at, on_both, slack::Trouble};
use tokio_util::sync::CancellationToken;

use super::page::{Duties, NIGHT, called, rota, told};

#[tokio::test]
async fn what_slack_took_and_did_not_answer_is_looked_for_and_not_sent_twice() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let (eider, ada) = (&duties.desk.desk.eider, &duties.ada);
        let lost = Trouble::LostAnswers(1);
        duties.desk.slack.trouble_with("chat.postMessage", lost);
        methods::test_page(eider, &ada.actor).await.unwrap();
        duties.desk.settle().await;
        assert_eq!(duties.desk.slack.direct_messages(&ada.slack).len(), 1);
        let states = duties.states(ada.person.id, Subject::TestPage).await;
        assert_eq!(states, ["accepted"]);
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_call_that_slack_does_not_take_goes_out_once_it_does() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let down = Trouble::RandomErrors {
            seed: 1,
            percent: 100,
        };
        duties.desk.slack.trouble_with("chat.postMessage", down);
        let (desk, cleo) = (&duties.desk.desk, &duties.cleo.actor);
        let number = desk.ask(cleo, "Nobody can pay", "P1").await.number;
        let (eider, ada) = (&desk.eider, &duties.ada);
        let is_tried = async || {
            let view = pages::of_ticket(eider, &ada.actor, number).await.unwrap()?;
            let about = Subject::Page(view.page.id);
            let sent = methods::about(eider, ada.person.id, about).await.unwrap();
            let tried = sent.first()?;
            let waits = tried.fence > 0 && tried.state == AttemptState::Waiting;
            waits.then_some(())
        };
        desk.until("Slack has refused", is_tried).await;
        duties.desk.slack.heal();
        duties.desk.settle().await;
        desk.pass_minutes(1);
        duties.desk.settle().await;
        let page = duties.page(number).await;
        let states = duties.states(ada.person.id, Subject::Page(page.id)).await;
        assert_eq!(states, ["accepted"]);
        assert_eq!(duties.desk.slack.direct_messages(&ada.slack).len(), 1);
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_node_that_dies_while_it_calls_is_followed_by_one_that_looks_first() {
    on_both(|database| async {
        let mut duties = Duties::new(database, NIGHT).await;
        let held = Trouble::AnswersHeld;
        duties.desk.slack.trouble_with("chat.postMessage", held);
        let actor = duties.ada.actor.clone();
        let (eider, id) = (duties.desk.desk.eider.clone(), duties.ada.person.id);
        methods::test_page(&eider, &actor).await.unwrap();
        let is_there = async || duties.desk.slack.direct_messages(&duties.ada.slack).pop();
        duties.desk.desk.until("Slack has it", is_there).await;
        duties.desk.kill();
        duties.desk.slack.heal();
        duties.desk.slack.release();
        duties.desk.desk.pass_milliseconds(16_000);
        let stop = CancellationToken::new();
        let node = duties.desk.another_node("node-2", stop.clone());
        let is_found = async || {
            let mut states = duties.states(id, Subject::TestPage).await;
            states.sort_unstable();
            (states == ["cancelled", "delivered"]).then_some(())
        };
        duties.desk.desk.until("it is found", is_found).await;
        assert_eq!(
            duties.desk.slack.direct_messages(&duties.ada.slack).len(),
            1
        );
        duties.desk.slack.assert_no_violations();
        stop.cancel();
        node.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_test_page_can_be_seen_to_arrive() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let (eider, ada) = (&duties.desk.desk.eider, &duties.ada);
        let my = methods::my_contact(eider, &ada.actor).await.unwrap();
        assert_eq!(my.methods.len(), 1, "whoever is known there has it");
        assert!(my.offered.is_empty(), "nobody adds it");
        methods::test_page(eider, &ada.actor).await.unwrap();
        duties.desk.settle().await;
        let test = told(&duties, &ada.slack);
        assert!(test.words().contains("all is well"), "{}", test.words());
        duties.presses(&ada.slack, &test, "page-heard").await;
        let states = duties.states(ada.person.id, Subject::TestPage).await;
        assert_eq!(states, ["delivered"]);
        let test = told(&duties, &ada.slack);
        assert!(
            test.words().contains("reached you here"),
            "{}",
            test.words()
        );
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn nothing_goes_out_once_somebody_has_it() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let down = Trouble::Held;
        duties.desk.slack.trouble_with("conversations.open", down);
        let asked = duties
            .desk
            .desk
            .ask(&duties.cleo.actor, "Nobody can pay", "P1");
        let number = asked.await.number;
        let (eider, ben) = (&duties.desk.desk.eider, &duties.ben.actor);
        let calling = async || {
            let view = pages::of_ticket(eider, ben, number).await.unwrap()?;
            let page = view.page;
            matches!(page.state, State::Calling { .. }).then_some(page)
        };
        let page = duties.desk.desk.until("Ada is called", calling).await;
        // What happens at the very same instant would not be told apart.
        duties.desk.desk.pass_milliseconds(1);
        pages::act(eider, ben, page.id, pages::Answer::Acknowledge, Way::Web)
            .await
            .unwrap();
        duties.desk.slack.heal();
        duties.desk.slack.release();
        duties.desk.settle().await;
        let sent = methods::about(eider, duties.ada.person.id, Subject::Page(page.id));
        for attempt in sent.await.unwrap() {
            if let AttemptState::Accepted { .. } = attempt.state {
                // It was on its way: it shows that Ben has it.
                let adas = called(&duties, &duties.ada.slack);
                assert!(adas.words().contains("Ben Okri has it"), "{}", adas.words());
            }
        }
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_is_on_call_is_called_there_though_they_never_wrote() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(NIGHT)).await;
        let eve = desk.known("Eve Quiet", Role::Responder).await;
        let cleo = desk.known("Cleo Nine", Role::Reporter).await;
        let fay = desk.known("Fay Later", Role::Responder).await;
        let turns = [eve.person.id, fay.person.id];
        rota(&desk, "Support", Duty::Primary, &turns).await;
        desk.settle().await;
        let eider = &desk.desk.eider;
        for known in [&eve, &fay] {
            let my = methods::my_contact(eider, &known.actor).await.unwrap();
            assert_eq!(my.methods.len(), 1, "{} is looked for", known.person.name);
        }
        // Whoever is not there is looked for once, not each time that anything changes.
        let absent = desk.desk.person("Guy Elsewhere", Role::Responder).await;
        rota(&desk, "Buddies", Duty::Secondary, &[absent.0.id]).await;
        desk.settle().await;
        let looked = desk.slack.calls_of("users.lookupByEmail").len();
        rota(&desk, "Garden", Duty::Gardener, &turns).await;
        desk.settle().await;
        assert_eq!(desk.slack.calls_of("users.lookupByEmail").len(), looked);
        desk.desk.ask(&cleo.actor, "Nobody can pay", "P1").await;
        desk.settle().await;
        let mut told = desk.slack.direct_messages(&eve.slack);
        told.extend(desk.slack.direct_messages(&fay.slack));
        let words: String = told.iter().map(|one| one.words()).collect();
        assert!(words.contains("You are being called"), "{words}");
        desk.slack.assert_no_violations();
    })
    .await;
}

//! What the form says of calling, and what cannot wait.

use eider_app::configure::{FeatureEdit, SquadEdit, save_feature, save_squad};
use eider_domain::person::Role;
use eider_testkit::on_both;

use super::page::{Duties, NIGHT, called};

#[tokio::test]
async fn the_form_says_what_truly_happens_and_takes_that_it_cannot_wait() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let cleo = &duties.cleo.slack;
        let typed = duties
            .desk
            .slack
            .types_command(cleo, &duties.desk.channel, "/support", "");
        assert_eq!(typed.await.failure, None);
        duties.desk.settle().await;
        let form = duties.desk.slack.modal(cleo).expect("the form opens");
        let words = form.words();
        assert!(words.contains("Wakes whoever is on call now"), "{words}");
        assert!(words.contains("Calling is held until"), "{words}");
        assert!(words.contains("2026-03-03 09:00"), "{words}");
        assert!(words.contains("Nobody is called automatically"), "{words}");
        let fields = [
            ("title", "title", "Refunds hang"),
            ("what", "what", "They never end."),
            ("priority", "priority", "P2"),
            ("cannot_wait", "cannot_wait", "Money leaves twice"),
        ];
        let sent = duties.desk.slack.fills_and_submits(cleo, &form, &fields);
        let sent = sent.await;
        assert!(sent.errors.is_empty(), "{sent:#?}");
        duties.desk.settle().await;
        let call = called(&duties, &duties.ada.slack);
        assert!(
            call.words().contains("Money leaves twice"),
            "{}",
            call.words()
        );
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_another_says_that_it_cannot_wait() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let slack = &duties.desk.slack;
        let eve = duties.desk.known("Eve Asks", Role::Reporter).await;
        let cleo = &duties.cleo.slack;
        let general = slack.channel("general").with(&[cleo, &eve.slack]).await;
        let said = slack.says(cleo, &general, None, "Refunds hang").await;
        let used = slack.uses_message_shortcut(&eve.slack, "make-ticket", &general, &said.ts);
        used.await.accepted_or_panic();
        duties.desk.settle().await;
        let form = slack.modal(&eve.slack).expect("the form opens");
        let fields = [
            ("priority", "priority", "P2"),
            ("cannot_wait", "cannot_wait", "Money leaves twice"),
        ];
        let sent = slack.fills_and_submits(&eve.slack, &form, &fields).await;
        assert!(sent.errors.is_empty(), "{sent:#?}");
        duties.desk.settle().await;
        let words = called(&duties, &duties.ada.slack).words();
        assert!(words.contains("Money leaves twice"), "{words}");
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_squad_that_looks_after_a_feature_says_what_it_does_itself() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let (eider, admin) = (&duties.desk.desk.eider, &duties.desk.administrator);
        let edit = SquadEdit {
            name: "Payments".into(),
            rate_cents_per_hour: 0,
        };
        let squad = save_squad(eider, admin, None, edit).await.unwrap();
        let edit = FeatureEdit {
            name: "Cards".into(),
            squad: Some(squad.id),
            ..FeatureEdit::default()
        };
        save_feature(eider, admin, None, edit).await.unwrap();
        let cleo = &duties.cleo.slack;
        let typed = duties
            .desk
            .slack
            .types_command(cleo, &duties.desk.channel, "/support", "");
        assert_eq!(typed.await.failure, None);
        duties.desk.settle().await;
        let form = duties.desk.slack.modal(cleo).expect("the form opens");
        let words = form.words();
        // The squad is called by the rotas of the company, so there is one answer for all.
        assert!(words.contains("Wakes whoever is on call now"), "{words}");
        assert!(!words.contains("Payments:"), "{words}");
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

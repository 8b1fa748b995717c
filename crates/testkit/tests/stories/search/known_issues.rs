//! Which known issues are offered while somebody writes, on the page and to programs.

use eider_app::configure::{self, FeatureEdit, KnownIssueEdit};
use eider_domain::{access::Scope, person::Role};
use eider_testkit::{Client, SlackDesk, TestDesk, TestServer, at, on_both};

use crate::slack::ask::open_form;

const MORNING: &str = "2026-03-02T09:00:00Z";
const OLD_PRICES: &str = "The app shows old prices at night";

/// Makes half of the questions be about “the app”, and one known issue too. Answers the id of its
/// feature.
async fn write_an_issue(desk: &TestDesk) -> String {
    let admin = desk.unnamed(Role::Administrator).await;
    for number in 0..12 {
        let what = if number % 2 == 0 { "app" } else { "till" };
        let title = format!("The {what} stops at step {number}");
        desk.ask(&admin, &title, "P3").await;
    }
    let edit = FeatureEdit {
        name: "Prices".to_owned(),
        ..FeatureEdit::default()
    };
    let feature = configure::save_feature(&desk.eider, &admin, None, edit)
        .await
        .unwrap();
    let edit = KnownIssueEdit {
        title: OLD_PRICES.to_owned(),
        description: "They are loaded once a day, at 03:00.".to_owned(),
        advice: "Wait until 03:20.".to_owned(),
        feature: Some(feature.id),
        over: false,
        alerts: None,
    };
    configure::save_known_issue(&desk.eider, &admin, None, edit)
        .await
        .unwrap();
    feature.id.to_string()
}

async fn offers(page: &Client, program: &Client, words: &str, feature: &str) -> bool {
    let words = words.replace(' ', "+");
    let about = match feature {
        "" => String::new(),
        id => format!("&feature={id}"),
    };
    let shown = page.page(&format!("/ask/similar?q={words}{about}")).await;
    let path = format!("/api/v1/similar?title={words}{about}");
    let (status, found) = program.json("GET", &path, None).await;
    assert_eq!(status, 200, "{found}");
    let told = found["known_issues"].as_array().unwrap();
    assert_eq!(shown.contains(OLD_PRICES), !told.is_empty(), "{words}");
    !told.is_empty()
}

#[tokio::test]
async fn a_known_issue_is_offered_for_words_that_tell_something() {
    on_both(async |database| {
        let server = TestServer::new(database, at(MORNING)).await;
        let prices = write_an_issue(&server.desk).await;
        let (cleo, page) = server.signed_in("Cleo Care", Role::Reporter).await;
        let program = server.with_token(&cleo, &Scope::ALL).await;
        for (words, feature, is_offered) in [
            // Every second question is about the app.
            ("app", "", false),
            ("the app crashes", "", false),
            ("the app crashes and crashes at step 4", "", false),
            // One word alone says too little at a small desk.
            ("prices", "", false),
            ("app prices", "", false),
            ("old prices", "", true),
            ("the app has the old prices", "", true),
            // Whoever has chosen the feature need not say it again.
            ("app", prices.as_str(), true),
            ("prices", prices.as_str(), true),
            // What people do not see of it does not bring it up.
            ("loaded once a day until 03:20", "", false),
            ("loaded", prices.as_str(), false),
            ("the till crashes", prices.as_str(), false),
        ] {
            assert_eq!(
                offers(&page, &program, words, feature).await,
                is_offered,
                "{words:?} {feature}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn in_slack_the_same_known_issues_are_offered() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        write_an_issue(&desk.desk).await;
        for (name, title, is_offered) in [
            ("Cleo Asks", "The app crashes", false),
            ("Dora Asks", "The app has the old prices", true),
        ] {
            let person = desk.known(name, Role::Reporter).await;
            let form = open_form(&desk, &person).await;
            let answers = [
                ("title", "title", title),
                ("what", "what", "Since this morning."),
                ("priority", "priority", "P3"),
            ];
            let answer = desk
                .slack
                .fills_and_submits(&person.slack, &form, &answers)
                .await;
            answer.accepted_or_panic();
            let words = answer.view.unwrap().words();
            assert_eq!(words.contains(OLD_PRICES), is_offered, "{title}: {words}");
            desk.settle().await;
        }
        desk.slack.assert_no_violations();
    })
    .await;
}

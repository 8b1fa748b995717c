//! Every view of asking with the longest and strangest content: Slack takes them all.

use eider_app::{desk::Desk, ticket::Written};
use eider_domain::{
    feature::{Feature, Platform},
    glossary::Term,
    rota::{Duty, Limits, Rota},
};
use eider_testkit::slack::{check_offered_options, check_view};
use proptest::prelude::*;
use serde_json::json;

use super::{
    answers::{About, Answers, Quoted},
    form::{self, Form},
    similar::{OfferedIssue, OfferedTicket, Offers},
};

/// Words as people write them, and as nobody should.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" \n\t ".to_owned()),
        Just("a".repeat(5_000)),
        Just("🦆".repeat(4_000)),
        Just("\u{202e}مرحبا بالعالم <!channel> & <@U1> *bold* `code`".repeat(200)),
        Just("\u{0}\u{200b}\u{feff}".to_owned()),
        "\\PC{0,300}",
    ]
}

fn id(number: usize) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::try_from(number + 1).unwrap())
}

fn desk(word: &str, features: usize, terms: usize) -> Desk {
    let mut desk = Desk::fresh().unwrap();
    for priority in &mut desk.priorities {
        priority.name = word.to_owned();
        priority.meaning = word.to_owned();
        priority.consequence = word.to_owned();
        priority.examples = vec![word.to_owned(); 12];
    }
    desk.features = (0..features)
        .map(|number| Feature {
            id: id(number).into(),
            name: format!("{word}{number}"),
            description: word.to_owned(),
            squad: None,
            platforms: Platform::ALL.into_iter().take(number % 5).collect(),
            links: Vec::new(),
            retired: number % 7 == 6,
        })
        .collect();
    if features == 5 {
        // Somebody is on call, so that what waits at night can be said not to.
        desk.rotas = vec![Rota {
            id: id(0).into(),
            name: word.to_owned(),
            squad: None,
            duty: Duty::Primary,
            zone: "Europe/London".to_owned(),
            vital: String::new(),
            limits: Limits::default(),
            plans: Vec::new(),
            retired: false,
        }];
    }
    desk.glossary = (0..terms)
        .map(|number| Term {
            key: format!("{number}"),
            word: word.to_owned(),
            meaning: word.to_owned(),
        })
        .collect();
    desk
}

fn answers(word: &str) -> Answers {
    let written = Written {
        title: word.to_owned(),
        what: word.to_owned(),
        priority: "P1".to_owned(),
        feature: id(4).to_string(),
        fails_on: vec!["web".to_owned(), word.to_owned()],
        works_on: vec!["ios".to_owned()],
        network: word.to_owned(),
        word: "1".to_owned(),
        steps: word.to_owned(),
        expected: word.to_owned(),
        noticed: "monitor".to_owned(),
        people_affected: word.to_owned(),
        links: word.to_owned(),
    };
    Answers {
        written,
        since: Some("2026-03-02T09:00:00Z".parse().unwrap()),
        cannot_wait: word.to_owned(),
    }
}

fn offers(word: &str) -> Offers {
    Offers {
        tickets: (1..4)
            .map(|number| OfferedTicket {
                number: eider_domain::TicketNumber(number),
                title: word.to_owned(),
                status: "new".to_owned(),
                page: format!("https://desk.example/tickets/T-{number}"),
            })
            .collect(),
        known_issues: (0..3)
            .map(|number| OfferedIssue {
                id: id(number).to_string(),
                title: word.to_owned(),
                advice: word.to_owned(),
            })
            .collect(),
    }
}

fn about(more: bool) -> About {
    About {
        key: id(0).to_string(),
        channel: Some("C0123456789".to_owned()),
        message: more.then(|| Quoted {
            ts: "1700000000.000100".to_owned(),
            thread: "1700000000.000100".to_owned(),
            author: Some("U0123456789".to_owned()),
        }),
        more,
        offered: more,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn slack_takes_every_form(
        word in words(),
        trouble in words(),
        more: bool,
        with_offers: bool,
        features in prop_oneof![Just(0_usize), Just(5), Just(1_000)],
        terms in prop_oneof![Just(0_usize), Just(6), Just(150)],
    ) {
        let desk = desk(&word, features, terms);
        let offers = if with_offers { offers(&word) } else { Offers::default() };
        for answers in [answers(&word), Answers::default()] {
            let view = Form {
                desk: &desk,
                now: "2026-03-02T23:00:00Z".parse().unwrap(),
                answers: &answers,
                about: &about(more),
                offers: &offers,
                trouble: more.then_some(trouble.as_str()),
            }
            .view();
            prop_assert_eq!(check_view(&view), Ok(()));
        }
        prop_assert_eq!(check_view(&form::filing(&about(more))), Ok(()));
        let offered = form::options(&desk, &word);
        prop_assert_eq!(check_offered_options(&offered), Ok(()));
        prop_assert!(offered["options"].as_array().unwrap().len() <= 100);
    }
}

#[test]
fn a_feature_is_found_by_its_words_and_retired_ones_are_left_out() {
    let mut desk = desk("", 0, 0);
    for (number, (name, description)) in [
        ("Card payments", "Paying by card in the shop."),
        ("Pay slips", "What people earn."),
        ("Search", "Finding what one pays for."),
        ("Old payments", "Gone."),
    ]
    .into_iter()
    .enumerate()
    {
        desk.features.push(Feature {
            id: id(number).into(),
            name: name.to_owned(),
            description: description.to_owned(),
            squad: None,
            platforms: Vec::new(),
            links: Vec::new(),
            retired: number == 3,
        });
    }
    let found = |typed: &str| -> Vec<String> {
        let options = form::options(&desk, typed);
        let options = options["options"].as_array().unwrap().clone();
        options
            .iter()
            .map(|option| option["text"]["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found("pay"), ["Pay slips", "Card payments", "Search"]);
    assert_eq!(found("CARD pay"), ["Card payments"]);
    assert_eq!(found("").len(), 3);
    assert_eq!(found("nothing of the kind"), Vec::<String>::new());
}

#[test]
fn a_message_begins_a_form_with_its_first_line() {
    let body = json!({
        "type": "message_action",
        "channel": {"id": "C1"},
        "message": {"ts": "2.0", "thread_ts": "1.0", "user": "U1",
            "text": "\nPayments &lt;fail&gt;\nsince nine"},
    });
    let answers = Answers::of(&body);
    assert_eq!(answers.written.title, "Payments <fail>");
    assert_eq!(answers.written.what, "Payments <fail>\nsince nine");
    let about = About::of(&body, id(7));
    let message = about.message.clone().unwrap();
    assert_eq!(message.thread, "1.0");
    assert_eq!(message.author.as_deref(), Some("U1"));
    // What travels with the form comes back as it was.
    let sent = json!({"view": {"private_metadata": about.kept()}});
    assert_eq!(About::of(&sent, id(8)), about);
}

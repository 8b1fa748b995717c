//! Asking for help: the form, what it may be already, and what became of it.

use eider_app::configure::{FeatureEdit, retire_feature, save_feature};
use eider_domain::{
    feature::{Feature, Platform},
    person::Role,
};
use eider_store::{fact, ticket};
use eider_testkit::{
    DESK_URL, Known, SlackDesk, at, on_both,
    slack::{Trouble, View},
};

const MORNING: &str = "2026-03-02T09:00:00Z";

pub(super) async fn feature(desk: &SlackDesk, name: &str, platforms: &[Platform]) -> Feature {
    let edit = FeatureEdit {
        name: name.to_owned(),
        description: String::new(),
        squad: None,
        platforms: platforms.to_vec(),
        links: Vec::new(),
    };
    save_feature(&desk.desk.eider, &desk.administrator, None, edit)
        .await
        .unwrap()
}

pub(crate) async fn open_form(desk: &SlackDesk, person: &Known) -> View {
    let answer = desk
        .slack
        .types_command(&person.slack, &desk.channel, "/support", "")
        .await;
    assert_eq!(answer.failure, None);
    desk.settle().await;
    desk.slack.modal(&person.slack).expect("the form is open")
}

pub(super) const PAYMENTS: [(&str, &str, &str); 3] = [
    ("title", "title", "Customers cannot pay by card"),
    ("what", "what", "The page turns white after Pay."),
    ("priority", "priority", "P1"),
];

#[tokio::test]
async fn a_question_is_asked_in_a_minute_and_its_thread_is_where_it_was_asked() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let other = desk.slack.channel("ask-finance").await;
        desk.supports(&other, "ask-finance", None).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        desk.slack.joins(&cleo.slack, &other).await;
        let answer = desk
            .slack
            .types_command(&cleo.slack, &other, "/support", "Invoices are empty")
            .await;
        assert_eq!(answer.failure, None);
        desk.settle().await;
        let form = desk.slack.modal(&cleo.slack).unwrap();
        let words = form.words() + &serde_json::to_string(&form.blocks).unwrap();
        for told in [
            "Invoices are empty",
            "It goes before everything else.",
            "Customers cannot use the website or the app",
            "Answered within 15 min, put right within 1 h, day and night.",
            "Drop files into the thread",
            "nothing happens when you tap or type",
        ] {
            assert!(words.contains(told), "{told}: {words}");
        }
        let answer = desk
            .slack
            .fills_and_submits(
                &cleo.slack,
                &form,
                &[
                    ("what", "what", "No invoice shows its lines."),
                    ("priority", "priority", "P2"),
                    ("word", "word", "wrong"),
                ],
            )
            .await;
        answer.accepted_or_panic();
        assert!(answer.view.unwrap().words().contains("Filing it"));
        desk.settle().await;

        let cards = desk.slack.messages(&other);
        let [card] = cards.as_slice() else {
            panic!("one card where it was asked: {cards:#?}");
        };
        assert!(card.words().contains("Invoices are empty"));
        assert!(desk.slack.messages(&desk.channel).is_empty());
        let done = desk.slack.modal(&cleo.slack).unwrap();
        assert!(done.words().contains("is filed"), "{}", done.words());
        let link = done
            .button("Open the thread")
            .expect("a link to the thread");
        assert!(link.url.unwrap().contains(&card.ts.replace('.', "")));
        assert!(done.button("Open on the web").is_some());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_nothing_is_kept() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let shop = feature(&desk, "Shop", &[Platform::Web, Platform::Ios]).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let form = open_form(&desk, &cleo).await;
        desk.slack.fills(&cleo.slack, &form, &PAYMENTS);
        let found = desk
            .slack
            .searches_options(&cleo.slack, &form, "feature", "sho")
            .await;
        assert_eq!(found.len(), 1);
        desk.slack
            .selects(&cleo.slack, &form, "feature", &shop.id.to_string())
            .await
            .accepted_or_panic();
        desk.settle().await;
        desk.slack
            .clicks(&cleo.slack, &form, "ask-more")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(&cleo.slack).unwrap();
        let kept = form.values();
        assert_eq!(kept["title"]["title"]["value"], PAYMENTS[0].2);
        let fields = [
            ("fails_on", "fails_on", "web"),
            ("works_on", "works_on", "web,ios"),
            ("links", "links", "not-a-link"),
            ("since", "since", "4102444800"),
        ];
        let answer = desk
            .slack
            .fills_and_submits(&cleo.slack, &form, &fields)
            .await;
        assert_eq!(answer.failure, None);
        let wrong: Vec<&str> = answer.errors.keys().map(String::as_str).collect();
        assert_eq!(wrong, ["links", "since", "works_on"]);
        desk.settle().await;
        let mut tx = desk.desk.db().read().await.unwrap();
        assert_eq!(
            ticket::count(&mut tx, &ticket::Filter::default(), 10)
                .await
                .unwrap(),
            0
        );
        drop(tx);

        let form = desk.slack.modal(&cleo.slack).unwrap();
        let mended = [
            ("works_on", "works_on", "ios"),
            ("links", "links", "https://example.com/a"),
            ("since", "since", "1772438400"),
            ("people_affected", "people_affected", "40"),
        ];
        desk.slack
            .fills_and_submits(&cleo.slack, &form, &mended)
            .await
            .accepted_or_panic();
        desk.settle().await;
        let mut tx = desk.desk.db().read().await.unwrap();
        let filter = ticket::Filter::default();
        let page = ticket::Page {
            limit: 5,
            ..Default::default()
        };
        let tickets = ticket::list(&mut tx, &filter, ticket::Order::Newest, page)
            .await
            .unwrap();
        let kept = ticket::by_number(&mut tx, tickets[0].number)
            .await
            .unwrap()
            .unwrap();
        drop(tx);
        assert_eq!(kept.feature, Some(shop.id));
        assert_eq!(kept.report.people_affected, Some(40));
        assert_eq!(kept.report.tried.len(), 2);
        assert_eq!(kept.reporter, cleo.person.id);
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_catalogue_of_a_thousand_is_searched_by_words() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        for number in 0..1_000 {
            feature(&desk, &format!("Machine {number}"), &[]).await;
        }
        let gone = feature(&desk, "Machine that is gone", &[]).await;
        retire_feature(&desk.desk.eider, &desk.administrator, gone.id)
            .await
            .unwrap();
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let form = open_form(&desk, &cleo).await;
        let all = desk
            .slack
            .searches_options(&cleo.slack, &form, "feature", "")
            .await;
        assert_eq!(all.len(), 100);
        let found = desk
            .slack
            .searches_options(&cleo.slack, &form, "feature", "999 mach")
            .await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].label, "Machine 999");
        let gone = desk
            .slack
            .searches_options(&cleo.slack, &form, "feature", "gone")
            .await;
        assert!(gone.is_empty());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_question_that_is_there_already_is_joined_and_not_filed() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let ben = desk.desk.unnamed(Role::Reporter).await;
        let before = desk
            .desk
            .ask(&ben, "Customers cannot pay by card", "P1")
            .await;
        desk.settle().await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let form = open_form(&desk, &cleo).await;
        let answer = desk
            .slack
            .fills_and_submits(&cleo.slack, &form, &PAYMENTS)
            .await;
        answer.accepted_or_panic();
        let offered = answer.view.unwrap();
        assert!(offered.words().contains("Is it one of these?"));
        desk.slack
            .clicks(&cleo.slack, &offered, "ask-join")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let done = desk.slack.modal(&cleo.slack).unwrap();
        assert!(
            done.words().contains(&before.number.to_string()),
            "{}",
            done.words()
        );
        assert!(done.words().contains("Nothing new was filed"));
        let mut tx = desk.desk.db().read().await.unwrap();
        let now = ticket::by_id(&mut tx, before.id).await.unwrap().unwrap();
        let count = ticket::count(&mut tx, &ticket::Filter::default(), 10).await;
        drop(tx);
        assert!(now.joined.contains(&cleo.person.id));
        assert_eq!(count.unwrap(), 1);

        // Whoever has another question says so, and it is filed.
        let dora = desk.known("Dora Asks", Role::Reporter).await;
        let form = open_form(&desk, &dora).await;
        let answer = desk
            .slack
            .fills_and_submits(&dora.slack, &form, &PAYMENTS)
            .await;
        let offered = answer.view.unwrap();
        let answer = desk.slack.submits(&dora.slack, &offered).await;
        answer.accepted_or_panic();
        desk.settle().await;
        let done = desk.slack.modal(&dora.slack).unwrap();
        assert!(done.words().contains("is filed"), "{}", done.words());
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_message_becomes_a_ticket_of_who_wrote_it() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let ada = desk.known("Ada Responder", Role::Responder).await;
        let general = desk
            .slack
            .channel("general")
            .with(&[&cleo.slack, &ada.slack])
            .await;
        let said = desk
            .slack
            .says(
                &cleo.slack,
                &general,
                None,
                "The till is frozen\nsince nine",
            )
            .await;
        desk.slack
            .uses_message_shortcut(&ada.slack, "make-ticket", &general, &said.ts)
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(&ada.slack).unwrap();
        assert!(
            form.words().contains("The till is frozen"),
            "{}",
            form.words()
        );
        desk.slack
            .fills_and_submits(&ada.slack, &form, &[("priority", "priority", "P2")])
            .await
            .accepted_or_panic();
        desk.settle().await;
        let mut tx = desk.desk.db().read().await.unwrap();
        let page = ticket::Page {
            limit: 5,
            ..Default::default()
        };
        let filter = ticket::Filter::default();
        let tickets = ticket::list(&mut tx, &filter, ticket::Order::Newest, page)
            .await
            .unwrap();
        let kept = ticket::by_number(&mut tx, tickets[0].number)
            .await
            .unwrap()
            .unwrap();
        let facts = fact::of_ticket(&mut tx, kept.id).await.unwrap();
        drop(tx);
        assert_eq!(tickets.len(), 1);
        assert_eq!(kept.reporter, cleo.person.id);
        assert_eq!(kept.report.links.len(), 1, "{:?}", kept.report.links);
        let by_ada = facts
            .iter()
            .any(|fact| fact.happened.actor == Some(ada.person.id));
        assert!(by_ada, "who filed it is told: {facts:#?}");
        let answers = desk.slack.thread(&general, &said.ts);
        let [answer] = answers.as_slice() else {
            panic!("one answer where it was said: {answers:#?}");
        };
        let page = format!("{DESK_URL}/tickets/{}", kept.number);
        assert!(answer.text.contains(&page), "{}", answer.text);
        assert_eq!(desk.slack.messages(&desk.channel).len(), 1);
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_form_that_opens_too_late_is_offered_again_with_what_was_written() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        desk.slack.trouble_with(
            "views.open",
            Trouble::RateLimited {
                calls: 1,
                seconds: 5,
            },
        );
        desk.slack
            .types_command(&cleo.slack, &desk.channel, "/support", "The till is frozen")
            .await;
        desk.settle().await;
        assert!(desk.slack.modal(&cleo.slack).is_none());
        let offers = desk.slack.ephemerals(&cleo.slack);
        let offer = offers.last().expect("a private word");
        desk.slack
            .clicks(&cleo.slack, offer, "ask-open")
            .await
            .accepted_or_panic();
        desk.settle().await;
        let form = desk.slack.modal(&cleo.slack).unwrap();
        assert!(
            form.words().contains("The till is frozen"),
            "{}",
            form.words()
        );
        desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_closed_while_it_was_filed_is_told_in_private() {
    on_both(|database| async {
        let desk = SlackDesk::new(database, at(MORNING)).await;
        let cleo = desk.known("Cleo Asks", Role::Reporter).await;
        let form = open_form(&desk, &cleo).await;
        desk.slack.trouble_with("views.update", Trouble::Held);
        let answer = desk
            .slack
            .fills_and_submits(&cleo.slack, &form, &PAYMENTS)
            .await;
        let filing = answer.view.unwrap();
        desk.slack.closes(&cleo.slack, &filing).await;
        desk.slack.heal();
        desk.settle().await;
        let told = desk.slack.direct_messages(&cleo.slack);
        let words: Vec<String> = told.iter().map(|message| message.words()).collect();
        assert!(
            words.iter().any(|words| words.contains("is filed")),
            "{words:#?}"
        );
        let cards = desk.slack.messages(&desk.channel);
        assert_eq!(cards.len(), 1, "{cards:#?}");
        desk.slack.assert_no_violations();
    })
    .await;
}

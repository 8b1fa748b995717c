//! Whoever is on call is called in Slack too, and answers there.

use eider_app::{
    account::change_role,
    contact as methods, page as pages,
    rota::{LayerEdit, RotaEdit, create_rota},
};
use eider_domain::{
    PersonId, RotaId, TicketNumber,
    contact::Subject,
    page::{Page, State, Way},
    person::Role,
    rota::{Cover, Cycle, Duty},
    sla::{TimeOfDay, WeeklyHours},
};
use eider_testkit::{
    Database, Known, SlackDesk, at, on_both,
    slack::{Message, Person},
};

/// Monday 2 March 2026, eleven at night in London.
pub(super) const NIGHT: &str = "2026-03-02T23:00:00Z";

/// A company in which Ada is primary and Ben her buddy; Cleo asks.
pub(super) struct Duties {
    pub(super) desk: SlackDesk,
    pub(super) ada: Known,
    pub(super) ben: Known,
    pub(super) cleo: Known,
    pub(super) primary: RotaId,
}

impl Duties {
    pub(super) async fn new(database: Database, now: &str) -> Self {
        let desk = SlackDesk::new(database, at(now)).await;
        let ada = desk.known("Ada Lovelace", Role::Responder).await;
        let ben = desk.known("Ben Okri", Role::Responder).await;
        let cleo = desk.known("Cleo Nine", Role::Reporter).await;
        let primary = rota(&desk, "Support", Duty::Primary, &[ada.person.id]).await;
        rota(&desk, "Buddies", Duty::Secondary, &[ben.person.id]).await;
        // Eider has met them there.
        for known in [&ada, &ben, &cleo] {
            desk.slack
                .opens_home(&known.slack)
                .await
                .accepted_or_panic();
        }
        desk.settle().await;
        Self {
            desk,
            ada,
            ben,
            cleo,
            primary,
        }
    }

    /// Cleo asks. Answers the ticket's number.
    pub(super) async fn ask(&self, title: &str, priority: &str) -> TicketNumber {
        let ticket = self.desk.desk.ask(&self.cleo.actor, title, priority).await;
        self.desk.settle().await;
        ticket.number
    }

    /// The card of a ticket, as it is now.
    pub(super) fn card(&self, number: TicketNumber) -> Message {
        let words = number.to_string();
        let card = self.desk.slack.newest_with(&self.desk.channel, &words);
        card.expect("it has a card")
    }

    pub(super) async fn page(&self, number: TicketNumber) -> Page {
        let (eider, ada) = (&self.desk.desk.eider, &self.ada.actor);
        let view = pages::of_ticket(eider, ada, number).await.unwrap();
        view.expect("people were called").page
    }

    /// Somebody presses a button of a message.
    pub(super) async fn presses(&self, person: &Person, message: &Message, button: &str) {
        let pressed = self.desk.slack.clicks(person, message, button).await;
        pressed.accepted_or_panic();
        self.desk.settle().await;
    }

    /// How the attempts to reach somebody about something stand.
    pub(super) async fn states(&self, person: PersonId, subject: Subject) -> Vec<&'static str> {
        let sent = methods::about(&self.desk.desk.eider, person, subject);
        let sent = sent.await.unwrap();
        sent.iter().map(|attempt| attempt.state.as_str()).collect()
    }
}

/// A rota of the company, in which these take turns by weeks from Monday at nine.
pub(super) async fn rota(desk: &SlackDesk, name: &str, duty: Duty, people: &[PersonId]) -> RotaId {
    let edit = RotaEdit {
        name: name.into(),
        squad: None,
        duty,
        zone: "Europe/London".into(),
        vital: String::new(),
        cover: Cover::Always,
        most_weeks_on_end: 52,
        least_rest_hours: 0,
        layers: vec![LayerEdit {
            name: "Weeks".into(),
            people: people.to_vec(),
            zone: "Europe/London".into(),
            start: "2026-01-05".parse().unwrap(),
            handover: TimeOfDay::new(9, 0).unwrap(),
            cycle: Cycle::WEEK,
            hours: WeeklyHours::default(),
        }],
        from: None,
        retired: false,
    };
    let made = create_rota(&desk.desk.eider, &desk.administrator, edit, None);
    made.await.unwrap().id
}

/// The newest of what somebody was told in private.
pub(super) fn told(duties: &Duties, person: &Person) -> Message {
    let messages = duties.desk.slack.direct_messages(person);
    messages.last().cloned().expect("they were told")
}

/// The message about a page that somebody has, as it is now.
pub(super) fn called(duties: &Duties, person: &Person) -> Message {
    let messages = duties.desk.slack.direct_messages(person).into_iter();
    let mut about = messages.filter(|one| {
        let blocks = serde_json::Value::from(one.blocks.clone()).to_string();
        blocks.contains("\"page:")
    });
    let found = about.next_back();
    found.expect("they are called")
}

fn holds(message: &Message, button: &str) -> bool {
    let blocks = serde_json::Value::from(message.blocks.clone()).to_string();
    blocks.contains(&format!("\"{button}\""))
}

#[tokio::test]
async fn whoever_is_on_call_is_called_in_slack_and_answers_there() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let number = duties.ask("Nobody can pay", "P1").await;
        let call = called(&duties, &duties.ada.slack);
        assert!(
            call.words().contains("You are being called"),
            "{}",
            call.words()
        );
        assert!(call.words().contains("Nobody can pay"), "{}", call.words());
        let counted = duties.desk.desk.eider.measures().attempts();
        let sent = ("slack".to_owned(), "accepted", 1);
        assert!(counted.contains(&sent), "{counted:?}");
        let card = duties.card(number);
        assert!(
            card.words().contains("Calling Ada Lovelace since"),
            "{}",
            card.words()
        );
        assert!(!holds(&card, "page-call"), "they are called already");

        duties.presses(&duties.ada.slack, &call, "page-buddy").await;
        let bens = called(&duties, &duties.ben.slack);
        assert!(
            bens.words().contains("You are being called"),
            "{}",
            bens.words()
        );
        duties
            .presses(&duties.ada.slack, &call, "page-acknowledge")
            .await;
        let page = duties.page(number).await;
        assert_eq!(page.holder(), Some(duties.ada.person.id));
        let answered = page.notes.called[0].answered.unwrap();
        assert_eq!(answered.1, Way::Slack);
        let mine = called(&duties, &duties.ada.slack);
        assert!(mine.words().contains("You have it"), "{}", mine.words());
        assert_eq!(mine.ts, call.ts, "it changed in its place");
        let card = duties.card(number);
        assert!(
            card.words().contains(&duties.ada.slack.mention()),
            "the ticket is hers: {}",
            card.words()
        );
        let theirs = called(&duties, &duties.ben.slack);
        assert!(
            theirs.words().contains("Ada Lovelace needs your help"),
            "{}",
            theirs.words()
        );
        duties
            .presses(&duties.ben.slack, &theirs, "page-acknowledge")
            .await;
        let theirs = called(&duties, &duties.ben.slack);
        assert!(
            theirs.words().contains("Ada Lovelace has it"),
            "{}",
            theirs.words()
        );
        assert!(!holds(&theirs, "page-acknowledge"));
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_another_took_or_ended_shows_where_the_first_was_called() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let number = duties.ask("Nobody can pay", "P1").await;
        let call = called(&duties, &duties.ada.slack);
        duties
            .presses(&duties.ada.slack, &call, "page-escalate")
            .await;
        let page = duties.page(number).await;
        assert!(
            matches!(page.state, State::Calling { level: 2, .. }),
            "{:?}",
            page.state
        );
        let bens = called(&duties, &duties.ben.slack);
        duties
            .presses(&duties.ben.slack, &bens, "page-acknowledge")
            .await;
        let adas = called(&duties, &duties.ada.slack);
        assert!(adas.words().contains("Ben Okri has it"), "{}", adas.words());
        let (eider, ben) = (&duties.desk.desk.eider, &duties.ben.actor);
        pages::act(eider, ben, page.id, pages::Answer::CallOff, Way::Web)
            .await
            .unwrap();
        duties.desk.settle().await;
        let adas = called(&duties, &duties.ada.slack);
        assert!(
            adas.words().contains("it was called off"),
            "{}",
            adas.words()
        );
        assert!(!holds(&adas, "page-acknowledge"));
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn not_now_takes_a_reason_and_says_until_when() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let number = duties.ask("Nobody can pay", "P1").await;
        let ada = &duties.ada.slack;
        let call = called(&duties, ada);
        duties.presses(ada, &call, "page-not-now").await;
        let form = duties.desk.slack.modal(ada).expect("the form opens");
        let refused = duties
            .desk
            .slack
            .fills_and_submits(ada, &form, &[("mean", "mean", "wait")])
            .await;
        assert_eq!(
            refused.errors.keys().collect::<Vec<_>>(),
            ["reason"],
            "{refused:#?}"
        );
        let form = duties.desk.slack.modal(ada).expect("it is still open");
        let fields = [
            ("mean", "mean", "wait"),
            ("reason", "reason", "The shop opens at ten"),
        ];
        let sent = duties.desk.slack.fills_and_submits(ada, &form, &fields);
        sent.await.accepted_or_panic();
        duties.desk.settle().await;
        let page = duties.page(number).await;
        let State::Held { until } = page.state else {
            panic!("{:?}", page.state);
        };
        let call = called(&duties, ada);
        assert!(call.words().contains("It waits until"), "{}", call.words());
        assert!(
            call.words().contains("2026-03-03"),
            "{} {until}",
            call.words()
        );
        let card = duties.card(number);
        assert!(card.words().contains("Calling begins"), "{}", card.words());
        let why = "said that it can wait: The shop opens at ten";
        assert!(card.words().contains(why), "{}", card.words());
        assert!(holds(&card, "page-call"), "it can be woken");
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_is_followed_by_the_next() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let number = duties.ask("Nobody can pay", "P1").await;
        let ada = &duties.ada.slack;
        let call = called(&duties, ada);
        duties.presses(ada, &call, "page-not-now").await;
        let form = duties.desk.slack.modal(ada).expect("the form opens");
        let fields = [("mean", "mean", "cannot")];
        let sent = duties.desk.slack.fills_and_submits(ada, &form, &fields);
        sent.await.accepted_or_panic();
        duties.desk.settle().await;
        let page = duties.page(number).await;
        assert_eq!(page.callees(), [duties.ben.person.id]);
        let mine = called(&duties, ada);
        assert!(
            mine.words().contains("Others are being called"),
            "{}",
            mine.words()
        );
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn people_are_called_from_the_card_with_a_reason() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let number = duties.ask("A typing error", "P3").await;
        let cleo = &duties.cleo.slack;
        let card = duties.card(number);
        duties.presses(cleo, &card, "page-call").await;
        let form = duties.desk.slack.modal(cleo).expect("the form opens");
        assert!(
            form.words().contains("whatever the hour"),
            "{}",
            form.words()
        );
        assert!(form.words().contains("Ada Lovelace"), "{}", form.words());
        let fields = [("reason", "reason", "It stands on the front page")];
        let sent = duties.desk.slack.fills_and_submits(cleo, &form, &fields);
        sent.await.accepted_or_panic();
        duties.desk.settle().await;
        let call = called(&duties, &duties.ada.slack);
        assert!(
            call.words().contains("It stands on the front page"),
            "{}",
            call.words()
        );
        let card = duties.card(number);
        assert!(!holds(&card, "page-call"), "once is enough");
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_the_morning_is_woken_from_the_card() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let number = duties.ask("Slow payments", "P2").await;
        assert!(
            duties
                .desk
                .slack
                .direct_messages(&duties.ada.slack)
                .is_empty()
        );
        let card = duties.card(number);
        assert!(card.words().contains("Calling begins"), "{}", card.words());
        assert!(
            serde_json::Value::from(card.blocks.clone())
                .to_string()
                .contains("Wake now")
        );
        let cleo = &duties.cleo.slack;
        duties.presses(cleo, &card, "page-call").await;
        let form = duties.desk.slack.modal(cleo).expect("the form opens");
        let fields = [("reason", "reason", "The bank closes at midnight")];
        let sent = duties.desk.slack.fills_and_submits(cleo, &form, &fields);
        sent.await.accepted_or_panic();
        duties.desk.settle().await;
        let call = called(&duties, &duties.ada.slack);
        assert!(
            call.words().contains("The bank closes at midnight"),
            "{}",
            call.words()
        );
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn only_those_who_work_on_tickets_answer_a_call() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let slack = &duties.desk.slack;
        let number = duties.ask("Nobody can pay", "P1").await;
        let call = called(&duties, &duties.ada.slack);
        // She no longer works here, and her message still stands there.
        let (eider, admin) = (&duties.desk.desk.eider, &duties.desk.administrator);
        let demoted = change_role(eider, admin, duties.ada.person.id, Role::Reporter);
        demoted.await.unwrap();
        duties
            .presses(&duties.ada.slack, &call, "page-acknowledge")
            .await;
        assert_eq!(duties.page(number).await.holder(), None);
        let told = slack.direct_messages(&duties.ada.slack);
        let told: String = told.iter().map(Message::words).collect();
        let seen = slack.ephemerals(&duties.ada.slack);
        let seen: String = seen.iter().map(Message::words).collect();
        let all = format!("{told} {seen}");
        assert!(all.contains("for the people who work on tickets"), "{all}");
        slack.assert_no_violations();
    })
    .await;
}

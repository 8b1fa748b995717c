//! Who is on call: the command, swaps and covers, user groups, the digest and the Home.

use eider_app::{rota as rotas, slack as app_slack};
use eider_domain::{
    PersonId,
    person::Role,
    rota::{Duty, SwapCommand, SwapState},
};
use eider_testkit::{
    at, on_both,
    slack::{Message, Person},
};

use super::page::{Duties, NIGHT, rota};

/// Tuesday noon, in the week of whoever comes first.
const NOON: &str = "2026-03-03T12:00:00Z";

impl Duties {
    /// Somebody types the command about who is on call.
    async fn types(&self, person: &Person, text: &str) {
        let slack = &self.desk.slack;
        let typed = slack.types_command(person, &self.desk.channel, "/oncall", text);
        assert_eq!(typed.await.failure, None);
        self.desk.settle().await;
    }

    async fn holders(&self, instant: &str) -> Vec<PersonId> {
        let (eider, ada) = (&self.desk.desk.eider, &self.ada.actor);
        let found = rotas::on_call(eider, ada, at(instant), rotas::Ahead::Now);
        let found = found.await.unwrap();
        let primary = found.rotas.iter().find(|one| one.rota().id == self.primary);
        let holders = &primary.unwrap().now.holders;
        holders.iter().map(|held| held.person).collect()
    }
}

/// Everything that somebody was told for their eyes alone.
fn told_alone(duties: &Duties, person: &Person) -> String {
    let slack = &duties.desk.slack;
    let mut told = slack.ephemerals(person);
    told.extend(slack.direct_messages(person));
    told.iter().map(Message::words).collect()
}

#[tokio::test]
async fn the_command_shows_who_is_on_call_now_and_next() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let (ada, ben) = (duties.ada.person.id, duties.ben.person.id);
        rota(&duties.desk, "Garden", Duty::Gardener, &[ben, ada]).await;
        duties.types(&duties.cleo.slack, "").await;
        let shown = duties.desk.slack.ephemerals(&duties.cleo.slack).pop();
        let words = shown.unwrap().words();
        assert!(words.contains("Support (primary)"), "{words}");
        assert!(words.contains("Ada Lovelace"), "{words}");
        assert!(words.contains("Garden (gardener)"), "{words}");
        assert!(words.contains("until"), "{words}");
        assert!(words.contains("; then"), "{words}");
        assert!(!words.contains("Ask for a swap"), "Cleo only asks: {words}");
        duties.types(&duties.cleo.slack, "teapot").await;
        let help = duties.desk.slack.ephemerals(&duties.cleo.slack).pop();
        assert!(help.unwrap().words().contains("/oncall swap"));
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_swap_is_asked_and_taken_in_slack() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let (ada, ben) = (&duties.ada.slack, &duties.ben.slack);
        duties.types(ada, "swap").await;
        let form = duties.desk.slack.modal(ada).expect("the form opens");
        let ben_id = duties.ben.person.id.to_string();
        let slack = &duties.desk.slack;
        slack
            .searches_options(ada, &form, ("asked", "responder"), "Ben")
            .await;
        let form = slack.modal(ada).expect("the form is open");
        let until = at("2026-03-04T12:00:00Z").as_second().to_string();
        let fields = [
            ("asked", "responder", ben_id.as_str()),
            ("until", "until", until.as_str()),
        ];
        let sent = slack.fills_and_submits(ada, &form, &fields).await;
        sent.accepted_or_panic();
        duties.desk.settle().await;
        let told = slack.ephemerals(ada).pop().map(|one| one.words());
        let alone = slack.direct_messages(ada).pop().map(|one| one.words());
        let said = format!("{told:?} {alone:?}");
        assert!(said.contains("They are asked"), "{said}");
        let asked = slack.direct_messages(ben).pop().expect("Ben is asked");
        assert!(
            asked.words().contains("Ada Lovelace asks"),
            "{}",
            asked.words()
        );
        slack
            .clicks(ben, &asked, "on-call-take")
            .await
            .accepted_or_panic();
        duties.desk.settle().await;
        let asked = slack.direct_messages(ben).pop().unwrap();
        assert!(
            asked.words().contains("You are on call for Ada Lovelace"),
            "{}",
            asked.words()
        );
        let told = slack.direct_messages(ada).pop().expect("Ada hears of it");
        assert!(
            told.words().contains("Ben Okri takes your time on call"),
            "{}",
            told.words()
        );
        let during = duties.holders("2026-03-03T18:00:00Z").await;
        assert_eq!(during, [duties.ben.person.id]);
        let after = duties.holders("2026-03-04T18:00:00Z").await;
        assert_eq!(after, [duties.ada.person.id]);
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn the_first_to_take_a_swap_has_it() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let slack = &duties.desk.slack;
        let dot = duties.desk.known("Dot Vale", Role::Responder).await;
        slack.opens_home(&dot.slack).await.accepted_or_panic();
        let (ada, ben) = (&duties.ada, &duties.ben);
        let everybody = [ada.person.id, ben.person.id, dot.person.id];
        let shared = rota(&duties.desk, "Shared", Duty::Primary, &everybody).await;
        duties.desk.settle().await;
        let eider = &duties.desk.desk.eider;
        let mine = rotas::my_duty(eider, &ada.actor).await.unwrap();
        let mine = mine.shifts.iter().find(|own| own.rota.id == shared);
        let shift = mine.expect("Ada is on call there").shift;
        duties.types(&ada.slack, "swap").await;
        let form = slack.modal(&ada.slack).expect("the form opens");
        let chosen = format!(
            "{shared} {} {}",
            shift.from.as_second(),
            shift.until.as_second()
        );
        let fields = [("shift", "shift", chosen.as_str())];
        let sent = slack.fills_and_submits(&ada.slack, &form, &fields).await;
        sent.accepted_or_panic();
        duties.desk.settle().await;
        duties.types(&dot.slack, "").await;
        let open = slack.ephemerals(&dot.slack).pop().expect("Dot sees it");
        let to_ben = slack.direct_messages(&ben.slack).pop();
        let to_ben = to_ben.expect("Ben is asked");
        for (who, message) in [(&ben.slack, &to_ben), (&dot.slack, &open)] {
            let taken = slack.clicks(who, message, "on-call-take").await;
            taken.accepted_or_panic();
            duties.desk.settle().await;
        }
        let to_dot = slack.direct_messages(&dot.slack);
        let has_changed = to_dot
            .iter()
            .any(|one| one.words().contains("Ben Okri has taken it"));
        assert!(has_changed, "{to_dot:#?}");
        let late = told_alone(&duties, &dot.slack);
        assert!(late.contains("Ben Okri was first"), "{late}");
        let found = rotas::on_call(
            eider,
            &ada.actor,
            shift.from.max(at(NOON)),
            rotas::Ahead::Now,
        );
        let found = found.await.unwrap();
        let now = found
            .rotas
            .iter()
            .find(|one| one.rota().id == shared)
            .unwrap();
        let holders: Vec<_> = now.now.holders.iter().map(|held| held.person).collect();
        assert_eq!(holders, [ben.person.id]);
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_swap_that_is_asked_on_the_web_is_declined_in_slack() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let (eider, slack) = (&duties.desk.desk.eider, &duties.desk.slack);
        let (ada, ben) = (&duties.ada, &duties.ben);
        let ask = rotas::AskSwap {
            asked: Some(ben.person.id),
            from: at("2026-03-03T18:00:00Z"),
            until: at("2026-03-03T20:00:00Z"),
        };
        let swap = rotas::ask_swap(eider, &ada.actor, duties.primary, ask, None);
        swap.await.unwrap();
        duties.desk.settle().await;
        let asked = slack.direct_messages(&ben.slack).pop();
        let asked = asked.expect("Ben is asked");
        let pressed = slack.clicks(&ben.slack, &asked, "on-call-decline").await;
        pressed.accepted_or_panic();
        duties.desk.settle().await;
        let asked = slack.direct_messages(&ben.slack).pop().unwrap().words();
        assert!(asked.contains("You said that you cannot"), "{asked}");
        let told = slack.direct_messages(&ada.slack).pop();
        let told = told.expect("Ada hears of it").words();
        assert!(told.contains("Ben Okri cannot take"), "{told}");
        assert!(told.contains("You stay on call"), "{told}");
        assert_eq!(slack.direct_messages(&ben.slack).len(), 1, "once");
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_colleague_is_covered_for_a_time() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let ben = &duties.ben.slack;
        duties.types(ben, "cover").await;
        let slack = &duties.desk.slack;
        let form = slack.modal(ben).expect("the form opens");
        let primary = duties.primary.to_string();
        let from = at("2026-03-03T18:00:00Z").as_second().to_string();
        let until = at("2026-03-03T20:00:00Z").as_second().to_string();
        let early = at("2026-03-03T17:00:00Z").as_second().to_string();
        let wrong = [
            ("rota", "rota", primary.as_str()),
            ("from", "from", from.as_str()),
            ("until", "until", early.as_str()),
        ];
        let refused = slack.fills_and_submits(ben, &form, &wrong).await;
        assert_eq!(
            refused.errors.keys().collect::<Vec<_>>(),
            ["until"],
            "{refused:#?}"
        );
        let form = slack.modal(ben).expect("it is still open");
        let right = [
            ("rota", "rota", primary.as_str()),
            ("from", "from", from.as_str()),
            ("until", "until", until.as_str()),
        ];
        let sent = slack.fills_and_submits(ben, &form, &right).await;
        sent.accepted_or_panic();
        duties.desk.settle().await;
        let told = told_alone(&duties, ben);
        assert!(told.contains("You are on call in Support"), "{told}");
        let during = duties.holders("2026-03-03T19:00:00Z").await;
        assert_eq!(during, [duties.ben.person.id]);
        let after = duties.holders("2026-03-03T21:00:00Z").await;
        assert_eq!(after, [duties.ada.person.id]);
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn user_groups_follow_the_rota_once_at_each_change() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let (ada, ben) = (&duties.ada, &duties.ben);
        let slack = &duties.desk.slack;
        let primary = || slack.members_of("support-primary");
        assert_eq!(primary(), Some(vec![ada.slack.id.clone()]));
        assert_eq!(
            slack.members_of("support-secondary"),
            Some(vec![ben.slack.id.clone()])
        );
        // They take turns by weeks: from Monday at nine it is Ben's.
        let both = [ada.person.id, ben.person.id];
        rota(&duties.desk, "Garden", Duty::Gardener, &both).await;
        duties.desk.settle().await;
        let first = slack.members_of("gardener").expect("there is a gardener");
        let updates = slack.calls_of("usergroups.users.update").len();
        duties.desk.desk.set(at("2026-03-09T09:00:00Z"));
        duties.desk.settle().await;
        let second = slack.members_of("gardener").expect("there is a gardener");
        assert_ne!(first, second);
        let after = slack.calls_of("usergroups.users.update").len();
        assert_eq!(after, updates + 1, "only the one that changed, and once");
        duties.desk.desk.pass_minutes(24 * 60);
        duties.desk.settle().await;
        assert_eq!(slack.calls_of("usergroups.users.update").len(), after);
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_swap_that_is_taken_moves_the_group_at_its_time() {
    on_both(|database| async {
        let duties = Duties::new(database, NOON).await;
        let (eider, ada, ben) = (&duties.desk.desk.eider, &duties.ada, &duties.ben);
        let ask = rotas::AskSwap {
            asked: Some(ben.person.id),
            from: at("2026-03-03T18:00:00Z"),
            until: at("2026-03-03T20:00:00Z"),
        };
        let swap = rotas::ask_swap(eider, &ada.actor, duties.primary, ask, None);
        let swap = swap.await.unwrap();
        let taken = rotas::answer_swap(eider, &ben.actor, swap.id, SwapCommand::Take);
        let taken = taken.await.unwrap();
        assert!(matches!(taken.state, SwapState::Taken { .. }));
        duties.desk.settle().await;
        let primary = || duties.desk.slack.members_of("support-primary");
        assert_eq!(primary(), Some(vec![ada.slack.id.clone()]), "not yet");
        duties.desk.desk.set(at("2026-03-03T18:00:00Z"));
        duties.desk.settle().await;
        assert_eq!(primary(), Some(vec![ben.slack.id.clone()]));
        duties.desk.desk.set(at("2026-03-03T20:00:00Z"));
        duties.desk.settle().await;
        assert_eq!(primary(), Some(vec![ada.slack.id.clone()]));
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn the_home_shows_my_duty_and_what_calls_me() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        let slack = &duties.desk.slack;
        let home = || slack.home(&duties.ada.slack).expect("a Home").words();
        assert!(home().contains("Your duty"), "{}", home());
        assert!(home().contains("you are on call"), "{}", home());
        let number = duties.ask("Nobody can pay", "P1").await;
        assert!(home().contains("You are being called."), "{}", home());
        let shown = slack.home(&duties.ada.slack).unwrap();
        slack
            .clicks(&duties.ada.slack, &shown, "page-acknowledge")
            .await
            .accepted_or_panic();
        duties.desk.settle().await;
        let page = duties.page(number).await;
        assert_eq!(page.holder(), Some(duties.ada.person.id));
        assert!(
            home().contains("Ada Lovelace has had it since"),
            "{}",
            home()
        );
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn the_digest_names_who_is_on_call_and_what_waits() {
    on_both(|database| async {
        let duties = Duties::new(database, NIGHT).await;
        duties.ask("Slow payments", "P2").await;
        let (eider, admin) = (&duties.desk.desk.eider, &duties.desk.administrator);
        let settings = app_slack::Settings {
            // Tuesday morning, before hours start.
            digest_at: Some("08:00".into()),
            ..app_slack::settings(eider).await.unwrap()
        };
        app_slack::save_settings(eider, admin, settings)
            .await
            .unwrap();
        duties.desk.settle().await;
        duties.desk.desk.set(at("2026-03-03T08:00:00Z"));
        duties.desk.settle().await;
        let digest = duties
            .desk
            .slack
            .newest_with(&duties.desk.channel, "How the desk stands");
        let words = digest.expect("the digest is there").words();
        assert!(words.contains("Support: Ada Lovelace"), "{words}");
        assert!(
            words.contains("Calls that wait for the morning (1)"),
            "{words}"
        );
        assert!(words.contains("Slow payments"), "{words}");
        duties.desk.slack.assert_no_violations();
    })
    .await;
}

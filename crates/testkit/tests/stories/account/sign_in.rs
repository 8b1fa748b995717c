//! Passwords, waits and sessions.

use eider_app::{
    Error,
    account::{self, NewPerson, NewSession, PasswordChange, SignIn},
};
use eider_domain::{
    access::Actor,
    person::{Person, Role},
};
use eider_store::fact;
use eider_testkit::{TestDesk, at, on_both};

const PASSWORD: &str = "slow otter copper kettle";

pub(super) async fn somebody(desk: &TestDesk, name: &str, role: Role) -> (Person, Actor) {
    let new = NewPerson {
        name: name.into(),
        email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
        role,
        squads: Vec::new(),
        zone: None,
        password: Some(PASSWORD.into()),
    };
    let person = account::create_person(&desk.eider, new).await.unwrap();
    let actor = Actor {
        person: person.id,
        role,
        squads: Vec::new(),
        scopes: None,
    };
    (person, actor)
}

async fn try_with(desk: &TestDesk, email: &str, password: &str) -> Result<NewSession, Error> {
    let asked = SignIn {
        email,
        password,
        device: "a browser",
        client: Some("192.0.2.7"),
    };
    account::sign_in(&desk.eider, asked).await
}

async fn is_good(desk: &TestDesk, session: &NewSession) -> bool {
    let who = account::by_session(&desk.eider, &session.secret).await;
    who.unwrap().is_some()
}

#[tokio::test]
async fn the_right_password_lets_in_whatever_the_case_of_the_address() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (ada, _) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let session = try_with(&desk, " Ada.Lovelace@Example.com", PASSWORD)
            .await
            .unwrap();
        let who = account::by_session(&desk.eider, &session.secret)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(who.person, ada);
        account::sign_out(&desk.eider, &session.secret)
            .await
            .unwrap();
        assert!(!is_good(&desk, &session).await);
        assert!(
            account::by_session(&desk.eider, "")
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            facts(&desk).await,
            ["person_joined", "signed_in", "signed_out"]
        );
    })
    .await;
}

#[tokio::test]
async fn unknown_addresses_are_answered_like_wrong_passwords() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let (gone, _) = somebody(&desk, "Gone", Role::Lead).await;
        account::disable(&desk.eider, &root, gone.id).await.unwrap();
        let mut said = Vec::new();
        for (email, password) in [
            ("ada.lovelace@example.com", "not her password"),
            ("nobody@example.com", PASSWORD),
            ("gone@example.com", PASSWORD),
            ("no address", PASSWORD),
            ("ada.lovelace@example.com", ""),
            ("ada.lovelace@example.com", &"long".repeat(100_000)),
        ] {
            let error = try_with(&desk, email, password).await.unwrap_err();
            assert!(matches!(error, Error::NotSignedIn(_)), "{email}: {error}");
            said.push(error.to_string());
        }
        said.dedup();
        assert_eq!(said.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn after_five_wrong_passwords_one_waits_longer_and_longer() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        somebody(&desk, "Ada Lovelace", Role::Lead).await;
        // An address that nobody has waits just as long, so waiting tells nothing.
        for email in ["ada.lovelace@example.com", "nobody@example.com"] {
            for _ in 0..5 {
                let error = try_with(&desk, email, "wrong").await.unwrap_err();
                assert!(matches!(error, Error::NotSignedIn(_)), "{error}");
            }
            assert_eq!(wait_seconds(&desk, email, PASSWORD).await, 30);
        }
        let email = "ada.lovelace@example.com";
        desk.pass_minutes(1);
        try_with(&desk, email, "wrong").await.unwrap_err();
        assert_eq!(wait_seconds(&desk, email, PASSWORD).await, 60);
        desk.pass_minutes(1);
        for _ in 0..6 {
            try_with(&desk, email, "wrong").await.unwrap_err();
            desk.pass_minutes(15);
        }
        // The right one makes all of it forgotten.
        try_with(&desk, email, PASSWORD).await.unwrap();
        for _ in 0..4 {
            try_with(&desk, email, "wrong").await.unwrap_err();
        }
        try_with(&desk, email, PASSWORD).await.unwrap();
        let blocked = facts(&desk).await;
        let blocked = blocked.iter().filter(|kind| *kind == "sign_in_blocked");
        assert_eq!(blocked.count(), 2, "one for each address");
    })
    .await;
}

#[tokio::test]
async fn guesses_at_many_addresses_are_counted_for_the_client() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let own = "ada.lovelace@example.com";
        somebody(&desk, "Ada Lovelace", Role::Lead).await;
        for guess in 0..30 {
            let error = try_with(&desk, &format!("guess-{guess}@example.com"), "wrong")
                .await
                .unwrap_err();
            assert!(matches!(error, Error::NotSignedIn(_)), "{guess}: {error}");
            // A good account of one's own does not buy more guesses.
            if guess == 12 {
                try_with(&desk, own, PASSWORD).await.unwrap();
            }
        }
        assert_eq!(wait_seconds(&desk, own, PASSWORD).await, 30);
        let elsewhere = SignIn {
            email: own,
            password: PASSWORD,
            device: "",
            client: Some("192.0.2.8"),
        };
        account::sign_in(&desk.eider, elsewhere).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn guesses_sent_at_once_are_counted_one_by_one() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let email = "ada.lovelace@example.com";
        let guess = |_| try_with(&desk, email, "wrong");
        let guesses = futures_util::future::join_all((0..12).map(guess)).await;
        let looked_at = guesses
            .iter()
            .filter(|answer| matches!(answer, Err(Error::NotSignedIn(_))));
        assert_eq!(looked_at.count(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_no_longer_than_ninety_days() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let email = "ada.lovelace@example.com";
        let unused = try_with(&desk, email, PASSWORD).await.unwrap();
        let used = try_with(&desk, email, PASSWORD).await.unwrap();
        desk.set(at("2026-03-31T09:00:00Z"));
        assert!(is_good(&desk, &used).await);
        desk.set(at("2026-04-02T09:00:00Z"));
        assert!(!is_good(&desk, &unused).await);
        assert!(is_good(&desk, &used).await);
        desk.set(at("2026-05-01T09:00:00Z"));
        assert!(is_good(&desk, &used).await);
        desk.set(at("2026-05-31T08:59:59Z"));
        assert!(is_good(&desk, &used).await);
        desk.set(at("2026-05-31T09:00:00Z"));
        assert!(!is_good(&desk, &used).await);
    })
    .await;
}

#[tokio::test]
async fn use_is_noted_at_most_once_a_minute() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, ada) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let session = try_with(&desk, "ada.lovelace@example.com", PASSWORD)
            .await
            .unwrap();
        let seen = async || {
            assert!(is_good(&desk, &session).await);
            let sessions = account::sessions(&desk.eider, &ada).await.unwrap();
            sessions[0].seen_at.to_string()
        };
        desk.set(at("2026-03-02T09:00:59Z"));
        assert_eq!(seen().await, "2026-03-02T09:00:00Z");
        desk.set(at("2026-03-02T09:01:00Z"));
        assert_eq!(seen().await, "2026-03-02T09:01:00Z");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, ada) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let email = "ada.lovelace@example.com";
        let here = try_with(&desk, email, PASSWORD).await.unwrap();
        let elsewhere = try_with(&desk, email, PASSWORD).await.unwrap();
        let change = async |current, new| {
            let change = PasswordChange {
                current,
                new,
                kept_session: Some(account::secret_hash(&here.secret)),
            };
            account::change_password(&desk.eider, &ada, change).await
        };
        assert_field(change("wrong", "grebes under the pier").await, "current");
        assert_field(change(PASSWORD, "too short").await, "password");
        assert_field(
            change(PASSWORD, "ada.lovelace@example.com").await,
            "password",
        );
        assert!(is_good(&desk, &elsewhere).await);
        change(PASSWORD, "grebes under the pier").await.unwrap();
        assert!(is_good(&desk, &here).await);
        assert!(!is_good(&desk, &elsewhere).await);
        try_with(&desk, email, PASSWORD).await.unwrap_err();
        try_with(&desk, email, "grebes under the pier")
            .await
            .unwrap();
        // A session that was left open is no way to guess the password.
        for _ in 0..5 {
            assert_field(change("wrong", "heron on the roof").await, "current");
        }
        let error = change("wrong", "heron on the roof").await.unwrap_err();
        assert!(matches!(error, Error::TooMany { .. }), "{error}");
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, ada) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let (_, ben) = somebody(&desk, "Ben", Role::Administrator).await;
        let email = "ada.lovelace@example.com";
        let first = try_with(&desk, email, PASSWORD).await.unwrap();
        let second = try_with(&desk, email, PASSWORD).await.unwrap();
        let third = try_with(&desk, email, PASSWORD).await.unwrap();
        assert_eq!(account::sessions(&desk.eider, &ada).await.unwrap().len(), 3);
        let hash = account::secret_hash(&first.secret);
        let error = account::end_session(&desk.eider, &ben, &hash)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error}");
        assert!(is_good(&desk, &first).await);
        account::end_session(&desk.eider, &ada, &hash)
            .await
            .unwrap();
        assert!(!is_good(&desk, &first).await);
        let kept = account::secret_hash(&third.secret);
        let ended = account::end_other_sessions(&desk.eider, &ada, Some(&kept)).await;
        assert_eq!(ended.unwrap(), 1);
        assert!(!is_good(&desk, &second).await);
        assert!(is_good(&desk, &third).await);
    })
    .await;
}

async fn wait_seconds(desk: &TestDesk, email: &str, password: &str) -> i64 {
    match try_with(desk, email, password).await {
        Err(Error::TooMany {
            retry_after_seconds,
        }) => retry_after_seconds,
        other => panic!("{email} does not have to wait: {other:?}"),
    }
}

pub(super) fn assert_field<T: std::fmt::Debug>(answer: Result<T, Error>, field: &str) {
    match answer {
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(errors[0].field, field, "{errors:?}");
        }
        other => panic!("{field} is not refused: {other:?}"),
    }
}

pub(super) async fn facts(desk: &TestDesk) -> Vec<String> {
    let mut tx = desk.db().read().await.unwrap();
    let facts = fact::after(&mut tx, 0, 1000).await.unwrap();
    facts
        .iter()
        .map(|recorded| recorded.happened.fact.to_parts().unwrap().0)
        .collect()
}

//! Links that let somebody in.

use eider_app::{
    Error,
    account::{self, Invite, Joining, SignIn},
};
use eider_domain::person::Role;
use eider_store::{fact, fact::ChainState};
use eider_testkit::{TestDesk, at, on_both};

use super::sign_in::{assert_field, facts, somebody};

const JOINING: Joining<'static> = Joining {
    name: "Cleo Care",
    email: "cleo@example.com",
    password: "grebes under the pier",
    zone: "Europe/Paris",
    device: "a browser",
};

fn cleo() -> Invite {
    Invite {
        email: "Cleo@example.com".into(),
        name: String::new(),
        role: Role::Reporter,
        squads: Vec::new(),
    }
}

fn assert_ended<T: std::fmt::Debug>(answer: Result<T, Error>) {
    assert!(matches!(answer, Err(Error::Conflict(_))), "{answer:?}");
}

#[tokio::test]
async fn an_invitation_is_used_once() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let secret = account::invite(eider, &root, cleo()).await.unwrap();
        let waiting = account::invitations(eider, &root).await.unwrap();
        assert_eq!(waiting[0].email.as_deref(), Some("cleo@example.com"));

        let weak = Joining {
            password: "cleo",
            zone: "Nowhere",
            ..JOINING
        };
        match account::accept(eider, &secret, weak).await {
            Err(Error::Invalid(errors)) => assert_eq!(errors.len(), 2, "{errors:?}"),
            other => panic!("{other:?}"),
        }
        // The address that was invited joins, whatever the form says.
        let forged = Joining {
            email: "mallory@example.com",
            ..JOINING
        };
        let session = account::accept(eider, &secret, forged).await.unwrap();
        let who = account::by_session(eider, &session.secret).await.unwrap();
        let who = who.unwrap().person;
        assert_eq!(who.email.as_deref(), Some("cleo@example.com"));
        assert_eq!(
            (who.role, who.zone.as_str()),
            (Role::Reporter, "Europe/Paris")
        );

        assert_ended(account::accept(eider, &secret, JOINING).await);
        assert!(account::open_link(eider, &secret).await.unwrap().is_none());
        assert!(account::invitations(eider, &root).await.unwrap().is_empty());
        assert_eq!(
            facts(&desk).await,
            [
                "person_joined",
                "person_invited",
                "person_joined",
                "signed_in"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn of_two_who_use_an_invitation_at_once_one_joins() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let secret = account::invite(&desk.eider, &root, cleo()).await.unwrap();
        let (one, other) = tokio::join!(
            account::accept(&desk.eider, &secret, JOINING),
            account::accept(&desk.eider, &secret, JOINING),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_ends_and_can_be_taken_back_or_replaced() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let replaced = account::invite(eider, &root, cleo()).await.unwrap();
        let withdrawn = account::invite(eider, &root, cleo()).await.unwrap();
        assert_ended(account::accept(eider, &replaced, JOINING).await);
        account::withdraw_invitation(eider, &root, "cleo@example.com")
            .await
            .unwrap();
        assert_ended(account::accept(eider, &withdrawn, JOINING).await);
        let late = account::invite(eider, &root, cleo()).await.unwrap();
        desk.set(at("2026-03-09T08:59:59Z"));
        assert!(account::open_link(eider, &late).await.unwrap().is_some());
        desk.set(at("2026-03-09T09:00:00Z"));
        assert_ended(account::accept(eider, &late, JOINING).await);

        let here = Invite {
            email: "root@example.com".into(),
            ..cleo()
        };
        assert_field(account::invite(eider, &root, here).await, "email");
        let (_, lead) = somebody(&desk, "Lea", Role::Lead).await;
        let error = account::invite(eider, &lead, cleo()).await;
        assert!(matches!(error, Err(Error::Forbidden(_))), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn there_is_one_first_administrator() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let link = async || account::first_administrator_link(eider).await.unwrap();
        let (one, other) = (link().await.unwrap(), link().await.unwrap());
        let second = Joining {
            email: "second@example.com",
            ..JOINING
        };
        let no_address = Joining {
            email: "cleo",
            ..JOINING
        };
        assert_field(account::accept(eider, &one, no_address).await, "email");
        let (first, late) = tokio::join!(
            account::accept(eider, &one, JOINING),
            account::accept(eider, &other, second),
        );
        assert!(first.is_ok() != late.is_ok(), "{first:?} {late:?}");
        let begun = first.or(late).unwrap();
        let who = account::by_session(eider, &begun.secret).await.unwrap();
        assert_eq!(who.unwrap().person.role, Role::Administrator);
        assert_eq!(link().await, None);
        assert!(account::open_link(eider, &one).await.unwrap().is_none());
        assert!(account::open_link(eider, &other).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_link_to_sign_in_works_again_and_again_until_it_ends() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (ada, _) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let secret = account::sign_in_link(eider, ada.id, 12).await.unwrap();
        for _ in 0..3 {
            let begun = account::sign_in_by_link(eider, &secret, "").await.unwrap();
            assert_eq!(begun.person, ada.id);
        }
        assert_ended(account::accept(eider, &secret, JOINING).await);
        let new = "grebes under the pier";
        assert_ended(account::reset_password(eider, &secret, new, "").await);
        desk.set(at("2026-03-02T21:00:00Z"));
        assert_ended(account::sign_in_by_link(eider, &secret, "").await);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_helps_with_a_new_password() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let (ada, _) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let old = SignIn {
            email: "ada.lovelace@example.com",
            password: "slow otter copper kettle",
            device: "",
            client: None,
        };
        let stolen = account::sign_in(eider, old).await.unwrap();
        let earlier = account::password_reset_link(eider, &root, ada.id).await;
        let link = account::password_reset_link(eider, &root, ada.id)
            .await
            .unwrap();
        let new = "grebes under the pier";
        assert_ended(account::reset_password(eider, &earlier.unwrap(), new, "").await);
        let weak = account::reset_password(eider, &link, "password", "").await;
        assert_field(weak, "password");
        let begun = account::reset_password(eider, &link, new, "")
            .await
            .unwrap();
        assert!(
            account::by_session(eider, &begun.secret)
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            account::by_session(eider, &stolen.secret)
                .await
                .unwrap()
                .is_none()
        );
        assert_ended(account::reset_password(eider, &link, new, "").await);
        account::sign_in(eider, old).await.unwrap_err();
        let with_new = SignIn {
            password: new,
            ..old
        };
        account::sign_in(eider, with_new).await.unwrap();

        let kinds = facts(&desk).await;
        let offered = kinds
            .iter()
            .filter(|kind| *kind == "password_reset_offered");
        assert_eq!(offered.count(), 2);
        let mut tx = desk.db().read().await.unwrap();
        let state = fact::verify(&mut tx).await.unwrap();
        assert!(matches!(state, ChainState::Whole { .. }), "{state:?}");
    })
    .await;
}

//! Tokens of programs.

use eider_app::{
    Error,
    account::{self, NewToken},
};
use eider_domain::{
    access::{Action, Scope, may},
    person::Role,
};
use eider_testkit::{TestDesk, at, on_both};

use super::sign_in::{assert_field, facts, somebody};

fn token(name: &str, scopes: &[Scope], expires_in_days: Option<i64>) -> NewToken {
    NewToken {
        name: name.into(),
        scopes: scopes.to_vec(),
        expires_in_days,
    }
}

#[tokio::test]
async fn a_token_acts_for_its_owner_within_its_scopes_until_it_ends() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (ada, ada_acts) = somebody(&desk, "Ada Lovelace", Role::Responder).await;
        let new = token(
            " deploys ",
            &[Scope::Manage, Scope::Read, Scope::Read],
            Some(7),
        );
        let (made, secret) = account::create_token(&desk.eider, &ada_acts, new)
            .await
            .unwrap();
        assert_eq!(made.name, "deploys");
        assert_eq!(made.scopes, [Scope::Read, Scope::Manage]);
        let digits = secret.strip_prefix("eider_").unwrap();
        assert_eq!(digits.len(), 40);
        assert!(digits.bytes().all(|b| b.is_ascii_hexdigit()));

        let who = account::by_token(&desk.eider, &secret).await.unwrap();
        let who = who.unwrap();
        assert_eq!(who.person, ada);
        assert!(may(&who.actor, Action::Read).is_ok());
        assert!(
            may(&who.actor, Action::Work).is_err(),
            "its scope is missing"
        );
        assert!(
            may(&who.actor, Action::ManagePeople).is_err(),
            "she may not"
        );
        let listed = account::tokens(&desk.eider, &ada_acts).await.unwrap();
        assert_eq!(listed[0].used_at, Some(at("2026-03-02T09:00:00Z")));

        desk.set(at("2026-03-09T08:59:59Z"));
        assert!(
            account::by_token(&desk.eider, &secret)
                .await
                .unwrap()
                .is_some()
        );
        desk.set(at("2026-03-09T09:00:00Z"));
        assert!(
            account::by_token(&desk.eider, &secret)
                .await
                .unwrap()
                .is_none()
        );
    })
    .await;
}

#[tokio::test]
async fn a_token_is_withdrawn_by_its_owner_alone() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (ada, ada_acts) = somebody(&desk, "Ada Lovelace", Role::Responder).await;
        let (_, ben) = somebody(&desk, "Ben", Role::Administrator).await;
        let new = token("deploys", &Scope::ALL, None);
        let (made, secret) = account::create_token_for(&desk.eider, ada.id, new)
            .await
            .unwrap();
        let error = account::revoke_token(&desk.eider, &ben, made.id).await;
        assert!(matches!(error, Err(Error::NotFound(_))), "{error:?}");
        assert!(
            account::by_token(&desk.eider, &secret)
                .await
                .unwrap()
                .is_some()
        );
        account::revoke_token(&desk.eider, &ada_acts, made.id)
            .await
            .unwrap();
        assert!(
            account::by_token(&desk.eider, &secret)
                .await
                .unwrap()
                .is_none()
        );
        let again = account::revoke_token(&desk.eider, &ada_acts, made.id).await;
        assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
        let kinds = facts(&desk).await;
        assert_eq!(kinds[2..], ["token_created", "token_revoked"]);
    })
    .await;
}

#[tokio::test]
async fn a_token_makes_none_that_is_good_for_more() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, mut ada) = somebody(&desk, "Ada Lovelace", Role::Administrator).await;
        ada.scopes = Some(vec![Scope::Manage]);
        let more = token("more", &[Scope::Manage, Scope::Write], None);
        assert_field(
            account::create_token(&desk.eider, &ada, more).await,
            "scopes",
        );
        let less = token("same", &[Scope::Manage], None);
        account::create_token(&desk.eider, &ada, less)
            .await
            .unwrap();
        ada.scopes = Some(vec![Scope::Read]);
        let none = token("none", &[Scope::Read], None);
        let error = account::create_token(&desk.eider, &ada, none).await;
        assert!(matches!(error, Err(Error::Forbidden(_))), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_field() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, ada) = somebody(&desk, "Ada Lovelace", Role::Responder).await;
        for (new, field) in [
            (token(" ", &[Scope::Read], None), "name"),
            (token(&"n".repeat(81), &[Scope::Read], None), "name"),
            (token("name", &[], None), "scopes"),
            (token("name", &[Scope::Read], Some(0)), "expires_in_days"),
            (
                token("name", &[Scope::Read], Some(i64::MAX)),
                "expires_in_days",
            ),
        ] {
            assert_field(account::create_token(&desk.eider, &ada, new).await, field);
        }
    })
    .await;
}

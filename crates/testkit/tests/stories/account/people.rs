//! Who does what here, and who no longer.

use eider_app::{
    Error,
    account::{self, NewPerson, NewToken, Profile, SignIn},
};
use eider_domain::{
    SquadId,
    access::{Actor, Scope},
    person::Role,
    squad::Squad,
};
use eider_store::counter;
use eider_testkit::{TestDesk, at, on_both};

use super::sign_in::{assert_field, facts, somebody};

async fn squad(desk: &TestDesk, name: &str) -> SquadId {
    let squad = Squad {
        id: desk.eider.ids().id(desk.eider.now()),
        name: name.into(),
        rate_cents_per_hour: 6_000,
    };
    let mut tx = desk.db().write().await.unwrap();
    eider_store::squad::put(&mut tx, &squad).await.unwrap();
    counter::step(&mut tx, counter::CONFIGURATION)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    squad.id
}

#[tokio::test]
async fn the_last_administrator_stays() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (ada, acts) = somebody(&desk, "Ada Lovelace", Role::Administrator).await;
        let (ben, _) = somebody(&desk, "Ben", Role::Lead).await;
        for refused in [
            account::change_role(eider, &acts, ada.id, Role::Lead).await,
            account::disable(eider, &acts, ada.id).await,
        ] {
            let error = refused.unwrap_err();
            assert!(matches!(error, Error::Conflict(_)), "{error}");
            assert!(error.to_string().contains("only administrator"), "{error}");
        }
        account::change_role(eider, &acts, ben.id, Role::Administrator)
            .await
            .unwrap();
        let gone = account::disable(eider, &acts, ben.id).await.unwrap();
        // Somebody who is switched off is no administrator to rely on.
        let error = account::disable(eider, &acts, ada.id).await;
        assert!(matches!(error, Err(Error::Conflict(_))), "{error:?}");
        account::enable(eider, &acts, gone.id).await.unwrap();
        account::disable(eider, &acts, ada.id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn two_administrators_do_not_remove_each_other_at_once() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (ada, ada_acts) = somebody(&desk, "Ada Lovelace", Role::Administrator).await;
        let (ben, ben_acts) = somebody(&desk, "Ben", Role::Administrator).await;
        let (one, other) = tokio::join!(
            account::change_role(&desk.eider, &ada_acts, ben.id, Role::Viewer),
            account::disable(&desk.eider, &ben_acts, ada.id),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    })
    .await;
}

#[tokio::test]
async fn somebody_who_is_disabled_is_out_at_once_and_everywhere() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let (ada, ada_acts) = somebody(&desk, "Ada Lovelace", Role::Lead).await;
        let asked = SignIn {
            email: "ada.lovelace@example.com",
            password: "slow otter copper kettle",
            device: "",
            client: None,
        };
        let session = account::sign_in(eider, asked).await.unwrap();
        let new = NewToken {
            name: "deploys".into(),
            scopes: vec![Scope::Read],
            expires_in_days: None,
        };
        let (_, token) = account::create_token(eider, &ada_acts, new).await.unwrap();
        let link = account::sign_in_link(eider, ada.id, 24).await.unwrap();

        account::disable(eider, &root, ada.id).await.unwrap();
        assert!(
            account::by_session(eider, &session.secret)
                .await
                .unwrap()
                .is_none()
        );
        assert!(account::by_token(eider, &token).await.unwrap().is_none());
        assert!(account::open_link(eider, &link).await.unwrap().is_none());
        account::sign_in(eider, asked).await.unwrap_err();

        // What was ended stays ended when she comes back.
        account::enable(eider, &root, ada.id).await.unwrap();
        assert!(
            account::by_session(eider, &session.secret)
                .await
                .unwrap()
                .is_none()
        );
        assert!(account::by_token(eider, &token).await.unwrap().is_none());
        account::sign_in(eider, asked).await.unwrap();
        let kinds = facts(&desk).await;
        assert!(kinds.iter().any(|kind| kind == "person_disabled"));
        assert!(kinds.iter().any(|kind| kind == "person_enabled"));
    })
    .await;
}

#[tokio::test]
async fn a_lead_chooses_the_people_of_their_own_squad() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let eider = &desk.eider;
        let (own, other) = (squad(&desk, "Payments").await, squad(&desk, "Login").await);
        let (ada, _) = somebody(&desk, "Ada Lovelace", Role::Responder).await;
        let (_, lead) = somebody(&desk, "Lea", Role::Lead).await;
        let lead = Actor {
            squads: vec![own],
            ..lead
        };
        let with = account::add_to_squad(eider, &lead, own, ada.id)
            .await
            .unwrap();
        assert_eq!(with.squads, [own]);
        let error = account::add_to_squad(eider, &lead, other, ada.id).await;
        assert!(matches!(error, Err(Error::Forbidden(_))), "{error:?}");
        let without = account::remove_from_squad(eider, &lead, own, ada.id).await;
        assert_eq!(without.unwrap().squads, []);
        let (_, root) = somebody(&desk, "Root", Role::Administrator).await;
        let both = account::set_squads(eider, &root, ada.id, &[other, own, other]).await;
        assert_eq!(both.unwrap().squads.len(), 2);
        let unknown = eider.ids().id(eider.now());
        let answer = account::set_squads(eider, &root, ada.id, &[unknown]).await;
        assert_field(answer, "squads");
    })
    .await;
}

#[tokio::test]
async fn people_say_how_they_are_called_and_where_they_live() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        let (_, ada) = somebody(&desk, "Ada Lovelace", Role::Viewer).await;
        let profile = |name: &str, zone: &str, initials: &str, address_as: &str| Profile {
            name: name.into(),
            zone: zone.into(),
            initials: initials.into(),
            address_as: address_as.into(),
        };
        let change = async |profile| account::update_profile(&desk.eider, &ada, profile).await;
        let changed = change(profile("Ada King", "asia/tokyo", "", "Dr King"))
            .await
            .unwrap();
        assert_eq!(changed.zone, "Asia/Tokyo");
        assert_eq!(changed.initials, "AK");
        assert_eq!(changed.called(), "Dr King");
        let same = change(profile("Ada King", "Asia/Tokyo", "ak", "Dr King ")).await;
        assert_eq!(same.unwrap(), changed);
        for (bad, field) in [
            (profile("", "UTC", "", ""), "name"),
            (profile("Ada", "Atlantis", "", ""), "zone"),
            (profile("Ada", "../../etc/passwd", "", ""), "zone"),
            (profile("Ada", "UTC", "ABCD", ""), "initials"),
            (profile("Ada", "UTC", "<b>", ""), "initials"),
            (profile("Ada", "UTC", "", &"a".repeat(101)), "address_as"),
        ] {
            assert_field(change(bad).await, field);
        }
        let kinds = facts(&desk).await;
        assert_eq!(kinds, ["person_joined", "profile_changed"]);
    })
    .await;
}

#[tokio::test]
async fn an_address_belongs_to_one_person() {
    on_both(async |database| {
        let desk = TestDesk::without_timers(database, at("2026-03-02T09:00:00Z")).await;
        somebody(&desk, "Ada Lovelace", Role::Viewer).await;
        let again = NewPerson {
            name: "Another Ada".into(),
            email: "ADA.lovelace@example.com".into(),
            role: Role::Viewer,
            squads: Vec::new(),
            zone: None,
            password: None,
        };
        let answer = account::create_person(&desk.eider, again).await;
        assert_field(answer, "email");
    })
    .await;
}

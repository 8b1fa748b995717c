//! A clock that jumps: forwards over what was due, and back.

use std::collections::BTreeMap;

use eider_domain::{person::Role, ticket::Command};
use eider_store::fact::{self, ChainState};
use eider_testkit::{TestDesk, at, on_both};

/// How often each kind of fact stands among these.
fn counted(kinds: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind.as_str()).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn a_clock_that_jumps_loses_nothing_and_repeats_nothing() {
    on_both(async |database| {
        let start = at("2026-03-02T09:00:00Z");
        let desk = TestDesk::new(database, start).await;
        let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
        let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
        let ticket = desk.ask(&cleo, "Nobody can pay", "P1").await;

        // Three days are gone at once: every point of both clocks has passed meanwhile.
        desk.set(at("2026-03-05T09:00:00Z"));
        let kinds = desk
            .until("both clocks are late", async || {
                let kinds = desk.kinds(&ticket).await;
                let late = counted(&kinds).get("service_level_breached").copied();
                (late == Some(2)).then_some(kinds)
            })
            .await;
        assert_eq!(counted(&kinds)["service_level_warned"], 4, "{kinds:?}");

        // Each is told at the moment when it was reached, not when it was noticed.
        let mut tx = desk.db().read().await.unwrap();
        let facts = fact::of_ticket(&mut tx, ticket.id).await.unwrap();
        drop(tx);
        let told: Vec<_> = facts.iter().skip(1).map(|fact| fact.happened.at).collect();
        assert!(
            told.iter().all(|told| *told <= at("2026-03-02T10:00:00Z")),
            "{told:?}"
        );

        // Back to where it was: commands work, and nothing is told again.
        desk.set(at("2026-03-02T09:05:00Z"));
        eider_app::ticket::act(&desk.eider, &ada, ticket.number, Command::Take)
            .await
            .unwrap();
        eider_app::ticket::say(&desk.eider, &ada, ticket.number, "I have it.")
            .await
            .unwrap();
        // And forwards once more, over the same points.
        desk.set(at("2026-03-06T09:00:00Z"));
        let other = desk.ask(&cleo, "Still nobody can pay", "P1").await;
        desk.pass_minutes(61);
        desk.until("the other one is late", async || {
            let kinds = desk.kinds(&other).await;
            (counted(&kinds).get("service_level_breached") == Some(&2)).then_some(())
        })
        .await;
        let kinds = desk.kinds(&ticket).await;
        assert_eq!(counted(&kinds)["service_level_breached"], 2, "{kinds:?}");
        assert_eq!(counted(&kinds)["service_level_warned"], 4, "{kinds:?}");

        let mut tx = desk.db().read().await.unwrap();
        let chain = fact::verify(&mut tx).await.unwrap();
        assert!(matches!(chain, ChainState::Whole { .. }), "{chain:?}");
        drop(tx);
        desk.stop().await;
    })
    .await;
}

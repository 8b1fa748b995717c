//! Applying and exporting at the shell.

use eider_testkit::{on_both, on_sqlite};
use insta::{allow_duplicates, assert_snapshot};

use super::*;

#[tokio::test]
async fn the_example_of_the_guide_is_planned_applied_and_then_changes_nothing() {
    on_both(async |database| {
        let place = Place::new(database).await;
        place.write("guide", &[("desk.yaml", &example())]);
        let (plan, code) = place.plan("guide").await;
        assert_eq!(code, 6, "{plan}");
        assert!(plan.contains("+ rota Payments primary\n"), "{plan}");
        assert!(
            plan.contains("  + layers.Weeks.people: grace@example.com, alan@example.com\n"),
            "{plan}"
        );
        assert!(plan.contains("~ paging of Payments\n"), "{plan}");
        assert!(
            plan.ends_with("12 to add, 2 to change, 0 to take out of use.\n"),
            "{plan}"
        );
        // A plan alone changes nothing.
        let before = place.facts().await;
        assert_eq!(before, Vec::<Value>::new());

        let told = place.apply("guide").await;
        assert!(told.contains("\nApplied.\n"), "{told}");
        let key = "The key Prometheus of Checkout API is made. Its secret is shown only now: ";
        assert!(told.contains(key), "{told}");

        let facts = place.facts().await;
        let names: Vec<String> = facts.iter().map(told_of).collect();
        allow_duplicates! {
            assert_snapshot!(names.join("\n"), @r"
            Ada configured squad Payments
            Ada configured squad Storefront
            Ada configured calendar Office in London
            Ada person_joined
            Ada person_joined
            Ada configured feature Checkout
            Ada configured rota Payments primary
            Ada configured escalation policy Payments by day and night
            Ada configured paging of Our company
            Ada configured paging of Payments
            Ada configured service Checkout API
            Ada configured key for alerts Prometheus of Checkout API
            Ada configured key for alerts Nightly settlement of Checkout API
            Ada configured service Database
            ");
        }
        let (plan, code) = place.plan("guide").await;
        assert_eq!(
            (plan.as_str(), code),
            ("Nothing would change: the desk is as the files say.\n", 0)
        );
        let again = place.apply("guide").await;
        assert_eq!(
            again,
            "Nothing would change: the desk is as the files say.\n"
        );
        assert_eq!(place.facts().await.len(), facts.len());
    })
    .await;
}

fn told_of(fact: &Value) -> String {
    let data = &fact["data"];
    let name = data["name"].as_str().unwrap_or_default();
    let part = data["part"].as_str().unwrap_or_default();
    let kind = fact["kind"].as_str().unwrap_or_default();
    let by = fact["actor"]["name"].as_str().unwrap_or("nobody");
    format!("{by} {kind} {part} {name}").trim_end().to_owned()
}

#[tokio::test]
async fn whoever_does_not_agree_changes_nothing() {
    on_sqlite(async |database| {
        let place = Place::new(database).await;
        place.write("desk", &[("a.yaml", "squads:\n  - name: Payments\n")]);
        let apply = || {
            let apply = Apply {
                yes: false,
                ..place.apply_of("desk")
            };
            ClientCommand::Apply(apply)
        };
        for (input, told) in [
            (Input::Words("no".to_owned()), "Nothing was applied."),
            (Input::Stream, "Nobody is here to agree."),
        ] {
            let (plan, outcome) = place.run(apply(), input).await;
            assert!(plan.contains("+ squad Payments"), "{plan}");
            let failure = outcome.expect_err("it was not agreed to");
            assert!(failure.to_string().contains(told), "{failure}");
        }
        assert_eq!(place.facts().await, Vec::<Value>::new());
        let (_, outcome) = place.run(apply(), Input::Words("yes\n".to_owned())).await;
        outcome.unwrap();
        assert_eq!(place.facts().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_plan_tells_what_becomes_what() {
    on_both(async |database| {
        let place = Place::new(database).await;
        place.write("guide", &[("desk.yaml", &example())]);
        place.apply("guide").await;
        let changed = "
squads:
  - name: Checkout
    was: Payments
    waking: {P2: wake}
people:
  - email: GRACE@example.com
    name: Grace B. Hopper
    squads: [Checkout, Storefront]
rotas:
  - name: payments primary
    least_rest_hours: 12
    layers:
      - name: Weeks
        people: [alan@example.com, grace@example.com]
        zone: Europe/London
        start: 2026-01-05
        handover: '09:00'
services:
  - name: Database
    causes: [Checkout API]
    squad: Storefront
calendars:
  - name: Office in London
    holidays: [2026-12-25 Christmas Day, 2027-01-01 New Year's Day]
";
        place.write("changed", &[("desk.yaml", changed)]);
        let (plan, code) = place.plan("changed").await;
        assert_eq!(code, 6);
        allow_duplicates! {
            assert_snapshot!(plan, @r"
            ~ squad Checkout
                name: Payments → Checkout
            ~ calendar Office in London
              + holidays: 2027-01-01 New Year's Day
              - holidays: 2026-12-28 Boxing Day (substitute day)
            ~ person grace@example.com
              + squads: Storefront
            ~ rota payments primary
                name: Payments primary → payments primary
                least_rest_hours: 11 → 12
                layers.Weeks.people: grace@example.com, alan@example.com → alan@example.com, grace@example.com
              - layers.Weekends.name: Weekends
              - layers.Weekends.people: alan@example.com
              - layers.Weekends.zone: Europe/London
              - layers.Weekends.start: 2026-01-05
              - layers.Weekends.handover: 00:00
              - layers.Weekends.every: 1
              - layers.Weekends.unit: weeks
              - layers.Weekends.hours.saturday: 00:00-24:00
              - layers.Weekends.hours.sunday: 00:00-24:00
            ~ paging of Checkout
                waking.P2: hold Office in London → wake
            ~ service Database
              + squad: Storefront
              + causes: Checkout API
            Note: desk.yaml, line 8: the name of grace@example.com stays “Grace Hopper”: people change their own.
            0 to add, 6 to change, 0 to take out of use.
            ");
        }
        place.apply("changed").await;
        assert_eq!(place.plan("changed").await.1, 0);
        // What these files do not mention is as it was.
        let export = place.exported("export").await;
        for kept in [
            "Payments by day and night",
            "Prometheus",
            "rate_cents_per_hour: 9000",
        ] {
            assert!(export.contains(kept), "{export}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_there_is_written_over_only_when_asked() {
    on_sqlite(async |database| {
        let place = Place::new(database).await;
        place.exported("export").await;
        // The same again is no reason to refuse.
        place.exported("export").await;
        place.write("export", &[("squads.yaml", "squads: []\n# mine\n")]);
        let export = |overwrite| {
            ClientCommand::ExportAsCode(Export {
                folder: place.folder("export"),
                overwrite,
                reach: place.reach(),
            })
        };
        let (_, outcome) = place.run(export(false), Input::Stream).await;
        let failure = outcome.expect_err("a file is there");
        assert!(failure.to_string().contains("squads.yaml"), "{failure}");
        let (told, outcome) = place.run(export(true), Input::Stream).await;
        outcome.unwrap();
        assert!(told.starts_with("7 files are in "), "{told}");
        let squads = std::fs::read_to_string(place.folder("export").join("squads.yaml"));
        assert!(!squads.unwrap().contains("mine"));
    })
    .await;
}

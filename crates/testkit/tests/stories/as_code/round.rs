//! What is exported changes nothing where it came from, and makes the same elsewhere.

use std::collections::HashMap;

use eider_testkit::{Database, on_both};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::*;

/// An empty database of the other kind of test, for the desk that the files go to.
async fn elsewhere() -> Place {
    Place::new(Database::sqlite().await).await
}

#[tokio::test]
async fn an_export_changes_nothing_at_home_and_makes_the_same_elsewhere() {
    on_both(async |database| {
        let home = Place::new(database).await;
        home.write("guide", &[("desk.yaml", &example())]);
        home.apply("guide").await;
        // Somebody who takes turns has left; a service and a priority are not what they were.
        let left = "people:\n  - email: alan@example.com\n    active: false\n\
                    services:\n  - name: Database\n    retired: true\n";
        applied(&home.client, left, false).await;
        let export = home.exported("export").await;
        assert!(!export.contains("secret"), "{export}");
        assert!(export.contains("active: false"), "{export}");
        let (plan, code) = home.plan("export").await;
        assert_eq!(code, 0, "{plan}");

        let away = elsewhere().await;
        carried(&home, &away).await;
        pretty_equal(&away.exported("export").await, &export);
        assert_eq!(away.plan("copy").await.1, 0);
    })
    .await;
}

/// Applies what was exported at home elsewhere.
async fn carried(home: &Place, away: &Place) {
    let copy = away.folder("copy");
    std::fs::create_dir_all(&copy).unwrap();
    for entry in std::fs::read_dir(home.folder("export")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    away.apply("copy").await;
}

/// A desk on which nothing is as it usually is, so that what an export leaves out is missed.
const UNUSUAL: &str = "
company: {policy: Night, waking: {P1: wake, P3: never}}
squads:
  - name: Payments
    rate_cents_per_hour: 9050
    policy: Night
    waking: {P1: hold, P2: {hold: Office}}
  - name: Storefront
calendars:
  - name: Office
    zone: Asia/Kolkata
    weekly: {monday: '09:30-17:30', saturday: '10:00-12:00'}
    holidays: [2026-12-25 Christmas Day]
people:
  - {email: grace@example.com, name: Grace Hopper, role: lead, squads: [Payments, Storefront], zone: America/St_Johns}
  - {email: alan@example.com, name: Alan Turing, role: responder, squads: [Payments], zone: Asia/Tokyo}
features:
  - name: Checkout
    description: Where customers pay.
    squad: Payments
    platforms: [ios, other]
    links: [{title: Runbook, url: 'https://wiki.example.com/checkout'}]
  - {name: Old checkout, retired: true}
rotas:
  - name: Primary
    squad: Payments
    duty: secondary
    zone: Asia/Kolkata
    vital: 'Bridge: 020 7946 0100'
    cover: while_planned
    most_weeks_on_end: 3
    least_rest_hours: 7
    layers:
      - name: Nights
        people: [alan@example.com, grace@example.com]
        zone: America/New_York
        start: 2026-01-06
        handover: '17:30'
        every: 10
        unit: days
        hours: {friday: '18:00-24:00'}
policies:
  - name: Night
    levels:
      - call: [gardener, squad, {rota: Primary}, {person: grace@example.com}, {squad: Storefront}]
        acknowledge_seconds: 240
      - {call: [leads], acknowledge_seconds: 660}
    rounds: 3
    last_resort: [administrators, {person: alan@example.com}]
    ask_again_seconds: 0
services:
  - name: Checkout API
    squad: Storefront
    feature: Checkout
    worth: {critical: P2, error: null, warning: P1, info: P3}
    causes: [Database]
    keys:
      - {name: Our own, source: json, mapping: {alerts: /checks, key: /id, title: /label, over: [green]}}
      - {name: Nightly, source: heartbeat, every_seconds: 7200, grace_seconds: 120}
  - {name: Database, retired: true}
";

/// All that the API tells of what stands in files, with names in the place of ids.
async fn told(place: &Place) -> Value {
    let mut told = json!({});
    for kind in [
        "squads",
        "calendars",
        "people",
        "features",
        "rotas",
        "escalation-policies",
        "paging-rules",
        "services",
    ] {
        let answer = place.client.get(&format!("/api/v1/{kind}")).await;
        let answer: Value = answer.json().await.unwrap();
        told[kind] = answer["items"].clone();
    }
    let mut names = HashMap::new();
    find_names(&told, &mut names);
    put_names(&mut told, &names);
    told
}

fn find_names(told: &Value, names: &mut HashMap<String, String>) {
    if let (Some(id), Some(name)) = (told["id"].as_str(), told["name"].as_str()) {
        names.insert(id.to_owned(), name.to_owned());
    }
    let fields = told.as_object().into_iter().flat_map(|map| map.values());
    let items = told.as_array().into_iter().flatten();
    fields.chain(items).for_each(|one| find_names(one, names));
}

fn put_names(told: &mut Value, names: &HashMap<String, String>) {
    match told {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|one| put_names(one, names)),
        Value::Object(map) => map.values_mut().for_each(|one| put_names(one, names)),
        _ => {}
    }
}

/// The keys of the checkout with everything that was said of them. The API tells only their names.
async fn keys(place: &Place) -> Vec<String> {
    let desk = place.server.desk.eider.desk().await.unwrap();
    let checkout = desk.service_named("Checkout API").unwrap().id;
    let mut keys: Vec<String> = desk
        .keys_of(checkout)
        .map(|key| format!("{} {:?} {:?}", key.name, key.source, key.options))
        .collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn an_export_leaves_nothing_out() {
    on_both(async |database| {
        let home = Place::new(database).await;
        applied(&home.client, UNUSUAL, false).await;
        home.exported("export").await;
        let away = elsewhere().await;
        carried(&home, &away).await;
        let (there, here) = (told(&away).await, told(&home).await);
        for (kind, things) in here.as_object().unwrap() {
            assert_eq!(&there[kind], things, "{kind}");
        }
        assert_eq!(keys(&away).await, keys(&home).await);
        assert_eq!(keys(&home).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whatever_people_write_comes_back_as_it_was() {
    // One desk for all of them: each export holds everything before it too.
    let home = elsewhere().await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]),
    );
    let text = "[ -~\u{a0}-\u{ff}\u{2028}“日\t]{1,40}";
    let words = proptest::string::string_regex(text).unwrap();
    let rare = proptest::sample::select(vec![
        "null",
        "yes",
        "No",
        "~",
        "1.5",
        "09:00",
        "0x1f",
        "-",
        "- a",
        "a: b",
        "a #b",
        "'",
        "\"",
        "|",
        "=",
        "<<",
        "2026-01-05",
        "1e5",
        "@x",
        "%y",
        "{}",
        "[]",
        "!t",
        "*a",
        "&a",
        "? q",
        ".inf",
    ]);
    let mut made = 0;
    for round in 0..60 {
        let word = match round % 2 {
            0 => words.new_tree(&mut runner).unwrap().current(),
            _ => rare.new_tree(&mut runner).unwrap().current().to_owned(),
        };
        let lines = format!("{word}\n\n  {word}\n{word}");
        let body = json!({ "name": word, "description": lines });
        let request = home.client.request("POST", "/api/v1/features").json(&body);
        // What cannot be a name, or is one already, is refused.
        made += i32::from(request.send().await.unwrap().status() == 201);
    }
    assert!(made > 40, "only {made} features were made");
    home.exported("export").await;
    let (plan, code) = home.plan("export").await;
    assert_eq!(code, 0, "{plan}");
    let features = |place: &Place| {
        let client = place.client.clone();
        async move {
            let answer = client.get("/api/v1/features").await;
            let mut answer: Value = answer.json().await.unwrap();
            for feature in answer["items"].as_array_mut().unwrap() {
                feature.as_object_mut().unwrap().remove("id");
            }
            answer
        }
    };
    let away = elsewhere().await;
    let text = std::fs::read_to_string(home.folder("export").join("features.yaml")).unwrap();
    applied(&away.client, &text, false).await;
    assert_eq!(features(&away).await, features(&home).await);
}

#[tokio::test]
async fn the_sample_company_comes_back_as_it_was() {
    on_both(async |database| {
        let home = Place::new(database).await;
        let eider = &home.server.desk.eider;
        // Everything that a real desk has, by the hands of the pages.
        let (_, admin) = home.server.desk.person("Bob", Role::Administrator).await;
        for number in 0..30 {
            let text = sample(number);
            applied(&home.client, &text, false).await;
        }
        let paging = eider_domain::escalation::Paging {
            policy: None,
            waking: vec![
                (
                    eider_domain::priority::Rank::P2,
                    eider_domain::escalation::Waking::Never,
                ),
                (
                    eider_domain::priority::Rank::P1,
                    eider_domain::escalation::Waking::Wake,
                ),
            ],
        };
        eider_app::escalation::save_rules(eider, &admin, None, paging)
            .await
            .unwrap();
        home.exported("export").await;
        let (plan, code) = home.plan("export").await;
        assert_eq!(code, 0, "{plan}");
    })
    .await;
}

/// One of many small desks that lie over each other.
fn sample(number: usize) -> String {
    let (unit, duty) = (
        ["weeks", "days", "hours"][number % 3],
        ["primary", "secondary", "gardener"][number / 3 % 3],
    );
    let squad = number % 7;
    let zone = ["Europe/London", "Asia/Kolkata", "America/St_Johns"][number % 3];
    let (role, every) = (["responder", "lead"][number % 2], number % 5 + 1);
    format!(
        "squads:\n  - name: Squad {squad}\n    rate_cents_per_hour: {number}00\n    \
         waking: {{P{}: never, P{}: hold}}\n\
         people:\n  - email: p{number}@example.com\n    name: Person {number}\n    role: {role}\n    \
         squads: [Squad {squad}]\n    zone: {zone}\n\
         rotas:\n  - name: Rota {}\n    squad: Squad {squad}\n    duty: {duty}\n    zone: {zone}\n    \
         layers:\n      - name: Turns\n        people: [p{number}@example.com]\n        \
         start: 2026-01-05\n        handover: 09:3{}\n        every: {every}\n        unit: {unit}\n",
        number % 4 + 1,
        number % 4 + 2,
        number % 11,
        number % 10,
    )
}

/// Compares texts and shows the first line that differs.
fn pretty_equal(left: &str, right: &str) {
    for (left, right) in left.lines().zip(right.lines()) {
        assert_eq!(left, right);
    }
    assert_eq!(left.len(), right.len());
}

//! What is refused, and that nothing of it is kept.

use eider_store::{counter, squad};
use eider_testkit::on_both;

use super::*;

const SQUADS: &str = "squads:\n  - name: Payments\n  - name: Storefront\n";

fn messages(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let message = |error: &Value| error["message"].as_str().unwrap().to_owned();
    errors.iter().map(message).collect()
}

#[tokio::test]
async fn one_wrong_file_and_nothing_is_applied() {
    on_both(async |database| {
        let place = Place::new(database).await;
        let rotas = "rotas:\n  - name: Primary\n    squad: Paiments\n    duty: primary\n    \
                     layers:\n      - name: Weeks\n        people: [ada@example.com, eve@example.com]\n        \
                     start: 2026-01-05\n        handover: 09:00\n        every: 400\n";
        place.write("desk", &[("a.yaml", SQUADS), ("b.yaml", rotas)]);
        let command = ClientCommand::Apply(place.apply_of("desk"));
        let (told, outcome) = place.run(command, Input::Stream).await;
        assert_eq!(told, "");
        let failure = outcome.expect_err("it is refused");
        assert_eq!(failure.code(), 1);
        assert_eq!(
            failure.to_string(),
            "b.yaml, line 3: There is no squad “Paiments”, neither on the desk nor in these files.\n\
             b.yaml, line 6: There is nobody with the address “eve@example.com”, neither on the desk nor in these files."
        );
        let bare = rotas.replace("Paiments", "Payments").replace(", eve@example.com", "");
        place.write("desk", &[("b.yaml", &bare)]);
        let command = ClientCommand::Apply(place.apply_of("desk"));
        let (_, outcome) = place.run(command, Input::Stream).await;
        assert_eq!(
            outcome.expect_err("400 is too many").to_string(),
            "b.yaml, line 6: A turn lasts from 1 to 366 hours, days or weeks."
        );
        assert_eq!(place.facts().await, Vec::<Value>::new());
        assert!(place.server.desk.eider.desk().await.unwrap().squads.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_plan_of_a_desk_that_has_changed_is_not_applied() {
    on_both(async |database| {
        let place = Place::new(database).await;
        let client = &place.client;
        applied(client, SQUADS, false).await;
        let wanted = "squads:\n  - name: Payments\n    rate_cents_per_hour: 500\n";
        let (_, plan) = ask(client, "plan", &file(wanted)).await;
        let mut body = file(wanted);
        body["fingerprint"] = plan["fingerprint"].clone();
        applied(
            client,
            "squads:\n  - name: Payments\n    rate_cents_per_hour: 400\n",
            false,
        )
        .await;
        let (status, problem) = ask(client, "apply", &body).await;
        assert_eq!(status, 409, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("Nothing was applied."), "{detail}");
        let desk = place.server.desk.eider.desk().await.unwrap();
        assert_eq!(
            desk.squad_named("Payments").unwrap().rate_cents_per_hour,
            400
        );

        // What does not touch the plan is no reason to refuse it.
        let (_, plan) = ask(client, "plan", &file(wanted)).await;
        applied(
            client,
            "squads:\n  - name: Storefront\n    rate_cents_per_hour: 1\n",
            false,
        )
        .await;
        body["fingerprint"] = plan["fingerprint"].clone();
        assert_eq!(ask(client, "apply", &body).await.0, 200);
        // The same once more is another plan by now: there is nothing to do.
        assert_eq!(ask(client, "apply", &body).await.0, 409);
    })
    .await;
}

/// On SQLite one transaction writes at a time, so this can only happen on PostgreSQL.
#[tokio::test]
async fn what_another_node_configures_meanwhile_refuses_all_of_it() {
    let place = Place::new(Database::postgres().await).await;
    let client = &place.client;
    applied(client, SQUADS, false).await;
    let wanted = "squads:\n  - name: Payments\n    rate_cents_per_hour: 500\n  - name: Platform\n";
    let (_, plan) = ask(client, "plan", &file(wanted)).await;
    let mut body = file(wanted);
    body["fingerprint"] = plan["fingerprint"].clone();
    let facts = place.facts().await;

    // Another node has written another rate, and has not committed it yet.
    let database = place.server.desk.database();
    let other = database.opened_again().await;
    let mut tx = other.db.write().await.unwrap();
    let desk = place.server.desk.eider.desk().await.unwrap();
    let mut payments = desk.squad_named("Payments").unwrap().clone();
    payments.rate_cents_per_hour = 700;
    squad::put(&mut tx, &payments).await.unwrap();
    counter::step(&mut tx, counter::CONFIGURATION)
        .await
        .unwrap();
    let commits = async {
        database.until_somebody_waits().await;
        tx.commit().await.unwrap();
    };
    let ((status, problem), ()) = tokio::join!(ask(client, "apply", &body), commits);
    assert_eq!(status, 409, "{problem}");

    let desk = place.server.desk.eider.desk().await.unwrap();
    let rate = desk.squad_named("Payments").unwrap().rate_cents_per_hour;
    assert_eq!(rate, 700, "what the other node said holds");
    assert!(desk.squad_named("Platform").is_none(), "nothing is kept");
    assert_eq!(place.facts().await, facts);
    let again = applied(client, wanted, false).await;
    assert_eq!(again["changes"].as_array().unwrap().len(), 2, "{again}");
}

#[tokio::test]
async fn rights_are_asked_for_every_thing() {
    on_both(async |database| {
        let place = Place::new(database).await;
        applied(&place.client, SQUADS, false).await;
        let lead = place.of("Grace", Role::Lead, &["Payments"]).await;
        let responder = place.of("Alan", Role::Responder, &["Payments"]).await;
        let reader = place.of("Vera", Role::Viewer, &[]).await;
        let services = |squad: &str| format!("services:\n  - name: Of {squad}\n    squad: {squad}\n");

        let (status, _) = ask(&reader, "plan", &file(&services("Payments"))).await;
        assert_eq!(status, 403);
        let (status, problem) = ask(&responder, "plan", &file(&services("Payments"))).await;
        assert_eq!(status, 422, "{problem}");
        assert!(messages(&problem)[0].contains("needs the role lead"), "{problem}");

        // A lead writes what is of their squad. What of others is as it is may stand beside it.
        applied(&lead, &services("Payments"), false).await;
        applied(&lead, &format!("{SQUADS}{}", services("Payments")), false).await;
        for (theirs, told) in [
            (services("Storefront"), "a squad that you do not lead"),
            ("squads:\n  - name: New\n".into(), "a squad that you do not lead"),
            ("squads:\n  - name: Storefront\n    waking: {P1: never}\n".into(), "do not lead"),
            ("calendars:\n  - name: A\n    weekly: {monday: 09:00-17:00}\n".into(), "administrator"),
            ("people:\n  - email: alan@example.com\n    role: administrator\n".into(), "administrator"),
            ("people:\n  - email: alan@example.com\n    active: false\n".into(), "administrator"),
            ("people:\n  - email: n@example.com\n    name: N\n    role: viewer\n".into(), "administrator"),
            ("people:\n  - email: alan@example.com\n    squads: [Payments, Storefront]\n".into(), "do not lead"),
            ("policies:\n  - name: A\n    levels: [{call: [primary], acknowledge_seconds: 60}]\n    last_resort: [leads]\n".into(), "administrator"),
            ("company: {waking: {P1: never}}\n".into(), "a squad that you do not lead"),
            (services("Payments").replace("squad: Payments", "squad: Storefront"), "do not lead"),
            (format!("{}    keys: [{{name: P, source: mail}}]\n", services("Storefront")), "do not lead"),
        ] {
            let theirs: String = theirs;
            let mut body = file(&theirs);
            let (status, problem) = ask(&lead, "plan", &body).await;
            assert_eq!(status, 422, "{theirs}: {problem}");
            let messages = messages(&problem);
            assert!(messages[0].starts_with("desk.yaml, line "), "{messages:?}");
            assert!(messages[0].contains(told), "{theirs}: {messages:?}");
            // Whoever agrees to the plan of somebody who may is refused all the same.
            let (_, plan) = ask(&place.client, "plan", &body).await;
            body["fingerprint"] = plan["fingerprint"].clone();
            assert_eq!(ask(&lead, "apply", &body).await.0, 422, "{theirs}");
        }
        applied(&lead, "people:\n  - email: alan@example.com\n    squads: []\n", false).await;
    })
    .await;
}

#[tokio::test]
async fn only_what_was_asked_for_goes_out_of_use() {
    on_both(async |database| {
        let place = Place::new(database).await;
        let client = &place.client;
        applied(client, &example(), false).await;
        let fewer = "services:\n  - name: Checkout API\n    keys: []\n";
        // By silence nothing goes.
        let told = applied(client, fewer, false).await;
        assert_eq!(told["changes"], json!([]));

        let told = applied(client, fewer, true).await;
        let mut lines: Vec<String> = told["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| format!("{} {} {}", one["how"], one["kind"], one["name"]).replace('"', ""))
            .collect();
        // Two keys that were made at once go in any order.
        lines.sort();
        assert_eq!(
            lines,
            [
                "retire key of Checkout API: Nightly settlement (heartbeat, made on 2026-03-02)",
                "retire key of Checkout API: Prometheus (alertmanager, made on 2026-03-02)",
                "retire service Database"
            ]
        );
        let desk = place.server.desk.eider.desk().await.unwrap();
        assert!(desk.rotas.iter().all(|rota| !rota.retired));
        let checkout = desk.service_named("Checkout API").unwrap().id;
        assert_eq!(desk.keys_of(checkout).count(), 0);

        // Nobody switches themselves off, and nobody is when no file speaks of people.
        let mut body = file("people: []\n");
        body["prune"] = json!(true);
        let (status, problem) = ask(client, "plan", &body).await;
        assert_eq!(status, 422);
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("You (ada@example.com) are not in these files"),
            "{detail}"
        );
        let people = "people:\n  - email: ada@example.com\n  - email: grace@example.com\n";
        applied(client, people, true).await;
        let gone = client
            .get("/api/v1/people")
            .await
            .json::<Value>()
            .await
            .unwrap();
        let gone = gone["items"].as_array().unwrap().iter();
        let gone: Vec<&Value> = gone.filter(|one| one["standing"] == "disabled").collect();
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0]["name"], "Alan Turing");
        // Mentioned again they stay out, until a file says so.
        let again = "people:\n  - email: alan@example.com\n";
        assert_eq!(applied(client, again, false).await["changes"], json!([]));
        let told = applied(client, &format!("{again}    active: true\n"), false).await;
        assert_eq!(told["changes"].as_array().unwrap().len(), 1);
        // A service that is mentioned is in use again.
        applied(client, "services:\n  - name: Database\n", false).await;
        let desk = place.server.desk.eider.desk().await.unwrap();
        assert!(desk.service_named("Database").is_some());
    })
    .await;
}

#[tokio::test]
async fn somebody_stays_an_administrator() {
    on_both(async |database| {
        let place = Place::new(database).await;
        let demoted = file("people:\n  - email: ada@example.com\n    role: lead\n");
        let (status, problem) = ask(&place.client, "plan", &demoted).await;
        assert_eq!(status, 422);
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("Nobody would be an administrator"),
            "{detail}"
        );
        let other = "people:\n  - email: ada@example.com\n    role: lead\n  \
                     - email: bob@example.com\n    name: Bob\n    role: administrator\n";
        applied(&place.client, other, false).await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    on_both(async |database| {
        let place = Place::new(database).await;
        for (body, told) in [
            (file("a: b: c"), "desk.yaml, line 1: This is not YAML: "),
            (file("x: 1"), "desk.yaml, line 1: “x” is not known here."),
            (file("\u{0}"), "desk.yaml, line 1: "),
            (file(&"[".repeat(5000)), "desk.yaml, line 1: "),
            (
                file(&"x".repeat(5 * 1024 * 1024)),
                "at most 4194304 are read at once",
            ),
            (
                json!({"files": vec![json!({"name": "a", "text": ""}); 101]}),
                "At most 100 files",
            ),
            (
                json!({"files": [{"name": "", "text": ""}]}),
                "A file has a name",
            ),
        ] {
            let (status, problem) = ask(&place.client, "plan", &body).await;
            assert_eq!(status, 422, "{problem}");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(told), "{detail}");
        }
        assert_eq!(ask(&place.client, "apply", &file("")).await.0, 400);
        let (status, plan) = ask(&place.client, "plan", &json!({"files": []})).await;
        assert_eq!((status, &plan["changes"]), (200, &json!([])));
    })
    .await;
}

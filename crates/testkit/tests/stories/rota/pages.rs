//! Rotas and what differs from them.

use eider_domain::{fact::Fact, person::Role};
use eider_store::fact;
use eider_testkit::{at, on_both};
use serde_json::json;

use super::Squad;

#[tokio::test]
async fn a_lead_makes_a_rota_and_everybody_sees_who_is_on_call() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        assert_eq!(
            squad.on_call("2026-03-02T12:00:00Z").await,
            ["Ada Lovelace"]
        );
        // The clocks go forward on 29 March: nine o'clock in London is eight in UTC.
        assert_eq!(
            squad.on_call("2026-03-30T07:59:59Z").await,
            ["Ada Lovelace"]
        );
        assert_eq!(squad.on_call("2026-03-30T08:00:00Z").await, ["Ben Okri"]);

        let (_, reporter) = squad
            .server
            .signed_in("Rita Reporter", Role::Reporter)
            .await;
        let page = reporter.page("/on-call").await;
        assert!(
            page.contains("Ada Lovelace") && page.contains("then Ben Okri"),
            "{page}"
        );
        let calendar = reporter.page(&format!("/on-call/rotas/{id}")).await;
        let heard = "Cleo Nine, Mon 16 Mar 09:00 to Mon 23 Mar 09:00";
        assert!(calendar.contains(heard), "{calendar}");
        assert!(
            !calendar.contains("/override"),
            "a reporter changes nothing"
        );
        let days = reporter
            .page(&format!("/on-call/rotas/{id}?view=days&on=2026-03-09"))
            .await;
        assert!(
            days.contains("until 09:00") && days.contains("from 09:00"),
            "{days}"
        );
    })
    .await;
}

#[tokio::test]
async fn rotas_are_written_by_who_leads_the_squad_alone() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let (other, _) = squad.server.desk.person("Other Lead", Role::Lead).await;
        let scopes = eider_domain::access::Scope::ALL;
        let other = squad.server.with_token(&other, &scopes).await;
        let responder = squad.server.with_token(&squad.ada.0, &scopes).await;
        let rota = squad.rota("Payments, primary", "primary");
        for client in [&other, &responder] {
            let (status, told) = client
                .json("POST", "/api/v1/rotas", Some(rota.clone()))
                .await;
            assert_eq!(status, 403, "{told}");
        }
        let mut company = rota.clone();
        company["squad"] = json!(null);
        let (status, _) = squad
            .lead
            .json("POST", "/api/v1/rotas", Some(company))
            .await;
        assert_eq!(status, 403, "what is of no squad is an administrator's");
        let mut wrong = rota.clone();
        wrong["zone"] = json!("Europe/Nowhere");
        wrong["layers"][0]["people"] =
            json!([squad.server.desk.unnamed(Role::Reporter).await.person]);
        let (status, told) = squad.lead.json("POST", "/api/v1/rotas", Some(wrong)).await;
        assert_eq!(status, 422, "{told}");
        let fields: Vec<_> = told["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["field"].clone())
            .collect();
        assert_eq!(fields, [json!("zone"), json!("layer_1")]);
        squad.weekly("Payments, primary", "primary").await;
        let (status, _) = squad.lead.json("POST", "/api/v1/rotas", Some(rota)).await;
        assert_eq!(status, 409, "the name is taken");
    })
    .await;
}

#[tokio::test]
async fn a_new_order_leaves_the_past_as_it_was() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let mut rota = squad.rota("Payments, primary", "primary");
        rota["layers"][0]["people"] = json!([squad.cleo.0.id]);
        rota["from"] = json!("2026-03-01T00:00:00Z");
        let path = format!("/api/v1/rotas/{id}");
        let (status, told) = squad.lead.json("PUT", &path, Some(rota.clone())).await;
        assert_eq!(status, 422, "the past is not planned anew: {told}");
        rota["from"] = json!("2026-03-10T00:00:00Z");
        let (status, told) = squad.lead.json("PUT", &path, Some(rota)).await;
        assert_eq!(status, 200, "{told}");
        assert_eq!(
            squad.on_call("2026-03-02T12:00:00Z").await,
            ["Ada Lovelace"]
        );
        assert_eq!(squad.on_call("2026-03-09T12:00:00Z").await, ["Ben Okri"]);
        assert_eq!(squad.on_call("2026-03-10T12:00:00Z").await, ["Cleo Nine"]);
    })
    .await;
}

#[tokio::test]
async fn an_override_takes_three_touches_without_any_script() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let (ben, client) = &squad.ben;
        // One: the bar in the calendar leads to the form with its time.
        let calendar = client.page(&format!("/on-call/rotas/{id}")).await;
        let link = "/override?from=2026-03-09T09:00&amp;until=2026-03-16T09:00";
        assert!(calendar.contains(link), "{calendar}");
        let path = format!("/on-call/rotas/{id}/override");
        let form = client
            .page(&format!(
                "{path}?from=2026-03-03T09:00&until=2026-03-04T09:00"
            ))
            .await;
        assert!(
            form.contains("Ben Okri (you)") && !form.contains("Cleo Nine"),
            "{form}"
        );
        // Two and three: the person, and done.
        let mut fields = vec![("from", "2026-03-03T09:00"), ("until", "2026-03-04T09:00")];
        let nobody = client.post_form(&path, &fields).await;
        assert_eq!(nobody.status(), 422);
        let own = ben.id.to_string();
        fields.push(("person", &own));
        let done = client.post_form(&path, &fields).await;
        assert_eq!(done.status(), 303, "{}", done.text().await.unwrap());
        assert_eq!(squad.on_call("2026-03-03T12:00:00Z").await, ["Ben Okri"]);
        assert_eq!(
            squad.on_call("2026-03-04T12:00:00Z").await,
            ["Ada Lovelace"]
        );

        let cleo = squad.cleo.0.id.to_string();
        let others = [fields[0], fields[1], ("person", cleo.as_str())];
        let refused = client.post_form(&path, &others).await;
        assert_eq!(
            refused.status(),
            403,
            "only a lead puts somebody else on call"
        );

        let mut tx = squad.server.desk.db().read().await.unwrap();
        let facts = fact::after(&mut tx, 0, 1_000).await.unwrap();
        let change = facts
            .iter()
            .find_map(|recorded| match &recorded.happened.fact {
                Fact::DutyChanged { change, person, .. } if *person == ben.id => Some(*change),
                _ => None,
            });
        drop(tx);
        let change = change.expect("the fact is kept");
        let end = format!("/on-call/changes/{change}/end");
        assert_eq!(squad.cleo.1.post_form(&end, &[]).await.status(), 403);
        assert_eq!(client.post_form(&end, &[]).await.status(), 303);
        assert_eq!(
            squad.on_call("2026-03-03T12:00:00Z").await,
            ["Ada Lovelace"]
        );
    })
    .await;
}

#[tokio::test]
async fn an_override_offers_the_rota_first_then_its_squad_then_the_others() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let desk = &squad.server.desk;
        desk.person("Abe Elsewhere", Role::Responder).await;
        let (mut zoe, _) = desk.person("Zoe Near", Role::Responder).await;
        zoe.squads = vec![squad.id];
        let mut tx = desk.db().write().await.unwrap();
        let now = desk.eider.now();
        eider_store::person::put(&mut tx, &zoe, now).await.unwrap();
        tx.commit().await.unwrap();
        let path = format!("/on-call/rotas/{id}/override");
        let form = squad.lead.page(&path).await;
        let order = ["Cleo Nine", "Zoe Near", "Abe Elsewhere"];
        let places = order.map(|name| form.find(name).expect(name));
        assert!(places.is_sorted(), "{form}");
    })
    .await;
}

#[tokio::test]
async fn the_rota_form_works_without_script() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let (_, admin) = squad
            .server
            .signed_in("Robin Root", Role::Administrator)
            .await;
        let form = admin.page("/on-call/rotas/new").await;
        assert!(form.contains("Who takes turns?"), "{form}");
        let (ada, ben) = (squad.ada.0.id.to_string(), squad.ben.0.id.to_string());
        let team = squad.id.to_string();
        let fields = [
            ("name", "Payments, weekends"),
            ("duty", "secondary"),
            ("squad", team.as_str()),
            ("zone", "Europe/London"),
            ("cover", "while_planned"),
            ("most_weeks_on_end", "2"),
            ("least_rest_hours", "11"),
            ("layer_1_name", "Weekends"),
            ("layer_1_people", ben.as_str()),
            ("layer_1_people", ""),
            ("layer_1_people", ada.as_str()),
            ("layer_1_zone", "Europe/London"),
            ("layer_1_start", "2026-03-02"),
            ("layer_1_handover", "00:00"),
            ("layer_1_every", "1"),
            ("layer_1_unit", "weeks"),
            ("layer_1_saturday", "00:00-24:00"),
            ("layer_1_sunday", "00:00-24:00"),
            ("layer_2_name", ""),
            ("layer_2_people", ""),
        ];
        let mut wrong = fields;
        wrong[13] = ("layer_1_handover", "nine");
        let again = admin.post_form("/on-call/rotas/new", &wrong).await;
        assert_eq!(again.status(), 422);
        let again = again.text().await.unwrap();
        assert!(again.contains("“nine” is not a time of day"), "{again}");
        assert!(
            again.contains("Payments, weekends"),
            "what was written is kept"
        );
        let done = admin.post_form("/on-call/rotas/new", &fields).await;
        assert_eq!(done.status(), 303, "{}", done.text().await.unwrap());
        assert_eq!(squad.on_call("2026-03-07T12:00:00Z").await, ["Ben Okri"]);
        assert_eq!(
            squad.on_call("2026-03-14T12:00:00Z").await,
            ["Ada Lovelace"]
        );
        assert!(squad.on_call("2026-03-09T12:00:00Z").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_should_not_be_so_stands_above_the_calendar() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        squad.weekly("Payments, secondary", "secondary").await;
        let page = squad.ada.1.page(&format!("/on-call/rotas/{id}")).await;
        let double = "Ada Lovelace is primary and secondary at once";
        assert!(page.contains(double), "{page}");
        squad.server.desk.set(at("2026-03-03T12:00:00Z"));
        let away = [("from", "2026-03-10T00:00"), ("until", "2026-03-11T00:00")];
        let noted = squad.ben.1.post_form("/my-duty/absences", &away).await;
        assert_eq!(noted.status(), 303);
        let page = squad.ada.1.page(&format!("/on-call/rotas/{id}")).await;
        let gap = "Nobody is on call, Tue 10 Mar 00:00 to Wed 11 Mar 00:00: Ben Okri is away.";
        assert!(page.contains(gap), "{page}");
    })
    .await;
}

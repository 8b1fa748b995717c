//! What is taken over with a shift, and what is asked anew when it comes back.

use eider_testkit::on_both;
use serde_json::{Value, json};

use crate::{page::Night, rota::watched::Watched};

#[tokio::test]
async fn whoever_is_next_sees_the_calls_of_their_squad_that_are_open_or_held() {
    on_both(async |database| {
        let night = Night::without_rotas(database).await;
        // It is Monday night; Ada takes over from Ben in the morning.
        let people = [&night.ada.0, &night.ben.0].map(|person| person.id.to_string());
        let mut rota = json!({
            "name": "Primary", "squad": "Payments", "duty": "primary", "zone": "Europe/London",
            "layers": [{
                "name": "Weeks", "people": people, "zone": "Europe/London",
                "start": "2026-01-05", "handover": "09:00", "every": 1, "unit": "weeks",
            }],
        });
        let root = &night.root.0;
        night.api(root, "POST", "/rotas", rota.clone(), 201).await;
        let squad = json!({ "name": "Storefront", "rate_cents_per_hour": 0 });
        night.api(root, "POST", "/squads", squad, 201).await;
        (rota["name"], rota["squad"]) = (json!("Basket"), json!("Storefront"));
        rota["layers"][0]["people"] = json!([night.lin.0.id]);
        night.api(root, "POST", "/rotas", rota, 201).await;
        let basket = json!({ "name": "Basket", "squad": "Storefront" });
        night.api(root, "POST", "/features", basket, 201).await;

        let open = night.ask("Cards are refused", "P1").await;
        let held = night.ask("Refunds are slow", "P2").await;
        let theirs = json!({
            "title": "The basket is empty", "what": "Nothing is in it.", "priority": "P1",
            "feature": "Basket",
        });
        let theirs = night.api(&night.cleo.0, "POST", "/tickets", theirs, 201);
        let theirs = theirs.await["number"].as_str().unwrap().to_owned();
        night.settle().await;
        assert_eq!(night.page(&theirs).await["ending"], Value::Null);

        let own = night
            .api(&night.ada.0, "GET", "/me/readiness", Value::Null, 200)
            .await;
        let handover = &own["items"][0]["handover"];
        assert_eq!(handover["open"], json!([open]), "{own}");
        assert_eq!(handover["held"], json!([held]), "{own}");
        let page = night.ada.1.page("/my-duty/ready").await;
        assert!(page.contains(&open) && page.contains(&held), "{page}");
        assert!(!page.contains(&theirs), "another squad's: {page}");

        night
            .desk
            .server
            .desk
            .set("2026-03-02T08:00:00Z".parse().unwrap());
        let address = night.ada.0.email.clone().unwrap();
        let asked = format!("{held}: held until hours start");
        let text = night
            .desk
            .server
            .desk
            .until("she is asked an hour before", async || {
                let mails = night.desk.smtp.taken().into_iter();
                let mut texts = mails
                    .filter(|mail| mail.to == address)
                    .map(|mail| mail.text);
                texts.find(|text| text.contains(&asked))
            })
            .await;
        assert!(
            text.contains(&format!("{open}: people are called")),
            "{text}"
        );
        assert!(!text.contains(&theirs), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_shift_that_went_to_another_and_comes_back_is_asked_about_anew() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let (ben, client) = &squad.ben;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        squad.reachable(&squad.cleo, "+44 7700 900102").await;
        let rota = squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T10:00:00Z").await;
        let touch = [("rota", rota.as_str()), ("from", "2026-03-09T09:00:00Z")];
        let said = client.post_form("/my-duty/ready", &touch).await;
        assert_eq!(said.status(), 303);
        let body = json!({
            "person": squad.cleo.0.id,
            "from": "2026-03-09T09:00:00Z",
            "until": "2026-03-16T09:00:00Z",
        });
        let path = format!("/api/v1/rotas/{rota}/changes");
        let (status, change) = squad.lead.1.json("POST", &path, Some(body)).await;
        assert_eq!(status, 201, "{change}");
        squad.settle().await;
        assert_eq!((squad.asked(ben), squad.asked(&squad.cleo.0)), (1, 1));

        squad.desk.pass_seconds(3600);
        let path = format!("/api/v1/on-call/changes/{}", change["id"].as_str().unwrap());
        let (status, _) = squad.lead.1.json("DELETE", &path, None).await;
        assert_eq!(status, 204);
        squad.settle().await;
        assert_eq!(
            squad.asked(ben),
            2,
            "he may have counted on not being on call"
        );
        let (_, own) = client.json("GET", "/api/v1/me/readiness", None).await;
        assert_eq!(own["items"][0]["ready_at"], Value::Null, "{own}");
        squad.at("2026-03-09T08:30:00Z").await;
        let told = squad.told(&squad.lead.0);
        assert!(
            told.iter().all(|one| one.starts_with("Ben Okri")),
            "{told:?}"
        );
        assert_eq!(squad.asked(&squad.cleo.0), 1, "it is not hers any more");
    })
    .await;
}

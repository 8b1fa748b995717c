//! Nobody is asked or told a second time about what they know: when a shift moves, when turns are
//! short, when a turn rests by day.

use eider_testkit::on_both;
use serde_json::{Value, json};

use crate::rota::watched::Watched;

impl Watched {
    /// Writes the rota of that id anew; what hangs on it is looked at again.
    async fn rewrite(&self, rota: &str, body: Value) {
        let path = format!("/api/v1/rotas/{rota}");
        let (status, written) = self.lead.1.json("PUT", &path, Some(body)).await;
        assert_eq!(status, 200, "{written}");
        self.settle().await;
    }

    /// Makes the rota of the squad with the layer that `change` makes of the weekly one.
    async fn layered(&self, change: Value) -> String {
        let mut body = self.rota("Payments, primary", "primary");
        let layer = body["layers"][0].as_object_mut().unwrap();
        layer.extend(change.as_object().cloned().unwrap());
        let (status, made) = self.lead.1.json("POST", "/api/v1/rotas", Some(body)).await;
        assert_eq!(status, 201, "{made}");
        self.settle().await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// How often the lead was told that Ben is not ready.
    fn told_of_ben(&self) -> usize {
        let told = self.told(&self.lead.0);
        told.iter()
            .filter(|one| one.starts_with("Ben Okri"))
            .count()
    }

    /// Ben says that he is ready from then on.
    async fn is_ready(&self, rota: &str, from: &str) {
        let touch = [("rota", rota), ("from", from)];
        let said = self.ben.1.post_form("/my-duty/ready", &touch).await;
        assert_eq!(said.status(), 303);
    }
}

#[tokio::test]
async fn a_shift_that_moves_by_an_hour_is_the_same_shift() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let (ben, client) = &squad.ben;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        let rota = squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T10:00:00Z").await;
        assert_eq!(squad.asked(ben), 1);
        let mut later = squad.rota("Payments, primary", "primary");
        later["layers"][0]["handover"] = json!("10:00");
        squad.rewrite(&rota, later.clone()).await;
        assert_eq!(squad.asked(ben), 1, "he knows of it");
        squad.at("2026-03-09T08:00:00Z").await;
        assert_eq!(squad.asked(ben), 1, "it begins in two hours now");
        squad.at("2026-03-09T09:00:00Z").await;
        assert_eq!(squad.asked(ben), 2, "an hour before");
        squad.is_ready(&rota, "2026-03-09T10:00:00Z").await;
        later["layers"][0]["handover"] = json!("12:00");
        squad.rewrite(&rota, later).await;
        let (_, own) = client.json("GET", "/api/v1/me/readiness", None).await;
        assert_eq!(own["items"][0]["from"], "2026-03-09T12:00:00Z", "{own}");
        assert_eq!(own["items"][0]["ready_at"], "2026-03-09T09:00:00Z", "{own}");
        for instant in ["2026-03-09T11:00:00Z", "2026-03-09T11:30:00Z"] {
            squad.at(instant).await;
        }
        assert_eq!(squad.asked(ben), 2, "what he said holds");
        assert!(squad.told(&squad.lead.0).is_empty());
        assert!(squad.told(&squad.ada.0).is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_takes_daily_turns_and_is_ready_is_not_asked_daily() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let ben = &squad.ben.0;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        let two = [&squad.ada.0, ben].map(|person| person.id.to_string());
        let days = json!({ "people": two, "every": 1, "unit": "days" });
        let rota = squad.layered(days).await;
        // It begins tomorrow, and the hour at which he would have been asked is over.
        assert_eq!(squad.asked(ben), 1);
        squad.is_ready(&rota, "2026-03-03T09:00:00Z").await;
        // Nobody looks until his first turn is over, as when the desk was switched off.
        for instant in [
            "2026-03-04T10:00:00Z",
            "2026-03-05T08:00:00Z",
            "2026-03-05T08:30:00Z",
        ] {
            squad.at(instant).await;
        }
        assert_eq!(squad.asked(ben), 1, "what he said three days ago holds");
        assert_eq!(squad.told_of_ben(), 0);
        squad.at("2026-03-06T10:00:00Z").await;
        assert_eq!(squad.asked(ben), 2, "of the turn after that he is asked");
    })
    .await;
}

#[tokio::test]
async fn a_week_of_nights_is_asked_about_before_the_first_of_them() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let ben = &squad.ben.0;
        squad.reachable(&squad.ben, "+44 7700 900101").await;
        let nights = json!({
            "monday": ["18:00-24:00"], "tuesday": ["18:00-24:00"], "wednesday": ["18:00-24:00"],
            "thursday": ["18:00-24:00"], "friday": ["18:00-24:00"],
        });
        squad.layered(json!({ "hours": nights })).await;
        squad.at("2026-03-08T09:59:59Z").await;
        assert_eq!(squad.asked(ben), 0);
        squad.at("2026-03-08T10:00:00Z").await;
        assert_eq!(squad.asked(ben), 1);
        squad.at("2026-03-09T17:00:00Z").await;
        assert_eq!(squad.asked(ben), 2, "an hour before the first night");
        squad.at("2026-03-09T17:30:00Z").await;
        assert_eq!(squad.told_of_ben(), 1);
        for instant in [
            "2026-03-10T10:00:00Z",
            "2026-03-10T17:00:00Z",
            "2026-03-10T17:30:00Z",
            "2026-03-12T17:30:00Z",
        ] {
            squad.at(instant).await;
        }
        assert_eq!(squad.asked(ben), 2, "he goes on with his turn");
        assert_eq!(squad.told_of_ben(), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_leads_is_told_once_though_the_rotas_are_looked_at_again() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let rota = squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-08T10:00:00Z").await;
        assert_eq!(squad.told(&squad.lead.0).len(), 1);
        for vital in ["Bridge: 020 7946 0000", "Bridge: 020 7946 0001"] {
            let mut body = squad.rota("Payments, primary", "primary");
            body["vital"] = json!(vital);
            squad.desk.pass_seconds(60);
            squad.rewrite(&rota, body).await;
        }
        assert_eq!(squad.told(&squad.lead.0).len(), 1, "they know");
        assert_eq!(squad.told(&squad.ada.0).len(), 1, "and so does who leaves");
    })
    .await;
}

//! Policies and what is worth waking for, decided in forms.

use eider_testkit::on_both;
use serde_json::json;

use super::Night;

#[tokio::test]
async fn a_policy_is_made_in_a_form_and_followed() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let new = "/settings/escalation/policies/new";
        let form = night.root.1.page(new).await;
        assert!(form.contains("Who is called first?"), "{form}");
        let person = format!("person:{}", night.lin.0.id);
        let told = [
            ("name", "Lin first"),
            ("level_1_target", person.as_str()),
            ("level_1_time", "10 min"),
            ("rounds", "1"),
            ("last_resort", "administrators"),
            ("ask_again_seconds", ""),
        ];
        let made = night.root.1.post_form(new, &told).await;
        assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
        let index = night.root.1.page("/settings/escalation").await;
        assert!(index.contains("Lin first"), "{index}");
        let policies = night
            .api(
                &night.root.0,
                "GET",
                "/escalation-policies",
                json!(null),
                200,
            )
            .await;
        let policy = &policies["items"][0];
        assert_eq!(policy["levels"][0]["acknowledge_seconds"], 600);
        // Lin's squad follows it; a P2 wakes there.
        let squad = format!("/settings/escalation/squads/{}", night.squad);
        let id = policy["id"].as_str().unwrap();
        let told = [("policy", id), ("waking_2", "wake")];
        let saved = night.lin.1.post_form(&squad, &told).await;
        assert_eq!(saved.status(), 303, "{}", saved.text().await.unwrap());
        night.ask("Refunds are slow", "P2").await;
        assert_eq!(night.mailed(), ["lin"]);
        night.pass_minutes(10).await;
        assert_eq!(night.mailed(), ["lin", "root"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_policy_is_told_at_its_field() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let new = "/settings/escalation/policies/new";
        let told = [
            ("name", "Silent"),
            ("level_1_target", "leads"),
            ("level_1_time", "5 min"),
            ("rounds", "1"),
        ];
        let refused = night.root.1.post_form(new, &told).await;
        assert_eq!(refused.status(), 422);
        let page = refused.text().await.unwrap();
        assert!(page.contains("never ends in silence"), "{page}");
        let policy = json!({
            "name": "Nobody",
            "levels": [{ "targets": [{ "kind": "person", "person": night.cleo.0.id.0 }],
                "acknowledge_seconds": 300 }],
            "rounds": 1,
            "last_resort": [{ "kind": "administrators" }],
            "ask_again_seconds": 0,
        });
        let path = "/escalation-policies";
        let refused = night.api(&night.root.0, "POST", path, policy, 422).await;
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("people who work on tickets"), "{detail}");
        // A lead decides for their own squad alone.
        let company = "/settings/escalation/squads/company";
        assert_eq!(night.lin.1.get(company).await.status(), 403);
        assert_eq!(night.root.1.get(company).await.status(), 200);
        assert_eq!(night.lin.1.get(new).await.status(), 403);
    })
    .await;
}

//! Services and their keys: made on the pages, by the API and at the shell.

use eider_domain::person::Role;
use eider_testkit::on_both;
use serde_json::json;

use super::{Watched, message, text};

#[tokio::test]
async fn a_service_and_its_key_are_made_on_the_pages() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let lin = desk.server.sign_in_named("Lin Lead").await;
        let squad = {
            let (_, squads) = desk.lead.json("GET", "/api/v1/squads", None).await;
            text(&squads["items"][0]["id"])
        };
        assert!(lin.page("/services").await.contains("Checkout"));
        let fields = [
            ("name", "Search"),
            ("squad", squad.as_str()),
            ("critical", "P2"),
            ("error", ""),
            ("causes", desk.checkout.as_str()),
        ];
        let made = lin.post_form("/services/new", &fields).await;
        assert_eq!(made.status(), 303);
        let page = made.headers()["location"].to_str().unwrap().to_owned();
        let shown = lin.page(&page).await;
        assert!(shown.contains("Critical P2, error no ticket"), "{shown}");
        let wrong = lin.post_form("/services/new", &fields).await;
        assert_eq!(wrong.status(), 422);

        let fields = [("source", "alertmanager"), ("name", "Ours")];
        let made = lin.post_form(&format!("{page}/keys"), &fields).await;
        assert_eq!(made.status(), 200);
        let told = made.text().await.unwrap();
        let (_, after) = told.split_once("/hooks/alertmanager/").unwrap();
        let secret = after[..32].to_owned();
        // The page is the only place that tells it.
        let shown = lin.page(&page).await;
        assert!(
            shown.contains("Ours") && !shown.contains(&secret),
            "{shown}"
        );
        assert_eq!(
            desk.alertmanager(&secret, message("A", &[("a", true)]))
                .await,
            200
        );
        assert_eq!(desk.told().await, ["T-1001 new P2 Search: A: a is full"]);
        let (_, rest) = shown.split_once("/keys/").unwrap();
        let withdraw = format!("{page}/keys/{}/withdraw", &rest[..36]);
        assert_eq!(lin.post_form(&withdraw, &[]).await.status(), 303);
        assert_eq!(
            desk.alertmanager(&secret, message("B", &[("b", true)]))
                .await,
            401
        );
    })
    .await;
}

#[tokio::test]
async fn only_whoever_leads_the_squad_makes_keys() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let path = format!("/services/{}/keys", desk.checkout);
        let fields = [("source", "alertmanager"), ("name", "Mine")];
        assert_eq!(desk.ada.1.post_form(&path, &fields).await.status(), 403);
        let (_, other) = desk.server.signed_in("Otto", Role::Lead).await;
        assert_eq!(other.post_form(&path, &fields).await.status(), 403);
        let page = desk
            .ada
            .1
            .page(&format!("/services/{}", desk.checkout))
            .await;
        assert!(!page.contains("Make a key"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_retired_service_is_not_listened_to() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let path = format!("/api/v1/services/{}", desk.checkout);
        let body = json!({"name": "Checkout", "squad": "Payments", "retired": true});
        let (status, service) = desk.lead.json("PUT", &path, Some(body)).await;
        assert_eq!(status, 200, "{service}");
        assert_eq!(service["worth"]["critical"], "P1");
        assert_eq!(
            desk.alertmanager(&key, message("A", &[("a", true)])).await,
            401
        );
        let body = json!({"name": "Checkout", "squad": "Payments", "causes": [desk.checkout]});
        let (status, answer) = desk.lead.json("PUT", &path, Some(body)).await;
        assert_eq!(status, 422, "{answer}");
        assert_eq!(answer["errors"][0]["field"], "causes");
    })
    .await;
}

#[tokio::test]
async fn a_service_says_plainly_that_its_alerts_call_nobody() {
    on_both(async |database| {
        let desk = Watched::new(database).await;
        let secret = desk.key("alertmanager").await;
        assert_eq!(
            desk.alertmanager(&secret, message("A", &[("a", true)]))
                .await,
            200
        );
        let lin = desk.server.sign_in_named("Lin Lead").await;
        let page = format!("/services/{}", desk.checkout);
        let told = "Nobody would be called: no rota and no escalation policy says whom.";
        assert!(lin.page(&page).await.contains(told));
        let fields = [("source", "grafana"), ("name", "Ours too")];
        let made = lin.post_form(&format!("{page}/keys"), &fields).await;
        assert!(made.text().await.unwrap().contains(told));
        let silent = eider_app::desk::that_call_nobody(desk.server.desk.db()).await;
        assert_eq!(silent.unwrap(), [("Checkout".to_owned(), told)]);
        let rota = json!({"name": "Primary", "squad": "Payments", "duty": "primary",
            "zone": "Europe/London", "layers": [{"name": "Always", "people": [desk.ada.0.id.0],
                "zone": "Europe/London", "start": "2026-01-05", "handover": "09:00", "every": 1,
                "unit": "weeks"}]});
        super::made(&desk.lead, "/api/v1/rotas", rota).await;
        assert!(!lin.page(&page).await.contains(told));
        let silent = eider_app::desk::that_call_nobody(desk.server.desk.db()).await;
        assert_eq!(silent.unwrap(), []);
    })
    .await;
}

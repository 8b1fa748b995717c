//! What keeps browsers from being misused.

use eider_domain::person::Role;
use eider_testkit::on_sqlite;

use super::pages::{cookie, field, header, server};

#[tokio::test]
async fn another_site_cannot_act_in_anybodys_name() {
    on_sqlite(async |database| {
        let server = server(database).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let forms = [
            "/settings/profile",
            "/sign-in",
            "/sign-out",
            "/preferences/theme",
        ];
        for path in forms {
            for (name, value) in [
                ("origin", "https://evil.example.com"),
                ("origin", "null"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
            ] {
                let request = ada.request("POST", path).header(name, value);
                let response = request.form(&[("name", "Mallory")]).send().await.unwrap();
                assert_eq!(response.status(), 403, "{path} {name}: {value}");
                assert_eq!(header(&response, "set-cookie"), "");
            }
        }
        let page = ada.page("/settings/profile").await;
        assert_eq!(field(&page, "name"), "Ada");
        let own = ada
            .request("POST", "/preferences/theme")
            .header("origin", &server.address)
            .header("sec-fetch-site", "same-origin")
            .form(&[("theme", "dark"), ("return_to", "/people?q=a")]);
        let response = own.send().await.unwrap();
        assert_eq!(header(&response, "location"), "/people?q=a");
        assert!(cookie(&response).starts_with("eider_theme=dark"));
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_answer_is_secured() {
    on_sqlite(async |database| {
        let server = server(database).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let nobody = server.nobody();
        let large = "x".repeat(11 * 1024 * 1024);
        let answers = [
            (200, ada.get("/settings/profile").await),
            (200, ada.get("/api/v1/me").await),
            (200, ada.get("/live?topics=now").await),
            (200, nobody.get("/sign-in").await),
            (200, nobody.get("/healthz").await),
            (303, nobody.get("/settings/profile").await),
            (401, nobody.get("/api/v1/me").await),
            (403, ada.get("/people/invite").await),
            (404, ada.get("/people/7").await),
            (404, nobody.get("/nowhere").await),
            (404, nobody.get("/assets/nothing.css").await),
            (405, nobody.request("PUT", "/sign-in").send().await.unwrap()),
            (410, nobody.get("/welcome/nothing").await),
            (422, nobody.post_form("/sign-in", &[]).await),
            (
                413,
                ada.request("POST", "/api/v1/tickets")
                    .header("content-type", "application/json")
                    .body(large)
                    .send()
                    .await
                    .unwrap(),
            ),
        ];
        for (status, answer) in answers {
            let url = answer.url().path().to_owned();
            assert_eq!(answer.status(), status, "{url}");
            let policy = header(&answer, "content-security-policy");
            assert!(policy.contains("default-src 'none'"), "{url}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{url}: {policy}");
            assert!(!policy.contains("unsafe"), "{url}: {policy}");
            assert_eq!(
                header(&answer, "x-content-type-options"),
                "nosniff",
                "{url}"
            );
            assert_eq!(header(&answer, "x-frame-options"), "DENY", "{url}");
            assert_eq!(header(&answer, "referrer-policy"), "same-origin", "{url}");
            // A stream is read as it comes; axum says so in its own words.
            let kept = header(&answer, "cache-control");
            assert!(matches!(kept, "no-store" | "no-cache"), "{url}: {kept}");
        }
    })
    .await;
}

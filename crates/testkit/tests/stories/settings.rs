//! The pages of features, known issues and settings, through the door of the web.

use eider_app::configure::{self, SquadEdit};
use eider_domain::person::Role;
use eider_testkit::{Client, TestServer, at, on_both, on_sqlite};
use reqwest::{Response, multipart};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

fn location(response: &Response) -> String {
    assert_eq!(response.status(), 303);
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// The page with what is wrong; nothing was saved.
async fn refused(client: &Client, path: &str, fields: &[(&str, &str)]) -> String {
    let response = client.post_form(path, fields).await;
    assert_eq!(response.status(), 422, "{path}");
    let page = response.text().await.unwrap();
    assert_eq!(page.matches("<h1").count(), 1, "{path}");
    assert!(page.contains("error-summary"), "{path}");
    page
}

fn wrong_at(page: &str, field: &str) -> bool {
    page.contains(&format!("id=\"field-{field}-error\""))
}

#[tokio::test]
async fn a_feature_is_made_edited_retired_and_brought_back() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        assert!(admin.page("/features").await.contains("No features yet"));
        let fields = [
            ("name", "Paying by card"),
            ("description", "Everything between basket and receipt."),
            ("squad", ""),
            ("platforms", "web"),
            ("platforms", "ios"),
            ("links", "Runbook https://example.com/runbook\n"),
        ];
        let feature = location(&admin.post_form("/features/new", &fields).await);
        let page = admin.page(&feature).await;
        for wanted in ["Paying by card", "Web, iOS", ">Runbook</a>", "Nobody yet"] {
            assert!(page.contains(wanted), "{wanted}");
        }
        let edit = format!("{feature}/edit");
        let form = admin.page(&edit).await;
        assert!(form.contains("Runbook https://example.com/runbook"));

        let taken = refused(&admin, "/features/new", &[("name", "paying BY card")]).await;
        assert!(wrong_at(&taken, "name") && taken.contains("already a feature"));
        let bad = [("name", ""), ("links", "Trap javascript:alert(1)")];
        let bad = refused(&admin, &edit, &bad).await;
        assert!(wrong_at(&bad, "name") && wrong_at(&bad, "links"));
        assert!(
            bad.contains("Trap javascript:alert(1)"),
            "what was written is kept"
        );

        let retire = admin.post_form(&format!("{feature}/retire"), &[]).await;
        assert_eq!(location(&retire), feature);
        assert!(admin.page("/features").await.contains("Retired"));
        let back = admin.post_form(&format!("{feature}/bring-back"), &[]).await;
        assert_eq!(location(&back), feature);
        assert!(!admin.page("/features").await.contains("Retired"));
        assert_eq!(admin.get("/features/nonsense").await.status(), 404);
    })
    .await;
}

#[tokio::test]
async fn who_keeps_nothing_is_offered_nothing_to_keep() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let (_, cleo) = server.signed_in("Cleo Care", Role::Reporter).await;
        let feature = admin
            .post_form("/features/new", &[("name", "Paying")])
            .await;
        let feature = location(&feature);
        for path in ["/features", &feature, "/known-issues", "/settings"] {
            let page = cleo.page(path).await;
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
            for offer in ["New feature", "/edit\"", "/new\"", "Retire it", "Add P4"] {
                assert!(!page.contains(offer), "{path} offers {offer}");
            }
        }
        let edit = format!("{feature}/edit");
        for path in [
            "/features/new",
            &edit,
            "/known-issues/new",
            "/settings/company",
            "/settings/glossary",
            "/settings/priorities/1",
            "/settings/calendars/new",
        ] {
            assert_eq!(cleo.get(path).await.status(), 403, "{path}");
            assert_eq!(
                cleo.post_form(path, &[("name", "x")]).await.status(),
                403,
                "{path}"
            );
            let page = admin.page(path).await;
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_known_issue_is_written_shown_and_ended() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, ben) = server.signed_in("Ben Baker", Role::Responder).await;
        let fields = [
            ("title", "The collector pauses at night"),
            (
                "description",
                "It pauses at **03:00**. <script>alert(1)</script>",
            ),
            ("advice", "Wait until 03:20."),
            ("feature", ""),
        ];
        let list = location(&ben.post_form("/known-issues/new", &fields).await);
        let page = ben.page(&list).await;
        assert!(page.contains("<strong>03:00</strong>") && !page.contains("<script>alert"));
        let edit = page.split("href=\"").find(|part| part.contains("/edit\""));
        let edit = edit.unwrap().split('"').next().unwrap();
        let wrong = refused(&ben, edit, &[("title", "")]).await;
        assert!(
            ["title", "description", "advice"]
                .iter()
                .all(|field| wrong_at(&wrong, field))
        );
        let over = [&fields[..], &[("standing", "over")]].concat();
        location(&ben.post_form(edit, &over).await);
        assert!(
            ben.page(&list)
                .await
                .contains("Nothing is known to be wrong")
        );
    })
    .await;
}

#[tokio::test]
async fn priorities_calendars_words_and_the_company_are_set() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;

        let new = admin.page("/settings/calendars/new").await;
        assert_eq!(new.matches("09:00-17:00\"").count(), 5);
        let days = [("monday", "09:00-12:00, 13:00-17:00"), ("tuesday", "24/7")];
        let named = [("name", "Office hours"), ("zone", "Europe/Berlin")];
        let wrong = [&named[..], &days].concat();
        let wrong = refused(&admin, "/settings/calendars/new", &wrong).await;
        assert!(wrong_at(&wrong, "tuesday") && !wrong_at(&wrong, "monday"));
        let right = [
            &named[..],
            &days[..1],
            &[("holidays", "2026-12-25 Christmas")],
        ]
        .concat();
        location(&admin.post_form("/settings/calendars/new", &right).await);
        let index = admin.page("/settings").await;
        let calendar = index
            .split("href=\"")
            .find(|part| part.contains(">Office hours<"));
        let calendar = calendar.unwrap().split('"').next().unwrap().to_owned();

        let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n\
                   DTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Year\r\nEND:VEVENT\r\n\
                   END:VCALENDAR\r\n";
        let upload = async |content: &'static str| {
            let part = multipart::Part::bytes(content.as_bytes()).file_name("days.ics");
            let form = multipart::Form::new().part("ics", part);
            let path = format!("{calendar}/holidays");
            admin
                .request("POST", &path)
                .multipart(form)
                .send()
                .await
                .unwrap()
        };
        assert_eq!(location(&upload(ics).await), calendar);
        let page = admin.page(&calendar).await;
        assert!(page.contains("2026-01-01 New Year\n2026-12-25 Christmas"));
        let wrong = upload("no calendar").await;
        assert_eq!(wrong.status(), 422);
        assert!(wrong_at(&wrong.text().await.unwrap(), "ics"));

        let id = calendar.rsplit('/').next().unwrap();
        let p1 = "/settings/priorities/1";
        assert!(admin.page(p1).await.contains("value=\"15 min\""));
        let fields = [
            ("name", "Business critical"),
            ("meaning", "Customers cannot buy."),
            ("examples", "The website is down.\n\n"),
            ("consequence", "Somebody drops everything."),
            ("respond_seconds", "soon"),
            ("resolve_seconds", "1 h 30 min"),
            ("calendar", id),
        ];
        assert!(wrong_at(
            &refused(&admin, p1, &fields).await,
            "respond_seconds"
        ));
        let fields = fields.map(|(name, value)| {
            (
                name,
                if name == "respond_seconds" {
                    "20 min"
                } else {
                    value
                },
            )
        });
        location(&admin.post_form(p1, &fields).await);
        let desk = server.desk.eider.desk().await.unwrap();
        assert_eq!(desk.priorities[0].respond_seconds, 20 * 60);
        assert_eq!(desk.priorities[0].resolve_seconds, 90 * 60);
        assert_eq!(desk.priorities[0].examples, ["The website is down."]);
        assert_eq!(desk.priorities[0].calendar, Some(desk.calendars[0].id));

        let company = |days| {
            [
                ("company", "Harbour & Sons"),
                ("zone", "Europe/Berlin"),
                ("currency", "eur"),
                ("close_after_days", days),
            ]
        };
        let wrong = refused(&admin, "/settings/company", &company("soon")).await;
        assert!(wrong_at(&wrong, "close_after_days") && wrong.contains("Harbour &amp; Sons"));
        location(&admin.post_form("/settings/company", &company("14")).await);
        assert!(admin.page("/settings").await.contains("Harbour &amp; Sons"));

        let words = [
            ("key", "crash"),
            ("word-0", "Gone"),
            ("meaning-0", ""),
            ("key", ""),
        ];
        let wrong = refused(&admin, "/settings/glossary", &words).await;
        assert!(wrong_at(&wrong, "meaning-0"));
        let words = [
            ("key", "crash"),
            ("word-0", "Gone"),
            ("meaning-0", "It went away."),
        ];
        location(&admin.post_form("/settings/glossary", &words).await);
        let desk = server.desk.eider.desk().await.unwrap();
        assert_eq!(desk.glossary.len(), 1);
        assert_eq!(desk.glossary[0].key, "crash");
    })
    .await;
}

#[tokio::test]
async fn a_lead_adds_features_for_their_own_squad() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (ada, admin) = server.signed_in("Ada Lovelace", Role::Administrator).await;
        let edit = |name: &str| SquadEdit {
            name: name.into(),
            rate_cents_per_hour: 0,
        };
        let actor = eider_domain::access::Actor {
            person: ada.id,
            role: Role::Administrator,
            squads: Vec::new(),
            scopes: None,
        };
        let eider = &server.desk.eider;
        let payments = configure::save_squad(eider, &actor, None, edit("Payments"))
            .await
            .unwrap();
        let tills = configure::save_squad(eider, &actor, None, edit("Tills"))
            .await
            .unwrap();
        let (lea, lead) = server.signed_in("Lea Lead", Role::Lead).await;
        let members = format!("/squads/{}/members", payments.id);
        location(
            &admin
                .post_form(&members, &[("person", &lea.id.to_string())])
                .await,
        );

        let form = lead.page("/features/new").await;
        assert!(form.contains(">Payments</option>") && !form.contains(">Tills</option>"));
        let fields = |squad: String| [("name", "Paying".to_owned()), ("squad", squad)];
        let post = async |squad: String| {
            let fields = fields(squad);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            lead.post_form("/features/new", &fields).await
        };
        assert_eq!(post(tills.id.to_string()).await.status(), 403);
        location(&post(payments.id.to_string()).await);
    })
    .await;
}

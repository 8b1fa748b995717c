//! Coming in and looking after people, in a browser.

use eider_app::account::{self, NewPerson};
use eider_domain::person::{Person, Role, Standing};
use eider_testkit::{
    Client, Database, TestDesk, TestServer, at, on_both, on_sqlite, trust_in_ring,
};
use eider_web::{ClientAddress, Web, welcome_path};
use reqwest::Response;

const PASSWORD: &str = "slow otter copper kettle";

async fn server(database: Database) -> TestServer {
    TestServer::new(database, at("2026-03-02T09:00:00Z")).await
}

async fn somebody(desk: &TestDesk, name: &str, role: Role) -> Person {
    let new = NewPerson {
        name: name.into(),
        email: format!("{}@example.com", name.to_lowercase()),
        role,
        squads: Vec::new(),
        zone: None,
        password: Some(PASSWORD.into()),
    };
    account::create_person(&desk.eider, new).await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// The first pair of a Set-Cookie header, to be sent back.
fn cookie(response: &Response) -> String {
    let cookie = header(response, "set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

async fn page_with(client: &Client, cookie: &str, path: &str) -> (u16, String) {
    let request = client.request("GET", path).header("cookie", cookie);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn field<'a>(page: &'a str, id: &str) -> &'a str {
    let start = page.find(&format!("id=\"field-{id}\"")).unwrap();
    let rest = &page[start..];
    let value = rest.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap()
}

#[tokio::test]
async fn somebody_signs_in_reads_their_profile_and_signs_out() {
    on_both(async |database| {
        let server = server(database).await;
        somebody(&server.desk, "Ada", Role::Responder).await;
        let nobody = server.nobody();
        let asked = nobody.get("/settings/profile?x=1&y").await;
        assert_eq!(asked.status(), 303);
        let sign_in = header(&asked, "location").to_owned();
        assert_eq!(sign_in, "/sign-in?next=/settings/profile%3Fx%3D1%26y");
        let form = nobody.page(&sign_in).await;
        assert!(
            form.contains("value=\"/settings/profile?x=1&amp;y\""),
            "{form}"
        );

        let wrong = [
            ("email", "ada@example.com"),
            ("password", "hunter2 is wrong"),
        ];
        let refused = nobody.post_form("/sign-in", &wrong).await;
        assert_eq!(refused.status(), 422);
        assert_eq!(header(&refused, "set-cookie"), "");
        let refused = refused.text().await.unwrap();
        assert!(refused.contains("The address or the password is not right"));
        assert!(refused.contains("value=\"ada@example.com\""));
        assert!(!refused.contains("hunter2"));

        let right = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("next", "/settings/profile"),
        ];
        let let_in = nobody.post_form("/sign-in", &right).await;
        assert_eq!(let_in.status(), 303);
        assert_eq!(header(&let_in, "location"), "/settings/profile");
        let kept = cookie(&let_in);
        assert!(kept.starts_with("eider_session="), "{kept}");
        let flags = header(&let_in, "set-cookie").split_once(';').unwrap().1;
        assert_eq!(flags, " Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax");

        let (status, profile) = page_with(&nobody, &kept, "/settings/profile").await;
        assert_eq!(status, 200);
        assert!(profile.contains("You sign in with ada@example.com."));
        assert_eq!(profile.matches("<h1").count(), 1);
        let out = nobody.request("POST", "/sign-out").header("cookie", &kept);
        let out = out.send().await.unwrap();
        assert!(header(&out, "set-cookie").starts_with("eider_session=; Path=/; Max-Age=0"));
        assert_eq!(page_with(&nobody, &kept, "/settings/profile").await.0, 303);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    on_sqlite(async |database| {
        let server = server(database).await;
        somebody(&server.desk, "Ada", Role::Responder).await;
        for next in ["https://example.com", "//example.com", "/\\example.com", ""] {
            let right = [
                ("email", "ada@example.com"),
                ("password", PASSWORD),
                ("next", next),
            ];
            let let_in = server.nobody().post_form("/sign-in", &right).await;
            assert_eq!(header(&let_in, "location"), "/", "{next}");
            let back = [("theme", "dark"), ("return_to", next)];
            let themed = server.nobody().post_form("/preferences/theme", &back).await;
            assert_eq!(header(&themed, "location"), "/", "{next}");
        }
    })
    .await;
}

#[tokio::test]
async fn after_too_many_wrong_passwords_the_page_asks_to_wait() {
    on_both(async |database| {
        let server = server(database).await;
        somebody(&server.desk, "Ada", Role::Responder).await;
        let nobody = server.nobody();
        let wrong = [("email", "ada@example.com"), ("password", "wrong")];
        for _ in 0..5 {
            assert_eq!(nobody.post_form("/sign-in", &wrong).await.status(), 422);
        }
        let right = [("email", "ada@example.com"), ("password", PASSWORD)];
        let waits = nobody.post_form("/sign-in", &right).await;
        assert_eq!(waits.status(), 429);
        assert_eq!(header(&waits, "retry-after"), "30");
        assert!(waits.text().await.unwrap().contains("Wait 30 seconds"));
        server.desk.set(at("2026-03-02T09:00:30Z"));
        assert_eq!(nobody.post_form("/sign-in", &right).await.status(), 303);
    })
    .await;
}

#[tokio::test]
async fn behind_a_proxy_each_client_is_counted_for_itself() {
    trust_in_ring();
    on_sqlite(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let web = Web {
            client_address: ClientAddress::ForwardedFor,
            ..Web::new(desk.eider.clone(), "https://support.example.com".into())
        };
        let router = eider_web::router(web);
        tokio::spawn(async move { axum::serve(listener, router).await });
        somebody(&desk, "Ada", Role::Responder).await;
        let sign_in = async |email: &str, password: &str, forwarded_for: &str| {
            let form = [("email", email), ("password", password)];
            let request = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap()
                .post(format!("{address}/sign-in"))
                .header("x-forwarded-for", forwarded_for);
            request.form(&form).send().await.unwrap()
        };
        for guess in 0..30 {
            let email = format!("guess-{guess}@example.com");
            let forged = format!("10.0.0.{guess}, 192.0.2.7");
            assert_eq!(sign_in(&email, "wrong", &forged).await.status(), 422);
        }
        let blocked = sign_in("ada@example.com", PASSWORD, "192.0.2.7").await;
        assert_eq!(blocked.status(), 429);
        let let_in = sign_in("ada@example.com", PASSWORD, "192.0.2.8").await;
        assert_eq!(let_in.status(), 303);
        // Where people come by https, the cookie is of this host alone and never sent otherwise.
        let kept = header(&let_in, "set-cookie");
        assert!(kept.starts_with("__Host-eider="), "{kept}");
        assert!(kept.ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure"));
        let strict = header(&let_in, "strict-transport-security");
        assert_eq!(strict, "max-age=31536000");
    })
    .await;
}

#[tokio::test]
async fn opening_a_link_does_nothing_and_its_button_does_it() {
    on_both(async |database| {
        let server = server(database).await;
        let eider = &server.desk.eider;
        let nobody = server.nobody();
        let secret = account::first_administrator_link(eider).await.unwrap();
        let path = welcome_path(&secret.unwrap());
        for _ in 0..3 {
            assert!(nobody.page(&path).await.contains("Welcome to Eider"));
        }
        let weak = [
            ("name", "Ada"),
            ("email", "ada"),
            ("password", "short"),
            ("zone", "Europe/Paris"),
        ];
        let refused = nobody.post_form(&path, &weak).await;
        assert_eq!(refused.status(), 422);
        let refused = refused.text().await.unwrap();
        assert!(refused.contains("2 answers need another look"), "{refused}");
        assert_eq!(field(&refused, "name"), "Ada");
        let good = [
            ("name", "Ada"),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("zone", "Europe/Paris"),
        ];
        let joined = nobody.post_form(&path, &good).await;
        assert_eq!(joined.status(), 303);
        let kept = cookie(&joined);
        assert_eq!(page_with(&nobody, &kept, "/people/invite").await.0, 200);
        let again = nobody.post_form(&path, &good).await;
        assert_eq!(again.status(), 410);
        assert_eq!(nobody.get(&path).await.status(), 410);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_invites_and_the_guest_joins_and_is_seen() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, root) = server.signed_in("Root", Role::Administrator).await;
        let refused = root.post_form("/people/invite", &[("email", "cleo")]).await;
        assert_eq!(refused.status(), 422);
        let wanted = [
            ("email", "cleo@example.com"),
            ("name", "Cleo"),
            ("role", "reporter"),
        ];
        let made = root.post_form("/people/invite", &wanted).await;
        assert_eq!(made.status(), 200);
        let made = made.text().await.unwrap();
        let link = field(&made, "link").to_owned();
        let path = link.strip_prefix(&server.address).unwrap();
        assert!(root.page("/people").await.contains("cleo@example.com"));

        let form = server.nobody().page(path).await;
        assert!(form.contains("Root asks you to join"));
        assert_eq!(field(&form, "name"), "Cleo");
        let good = [("name", "Cleo"), ("password", PASSWORD), ("zone", "UTC")];
        let joined = server.nobody().post_form(path, &good).await;
        assert_eq!(joined.status(), 303);
        let people = root.page("/people?q=cle%20repor").await;
        assert!(people.contains(">Cleo</a>"), "{people}");
        assert!(!people.contains(">Root</a>"), "{people}");
        // Others see names, not addresses.
        let (_, viewer) = server.signed_in("Vera", Role::Viewer).await;
        let people = viewer.page("/people").await;
        assert!(people.contains(">Cleo</a>"));
        assert!(!people.contains("@example.com"), "{people}");
        assert!(
            viewer
                .page("/people?q=cleo%40example.com")
                .await
                .contains("Nobody of that name")
        );
    })
    .await;
}

#[tokio::test]
async fn a_role_changes_and_the_last_administrator_stays() {
    on_both(async |database| {
        let server = server(database).await;
        let (me, root) = server.signed_in("Root", Role::Administrator).await;
        let (ada, ada_reads) = server.signed_in("Ada", Role::Viewer).await;
        let own = format!("/people/{}", me.id);
        let refused = root
            .post_form(&format!("{own}/role"), &[("role", "lead")])
            .await;
        assert_eq!(refused.status(), 409);
        assert!(refused.text().await.unwrap().contains("only administrator"));
        let nothing = root
            .post_form(&format!("{own}/role"), &[("role", "king")])
            .await;
        assert_eq!(nothing.status(), 422);

        let path = format!("/people/{}", ada.id);
        let changed = root
            .post_form(&format!("{path}/role"), &[("role", "responder")])
            .await;
        assert_eq!(header(&changed, "location"), path);
        let told = cookie(&changed);
        assert!(
            ada_reads
                .page("/settings/profile")
                .await
                .contains("Your profile")
        );
        assert!(told.starts_with("eider_outcome=role_changed"), "{told}");

        root.post_form(&format!("{path}/disable"), &[]).await;
        assert_eq!(ada_reads.get("/settings/profile").await.status(), 303);
        assert!(root.page(&path).await.contains("Let them sign in again"));
        root.post_form(&format!("{path}/enable"), &[]).await;
        let mut tx = server.desk.db().read().await.unwrap();
        let found = eider_store::person::by_id(&mut tx, ada.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!(
            (found.role, found.standing),
            (Role::Responder, Standing::Active)
        );
    })
    .await;
}

#[tokio::test]
async fn a_reset_link_gives_a_new_password() {
    on_sqlite(async |database| {
        let server = server(database).await;
        let (_, root) = server.signed_in("Root", Role::Administrator).await;
        let ada = somebody(&server.desk, "Ada", Role::Lead).await;
        let made = root
            .post_form(&format!("/people/{}/password-link", ada.id), &[])
            .await;
        let made = made.text().await.unwrap();
        let path = field(&made, "link").strip_prefix(&server.address).unwrap();
        let nobody = server.nobody();
        assert!(nobody.page(path).await.contains("Choose a new password"));
        let changed = nobody
            .post_form(path, &[("password", "grebes under the pier")])
            .await;
        assert_eq!(changed.status(), 303);
        let old = [("email", "ada@example.com"), ("password", PASSWORD)];
        assert_eq!(nobody.post_form("/sign-in", &old).await.status(), 422);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_shown_once() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let wanted = [
            ("name", "deploys"),
            ("scopes", "read"),
            ("scopes", "write"),
            ("expires_in_days", "30"),
        ];
        let made = ada.post_form("/settings/profile/tokens", &wanted).await;
        assert_eq!(made.status(), 200);
        let made = made.text().await.unwrap();
        let secret = field(&made, "token").to_owned();
        assert!(secret.starts_with("eider_"), "{secret}");
        let page = ada.page("/settings/profile/tokens").await;
        assert!(
            page.contains("deploys") && page.contains("read, write"),
            "{page}"
        );
        assert!(!page.contains(&secret));
        let mut program = server.nobody();
        program.token = Some(secret);
        assert_eq!(program.json("GET", "/api/v1/me", None).await.0, 200);
        let id = page.split("/settings/profile/tokens/").nth(1).unwrap();
        let id = id.split('/').next().unwrap();
        ada.post_form(&format!("/settings/profile/tokens/{id}/revoke"), &[])
            .await;
        assert_eq!(program.json("GET", "/api/v1/me", None).await.0, 401);
        let none = ada
            .post_form("/settings/profile/tokens", &[("name", "none")])
            .await;
        assert_eq!(none.status(), 422);
        assert!(none.text().await.unwrap().contains("at least one thing"));
    })
    .await;
}

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

#[tokio::test]
async fn a_squad_is_made_and_its_lead_chooses_its_people() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, root) = server.signed_in("Root", Role::Administrator).await;
        let bad = [("name", ""), ("rate_cents_per_hour", "a lot")];
        let refused = root.post_form("/squads/new", &bad).await;
        assert_eq!(refused.status(), 422);
        let good = [("name", "Payments"), ("rate_cents_per_hour", "62.50")];
        let made = root.post_form("/squads/new", &good).await;
        let squad = header(&made, "location").to_owned();
        assert!(root.page(&squad).await.contains("Nobody belongs to it yet"));
        let again = root.post_form("/squads/new", &good).await;
        assert_eq!(again.status(), 422, "the name is taken");

        let (lea, lead) = server.signed_in("Lea", Role::Lead).await;
        let (ada, _) = server.signed_in("Ada", Role::Responder).await;
        let members = format!("{squad}/members");
        let of_ada = ada.id.to_string();
        let adding_ada = [("person", of_ada.as_str())];
        assert_eq!(lead.post_form(&members, &adding_ada).await.status(), 403);
        assert_eq!(lead.get(&format!("{squad}/edit")).await.status(), 403);
        let of_lea = lea.id.to_string();
        root.post_form(&members, &[("person", &of_lea)]).await;
        assert_eq!(lead.post_form(&members, &adding_ada).await.status(), 303);
        assert_eq!(
            lead.post_form(&members, &[("person", "")]).await.status(),
            422
        );
        let page = lead.page(&squad).await;
        assert!(
            page.contains(">Ada</a>") && page.contains(">Lea</a>"),
            "{page}"
        );
        let renamed = [("name", "Money"), ("rate_cents_per_hour", "70")];
        let saved = lead.post_form(&format!("{squad}/edit"), &renamed).await;
        assert_eq!(saved.status(), 303);
        lead.post_form(&format!("{members}/remove"), &adding_ada)
            .await;
        let page = lead.page(&squad).await;
        assert!(page.contains("<h1>Money</h1>"), "{page}");
        assert!(!page.contains(">Ada</a>"), "{page}");
        assert!(lead.page(&format!("{squad}/edit")).await.contains("70.00"));
    })
    .await;
}

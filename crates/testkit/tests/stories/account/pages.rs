//! Coming in and one's own account, in a browser.

use eider_app::account::{self, NewPerson};
use eider_domain::person::{Person, Role};
use eider_testkit::{
    Client, Database, TestDesk, TestServer, at, on_both, on_sqlite, trust_in_ring,
};
use eider_web::{ClientAddress, Web, welcome_path};
use reqwest::Response;

pub(super) const PASSWORD: &str = "slow otter copper kettle";

pub(super) async fn server(database: Database) -> TestServer {
    TestServer::new(database, at("2026-03-02T09:00:00Z")).await
}

pub(super) async fn somebody(desk: &TestDesk, name: &str, role: Role) -> Person {
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

pub(super) fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// The first pair of a Set-Cookie header, to be sent back.
pub(super) fn cookie(response: &Response) -> String {
    let cookie = header(response, "set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

async fn page_with(client: &Client, cookie: &str, path: &str) -> (u16, String) {
    let request = client.request("GET", path).header("cookie", cookie);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

pub(super) fn field<'a>(page: &'a str, id: &str) -> &'a str {
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

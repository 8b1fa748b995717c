//! Who comes through which route: every rule, for everybody.

use axum::{Router, routing::get};
use eider_domain::{
    access::{Action, Actor, Scope, may},
    person::{Person, Role},
};
use eider_testkit::{Client, TestDesk, TestServer, at, on_sqlite};
use eider_web::{
    Web,
    door::{Access, Rule},
    guarded, rules,
};

/// The path with ids that could be, of things that are not there.
fn filled(path: &str) -> String {
    let somewhere = "018f3a2e-0000-7000-8000-000000000001";
    let segments = path.split('/').map(|segment| match segment {
        "{number}" => "T-999999",
        "{token}" => "0123456789abcdef0123456789abcdef01234567",
        _ if segment.starts_with('{') => somewhere,
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// What the door says: whether one is let in, and whether one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Open,
    SignInFirst,
    Forbidden,
}

async fn knock(client: &Client, rule: &Rule) -> Door {
    let response = client
        .request(rule.method, &filled(rule.path))
        .send()
        .await
        .unwrap();
    let to_sign_in = response
        .headers()
        .get("location")
        .is_some_and(|to| to.to_str().unwrap().starts_with("/sign-in?next="));
    match response.status().as_u16() {
        401 => Door::SignInFirst,
        303 if to_sign_in => Door::SignInFirst,
        403 => Door::Forbidden,
        _ => Door::Open,
    }
}

fn expected(rule: &Rule, actor: Option<&Actor>) -> Option<Door> {
    match (rule.access, actor) {
        (Access::Anyone, _) => Some(Door::Open),
        (_, None) => Some(Door::SignInFirst),
        (Access::Needs(action), Some(actor)) => Some(match may(actor, action) {
            Ok(()) => Door::Open,
            Err(_) => Door::Forbidden,
        }),
        // The use case decides; stories of its own tell what.
        (Access::Recognised, Some(_)) => None,
    }
}

fn acting(person: &Person, scopes: Option<&[Scope]>) -> Actor {
    Actor {
        person: person.id,
        role: person.role,
        squads: Vec::new(),
        scopes: scopes.map(<[Scope]>::to_vec),
    }
}

#[tokio::test]
async fn every_route_is_open_to_exactly_those_who_may() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at("2026-03-02T09:00:00Z")).await;
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push(server.desk.person(role.as_str(), role).await.0);
        }
        let mut wrong = Vec::new();
        let mut knocked = 0;
        for rule in rules().filter(|rule| !rule.path.ends_with('*')) {
            let mut check = async |who: String, client: Client, actor: Option<&Actor>| {
                let Some(expected) = expected(rule, actor) else {
                    return;
                };
                let answer = knock(&client, rule).await;
                knocked += 1;
                if answer != expected {
                    let (method, path) = (rule.method, rule.path);
                    wrong.push(format!(
                        "{who}: {method} {path}: {answer:?}, not {expected:?}"
                    ));
                }
            };
            check("nobody".into(), server.nobody(), None).await;
            for person in &people {
                // A session for each knock, because some of them end it.
                let client = server.sign_in(person).await;
                let actor = acting(person, None);
                check(person.name.clone(), client, Some(&actor)).await;
                for scope in Scope::ALL {
                    let client = server.with_token(person, &[scope]).await;
                    let actor = acting(person, Some(&[scope]));
                    let who = format!("{} with a token to {}", person.name, scope.as_str());
                    check(who, client, Some(&actor)).await;
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(knocked > 1_000, "only {knocked} knocks");
    })
    .await;
}

#[tokio::test]
async fn every_rule_belongs_to_a_route() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at("2026-03-02T09:00:00Z")).await;
        let (root, _) = server.desk.person("Root", Role::Administrator).await;
        let mut stray = Vec::new();
        for rule in rules().filter(|rule| !rule.path.ends_with('*')) {
            let client = server.sign_in(&root).await;
            let response = client
                .request(rule.method, &filled(rule.path))
                .send()
                .await
                .unwrap();
            let status = response.status().as_u16();
            // Streams never end; what they are is known by their status.
            let is_stream = response
                .headers()
                .get("content-type")
                .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/event-stream"));
            let is_nowhere = status == 405
                || status == 404
                    && !is_stream
                    && response
                        .text()
                        .await
                        .unwrap()
                        .contains("There is no page at this address");
            if is_nowhere {
                stray.push(format!("{} {}", rule.method, rule.path));
            }
        }
        assert!(stray.is_empty(), "rules without a route: {stray:?}");
    })
    .await;
}

#[tokio::test]
async fn a_route_that_was_forgotten_is_refused() {
    on_sqlite(async |database| {
        let desk = TestDesk::new(database, at("2026-03-02T09:00:00Z")).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let web = Web::new(desk.eider.clone(), address.clone());
        let routes = Router::new().route("/forgotten", get(|| async { "secret" }));
        let router = guarded(routes, web);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let answer = reqwest::get(format!("{address}/forgotten")).await.unwrap();
        assert_eq!(answer.status(), 404);
        assert!(!answer.text().await.unwrap().contains("secret"));
    })
    .await;
}

#[test]
fn no_rule_is_written_twice() {
    let mut seen: Vec<(&str, &str)> = rules().map(|rule| (rule.method, rule.path)).collect();
    seen.sort_unstable();
    for pair in seen.windows(2) {
        assert_ne!(pair[0], pair[1], "two rules say who may");
    }
    // What changes something is never a GET, and a GET is never only for those who configure
    // by accident of a copied line.
    for rule in rules().filter(|rule| rule.access == Access::Needs(Action::Work)) {
        assert_ne!(rule.method, "GET", "{}", rule.path);
    }
}

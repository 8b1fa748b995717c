//! Who comes through which route: every rule, for everybody.

use axum::{Router, routing::get};
use eider_domain::{
    access::{Action, Actor, Scope, may},
    person::{Person, Role},
};
use eider_testkit::{Client, TestDesk, TestServer, at, on_sqlite, trust_in_ring};
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
        "{name}" => "open-time",
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
        (Access::Needs(action), Some(actor)) => match may(actor, action) {
            // A page with a form also reads what the form is about, and a token that is good for
            // writing alone may not; the use case says so.
            Ok(()) if rule.method == "GET" && may(actor, Action::Read).is_err() => None,
            Ok(()) => Some(Door::Open),
            Err(_) => Some(Door::Forbidden),
        },
        // The use case decides; stories of its own tell what.
        (Access::Recognised, Some(_)) => None,
    }
}

/// Signing out ends the session that the other questions need, and is open to everybody.
fn is_asked(rule: &Rule) -> bool {
    !rule.path.ends_with('*') && rule.path != "/sign-out"
}

/// Somebody who asks for every route.
struct Caller {
    who: String,
    client: Client,
    actor: Option<Actor>,
}

impl Caller {
    fn nobody(server: &TestServer) -> Self {
        Self {
            who: "nobody".into(),
            client: server.nobody(),
            actor: None,
        }
    }

    async fn signed_in(server: &TestServer, person: &Person) -> Self {
        Self {
            who: person.name.clone(),
            client: server.sign_in(person).await,
            actor: Some(acting(person, None)),
        }
    }

    async fn with_token(server: &TestServer, person: &Person, scope: Scope) -> Self {
        Self {
            who: format!("{} with a token to {}", person.name, scope.as_str()),
            client: server.with_token(person, &[scope]).await,
            actor: Some(acting(person, Some(&[scope]))),
        }
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
        let mut callers = vec![Caller::nobody(&server)];
        for role in Role::ALL {
            let (person, _) = server.desk.person(role.as_str(), role).await;
            callers.push(Caller::signed_in(&server, &person).await);
            for scope in Scope::ALL {
                callers.push(Caller::with_token(&server, &person, scope).await);
            }
        }
        let mut wrong = Vec::new();
        let mut knocked = 0;
        let mut asked: Vec<&Rule> = rules().filter(|rule| is_asked(rule)).collect();
        // It ends sessions that the other questions need, so it comes last.
        asked.sort_by_key(|rule| rule.path.ends_with("/end-others"));
        for rule in asked {
            for caller in &callers {
                let Some(expected) = expected(rule, caller.actor.as_ref()) else {
                    continue;
                };
                let answer = knock(&caller.client, rule).await;
                knocked += 1;
                if answer != expected {
                    let (who, method, path) = (&caller.who, rule.method, rule.path);
                    wrong.push(format!(
                        "{who}: {method} {path}: {answer:?}, not {expected:?}"
                    ));
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
        let nobody = server.nobody();
        let mut stray = Vec::new();
        for rule in rules().filter(|rule| is_asked(rule)) {
            // To a method that it does not know, a route answers with those that it does.
            let request = nobody.request("PROPFIND", &filled(rule.path));
            let response = request.send().await.unwrap();
            let allowed = response.headers().get("allow");
            let allowed = allowed.map_or("", |methods| methods.to_str().unwrap());
            if !allowed.split(',').any(|method| method == rule.method) {
                stray.push(format!("{} {} ({allowed})", rule.method, rule.path));
            }
        }
        assert!(stray.is_empty(), "rules without a route: {stray:?}");
    })
    .await;
}

#[tokio::test]
async fn a_route_that_was_forgotten_is_refused() {
    trust_in_ring();
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
}

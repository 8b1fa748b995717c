//! A real server on port 0, and a client that talks to it as a person or a program does.

use std::net::SocketAddr;

use axum::Router;
use eider_app::{Eider, account::secret_hash};
use eider_domain::{
    access::Scope,
    person::{Person, Role},
};
use eider_intake::Intake;
use eider_store::{api_token, session};
use eider_web::Web;
use jiff::SignedDuration;
use reqwest::{RequestBuilder, Response, redirect};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::{Database, TestDesk};
use jiff::Timestamp;

/// Names ring as what clients encrypt with; without it none can be made. Again does nothing.
pub fn trust_in_ring() {
    let _already = rustls::crypto::ring::default_provider().install_default();
}

/// A desk with a web server before it.
pub struct TestServer {
    /// The desk behind.
    pub desk: TestDesk,
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub address: String,
}

impl TestServer {
    /// A fresh desk at `now`, listening on a free port.
    pub async fn new(database: Database, now: Timestamp) -> Self {
        Self::with_routes(database, now, |_, _| Router::new()).await
    }

    /// As [`TestServer::new`], with the routes that `more` makes for its use cases and its address.
    pub async fn with_routes(
        database: Database,
        now: Timestamp,
        more: impl FnOnce(&Eider, &str) -> Router,
    ) -> Self {
        Self::serve(TestDesk::new(database, now).await, more).await
    }

    /// A web server before that desk.
    pub async fn of(desk: TestDesk) -> Self {
        Self::serve(desk, |_, _| Router::new()).await
    }

    async fn serve(desk: TestDesk, more: impl FnOnce(&Eider, &str) -> Router) -> Self {
        trust_in_ring();
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = format!(
            "http://{}",
            listener.local_addr().expect("it has an address")
        );
        let more = more(&desk.eider, &address);
        let web = Web::new(desk.eider.clone(), address.clone());
        tokio::spawn(async move {
            let alerts = Intake::new(web.eider.clone()).router();
            let service = eider_web::router(web)
                .merge(alerts)
                .merge(more)
                .into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service)
                .await
                .expect("the server runs");
        });
        Self { desk, address }
    }

    /// A client of somebody who is not signed in.
    pub fn nobody(&self) -> Client {
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client can be made");
        Client {
            http,
            address: self.address.clone(),
            cookie: None,
            token: None,
        }
    }

    /// A person of that name and role who is signed in, and their client.
    pub async fn signed_in(&self, name: &str, role: Role) -> (Person, Client) {
        let (person, _) = self.desk.person(name, role).await;
        let client = self.sign_in(&person).await;
        (person, client)
    }

    /// A client with a session of that person.
    pub async fn sign_in(&self, person: &Person) -> Client {
        let secret = self.desk.eider.ids().secret();
        let now = self.desk.eider.now();
        let session = session::Session {
            token_hash: secret_hash(&secret),
            person: person.id,
            created_at: now,
            seen_at: now,
            expires_at: now + SignedDuration::from_hours(24 * 30),
            device: "testkit".to_owned(),
        };
        let mut tx = self.desk.db().write().await.expect("the database is there");
        session::put(&mut tx, &session)
            .await
            .expect("a session can be written");
        tx.commit().await.expect("a session can be kept");
        Client {
            cookie: Some(format!("eider_session={secret}")),
            ..self.nobody()
        }
    }

    /// A client with a session of the person of that name.
    ///
    /// # Panics
    /// When there is nobody of that name.
    pub async fn sign_in_named(&self, name: &str) -> Client {
        let mut tx = self.desk.db().read().await.expect("the database is there");
        let people = eider_store::person::all(&mut tx).await;
        let people = people.expect("people can be read");
        let person = people.iter().find(|person| person.name == name);
        self.sign_in(person.expect("somebody has that name")).await
    }

    /// A client with a token of that person, good for those scopes.
    pub async fn with_token(&self, person: &Person, scopes: &[Scope]) -> Client {
        let secret = format!("eider_{}", self.desk.eider.ids().secret());
        let now = self.desk.eider.now();
        let token = api_token::ApiToken {
            id: self.desk.eider.ids().id(now),
            person: person.id,
            name: "testkit".to_owned(),
            scopes: scopes.to_vec(),
            created_at: now,
            expires_at: None,
            used_at: None,
            revoked_at: None,
        };
        let mut tx = self.desk.db().write().await.expect("the database is there");
        api_token::put(&mut tx, &token, &secret_hash(&secret))
            .await
            .expect("a token is written");
        tx.commit().await.expect("a token can be kept");
        Client {
            token: Some(secret),
            ..self.nobody()
        }
    }
}

/// Talks to a [`TestServer`]; follows no redirects.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    cookie: Option<String>,
    /// The bearer token that it sends, if it sends one.
    pub token: Option<String>,
}

impl Client {
    /// A request of `method` to `path`, to be added to and sent.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("the story names a method of HTTP");
        let mut request = self.http.request(method, format!("{}{path}", self.address));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request
    }

    /// The same person or program, at another address.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// The answer to a GET.
    pub async fn get(&self, path: &str) -> Response {
        self.request("GET", path)
            .send()
            .await
            .expect("the server answers")
    }

    /// The page at `path`, which has to be there.
    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("a page is text")
    }

    /// The answer to a form that is posted.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request("POST", path)
            .form(fields)
            .send()
            .await
            .expect("the server answers")
    }

    /// Status and JSON of the answer to a request with a JSON body.
    pub async fn json(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("an answer is text");
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }
}

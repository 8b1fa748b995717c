//! Speaks HTTP with the server.

use std::{error::Error as _, time::Duration};

use reqwest::{Method, StatusCode, redirect};
use serde_json::{Value, json};

use crate::{Failure, Profile, Reach, Surroundings};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A server, and the token with which it is spoken to.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    server: String,
    token: String,
}

impl Client {
    /// The server and token of the command line, of the environment or of the profile.
    ///
    /// # Errors
    /// `NotSignedIn` when nothing names them.
    pub(crate) fn new(reach: &Reach, surroundings: &Surroundings) -> Result<Self, Failure> {
        let kept = match &surroundings.profile {
            Some(path) if reach.server.is_none() || reach.token.is_none() => Profile::read(path)?,
            _ => None,
        };
        // A token belongs to the server that made it: it is not sent to another one.
        let same_server = |kept: &&Profile| {
            let named = reach.server.as_deref().map(trimmed);
            named.is_none_or(|server| server == kept.server)
        };
        let kept_token = kept.as_ref().filter(same_server).map(|kept| &kept.token);
        let server = reach
            .server
            .as_ref()
            .or(kept.as_ref().map(|kept| &kept.server));
        let token = reach.token.as_ref().or(kept_token);
        match (server, token) {
            (Some(server), Some(token)) => Self::to(server, token),
            _ => Err(Failure::NotSignedIn(
                "No server and token are known. Run “eider login”, or set EIDER_SERVER and EIDER_TOKEN."
                    .to_owned(),
            )),
        }
    }

    /// A client of that server with that token.
    ///
    /// # Errors
    /// `Usage` when they cannot be an address and a token.
    pub(crate) fn to(server: &str, token: &str) -> Result<Self, Failure> {
        let server = trimmed(server);
        let is_address = ["http://", "https://"].iter().any(|scheme| {
            server
                .strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        });
        if !is_address {
            return Err(Failure::Usage(format!(
                "“{server}” is not the address of a server. Write it like https://eider.example.com."
            )));
        }
        let token = token.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::Usage(
                "The token cannot be one. Copy it whole; it begins with “eider_”.".to_owned(),
            ));
        }
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            // The token must not follow to wherever a redirect points.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("eider/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::Unreachable {
                server: server.to_owned(),
                reason: innermost(&error),
            })?;
        Ok(Self {
            http,
            server: server.to_owned(),
            token: token.to_owned(),
        })
    }

    /// The server's address.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// The answer to a GET of `path` below `/api/v1`.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Failure> {
        let request = self.request(Method::GET, path).query(query);
        self.send(request).await
    }

    /// The answer to a POST of `body`.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// The answer to a PUT of `body`.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// Takes away what is at `path`.
    pub(crate) async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// As [`Client::post`], once for each `key`.
    pub(crate) async fn create(
        &self,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> Result<Value, Failure> {
        let mut request = self.request(Method::POST, path).json(body);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request).await
    }

    /// The items of a list, page by page, at most `limit`.
    pub(crate) async fn list(
        &self,
        path: &str,
        query: &[(&str, String)],
        limit: usize,
    ) -> Result<Vec<Value>, Failure> {
        const PAGE: usize = 200;
        let (mut items, mut cursor) = (Vec::new(), None);
        loop {
            let wanted = (limit - items.len()).min(PAGE);
            let mut query = query.to_vec();
            query.push(("limit", wanted.to_string()));
            query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let mut page = self.get(path, &query).await?;
            if let Some(Value::Array(some)) = page.get_mut("items").map(Value::take) {
                items.extend(some);
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() || items.len() >= limit {
                return Ok(items);
            }
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v1{path}", self.server);
        self.http.request(method, url).bearer_auth(&self.token)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let unreachable = |error: reqwest::Error| Failure::Unreachable {
            server: self.server.clone(),
            reason: innermost(&error),
        };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        let read = serde_json::from_slice::<Value>(&body);
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        if status.is_success() {
            return read.map_err(|_| self.not_eider());
        }
        let problem = read.ok().filter(|problem| problem["detail"].is_string());
        match (status, problem) {
            (StatusCode::UNAUTHORIZED, Some(_)) => Err(Failure::NotSignedIn(format!(
                "The token is not good at {}; it may have ended or been withdrawn. Make another one in your profile there, and run “eider login”.",
                self.server
            ))),
            (StatusCode::NOT_FOUND, Some(problem)) => Err(Failure::NotFound(problem)),
            (_, Some(problem)) => Err(Failure::Refused(problem)),
            (status, None) if status.is_server_error() => Err(Failure::Refused(json!({
                "type": "about:blank",
                "status": status.as_u16(),
                "detail": format!("{} answered {status}. Try again in a moment.", self.server),
            }))),
            (_, None) => Err(self.not_eider()),
        }
    }

    fn not_eider(&self) -> Failure {
        Failure::NotEider {
            server: self.server.clone(),
        }
    }
}

/// An address without blanks around it and slashes at its end.
pub(crate) fn trimmed(server: &str) -> &str {
    server.trim().trim_end_matches('/')
}

/// The innermost reason: what wraps it only says that a request failed.
fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer came in time".to_owned();
    }
    let mut reason = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        reason = error.to_string();
        next = error.source();
    }
    reason
}

//! The door of the Web API: tokens, scopes, rates and arguments, then the method.

use std::collections::BTreeSet;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::{Map, Value, json};

use super::{
    TestSlack,
    call::Arguments,
    deliver::Parcel,
    methods::{self, Method, Proof},
    state::{Call, State, Workspace},
};

/// What a method answers: fields beside `ok`, or a refusal.
pub(super) type Answer = Result<Value, Refusal>;

/// An error as Slack words it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub error: String,
    pub messages: Vec<String>,
    pub more: Map<String, Value>,
    /// Seconds to wait, when there were too many calls.
    pub retry_after: Option<i64>,
}

impl Refusal {
    pub fn new(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            messages: Vec::new(),
            more: Map::new(),
            retry_after: None,
        }
    }

    /// With a line in `response_metadata.messages`.
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.messages.push(message.into());
        self
    }

    fn missing_scope(needed: &str, provided: &BTreeSet<String>) -> Self {
        let mut refusal = Self::new("missing_scope");
        let provided: Vec<&str> = provided.iter().map(String::as_str).collect();
        refusal.more.insert("needed".to_owned(), json!(needed));
        refusal
            .more
            .insert("provided".to_owned(), json!(provided.join(",")));
        refusal
    }

    fn to_json(&self) -> Value {
        let mut told = self.more.clone();
        told.insert("ok".to_owned(), json!(false));
        told.insert("error".to_owned(), json!(self.error));
        if !self.messages.is_empty() {
            told.insert(
                "response_metadata".to_owned(),
                json!({"messages": self.messages}),
            );
        }
        Value::Object(told)
    }
}

/// What a method works with: one workspace, seen by one token, at one instant.
pub(super) struct Room<'a> {
    pub state: &'a mut State,
    pub team: String,
    pub scopes: BTreeSet<String>,
    pub token: String,
    pub now: Timestamp,
    pub address: &'a str,
}

impl Room<'_> {
    pub fn workspace(&mut self) -> &mut Workspace {
        self.state.workspace(&self.team)
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Refuses, unless the token has that scope.
    pub fn need(&self, scope: &str) -> Result<(), Refusal> {
        if self.has_scope(scope) {
            Ok(())
        } else {
            Err(Refusal::missing_scope(scope, &self.scopes))
        }
    }

    /// Puts an event into the outbox; it goes out when the call has been answered.
    pub fn tell(&mut self, event: Value) {
        let parcel = Parcel::event(&self.team, event);
        self.state.outbox.push_back(parcel);
    }

    /// Refuses with `error` what breaks a documented limit, and keeps it as a violation.
    pub fn refuse_violation(&mut self, method: &str, error: &str, complaints: &str) -> Refusal {
        self.state
            .violation(format!("{method}: {error}: {complaints}"));
        let mut refusal = Refusal::new(error);
        refusal.messages = complaints.lines().map(str::to_owned).collect();
        refusal
    }
}

/// One page of `items` by `cursor` and `limit`, with the cursor of the next.
pub(super) fn page(
    call: &Arguments,
    items: Vec<Value>,
    usual: usize,
) -> Result<(Vec<Value>, String), Refusal> {
    const MARK: &str = "bmV4dDo";
    let limit = match call.text("limit").filter(|text| !text.is_empty()) {
        None => usual,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=1000).contains(limit))
            .ok_or_else(|| Refusal::new("invalid_limit"))?,
    };
    let start: usize = match call.text("cursor").filter(|text| !text.is_empty()) {
        None => 0,
        Some(cursor) => cursor
            .strip_prefix(MARK)
            .and_then(|rest| rest.strip_suffix('='))
            .and_then(|rest| rest.parse().ok())
            .ok_or_else(|| Refusal::new("invalid_cursor"))?,
    };
    let total = items.len();
    let items: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
    let end = start + items.len();
    let next = if end < total {
        format!("{MARK}{end}=")
    } else {
        String::new()
    };
    Ok((items, next))
}

/// Answers `GET` and `POST /api/{method}`.
pub(super) async fn answer(
    Shared(slack): Shared<TestSlack>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    slack.wait_while_held(&name).await;
    if let Some(broken) = slack.broken(&name) {
        return broken;
    }
    let response = respond(&slack, &name, &uri, &headers, &body);
    slack.send_outbox();
    slack.wait_while_answers_are_held(&name).await;
    if slack.loses_answer(&name) {
        // Ends the connection without an answer, quietly: no hook of panics is called.
        std::panic::resume_unwind(Box::new("the answer was lost on purpose"));
    }
    response
}

fn respond(
    slack: &TestSlack,
    name: &str,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let mut state = slack.state();
    let now = slack.now();
    let Some(method) = methods::METHODS.iter().find(|method| method.name == name) else {
        state.violation(format!("{name}: unknown_method"));
        return to_response(Err(Refusal::new("unknown_method")));
    };
    let parsed = parse(method, uri, headers, body);
    let token = parsed.as_ref().ok().and_then(|(_, token)| token.clone());
    let (arguments, outcome) = match parsed {
        Err(refusal) => (Arguments::default(), Err(refusal)),
        Ok((arguments, token)) => {
            let outcome = run(slack, &mut state, method, &arguments, token);
            (arguments, outcome)
        }
    };
    if let Err(refusal) = &outcome
        && ["invalid_arguments", "invalid_json", "invalid_arg_name"]
            .contains(&refusal.error.as_str())
    {
        state.violation(format!("{name}: {}: {:?}", refusal.error, refusal.messages));
    }
    state.calls.push(Call {
        method: name.to_owned(),
        arguments: Value::Object(arguments.0),
        error: outcome.as_ref().err().map(|refusal| refusal.error.clone()),
        at: now,
    });
    let scopes = token.and_then(|token| state.tokens.get(&token).map(|known| known.scopes.clone()));
    let ahead = state.clock_ahead;
    drop(state);
    slack.note_change();
    let mut response = to_response(outcome);
    let headers = response.headers_mut();
    if let Some(scopes) = scopes {
        let scopes: Vec<String> = scopes.into_iter().collect();
        headers.insert("x-oauth-scopes", header_value(&scopes.join(",")));
    }
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&(now + ahead));
    headers.insert(header::DATE, header_value(&date.unwrap_or_default()));
    response
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("it is plain ASCII")
}

fn to_response(outcome: Answer) -> Response {
    match outcome {
        Ok(mut value) => {
            if value.is_null() {
                value = json!({});
            }
            value["ok"] = json!(true);
            Json(value).into_response()
        }
        Err(refusal) => {
            let body = Json(refusal.to_json());
            match refusal.retry_after {
                None => body.into_response(),
                Some(seconds) => (
                    StatusCode::TOO_MANY_REQUESTS,
                    [(header::RETRY_AFTER, seconds.to_string())],
                    body,
                )
                    .into_response(),
            }
        }
    }
}

/// Reads arguments and token. Methods that only read take forms and queries, never JSON.
fn parse(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(Arguments, Option<String>), Refusal> {
    let mut arguments = Map::new();
    if let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) {
        arguments.extend(pairs.into_iter().map(|(name, value)| (name, json!(value))));
    }
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = header(header::CONTENT_TYPE).unwrap_or_default();
    if kind.starts_with("application/json") {
        if !method.takes_json {
            return Err(Refusal::new("invalid_arguments").saying(format!(
                "[ERROR] {} takes application/x-www-form-urlencoded, not JSON",
                method.name
            )));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => arguments.extend(fields),
            Ok(_) => return Err(Refusal::new("json_not_object")),
            Err(_) => return Err(Refusal::new("invalid_json")),
        }
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        let text = std::str::from_utf8(body).map_err(|_| Refusal::new("invalid_form_data"))?;
        let pairs = form_pairs(text).into_iter();
        arguments.extend(pairs.map(|(name, value)| (name, json!(value))));
    } else if !body.is_empty() {
        return Err(Refusal::new("invalid_post_type"));
    }
    let basic = header(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Basic "));
    if let Some((id, secret)) = basic.and_then(basic_pair)
        && method.proof == Proof::Client
    {
        arguments.insert("client_id".to_owned(), json!(id));
        arguments.insert("client_secret".to_owned(), json!(secret));
    }
    let bearer = header(header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let in_form = arguments
        .remove("token")
        .and_then(|token| token.as_str().map(str::to_owned));
    let token = bearer.or(in_form.filter(|_| !kind.starts_with("application/json")));
    Ok((Arguments(arguments), token))
}

fn run(
    slack: &TestSlack,
    state: &mut State,
    method: &Method,
    arguments: &Arguments,
    token: Option<String>,
) -> Answer {
    let now = slack.now();
    let (team, scopes) = match method.proof {
        Proof::Client => (String::new(), BTreeSet::new()),
        Proof::AppToken => {
            let token = token.clone().ok_or_else(|| Refusal::new("not_authed"))?;
            let scopes = state.app.app_tokens.get(&token).cloned();
            let wrong = if token.starts_with("xox") {
                "not_allowed_token_type"
            } else {
                "invalid_auth"
            };
            (String::new(), scopes.ok_or_else(|| Refusal::new(wrong))?)
        }
        Proof::BotToken => state.check_token(token.as_deref(), now)?,
    };
    if let Some(first) = method.scopes.first()
        && !method.scopes.iter().any(|scope| scopes.contains(*scope))
    {
        return Err(Refusal::missing_scope(first, &scopes));
    }
    if let Some(seconds) = state.rates.too_many(&team, method, arguments, now) {
        let mut refusal = Refusal::new("ratelimited");
        refusal.retry_after = Some(seconds);
        return Err(refusal);
    }
    let mut unknown: Vec<&String> = arguments.0.keys().collect();
    unknown.retain(|name| !method.arguments.contains(&name.as_str()));
    if !unknown.is_empty() {
        return Err(Refusal::new("invalid_arguments")
            .saying(format!("[ERROR] unknown arguments: {unknown:?}")));
    }
    let mut room = Room {
        state,
        team,
        scopes,
        token: token.unwrap_or_default(),
        now,
        address: slack.address(),
    };
    (method.run)(&mut room, arguments)
}

/// Name and secret of HTTP's basic authentication.
fn basic_pair(text: &str) -> Option<(String, String)> {
    let bytes = BASE64.decode(text).ok()?;
    let (id, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// The names and values of a form.
fn form_pairs(text: &str) -> Vec<(String, String)> {
    let mut url = reqwest::Url::parse("http://form/").expect("it is a URL");
    url.set_query(Some(text));
    url.query_pairs().into_owned().collect()
}

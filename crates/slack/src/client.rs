//! Calling Slack: one client for every method, within its rates.

use std::{sync::PoisonError, time::Duration};

use eider_jobs::Again;
use eider_store::slack::workspace;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{Slack, pace::Call};

/// Slack answers within this, or is taken to be away. Shorter than the lease of a job.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long Slack is left alone when it asks for that without saying how long.
const LEFT_ALONE_SECONDS: i64 = 30;
/// The largest file that is fetched, in bytes.
const FILE_LIMIT_BYTES: usize = eider_app::ticket::ATTACHMENT_LIMIT_BYTES;

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Too many calls: it was not done, and may be at this instant.
    #[error("Slack asks to wait until {0}.")]
    Later(Timestamp),
    /// Slack did not answer, or is in trouble. Whether it was done is not known.
    #[error("Slack cannot be reached: {0}.")]
    Away(String),
    /// Slack refused, with this word; see the documentation of the method.
    #[error("Slack refused {method}: {code}{detail}.")]
    Refused {
        /// The method.
        method: String,
        /// The word.
        code: String,
        /// More about it, if Slack told.
        detail: String,
    },
    /// Eider is not installed in this workspace any more.
    #[error("This workspace is not connected. Connect it in the settings.")]
    NotConnected,
    /// Something here failed.
    #[error(transparent)]
    Here(#[from] eider_app::Error),
}

impl From<eider_store::Error> for CallError {
    fn from(error: eider_store::Error) -> Self {
        Self::Here(error.into())
    }
}

impl From<CallError> for Again {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Later(at) => Self::At(at),
            error => Self::because(error),
        }
    }
}

impl CallError {
    /// Slack's word for what is wrong, if it said one.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            _ => "",
        }
    }

    /// Whether Slack refuses Eider everywhere, rather than one thing. Connecting again mends it.
    pub fn is_about_us(&self) -> bool {
        crate::trouble::is_of_workspace(self.code())
    }
}

/// A token of a workspace.
#[derive(Eq, PartialEq)]
pub(crate) struct Token {
    plain: String,
    /// As it is kept. It is sealed anew whenever it is entered, so it tells one entering from another.
    pub(crate) sealed: String,
}

pub(crate) fn http() -> reqwest::Client {
    // Names ring as what is encrypted with; again does nothing.
    let _already = rustls::crypto::ring::default_provider().install_default();
    let built = reqwest::Client::builder()
        .timeout(ANSWER_WITHIN)
        .user_agent(concat!("Eider/", env!("CARGO_PKG_VERSION")))
        .build();
    // It can only fail where there is no way to encrypt, and then plain calls still work.
    built.unwrap_or_default()
}

impl Slack {
    /// Calls a method of the Web API with the token of the workspace, and answers what it says.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call(&self, team: &str, method: &str, body: &Value) -> Result<Value, CallError> {
        let call = Call::new(team, method, body);
        let now = self.eider().now();
        {
            let mut pace = self.0.pace.lock().unwrap_or_else(PoisonError::into_inner);
            pace.take(call, now).map_err(CallError::Later)?;
        }
        let token = self.token(team).await?;
        let answer = self.call_with(&token.plain, method, body).await;
        if let Err(CallError::Later(until)) = &answer {
            let mut pace = self.0.pace.lock().unwrap_or_else(PoisonError::into_inner);
            pace.block(call, *until);
        }
        match answer {
            Err(error) => Err(self.after_refusal(team, &token, error).await),
            answered => answered,
        }
    }

    /// Calls a method with the id and the secret of the app, which stand in `body`.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn call_as_client(
        &self,
        method: &str,
        body: &Value,
    ) -> Result<Value, CallError> {
        let address = format!("{}/{method}", self.0.api_url);
        self.answer(method, self.0.http.post(address).form(&pairs(body)))
            .await
    }

    /// Calls a method with this token.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call_with(
        &self,
        token: &str,
        method: &str,
        body: &Value,
    ) -> Result<Value, CallError> {
        let request = self
            .0
            .http
            .post(format!("{}/{method}", self.0.api_url))
            .bearer_auth(token);
        // Methods that read take forms only; those that write take both.
        let request = match method {
            "users.info"
            | "users.lookupByEmail"
            | "conversations.info"
            | "conversations.list"
            | "conversations.replies"
            | "conversations.history"
            | "conversations.members"
            | "files.info"
            | "files.getUploadURLExternal"
            | "team.info"
            | "users.list"
            | "chat.getPermalink"
            | "usergroups.list" => request.form(&pairs(body)),
            _ => request.json(body),
        };
        self.answer(method, request).await
    }

    /// Posts to the address that came with something that somebody did.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn respond(&self, response_url: &str, body: &Value) -> Result<(), CallError> {
        let sent = self.0.http.post(response_url).json(body).send().await;
        let status = sent.map_err(|error| away(&error))?.status();
        if status.is_success() {
            return Ok(());
        }
        Err(CallError::Refused {
            method: "response_url".into(),
            code: status.to_string(),
            detail: String::new(),
        })
    }

    /// Fetches a file that was shared, with the token of the workspace.
    ///
    /// # Errors
    /// See [`CallError`]; `Refused` as `too_large` when it is larger than an attachment may be, and
    /// as `sign_in` when Slack answers with a page to sign in on.
    pub async fn file(
        &self,
        team: &str,
        url: &str,
        media_type: &str,
    ) -> Result<Vec<u8>, CallError> {
        let token = self.token(team).await?;
        let refused = |code: String| CallError::Refused {
            method: "file".into(),
            code,
            detail: String::new(),
        };
        let sent = self.0.http.get(url).bearer_auth(token.plain).send().await;
        let mut response = sent.map_err(|error| away(&error))?;
        let status = response.status();
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(CallError::Away(format!("a file answered {status}")));
        }
        if !status.is_success() {
            return Err(refused(status.to_string()));
        }
        let answered = response.headers().get("content-type");
        let is_page = answered.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if is_page && !media_type.starts_with("text/html") {
            return Err(refused("sign_in".into()));
        }
        let mut content = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| away(&error))? {
            if content.len() + part.len() > FILE_LIMIT_BYTES {
                return Err(refused("too_large".into()));
            }
            content.extend_from_slice(&part);
        }
        Ok(content)
    }

    pub(crate) async fn token(&self, team: &str) -> Result<Token, CallError> {
        let mut tx = self.eider().db().read().await?;
        let workspace = workspace::by_id(&mut tx, team).await?;
        drop(tx);
        let workspace = workspace.ok_or(CallError::NotConnected)?;
        Ok(Token {
            plain: self.eider().unseal(&workspace.token)?,
            sealed: workspace.token,
        })
    }

    async fn answer(
        &self,
        method: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<Value, CallError> {
        let response = request.send().await.map_err(|error| away(&error))?;
        let status = response.status();
        if status.as_u16() == 429 {
            let seconds = response
                .headers()
                .get("retry-after")
                .and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
            return Err(CallError::Later(
                self.in_seconds(seconds.unwrap_or(LEFT_ALONE_SECONDS)),
            ));
        }
        if !status.is_success() {
            return Err(CallError::Away(format!("{method} answered {status}")));
        }
        let answer: Value = response.json().await.map_err(|error| away(&error))?;
        if answer["ok"] == json!(true) {
            return Ok(answer);
        }
        let code = answer["error"].as_str().unwrap_or("no reason").to_owned();
        match code.as_str() {
            "ratelimited" | "rate_limited" => {
                Err(CallError::Later(self.in_seconds(LEFT_ALONE_SECONDS)))
            }
            "internal_error"
            | "fatal_error"
            | "service_unavailable"
            | "request_timeout"
            | "team_added_to_org" => Err(CallError::Away(format!("{method} answered {code}"))),
            _ => Err(CallError::Refused {
                method: method.to_owned(),
                detail: detail(&answer),
                code,
            }),
        }
    }

    pub(crate) fn in_seconds(&self, seconds: i64) -> Timestamp {
        let now = self.eider().now();
        let wait = SignedDuration::from_secs(seconds.clamp(1, 3_600));
        now.saturating_add(wait).unwrap_or(now)
    }
}

fn away(error: &reqwest::Error) -> CallError {
    CallError::Away(if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        // The address may hold a secret.
        error
            .to_string()
            .split(" for url")
            .next()
            .unwrap_or_default()
            .to_owned()
    })
}

fn detail(answer: &Value) -> String {
    let needed = answer["needed"]
        .as_str()
        .map(|needed| format!("needs {needed}"));
    let messages = answer["response_metadata"]["messages"].as_array();
    let first = messages.and_then(|messages| messages.first()?.as_str().map(str::to_owned));
    needed
        .or(first)
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default()
}

/// The members of an object as the fields of a form.
fn pairs(body: &Value) -> Vec<(String, String)> {
    let members = body.as_object().into_iter().flatten();
    members
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), value)
        })
        .collect()
}

//! Installing Eider in a workspace by OAuth: to Slack with a secret that is good once, and back
//! with a code that is exchanged for tokens.

use axum::{
    Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use eider_app::slack::{finish_install, settings};
use serde::Deserialize;

use crate::{CallError, Slack, manifest};

/// Where an installation begins. Going there does nothing here: it only leads on to Slack.
pub const INSTALL_PATH: &str = "/slack/install";
/// Where Slack brings people back to.
const BACK_PATH: &str = "/slack/oauth";
/// Where the manifest of the app is.
pub const MANIFEST_PATH: &str = "/slack/manifest.yaml";
const SETTINGS_PATH: &str = "/settings/slack";

/// The addresses that people are sent to.
pub(crate) fn router() -> Router<Slack> {
    Router::new()
        .route(INSTALL_PATH, get(leave))
        .route(BACK_PATH, get(come_back))
        .route(MANIFEST_PATH, get(download))
}

#[derive(Deserialize)]
struct Leaving {
    #[serde(default)]
    state: String,
}

/// What Slack says when it brings somebody back.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

impl Slack {
    /// Where Slack asks whether the app may be installed.
    fn consent_url(&self, client_id: &str, state: &str) -> String {
        let site = self.0.api_url.trim_end_matches("/api");
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", client_id)
            .append_pair("scope", &manifest::scopes().join(","))
            .append_pair("redirect_uri", &self.page(BACK_PATH))
            .append_pair("state", state)
            .finish();
        format!("{site}/oauth/v2/authorize?{query}")
    }

    async fn install(&self, state: &str, code: &str) -> Result<(), CallError> {
        let by = finish_install(self.eider(), state).await?;
        let settings = settings(self.eider()).await?;
        let mut wanted = self.client_of(&settings)?;
        wanted["code"] = code.into();
        wanted["redirect_uri"] = self.page(BACK_PATH).into();
        let told = self.call_as_client("oauth.v2.access", &wanted).await?;
        let app_id = told["app_id"].as_str().unwrap_or_default();
        self.connect_with(by, self.tokens_of(&told), app_id).await
    }
}

async fn leave(State(slack): State<Slack>, Query(leaving): Query<Leaving>) -> Response {
    match settings(slack.eider()).await {
        Ok(settings) => match settings.client_id {
            Some(id) => Redirect::to(&slack.consent_url(&id, &leaving.state)).into_response(),
            None => Redirect::to(SETTINGS_PATH).into_response(),
        },
        Err(error) => failed(&error.into()),
    }
}

async fn come_back(State(slack): State<Slack>, Query(back): Query<Back>) -> Response {
    let Some(code) = back.code.filter(|_| back.error.is_none()) else {
        // Whoever changed their mind is where they were.
        return Redirect::to(SETTINGS_PATH).into_response();
    };
    match slack.install(&back.state, &code).await {
        Ok(()) => Redirect::to(SETTINGS_PATH).into_response(),
        Err(error) => failed(&error),
    }
}

async fn download(State(slack): State<Slack>) -> Response {
    match settings(slack.eider()).await {
        Ok(settings) => {
            let yaml = manifest::yaml(&settings.command, settings.wire, &slack.page(""));
            let headers = [
                (header::CONTENT_TYPE, "application/yaml; charset=utf-8"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"eider-slack.yaml\"",
                ),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, yaml).into_response()
        }
        Err(error) => failed(&error.into()),
    }
}

fn failed(error: &CallError) -> Response {
    tracing::warn!(%error, "Slack was not installed");
    let status = match error {
        CallError::Here(eider_app::Error::NotFound(_)) => StatusCode::NOT_FOUND,
        CallError::Here(eider_app::Error::Forbidden(_)) => StatusCode::FORBIDDEN,
        CallError::Here(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_GATEWAY,
    };
    let sentence = format!("Eider was not installed in Slack. {error} Begin again under Settings.");
    (status, sentence).into_response()
}

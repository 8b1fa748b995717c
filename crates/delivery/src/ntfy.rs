//! Notifications, by a server of ntfy.

use eider_app::contact::Sending;
use eider_domain::contact::{Outcome, Urgency};
use serde::Deserialize;
use serde_json::json;

use crate::{
    ConfigurationError, NtfyServer, Secret,
    http::{self, no_success, shortened, unanswered},
    pace::Pace,
};

/// The server cuts or refuses longer messages.
const TEXT_LIMIT_CHARACTERS: usize = 2_000;

/// One server.
pub(crate) struct Ntfy {
    pub(crate) name: String,
    pub(crate) pace: Pace,
    server: String,
    token: Option<Secret>,
    public_url: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Published {
    id: String,
}

impl Ntfy {
    pub(crate) fn new(
        name: String,
        server: &NtfyServer,
        public_url: &str,
    ) -> Result<Self, ConfigurationError> {
        let wrong = |why: String| ConfigurationError::new(&name, format!("“server”: {why}"));
        let address = http::address(&server.server).map_err(wrong)?;
        let client = http::client().build();
        let client = client.map_err(|error| ConfigurationError::new(&name, error))?;
        Ok(Self {
            name,
            server: address,
            token: server.token.clone(),
            pace: Pace::new(server.per_second),
            public_url: public_url.to_owned(),
            http: client,
        })
    }

    pub(crate) async fn send(&self, sending: &Sending) -> Outcome {
        let message = &sending.message;
        let text: String = message.text.chars().take(TEXT_LIMIT_CHARACTERS).collect();
        // Five breaks through a phone's silence where its owner lets it; three is usual.
        let (priority, tags) = match sending.attempt.urgency {
            Urgency::High => (5, json!(["rotating_light"])),
            Urgency::Low => (3, json!([])),
        };
        let mut body = json!({
            "topic": sending.attempt.way.address,
            "title": message.title,
            "message": text,
            "priority": priority,
            "tags": tags,
        });
        if let Some(path) = &message.link {
            body["click"] = format!("{}{path}", self.public_url).into();
        }
        let mut request = self.http.post(&self.server).json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(&token.0);
        }
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) => unanswered(&error),
        }
    }
}

async fn answered(response: reqwest::Response) -> Outcome {
    let status = response.status();
    if !status.is_success() {
        return no_success(status, format!("The server of ntfy answers {status}."));
    }
    match http::body(response).await {
        Ok(body) => match serde_json::from_str::<Published>(&body) {
            Ok(published) => Outcome::Accepted {
                reference: shortened(&published.id),
            },
            Err(_) => Outcome::Refused {
                why: "What answers there is no server of ntfy.".into(),
            },
        },
        Err(error) => unanswered(&error),
    }
}

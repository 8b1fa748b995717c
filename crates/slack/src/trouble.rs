//! What is wrong with a connection, and how to mend it, in words for whoever looks after it.

use eider_app::slack::{self as app, Refusal};

use crate::client::Token;
use crate::{CallError, Slack};

impl Slack {
    /// Takes note of a refusal that concerns the whole workspace. What a new token mends is tried
    /// again in a moment; everything else stays refused.
    pub(crate) async fn after_refusal(
        &self,
        team: &str,
        token: &Token,
        error: CallError,
    ) -> CallError {
        let CallError::Refused { code, .. } = &error else {
            return error;
        };
        if !is_of_workspace(code) {
            return error;
        }
        // Another may have come meanwhile, and then it is tried with that.
        if self.token(team).await.is_ok_and(|other| other != *token) {
            return CallError::Later(self.in_seconds(1));
        }
        let renewed = match code.as_str() {
            "token_expired" => app::refresh_now(self.eider(), team).await,
            _ => Ok(false),
        };
        match renewed {
            Ok(true) => return CallError::Later(self.in_seconds(2)),
            Ok(false) => {}
            Err(failure) => return failure.into(),
        }
        match app::note_refusal(self.eider(), team, &token.sealed, &of_token(code)).await {
            Ok(Refusal::News) => {
                tracing::warn!(team, code, "Slack refuses the token of a workspace");
            }
            Ok(Refusal::Known) => {}
            Ok(Refusal::Outdated) => return CallError::Later(self.in_seconds(1)),
            Err(failure) => return failure.into(),
        }
        error
    }
}

/// Whether a refusal holds for every call with the token.
pub(crate) fn is_of_workspace(code: &str) -> bool {
    matches!(
        code,
        "invalid_auth"
            | "not_authed"
            | "token_revoked"
            | "token_expired"
            | "account_inactive"
            | "org_login_required"
            | "ekm_access_denied"
    )
}

/// What is wrong with a bot token, by Slack's word.
pub(crate) fn of_token(code: &str) -> String {
    match code {
        "invalid_auth" | "not_authed" => {
            "Slack does not know the bot token. Copy it once more from OAuth & Permissions, and \
             enter it again."
                .into()
        }
        "token_revoked" => {
            "The bot token was revoked. Install the app again in Slack, and enter its new token."
                .into()
        }
        "account_inactive" => {
            "The app was removed from this workspace. Install it again in Slack, and enter its new \
             token."
                .into()
        }
        "token_expired" | "invalid_refresh_token" => {
            "The bot token has ended and could not be renewed. Install the app again.".into()
        }
        "not_allowed_token_type" => {
            "This is a token of another kind. The bot token begins with xoxb-.".into()
        }
        "org_login_required" | "ekm_access_denied" => format!(
            "The owner of the Slack organisation does not let Eider in ({code}). Ask them to \
             approve the app."
        ),
        other => format!("Slack refuses the bot token: {other}."),
    }
}

/// What is wrong with the token of Socket Mode, by Slack's word.
pub(crate) fn of_app_token(code: &str) -> String {
    match code {
        "invalid_auth" | "not_authed" | "token_revoked" => {
            "Slack does not know the app-level token. Make a new one under Basic Information, \
             App-Level Tokens, with the scope connections:write, and enter it."
                .into()
        }
        "not_allowed_token_type" => {
            "This is a token of another kind. The app-level token begins with xapp-.".into()
        }
        "missing_scope" => {
            "The app-level token lacks the scope connections:write. Make a new one with it, and \
             enter it."
                .into()
        }
        "socket_mode_disabled" | "link_disabled" => {
            "Socket Mode is switched off in the settings of the Slack app. Switch it on under \
             Socket Mode."
                .into()
        }
        other => format!("Slack does not open the line of Socket Mode: {other}."),
    }
}

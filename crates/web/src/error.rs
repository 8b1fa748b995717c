//! Errors are responses: a page for people, a problem document (RFC 9457) for programs.
//!
//! A handler answers with [`Error`]. The door, which knows whether a person or a program asked,
//! gives it its form.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use eider_app::FieldError;
use eider_domain::ticket::Refusal;

/// The result of a handler.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The use case says no.
    #[error(transparent)]
    App(#[from] eider_app::Error),
    /// The request cannot be read.
    #[error("{0}")]
    BadRequest(String),
    /// The body is of a kind that is not read here.
    #[error("{0}")]
    WrongKind(&'static str),
    /// The body is larger than what is read.
    #[error("This is too large to be read: at most 10 MiB. Nothing was saved.")]
    TooLarge,
    /// It is not the page of this site that asks.
    #[error(
        "This request came from another site, so nothing was done. Open Eider and do it from there."
    )]
    ForeignOrigin,
    /// There is no such page.
    #[error("There is no page at this address. It may have been mistyped or moved.")]
    NoSuchPage,
    /// Nobody is signed in.
    #[error(
        "Sign in first, or send a token that is good: “Authorization: Bearer …”. Tokens are made in the profile, or with “eider token create”."
    )]
    SignInFirst,
}

impl From<eider_store::Error> for Error {
    fn from(error: eider_store::Error) -> Self {
        Self::App(error.into())
    }
}

/// What the door needs to give an error its form.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) sentence: String,
    pub(crate) fields: Vec<FieldError>,
}

impl Error {
    /// The status that HTTP knows it by.
    pub fn status(&self) -> StatusCode {
        use eider_app::Error as App;
        match self {
            Self::App(App::Refused(Refusal::Forbidden(_)) | App::Forbidden(_)) => {
                StatusCode::FORBIDDEN
            }
            Self::App(App::Refused(_) | App::Conflict(_)) => StatusCode::CONFLICT,
            Self::App(App::NotFound(_)) | Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::App(App::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::App(App::NotSignedIn(_)) | Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::App(App::TooMany { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Self::App(App::Store(eider_store::Error::Conflict { .. })) => StatusCode::CONFLICT,
            Self::App(App::Store(
                eider_store::Error::Unavailable(_)
                | eider_store::Error::Full
                | eider_store::Error::ReadOnly,
            )) => StatusCode::SERVICE_UNAVAILABLE,
            Self::App(App::Store(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::WrongKind(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
        }
    }

    /// What is wrong with single fields, if that is what is wrong.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::App(eider_app::Error::Invalid(fields)) => fields,
            _ => &[],
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "a request failed");
        }
        let told = Told {
            status,
            sentence: self.to_string(),
            fields: self.fields().to_vec(),
        };
        let mut response = status.into_response();
        let retry_after = match &self {
            Self::App(eider_app::Error::TooMany {
                retry_after_seconds,
            }) => Some(*retry_after_seconds),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(5),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(told);
        response
    }
}

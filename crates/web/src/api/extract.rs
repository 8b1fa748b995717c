//! Reads requests, and tells in a sentence what of them cannot be read.

use axum::{
    Json, RequestExt as _,
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, Multipart, Path, Query, Request,
        multipart::MultipartRejection,
        rejection::{BytesRejection, FailedToBufferBody, JsonRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use eider_app::once::OnceKey;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::{Error, Visitor, Web};

const KEY_HEADER: &str = "Idempotency-Key";
const KEY_LIMIT_CHARACTERS: usize = 200;

/// A part of the path.
#[derive(Clone, Copy, Debug)]
pub(super) struct ApiPath<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for ApiPath<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let read = Path::<T>::from_request_parts(parts, web).await;
        read.map(|Path(value)| Self(value)).map_err(|rejection| {
            let text = rejection.body_text();
            let what = text
                .trim_start_matches("Invalid URL: ")
                .trim_end_matches('.');
            Error::BadRequest(format!("The address cannot be read: {what}."))
        })
    }
}

/// The query. Every field of it is known; a field that is not is refused.
#[derive(Clone, Debug)]
pub(super) struct ApiQuery<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Web> for ApiQuery<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let read = Query::<T>::from_request_parts(parts, web).await;
        read.map(|Query(value)| Self(value))
            .map_err(|rejection: QueryRejection| {
                let what = reason(&rejection, "a value is not of the right kind");
                Error::BadRequest(format!("The query cannot be read: {what}."))
            })
    }
}

/// A body in JSON.
#[derive(Clone, Debug)]
pub(super) struct ApiJson<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Web> for ApiJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Error> {
        json_only(request.headers())?;
        let bytes = body(request, web).await?;
        parse(&bytes).map(Self)
    }
}

/// A body in JSON of which every field may be left out, and so may the whole body.
#[derive(Clone, Debug)]
pub(super) struct MaybeJson<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<Web> for MaybeJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Error> {
        let kind = json_only(request.headers());
        let bytes = body(request, web).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        kind?;
        parse(&bytes).map(Self)
    }
}

/// A body in JSON that creates something, with the key that makes it happen once.
#[derive(Clone, Debug)]
pub(super) struct Creates<T> {
    pub(super) body: T,
    pub(super) key: Option<OnceKey>,
}

impl<T: DeserializeOwned> FromRequest<Web> for Creates<T> {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Error> {
        json_only(request.headers())?;
        let word = key_of(request.headers())?;
        let visitor = request.extensions().get::<Visitor>();
        let person = visitor.map(|visitor| visitor.actor().person);
        let person = person.ok_or(Error::SignInFirst)?;
        let path = request.uri().path().to_owned();
        let bytes = body(request, web).await?;
        let key = word.map(|word| OnceKey::new(person, &path, &word, &bytes));
        Ok(Self {
            body: parse(&bytes)?,
            key,
        })
    }
}

/// The header that makes a request happen once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "it is read by hand; this is its description")]
pub(super) struct KeyHeader {
    /// A word of your own, such as a UUID. The same request with the same word is done once.
    #[param(rename = "Idempotency-Key", pattern = "^[!-~]{1,200}$")]
    key: Option<String>,
}

/// The key that came with a request, if one came.
pub(super) fn key_of(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let Some(value) = headers.get(KEY_HEADER) else {
        return Ok(None);
    };
    let word = value.to_str().unwrap_or_default();
    let fine = (1..=KEY_LIMIT_CHARACTERS).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_graphic());
    if fine {
        Ok(Some(word.to_owned()))
    } else {
        Err(Error::BadRequest(format!(
            "The header {KEY_HEADER} cannot be used. Send up to {KEY_LIMIT_CHARACTERS} letters, digits and signs without spaces, such as a UUID."
        )))
    }
}

/// The answer to what created something: where it is, and what it is.
pub(super) fn created<T: serde::Serialize>(location: String, made: T) -> Response {
    (
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(made),
    )
        .into_response()
}

/// A body in parts, such as a form with a file.
#[derive(Debug)]
pub(super) struct ApiMultipart(pub(super) Multipart);

impl FromRequest<Web> for ApiMultipart {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Error> {
        let is_form = content_type(request.headers()) == "multipart/form-data";
        if !is_form {
            return Err(Error::WrongKind(
                "Send the file as a form: “Content-Type: multipart/form-data”, with a field “file”.",
            ));
        }
        let read = request.extract_with_state::<Multipart, _, _>(web).await;
        read.map(Self).map_err(|_: MultipartRejection| {
            Error::BadRequest(
                "The form cannot be read: its Content-Type names no boundary.".to_owned(),
            )
        })
    }
}

async fn body(request: Request, web: &Web) -> Result<Bytes, Error> {
    Bytes::from_request(request, web)
        .await
        .map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Error::TooLarge
            }
            _ => Error::BadRequest("The body broke off before its end. Send it again.".to_owned()),
        })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    // Every body is an object. Serde would take a list for one, its values in the order of the fields.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(unreadable("it is a list where an object is expected"));
    }
    let read = Json::<T>::from_bytes(bytes);
    read.map(|Json(value)| value)
        .map_err(|rejection: JsonRejection| {
            unreadable(&reason(&rejection, "it is not what is expected here"))
        })
}

fn unreadable(why: &str) -> Error {
    Error::BadRequest(format!(
        "The body cannot be read: {why}. The description of the API is at {}.",
        super::DOCUMENT_PATH
    ))
}

fn json_only(headers: &HeaderMap) -> Result<(), Error> {
    let kind = content_type(headers);
    if kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")) {
        Ok(())
    } else {
        Err(Error::WrongKind(
            "Send the body as JSON, with “Content-Type: application/json”.",
        ))
    }
}

/// The media type of the body in small letters, without its parameters.
fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE);
    let text = value.and_then(|value| value.to_str().ok());
    let kind = text.and_then(|text| text.split(';').next());
    kind.unwrap_or_default().trim().to_ascii_lowercase()
}

/// The innermost reason, which names the field and the place.
fn reason(rejection: &dyn std::error::Error, otherwise: &str) -> String {
    let mut found = None;
    let mut next = rejection.source();
    // Two layers of wrapping say nothing that the sentence does not say.
    while let Some(error) = next {
        let text = error.to_string();
        if !text.is_empty() {
            found = Some(text);
        }
        next = error.source();
        if found.as_deref().is_some_and(|text| text.contains(": ")) {
            break;
        }
    }
    found.unwrap_or_else(|| otherwise.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_short_word() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(KEY_HEADER, value.parse().unwrap());
            key_of(&headers).map_err(|error| error.status())
        };
        assert_eq!(with("abc-1"), Ok(Some("abc-1".to_owned())));
        assert_eq!(with("a b"), Err(StatusCode::BAD_REQUEST));
        assert_eq!(with(&"a".repeat(201)), Err(StatusCode::BAD_REQUEST));
        assert_eq!(key_of(&HeaderMap::new()).unwrap(), None);
    }
}

//! Files, served so that a browser never runs them.

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use eider_app::ticket;
use eider_domain::AttachmentId;

use crate::{Error, Result, Visitor, Web};

/// `GET /attachments/{id}`. A picture is sent as what its first bytes say it is, so that it can be
/// shown in a thread; everything else as bytes to be saved.
pub(super) async fn attachment(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: AttachmentId = id.parse().map_err(|_| Error::NoSuchPage)?;
    let (file, content) = ticket::attachment(&web.eider, visitor.actor(), id).await?;
    let media_type = ticket::picture_type(&content).unwrap_or("application/octet-stream");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, disposition(&file.name)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (
            HeaderName::from_static("x-content-type-options"),
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=3600"),
        ),
    ];
    Ok((headers, content).into_response())
}

/// To be saved under its own name, written as RFC 6266 and RFC 8187 say.
fn disposition(name: &str) -> HeaderValue {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"b\r\nSet-Cookie: x=1; é.png"),
            "attachment; filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20x%3D1%3B%20%C3%A9.png"
        );
    }
}

//! Refuses what another site makes a browser send in a person's name.

use axum::http::{HeaderMap, header};

use crate::{Error, Web};

/// Whether a request that changes something comes from a page of ours.
///
/// Browsers say so in `Sec-Fetch-Site`, or at least in `Origin`. A client that sends neither is no
/// browser and sends no cookie by itself, so it cannot be made to act in anybody's name.
///
/// # Errors
/// `ForeignOrigin` when it comes from another site.
pub(super) fn check(web: &Web, headers: &HeaderMap) -> Result<(), Error> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return if matches!(site, "same-origin" | "none") {
            Ok(())
        } else {
            Err(Error::ForeignOrigin)
        };
    }
    let Some(origin) = text(header::ORIGIN) else {
        return Ok(());
    };
    let host = text(header::HOST).unwrap_or_default();
    let same_host = origin
        .split_once("://")
        .is_some_and(|(_, origin_host)| !host.is_empty() && origin_host.eq_ignore_ascii_case(host));
    if same_host || origin.eq_ignore_ascii_case(&web.public_url) {
        Ok(())
    } else {
        Err(Error::ForeignOrigin)
    }
}

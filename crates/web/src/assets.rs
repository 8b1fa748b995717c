//! The stylesheet, the script and the drawings, built into the program.
//!
//! Each has a hash of its content in its address, so that browsers may keep it for ever and a
//! new version is fetched at once.

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;

const STYLESHEET: &str = include_str!("../assets/eider.css");
const SCRIPT: &str = include_str!("../assets/eider.js");
const FAVICON: &str = include_str!("../assets/favicon.svg");
const LOGO: &str = include_str!("../assets/logo.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| hashed("eider", "css", STYLESHEET));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| hashed("eider", "js", SCRIPT));
static FAVICON_PATH: LazyLock<String> = LazyLock::new(|| hashed("favicon", "svg", FAVICON));
static LOGO_PATH: LazyLock<String> = LazyLock::new(|| hashed("logo", "svg", LOGO));

/// The address of the stylesheet, such as `/assets/eider-0123456789abcdef.css`.
pub fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// The address of the script.
pub fn script_path() -> &'static str {
    &SCRIPT_PATH
}

/// The address of the small drawing on a browser's tab.
pub fn favicon_path() -> &'static str {
    &FAVICON_PATH
}

/// The address of the logo: the duck in its own colour.
pub fn logo_path() -> &'static str {
    &LOGO_PATH
}

/// Serves the assets beneath `/assets/`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    const SVG: &str = "image/svg+xml";
    Router::new()
        .route(
            stylesheet_path(),
            get(|| serve("text/css; charset=utf-8", STYLESHEET)),
        )
        .route(
            script_path(),
            get(|| serve("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route(favicon_path(), get(|| serve(SVG, FAVICON)))
        .route(logo_path(), get(|| serve(SVG, LOGO)))
}

async fn serve(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    const FOR_EVER: &str = "public, max-age=31536000, immutable";
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)),
    ];
    (headers, content)
}

fn hashed(name: &str, extension: &str, content: &str) -> String {
    format!("/assets/{name}-{:016x}.{extension}", fingerprint(content))
}

/// FNV-1a, 64 bits: it tells versions apart and guards nothing, so it need not be cryptographic.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
fn fingerprint(content: &str) -> u64 {
    content.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        // Published test vectors of FNV-1a, 64 bits.
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }
}

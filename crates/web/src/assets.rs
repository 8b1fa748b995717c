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
const GALLERY_STYLESHEET: &str = include_str!("../assets/gallery.css");
const SCRIPT: &str = include_str!("../assets/eider.js");
const CONTACT_SCRIPT: &str = include_str!("../assets/contact.js");
pub(crate) const FAVICON: &str = include_str!("../assets/favicon.svg");
const LOGO: &str = include_str!("../assets/logo.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| hashed("eider", "css", STYLESHEET));
static GALLERY_STYLESHEET_PATH: LazyLock<String> =
    LazyLock::new(|| hashed("gallery", "css", GALLERY_STYLESHEET));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| hashed("eider", "js", SCRIPT));
static CONTACT_SCRIPT_PATH: LazyLock<String> =
    LazyLock::new(|| hashed("contact", "js", CONTACT_SCRIPT));
static FAVICON_PATH: LazyLock<String> = LazyLock::new(|| hashed("favicon", "svg", FAVICON));
static LOGO_PATH: LazyLock<String> = LazyLock::new(|| hashed("logo", "svg", LOGO));

/// The address of the stylesheet, such as `/assets/eider-0123456789abcdef.css`.
pub fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// The address of what only the gallery needs besides.
pub fn gallery_stylesheet_path() -> &'static str {
    &GALLERY_STYLESHEET_PATH
}

/// The address of the script.
pub fn script_path() -> &'static str {
    &SCRIPT_PATH
}

/// The address of the script that adds a browser to how somebody is reached.
pub fn contact_script_path() -> &'static str {
    &CONTACT_SCRIPT_PATH
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
    const CSS: &str = "text/css; charset=utf-8";
    const SVG: &str = "image/svg+xml";
    const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
    Router::new()
        .route(stylesheet_path(), get(|| serve(CSS, STYLESHEET)))
        .route(
            gallery_stylesheet_path(),
            get(|| serve(CSS, GALLERY_STYLESHEET)),
        )
        .route(script_path(), get(|| serve(JAVASCRIPT, SCRIPT)))
        .route(
            contact_script_path(),
            get(|| serve(JAVASCRIPT, CONTACT_SCRIPT)),
        )
        .route(favicon_path(), get(|| serve(SVG, FAVICON)))
        .route(logo_path(), get(|| serve(SVG, LOGO)))
}

pub(crate) async fn serve<Content: IntoResponse>(
    content_type: &'static str,
    content: Content,
) -> impl IntoResponse {
    const FOR_EVER: &str = "public, max-age=31536000, immutable";
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)),
    ];
    (headers, content)
}

pub(crate) fn hashed(name: &str, extension: &str, content: &str) -> String {
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

    /// Red, green and blue, each 0 to 1.
    type Colour = [f64; 3];

    #[derive(Clone, Copy, Debug)]
    enum Scheme {
        Light,
        Dark,
    }

    const SCHEMES: [Scheme; 2] = [Scheme::Light, Scheme::Dark];
    const GROUNDS: [&str; 3] = ["ground", "surface", "raised"];

    #[test]
    fn words_stand_out_from_every_ground_in_both_themes() {
        // WCAG 2.2, 1.4.3: 4.5 to 1 for text of ordinary size.
        let inks = [
            "ink",
            "ink-quiet",
            "accent",
            "urgent",
            "soon",
            "calm",
            "done",
        ];
        for scheme in SCHEMES {
            for ink in inks {
                for ground in GROUNDS {
                    let ratio = contrast(token(ink, scheme), token(ground, scheme));
                    assert!(
                        ratio >= 4.5,
                        "{ink} on {ground}, {scheme:?}: {ratio:.2} to 1"
                    );
                }
            }
        }
    }

    #[test]
    fn buttons_and_edges_stand_out_in_both_themes() {
        for scheme in SCHEMES {
            let ground = token("ground", scheme);
            // The hovered primary button is the accent with 12 % ink in it.
            let hovered = mixed(token("accent", scheme), 0.88, token("ink", scheme));
            let ratio = contrast(ground, hovered);
            assert!(
                ratio >= 4.5,
                "the primary button, {scheme:?}: {ratio:.2} to 1"
            );
            // WCAG 2.2, 1.4.11: 3 to 1 for what shows where a control is.
            let edge = mixed(token("ink-quiet", scheme), 0.75, ground);
            for under in GROUNDS {
                let ratio = contrast(edge, token(under, scheme));
                assert!(
                    ratio >= 3.0,
                    "an edge on {under}, {scheme:?}: {ratio:.2} to 1"
                );
            }
        }
        // The shares above are those of the stylesheet.
        assert!(STYLESHEET.contains("color-mix(in srgb, var(--accent) 88%, var(--ink))"));
        assert!(STYLESHEET.contains("color-mix(in srgb, var(--ink-quiet) 75%, var(--ground))"));
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast(colour("#777777"), [1.0; 3]) - 4.478).abs() < 0.001);
    }

    #[test]
    fn colours_are_written_only_where_tokens_are_defined() {
        let (_, rest) = STYLESHEET
            .split_once("/* ---- The ground ---- */")
            .expect("the sections");
        let (screen, _) = rest
            .split_once("/* ---- Paper ---- */")
            .expect("the sections");
        let lines = screen.lines().chain(GALLERY_STYLESHEET.lines());
        for line in lines.filter(|line| line.contains('#')) {
            let written = line.split('#').skip(1).any(|after| {
                after.len() >= 3 && after.chars().take(3).all(|digit| digit.is_ascii_hexdigit())
            });
            assert!(!written, "a colour that is not a token: {line}");
        }
    }

    fn token(name: &str, scheme: Scheme) -> Colour {
        let opening = format!("--{name}: light-dark(");
        let (_, rest) = STYLESHEET.split_once(&opening).expect("the token");
        let (both, _) = rest.split_once(')').expect("the end of the token");
        let (light, dark) = both.split_once(", ").expect("two colours");
        colour(match scheme {
            Scheme::Light => light,
            Scheme::Dark => dark,
        })
    }

    fn colour(hex: &str) -> Colour {
        let channel = |at: usize| {
            f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits")) / 255.0
        };
        [channel(1), channel(3), channel(5)]
    }

    fn mixed(first: Colour, share: f64, second: Colour) -> Colour {
        std::array::from_fn(|at| first[at] * share + second[at] * (1.0 - share))
    }

    /// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
    fn contrast(first: Colour, second: Colour) -> f64 {
        let (first, second) = (luminance(first), luminance(second));
        (first.max(second) + 0.05) / (first.min(second) + 0.05)
    }

    /// <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>
    fn luminance(colour: Colour) -> f64 {
        let [red, green, blue] = colour.map(|channel| {
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

//! Eider on the home screen of a phone, and the worker that shows notifications when none of its
//! pages is open.

use std::sync::LazyLock;

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};
use serde_json::json;

use crate::{
    Web,
    assets::{self, FAVICON},
    door::{Access, Rule},
};

/// Where phones read what Eider looks like on them.
pub(crate) const MANIFEST: &str = "/manifest.webmanifest";
/// Where browsers fetch the worker. It stands at the top, because it may show pages from there down.
pub(crate) const WORKER: &str = "/push.js";

/// The colour behind the duck.
const GROUND: &str = "#0e161a";
/// The round corners of the drawing; phones cut theirs themselves.
const CORNERS: &str = " rx=\"14\"";
/// Of each icon: the length of its sides in pixels.
const SIDES: [u32; 3] = [180, 192, 512];

pub(crate) const RULES: &[Rule] = &[
    Rule::get(MANIFEST, Access::Anyone),
    Rule::get(WORKER, Access::Anyone),
];

static WORKER_SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let script = include_str!("../assets/worker.js");
    script.replace("ICON", &icon_path(SIDES[1]))
});

pub(crate) fn router() -> Router<Web> {
    let mut router = Router::new()
        .route(MANIFEST, get(manifest))
        .route(WORKER, get(worker));
    for side in SIDES {
        router = router.route(&icon_path(side), get(move || icon(side)));
    }
    router
}

/// The address of the icon that a phone of Apple shows.
pub(crate) fn touch_icon_path() -> String {
    icon_path(SIDES[0])
}

fn icon_path(side: u32) -> String {
    assets::hashed(&format!("icon-{side}"), "png", FAVICON)
}

async fn manifest() -> Response {
    let icons: Vec<_> = SIDES
        .into_iter()
        .map(|side| {
            json!({
                "src": icon_path(side),
                "sizes": format!("{side}x{side}"),
                "type": "image/png",
                "purpose": "any",
            })
        })
        .collect();
    let manifest = json!({
        "id": "/",
        "name": "Eider",
        "short_name": "Eider",
        "description": "Questions, problems, and who is on call.",
        "lang": "en-GB",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": icons,
    });
    read_anew("application/manifest+json", manifest.to_string())
}

async fn worker() -> Response {
    read_anew("text/javascript; charset=utf-8", WORKER_SCRIPT.clone())
}

/// Its address stays the same, so browsers ask each time whether it changed.
fn read_anew(content_type: &'static str, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, content).into_response()
}

async fn icon(side: u32) -> Response {
    let drawn = tokio::task::spawn_blocking(move || drawn(side)).await;
    match drawn.ok().flatten() {
        Some(picture) => assets::serve("image/png", picture).await.into_response(),
        None => crate::Error::NoSuchPage.into_response(),
    }
}

/// The duck as a picture, without the round corners.
fn drawn(side: u32) -> Option<Vec<u8>> {
    let square = FAVICON.replace(CORNERS, "");
    let tree = Tree::from_str(&square, &Options::default()).ok()?;
    let mut picture = Pixmap::new(side, side)?;
    let scale = side as f32 / tree.size().width();
    let scaled = Transform::from_scale(scale, scale);
    resvg::render(&tree, scaled, &mut picture.as_mut());
    picture.encode_png().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_fills_its_square_with_the_ground_of_the_drawing() {
        assert!(FAVICON.contains(CORNERS) && FAVICON.contains(GROUND));
        for side in SIDES {
            let picture = Pixmap::decode_png(&drawn(side).unwrap()).unwrap();
            assert_eq!((picture.width(), picture.height()), (side, side));
            let corner = picture.pixel(0, 0).unwrap().demultiply();
            assert_eq!(
                (corner.red(), corner.green(), corner.blue(), corner.alpha()),
                (0x0e, 0x16, 0x1a, 0xff)
            );
            let duck = picture
                .pixels()
                .iter()
                .filter(|pixel| pixel.green() > 0x80)
                .count();
            assert!(duck > 100, "there is a duck on it");
        }
    }

    #[test]
    fn the_worker_names_an_icon_that_is_there() {
        assert!(WORKER_SCRIPT.contains(&icon_path(192)));
        assert!(!WORKER_SCRIPT.contains("\"ICON\""));
    }
}

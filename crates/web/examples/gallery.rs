//! Serves the gallery alone: `cargo run -p eider-web --example gallery`, then open
//! <http://127.0.0.1:8377/gallery>. `PORT` chooses another port.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use eider_web::components::layout::{THEME_COOKIE, THEME_PATH, Theme};
use eider_web::components::{tickets, words::Reader};
use eider_web::{assets, gallery};
use jiff::{Timestamp, tz::TimeZone};
use maud::Markup;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'self'";

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8377".to_owned());
    let app: Router = Router::new()
        .merge(assets::router())
        .merge(gallery::router())
        .route(THEME_PATH, post(keep_theme))
        .route("/gallery/similar", get(nothing_similar))
        .layer(middleware::map_response(with_policy));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    axum::serve(listener, app).await
}

async fn nothing_similar() -> Markup {
    let reader = Reader {
        now: Timestamp::UNIX_EPOCH,
        zone: TimeZone::UTC,
        team_zone: TimeZone::UTC,
    };
    tickets::similar(&[], &reader)
}

async fn with_policy(mut response: Response) -> Response {
    let policy = HeaderValue::from_static(POLICY);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

async fn keep_theme(body: String) -> impl IntoResponse {
    let name = body
        .split('&')
        .find_map(|pair| pair.strip_prefix("theme="))
        .unwrap_or_default();
    let theme = Theme::from_name(name).name();
    let cookie = format!("{THEME_COOKIE}={theme}; Path=/; Max-Age=31536000; SameSite=Lax");
    let headers = [
        (header::SET_COOKIE, cookie),
        (header::LOCATION, "/gallery".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers)
}

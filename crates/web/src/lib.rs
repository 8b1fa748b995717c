//! Pages, JSON API and live updates over HTTP.
//!
//! Each feature is a module with the same name as in the other crates; it offers its routes and
//! says who may come through each. This crate turns requests into use cases of `eider-app` and
//! their answers into pages and JSON. It decides nothing about tickets and knows no SQL.

mod account;
mod alert;
mod answers;
mod api;
mod ask;
pub mod assets;
mod chart;
mod client;
pub mod components;
mod contact;
pub mod door;
mod error;
mod escalation;
mod feature;
mod figures;
pub mod gallery;
mod home_screen;
mod known_issue;
mod live;
pub mod markdown;
mod now;
mod observe;
mod outcome;
mod page;
mod person;
mod readiness;
mod rota;
mod service;
mod settings;
mod similar;
mod slack;
mod ticket;
mod upload;
mod visitor;
mod washup;

use std::sync::Arc;

use axum::{Extension, Router, extract::DefaultBodyLimit, middleware};
use eider_app::Eider;

pub use account::welcome_path;
pub use client::ClientAddress;
use door::{Access, Rule};
pub use error::{Error, Result};
pub use visitor::Visitor;

/// The largest request that is read, in bytes: one attachment and a little more.
const BODY_LIMIT_BYTES: usize = eider_app::ticket::ATTACHMENT_LIMIT_BYTES + 256 * 1024;

/// What every handler knows.
#[derive(Clone, Debug)]
pub struct Web {
    /// The use cases.
    pub eider: Eider,
    /// The address by which people reach this server, without a slash at its end.
    pub public_url: String,
    /// How a client's address is known.
    pub client_address: ClientAddress,
}

impl Web {
    /// Serves `eider` to people who come by `public_url`, from their own addresses.
    pub fn new(eider: Eider, public_url: String) -> Self {
        Self {
            eider,
            public_url,
            client_address: ClientAddress::default(),
        }
    }

    /// Whether people come by https, so that cookies can be kept to it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Everything that is served.
pub fn router(web: Web) -> Router {
    let recorder = Arc::new(observe::Recorder::default());
    let routes = Router::new()
        .merge(account::router())
        .merge(alert::router())
        .merge(api::router())
        .merge(ask::router())
        .merge(assets::router())
        .merge(contact::router())
        .merge(escalation::router())
        .merge(feature::router())
        .merge(figures::router())
        .merge(gallery::router())
        .merge(home_screen::router())
        .merge(known_issue::router())
        .merge(live::router())
        .merge(now::router())
        .merge(observe::router())
        .merge(page::router())
        .merge(person::router())
        .merge(readiness::router())
        .merge(rota::router())
        .merge(service::router())
        .merge(settings::router())
        .merge(slack::router())
        .merge(ticket::router())
        .merge(washup::router());
    guarded(routes, web)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&recorder),
            observe::measure,
        ))
        .layer(Extension(recorder))
}

/// Puts the door before `routes`. Every route needs a [`Rule`]; what has none is refused.
pub fn guarded(routes: Router<Web>, web: Web) -> Router {
    routes
        .fallback(door::nothing_here)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn_with_state(web.clone(), door::pass))
        .with_state(web)
}

/// Who may come through which route: the rules of every module.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        RULES,
        account::RULES,
        alert::RULES,
        ask::RULES,
        contact::RULES,
        escalation::RULES,
        feature::RULES,
        figures::RULES,
        home_screen::RULES,
        known_issue::RULES,
        live::RULES,
        now::RULES,
        observe::RULES,
        page::RULES,
        person::RULES,
        readiness::RULES,
        rota::RULES,
        service::RULES,
        settings::RULES,
        slack::RULES,
        ticket::RULES,
        washup::RULES,
    ]
    .into_iter()
    .flatten()
    .chain(api::rules())
}

const RULES: &[Rule] = &[
    Rule::get("/gallery", Access::Anyone),
    Rule::get("/gallery/slack", Access::Anyone),
    Rule::get("/assets/*", Access::Anyone),
];

//! Who is at the door, and how they read: their rights, their zone, their theme.

use axum::{extract::FromRequestParts, http::request::Parts};
use eider_app::{account::Identified, desk::Desk};
use eider_domain::access::Actor;
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;

use crate::{
    Error, Web,
    components::{
        layout::{NavItem, Shell, SignedIn, Theme},
        words::Reader,
    },
    live,
};

/// Somebody whom the door has recognised. Ask for it in a handler to refuse everybody else.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who they are and what they may.
    pub who: Identified,
    /// The configuration as of this request.
    pub desk: Arc<Desk>,
    /// The theme they chose on this device.
    pub theme: Theme,
    /// The path and query that they asked for.
    pub path: String,
    /// The present instant, once for the whole request.
    pub now: Timestamp,
    /// The newest fact when the request came: what they are shown holds it.
    pub newest_fact: i64,
}

impl Visitor {
    /// With which rights they come.
    pub fn actor(&self) -> &Actor {
        &self.who.actor
    }

    /// How times are told to them.
    pub fn reader(&self) -> Reader {
        Reader {
            now: self.now,
            zone: zone(&self.who.person.zone),
            team_zone: zone(&self.desk.settings.zone),
        }
    }

    /// The address of the stream that keeps a page of this request live.
    pub fn live_url(&self, topics: &str) -> String {
        live::address(topics, self.newest_fact)
    }

    /// The frame of a page for them.
    pub fn shell(&self, title: impl Into<String>, nav: NavItem) -> Shell {
        Shell {
            title: title.into(),
            nav: Some(nav),
            person: Some(SignedIn {
                name: self.who.person.called().to_owned(),
                initials: self.who.person.initials.clone(),
            }),
            theme: self.theme,
            path: self.path.clone(),
            ..Shell::default()
        }
    }
}

/// The zone of that name; UTC when this machine does not know it.
fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Error::SignInFirst)
    }
}

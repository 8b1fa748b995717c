//! Slack: what people do there becomes commands of `eider-app`, and facts become cards and threads.
//!
//! What Slack sends is kept before it is answered ([`Slack::receive`]) and worked off by a job. What
//! happens to a ticket is told in its thread by a job that looks at what is not told yet, so that
//! an outage loses nothing and everything is told once. Every call goes through one client that
//! keeps to Slack's rates. This crate holds no rule of the field and no SQL.

mod act;
mod ask;
mod client;
mod connect;
mod deed;
mod digest;
mod examine;
mod find;
mod home;
mod incident;
mod install;
pub mod kit;
mod lines;
mod lost_channel;
pub mod manifest;
mod manners;
mod members;
mod mirror;
pub mod mrkdwn;
mod on_call;
mod pace;
mod page;
mod person;
mod receive;
mod request;
#[cfg(test)]
mod samples;
mod signature;
mod socket;
mod thread;
mod trouble;

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex},
};

use eider_app::Eider;
use eider_domain::{TicketId, contact::Kind};
use eider_jobs::{Handlers, Runner};
use tokio_util::sync::CancellationToken;

pub use client::CallError;
pub use install::{INSTALL_PATH, MANIFEST_PATH};
use pace::Pace;

/// Where Slack's Web API is.
pub const SLACK_API: &str = "https://slack.com/api";

/// Slack as Eider uses it. Cheap to clone.
#[derive(Clone)]
pub struct Slack(Arc<Shared>);

struct Shared {
    eider: Eider,
    public_url: String,
    api_url: String,
    http: reqwest::Client,
    pace: Mutex<Pace>,
    /// The tickets whose threads are being told by this process.
    telling: Mutex<HashSet<TicketId>>,
    listing: members::Listing,
    /// What the messages about pages show, as far as this process has drawn them.
    shown_pages: Mutex<page::Remembered>,
    /// Who was looked for in a workspace and is not there.
    missed: Mutex<on_call::meet::Missed>,
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slack({})", self.0.api_url)
    }
}

impl Slack {
    /// Slack for `eider`, which people reach at `public_url`; from now on people can be reached in
    /// Slack. The Web API is at `api_url`, without a slash at its end; see [`SLACK_API`].
    pub fn new(eider: Eider, public_url: String, api_url: String) -> Self {
        eider.offer(&[Kind::Slack]);
        Self(Arc::new(Shared {
            eider,
            public_url,
            api_url,
            http: client::http(),
            pace: Mutex::new(Pace::default()),
            telling: Mutex::new(HashSet::new()),
            listing: members::Listing::default(),
            shown_pages: Mutex::default(),
            missed: Mutex::default(),
        }))
    }

    /// The use cases.
    pub fn eider(&self) -> &Eider {
        &self.0.eider
    }

    /// The address of a page of Eider.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.0.public_url)
    }

    /// Works off what Slack sent and tells Slack what happened, until `stop`; then finishes what
    /// is under way. `node` is the name of this node.
    pub async fn run(self, node: String, stop: CancellationToken) {
        let worker = |handlers: Handlers| {
            let eider = self.eider();
            let (db, clock) = (eider.db().clone(), eider.clock().clone());
            Runner::new(db, clock, node.clone(), handlers, eider.commits())
        };
        // What people wait for has a worker of its own, so that telling holds it up never.
        let working = worker(request::handlers(&self));
        let groups = on_call::groups::handlers(&self, connect::handlers(&self));
        let groups = on_call::swaps::handlers(&self, groups);
        let groups = on_call::meet::handlers(&self, groups);
        let handlers = page::redraws(&self, mirror::handlers(&self));
        let handlers = home::handlers(&self, handlers);
        let telling = worker(digest::handlers(&self, handlers));
        let connecting = worker(groups);
        // Whoever is called waits for nothing else.
        let calling = worker(page::handlers(&self));
        digest::plan(&self).await;
        on_call::groups::plan(&self).await;
        tokio::join!(
            working.run(stop.clone()),
            telling.run(stop.clone()),
            connecting.run(stop.clone()),
            calling.run(stop.clone()),
            mirror::follow(&self, stop.clone()),
            socket::hold(&self, stop),
        );
    }
}

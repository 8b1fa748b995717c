//! Delivery: what people are to be reached by is handed to providers.
//!
//! A job for each attempt asks `eider_app::contact` whether it is still wanted and what is said,
//! calls a provider, and tells how that ended. A provider that does not take it is followed by the
//! second of its kind. This crate holds no rule of the field and no SQL, writes no words of its
//! own, and never waits for a provider longer than a job's lease allows.

mod configuration;
mod handler;
mod heartbeat;
mod http;
mod ntfy;
mod pace;
mod place;
mod probe;
mod provider;
mod public;
mod receive;
mod shout;
mod smtp;
mod twilio;
mod web_push;
mod webhook;

use std::{fmt, sync::Arc};

use eider_app::{
    Eider,
    watch::{Watcher, plan_heartbeat},
};
use eider_domain::contact::Kind;
use eider_jobs::{Handlers, Runner};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use configuration::{
    Configuration, ConfigurationError, Encryption, Heartbeat, HeartbeatMethod, NtfyServer, Secret,
    SmtpServer, TwilioAccount, Watch, WebPushRules, WebhookRules,
};
pub use probe::{Probe, is_signed};
pub use provider::Carrier;
use provider::Provider;
pub use shout::Shout;
pub use webhook::{SIGNATURE_HEADER, signature};

/// How many messages a worker sends at once: everybody may have to be called at once, and each waits
/// for a provider. Postfix takes 50 connections of one client, unless it is told otherwise
/// (<https://www.postfix.org/postconf.5.html#smtpd_client_connection_count_limit>).
const SENT_AT_ONCE: usize = 48;

/// Sends what people are to be reached by. Cheap to clone.
#[derive(Clone)]
pub struct Delivery(Arc<Shared>);

struct Shared {
    eider: Eider,
    providers: Vec<Provider>,
    heartbeat: Option<Arc<heartbeat::Heartbeat>>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.providers.iter().map(Provider::name);
        f.debug_list().entries(names).finish()
    }
}

impl Delivery {
    /// Delivery for `eider` by these providers. Links begin with `public_url`, without a slash at
    /// its end. From now on `eider` knows in which ways people can be reached.
    ///
    /// # Errors
    /// When a provider is configured so that it cannot work.
    pub fn new(
        eider: Eider,
        public_url: &str,
        configuration: &Configuration,
    ) -> Result<Self, ConfigurationError> {
        let providers = provider::all(configuration, public_url, Some(&eider))?;
        if let Some(watch) = &configuration.watched_by {
            eider.be_watched(watcher(watch)?);
        }
        let heartbeat = configuration.heartbeat.as_ref();
        let heartbeat = heartbeat.map(heartbeat::Heartbeat::new).transpose()?;
        Ok(Self::by(eider, providers, heartbeat))
    }

    /// Delivery for `eider` by these carriers, in the order in which they are asked.
    pub fn by_carriers(eider: Eider, carriers: Vec<Box<dyn Carrier>>) -> Self {
        let carriers = carriers.into_iter().map(Provider::Other);
        Self::by(eider, carriers.collect(), None)
    }

    fn by(eider: Eider, providers: Vec<Provider>, heartbeat: Option<heartbeat::Heartbeat>) -> Self {
        let is_sent = |kind: &Kind| providers.iter().any(|provider| provider.sends(*kind));
        let sent: Vec<Kind> = Kind::ALL.into_iter().filter(is_sent).collect();
        eider.offer(&sent);
        Self(Arc::new(Shared {
            eider,
            providers,
            heartbeat: heartbeat.map(Arc::new),
        }))
    }

    pub(crate) fn eider(&self) -> &Eider {
        &self.0.eider
    }

    pub(crate) fn providers(&self) -> &[Provider] {
        &self.0.providers
    }

    /// Sends what is due until `stop`, then finishes what is under way. `node` is the name of this
    /// node.
    pub async fn run(self, node: String, stop: CancellationToken) {
        let mut workers = JoinSet::new();
        for runner in self.runners(&node) {
            workers.spawn(runner.run(stop.clone()));
        }
        let heartbeat = self.0.heartbeat.clone();
        let eider = self.eider();
        if let Err(error) = plan_heartbeat(eider, heartbeat.is_some()).await {
            tracing::error!(%error, "the heartbeat cannot be queued; there is none");
        }
        if let Some(heartbeat) = heartbeat {
            let runner = self.runner(&node, heartbeat::handlers(eider, heartbeat));
            workers.spawn(runner.run(stop.clone()));
        }
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker that reaches people has ended");
            }
        }
    }

    /// The workers that send, for the node of that name.
    pub fn runners(&self, node: &str) -> Vec<Runner> {
        let shares = self.shares();
        let runners = shares
            .iter()
            .map(|kinds| self.runner(node, handler::handlers(self, kinds)));
        runners.collect()
    }

    fn runner(&self, node: &str, handlers: Handlers) -> Runner {
        let eider = self.eider();
        let (db, clock) = (eider.db().clone(), eider.clock().clone());
        Runner::new(db, clock, node.to_owned(), handlers, eider.commits())
            .doing_at_once(SENT_AT_ONCE)
            .counting(eider.measures().takeovers())
    }

    /// Which kinds each worker sends. Every kind that can be sent has a worker of its own, so that
    /// a provider which hangs, or somebody's own webhook, holds up no other. What is left over from
    /// a provider that is no longer there only has to be told so.
    fn shares(&self) -> Vec<Vec<Kind>> {
        let is_sent = |kind: &Kind| self.providers().iter().any(|one| one.sends(*kind));
        // Slack has a worker of its own, elsewhere.
        let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Slack);
        let (sent, others): (Vec<Kind>, Vec<Kind>) = kinds.partition(is_sent);
        let mut shares: Vec<Vec<Kind>> = sent.into_iter().map(|kind| vec![kind]).collect();
        if !others.is_empty() {
            shares.push(others);
        }
        shares
    }
}

/// Who watches from outside, when that can be used.
fn watcher(watch: &Watch) -> Result<Watcher, ConfigurationError> {
    let wrong = |why: String| ConfigurationError::new("watched_by", why);
    probe::check_key(&watch.key).map_err(wrong)?;
    let answer_url =
        http::address(&watch.answer_url).map_err(|why| wrong(format!("“answer_url”: {why}")))?;
    Ok(Watcher {
        key: watch.key.0.clone(),
        answer_url,
    })
}

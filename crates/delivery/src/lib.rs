//! Delivery: what people are to be reached by is handed to providers.
//!
//! A job for each attempt asks `eider_app::contact` whether it is still wanted and what is said,
//! calls a provider, and tells how that ended. A provider that does not take it is followed by the
//! second of its kind. This crate holds no rule of the field and no SQL, writes no words of its
//! own, and never waits for a provider longer than a job's lease allows.

mod configuration;
mod handler;
mod http;
mod ntfy;
mod pace;
mod provider;
mod public;
mod receive;
mod smtp;
mod twilio;
mod webhook;

use std::{fmt, sync::Arc};

use eider_app::Eider;
use eider_domain::contact::Kind;
use eider_jobs::Runner;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use configuration::{
    Configuration, ConfigurationError, Encryption, NtfyServer, Secret, SmtpServer, TwilioAccount,
    WebhookRules,
};
use provider::Provider;
pub use webhook::{SIGNATURE_HEADER, signature};

/// Sends what people are to be reached by. Cheap to clone.
#[derive(Clone)]
pub struct Delivery(Arc<Shared>);

struct Shared {
    eider: Eider,
    providers: Vec<Provider>,
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
        let providers = provider::all(configuration, public_url)?;
        let is_sent = |kind: &Kind| providers.iter().any(|provider| provider.sends(*kind));
        eider.offer(Kind::ALL.into_iter().filter(is_sent).collect());
        Ok(Self(Arc::new(Shared { eider, providers })))
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
        let eider = self.eider();
        let mut workers = JoinSet::new();
        for kinds in self.shares() {
            let runner = Runner::new(
                eider.db().clone(),
                eider.clock().clone(),
                node.clone(),
                handler::handlers(&self, &kinds),
                eider.commits(),
            );
            workers.spawn(runner.run(stop.clone()));
        }
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker that reaches people has ended");
            }
        }
    }

    /// Which kinds each worker sends. Every kind that can be sent has a worker of its own, so that
    /// a provider which hangs, or somebody's own webhook, holds up no other. What is left over from
    /// a provider that is no longer there only has to be told so.
    fn shares(&self) -> Vec<Vec<Kind>> {
        let is_sent = |kind: &Kind| self.providers().iter().any(|one| one.sends(*kind));
        let (sent, others): (Vec<Kind>, Vec<Kind>) = Kind::ALL.into_iter().partition(is_sent);
        let mut shares: Vec<Vec<Kind>> = sent.into_iter().map(|kind| vec![kind]).collect();
        if !others.is_empty() {
            shares.push(others);
        }
        shares
    }
}

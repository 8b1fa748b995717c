//! Telling somebody by the providers alone, without a desk: for whoever watches over Eider.

use eider_app::contact::Sending;
use eider_domain::{
    AttemptId, PersonId,
    contact::{Attempt, AttemptState, Kind, Message, Outcome, Subject, Urgency, Way},
};
use jiff::Timestamp;

use crate::{
    Configuration, ConfigurationError,
    provider::{self, Provider},
};

/// Providers that are asked one after the other, until one takes it.
pub struct Shout {
    providers: Vec<Provider>,
}

impl Shout {
    /// By these providers. `server` is where links lead.
    ///
    /// # Errors
    /// When one of them cannot work so.
    pub fn new(configuration: &Configuration, server: &str) -> Result<Self, ConfigurationError> {
        Ok(Self {
            providers: provider::all(configuration, server, None)?,
        })
    }

    /// Whether there is a provider for it.
    pub fn sends(&self, kind: Kind) -> bool {
        self.providers.iter().any(|one| one.sends(kind))
    }

    /// Tells it there, and answers with the provider that took it.
    ///
    /// # Errors
    /// Why none did, in words.
    pub async fn tell(
        &self,
        id: AttemptId,
        (kind, address): (Kind, &str),
        message: &Message,
        secret: &str,
        now: Timestamp,
    ) -> Result<&str, String> {
        let sending = Sending {
            attempt: Attempt {
                id,
                // Nobody whom a desk knows.
                person: PersonId(id.0),
                way: Way {
                    method: None,
                    kind,
                    address: address.to_owned(),
                },
                subject: Subject::TestPage,
                urgency: Urgency::High,
                due_at: now,
                state: AttemptState::Waiting,
                changed_at: now,
                repeats: None,
                fence: 0,
            },
            message: message.clone(),
            secret: Some(secret.to_owned()),
        };
        let mut why = "No provider is configured for it.".to_owned();
        for provider in self.providers.iter().filter(|one| one.sends(kind)) {
            match provider.send(&sending, now).await {
                Outcome::Accepted { .. } => return Ok(provider.name()),
                Outcome::Refused { why: said }
                | Outcome::Busy { why: said }
                | Outcome::Later { why: said, .. }
                | Outcome::Gone { why: said }
                | Outcome::Broke { why: said }
                | Outcome::Silent { why: said } => why = format!("{}: {said}", provider.name()),
            }
        }
        Err(why)
    }
}

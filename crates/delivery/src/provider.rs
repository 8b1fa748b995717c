//! One provider, whatever its kind.

use std::{future::Future, pin::Pin};

use eider_app::{Eider, contact::Sending};
use eider_domain::contact::{Kind, Outcome};
use jiff::Timestamp;

use crate::{
    Configuration, ConfigurationError,
    configuration::PROVIDERS_LIMIT,
    ntfy::Ntfy,
    smtp::Smtp,
    twilio::Twilio,
    web_push::{self, WebPush},
    webhook::Webhook,
};

/// Somebody who takes messages to people in a way of their own. Those that an operator can name are
/// in this crate; the simulator brings others.
pub trait Carrier: Send + Sync {
    /// What it is called in what is told of attempts.
    fn name(&self) -> &str;

    /// Whether it sends that.
    fn sends(&self, kind: Kind) -> bool;

    /// Hands it over, and says what came of that.
    fn send<'a>(
        &'a self,
        sending: &'a Sending,
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
}

/// Somebody who takes messages to people.
pub(crate) enum Provider {
    Smtp(Smtp),
    Twilio(Twilio),
    Ntfy(Ntfy),
    WebPush(WebPush),
    Webhook(Webhook),
    Other(Box<dyn Carrier>),
}

impl Provider {
    /// What it is called in what is told of attempts.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Smtp(smtp) => &smtp.name,
            Self::Twilio(twilio) => &twilio.name,
            Self::Ntfy(ntfy) => &ntfy.name,
            Self::WebPush(_) => web_push::NAME,
            Self::Webhook(_) => "webhook",
            Self::Other(carrier) => carrier.name(),
        }
    }

    /// Whether it sends that.
    pub(crate) fn sends(&self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Smtp(_), Kind::Email)
            | (Self::Ntfy(_), Kind::Ntfy)
            | (Self::WebPush(_), Kind::WebPush)
            | (Self::Webhook(_), Kind::Webhook) => true,
            (Self::Twilio(twilio), Kind::Sms) => twilio.sms_from.is_some(),
            (Self::Twilio(twilio), Kind::Voice) => twilio.voice_from.is_some(),
            (Self::Other(carrier), kind) => carrier.sends(kind),
            _ => false,
        }
    }

    /// Takes one call of those that it may be called in a second.
    ///
    /// # Errors
    /// When it may be called next.
    pub(crate) fn take_turn(&self, now: Timestamp, goes_ahead: bool) -> Result<(), Timestamp> {
        match self {
            Self::Smtp(smtp) => smtp.pace.take(now, goes_ahead),
            Self::Twilio(twilio) => twilio.pace.take(now, goes_ahead),
            Self::Ntfy(ntfy) => ntfy.pace.take(now, goes_ahead),
            // Each of them is somebody else's.
            Self::WebPush(_) | Self::Webhook(_) | Self::Other(_) => Ok(()),
        }
    }

    /// Hands it over, and says what came of that.
    pub(crate) async fn send(&self, sending: &Sending, now: Timestamp) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.send(sending, now).await,
            Self::Twilio(twilio) => twilio.send(sending).await,
            Self::Ntfy(ntfy) => ntfy.send(sending).await,
            Self::WebPush(web_push) => web_push.send(sending, now).await,
            Self::Webhook(webhook) => webhook.send(sending, now).await,
            Self::Other(carrier) => carrier.send(sending, now).await,
        }
    }
}

/// Every provider that is configured, in the order in which they are asked. Browsers are known to a
/// desk alone.
pub(crate) fn all(
    configuration: &Configuration,
    public_url: &str,
    eider: Option<&Eider>,
) -> Result<Vec<Provider>, ConfigurationError> {
    let mut all = Vec::new();
    let is_only = configuration.smtp.len() == 1;
    for (name, smtp) in named("smtp", &configuration.smtp)? {
        all.push(Provider::Smtp(Smtp::new(name, smtp, public_url, is_only)?));
    }
    for (name, account) in named("twilio", &configuration.twilio)? {
        all.push(Provider::Twilio(Twilio::new(name, account, public_url)?));
    }
    for (name, server) in named("ntfy", &configuration.ntfy)? {
        all.push(Provider::Ntfy(Ntfy::new(name, server, public_url)?));
    }
    if let Some(eider) = eider {
        let web_push = WebPush::new(eider.clone(), &configuration.web_push, public_url)?;
        all.push(Provider::WebPush(web_push));
    }
    all.push(Provider::Webhook(Webhook::new(
        configuration.webhook,
        public_url,
    )));
    Ok(all)
}

/// Each with its name: the kind, and its place when it is not the first.
fn named<'a, T>(kind: &str, some: &'a [T]) -> Result<Vec<(String, &'a T)>, ConfigurationError> {
    if some.len() > PROVIDERS_LIMIT {
        let why = format!("there are {}; name at most {PROVIDERS_LIMIT}", some.len());
        return Err(ConfigurationError::new(kind, why));
    }
    let names = (1..).map(|place| match place {
        1 => kind.to_owned(),
        place => format!("{kind}-{place}"),
    });
    Ok(names.zip(some).collect())
}

//! The heartbeat that goes outside while nothing is older than its time.

use std::sync::Arc;

use eider_app::{
    Eider,
    watch::{Beat, HEARTBEAT_JOB, beat_done, beat_due},
};
use eider_domain::watch::Late;
use eider_jobs::{Again, Claimed, Handlers};
use jiff::SignedDuration;
use reqwest::Client;

use crate::{
    ConfigurationError, Heartbeat as Configuration, HeartbeatMethod,
    http::{self, unanswered_because},
};

/// The name under which its troubles are told.
const NAME: &str = "heartbeat";
/// More often tells nobody more; more rarely tells too late.
const EVERY_LIMITS_SECONDS: std::ops::RangeInclusive<u32> = 10..=3_600;

/// Whoever is told outside that all is well.
pub(crate) struct Heartbeat {
    url: String,
    method: HeartbeatMethod,
    every: SignedDuration,
    http: Client,
}

impl Heartbeat {
    pub(crate) fn new(configuration: &Configuration) -> Result<Self, ConfigurationError> {
        let wrong = |why: &str| ConfigurationError::new(NAME, why);
        // The address is a secret, so it stands in no complaint.
        http::address(&configuration.url.0).map_err(|_| {
            wrong("“url” is no web address; write it like https://example.com/ping")
        })?;
        if !EVERY_LIMITS_SECONDS.contains(&configuration.every_seconds) {
            return Err(wrong("“every_seconds” is from 10 to 3600"));
        }
        let client = http::client().build();
        Ok(Self {
            url: configuration.url.0.clone(),
            method: configuration.method,
            every: SignedDuration::from_secs(i64::from(configuration.every_seconds)),
            http: client.map_err(|error| ConfigurationError::new(NAME, error))?,
        })
    }

    async fn send(&self) -> Beat {
        let request = match self.method {
            HeartbeatMethod::Get => self.http.get(&self.url),
            HeartbeatMethod::Post => self.http.post(&self.url),
        };
        match request.send().await {
            Ok(response) if response.status().is_success() => Beat::Sent,
            Ok(response) => Beat::Failed(format!("it answers {}.", response.status())),
            Err(error) => Beat::Failed(unanswered_because(&error)),
        }
    }
}

/// What sends the heartbeat.
pub(crate) fn handlers(eider: &Eider, heartbeat: Arc<Heartbeat>) -> Handlers {
    let eider = eider.clone();
    Handlers::default().with(HEARTBEAT_JOB, move |claimed| {
        let (eider, heartbeat) = (eider.clone(), Arc::clone(&heartbeat));
        async move {
            let beaten = beat(&eider, &heartbeat, &claimed).await;
            beaten.map_err(Again::because)
        }
    })
}

async fn beat(eider: &Eider, heartbeat: &Heartbeat, claimed: &Claimed) -> eider_app::Result<()> {
    let Some(late) = beat_due(eider, claimed).await? else {
        return Ok(());
    };
    let beat = if late.is_empty() {
        heartbeat.send().await
    } else {
        Beat::Withheld(late)
    };
    match &beat {
        Beat::Sent => tracing::debug!("the heartbeat went out"),
        Beat::Withheld(late) => {
            let why: Vec<String> = late.iter().map(Late::to_string).collect();
            tracing::error!(why = why.join(" "), "the heartbeat is withheld");
        }
        Beat::Failed(why) => tracing::error!(why, "the heartbeat was not taken"),
    }
    beat_done(eider, claimed, beat, heartbeat.every).await
}

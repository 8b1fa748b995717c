//! Whether anything is older than its time, whether alerts call anybody, and whether the heartbeat
//! goes out.

use eider_app::{
    desk::that_call_nobody,
    watch::{LastBeat, last_beat, late},
};
use eider_domain::watch::Late;
use eider_store::{Db, doctor::Check};
use jiff::{SignedDuration, Timestamp};

use crate::configuration::Configuration;

/// A heartbeat that is missed this often in a row does not go out.
const BEATS_MISSED: i64 = 3;

/// What is late, and how the heartbeat fares.
pub(super) async fn checks(configuration: &Configuration, db: &Db, now: Timestamp) -> Vec<Check> {
    let mut checks = vec![providers(configuration)];
    // A database that fails is told of already.
    if let Ok(late) = late(db, now).await {
        checks.push(on_time(&late));
    }
    if let Ok(silent) = that_call_nobody(db).await {
        checks.push(calls_somebody(&silent));
    }
    if let Ok(last) = last_beat(db).await {
        checks.push(heartbeat(configuration, last.unwrap_or_default(), now));
    }
    checks
}

fn on_time(late: &[Late]) -> Check {
    const NAME: &str = "on time";
    if late.is_empty() {
        return Check::fine(NAME, "nothing is older than its time");
    }
    let told: Vec<String> = late.iter().map(Late::to_string).collect();
    Check::attention(
        NAME,
        told.join(" "),
        "See that the server runs, and look into its log for providers that refuse and jobs that \
         fail.",
    )
}

/// Whether anything goes out to anybody, besides notifications in browsers, Slack and people's own
/// webhooks, which each of them has to set up.
fn providers(configuration: &Configuration) -> Check {
    const NAME: &str = "providers";
    let providers = &configuration.providers;
    let counted = [
        (providers.smtp.len(), "e-mail"),
        (providers.twilio.len(), "text messages and calls"),
        (providers.ntfy.len(), "push"),
    ];
    let told: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what} ({count})"))
        .collect();
    if told.is_empty() {
        let only = "none is configured: nobody is told but in browsers, in Slack and by their own webhooks";
        return Check::fine(NAME, only);
    }
    Check::fine(NAME, told.join(", "))
}

fn calls_somebody(silent: &[(String, &'static str)]) -> Check {
    const NAME: &str = "calls";
    let told: Vec<String> = silent
        .iter()
        .map(|(service, why)| format!("{service}: {why}"))
        .collect();
    if told.is_empty() {
        return Check::fine(NAME, "each service with a key has somebody to call");
    }
    Check::attention(
        NAME,
        told.join(" "),
        "Plan who is on call under On call, or choose an escalation policy for the squad.",
    )
}

fn heartbeat(configuration: &Configuration, last: LastBeat, now: Timestamp) -> Check {
    const NAME: &str = "heartbeat";
    let Some(configured) = &configuration.providers.heartbeat else {
        return Check::fine(NAME, "none is configured");
    };
    let longest = SignedDuration::from_secs(i64::from(configured.every_seconds) * BEATS_MISSED);
    match last.sent_at {
        Some(sent_at) if now.duration_since(sent_at) <= longest => {
            Check::fine(NAME, format!("last sent at {sent_at}"))
        }
        sent_at => {
            let when = sent_at.map_or("It was never sent.".to_owned(), |at| {
                format!("It was last sent at {at}.")
            });
            let why = last.trouble.join(" ");
            Check::attention(
                NAME,
                format!("{when} {why}").trim().to_owned(),
                "See that the server runs with this configuration, and that it reaches the address.",
            )
        }
    }
}

//! What must always hold of what monitors send, whatever bytes it is made of. A fuzz target and
//! property tests call the same function.

use eider_domain::{alert::Signal, service::Mapping};
use serde_json::Value;

use super::{alertmanager, mail, sentry};

/// Reads the bytes as every monitor would send them.
pub(crate) fn alerts(data: &[u8]) {
    for signal in alertmanager("Grafana", data).unwrap_or_default() {
        check(&signal);
    }
    if let Some(signal) = mail(data) {
        check(&signal);
    }
    let Ok(message) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    for resource in ["event_alert", "issue", "metric_alert", "comment"] {
        if let Some(signal) = sentry(resource, &message) {
            check(&signal);
        }
    }
    // The message says itself how it is read.
    let mapping = Mapping::parse(&message["mapping"].to_string()).unwrap_or_default();
    for signal in mapping.signals(&message).unwrap_or_default() {
        check(&signal);
    }
}

fn check(signal: &Signal) {
    let within = |text: &str, limit| {
        assert!(text.chars().count() <= limit, "{text}");
        assert!(!text.contains('\u{0}'), "{text:?}");
    };
    within(&signal.key, 512);
    within(&signal.group, 512);
    within(&signal.title, 200);
    within(&signal.detail, 8_000);
    assert!(!signal.title.trim().is_empty());
    for text in [&signal.service, &signal.place].into_iter().flatten() {
        within(text, 200);
        assert!(!text.contains('\n'), "{text:?}");
    }
}

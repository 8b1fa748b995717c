//! Messages of Prometheus Alertmanager, version 4, and of Grafana.

use std::collections::BTreeMap;

use eider_domain::{
    alert::{Says, Signal},
    service::Severity,
};
use jiff::Timestamp;
use serde::Deserialize;

use super::field::{Word, or_absent};

/// The word for what is over.
const OVER: &str = "resolved";

type Labels = BTreeMap<String, Word>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    group_key: Word,
    #[serde(deserialize_with = "or_absent")]
    alerts: Vec<Alert>,
    #[serde(default)]
    status: Word,
    #[serde(rename = "externalURL", default)]
    external_url: Word,
    /// How many alerts of the group were left out; Alertmanager says so, if it is none too.
    #[serde(default)]
    truncated_alerts: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    #[serde(default)]
    status: Word,
    #[serde(default, deserialize_with = "or_absent")]
    labels: Labels,
    #[serde(default, deserialize_with = "or_absent")]
    annotations: Labels,
    #[serde(default)]
    starts_at: Word,
    #[serde(rename = "generatorURL", default)]
    generator_url: Word,
    #[serde(default)]
    fingerprint: Word,
}

/// What a message of `monitor` says: an alert is known by its fingerprint, its group by
/// Alertmanager's key. None is left out: only the length of a message limits how many there are.
/// When the monitor left some out itself, that is an alert too.
///
/// # Errors
/// What is no such message.
pub(crate) fn alertmanager(monitor: &str, body: &[u8]) -> serde_json::Result<Vec<Signal>> {
    let message: Message = serde_json::from_slice(body)?;
    let mut signals = Vec::with_capacity(message.alerts.len() + 1);
    // It comes first, so that the timeline names it however many others begin.
    signals.extend(left_out(monitor, &message));
    signals.extend(message.alerts.iter().map(|alert| signal(&message, alert)));
    Ok(signals)
}

/// That alerts of the group were not sent, or no longer so. It bothers nobody by itself: it stands
/// on the ticket of the others.
fn left_out(monitor: &str, message: &Message) -> Option<Signal> {
    let (left_out, first) = (message.truncated_alerts?, message.alerts.first()?);
    let says = if left_out == 0 || message.status.0 == OVER {
        Says::Over
    } else {
        Says::Firing
    };
    let (alerts, were) = if left_out == 1 {
        ("alert", "was")
    } else {
        ("alerts", "were")
    };
    let title = format!("{left_out} more {alerts} {were} not sent by {monitor}; look there");
    let group = &message.group_key.0;
    let service = first.labels.get("service").and_then(Word::said);
    let signal = Signal::new(&format!("left out {group}"), says, Severity::Info, &title)
        .of_service(service)
        .with_detail(
            "So many when it was first said. The receiver has a limit, max_alerts: with a higher \
             one, or none, they come too.",
        )
        .with_link(message.external_url.said());
    Some(grouped(signal, message))
}

/// In the group of the message, if it names one.
fn grouped(signal: Signal, message: &Message) -> Signal {
    match message.group_key.said() {
        Some(group) => signal.grouped(group),
        None => signal,
    }
}

fn signal(message: &Message, alert: &Alert) -> Signal {
    let label = |name: &str| alert.labels.get(name).and_then(Word::said);
    let note = |name: &str| alert.annotations.get(name).and_then(Word::said);
    let says = if alert.status.0 == OVER {
        Says::Over
    } else {
        Says::Firing
    };
    let name = label("alertname").unwrap_or("An alert");
    let title = match note("summary").or_else(|| note("title")) {
        Some(summary) => format!("{name}: {summary}"),
        None => name.to_owned(),
    };
    let severity = label("severity").map_or(Severity::Error, Severity::meant_by);
    let known_by = match alert.fingerprint.said() {
        Some(fingerprint) => fingerprint.to_owned(),
        None => told(&alert.labels),
    };
    let links = [&alert.generator_url, &message.external_url];
    let place = ["instance", "pod", "job"].into_iter().find_map(label);
    let since = alert.starts_at.said().and_then(|at| at.parse().ok());
    let signal = Signal::new(&known_by, says, severity, &title)
        .of_service(label("service"))
        .at_place(place)
        .with_detail(&detail(alert))
        .with_link(links.into_iter().find_map(Word::said))
        .since(since.filter(|at: &Timestamp| at.as_second() > 0));
    grouped(signal, message)
}

/// What the rule says, and every label, so that a responder need not look elsewhere.
fn detail(alert: &Alert) -> String {
    let note = |name: &str| alert.annotations.get(name).and_then(Word::said);
    let runbook = note("runbook_url");
    // Messages hold only the beginning, and that is what whoever has just woken up needs.
    let runbook = runbook.map(|url| format!("Runbook: {url}"));
    let mut lines: Vec<String> = runbook.into_iter().collect();
    lines.extend(note("description").map(str::to_owned));
    lines.push(told(&alert.labels));
    lines.join("\n")
}

fn told(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={}", value.0))
        .collect();
    pairs.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_read_as_alertmanager_sends_it() {
        let body = r#"{"version":"4","groupKey":"{}:{alertname=\"Disk\"}","status":"firing",
            "externalURL":"http://am:9093","alerts":[
            {"status":"firing","labels":{"alertname":"Disk","instance":"db1","severity":"page",
             "service":"Checkout"},"annotations":{"summary":"Disk is full","description":"97 %",
             "runbook_url":"https://wiki.example.com/disk"},
             "startsAt":"2026-11-21T20:38:58.250707Z","endsAt":"0001-01-01T00:00:00Z",
             "generatorURL":"","fingerprint":"b4ac994272dead85"},
            {"status":"resolved","labels":{"alertname":"Disk"},"startsAt":"0001-01-01T00:00:00Z",
             "endsAt":"2026-11-21T20:38:58Z","fingerprint":"72c7e7534be8f850"}]}"#;
        let read = alertmanager("Prometheus Alertmanager", body.as_bytes()).unwrap();
        assert_eq!(read[0].key, "b4ac994272dead85");
        assert_eq!(read[0].group, "{}:{alertname=\"Disk\"}");
        assert_eq!(read[0].title, "Disk: Disk is full");
        assert_eq!(read[0].severity, Severity::Critical);
        assert_eq!(read[0].service.as_deref(), Some("Checkout"));
        assert_eq!(read[0].place.as_deref(), Some("db1"));
        assert_eq!(read[0].link.as_deref(), Some("http://am:9093"));
        let begins = "Runbook: https://wiki.example.com/disk\n97 %\nalertname=Disk\n";
        assert!(read[0].detail.starts_with(begins));
        assert_eq!(read[1].says, Says::Over);
        assert_eq!(read[1].since, None);
    }

    #[test]
    fn null_is_read_as_nothing() {
        let body = r#"{"version":"4","groupKey":null,"status":null,"externalURL":null,
            "truncatedAlerts":null,"commonLabels":null,"alerts":[
            {"status":"firing","labels":{"alertname":"Disk","instance":null},"annotations":null,
             "startsAt":null,"endsAt":null,"generatorURL":null,"fingerprint":null,"values":null},
            {"status":null,"labels":null,"annotations":{"summary":null},"fingerprint":"f"}]}"#;
        let read = alertmanager("Grafana", body.as_bytes()).unwrap();
        let told: Vec<(&str, Says)> = read.iter().map(|it| (it.title.as_str(), it.says)).collect();
        assert_eq!(told, [("Disk", Says::Firing), ("An alert", Says::Firing)]);
        assert_eq!((read[1].key.as_str(), read[1].group.as_str()), ("f", "f"));
        assert!(alertmanager("Grafana", br#"{"checks": 7}"#).is_err());
    }

    #[test]
    fn what_was_not_sent_is_told_until_it_is_over() {
        let sent = |status: &str, left_out: u64| {
            let body = serde_json::json!({"groupKey": "g", "status": status,
                "externalURL": "http://am:9093", "truncatedAlerts": left_out,
                "alerts": [{"status": status, "labels": {"service": "Checkout"},
                    "fingerprint": "f"}]});
            alertmanager("Grafana", body.to_string().as_bytes()).unwrap()
        };
        let note = sent("firing", 5).remove(0);
        assert_eq!(
            note.title,
            "5 more alerts were not sent by Grafana; look there"
        );
        assert_eq!((note.says, note.severity), (Says::Firing, Severity::Info));
        assert_eq!((note.group.as_str(), note.link.is_some()), ("g", true));
        assert_eq!(note.service.as_deref(), Some("Checkout"));
        for over in [sent("firing", 0).remove(0), sent("resolved", 5).remove(0)] {
            assert_eq!((over.key, over.says), (note.key.clone(), Says::Over));
        }
    }
}

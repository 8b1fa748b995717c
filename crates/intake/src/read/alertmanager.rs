//! Messages of Prometheus Alertmanager, version 4, and of Grafana.

use std::collections::BTreeMap;

use eider_domain::{
    alert::{Says, Signal},
    service::Severity,
};
use jiff::Timestamp;
use serde::Deserialize;

type Labels = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    group_key: String,
    alerts: Vec<Alert>,
    #[serde(rename = "externalURL", default)]
    external_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    status: String,
    labels: Labels,
    #[serde(default)]
    annotations: Labels,
    starts_at: Option<Timestamp>,
    #[serde(rename = "generatorURL", default)]
    generator_url: String,
    #[serde(default)]
    fingerprint: String,
}

/// What a message says: an alert is known by its fingerprint, its group by Alertmanager's key. None
/// is left out: only the length of a message limits how many there are.
///
/// # Errors
/// What is no such message.
pub(crate) fn alertmanager(body: &[u8]) -> serde_json::Result<Vec<Signal>> {
    let message: Message = serde_json::from_slice(body)?;
    let alerts = message.alerts.iter();
    Ok(alerts.map(|alert| signal(&message, alert)).collect())
}

fn signal(message: &Message, alert: &Alert) -> Signal {
    let label = |name: &str| alert.labels.get(name).map(String::as_str);
    let note = |name: &str| alert.annotations.get(name).map(String::as_str);
    let says = if alert.status == "resolved" {
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
    let known_by = if alert.fingerprint.is_empty() {
        told(&alert.labels)
    } else {
        alert.fingerprint.clone()
    };
    let link = [&alert.generator_url, &message.external_url]
        .into_iter()
        .find(|link| !link.is_empty());
    let link = link.map(String::as_str);
    let place = ["instance", "pod", "job"].into_iter().find_map(label);
    Signal::new(&known_by, says, severity, &title)
        .grouped(&message.group_key)
        .of_service(label("service"))
        .at_place(place)
        .with_detail(&detail(alert))
        .with_link(link)
        .since(alert.starts_at.filter(|at| at.as_second() > 0))
}

/// What the rule says, and every label, so that a responder need not look elsewhere.
fn detail(alert: &Alert) -> String {
    let description = alert.annotations.get("description");
    let runbook = alert.annotations.get("runbook_url");
    let mut lines: Vec<String> = description.cloned().into_iter().collect();
    lines.extend(runbook.map(|url| format!("Runbook: {url}")));
    lines.push(told(&alert.labels));
    lines.join("\n")
}

fn told(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
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
             "service":"Checkout"},"annotations":{"summary":"Disk is full","description":"97 %"},
             "startsAt":"2026-11-21T20:38:58.250707Z","endsAt":"0001-01-01T00:00:00Z",
             "generatorURL":"","fingerprint":"b4ac994272dead85"},
            {"status":"resolved","labels":{"alertname":"Disk"},"startsAt":"0001-01-01T00:00:00Z",
             "endsAt":"2026-11-21T20:38:58Z","fingerprint":"72c7e7534be8f850"}]}"#;
        let read = alertmanager(body.as_bytes()).unwrap();
        assert_eq!(read[0].key, "b4ac994272dead85");
        assert_eq!(read[0].group, "{}:{alertname=\"Disk\"}");
        assert_eq!(read[0].title, "Disk: Disk is full");
        assert_eq!(read[0].severity, Severity::Critical);
        assert_eq!(read[0].service.as_deref(), Some("Checkout"));
        assert_eq!(read[0].place.as_deref(), Some("db1"));
        assert_eq!(read[0].link.as_deref(), Some("http://am:9093"));
        assert!(read[0].detail.starts_with("97 %\nalertname=Disk\n"));
        assert_eq!(read[1].says, Says::Over);
        assert_eq!(read[1].since, None);
    }
}

//! Messages of Sentry. What they tell of people is not read.

use eider_domain::{
    alert::{Says, Signal},
    service::Severity,
};
use serde_json::Value;

/// What a message says; nothing for what is no alert.
pub(crate) fn sentry(resource: &str, message: &Value) -> Option<Signal> {
    let (action, data) = (message["action"].as_str(), &message["data"]);
    match resource {
        "event_alert" => Some(of_event(data)),
        "issue" => of_issue(action?, &data["issue"]),
        "metric_alert" => Some(of_metric(action?, data)),
        _ => None,
    }
}

fn of_event(data: &Value) -> Signal {
    let event = &data["event"];
    let rule = data["triggered_rule"].as_str();
    let named = [
        ("Rule", rule),
        ("Culprit", event["culprit"].as_str()),
        ("Release", event["release"].as_str()),
        ("Environment", event["environment"].as_str()),
    ];
    Signal::new(
        &issue_key(&event["issue_id"]),
        Says::Firing,
        level(&event["level"]),
        text(&event["title"])
            .unwrap_or_else(|| "An error".into())
            .as_str(),
    )
    .with_detail(&told(&named))
    .with_link(event["web_url"].as_str())
}

fn of_issue(action: &str, issue: &Value) -> Option<Signal> {
    let says = match action {
        "created" | "unresolved" => Says::Firing,
        "assigned" => Says::Assigned,
        "resolved" | "ignored" | "archived" => Says::Over,
        _ => return None,
    };
    let named = [
        ("Issue", issue["shortId"].as_str()),
        ("Culprit", issue["culprit"].as_str()),
        ("Project", issue["project"]["name"].as_str()),
    ];
    let title = text(&issue["title"]).unwrap_or_else(|| "An issue".into());
    let link = issue["web_url"].as_str().or(issue["permalink"].as_str());
    Some(
        Signal::new(
            &issue_key(&issue["id"]),
            says,
            level(&issue["level"]),
            &title,
        )
        .with_detail(&told(&named))
        .with_link(link),
    )
}

fn of_metric(action: &str, data: &Value) -> Signal {
    let alert = &data["metric_alert"];
    let (says, severity) = match action {
        "resolved" => (Says::Over, Severity::Info),
        "warning" => (Says::Firing, Severity::Warning),
        _ => (Says::Firing, Severity::Critical),
    };
    // The rule is what goes on; each time that it fires has an id of its own.
    let rule = text(&alert["alert_rule"]["id"]).or_else(|| text(&alert["id"]));
    let title = text(&data["description_title"]).unwrap_or_else(|| "A metric".into());
    Signal::new(
        &format!("metric {}", rule.unwrap_or_default()),
        says,
        severity,
        &title,
    )
    .with_detail(data["description_text"].as_str().unwrap_or_default())
    .with_link(data["web_url"].as_str())
}

fn issue_key(id: &Value) -> String {
    format!("issue {}", text(id).unwrap_or_default())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn level(value: &Value) -> Severity {
    value.as_str().map_or(Severity::Error, Severity::meant_by)
}

fn told(named: &[(&str, Option<&str>)]) -> String {
    let lines: Vec<String> = named
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}: {}", (*value)?)))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_issue_is_known_by_its_id_and_nothing_is_told_of_people() {
        let event = json!({"action": "triggered", "data": {"triggered_rule": "Many errors",
            "event": {"issue_id": "117", "title": "ReferenceError: heck is not defined",
                "level": "fatal", "web_url": "https://sentry.io/issues/117/",
                "user": {"ip_address": "192.0.2.7", "email": "ada@example.com"},
                "tags": [["server_name", "web1"]]}}});
        let signal = sentry("event_alert", &event).unwrap();
        assert_eq!(signal.key, "issue 117");
        assert_eq!(signal.severity, Severity::Critical);
        let kept = format!("{signal:?}");
        assert!(
            !kept.contains("192.0.2.7") && !kept.contains("ada@"),
            "{kept}"
        );
        let resolved = json!({"action": "resolved", "data": {"issue": {"id": "117"}}});
        let over = sentry("issue", &resolved).unwrap();
        assert_eq!((over.key.as_str(), over.says), ("issue 117", Says::Over));
        assert!(sentry("comment", &resolved).is_none());
    }
}

//! How a monitor that sends JSON of its own is read: where in it stands what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Severity;
use crate::alert::{Says, Signal};

/// Most alerts of one message.
const ALERTS_LIMIT: usize = 1_000;
const POINTER_LIMIT_CHARACTERS: usize = 200;

/// Where in a message stands what: JSON pointers (RFC 6901), such as `/alert/name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The list of alerts; the whole message is one alert when it is empty. The others are looked
    /// for in each of them.
    pub alerts: String,
    /// What the monitor knows the alert by; its title when nothing stands there.
    pub key: String,
    /// What belongs together shares this; the key when nothing stands there.
    pub group: String,
    /// What is wrong.
    pub title: String,
    /// How bad it is; an error when nothing stands there.
    pub severity: String,
    /// Whether it fires.
    pub status: String,
    /// The words of the status that say that it is over, whatever their case.
    pub over: Vec<String>,
    /// The service, by name.
    pub service: String,
    /// Where.
    pub place: String,
    /// What else is told.
    pub detail: String,
    /// Where the monitor shows more.
    pub link: String,
}

impl Default for Mapping {
    fn default() -> Self {
        Self {
            alerts: String::new(),
            key: "/key".into(),
            group: "/group".into(),
            title: "/title".into(),
            severity: "/severity".into(),
            status: "/status".into(),
            over: ["resolved", "ok", "over", "closed", "recovered"]
                .map(str::to_owned)
                .into(),
            service: "/service".into(),
            place: "/place".into(),
            detail: "/detail".into(),
            link: "/link".into(),
        }
    }
}

/// The mapping cannot be used, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is no JSON object with the fields of a mapping.
    #[error("The mapping cannot be read: {0}.")]
    Unreadable(String),
    /// A pointer does not begin with a stroke.
    #[error("“{0}” says not where something stands. Write it like /alert/name.")]
    BadPointer(String),
    /// The title has to come from somewhere.
    #[error("Say where the title stands.")]
    NoTitle,
}

impl Mapping {
    /// The mapping of that text: a JSON object with the fields that differ from the usual ones.
    ///
    /// # Errors
    /// What cannot be used of it.
    pub fn parse(json: &str) -> Result<Self, MappingError> {
        let mapping: Self = serde_json::from_str(json)
            .map_err(|error| MappingError::Unreadable(error.to_string()))?;
        mapping.check()?;
        Ok(mapping)
    }

    /// Whether it can be used.
    ///
    /// # Errors
    /// What cannot be used of it.
    pub fn check(&self) -> Result<(), MappingError> {
        let pointers = [
            &self.alerts,
            &self.key,
            &self.group,
            &self.title,
            &self.severity,
            &self.status,
            &self.service,
            &self.place,
            &self.detail,
            &self.link,
        ];
        for pointer in pointers {
            let fine = pointer.is_empty() || pointer.starts_with('/');
            if !fine || pointer.chars().count() > POINTER_LIMIT_CHARACTERS {
                let shown: String = pointer.chars().take(40).collect();
                return Err(MappingError::BadPointer(shown));
            }
        }
        if self.title.is_empty() {
            return Err(MappingError::NoTitle);
        }
        Ok(())
    }

    /// What a message says.
    ///
    /// # Errors
    /// A sentence that says where something is missing.
    pub fn signals(&self, message: &Value) -> Result<Vec<Signal>, String> {
        if self.alerts.is_empty() {
            return self.signal(message).map(|signal| vec![signal]);
        }
        let alerts = message.pointer(&self.alerts).and_then(Value::as_array);
        let Some(alerts) = alerts else {
            return Err(format!("There is no list of alerts at {}.", self.alerts));
        };
        if alerts.len() > ALERTS_LIMIT {
            return Err(format!("Send at most {ALERTS_LIMIT} alerts at once."));
        }
        alerts.iter().map(|alert| self.signal(alert)).collect()
    }

    fn signal(&self, alert: &Value) -> Result<Signal, String> {
        let found = |pointer: &str| {
            let value = (!pointer.is_empty()).then(|| alert.pointer(pointer));
            value.flatten().and_then(word)
        };
        let title = found(&self.title);
        let title = title.ok_or_else(|| format!("There is no title at {}.", self.title))?;
        let key = found(&self.key).unwrap_or_else(|| title.clone());
        let status = found(&self.status).unwrap_or_default();
        let is_over = self
            .over
            .iter()
            .any(|word| word.eq_ignore_ascii_case(&status));
        let says = if is_over { Says::Over } else { Says::Firing };
        let severity = found(&self.severity);
        let severity = severity.map_or(Severity::Error, |word| Severity::meant_by(&word));
        let group = found(&self.group).unwrap_or_else(|| key.clone());
        Ok(Signal::new(&key, says, severity, &title)
            .grouped(&group)
            .of_service(found(&self.service).as_deref())
            .at_place(found(&self.place).as_deref())
            .with_detail(&found(&self.detail).unwrap_or_default())
            .with_link(found(&self.link).as_deref()))
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is_so) => Some(is_so.to_string()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_read_by_its_mapping() {
        let mapping = Mapping::parse(
            r#"{"alerts": "/items", "title": "/check/name", "key": "/id", "status": "/state",
                "over": ["GREEN"], "severity": "/level"}"#,
        )
        .unwrap();
        let message = json!({"items": [
            {"id": 7, "check": {"name": "Disk"}, "state": "red", "level": "warning"},
            {"id": 8, "check": {"name": "Load"}, "state": "green"},
        ]});
        let read = mapping.signals(&message).unwrap();
        assert_eq!((read[0].key.as_str(), read[0].says), ("7", Says::Firing));
        assert_eq!(read[0].severity, Severity::Warning);
        assert_eq!((read[1].key.as_str(), read[1].says), ("8", Says::Over));
        assert_eq!(read[1].group, "8");
        assert!(mapping.signals(&json!({"items": [{"id": 9}]})).is_err());
        assert!(mapping.signals(&json!({})).is_err());
    }

    #[test]
    fn a_mapping_that_leads_nowhere_is_refused() {
        for wrong in [
            r#"{"title": "name"}"#,
            r#"{"title": ""}"#,
            r#"{"titel": "/a"}"#,
            "7",
        ] {
            assert!(Mapping::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Mapping::parse("{}"), Ok(Mapping::default()));
    }
}

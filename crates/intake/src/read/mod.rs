//! Reading what monitors send, out of any bytes: what it says, and nothing else follows.

mod alertmanager;
pub(crate) mod field;
mod mail;
mod sentry;

pub(crate) use self::{alertmanager::alertmanager, mail::mail, sentry::sentry};

#[cfg(test)]
mod entry;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::entry::alerts;

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,12}",
            ".{0,700}",
            prop::sample::select(vec![
                "firing",
                "resolved",
                "critical",
                "",
                "issue",
                "created",
                "metric_alert",
                "2026-11-21T20:38:58Z",
                "https://example.com/a",
            ])
            .prop_map(str::to_owned),
        ]
    }

    /// Values in the places where monitors put them, whatever they are.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            word().prop_map(Value::from),
        ];
        let names = prop::sample::select(vec![
            "groupKey",
            "alerts",
            "status",
            "labels",
            "annotations",
            "startsAt",
            "fingerprint",
            "action",
            "data",
            "event",
            "issue",
            "id",
            "title",
            "level",
            "metric_alert",
            "severity",
            "alertname",
            "summary",
            "key",
            "list",
        ]);
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names.clone(), inner, 0..8).prop_map(|fields| {
                    Value::Object(fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            alerts(&bytes);
        }

        #[test]
        fn any_json_is_read_or_refused(message in value()) {
            alerts(message.to_string().as_bytes());
        }

        #[test]
        fn any_alert_of_alertmanager_is_read(
            labels in prop::collection::btree_map(word(), word(), 0..6),
            (status, fingerprint, key) in (word(), word(), word()),
        ) {
            let alert = json!({"status": status, "labels": labels, "annotations": labels,
                "startsAt": "0001-01-01T00:00:00Z", "fingerprint": fingerprint});
            let message = json!({"groupKey": key, "alerts": [alert, alert]}).to_string();
            prop_assert_eq!(super::alertmanager("Grafana", message.as_bytes()).unwrap().len(), 2);
            alerts(message.as_bytes());
        }

        #[test]
        fn any_subject_is_read(subject in ".{0,300}") {
            alerts(format!("Subject: {subject}\r\n\r\nWords").as_bytes());
        }
    }
}

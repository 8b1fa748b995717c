//! Fields that a monitor may send or not. Null says the same as nothing, and a number where a text
//! is usual is its digits: nothing is lost for a field that it could have left out.

use std::fmt::Display;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A text, whatever it was sent as; empty for null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self(told(value)))
    }
}

impl Word {
    /// The text, if there is any.
    pub(crate) fn said(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.trim().is_empty())
    }
}

/// For `deserialize_with`, beside `default`: null is what a field is that was not sent.
pub(crate) fn or_absent<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The texts of a list; of one value that is no list, that value.
pub(crate) fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(list).collect(),
        other => vec![told(other.clone())],
    }
}

/// A line for each named value; what is not named stands as it is.
pub(crate) fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let said = fields.iter().filter(|(_, value)| !value.is_null());
            said.map(|(name, value)| line(name, told(value.clone())))
                .collect()
        }
        other => list(other),
    }
}

/// A line that begins with a name.
pub(crate) fn line(name: &str, what: impl Display) -> String {
    format!("{name}: {what}")
}

/// The first of these fields in which a text stands.
pub(crate) fn first<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    let texts = names.iter().filter_map(|name| value[*name].as_str());
    texts.map(str::trim).find(|text| !text.is_empty())
}

fn told(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_is_absent_and_what_is_odd_is_kept() {
        #[derive(Deserialize)]
        struct Sent {
            #[serde(default, deserialize_with = "or_absent")]
            list: Vec<Word>,
            #[serde(default)]
            word: Option<Word>,
        }
        let read = |text: &str| serde_json::from_str::<Sent>(text).unwrap();
        let sent = read(r#"{"list": null, "word": null}"#);
        assert!(sent.list.is_empty() && sent.word.is_none());
        let sent = read(r#"{"list": ["a", null, 7], "word": 7}"#);
        let said: Vec<Option<&str>> = sent.list.iter().map(Word::said).collect();
        assert_eq!(said, [Some("a"), None, Some("7")]);
        assert_eq!(sent.word, Some(Word("7".into())));
        assert_eq!(list(&json!(["a", null, 7])), ["a", "7"]);
        assert_eq!(list(&json!("a")), ["a"]);
        let details = json!({"free": "1%", "none": null, "load": [1, 2]});
        assert_eq!(lines(&details), ["free: 1%", "load: [1,2]"]);
        assert_eq!(lines(&Value::Null), Vec::<String>::new());
    }
}

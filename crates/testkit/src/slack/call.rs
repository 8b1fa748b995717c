//! The arguments of a call, from a form, a query or JSON.

use serde_json::{Map, Value};

use super::api::Refusal;

/// Arguments by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments(pub Map<String, Value>);

impl Arguments {
    /// The text at `name`, if there is one.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// The text at `name`, which has to be there.
    pub fn required(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| {
                Refusal::new("invalid_arguments")
                    .saying(format!("[ERROR] missing required field: {name}"))
            })
    }

    /// Whether `name` is true; forms say it as `true` or `1`.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).as_deref(), Some("true" | "1"))
    }

    /// A whole number at `name`.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }

    /// Structured data at `name`; in a form it is JSON within a text.
    pub fn json(&self, name: &str, error: &'static str) -> Result<Option<Value>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::new(error).saying(format!("[ERROR] {name} is not JSON"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

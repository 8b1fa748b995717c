//! Between the columns and the types of the domain.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::{Error, Result};

/// Below this, reading JSON again costs less than remembering it.
const LARGE_BYTES: usize = 4_096;

/// The instant as it is stored: microseconds since 1970.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The stored instant.
pub(crate) fn instant(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| unreadable("an instant", micros))
}

/// The stored instant, if there is one.
pub(crate) fn maybe_instant(micros: Option<i64>) -> Result<Option<Timestamp>> {
    micros.map(instant).transpose()
}

/// The error for a value that this version does not write.
pub(crate) fn unreadable(what: &'static str, value: impl ToString) -> Error {
    Error::Unreadable {
        what,
        value: value.to_string().chars().take(200).collect(),
    }
}

/// The value of stored JSON.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    what: &'static str,
    json: &str,
) -> Result<T> {
    serde_json::from_str(json).map_err(|_| unreadable(what, json))
}

/// The value of the stored JSON that was read last. Where many read the same large value one after
/// another, such as everybody who is called at once, it is read once.
pub(crate) struct Recent<T>(Mutex<Option<(String, T)>>);

impl<T: serde::de::DeserializeOwned + Clone> Recent<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// As [`from_json`].
    pub(crate) fn read(&self, what: &'static str, json: String) -> Result<T> {
        if json.len() < LARGE_BYTES {
            return from_json(what, &json);
        }
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = recent.as_ref().filter(|(known, _)| *known == json) {
            return Ok(value.clone());
        }
        let value: T = from_json(what, &json)?;
        *recent = Some((json, value.clone()));
        Ok(value)
    }
}

/// JSON to store.
pub(crate) fn to_json<T: serde::Serialize>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| unreadable(what, error))
}

/// The key under which a name is unique without regard to case and outer blanks.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

//! Between the columns and the types of the domain.

use jiff::Timestamp;

use crate::{Error, Result};

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

/// JSON to store.
pub(crate) fn to_json<T: serde::Serialize>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| unreadable(what, error))
}

/// The key under which a name is unique without regard to case and outer blanks.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

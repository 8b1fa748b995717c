//! Facts as they are stored: a kind and its data.

use super::Fact;

impl Fact {
    /// Its `kind` and its `data` as they are stored.
    ///
    /// # Errors
    /// Never for the facts above; the signature is serde's.
    pub fn to_parts(&self) -> Result<(String, String), serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let kind = value
            .get("kind")
            .and_then(|kind| kind.as_str())
            .unwrap_or_default()
            .to_owned();
        let data = value
            .get_mut("data")
            .map(serde_json::Value::take)
            .unwrap_or_default();
        Ok((
            kind,
            if data.is_null() {
                String::new()
            } else {
                data.to_string()
            },
        ))
    }

    /// The fact of a stored `kind` and `data`.
    ///
    /// # Errors
    /// When the stored text is not one of the facts above.
    pub fn from_parts(kind: &str, data: &str) -> Result<Self, serde_json::Error> {
        let mut object = serde_json::Map::new();
        object.insert("kind".into(), kind.into());
        if !data.is_empty() {
            object.insert("data".into(), serde_json::from_str(data)?);
        }
        serde_json::from_value(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::StatusKind;

    #[test]
    fn a_fact_survives_storage() {
        for fact in [
            Fact::Followed,
            Fact::TimeLogged { seconds: 60 },
            Fact::TicketMoved {
                from: StatusKind::New,
                to: StatusKind::Acknowledged,
                note: None,
            },
        ] {
            let (kind, data) = fact.to_parts().unwrap();
            assert_eq!(Fact::from_parts(&kind, &data).unwrap(), fact);
        }
    }
}

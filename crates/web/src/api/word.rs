//! The words and short texts of the API: what they look like and how they are read.

use eider_domain::{
    TicketNumber,
    access::Scope,
    contact::Kind,
    feature::Platform,
    person::{Role, Standing},
    priority::Rank,
    service::Source,
    ticket::{Hat, Noticed, StatusKind},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident of $type:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = <$type>::ALL.iter().map(|word| word.as_str());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

words! {
    /// Where a ticket stands.
    StatusWord of StatusKind;
    /// What somebody does for everybody while a ticket is worked on.
    HatWord of Hat;
    /// Where something can be tried.
    PlatformWord of Platform;
    /// Who noticed, and how.
    NoticedWord of Noticed;
    /// What a person does here.
    RoleWord of Role;
    /// What a token is good for.
    ScopeWord of Scope;
    /// Whether a person can sign in.
    StandingWord of Standing;
    /// How somebody is reached.
    KindWord of Kind;
    /// What sends alerts.
    SourceWord of Source;
}

/// A ticket's number, such as `T-1042`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberText(pub(super) TicketNumber);

impl Serialize for NumberText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NumberText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

impl PartialSchema for NumberText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^T-[1-9][0-9]{0,17}$"))
            .examples(["T-1042"])
            .into()
    }
}

impl ToSchema for NumberText {
    fn name() -> std::borrow::Cow<'static, str> {
        "TicketNumber".into()
    }
}

/// A priority, such as `P2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RankText(pub(super) Rank);

impl Serialize for RankText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RankText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_bytes() {
            [b'P' | b'p', b'1'..=b'9'] => Rank::parse(&text),
            _ => None,
        }
        .map(Self)
        .ok_or_else(|| de::Error::custom("a priority looks like P2"))
    }
}

impl PartialSchema for RankText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[Pp][1-9]$"))
            .examples(["P2"])
            .into()
    }
}

impl ToSchema for RankText {
    fn name() -> std::borrow::Cow<'static, str> {
        "Rank".into()
    }
}

/// Several values in one field of a query, with commas between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Several<T>(pub(super) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.split(',')
            .filter(|word| !word.is_empty())
            .map(|word| T::deserialize(de::value::StringDeserializer::new(word.trim().to_owned())))
            .collect::<Result<_, D::Error>>()
            .map(Self)
    }
}

/// Reads a text of at most `LIMIT` characters as they come: what is cleaned later may be shorter,
/// but the description counts what is sent.
pub(super) fn text<'de, const LIMIT: usize, D>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    let length_characters = text.chars().count();
    if length_characters <= LIMIT {
        return Ok(text);
    }
    Err(de::Error::custom(format!(
        "it is too long: {length_characters} characters, and at most {LIMIT} can be kept"
    )))
}

/// As [`text`], or null.
pub(super) fn maybe_text<'de, const LIMIT: usize, D>(
    deserializer: D,
) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Text<const LIMIT: usize>(String);
    impl<'de, const LIMIT: usize> Deserialize<'de> for Text<LIMIT> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            text::<LIMIT, D>(deserializer).map(Self)
        }
    }
    let text = Option::<Text<LIMIT>>::deserialize(deserializer)?;
    Ok(text.map(|text| text.0))
}

/// Reads a whole number. `60.0` is one in JSON Schema, so it is one here.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    number
        .as_i64()
        .or_else(|| from_float(&number))
        .ok_or_else(|| {
            de::Error::custom(format!("{number} is not a whole number that can be kept"))
        })
}

/// As [`whole`], into a smaller kind of number.
pub(super) fn small<'de, T: TryFrom<i64>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let number = whole(deserializer)?;
    T::try_from(number).map_err(|_| de::Error::custom(format!("{number} is out of range")))
}

/// As [`whole`], or null.
pub(super) fn maybe_whole<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Whole(i64);
    impl<'de> Deserialize<'de> for Whole {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            whole(deserializer).map(Self)
        }
    }
    let number = Option::<Whole>::deserialize(deserializer)?;
    Ok(number.map(|whole| whole.0))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "whole and small enough to be told exactly by a float"
)]
fn from_float(number: &serde_json::Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number = number.as_f64()?;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_read_as_they_are_described() {
        let read = |text: &str| serde_json::from_value::<RankText>(text.into()).map(|rank| rank.0);
        assert_eq!(read("P2").unwrap(), Rank::P2);
        for other in ["2", "P0", "P10", "P+1", " P1", ""] {
            assert!(read(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        #[derive(Deserialize)]
        struct Body {
            #[serde(deserialize_with = "whole")]
            seconds: i64,
        }
        let read = |text: &str| serde_json::from_str::<Body>(text).map(|body| body.seconds);
        assert_eq!(read(r#"{"seconds": 60}"#).unwrap(), 60);
        assert_eq!(read(r#"{"seconds": 60.0}"#).unwrap(), 60);
        for other in ["60.5", "1e300", "\"60\"", "null"] {
            assert!(
                read(&format!("{{\"seconds\": {other}}}")).is_err(),
                "{other}"
            );
        }
    }

    #[test]
    fn several_words_stand_in_one_field() {
        let read = |text: &str| serde_json::from_value::<Several<StatusKind>>(text.into());
        assert_eq!(
            read("new,resolved").unwrap().0,
            [StatusKind::New, StatusKind::Resolved]
        );
        assert!(read("new,old").is_err());
    }
}

//! One value of a row, between the database and JSON.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use sqlx::{ColumnIndex, Database, Decode, Encode, Row, Type, query_builder::Separated};
use uuid::Uuid;

use super::schema::{Column, Kind};

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Integer(Option<i64>),
    Text(Option<String>),
    Id(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
    Truth(Option<bool>),
}

impl Cell {
    /// The value in that place of a row of the database.
    pub(super) fn read<R>(row: &R, place: usize, kind: Kind) -> sqlx::Result<Self>
    where
        R: Row,
        usize: ColumnIndex<R>,
        for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
        for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
        for<'r> Uuid: Decode<'r, R::Database> + Type<R::Database>,
        for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    {
        Ok(match kind {
            Kind::Integer | Kind::Truth => Self::Integer(row.try_get(place)?),
            Kind::Text => Self::Text(row.try_get(place)?),
            Kind::Id => Self::Id(row.try_get(place)?),
            Kind::Bytes => Self::Bytes(row.try_get(place)?),
        })
    }

    /// The value as it stands in an export.
    pub(super) fn into_json(self) -> Value {
        match self {
            Self::Integer(value) => value.map_or(Value::Null, Value::from),
            Self::Text(value) => value.map_or(Value::Null, Value::from),
            Self::Id(value) => value.map_or(Value::Null, |id| Value::from(id.to_string())),
            Self::Bytes(value) => {
                value.map_or(Value::Null, |bytes| Value::from(STANDARD.encode(bytes)))
            }
            Self::Truth(value) => value.map_or(Value::Null, |truth| Value::from(i64::from(truth))),
        }
    }

    /// The value of an export for that column; nothing when it does not fit.
    pub(super) fn from_json(value: Value, column: &Column) -> Option<Self> {
        let is_null = value.is_null();
        Some(match (column.kind, value) {
            (Kind::Integer, _) if is_null => Self::Integer(None),
            (Kind::Truth, _) if is_null => Self::Truth(None),
            (Kind::Text, _) if is_null => Self::Text(None),
            (Kind::Id, _) if is_null => Self::Id(None),
            (Kind::Bytes, _) if is_null => Self::Bytes(None),
            (Kind::Integer, value) => Self::Integer(Some(value.as_i64()?)),
            (Kind::Truth, value) => Self::Truth(Some(match value.as_i64()? {
                0 => false,
                1 => true,
                _ => return None,
            })),
            (Kind::Text, Value::String(text)) => Self::Text(Some(text)),
            (Kind::Id, Value::String(text)) => Self::Id(Some(text.parse().ok()?)),
            (Kind::Bytes, Value::String(text)) => Self::Bytes(Some(STANDARD.decode(text).ok()?)),
            _ => return None,
        })
    }

    /// Adds the value to the row of a statement.
    pub(super) fn bind<DB>(self, row: &mut Separated<'_, DB, &'static str>)
    where
        DB: Database,
        for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<Uuid>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<bool>: Encode<'q, DB> + Type<DB>,
    {
        match self {
            Self::Integer(value) => row.push_bind(value),
            Self::Text(value) => row.push_bind(value),
            Self::Id(value) => row.push_bind(value),
            Self::Bytes(value) => row.push_bind(value),
            Self::Truth(value) => row.push_bind(value),
        };
    }

    /// About how many bytes it takes.
    pub(super) fn size_bytes(&self) -> usize {
        match self {
            Self::Text(Some(text)) => text.len(),
            Self::Bytes(Some(bytes)) => bytes.len(),
            _ => 16,
        }
    }
}

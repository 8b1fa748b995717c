//! What a form sent, and what was wrong with it.

use axum::{
    Form,
    extract::{FromRequest, Request},
};
use eider_app::FieldError;
use maud::Markup;

use crate::{Error, Result, Web, components::forms};

/// The most fields of one form; a browser sends one for each answer.
const FIELDS_LIMIT: usize = 500;

/// The answers of a form, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(Vec<(String, String)>);

impl Answers {
    /// The answers that a form shows before anybody has typed.
    pub(crate) fn new(fields: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let named = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Self(named.collect())
    }

    /// As [`Answers::new`], for fields whose names are made as they are needed.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The first answer to `name`, or an empty one.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every answer to `name`.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every answer to `name` that is of a type, such as ids; others are passed over.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        self.all(name)
            .filter_map(|value| value.parse().ok())
            .collect()
    }
}

impl FromRequest<Web> for Answers {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self> {
        let unreadable =
            || Error::BadRequest("The form cannot be read. Go back and send it again.".to_owned());
        let Form(fields): Form<Vec<(String, String)>> = Form::from_request(request, web)
            .await
            .map_err(|_| unreadable())?;
        if fields.len() > FIELDS_LIMIT {
            return Err(unreadable());
        }
        Ok(Self(fields))
    }
}

/// What was wrong with the fields of a form; nothing before it was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrong(Vec<FieldError>);

impl Wrong {
    /// One field is wrong.
    pub(crate) fn one(field: &'static str, message: impl ToString) -> Self {
        Self(vec![FieldError::new(field, message)])
    }

    /// What is wrong with the fields, if that is why it was not done.
    ///
    /// # Errors
    /// Any other reason.
    pub(crate) fn of(error: eider_app::Error) -> Result<Self> {
        match error {
            eider_app::Error::Invalid(errors) => Ok(Self(errors)),
            other => Err(other.into()),
        }
    }

    /// What is wrong with the field of that name.
    pub(crate) fn with(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }

    /// Whether anything is.
    pub(crate) fn is_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Everything that is wrong, to stand above the form.
    pub(crate) fn summary(&self) -> Markup {
        let errors: Vec<(&str, &str)> = self
            .0
            .iter()
            .map(|error| (error.field, error.message.as_str()))
            .collect();
        forms::error_summary(&errors)
    }
}

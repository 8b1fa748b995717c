//! Why a use case did not come to its end, in words for the person who asked.

use eider_domain::{
    access::Forbidden,
    contact::{BadAddress, CodeRefusal, PlanError},
    escalation::PlanError as PolicyError,
    page::Refusal as PageRefusal,
    person::BadEmail,
    priority::ServiceLevelsError,
    rota::{ChangeError, SwapError},
    text::TextError,
    ticket::Refusal,
};

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a use case did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error(transparent)]
    Refused(Refusal),
    /// The person may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// What was asked about is not there.
    #[error("{0} is not here. It may have been mistyped.")]
    NotFound(String),
    /// Some of what was written cannot be used.
    #[error("{}", sentence(.0))]
    Invalid(Vec<FieldError>),
    /// It clashes with what is there already.
    #[error("{0}")]
    Conflict(String),
    /// Nobody is signed in, or the secret is not good.
    #[error("{0}")]
    NotSignedIn(String),
    /// Too often in too short a time.
    #[error("Too many attempts. Wait {retry_after_seconds} seconds and try again.")]
    TooMany {
        /// After how many seconds it may be tried again.
        retry_after_seconds: i64,
    },
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] eider_store::Error),
}

/// What is wrong with one field of a form or a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, as it is sent.
    pub field: &'static str,
    /// What is wrong and how to mend it, as a sentence.
    pub message: String,
}

impl FieldError {
    /// What is wrong with `field`.
    pub fn new(field: &'static str, message: impl ToString) -> Self {
        Self {
            field,
            message: message.to_string(),
        }
    }
}

impl Error {
    /// One field is wrong.
    pub fn field(field: &'static str, message: impl ToString) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }
}

/// Collects what is wrong with several fields, so that a person hears of all of it at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// The value, or its error noted for `field`.
    pub fn check<T, E: ToString>(
        &mut self,
        field: &'static str,
        value: std::result::Result<T, E>,
    ) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error);
                None
            }
        }
    }

    /// Notes an error for `field`.
    pub fn add(&mut self, field: &'static str, message: impl ToString) {
        self.0.push(FieldError::new(field, message));
    }

    /// Nothing, when nothing was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal.field() {
            Some(field) => Self::field(field, refusal),
            None => Self::Refused(refusal),
        }
    }
}

impl From<TextError> for Error {
    fn from(error: TextError) -> Self {
        Self::field("text", error)
    }
}

impl From<BadEmail> for Error {
    fn from(error: BadEmail) -> Self {
        Self::field("email", error)
    }
}

impl From<BadAddress> for Error {
    fn from(error: BadAddress) -> Self {
        Self::field("address", error)
    }
}

impl From<CodeRefusal> for Error {
    fn from(error: CodeRefusal) -> Self {
        Self::field("code", error)
    }
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NoTime => Self::field("quiet_until", error),
            _ => Self::field("steps", error),
        }
    }
}

impl From<ChangeError> for Error {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::TooFar => Self::field("from", error),
            _ => Self::field("until", error),
        }
    }
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::field(error.field(), error)
    }
}

impl From<PageRefusal> for Error {
    fn from(refusal: PageRefusal) -> Self {
        match refusal {
            PageRefusal::TooLong => Self::field("until", refusal),
            other => Self::Conflict(other.to_string()),
        }
    }
}

impl From<SwapError> for Error {
    fn from(error: SwapError) -> Self {
        match error {
            SwapError::Time(error) => error.into(),
            SwapError::NotYourTime => Self::field("from", error),
            other => Self::Conflict(other.to_string()),
        }
    }
}

impl From<ServiceLevelsError> for Error {
    fn from(error: ServiceLevelsError) -> Self {
        Self::Conflict(error.to_string())
    }
}

fn sentence(errors: &[FieldError]) -> String {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join(" ")
}

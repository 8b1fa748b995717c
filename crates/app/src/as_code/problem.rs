//! What cannot be used of the files, each with its place and what to do.

use crate::{Error, FieldError};

/// More than these are not told at once: whoever mends them asks again.
const PROBLEMS_LIMIT: usize = 50;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// Collects what is wrong, so that a person hears of all of it at once.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<String>,
    /// How many more there are.
    left: usize,
}

impl Problems {
    /// Notes what is wrong at `place`.
    pub(super) fn add(&mut self, place: &Place, message: impl std::fmt::Display) {
        let Place { file, line } = place;
        self.add_nowhere(format!("{file}, line {line}: {message}"));
    }

    /// Notes what is wrong with something that no file mentions.
    pub(super) fn add_nowhere(&mut self, message: String) {
        if self.told.len() < PROBLEMS_LIMIT {
            self.told.push(message);
        } else {
            self.left += 1;
        }
    }

    /// Nothing, when nothing was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        if self.told.is_empty() {
            return Ok(());
        }
        let left = self.left;
        if left > 0 {
            let message = format!("{left} more are not told here. Mend these first.");
            self.told.push(message);
        }
        let fields = self.told.into_iter();
        let fields = fields.map(|message| FieldError::new("files", message));
        Err(Error::Invalid(fields.collect()))
    }
}

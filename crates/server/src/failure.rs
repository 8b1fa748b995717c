//! Why a command of the binary did not come to its end.

use std::{error::Error, fmt, io, path::Path};

/// Why a command did not come to its end, in words for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something that a person must set right, told in full.
    #[error("{0}")]
    Told(String),
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] eider_store::Error),
    /// A use case did not do it.
    #[error(transparent)]
    App(#[from] eider_app::Error),
}

impl Failure {
    /// A failure told in these words.
    pub fn told(words: impl Into<String>) -> Self {
        Self::Told(words.into())
    }

    /// Something could not be done with a file or folder.
    pub fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::Told(format!("{what} {}: {error}.", path.display()))
    }

    /// The failure and what brought it about, one line each.
    pub fn chain(&self) -> impl fmt::Display + '_ {
        Chain(self)
    }
}

struct Chain<'a>(&'a Failure);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = capitalised(&self.0.to_string());
        f.write_str(&told)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            let words = error.to_string();
            // A transparent error repeats the words of the one it stands for.
            if !told.contains(&words) {
                write!(f, "\n  because {words}")?;
                told = words;
            }
            next = error.source();
        }
        Ok(())
    }
}

fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

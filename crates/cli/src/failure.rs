//! Why a command was not done, and the exit code that says so to a script.

use std::{io, path::PathBuf, process::ExitCode};

use serde_json::{Value, json};

/// What mail servers take as “keep it and try again” (`EX_TEMPFAIL` of sysexits).
const TRY_AGAIN: u8 = 75;

/// Why a command was not done, as a sentence for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The server said no.
    #[error("{}", sentences(.0))]
    Refused(Value),
    /// The server does not know what was asked about.
    #[error("{}", sentence(.0))]
    NotFound(Value),
    /// Nobody is signed in, or the token is not good.
    #[error("{0}")]
    NotSignedIn(String),
    /// What was typed cannot be used.
    #[error("{0}")]
    Usage(String),
    /// No answer came.
    #[error(
        "{server} cannot be reached: {reason}. Check the address and the network, or whether Eider runs there."
    )]
    Unreachable {
        /// Where it was sought.
        server: String,
        /// What went wrong.
        reason: String,
    },
    /// An answer came that is not Eider's.
    #[error(
        "{server} answered something that is not Eider's API. Check the address; it is that of the page “Now”."
    )]
    NotEider {
        /// Where it came from.
        server: String,
    },
    /// So many things would change, and none was to.
    #[error("{0} things are not yet as the files say.")]
    WouldChange(usize),
    /// It could not be done just now; whoever asked keeps it and tries again.
    #[error("{0}")]
    TryAgain(String),
    /// The profile cannot be read or written.
    #[error("The profile {} cannot be used: {reason}. Mend or remove it, then run “eider login”.", path.display())]
    Profile {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The answer cannot be printed.
    #[error("The answer cannot be printed: {0}.")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The exit code of a command that ends like this: 1 refused or failed, 2 the command line
    /// cannot be read, 3 not signed in, 4 not found, 5 the server cannot be reached, 6 something
    /// would change, 75 keep it and try again.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// The same as a number.
    pub fn code(&self) -> u8 {
        match self {
            Self::Refused(_) | Self::Profile { .. } => 1,
            // Whoever listened has heard enough, such as `head`.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Output(_) => 1,
            Self::Usage(_) => 2,
            Self::NotSignedIn(_) => 3,
            Self::NotFound(_) => 4,
            Self::Unreachable { .. } | Self::NotEider { .. } => 5,
            Self::WouldChange(_) => 6,
            Self::TryAgain(_) => TRY_AGAIN,
        }
    }

    /// What is printed about it: a sentence, or a problem document for programs.
    pub fn told(&self, as_json: bool) -> String {
        if !as_json {
            return self.to_string();
        }
        match self {
            Self::Refused(problem) | Self::NotFound(problem) => problem.to_string(),
            other => json!({ "type": "about:blank", "detail": other.to_string() }).to_string(),
        }
    }
}

/// What a problem document says; what is wrong with files in a line each.
fn sentences(problem: &Value) -> String {
    let errors = problem["errors"].as_array().into_iter().flatten();
    let of_files = errors.filter(|error| error["field"] == "files");
    let lines: Vec<String> = of_files
        .filter_map(|error| error["message"].as_str())
        .map(|line| line.chars().filter(|c| !c.is_control()).collect())
        .collect();
    match lines.is_empty() {
        true => sentence(problem),
        false => lines.join("\n"),
    }
}

/// What a problem document says.
fn sentence(problem: &Value) -> String {
    let detail = problem.get("detail").and_then(Value::as_str);
    let detail = detail.unwrap_or("The server refused it and did not say why.");
    // Sentences come from the server, which repeats what people wrote.
    detail.chars().filter(|c| !c.is_control()).collect()
}

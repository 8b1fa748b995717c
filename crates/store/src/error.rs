//! What can go wrong with a database.

/// The result of asking the database something.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, told so that a person knows what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule of the schema said no; the name is the constraint's.
    #[error("the database already holds something else for {constraint}")]
    Conflict {
        /// The constraint, as the database names it.
        constraint: String,
    },
    /// The disk is full.
    #[error(
        "the disk that holds the database is full; nothing was saved, and nothing was lost. Make room and try again"
    )]
    Full,
    /// The file cannot be written.
    #[error(
        "the database can be read but not written; nothing was saved. Check the rights of the file and its folder"
    )]
    ReadOnly,
    /// The database cannot be reached, or is busy with somebody else for too long.
    #[error("the database does not answer just now; nothing was saved. Try again in a moment")]
    Unavailable(#[source] sqlx::Error),
    /// A stored value is not one that this version writes.
    #[error(
        "the database holds {what} that this version of Eider cannot read: {value}. It may have been written by a newer version"
    )]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// The database could not be brought to this version.
    #[error("the database could not be brought to this version")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Something that a person must set right, told in words.
    #[error("{0}")]
    Unusable(String),
    /// Anything else.
    #[error("the database refused a request")]
    Other(#[source] sqlx::Error),
}

/// SQLITE_IOERR_SHMSIZE: the first who opens the file makes the write-ahead log's index beside it,
/// for which a full disk has no room.
const SQLITE_NO_ROOM_FOR_SHARED_MEMORY: &str = "4874";

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            return match error {
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Tls(_) => Self::Unavailable(error),
                _ => Self::Other(error),
            };
        };
        if database.is_unique_violation() || database.is_foreign_key_violation() {
            let constraint = database
                .constraint()
                .unwrap_or(database.message())
                .to_owned();
            return Self::Conflict { constraint };
        }
        let code = database.code().unwrap_or_default();
        let primary = code
            .parse::<i32>()
            .map(|code| code & 0xff)
            .unwrap_or_default();
        let is_sqlite = code.len() < 5;
        if is_sqlite && code == SQLITE_NO_ROOM_FOR_SHARED_MEMORY {
            return Self::Full;
        }
        match (is_sqlite, primary, code.get(..2)) {
            (true, 13, _) => Self::Full,
            (true, 8, _) => Self::ReadOnly,
            (true, 5 | 6 | 10 | 14, _) => Self::Unavailable(error),
            (false, _, Some("08" | "57" | "55" | "40")) => Self::Unavailable(error),
            (false, _, Some("53")) => Self::Full,
            (false, _, Some("25")) => Self::ReadOnly,
            _ => Self::Other(error),
        }
    }
}

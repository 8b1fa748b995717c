//! The PostgreSQL server that the tests share. Each test makes a database of its own on it.
//!
//! `cargo xtask test` starts the server and stops it again; this module only reads where it is.

use ring::rand::{SystemRandom, generate};

/// The environment variable with the server's URL, such as `postgres://name:word@127.0.0.1:5433/postgres`.
pub const URL_VARIABLE: &str = "EIDER_TEST_POSTGRES";

/// The URL of the shared server's first database, from which other databases can be made.
///
/// # Panics
/// When no server is named. A test on PostgreSQL is never skipped.
pub fn server_url() -> String {
    std::env::var(URL_VARIABLE).unwrap_or_else(|_| {
        panic!(
            "No PostgreSQL server is named by {URL_VARIABLE}. Run `cargo xtask test`, which \
             starts one, or one command beside such a server: `cargo xtask postgres cargo \
             nextest run`."
        )
    })
}

/// A name for a new database, different at each call of every process. It needs no quotes in SQL.
///
/// It is random, because a long run of tests uses the numbers of its processes more than once.
///
/// # Panics
/// When the machine has no randomness.
pub fn database_name() -> String {
    let random = generate::<[u8; 16]>(&SystemRandom::new());
    let bytes = random.expect("the machine has randomness").expose();
    format!("test_{:032x}", u128::from_be_bytes(bytes))
}

/// The URL of the database called `name` on the shared server.
///
/// # Panics
/// As [`server_url`].
pub fn database_url(name: &str) -> String {
    with_database(&server_url(), name)
}

/// Replaces the database in `server_url`, keeping parameters such as `?sslmode=disable`.
fn with_database(server_url: &str, name: &str) -> String {
    let (address, parameters) = match server_url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server_url, String::new()),
    };
    let start = address.find("://").map_or(0, |at| at + 3);
    let server = match address[start..].find('/') {
        Some(slash) => &address[..start + slash],
        None => address,
    };
    format!("{server}/{name}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_the_url_changes() {
        let cases = [
            (
                "postgres://a:b@127.0.0.1:5433/postgres",
                "postgres://a:b@127.0.0.1:5433/new",
            ),
            ("postgres://127.0.0.1:5433", "postgres://127.0.0.1:5433/new"),
            (
                "postgres://h/old?sslmode=disable",
                "postgres://h/new?sslmode=disable",
            ),
        ];
        for (server, wanted) in cases {
            assert_eq!(with_database(server, "new"), wanted);
        }
    }

    #[test]
    fn two_names_differ() {
        assert_ne!(database_name(), database_name());
    }
}

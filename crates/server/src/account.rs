//! Administrators and tokens, made on the database directly, for automation.

use crate::{command_line::NewToken, configuration::Configuration, failure::Failure};

/// Makes an administrator whose password stands on the first line of standard input.
///
/// # Errors
/// When somebody has the address already, or the password is not good enough.
pub async fn create_administrator(
    _configuration: &Configuration,
    _email: &str,
    _name: Option<&str>,
) -> Result<(), Failure> {
    Err(Failure::told("Accounts are not there yet."))
}

/// Makes a token and prints it.
///
/// # Errors
/// When nobody has the address, or a scope is not one.
pub async fn create_token(_configuration: &Configuration, _new: &NewToken) -> Result<(), Failure> {
    Err(Failure::told("Accounts are not there yet."))
}

//! The one place that reads the machine: its clock, its randomness, its name.

use jiff::Timestamp;
use rand::{TryRng as _, rngs::SysRng};

use crate::failure::Failure;

/// The present instant by the machine's clock, in whole microseconds, as it is stored.
#[expect(
    clippy::disallowed_methods,
    reason = "the server owns the clock and hands it to everybody else"
)]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// 32 bytes of the system's randomness, from which all ids and secrets of this process are made.
///
/// # Errors
/// When the system has none to give.
pub fn seed() -> Result<[u8; 32], Failure> {
    let mut seed = [0; 32];
    SysRng
        .try_fill_bytes(&mut seed)
        .map_err(|error| Failure::told(format!("The system gives no randomness: {error}.")))?;
    Ok(seed)
}

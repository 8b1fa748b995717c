//! The code by which somebody proves that a contact method reaches them.

use jiff::{SignedDuration, Timestamp};

/// How many digits a code has.
pub const CODE_DIGITS: usize = 6;
/// For how long a code is good.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// A code may be mistyped this often; guessing would need far more.
const WRONG_LIMIT: i64 = 5;

/// A code that was sent, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// A hash of it.
    pub hash: [u8; 32],
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// How often it was mistyped.
    pub wrong: i64,
}

/// Why a code is not taken, as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// None was sent, or it is too old, or it was mistyped too often.
    #[error("This code is no longer good. Have another one sent.")]
    Over,
    /// Another one was sent.
    #[error("This is not the code that was sent last. Look again, or have another one sent.")]
    Wrong,
}

impl Code {
    /// A code that was made at `now`.
    pub fn new(hash: [u8; 32], now: Timestamp) -> Self {
        Self {
            hash,
            expires_at: now.saturating_add(CODE_LIFE).unwrap_or(Timestamp::MAX),
            wrong: 0,
        }
    }

    /// Takes what somebody typed; a wrong one is counted.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn take(&mut self, typed: &[u8; 32], now: Timestamp) -> Result<(), CodeRefusal> {
        if now >= self.expires_at || self.wrong >= WRONG_LIMIT {
            return Err(CodeRefusal::Over);
        }
        if *typed == self.hash {
            return Ok(());
        }
        self.wrong += 1;
        Err(CodeRefusal::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_for_a_while_and_few_mistakes() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut code = Code::new([1; 32], now);
        assert_eq!(code.take(&[2; 32], now), Err(CodeRefusal::Wrong));
        assert_eq!(code.take(&[1; 32], now), Ok(()));
        let late = now + CODE_LIFE;
        assert_eq!(code.take(&[1; 32], late), Err(CodeRefusal::Over));
        for _ in 1..WRONG_LIMIT {
            assert_eq!(code.take(&[2; 32], now), Err(CodeRefusal::Wrong));
        }
        assert_eq!(code.take(&[1; 32], now), Err(CodeRefusal::Over));
    }
}

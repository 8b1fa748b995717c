//! Who comes in: sessions of people, tokens of programs.

mod identify;

use sha2::{Digest, Sha256};

pub use identify::{Identified, by_session, by_token};

/// What is stored of a secret. Secrets are random and long, so a plain hash is enough.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

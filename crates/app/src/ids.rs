//! New ids and secrets, from one source of randomness that the server seeds.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

/// Makes ids and secrets. Cheap to clone.
#[derive(Clone)]
pub struct Ids(Arc<Mutex<ChaCha20Rng>>);

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

impl Ids {
    /// A source that begins with `seed`: the machine's entropy in the server, a number of its own
    /// in a test.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed))))
    }

    /// A new id of version 7 (RFC 9562), which sorts by `now`.
    pub fn id<Id: From<Uuid>>(&self, now: Timestamp) -> Id {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random())
            .into_uuid()
            .into()
    }

    /// A secret of 160 bits, in 40 hexadecimal digits.
    pub fn secret(&self) -> String {
        let bytes: [u8; 20] = self.random();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// That many random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut bytes);
        bytes
    }
}

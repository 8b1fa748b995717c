//! What monitors send, out of any bytes.
#![no_main]
#![allow(dead_code)]

// The module alone: its crate would bring web server and databases along.
#[path = "../../crates/intake/src/read/mod.rs"]
mod read;
use read::{alertmanager, mail, sentry};

#[path = "../../crates/intake/src/read/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::alerts(data));

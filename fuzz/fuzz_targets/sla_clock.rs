//! A clock through any programme of changes, in hours of many zones.
#![no_main]
#![allow(dead_code)]

#[path = "../../crates/domain/tests/sla/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::sla_clock(data));

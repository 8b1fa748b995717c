//! Holiday files, stored calendars and stored clocks, out of any bytes.
#![no_main]
#![allow(dead_code)]

#[path = "../../crates/domain/tests/sla/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::calendar_ics(data));

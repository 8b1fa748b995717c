//! Mappings of imports and the rows they read, out of any bytes.
#![no_main]
#![allow(dead_code)]

#[path = "../../crates/domain/tests/importing/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::csv_mapping(data));

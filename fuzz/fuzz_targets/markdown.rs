//! What people write, shown as HTML, out of any bytes.
#![no_main]
#![allow(dead_code)]

// The module alone: its crate would bring web server and databases along.
#[path = "../../crates/web/src/markdown.rs"]
mod markdown;

#[path = "../../crates/web/src/markdown/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::markdown(data, markdown::to_html));

//! Samples of answers to the command, for the gallery.

use eider_domain::known_issue::KnownIssue;
use serde_json::{Value, json};

use super::{found_blocks, known_blocks};
use crate::{kit, lines::Line};

/// What somebody finds, and what they find for words that no ticket has.
pub(crate) fn found(lines: &[Line], issues: &[KnownIssue]) -> (Value, Value) {
    let message = |words, lines: &[Line], is_some, issues| {
        let (text, mut blocks) = found_blocks(words, lines, is_some);
        blocks.extend(known_blocks(issues, "https://desk.example/known-issues"));
        json!({"private": true, "text": text, "blocks": blocks})
    };
    (
        message("card payments white", lines, true, issues),
        message("teapot", &[], false, &[]),
    )
}

/// The tickets of somebody who asked one and has none.
pub(crate) fn mine(lines: &[Line]) -> Value {
    let (text, blocks) = super::mine_blocks(&[
        (
            "You asked",
            super::NOTHING_ASKED,
            lines[..1].to_vec(),
            false,
        ),
        ("You have", super::NOTHING_OWNED, Vec::new(), false),
    ]);
    json!({"private": true, "text": text, "blocks": blocks})
}

/// How the command is used.
pub(crate) fn help() -> (String, Vec<Value>) {
    let text = super::help("/support");
    let blocks = vec![kit::section(&text)];
    (text, blocks)
}

//! Blocks, each drawn as Slack lays it out.

use maud::{Markup, html};
use serde_json::Value;

use super::{element, mrkdwn};

/// Draws a list of blocks. `errors` are those of a form, by the block at which they stand.
pub(super) fn blocks(blocks: &Value, errors: &Value) -> Markup {
    html! { div.sk-blocks { @for one in list(blocks) { (block(one, errors)) } } }
}

/// A text object: plain words, or markup.
pub(super) fn text(object: &Value) -> Markup {
    let words = object["text"].as_str().unwrap_or_default();
    match object["type"].as_str() {
        Some("plain_text") => mrkdwn::plain(words),
        Some("mrkdwn") => mrkdwn::text(words),
        _ => unknown("text", object),
    }
}

/// What is in a list, or nothing.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Something that is not drawn yet, so that nobody overlooks it.
pub(super) fn unknown(what: &str, value: &Value) -> Markup {
    let kind = value["type"].as_str().unwrap_or("without a type");
    html! { span.sk-unknown { "unknown " (what) " " (kind) } }
}

fn block(block: &Value, errors: &Value) -> Markup {
    match block["type"].as_str() {
        Some("header") => html! { p.sk-header { (text(&block["text"])) } },
        Some("section") => section(block),
        Some("context") => html! {
            div.sk-context { @for part in list(&block["elements"]) { div { (text(part)) } } }
        },
        Some("divider") => html! { div.sk-divider {} },
        Some("actions") => html! {
            div.sk-actions { @for part in list(&block["elements"]) { (element::element(part)) } }
        },
        Some("input") => input(block, errors),
        _ => unknown("block", block),
    }
}

fn section(block: &Value) -> Markup {
    let fields = list(&block["fields"]);
    html! {
        div.sk-section {
            div.sk-words {
                @if !block["text"].is_null() { div { (text(&block["text"])) } }
                @if !fields.is_empty() {
                    div.sk-fields { @for field in fields { div { (text(field)) } } }
                }
            }
            @if !block["accessory"].is_null() { (element::element(&block["accessory"])) }
        }
    }
}

fn input(block: &Value, errors: &Value) -> Markup {
    let error = block["block_id"]
        .as_str()
        .and_then(|name| errors[name].as_str());
    html! {
        div.sk-question.sk-wrong[error.is_some()] {
            p.sk-label {
                (text(&block["label"]))
                @if block["optional"] == true { span.sk-quiet { " (optional)" } }
            }
            (element::element(&block["element"]))
            @if let Some(error) = error { p.sk-error { (error) } }
            @if !block["hint"].is_null() { p.sk-hint { (text(&block["hint"])) } }
        }
    }
}

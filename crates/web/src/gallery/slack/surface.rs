//! Where blocks stand: a message, a thread, a form, the Home of the app.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    block::{blocks, list, text},
    mrkdwn,
};
use crate::components::icons;

/// Draws a sample: a view, a form with its errors, a thread of messages, or one message.
pub(super) fn surface(sample: &Value) -> Markup {
    if sample["view"].is_object() {
        return modal(&sample["view"], &sample["errors"]);
    }
    if sample["thread"].is_array() {
        return html! {
            div.sk-thread { @for one in list(&sample["thread"]) { (message(one)) } }
        };
    }
    match sample["type"].as_str() {
        Some("modal") => modal(sample, &Value::Null),
        Some("home") => home(sample),
        Some(_) => super::block::unknown("view", sample),
        None => message(sample),
    }
}

/// The words by which a message is announced where its blocks are not shown.
pub(super) fn announced(sample: &Value) -> Option<&str> {
    let has_blocks = !list(&sample["blocks"]).is_empty();
    sample["text"].as_str().filter(|_| has_blocks)
}

fn message(message: &Value) -> Markup {
    let words = message["text"].as_str().unwrap_or_default();
    let from = message["from"].as_str();
    html! {
        div.sk-message.sk-private[message["private"] == true] {
            @match from {
                Some(name) => span.sk-face aria-hidden="true" { (name.chars().take(1).collect::<String>()) },
                None => span.sk-face.sk-app aria-hidden="true" { (icons::duck()) },
            }
            div.sk-said {
                p.sk-from {
                    strong { (from.unwrap_or("Eider")) }
                    @if from.is_none() { span.sk-badge { "APP" } }
                    @if message["private"] == true { span.sk-quiet { "Only visible to you" } }
                }
                @if list(&message["blocks"]).is_empty() { div { (mrkdwn::text(words)) } }
                @else { (blocks(&message["blocks"], &Value::Null)) }
            }
        }
    }
}

fn modal(view: &Value, errors: &Value) -> Markup {
    html! {
        div.sk-modal {
            p.sk-title { (text(&view["title"])) span.sk-quiet aria-hidden="true" { "✕" } }
            (blocks(&view["blocks"], errors))
            div.sk-foot {
                span.sk-button { (text(&view["close"])) }
                @if !view["submit"].is_null() {
                    span.sk-button.sk-primary { (text(&view["submit"])) }
                }
            }
        }
    }
}

fn home(view: &Value) -> Markup {
    html! {
        div.sk-home {
            p.sk-tabs { strong { "Home" } span { "Messages" } span { "About" } }
            (blocks(&view["blocks"], &Value::Null))
        }
    }
}

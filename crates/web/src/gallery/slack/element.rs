//! What is pressed, chosen and written in: drawn, so that nothing here can be pressed. Only lists
//! open, to show what they offer.

use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use serde_json::Value;

use super::block::{list, text, unknown};

/// Draws an element of a block.
pub(super) fn element(element: &Value) -> Markup {
    match element["type"].as_str() {
        Some("button") => button(element),
        Some("overflow") => html! {
            details.sk-menu {
                summary.sk-button aria-label="More" { "•••" }
                (choices(element))
            }
        },
        Some("static_select") => html! {
            details.sk-menu {
                summary.sk-select { (chosen(element)) }
                (choices(element))
            }
        },
        Some("external_select" | "users_select" | "conversations_select") => {
            html! { div.sk-select { (chosen(element)) } }
        }
        Some("radio_buttons") => marks(element, "sk-radio"),
        Some("checkboxes") => marks(element, "sk-tick"),
        Some("plain_text_input") => {
            let is_long = element["multiline"] == true;
            html! { div.sk-input.sk-long[is_long] { (written(element)) } }
        }
        Some("number_input") => html! { div.sk-input { (written(element)) } },
        Some("datetimepicker") => instant(element),
        _ => unknown("element", element),
    }
}

fn button(button: &Value) -> Markup {
    let style = match button["style"].as_str() {
        Some("primary") => "sk-button sk-primary",
        Some("danger") => "sk-button sk-danger",
        _ => "sk-button",
    };
    html! { span class=(style) { (text(&button["text"])) } }
}

fn choices(element: &Value) -> Markup {
    html! {
        ul.sk-choices {
            @for option in list(&element["options"]) {
                li { (text(&option["text"])) (explanation(option)) }
            }
        }
    }
}

fn explanation(option: &Value) -> Markup {
    html! {
        @if !option["description"].is_null() {
            span.sk-explanation { (text(&option["description"])) }
        }
    }
}

/// What is chosen in a list, or what stands there before.
fn chosen(element: &Value) -> Markup {
    let initial = &element["initial_option"];
    html! {
        @if initial.is_null() { span.sk-quiet { (text(&element["placeholder"])) } }
        @else { (text(&initial["text"])) }
    }
}

/// Choices on lines of their own, each with its mark.
fn marks(element: &Value, shape: &str) -> Markup {
    let is_chosen = |option: &Value| {
        let value = &option["value"];
        element["initial_option"]["value"] == *value
            || list(&element["initial_options"])
                .iter()
                .any(|initial| initial["value"] == *value)
    };
    html! {
        ul.sk-marks {
            @for option in list(&element["options"]) {
                li class=(shape) {
                    span.sk-mark.sk-chosen[is_chosen(option)] {}
                    span { (text(&option["text"])) (explanation(option)) }
                }
            }
        }
    }
}

/// What is written in a field, or what stands there before.
fn written(element: &Value) -> Markup {
    let initial = element["initial_value"].as_str();
    html! {
        @match initial {
            Some(initial) => (initial),
            None if element["placeholder"].is_null() => {}
            None => span.sk-quiet { (text(&element["placeholder"])) },
        }
    }
}

fn instant(element: &Value) -> Markup {
    let initial = element["initial_date_time"]
        .as_i64()
        .and_then(|second| Timestamp::from_second(second).ok())
        .map(|at| at.to_zoned(TimeZone::UTC));
    let (day, time) = match &initial {
        Some(at) => (
            at.strftime("%b %-d, %Y").to_string(),
            at.strftime("%H:%M").to_string(),
        ),
        None => ("Select a date".to_owned(), "Select a time".to_owned()),
    };
    html! {
        div.sk-instant {
            div.sk-select { span.sk-quiet[initial.is_none()] { (day) } }
            div.sk-select { span.sk-quiet[initial.is_none()] { (time) } }
        }
    }
}

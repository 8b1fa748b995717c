//! Block Kit: the blocks that Eider uses, each within Slack's limits whatever goes in.
//!
//! Limits are those of Slack's reference, <https://docs.slack.dev/reference/block-kit>, and are
//! counted in UTF-16 units as Slack counts them. A text that is too long ends with an ellipsis.

use jiff::Timestamp;
use serde_json::{Value, json};

/// The longest text of a section.
pub const SECTION_LIMIT: usize = 3_000;
/// The longest text of a message.
pub const MESSAGE_LIMIT: usize = 40_000;
/// The longest title of a modal, and of its buttons.
pub const TITLE_LIMIT: usize = 24;
/// The longest text of an option, and of a button.
pub const LABEL_LIMIT: usize = 75;
/// The most options that one select offers.
pub const OPTIONS_LIMIT: usize = 100;
const HEADER_LIMIT: usize = 150;
const FIELD_LIMIT: usize = 2_000;
const FIELDS_LIMIT: usize = 10;
const BUTTON_VALUE_LIMIT: usize = 2_000;
const OPTION_VALUE_LIMIT: usize = 150;
const INPUT_LABEL_LIMIT: usize = 2_000;
const PLACEHOLDER_LIMIT: usize = 150;
const CONTEXT_LIMIT: usize = 10;
const ACTIONS_LIMIT: usize = 25;
const CONFIRM_TITLE_LIMIT: usize = 100;
const CONFIRM_TEXT_LIMIT: usize = 300;
const CONFIRM_BUTTON_LIMIT: usize = 30;

/// `text` within `limit`, in UTF-16 units; what is cut off leaves an ellipsis.
pub fn cut(text: &str, limit: usize) -> String {
    if text.encode_utf16().count() <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut length = 0;
    for c in text.chars() {
        length += c.len_utf16();
        if length >= limit {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Words that are nobody's markup: what Slack would read as such is escaped.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// An instant that each reader sees in their own zone.
pub fn date(at: Timestamp, pattern: &str) -> String {
    let fallback = at.strftime("%Y-%m-%d %H:%M UTC");
    format!("<!date^{}^{pattern}|{fallback}>", at.as_second())
}

/// The time of an instant, with its day when that is not today.
pub fn due(at: Timestamp) -> String {
    date(at, "{date_short_pretty} at {time}")
}

/// The time of an instant, and how far away that is. It is one date to Slack: where Slack cannot
/// show it, its words stand there once.
pub fn due_and_ago(at: Timestamp) -> String {
    date(at, "{date_short_pretty} at {time} ({ago})")
}

/// A text object of plain words, which may not be empty.
pub fn plain(text: &str, limit: usize) -> Value {
    let text = cut(text.trim(), limit);
    let text = if text.is_empty() {
        "…".to_owned()
    } else {
        text
    };
    json!({"type": "plain_text", "text": text, "emoji": true})
}

/// A text object of Slack's markup, which may not be empty.
pub fn markup(text: &str, limit: usize) -> Value {
    let text = cut(text.trim(), limit);
    let text = if text.is_empty() {
        "…".to_owned()
    } else {
        text
    };
    json!({"type": "mrkdwn", "text": text})
}

/// A heading.
pub fn header(text: &str) -> Value {
    json!({"type": "header", "text": plain(text, HEADER_LIMIT)})
}

/// A paragraph of markup.
pub fn section(text: &str) -> Value {
    json!({"type": "section", "text": markup(text, SECTION_LIMIT)})
}

/// A paragraph with something to press beside it.
pub fn section_with(text: &str, accessory: Value) -> Value {
    json!({"type": "section", "text": markup(text, SECTION_LIMIT), "accessory": accessory})
}

/// Pairs in two columns.
pub fn fields(texts: &[String]) -> Value {
    let fields: Vec<Value> = texts
        .iter()
        .take(FIELDS_LIMIT)
        .map(|text| markup(text, FIELD_LIMIT))
        .collect();
    json!({"type": "section", "fields": fields})
}

/// Small words below something.
pub fn context(texts: &[String]) -> Value {
    let elements: Vec<Value> = texts
        .iter()
        .take(CONTEXT_LIMIT)
        .map(|text| markup(text, FIELD_LIMIT))
        .collect();
    json!({"type": "context", "elements": elements})
}

/// A line across.
pub fn divider() -> Value {
    json!({"type": "divider"})
}

/// Things to press, in a row.
pub fn actions(block_id: &str, mut elements: Vec<Value>) -> Value {
    elements.truncate(ACTIONS_LIMIT);
    json!({"type": "actions", "block_id": block_id, "elements": elements})
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Like the others.
    Plain,
    /// The one that is likely meant.
    Primary,
    /// One that should not be pressed by mistake.
    Danger,
}

/// A button. `value` tells what it is about when it is pressed.
pub fn button(label: &str, action_id: &str, value: &str, style: Style) -> Value {
    let mut button = json!({
        "type": "button",
        "text": plain(label, LABEL_LIMIT),
        "action_id": action_id,
        "value": cut(value, BUTTON_VALUE_LIMIT),
    });
    match style {
        Style::Plain => {}
        Style::Primary => button["style"] = "primary".into(),
        Style::Danger => button["style"] = "danger".into(),
    }
    button
}

/// A button that opens a page. Slack tells of its press too, and wants that acknowledged.
pub fn link_button(label: &str, action_id: &str, url: &str) -> Value {
    json!({
        "type": "button",
        "text": plain(label, LABEL_LIMIT),
        "action_id": action_id,
        "url": url,
    })
}

/// Asks once more before something is done.
pub fn confirm(title: &str, text: &str, yes: &str, no: &str) -> Value {
    json!({
        "title": plain(title, CONFIRM_TITLE_LIMIT),
        "text": plain(text, CONFIRM_TEXT_LIMIT),
        "confirm": plain(yes, CONFIRM_BUTTON_LIMIT),
        "deny": plain(no, CONFIRM_BUTTON_LIMIT),
    })
}

/// One of several things to choose.
pub fn option(label: &str, value: &str) -> Value {
    json!({"text": plain(label, LABEL_LIMIT), "value": cut(value, OPTION_VALUE_LIMIT)})
}

/// One of several things to choose, explained.
pub fn option_explained(label: &str, value: &str, explanation: &str) -> Value {
    let mut option = option(label, value);
    if !explanation.trim().is_empty() {
        option["description"] = plain(explanation, LABEL_LIMIT);
    }
    option
}

/// More things to do, behind three dots.
pub fn overflow(action_id: &str, options: Vec<Value>) -> Value {
    json!({"type": "overflow", "action_id": action_id, "options": options})
}

/// Something to choose from a list that is known.
pub fn select(
    action_id: &str,
    placeholder: &str,
    mut options: Vec<Value>,
    chosen: Option<&str>,
) -> Value {
    options.truncate(OPTIONS_LIMIT);
    let initial = chosen.and_then(|chosen| options.iter().find(|o| o["value"] == chosen).cloned());
    let mut select = json!({
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER_LIMIT),
        "options": options,
    });
    if let Some(initial) = initial {
        select["initial_option"] = initial;
    }
    select
}

/// Something to choose from a list that Eider is asked for while somebody types.
pub fn external_select(action_id: &str, placeholder: &str, chosen: Option<Value>) -> Value {
    let mut select = json!({
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER_LIMIT),
        "min_query_length": 0,
    });
    if let Some(chosen) = chosen {
        select["initial_option"] = chosen;
    }
    select
}

/// Somebody to choose.
pub fn person_select(action_id: &str, placeholder: &str) -> Value {
    json!({
        "type": "users_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER_LIMIT),
    })
}

/// Things to tick.
pub fn checkboxes(action_id: &str, options: Vec<Value>) -> Value {
    json!({"type": "checkboxes", "action_id": action_id, "options": options})
}

/// Things to tick, of which those with these values are ticked already.
pub fn checkboxes_ticked(action_id: &str, options: Vec<Value>, ticked: &[String]) -> Value {
    let is_ticked = |option: &&Value| {
        let value = option["value"].as_str().unwrap_or_default();
        ticked.iter().any(|ticked| ticked == value)
    };
    let initial: Vec<Value> = options.iter().filter(is_ticked).cloned().collect();
    let mut boxes = checkboxes(action_id, options);
    if !initial.is_empty() {
        boxes["initial_options"] = initial.into();
    }
    boxes
}

/// A whole number, zero or more, to write.
pub fn number_field(action_id: &str, initial: &str) -> Value {
    let mut field = json!({
        "type": "number_input",
        "action_id": action_id,
        "is_decimal_allowed": false,
        "min_value": "0",
    });
    if initial.parse::<u64>().is_ok() {
        field["initial_value"] = initial.into();
    }
    field
}

/// A date with its time to choose. It is right in the zone of whoever chooses.
pub fn instant_field(action_id: &str, initial: Option<Timestamp>) -> Value {
    let mut field = json!({"type": "datetimepicker", "action_id": action_id});
    // Slack wants ten digits.
    let shown = initial.map(Timestamp::as_second);
    if let Some(second) = shown.filter(|second| (1_000_000_000..10_000_000_000).contains(second)) {
        field["initial_date_time"] = second.into();
    }
    field
}

/// One of a few things, each on a line of its own.
pub fn radio_buttons(action_id: &str, options: Vec<Value>, chosen: Option<&str>) -> Value {
    let initial = chosen.and_then(|chosen| options.iter().find(|o| o["value"] == chosen).cloned());
    let mut radio = json!({"type": "radio_buttons", "action_id": action_id, "options": options});
    if let Some(initial) = initial {
        radio["initial_option"] = initial;
    }
    radio
}

/// A field to write in.
#[derive(Clone, Copy, Debug)]
pub struct TextField<'a> {
    /// Its name in what comes back.
    pub action_id: &'a str,
    /// What stands in it before anything is written; empty for nothing.
    pub placeholder: &'a str,
    /// What is written in it already.
    pub initial: &'a str,
    /// Whether it has several lines.
    pub multiline: bool,
    /// The most characters that can be written, at most 3,000.
    pub limit: usize,
}

/// A field to write in.
pub fn text_field(field: TextField<'_>) -> Value {
    let limit = field.limit.min(SECTION_LIMIT);
    let mut input = json!({
        "type": "plain_text_input",
        "action_id": field.action_id,
        "multiline": field.multiline,
        "max_length": limit,
    });
    if !field.placeholder.is_empty() {
        input["placeholder"] = plain(field.placeholder, PLACEHOLDER_LIMIT);
    }
    if !field.initial.is_empty() {
        input["initial_value"] = cut(field.initial, limit).into();
    }
    input
}

/// A question of a modal.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Its name in what comes back.
    pub block_id: &'a str,
    /// What is asked.
    pub label: &'a str,
    /// What helps to answer; empty for nothing.
    pub hint: &'a str,
    /// Whether it may stay unanswered.
    pub optional: bool,
    /// Whether Eider is told as soon as it is answered.
    pub at_once: bool,
}

/// A question of a modal, with the element that takes the answer.
pub fn input(question: Question<'_>, element: Value) -> Value {
    let mut input = json!({
        "type": "input",
        "block_id": question.block_id,
        "label": plain(question.label, INPUT_LABEL_LIMIT),
        "element": element,
        "optional": question.optional,
        "dispatch_action": question.at_once,
    });
    if !question.hint.is_empty() {
        input["hint"] = plain(question.hint, INPUT_LABEL_LIMIT);
    }
    input
}

/// A modal. What it is about goes into `private`, at most 3,000 characters of it.
pub fn modal(
    callback_id: &str,
    title: &str,
    submit: Option<&str>,
    private: &str,
    blocks: Vec<Value>,
) -> Value {
    let mut view = json!({
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "private_metadata": private,
        "blocks": blocks,
    });
    if let Some(submit) = submit {
        view["submit"] = plain(submit, TITLE_LIMIT);
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cut_text_is_within_its_limit_and_begins_as_before(text in "\\PC{0,200}", limit in 1_usize..50) {
            let kept = cut(&text, limit);
            prop_assert!(kept.encode_utf16().count() <= limit);
            let begins = kept.strip_suffix('…').unwrap_or(&kept);
            prop_assert!(text.starts_with(begins));
        }
    }

    #[test]
    fn markup_of_others_is_only_words() {
        assert_eq!(
            escape("<@U1> & <!channel>"),
            "&lt;@U1&gt; &amp; &lt;!channel&gt;"
        );
    }
}

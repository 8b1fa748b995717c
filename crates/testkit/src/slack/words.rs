//! Blocks flattened to what a person reads.

use serde_json::Value;

use super::{
    message::{Button, Message},
    mrkdwn,
};

/// A message as text, a line for each block.
pub(super) fn of_message(message: &Message) -> String {
    let blocks = message.all_blocks();
    if blocks.is_empty() {
        return mrkdwn::read(&message.text);
    }
    of_blocks(&blocks)
}

/// Blocks as text, a line for each; what can be pressed stands in brackets.
pub(super) fn of_blocks(blocks: &[Value]) -> String {
    let lines: Vec<String> = blocks
        .iter()
        .map(of_block)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

fn of_block(block: &Value) -> String {
    let mut parts = Vec::new();
    match block["type"].as_str().unwrap_or_default() {
        "divider" => parts.push("---".to_owned()),
        "image" => parts.push(format!("({})", text_of(&block["alt_text"]))),
        "input" => {
            parts.push(text_of(&block["label"]));
            parts.push(of_element(&block["element"]));
            parts.push(text_of(&block["hint"]));
        }
        "rich_text" | "table" => collect_text(block, &mut parts),
        _ => {
            parts.push(read(&block["text"]));
            for field in list(&block["fields"]) {
                parts.push(read(field));
            }
            for element in list(&block["elements"]) {
                parts.push(of_element(element));
            }
            parts.push(of_element(&block["accessory"]));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn of_element(element: &Value) -> String {
    match element["type"].as_str().unwrap_or_default() {
        "" => String::new(),
        "mrkdwn" | "plain_text" => read(element),
        "image" => format!("({})", text_of(&element["alt_text"])),
        "button" | "workflow_button" => format!("[{}]", text_of(&element["text"])),
        _ => {
            let options = super::elements::options_of(element);
            let labels: Vec<String> = options.iter().map(|one| read(&one["text"])).collect();
            let shown = match element["initial_option"]["text"]["text"].as_str() {
                Some(chosen) => format!("{chosen}: {}", labels.join(" | ")),
                None => labels.join(" | "),
            };
            let placeholder = text_of(&element["placeholder"]);
            let initial = text_of(&element["initial_value"]);
            let parts: Vec<String> = [placeholder, initial, shown]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            format!("[{}]", parts.join(" "))
        }
    }
}

/// All texts at any depth, for blocks that nest.
fn collect_text(value: &Value, parts: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(text) = fields.get("text").and_then(Value::as_str) {
                parts.push(text.to_owned());
            } else if let Some(url) = fields.get("url").and_then(Value::as_str) {
                parts.push(url.to_owned());
            }
            fields.values().for_each(|inner| {
                if inner.is_array() || inner.is_object() {
                    collect_text(inner, parts);
                }
            });
        }
        Value::Array(items) => items.iter().for_each(|item| collect_text(item, parts)),
        _ => {}
    }
}

/// The text of a text object or of a plain string.
pub(super) fn text_of(value: &Value) -> String {
    let text = value.as_str().or_else(|| value["text"].as_str());
    text.unwrap_or_default().to_owned()
}

/// What a person reads of a text object.
fn read(value: &Value) -> String {
    let text = text_of(value);
    if value["type"] == "mrkdwn" {
        mrkdwn::read(&text)
    } else {
        text
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every element of these blocks that can be pressed, chosen from or written into, each with its
/// block.
pub(super) fn elements(blocks: &[Value]) -> Vec<(&Value, &Value)> {
    let mut found = Vec::new();
    for block in blocks {
        for element in list(&block["elements"]) {
            found.push((block, element));
        }
        for name in ["accessory", "element"] {
            if block[name].is_object() {
                found.push((block, &block[name]));
            }
        }
    }
    found.retain(|(_, element)| element["action_id"].is_string());
    found
}

/// What can be pressed in these blocks.
pub(super) fn buttons(blocks: &[Value]) -> Vec<Button> {
    elements(blocks)
        .into_iter()
        .map(|(block, element)| Button {
            label: match text_of(&element["text"]) {
                label if label.is_empty() => text_of(&element["placeholder"]),
                label => label,
            },
            action_id: text_of(&element["action_id"]),
            block_id: text_of(&block["block_id"]),
            value: element["value"].as_str().map(str::to_owned),
            url: element["url"].as_str().map(str::to_owned),
            style: element["style"].as_str().map(str::to_owned),
        })
        .collect()
}

/// Gives ids to blocks and elements that have none, as Slack does.
pub(super) fn fill_ids(blocks: &mut [Value], mut next: impl FnMut() -> String) {
    for block in blocks {
        if !block["block_id"].is_string() {
            block["block_id"] = Value::String(next());
        }
        for name in ["accessory", "element"] {
            if block[name].is_object() {
                fill_action(&mut block[name], &mut next);
            }
        }
        if let Some(elements) = block["elements"].as_array_mut() {
            elements
                .iter_mut()
                .for_each(|element| fill_action(element, &mut next));
        }
    }
}

fn fill_action(element: &mut Value, next: &mut impl FnMut() -> String) {
    let kind = element["type"].as_str().unwrap_or_default();
    let is_interactive =
        !matches!(kind, "" | "mrkdwn" | "plain_text" | "image") && !kind.starts_with("rich_text_");
    if (is_interactive || kind == "rich_text_input") && !element["action_id"].is_string() {
        element["action_id"] = Value::String(next());
    }
}

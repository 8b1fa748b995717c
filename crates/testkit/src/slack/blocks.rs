//! Checks of messages and of every block in them, by shape and by documented length.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{elements::check_element, limits::Complaints, mrkdwn::check_dates, schema};

/// Where blocks stand, because not every block may stand everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}

const ANYWHERE: [&str; 8] = [
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
];
const MESSAGES_ONLY: [&str; 3] = ["context_actions", "markdown", "table"];

/// Says what real Slack would refuse in a message: an object with `text`, `blocks`, `attachments`
/// and `metadata` as for `chat.postMessage`, or the list of its blocks alone.
///
/// # Errors
/// Every broken limit, one a line.
pub fn check_message(message: &Value) -> Result<(), String> {
    let mut complaints = Complaints::default();
    if message.is_array() {
        check_blocks(&mut complaints, "/blocks", message, Surface::Message);
    } else {
        check_message_object(&mut complaints, message);
    }
    told(complaints)
}

pub(super) fn told(complaints: Complaints) -> Result<(), String> {
    if complaints.0.is_empty() {
        Ok(())
    } else {
        Err(complaints.0.join("\n"))
    }
}

fn check_message_object(complaints: &mut Complaints, message: &Value) {
    let blocks = &message["blocks"];
    if !blocks.is_null() {
        check_blocks(complaints, "/blocks", blocks, Surface::Message);
    }
    let attachments = &message["attachments"];
    if !attachments.is_null() {
        check_attachments(complaints, attachments);
    }
    let metadata = &message["metadata"];
    if !metadata.is_null() {
        check_metadata(complaints, metadata);
    }
    let is_empty = |value: &Value| value.as_array().is_none_or(Vec::is_empty);
    let text = message["text"].as_str().unwrap_or_default();
    check_dates(complaints, "/text", text);
    if text.trim().is_empty() && is_empty(blocks) && is_empty(attachments) {
        complaints.add("/text", "no_text");
    }
}

pub(super) fn check_attachments(complaints: &mut Complaints, attachments: &Value) {
    for (at, attachment) in complaints
        .list("/attachments", attachments, 0, 100)
        .iter()
        .enumerate()
    {
        let place = format!("/attachments/{at}");
        if let Some(colour) = attachment["color"].as_str() {
            let is_hex = colour.strip_prefix('#').is_some_and(|digits| {
                digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
            });
            if !is_hex && !["good", "warning", "danger"].contains(&colour) {
                complaints.add(&format!("{place}/color"), "must be a colour");
            }
        }
        if !attachment["blocks"].is_null() {
            let place = format!("{place}/blocks");
            check_blocks(complaints, &place, &attachment["blocks"], Surface::Message);
        }
    }
}

pub(super) fn check_metadata(complaints: &mut Complaints, metadata: &Value) {
    complaints.text("/metadata/event_type", &metadata["event_type"], 255);
    if !metadata["event_payload"].is_object() {
        complaints.add("/metadata/event_payload", "must be an object");
    }
    if metadata.to_string().len() > 16 * 1024 {
        complaints.add("/metadata", "metadata_too_large");
    }
}

/// Checks a list of blocks on a surface.
pub(super) fn check_blocks(
    complaints: &mut Complaints,
    place: &str,
    blocks: &Value,
    surface: Surface,
) {
    let most = if surface == Surface::Message { 50 } else { 100 };
    let mut ids = BTreeSet::new();
    let mut tables = 0;
    let mut markdown = 0;
    for (at, block) in complaints.list(place, blocks, 0, most).iter().enumerate() {
        let place = format!("{place}/{at}");
        for error in schema::block_errors(block) {
            complaints.add(&place, error);
        }
        complaints.text_if_any(&format!("{place}/block_id"), &block["block_id"], 255);
        if let Some(id) = block["block_id"].as_str()
            && !ids.insert(id)
        {
            complaints.add(
                &format!("{place}/block_id"),
                format!("`block_id` \"{id}\" already exists"),
            );
        }
        let kind = block["type"].as_str().unwrap_or_default();
        tables += usize::from(kind == "table");
        markdown += block["text"]
            .as_str()
            .map_or(0, |text| text.encode_utf16().count());
        check_surface(complaints, &place, kind, surface);
        check_block(complaints, &place, block, surface);
    }
    if tables > 1 {
        complaints.add(place, "only one table allowed");
    }
    if markdown > 12_000 {
        complaints.add(place, "markdown must be less than 12001 characters in all");
    }
    check_focus(complaints, place, blocks);
}

fn check_surface(complaints: &mut Complaints, place: &str, kind: &str, surface: Surface) {
    let is_extra = surface == Surface::Message && MESSAGES_ONLY.contains(&kind);
    if !ANYWHERE.contains(&kind) && !is_extra {
        complaints.add(
            place,
            format!("Unsupported block type: {kind} on {surface:?}"),
        );
    }
}

/// Only one element may take the focus.
fn check_focus(complaints: &mut Complaints, place: &str, blocks: &Value) {
    let focused = blocks.to_string().matches("\"focus_on_load\":true").count();
    if focused > 1 {
        complaints.add(place, "only one element may have focus_on_load");
    }
}

fn check_block(complaints: &mut Complaints, place: &str, block: &Value, surface: Surface) {
    let at = |name: &str| format!("{place}/{name}");
    match block["type"].as_str().unwrap_or_default() {
        "section" => check_section(complaints, place, block, surface),
        "header" => complaints.text_object(&at("text"), &block["text"], 150),
        "image" => check_image(complaints, place, block),
        "context" => {
            let elements = complaints.list(&at("elements"), &block["elements"], 1, 10);
            for (index, element) in elements.iter().enumerate() {
                let place = format!("{place}/elements/{index}");
                if element["type"] == "image" {
                    check_image(complaints, &place, element);
                } else {
                    complaints.text(&format!("{place}/text"), &element["text"], 2000);
                }
            }
        }
        "actions" => check_elements(complaints, place, block, surface, 25),
        "context_actions" => check_elements(complaints, place, block, surface, 5),
        "input" => {
            complaints.text_object(&at("label"), &block["label"], 2000);
            complaints.text_object_if_any(&at("hint"), &block["hint"], 2000);
            check_element(complaints, &at("element"), &block["element"], surface);
        }
        "markdown" => complaints.text(&at("text"), &block["text"], 12_000),
        "rich_text" => {
            complaints.list(&at("elements"), &block["elements"], 1, 1000);
        }
        "table" => check_table(complaints, place, block),
        _ => {}
    }
}

fn check_section(complaints: &mut Complaints, place: &str, block: &Value, surface: Surface) {
    if block["text"].is_null() && block["fields"].is_null() {
        complaints.add(place, "must have text or fields");
    }
    complaints.text_object_if_any(&format!("{place}/text"), &block["text"], 3000);
    if !block["fields"].is_null() {
        let place = format!("{place}/fields");
        for (at, field) in complaints
            .list(&place, &block["fields"], 1, 10)
            .iter()
            .enumerate()
        {
            complaints.text_object(&format!("{place}/{at}"), field, 2000);
        }
    }
    let accessory = &block["accessory"];
    let place = format!("{place}/accessory");
    if accessory["type"] == "image" {
        check_image(complaints, &place, accessory);
    } else if !accessory.is_null() {
        check_element(complaints, &place, accessory, surface);
    }
}

fn check_elements(
    complaints: &mut Complaints,
    place: &str,
    block: &Value,
    surface: Surface,
    most: usize,
) {
    let place = format!("{place}/elements");
    let mut ids = BTreeSet::new();
    for (at, element) in complaints
        .list(&place, &block["elements"], 1, most)
        .iter()
        .enumerate()
    {
        let place = format!("{place}/{at}");
        check_element(complaints, &place, element, surface);
        if let Some(id) = element["action_id"].as_str()
            && !ids.insert(id)
        {
            complaints.add(
                &format!("{place}/action_id"),
                format!("`action_id` \"{id}\" already exists in this block"),
            );
        }
    }
}

fn check_image(complaints: &mut Complaints, place: &str, image: &Value) {
    complaints.text(&format!("{place}/alt_text"), &image["alt_text"], 2000);
    complaints.text_object_if_any(&format!("{place}/title"), &image["title"], 2000);
    complaints.text_if_any(&format!("{place}/image_url"), &image["image_url"], 3000);
    if image["image_url"].is_null() == image["slack_file"].is_null() {
        complaints.add(place, "must have either image_url or slack_file");
    }
    if let Some(url) = image["image_url"].as_str()
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        complaints.add(&format!("{place}/image_url"), "invalid url");
    }
}

fn check_table(complaints: &mut Complaints, place: &str, block: &Value) {
    let place = format!("{place}/rows");
    for (at, row) in complaints
        .list(&place, &block["rows"], 1, 100)
        .iter()
        .enumerate()
    {
        complaints.list(&format!("{place}/{at}"), row, 1, 20);
    }
    if block["rows"].to_string().len() > 10_000 {
        complaints.add(&place, "must be less than 10001 characters in all");
    }
}

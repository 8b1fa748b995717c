//! What people enter into elements, in the shape of `state.values`.

use serde_json::{Map, Value, json};

use super::{elements::options_of, words};

/// How an element tells what it holds: the field, and whether it holds several.
fn field_of(kind: &str) -> Option<(&'static str, bool)> {
    Some(match kind {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            ("value", false)
        }
        "rich_text_input" => ("rich_text_value", false),
        "static_select" | "external_select" | "radio_buttons" => ("selected_option", false),
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", true)
        }
        "users_select" => ("selected_user", false),
        "channels_select" => ("selected_channel", false),
        "conversations_select" => ("selected_conversation", false),
        "multi_users_select" => ("selected_users", true),
        "multi_channels_select" => ("selected_channels", true),
        "multi_conversations_select" => ("selected_conversations", true),
        "datepicker" => ("selected_date", false),
        "timepicker" => ("selected_time", false),
        "datetimepicker" => ("selected_date_time", false),
        "file_input" => ("files", true),
        _ => return None,
    })
}

/// `state.values` of these blocks: what was entered, else what each element held at first.
pub(super) fn values(blocks: &[Value], entered: &Value) -> Value {
    let mut values = Map::new();
    for (block, element) in words::elements(blocks) {
        let kind = words::text_of(&element["type"]);
        let Some((field, is_many)) = field_of(&kind) else {
            continue;
        };
        let (block, action) = (
            words::text_of(&block["block_id"]),
            words::text_of(&element["action_id"]),
        );
        let answer = &entered[&block][&action];
        let answer = if answer.is_null() {
            json!({"type": kind, field: initial(element, field, is_many)})
        } else {
            answer.clone()
        };
        values.entry(block).or_insert(json!({}))[&action] = answer;
    }
    Value::Object(values)
}

fn initial(element: &Value, field: &str, is_many: bool) -> Value {
    let name = match field {
        "value" => "initial_value".to_owned(),
        "rich_text_value" => "initial_value".to_owned(),
        field => field.replace("selected_", "initial_"),
    };
    match element.get(&name) {
        Some(value) => value.clone(),
        None if is_many => json!([]),
        None => Value::Null,
    }
}

/// What an element holds after somebody entered `text`: words, the value of an option, an id, or
/// several of them with commas between. An empty text clears it.
///
/// # Errors
/// A sentence, when the element offers no such thing.
pub(super) fn entered(element: &Value, text: &str, offered: &[Value]) -> Result<Value, String> {
    let kind = words::text_of(&element["type"]);
    let (field, is_many) = field_of(&kind).ok_or_else(|| format!("{kind} holds nothing"))?;
    let is_option = field.starts_with("selected_option");
    let one = |text: &str| -> Result<Value, String> {
        if !is_option {
            return Ok(json!(text));
        }
        let mut options = options_of(element);
        options.extend_from_slice(offered);
        options.extend(element.get("initial_option").cloned());
        options.extend(
            element["initial_options"]
                .as_array()
                .cloned()
                .unwrap_or_default(),
        );
        let found = options.iter().find(|option| option["value"] == text);
        found.cloned().ok_or_else(|| {
            let values: Vec<&Value> = options.iter().map(|option| &option["value"]).collect();
            format!("no option has the value {text:?}; there are {values:?}")
        })
    };
    let value = if is_many {
        let parts = text.split(',').filter(|part| !part.is_empty());
        Value::Array(parts.map(one).collect::<Result<_, _>>()?)
    } else if text.is_empty() {
        Value::Null
    } else if kind == "datetimepicker" {
        json!(text.parse::<i64>().map_err(|_| "not a time".to_owned())?)
    } else {
        one(text)?
    };
    Ok(json!({"type": kind, field: value}))
}

/// What Slack says at a field before it sends a form, if anything.
pub(super) fn complaint(block: &Value, answer: &Value) -> Option<String> {
    let element = &block["element"];
    let kind = words::text_of(&element["type"]);
    let (field, _) = field_of(&kind)?;
    let held = &answer[field];
    let is_empty = held.is_null()
        || held.as_str().is_some_and(|text| text.trim().is_empty())
        || held.as_array().is_some_and(Vec::is_empty);
    if is_empty {
        let is_optional = block["optional"] == true;
        return (!is_optional).then(|| "Please complete this required field.".to_owned());
    }
    let text = held.as_str().unwrap_or_default();
    let length = u64::try_from(text.encode_utf16().count()).unwrap_or(u64::MAX);
    let most = element["max_length"].as_u64().unwrap_or(3000);
    match kind.as_str() {
        "plain_text_input" if length > most => Some(format!("Must be {most} characters or fewer.")),
        "plain_text_input" if length < element["min_length"].as_u64().unwrap_or(0) => {
            Some("Too short.".to_owned())
        }
        "email_text_input" if !text.contains('@') => Some("Not an e-mail address.".to_owned()),
        "url_text_input" if !text.contains("://") => Some("Not a link.".to_owned()),
        "number_input" if text.parse::<f64>().is_err() => Some("Not a number.".to_owned()),
        _ => None,
    }
}

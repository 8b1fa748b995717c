//! The shapes of Block Kit, checked against the JSON Schemas of Slack's own types.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use serde_json::{Value, json};

static BLOCKS: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("schemas/slack_blocks.schema.json")));
static VIEWS: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("schemas/slack_view.schema.json")));
/// Building a validator is slow, and a story needs few of them: each is built once, when needed.
static BUILT: LazyLock<Mutex<BTreeMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("the schemas are JSON")
}

/// What is wrong with the shape of a block, by Slack's types.
pub(super) fn block_errors(block: &Value) -> Vec<String> {
    let Some(kind) = block["type"].as_str() else {
        return vec!["a block has no type".to_owned()];
    };
    match definition_of(&BLOCKS, kind, "Block") {
        Some(name) => errors(&BLOCKS, &name, block),
        None => vec![format!("Unsupported block type: {kind}")],
    }
}

/// What is wrong with the frame of a view, by Slack's types.
pub(super) fn view_errors(view: &Value) -> Vec<String> {
    match view["type"].as_str() {
        Some("modal") => errors(&VIEWS, "ModalView", view),
        Some("home") => errors(&VIEWS, "HomeView", view),
        other => vec![format!("unsupported type of view: {other:?}")],
    }
}

/// The name of the definition whose `type` is `kind`.
fn definition_of(schema: &Value, kind: &str, ending: &str) -> Option<String> {
    let definitions = schema["definitions"].as_object()?;
    definitions
        .iter()
        .find(|(name, definition)| {
            // A block with two forms, such as an image, is a choice between them.
            let is_it = |form: &Value| form["properties"]["type"]["const"] == kind;
            name.ends_with(ending) && (is_it(definition) || is_it(&definition["anyOf"][0]))
        })
        .map(|(name, _)| name.clone())
}

fn errors(schema: &Value, name: &str, value: &Value) -> Vec<String> {
    let validator = validator(schema, name);
    validator
        .iter_errors(value)
        .map(|error| format!("{error} [json-pointer:{}]", error.instance_path()))
        .collect()
}

fn validator(schema: &Value, name: &str) -> Arc<Validator> {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let validator = built.entry(name.to_owned()).or_insert_with(|| {
        let one = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": format!("#/definitions/{name}"),
            "definitions": schema["definitions"],
        });
        Arc::new(jsonschema::validator_for(&one).expect("the schemas are schemas"))
    });
    Arc::clone(validator)
}

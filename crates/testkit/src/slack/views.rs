//! Modals and Homes as Slack keeps them: stacks, hashes, what was entered.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    answers,
    message::Button,
    state::{State, Workspace},
    words,
};

/// The most modals that may lie on each other.
pub(super) const DEEPEST: usize = 3;

/// A modal or a Home that a person sees.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Such as `V00000031`.
    pub id: String,
    /// Its workspace.
    pub team: String,
    /// Whose screen it is on.
    pub person: String,
    /// `modal` or `home`.
    pub kind: String,
    /// What stands at its top.
    pub title: String,
    /// The app's name for what it is.
    pub callback_id: String,
    /// The app's name for this one.
    pub external_id: String,
    /// What the app keeps with it.
    pub private_metadata: String,
    /// Its blocks.
    pub blocks: Vec<Value>,
    /// Changes whenever the view does.
    pub hash: String,
    /// Errors that stand at its fields, by block.
    pub errors: BTreeMap<String, String>,
    pub(super) root: String,
    pub(super) previous: Option<String>,
    /// As the app gave it.
    pub(super) frame: Value,
    /// What was entered, by block and action.
    pub(super) entered: Value,
}

impl View {
    /// What a person reads, a line for each block; what can be pressed stands in brackets.
    pub fn words(&self) -> String {
        let blocks = words::of_blocks(&self.blocks);
        let mut lines = vec![self.title.clone(), blocks];
        for name in ["submit", "close"] {
            if self.frame[name].is_object() {
                lines.push(format!("[{}]", words::text_of(&self.frame[name])));
            }
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// The element labelled `label`.
    pub fn button(&self, label: &str) -> Option<Button> {
        self.buttons()
            .into_iter()
            .find(|button| button.label == label)
    }

    /// Every element that can be pressed, chosen from or written into.
    pub fn buttons(&self) -> Vec<Button> {
        words::buttons(&self.blocks)
    }

    /// What its fields hold now, as `state.values` tells it.
    pub fn values(&self) -> Value {
        answers::values(&self.blocks, &self.entered)
    }

    pub(super) fn to_json(&self, app: &str, workspace: &Workspace) -> Value {
        let mut told = json!({
            "id": self.id,
            "team_id": self.team,
            "type": self.kind,
            "blocks": self.blocks,
            "private_metadata": self.private_metadata,
            "callback_id": self.callback_id,
            "external_id": self.external_id,
            "state": {"values": self.values()},
            "hash": self.hash,
            "title": {"type": "plain_text", "text": "View Title", "emoji": true},
            "close": null,
            "submit": null,
            "clear_on_close": false,
            "notify_on_close": false,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "app_id": app,
            "app_installed_team_id": self.team,
            "bot_id": workspace.bot_id,
        });
        for name in [
            "title",
            "close",
            "submit",
            "clear_on_close",
            "notify_on_close",
        ] {
            if let Some(value) = self.frame.get(name) {
                told[name] = value.clone();
            }
        }
        told
    }
}

impl State {
    /// A view as the app gave it, on the screen of that person; it is not shown yet.
    pub fn new_view(&mut self, team: &str, person: &str, frame: Value) -> View {
        let id = self.id("V");
        let view = View {
            root: id.clone(),
            id,
            team: team.to_owned(),
            person: person.to_owned(),
            kind: words::text_of(&frame["type"]),
            title: String::new(),
            callback_id: String::new(),
            external_id: String::new(),
            private_metadata: String::new(),
            blocks: Vec::new(),
            hash: String::new(),
            errors: BTreeMap::new(),
            previous: None,
            frame: Value::Null,
            entered: json!({}),
        };
        self.with_frame(view, frame)
    }

    /// The view with what the app gives it now. What was entered stays where block and action are
    /// the same.
    pub fn with_frame(&mut self, mut view: View, frame: Value) -> View {
        let number = self.number();
        view.hash = format!(
            "{}.{:08x}",
            1_700_000_000 + number,
            number * 2_654_435_761 % 0xffff_ffff
        );
        view.title = words::text_of(&frame["title"]);
        view.callback_id = words::text_of(&frame["callback_id"]);
        view.external_id = words::text_of(&frame["external_id"]);
        view.private_metadata = words::text_of(&frame["private_metadata"]);
        view.blocks = frame["blocks"].as_array().cloned().unwrap_or_default();
        view.errors.clear();
        words::fill_ids(&mut view.blocks, || self.id("b"));
        view.entered = still_there(&view.blocks, &view.entered);
        view.frame = frame;
        view
    }
}

/// What was entered into elements that are still there.
fn still_there(blocks: &[Value], entered: &Value) -> Value {
    let mut kept = Map::new();
    for (block, element) in words::elements(blocks) {
        let (block, action) = (
            words::text_of(&block["block_id"]),
            words::text_of(&element["action_id"]),
        );
        let answer = &entered[&block][&action];
        if !answer.is_null() && answer["type"] == element["type"] {
            kept.entry(block).or_insert(json!({}))[&action] = answer.clone();
        }
    }
    Value::Object(kept)
}

impl Workspace {
    /// The modal on top of that person's screen.
    pub fn top(&self, person: &str) -> Option<&View> {
        let stack = self.stacks.get(person)?;
        self.views.get(stack.last()?)
    }

    /// Puts a modal on that person's screen, over what lies there.
    pub fn push(&mut self, mut view: View) -> View {
        let stack = self.stacks.entry(view.person.clone()).or_default();
        view.previous = stack.last().cloned();
        view.root = stack.first().unwrap_or(&view.id).clone();
        stack.push(view.id.clone());
        self.views.insert(view.id.clone(), view.clone());
        view
    }

    /// Takes the modal on top away.
    pub fn pop(&mut self, person: &str) -> Option<View> {
        let id = self.stacks.get_mut(person)?.pop()?;
        self.views.remove(&id)
    }

    /// Takes all modals away, the one on top first.
    pub fn clear(&mut self, person: &str) -> Vec<View> {
        std::iter::from_fn(|| self.pop(person)).collect()
    }

    /// Whether another view has that external id.
    pub fn is_external_id_taken(&self, view: &Value, but: &str) -> bool {
        let id = words::text_of(&view["external_id"]);
        !id.is_empty()
            && self
                .views
                .values()
                .any(|other| other.external_id == id && other.id != but)
    }
}

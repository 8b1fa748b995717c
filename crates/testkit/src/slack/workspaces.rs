//! Workspaces, and what the app's manifest says of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{TestSlack, manifest::check_manifest, state::Workspace};

impl TestSlack {
    /// Another workspace with the app installed; what is given looks at it.
    #[must_use]
    pub fn another_workspace(&self, name: &str) -> Self {
        let now = self.now();
        let mut state = self.state();
        let id = state.id("T");
        let workspace = Workspace {
            id: id.clone(),
            name: name.to_owned(),
            domain: name.to_lowercase().replace(' ', "-"),
            bot_user: state.id("U"),
            bot_id: state.id("B"),
            people: BTreeMap::new(),
            channels: BTreeMap::new(),
            groups: BTreeMap::new(),
            may_make_groups: true,
            files: BTreeMap::new(),
            views: BTreeMap::new(),
            stacks: BTreeMap::new(),
            homes: BTreeMap::new(),
            entered: BTreeMap::new(),
            offered: BTreeMap::new(),
            edit_window_minutes: None,
        };
        state.workspaces.insert(id.clone(), workspace);
        state.issue(&id, now);
        drop(state);
        Self {
            inner: self.inner.clone(),
            team: id,
        }
    }

    /// The id of the app's bot user in this workspace.
    pub fn bot_user(&self) -> String {
        self.state().workspace(&self.team).bot_user.clone()
    }

    /// The id of the app.
    pub fn app_id(&self) -> String {
        self.state().app.id.clone()
    }

    /// Lets messages of this workspace be edited for so many minutes only.
    pub fn closes_edits_after(&self, minutes: i64) {
        self.state().workspace(&self.team).edit_window_minutes = Some(minutes);
    }

    /// Takes the app to be what its manifest says: these bot scopes, events, commands and
    /// shortcuts, and nothing else.
    ///
    /// # Panics
    /// When Slack would refuse it.
    pub fn uses_manifest(&self, manifest: &Value) {
        if let Err(complaints) = check_manifest(manifest) {
            panic!("Slack would refuse this manifest:\n{complaints}");
        }
        let scopes = set_of(&manifest["oauth_config"]["scopes"]["bot"], |scope| scope);
        let names: Vec<&str> = scopes.iter().map(String::as_str).collect();
        self.set_scopes(&names);
        let mut state = self.state();
        let events = &manifest["settings"]["event_subscriptions"]["bot_events"];
        state.app.events = Some(set_of(events, |event| event));
        state.app.rotates_tokens = manifest["settings"]["token_rotation_enabled"] == true;
        let features = &manifest["features"];
        state.app.commands = Some(set_of(&features["slash_commands"], |one| &one["command"]));
        state.app.shortcuts = Some(set_of(&features["shortcuts"], |one| &one["callback_id"]));
    }

    /// Asks for these events and no others.
    pub fn subscribes_to(&self, events: &[&str]) {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        self.state().app.events = Some(events);
    }
}

fn set_of(list: &Value, name: impl Fn(&Value) -> &Value) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| name(item).as_str().map(str::to_owned))
        .collect()
}

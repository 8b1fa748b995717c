//! User groups, such as `@payments-on-call`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Person, TestSlack,
    api::{Answer, Refusal, Room},
    call::Arguments,
};

#[derive(Clone)]
pub(super) struct UserGroup {
    id: String,
    name: String,
    handle: String,
    users: BTreeSet<String>,
}

impl UserGroup {
    fn to_json(&self, team: &str, with_users: bool) -> Value {
        let mut told = json!({
            "id": self.id, "team_id": team, "is_usergroup": true, "name": self.name,
            "handle": self.handle, "description": "", "is_external": false, "date_create": 0,
            "date_update": 0, "date_delete": 0, "user_count": self.users.len().to_string(),
        });
        if with_users {
            told["users"] = json!(self.users);
        }
        told
    }
}

pub(super) fn list(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let team = room.team.clone();
    let with_users = call.flag("include_users");
    let groups = room.workspace().groups.values();
    let groups: Vec<Value> = groups
        .map(|group| group.to_json(&team, with_users))
        .collect();
    Ok(json!({"usergroups": groups}))
}

/// The longest name of a user group, and the longest handle.
const NAME_LIMIT: usize = 255;
const HANDLE_LIMIT: usize = 21;

pub(super) fn create(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let name = call.required("name")?;
    let handle = call.text("handle").unwrap_or_default();
    let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    if name.chars().count() > NAME_LIMIT {
        return Err(Refusal::new("name_too_long"));
    }
    if handle.is_empty() || handle.len() > HANDLE_LIMIT || !handle.chars().all(is_fine) {
        return Err(Refusal::new("bad_handle"));
    }
    if !room.workspace().may_make_groups {
        return Err(Refusal::new("permission_denied"));
    }
    let groups = room.workspace().groups.values();
    for group in groups {
        if group.name == name {
            return Err(Refusal::new("name_already_exists"));
        }
        if group.handle == handle {
            return Err(Refusal::new("handle_already_exists"));
        }
    }
    let team = room.team.clone();
    let id = room.state.id("S");
    let group = UserGroup {
        id: id.clone(),
        name,
        handle,
        users: BTreeSet::new(),
    };
    let told = group.to_json(&team, true);
    room.workspace().groups.insert(id, group);
    Ok(json!({"usergroup": told}))
}

pub(super) fn update_users(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let id = call.required("usergroup")?;
    let users = call.text("users").unwrap_or_default();
    let users: BTreeSet<String> = users
        .split(',')
        .filter(|user| !user.is_empty())
        .map(str::to_owned)
        .collect();
    let team = room.team.clone();
    let workspace = room.workspace();
    if users.is_empty() {
        return Err(Refusal::new("no_users_provided"));
    }
    if users
        .iter()
        .any(|user| !workspace.people.contains_key(user))
    {
        return Err(Refusal::new("invalid_users"));
    }
    let group = workspace.groups.get_mut(&id);
    let group = group.ok_or_else(|| Refusal::new("no_such_subteam"))?;
    group.users = users;
    Ok(json!({"usergroup": group.to_json(&team, true)}))
}

impl TestSlack {
    /// A new user group with that handle and these people; gives its id.
    pub fn user_group(&self, handle: &str, people: &[&Person]) -> String {
        let mut state = self.state();
        let id = state.id("S");
        let group = UserGroup {
            id: id.clone(),
            name: handle.to_owned(),
            handle: handle.to_owned(),
            users: people.iter().map(|person| person.id.clone()).collect(),
        };
        state
            .workspace(self.team())
            .groups
            .insert(id.clone(), group);
        id
    }

    /// The ids of those in the user group of that handle; nothing when there is no such group.
    pub fn members_of(&self, handle: &str) -> Option<Vec<String>> {
        let mut state = self.state();
        let workspace = state.workspace(self.team());
        let group = workspace
            .groups
            .values()
            .find(|group| group.handle == handle)?;
        Some(group.users.iter().cloned().collect())
    }

    /// From now on only administrators make user groups, as many workspaces have it.
    pub fn forbids_groups(&self) {
        self.state().workspace(self.team()).may_make_groups = false;
    }

    /// The ids of the people in a user group.
    pub fn user_group_members(&self, id: &str) -> Vec<String> {
        let mut state = self.state();
        let groups = &state.workspace(self.team()).groups;
        let users = groups.get(id).map(|group| group.users.clone());
        users.into_iter().flatten().collect()
    }
}

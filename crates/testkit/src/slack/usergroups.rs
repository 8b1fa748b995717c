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
    handle: String,
    users: BTreeSet<String>,
}

impl UserGroup {
    fn to_json(&self, team: &str, with_users: bool) -> Value {
        let mut told = json!({
            "id": self.id, "team_id": team, "is_usergroup": true, "name": self.handle,
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
            handle: handle.to_owned(),
            users: people.iter().map(|person| person.id.clone()).collect(),
        };
        state
            .workspace(self.team())
            .groups
            .insert(id.clone(), group);
        id
    }

    /// The ids of the people in a user group.
    pub fn user_group_members(&self, id: &str) -> Vec<String> {
        let mut state = self.state();
        let groups = &state.workspace(self.team()).groups;
        let users = groups.get(id).map(|group| group.users.clone());
        users.into_iter().flatten().collect()
    }
}

//! People of a workspace, and the methods that tell of them.

use std::future::{IntoFuture, Ready, ready};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    TestSlack,
    api::{Answer, Refusal, Room, page},
    call::Arguments,
    deliver::Parcel,
    state::Workspace,
};

/// Somebody in a workspace, to act as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Such as `U00000007`.
    pub id: String,
    /// The workspace that they act in.
    pub team: String,
    /// Their real name.
    pub name: String,
}

impl Person {
    /// How a text mentions them: `<@U00000007>`.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }
}

#[derive(Clone)]
pub(super) struct PersonRecord {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub email: String,
    pub is_email_confirmed: bool,
    pub zone: String,
    pub is_bot: bool,
    pub is_restricted: bool,
    pub is_ultra_restricted: bool,
    pub is_admin: bool,
    /// The workspace that they belong to, when it is another one (Slack Connect).
    pub home_team: Option<String>,
    pub is_deleted: bool,
}

impl PersonRecord {
    /// The short name in payloads.
    pub fn username(&self) -> String {
        self.name.to_lowercase().replace(' ', ".")
    }

    fn to_json(&self, workspace: &Workspace, with_email: bool, now: Timestamp) -> Value {
        let mut profile = json!({
            "real_name": self.name,
            "real_name_normalized": self.name,
            "display_name": self.display_name,
            "display_name_normalized": self.display_name,
            "team": workspace.id,
        });
        if with_email && !self.email.is_empty() && self.home_team.is_none() {
            profile["email"] = json!(self.email);
        }
        let mut told = json!({
            "id": self.id,
            "team_id": self.home_team.as_ref().unwrap_or(&workspace.id),
            "name": self.username(),
            "deleted": self.is_deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": false,
            "updated": 0,
        });
        if self.is_deleted {
            return told;
        }
        let offset_seconds = jiff::tz::TimeZone::get(&self.zone)
            .map(|zone| zone.to_offset(now).seconds())
            .unwrap_or_default();
        let more = json!({
            "real_name": self.name,
            "tz": self.zone,
            "tz_offset": offset_seconds,
            "is_admin": self.is_admin,
            "is_owner": false,
            "is_primary_owner": false,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_email_confirmed": self.is_email_confirmed,
            "is_stranger": self.home_team.is_some(),
        });
        if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
            told.extend(more);
        }
        told
    }
}

/// Somebody about to be added; await it.
#[must_use = "nobody is added until this is awaited"]
pub struct NewPerson {
    slack: TestSlack,
    record: PersonRecord,
}

impl NewPerson {
    /// Lives by the clocks of that zone.
    pub fn zone(mut self, zone: &str) -> Self {
        zone.clone_into(&mut self.record.zone);
        self
    }

    /// Goes by that display name.
    pub fn display_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.record.display_name);
        self
    }

    /// Never confirmed their e-mail address.
    pub fn unconfirmed(mut self) -> Self {
        self.record.is_email_confirmed = false;
        self
    }

    /// A guest in several channels.
    pub fn guest(mut self) -> Self {
        self.record.is_restricted = true;
        self
    }

    /// A guest in one channel.
    pub fn single_channel_guest(mut self) -> Self {
        self.record.is_restricted = true;
        self.record.is_ultra_restricted = true;
        self
    }

    /// Comes from another workspace, through a shared channel.
    pub fn stranger(mut self) -> Self {
        self.record.home_team = Some("T0STRANGE".to_owned());
        self
    }

    /// Is another app's bot.
    pub fn bot(mut self) -> Self {
        self.record.is_bot = true;
        self
    }

    /// Has been deactivated.
    pub fn deleted(mut self) -> Self {
        self.record.is_deleted = true;
        self
    }

    /// Administers the workspace.
    pub fn admin(mut self) -> Self {
        self.record.is_admin = true;
        self
    }
}

impl IntoFuture for NewPerson {
    type Output = Person;
    type IntoFuture = Ready<Person>;

    fn into_future(self) -> Self::IntoFuture {
        let person = Person {
            id: self.record.id.clone(),
            team: self.slack.team().to_owned(),
            name: self.record.name.clone(),
        };
        let mut state = self.slack.state();
        let workspace = state.workspace(self.slack.team());
        workspace.people.insert(person.id.clone(), self.record);
        ready(person)
    }
}

impl TestSlack {
    /// Somebody new of that name and e-mail address, who is an ordinary member.
    pub fn person(&self, name: &str, email: &str) -> NewPerson {
        let record = PersonRecord {
            id: self.state().id("U"),
            name: name.to_owned(),
            display_name: name.split(' ').next().unwrap_or(name).to_lowercase(),
            email: email.to_owned(),
            is_email_confirmed: true,
            zone: "Europe/London".to_owned(),
            is_bot: false,
            is_restricted: false,
            is_ultra_restricted: false,
            is_admin: false,
            home_team: None,
            is_deleted: false,
        };
        NewPerson {
            slack: self.clone(),
            record,
        }
    }

    /// Takes another name, which Slack tells as `user_change`.
    pub async fn renames_person(&self, person: &Person, name: &str) {
        self.changes_person(person, |record| {
            name.clone_into(&mut record.name);
            name.clone_into(&mut record.display_name);
        })
        .await;
    }

    /// Takes another e-mail address, confirmed, which Slack tells as `user_change`.
    pub async fn changes_email(&self, person: &Person, email: &str) {
        self.changes_person(person, |record| {
            email.clone_into(&mut record.email);
            record.is_email_confirmed = true;
        })
        .await;
    }

    /// Is deactivated, which Slack tells as `user_change`.
    pub async fn deactivates(&self, person: &Person) {
        self.changes_person(person, |record| record.is_deleted = true)
            .await;
    }

    async fn changes_person(&self, person: &Person, change: impl FnOnce(&mut PersonRecord)) {
        let now = self.now();
        let user = {
            let mut state = self.state();
            let workspace = state.workspace(&person.team);
            let record = workspace
                .people
                .get_mut(&person.id)
                .expect("the person is of this workspace");
            change(record);
            workspace.people[&person.id].to_json(workspace, true, now)
        };
        let event = json!({"type": "user_change", "user": user, "cache_ts": 0});
        self.hand_over(Parcel::event(&person.team, event)).await;
    }
}

pub(super) fn info(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let now = room.now;
    let id = call.required("user")?;
    let with_email = room.has_scope("users:read.email");
    let workspace = room.workspace();
    let person = workspace.people.get(&id);
    if let Some(person) = person {
        return Ok(json!({"user": person.to_json(workspace, with_email, now)}));
    }
    if id == workspace.bot_user {
        let bot = bot_record(workspace);
        return Ok(json!({"user": bot.to_json(workspace, false, now)}));
    }
    if id == "USLACKBOT" {
        return Ok(json!({"user": slackbot().to_json(workspace, false, now)}));
    }
    Err(Refusal::new("user_not_found"))
}

fn bot_record(workspace: &Workspace) -> PersonRecord {
    PersonRecord {
        id: workspace.bot_user.clone(),
        name: "eider".to_owned(),
        display_name: "Eider".to_owned(),
        email: String::new(),
        is_email_confirmed: false,
        zone: "Europe/London".to_owned(),
        is_bot: true,
        is_restricted: false,
        is_ultra_restricted: false,
        is_admin: false,
        home_team: None,
        is_deleted: false,
    }
}

/// Slack's own bot is in every workspace and says that it is none.
fn slackbot() -> PersonRecord {
    PersonRecord {
        id: "USLACKBOT".to_owned(),
        name: "Slackbot".to_owned(),
        display_name: "Slackbot".to_owned(),
        email: String::new(),
        is_email_confirmed: false,
        zone: "America/Los_Angeles".to_owned(),
        is_bot: false,
        is_restricted: false,
        is_ultra_restricted: false,
        is_admin: false,
        home_team: None,
        is_deleted: false,
    }
}

pub(super) fn list(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let now = room.now;
    let with_email = room.has_scope("users:read.email");
    let workspace = room.workspace();
    let mut members: Vec<Value> = workspace
        .people
        .values()
        .filter(|person| person.home_team.is_none())
        .map(|person| person.to_json(workspace, with_email, now))
        .collect();
    members.push(bot_record(workspace).to_json(workspace, false, now));
    members.push(slackbot().to_json(workspace, false, now));
    let (members, next) = page(call, members, 1000)?;
    Ok(json!({
        "members": members, "cache_ts": 0, "response_metadata": {"next_cursor": next},
    }))
}

pub(super) fn look_up_by_email(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let now = room.now;
    let email = call.required("email")?.to_lowercase();
    let workspace = room.workspace();
    let found = workspace.people.values().find(|person| {
        person.email.to_lowercase() == email
            && !person.is_deleted
            && !person.is_bot
            && person.home_team.is_none()
    });
    match found {
        Some(person) => Ok(json!({"user": person.to_json(workspace, true, now)})),
        None => Err(Refusal::new("users_not_found")),
    }
}

//! Files: shared by people, uploaded by the app, fetched with a token.

use axum::{
    body::Bytes,
    extract::{Path, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    TestSlack,
    api::{Answer, Refusal, Room},
    call::Arguments,
    chat,
    message::Message,
};

#[derive(Clone)]
pub(super) struct FileRecord {
    pub id: String,
    pub name: String,
    pub title: String,
    pub mime: String,
    pub person: String,
    pub bytes: Vec<u8>,
    pub created: i64,
    /// Bytes that an upload has to have, until it is complete.
    pub awaited: Option<usize>,
    pub is_deleted: bool,
}

impl FileRecord {
    pub fn to_json(&self, address: &str, team: &str) -> Value {
        let ending = self.name.rsplit('.').next().unwrap_or_default();
        let url = format!("{address}/files-pri/{team}-{}/{}", self.id, self.name);
        json!({
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mime,
            "filetype": ending,
            "pretty_type": ending.to_uppercase(),
            "user": self.person,
            "user_team": team,
            "editable": false,
            "size": self.bytes.len(),
            "mode": "hosted",
            "is_external": false,
            "external_type": "",
            "is_public": true,
            "public_url_shared": false,
            "display_as_bot": false,
            "url_private": url,
            "url_private_download": url,
            "permalink": format!("https://{team}.slack.com/files/{}/{}", self.person, self.id),
            "file_access": "visible",
        })
    }
}

pub(super) fn info(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let id = call.required("file")?;
    let (address, team) = (room.address, room.team.clone());
    let file = room.workspace().files.get(&id);
    let file = file.ok_or_else(|| Refusal::new("file_not_found"))?;
    if file.is_deleted {
        return Err(Refusal::new("file_deleted"));
    }
    Ok(json!({"file": file.to_json(address, &team), "comments": []}))
}

pub(super) fn upload_url(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let name = call.required("filename")?;
    call.required("length")?;
    let length = call.number("length").filter(|length| *length > 0);
    let length = length.ok_or_else(|| {
        Refusal::new("invalid_arguments").saying("[ERROR] length must be a number above 0")
    })?;
    let id = room.state.id("F");
    let file = FileRecord {
        id: id.clone(),
        title: name.clone(),
        mime: mime_of(&name).to_owned(),
        name,
        person: room.workspace().bot_user.clone(),
        bytes: Vec::new(),
        created: room.now.as_second(),
        awaited: Some(length),
        is_deleted: false,
    };
    room.workspace().files.insert(id.clone(), file);
    let url = format!("{}/upload/{}/{id}", room.address, room.team);
    Ok(json!({"upload_url": url, "file_id": id}))
}

/// Answers `POST /upload/{team}/{file}`.
pub(super) async fn upload(
    Shared(slack): Shared<TestSlack>,
    Path((team, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut state = slack.state();
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let file = state
        .workspaces
        .get_mut(&team)
        .and_then(|team| team.files.get_mut(&id));
    let Some(file) = file else {
        return (StatusCode::NOT_FOUND, "no such upload").into_response();
    };
    // A multipart body carries its own boundaries; only the bare bytes can be measured here.
    if !is_form && file.awaited != Some(body.len()) {
        let said = format!(
            "file {id}: {:?} bytes announced, {} came",
            file.awaited,
            body.len()
        );
        state.violation(said);
        return (StatusCode::BAD_REQUEST, "length does not match").into_response();
    }
    file.bytes = body.to_vec();
    format!("OK - {}", body.len()).into_response()
}

pub(super) fn complete_upload(room: &mut Room<'_>, call: &Arguments) -> Answer {
    let files = call.json("files", "invalid_arguments")?;
    let Some(Value::Array(wanted)) = files else {
        return Err(
            Refusal::new("invalid_arguments").saying("[ERROR] missing required field: files")
        );
    };
    let (address, team) = (room.address, room.team.clone());
    let mut told = Vec::new();
    for one in &wanted {
        let id = one["id"].as_str().unwrap_or_default();
        let file = room.workspace().files.get_mut(id);
        let file = file.filter(|file| !file.bytes.is_empty());
        let file = file.ok_or_else(|| Refusal::new("file_not_found"))?;
        file.awaited = None;
        if let Some(title) = one["title"].as_str() {
            title.clone_into(&mut file.title);
        }
        told.push(file.to_json(address, &team));
    }
    if let Some(channel) = call.text("channel_id") {
        share(room, call, channel, told.clone())?;
    }
    Ok(json!({"files": told}))
}

fn share(
    room: &mut Room<'_>,
    call: &Arguments,
    channel: String,
    files: Vec<Value>,
) -> Result<(), Refusal> {
    let bot = room.workspace().bot_user.clone();
    let record = room.workspace().channels.get(&channel);
    let record = record.ok_or_else(|| Refusal::new("channel_not_found"))?;
    if !record.members.contains(&bot) {
        return Err(Refusal::new("not_in_channel"));
    }
    if record.is_archived {
        return Err(Refusal::new("is_archived"));
    }
    let thread_ts = call.text("thread_ts").filter(|ts| {
        let parent = room.workspace().message(&channel, ts);
        parent.is_some_and(|parent| {
            parent.thread_ts = Some(ts.clone());
            true
        })
    });
    let message = Message {
        ts: room.state.tick(room.now),
        bot_id: Some(room.workspace().bot_id.clone()),
        user: bot,
        text: call.text("initial_comment").unwrap_or_default(),
        subtype: Some("file_share".to_owned()),
        channel,
        thread_ts,
        files,
        ..Message::default()
    };
    chat::keep(room, message);
    Ok(())
}

/// Answers `GET /files-pri/{team-file}/{name}`. Without a good token Slack answers with a page to
/// sign in on, and 200.
pub(super) async fn download(
    Shared(slack): Shared<TestSlack>,
    Path((id, _name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    slack.wait_while_held("files").await;
    if let Some(broken) = slack.broken("files") {
        return broken;
    }
    let now = slack.now();
    let mut state = slack.state();
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let allowed = state.check_token(token, now);
    let page = (
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        "<title>Slack</title>Sign in",
    );
    let Some((team, _)) = allowed
        .ok()
        .filter(|(_, scopes)| scopes.contains("files:read"))
    else {
        return page.into_response();
    };
    let file = id.split_once('-').filter(|(owner, _)| *owner == team);
    let file = file.and_then(|(_, id)| state.workspace(&team).files.get(id).cloned());
    match file.filter(|file| !file.is_deleted) {
        Some(file) => ([(header::CONTENT_TYPE, file.mime)], file.bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The kind of content that the ending of a name means.
pub(super) fn mime_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "json" => "application/json",
        "html" => "text/html",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

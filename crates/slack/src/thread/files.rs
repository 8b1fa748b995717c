//! Files that people share in a thread.

use eider_app::ticket::{ATTACHMENT_LIMIT_BYTES, NewFile};
use serde_json::{Value, json};

use super::Spoken;
use crate::{CallError, Slack, kit, mirror::post::Post, request::Asked};

/// As many files as Slack lets somebody share at once.
const FILES_LIMIT: usize = 10;
/// Longer names are cut before their ending.
const NAME_LIMIT: usize = 150;

impl Slack {
    /// The files that came with a message. Those that cannot be kept are noted in the thread.
    pub(super) async fn shared_files(
        &self,
        asked: &Asked,
        spoken: &Spoken<'_>,
    ) -> Result<Vec<NewFile>, CallError> {
        let shared = spoken.message["files"].as_array();
        let mut files = Vec::new();
        let mut left_out = Vec::new();
        for shared in shared.into_iter().flatten().take(FILES_LIMIT) {
            if matches!(
                shared["mode"].as_str(),
                Some("tombstone" | "hidden_by_limit")
            ) {
                continue;
            }
            let name = name(shared);
            match self.shared_file(asked, shared, &name).await {
                Ok(file) => files.push(file),
                Err(CallError::Refused { code, .. }) => left_out.push(why_not(&name, &code)),
                Err(error) => return Err(error),
            }
        }
        if !left_out.is_empty() {
            self.note_left_out(asked, spoken, &left_out).await?;
        }
        Ok(files)
    }

    async fn shared_file(
        &self,
        asked: &Asked,
        shared: &Value,
        name: &str,
    ) -> Result<NewFile, CallError> {
        let told;
        let mut file = shared;
        // Of a file from another workspace, only its id is told.
        if file["url_private"].as_str().is_none() {
            let asks = json!({"file": file["id"]});
            told = self.call(&asked.team, "files.info", &asks).await?;
            file = &told["file"];
        }
        let size = file["size"].as_u64().unwrap_or_default();
        let limit = u64::try_from(ATTACHMENT_LIMIT_BYTES).unwrap_or(u64::MAX);
        if size > limit {
            return Err(refused("too_large"));
        }
        let url = file["url_private_download"]
            .as_str()
            .or_else(|| file["url_private"].as_str())
            .ok_or_else(|| refused("not_there"))?;
        let media_type = file["mimetype"].as_str().unwrap_or_default().to_owned();
        let content = self.file(&asked.team, url, &media_type).await?;
        if content.is_empty() {
            return Err(refused("empty"));
        }
        Ok(NewFile {
            name: name.to_owned(),
            media_type,
            content,
        })
    }

    async fn note_left_out(
        &self,
        asked: &Asked,
        spoken: &Spoken<'_>,
        left_out: &[String],
    ) -> Result<(), CallError> {
        let post = Post {
            channel: spoken.channel.to_owned(),
            thread_ts: spoken.message["thread_ts"].as_str().map(str::to_owned),
            key: format!("left out {}", spoken.ts),
            text: kit::cut(&left_out.join("\n"), kit::SECTION_LIMIT),
            blocks: Vec::new(),
        };
        // It may have been told before this job was tried again.
        match self.post_once(&asked.team, &post, true).await {
            Err(CallError::Refused { code, .. }) => {
                tracing::info!(code, "a thread cannot be told of a file that was left out");
                Ok(())
            }
            told => told.map(drop),
        }
    }
}

fn refused(code: &str) -> CallError {
    CallError::Refused {
        method: "file".into(),
        code: code.into(),
        detail: String::new(),
    }
}

/// A name of one line, whatever its sender called it.
fn name(file: &Value) -> String {
    let given = file["name"].as_str().or_else(|| file["title"].as_str());
    let line: String = given
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let line = line.trim();
    if line.is_empty() {
        return "file".to_owned();
    }
    if line.chars().count() <= NAME_LIMIT {
        return line.to_owned();
    }
    let (stem, ending) = line.rsplit_once('.').unwrap_or((line, ""));
    let stem: String = stem.chars().take(NAME_LIMIT - 20).collect();
    let ending: String = ending.chars().take(15).collect();
    format!("{stem}….{ending}")
}

fn why_not(name: &str, code: &str) -> String {
    let name = kit::escape(name);
    match code {
        "too_large" => format!(
            "“{name}” is larger than 10 MB, so the ticket keeps no copy of it. Here in Slack it \
            stays as it is."
        ),
        "empty" => format!("“{name}” is empty, so the ticket keeps no copy of it."),
        _ => format!(
            "I could not fetch “{name}”, so the ticket keeps no copy of it. You can add it on the \
            ticket's page."
        ),
    }
}

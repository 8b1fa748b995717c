//! Posting something once, although an answer of Slack's may be lost.
//!
//! Slack has no key that makes a second post harmless. So each message carries what it tells as
//! metadata, and when it is not known whether it arrived, Slack is asked for it before it is posted
//! again; see <https://docs.slack.dev/messaging/message-metadata>.

use serde_json::{Value, json};

use crate::{CallError, Slack};

/// The kind of metadata that messages of Eider carry.
const EVENT_TYPE: &str = "eider_told";
/// How many of the latest messages are looked through for one that may have arrived.
const LOOKED_THROUGH: u32 = 200;

/// Something to be posted once.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    /// The channel, of the support or of direct messages.
    pub(crate) channel: String,
    /// The root of the thread; none for the root itself and for direct messages.
    pub(crate) thread_ts: Option<String>,
    /// What it tells: the same thing is posted once.
    pub(crate) key: String,
    /// The words, for notifications and where blocks cannot be shown.
    pub(crate) text: String,
    /// The blocks; the words alone when there are none.
    pub(crate) blocks: Vec<Value>,
}

/// Where something was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    /// Its place in the channel.
    pub(crate) ts: String,
    /// It was meant for a thread and stands outside: the root is gone.
    pub(crate) is_outside: bool,
}

impl Slack {
    /// Posts something. With `is_uncertain`, it may have been posted before.
    pub(crate) async fn post_once(
        &self,
        team: &str,
        post: &Post,
        is_uncertain: bool,
    ) -> Result<Posted, CallError> {
        if is_uncertain && let Some(ts) = self.posted_before(team, post).await? {
            return Ok(Posted {
                ts,
                is_outside: false,
            });
        }
        let mut body = json!({
            "channel": post.channel,
            "text": post.text,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": post.key}},
            "unfurl_links": false,
            "unfurl_media": false,
        });
        if !post.blocks.is_empty() {
            body["blocks"] = post.blocks.clone().into();
        }
        if let Some(thread) = &post.thread_ts {
            body["thread_ts"] = thread.as_str().into();
        }
        let answer = self.call(team, "chat.postMessage", &body).await?;
        let in_thread = answer.pointer("/message/thread_ts").is_some();
        Ok(Posted {
            ts: answer["ts"].as_str().unwrap_or_default().to_owned(),
            is_outside: post.thread_ts.is_some() && !in_thread,
        })
    }

    /// Where something stands that was posted with the key of `post`, if it is found.
    pub(crate) async fn posted_before(
        &self,
        team: &str,
        post: &Post,
    ) -> Result<Option<String>, CallError> {
        let mut body = json!({
            "channel": post.channel,
            "limit": LOOKED_THROUGH,
            "include_all_metadata": true,
        });
        let mut cursor = String::new();
        loop {
            if !cursor.is_empty() {
                body["cursor"] = cursor.as_str().into();
            }
            let method = match &post.thread_ts {
                Some(thread) => {
                    body["ts"] = thread.as_str().into();
                    "conversations.replies"
                }
                None => "conversations.history",
            };
            let answer = match self.call(team, method, &body).await {
                // Without its root there is no thread in which it could stand.
                Err(error) if error.code() == "thread_not_found" => return Ok(None),
                answer => answer?,
            };
            let messages = answer["messages"].as_array().cloned().unwrap_or_default();
            let found = messages.iter().find(|message| {
                message["metadata"]["event_type"] == EVENT_TYPE
                    && message["metadata"]["event_payload"]["key"] == post.key.as_str()
            });
            if let Some(found) = found {
                return Ok(found["ts"].as_str().map(str::to_owned));
            }
            // History comes newest first, so its first page will do; replies come oldest first.
            let next = answer.pointer("/response_metadata/next_cursor");
            match next.and_then(Value::as_str).filter(|next| !next.is_empty()) {
                Some(next) if post.thread_ts.is_some() => cursor = next.to_owned(),
                _ => return Ok(None),
            }
        }
    }
}

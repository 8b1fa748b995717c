//! What people write on the web, correct there and take back, in the thread; and files.

use eider_app::slack::body_hash;
use eider_domain::{AttachmentId, MessageId, PersonId, fact::Fact};
use eider_store::{
    fact::Recorded,
    message::{self, Message},
    slack::message::{self as same, Same, Standing},
};
use serde_json::json;

use super::{post::Post, tell::Scene};
use crate::{CallError, Slack, kit, mrkdwn};

/// Slack takes no longer text when a message is edited, and every message of ours may be.
const PART_LIMIT: usize = 3_900;
/// What is said before and around the words of a person.
const AROUND_LIMIT: usize = 300;

impl Slack {
    /// Tells what was written, corrected, taken back or added on the web.
    pub(super) async fn tell_written(
        &self,
        scene: &mut Scene,
        recorded: &Recorded,
    ) -> Result<(), CallError> {
        let seq = recorded.seq;
        match &recorded.happened.fact {
            Fact::Replied { message, .. } => self.tell_reply(scene, *message, seq).await?,
            Fact::ReplyEdited { message, .. } => self.tell_edit(scene, *message, seq).await?,
            Fact::ReplyWithdrawn { message } => {
                let by = recorded.happened.actor;
                self.tell_withdrawal(scene, *message, by, seq).await?;
            }
            Fact::FileAttached {
                attachment, name, ..
            } => {
                let by = recorded.happened.actor;
                self.tell_file(scene, *attachment, name, by, seq).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn tell_reply(
        &self,
        scene: &mut Scene,
        id: MessageId,
        seq: i64,
    ) -> Result<(), CallError> {
        let (kept, before) = self.both_sides(id).await?;
        // What was written in a thread stands there already; what was taken back is not told.
        let is_slacks = before.iter().any(|same| same.standing == Standing::Said);
        let Some(kept) = kept.filter(|kept| !is_slacks && kept.withdrawn_at.is_none()) else {
            return Ok(());
        };
        let parts = self.reply_parts(scene, &kept).await?;
        for (part, text) in parts.iter().enumerate() {
            if let Some(ts) = self.post_words(scene, text, part, seq).await? {
                self.note_posted(scene, &kept, &ts).await?;
            }
        }
        Ok(())
    }

    async fn tell_edit(&self, scene: &mut Scene, id: MessageId, seq: i64) -> Result<(), CallError> {
        let (kept, before) = self.both_sides(id).await?;
        let Some(kept) = kept.filter(|kept| kept.withdrawn_at.is_none()) else {
            return Ok(());
        };
        let hash = body_hash(&kept.body);
        let stands: Vec<Same> = before
            .into_iter()
            .filter(|same| same.standing != Standing::Gone)
            .collect();
        if stands.is_empty() || stands.iter().all(|same| same.body_hash == hash) {
            return Ok(());
        }
        let is_ours = stands.iter().all(|same| same.standing == Standing::Posted);
        if is_ours && self.change_parts(scene, &kept, &stands, seq).await? {
            return Ok(());
        }
        // Only whoever wrote it in Slack can change it there.
        let parts = self
            .reply_parts_after(scene, &kept, "corrected this on the web")
            .await?;
        for (part, text) in parts.iter().enumerate() {
            self.post_words(scene, text, part, seq).await?;
        }
        for same in stands {
            self.note_same(Same {
                body_hash: hash.clone(),
                ..same
            })
            .await?;
        }
        Ok(())
    }

    /// Changes what Eider posted. Answers whether Slack let it.
    async fn change_parts(
        &self,
        scene: &mut Scene,
        kept: &Message,
        stands: &[Same],
        seq: i64,
    ) -> Result<bool, CallError> {
        let parts = self.reply_parts(scene, kept).await?;
        let team = scene.thread.team_id.clone();
        for (part, text) in parts.iter().enumerate() {
            let Some(same) = stands.get(part) else {
                if let Some(ts) = self.post_words(scene, text, part, seq).await? {
                    self.note_posted(scene, kept, &ts).await?;
                }
                continue;
            };
            let body = json!({"channel": same.channel_id, "ts": same.ts, "text": text});
            match self.call(&team, "chat.update", &body).await {
                Err(CallError::Refused { code, .. }) if code == "message_not_found" => {}
                Err(CallError::Refused { .. }) => return Ok(false),
                changed => drop(changed?),
            }
            self.note_same(Same {
                body_hash: body_hash(&kept.body),
                ..same.clone()
            })
            .await?;
        }
        for same in stands.iter().skip(parts.len()) {
            self.take_away(&team, same).await?;
        }
        Ok(true)
    }

    async fn tell_withdrawal(
        &self,
        scene: &mut Scene,
        id: MessageId,
        by: Option<PersonId>,
        seq: i64,
    ) -> Result<(), CallError> {
        let (_, before) = self.both_sides(id).await?;
        let team = scene.thread.team_id.clone();
        let mut is_said = false;
        for same in &before {
            match same.standing {
                Standing::Posted => self.take_away(&team, same).await?,
                Standing::Said => is_said = true,
                Standing::Gone => {}
            }
        }
        if is_said {
            let text = took_back(&scene.plain_name(by));
            self.post_words(scene, &text, 0, seq).await?;
            for same in before.into_iter().filter(|s| s.standing == Standing::Said) {
                self.note_same(Same {
                    standing: Standing::Gone,
                    ..same
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn take_away(&self, team: &str, same: &Same) -> Result<(), CallError> {
        let place = json!({"channel": same.channel_id, "ts": same.ts});
        match self.call(team, "chat.delete", &place).await {
            // It is gone, or Slack keeps it whatever we do.
            Err(CallError::Refused { code, .. }) => {
                tracing::info!(code, "a message of ours cannot be taken away");
            }
            gone => drop(gone?),
        }
        self.note_same(Same {
            standing: Standing::Gone,
            ..same.clone()
        })
        .await
    }

    async fn tell_file(
        &self,
        scene: &mut Scene,
        id: AttachmentId,
        name: &str,
        by: Option<PersonId>,
        seq: i64,
    ) -> Result<(), CallError> {
        let mut tx = self.eider().db().read().await?;
        let shared_in = same::file_channel(&mut tx, id).await?;
        drop(tx);
        if shared_in.is_some_and(|channel| !is_private(&channel)) {
            return Ok(());
        }
        let page = self.page(&format!("/attachments/{id}"));
        let text = file_added(&scene.plain_name(by), &page, name);
        self.post_words(scene, &text, 0, seq).await.map(drop)
    }

    async fn reply_parts(&self, scene: &Scene, kept: &Message) -> Result<Vec<String>, CallError> {
        let mut tx = self.eider().db().read().await?;
        let stands = same::of(&mut tx, kept.id).await?;
        drop(tx);
        let is_private = stands.iter().any(|same| is_private(&same.channel_id));
        let where_written = if is_private {
            "answered me"
        } else {
            "wrote on the web"
        };
        self.reply_parts_after(scene, kept, where_written).await
    }

    /// What a message says in Slack, after a word of who wrote it.
    async fn reply_parts_after(
        &self,
        scene: &Scene,
        kept: &Message,
        what: &str,
    ) -> Result<Vec<String>, CallError> {
        let team = &scene.thread.team_id;
        let people = self.people_of_eider(team, &kept.body).await?;
        let body = mrkdwn::from_markdown(&kept.body, &people);
        let who = kit::cut(&scene.plain_name(Some(kept.author)), AROUND_LIMIT);
        Ok(mrkdwn::parts(&said(&who, what, &body), PART_LIMIT))
    }

    /// Posts words in the thread, once. Answers where they stand, unless they were told before.
    async fn post_words(
        &self,
        scene: &mut Scene,
        text: &str,
        part: usize,
        seq: i64,
    ) -> Result<Option<String>, CallError> {
        let post = Post {
            channel: scene.thread.channel_id.clone(),
            thread_ts: scene.thread.ts.clone(),
            key: format!("fact {seq} {part}"),
            text: text.to_owned(),
            blocks: Vec::new(),
        };
        self.post_part(scene, seq, part, &post).await
    }

    /// A message, and where it stands for everybody who reads the thread: what somebody wrote to Eider
    /// alone does not.
    async fn both_sides(&self, id: MessageId) -> Result<(Option<Message>, Vec<Same>), CallError> {
        let mut tx = self.eider().db().read().await?;
        let kept = message::by_id(&mut tx, id).await?;
        let mut stands = same::of(&mut tx, id).await?;
        stands.retain(|same| !is_private(&same.channel_id));
        Ok((kept, stands))
    }

    async fn note_posted(&self, scene: &Scene, kept: &Message, ts: &str) -> Result<(), CallError> {
        self.note_same(Same {
            channel_id: scene.thread.channel_id.clone(),
            ts: ts.to_owned(),
            message: kept.id,
            part: 0,
            standing: Standing::Posted,
            body_hash: body_hash(&kept.body),
        })
        .await
    }

    async fn note_same(&self, now_same: Same) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        same::put(&mut tx, &now_same).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether that is the channel of direct messages between somebody and Eider: the ids of these begin
/// with a D, see <https://docs.slack.dev/reference/objects/conversation-object>.
fn is_private(channel_id: &str) -> bool {
    channel_id.starts_with('D')
}

/// The words of a person, after a word of who they are.
pub(super) fn said(who: &str, what: &str, body: &str) -> String {
    format!("{who} {what}:\n{body}")
}

pub(super) fn took_back(who: &str) -> String {
    format!("{who} took back on the web what they had written here.")
}

pub(super) fn file_added(who: &str, page: &str, name: &str) -> String {
    let file = kit::escape(&name.replace('|', " "));
    format!("{who} added a file: <{page}|{file}>")
}

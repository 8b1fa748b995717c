//! The root of a thread: posted once, and again when somebody deleted it.

use eider_store::slack::thread;
use serde_json::json;

use super::{post::Post, tell::Scene};
use crate::{CallError, Slack, manners::is_good};

impl Slack {
    /// Posts the root of the thread.
    pub(super) async fn begin(&self, scene: &mut Scene) -> Result<(), CallError> {
        let card = self.draw(scene);
        let is_uncertain = scene.thread.telling_seq.is_some();
        scene.thread.telling_seq = Some(scene.thread.told_seq);
        self.save(&scene.thread).await?;
        let post = Post {
            channel: scene.thread.channel_id.clone(),
            thread_ts: None,
            key: format!("card {}", scene.ticket.number),
            text: card.text.clone(),
            blocks: card.blocks.clone(),
        };
        let posted = self
            .post_once(&scene.thread.team_id, &post, is_uncertain)
            .await?;
        scene.thread.ts = Some(posted.ts);
        scene.thread.telling_seq = None;
        scene.thread.card_hash = Some(card.hash());
        scene.thread.card_at = Some(self.eider().now());
        self.save(&scene.thread).await?;
        self.thank(scene).await?;
        self.lead_back(scene).await
    }

    /// Whoever told everything that helps is thanked, once.
    async fn thank(&self, scene: &Scene) -> Result<(), CallError> {
        let mut tx = self.eider().db().read().await?;
        let is_first = thread::last_root(&mut tx, scene.ticket.id).await?.is_none();
        drop(tx);
        if !is_first || !is_good(&scene.ticket.report) {
            return Ok(());
        }
        let post = Post {
            channel: scene.thread.channel_id.clone(),
            thread_ts: scene.thread.ts.clone(),
            key: "thanks".to_owned(),
            text: thanks(&scene.plain_name(Some(scene.ticket.reporter))),
            blocks: Vec::new(),
        };
        // It is a courtesy, and not worth holding anything up.
        if let Err(error) = self.post_once(&scene.thread.team_id, &post, false).await {
            tracing::info!(%error, "a good report is not thanked");
        }
        Ok(())
    }

    /// Below a card that took the place of a deleted one, tells where the thread was before.
    async fn lead_back(&self, scene: &Scene) -> Result<(), CallError> {
        let mut tx = self.eider().db().read().await?;
        let before = thread::last_root(&mut tx, scene.ticket.id).await?;
        drop(tx);
        let Some((channel, ts)) = before else {
            return Ok(());
        };
        let team = &scene.thread.team_id;
        let Some(link) = self.left_of(team, &channel, &ts).await else {
            // Nothing is left there to be read.
            return Ok(());
        };
        let post = Post {
            channel: scene.thread.channel_id.clone(),
            thread_ts: scene.thread.ts.clone(),
            key: format!("leads back to {ts}"),
            text: leads_back(&link),
            blocks: Vec::new(),
        };
        // It is a courtesy: a thread without it is as good.
        if let Err(error) = self.post_once(team, &post, true).await {
            tracing::info!(%error, "a thread is not told where it was before");
        }
        Ok(())
    }

    /// The address of what is left of a thread whose root was deleted: its first reply leads into it.
    async fn left_of(&self, team: &str, channel: &str, root: &str) -> Option<String> {
        let asks = json!({"channel": channel, "ts": root, "limit": 2});
        let told = self.call(team, "conversations.replies", &asks).await.ok()?;
        let mut messages = told["messages"].as_array()?.iter();
        let reply = messages.find_map(|one| one["ts"].as_str().filter(|ts| *ts != root))?;
        let asks = json!({"channel": channel, "message_ts": reply});
        let told = self.call(team, "chat.getPermalink", &asks).await.ok()?;
        told["permalink"].as_str().map(str::to_owned)
    }

    /// The card is gone: the thread gets another root, and what is said below the old one still
    /// belongs to it.
    pub(super) async fn lose_root(&self, scene: &mut Scene) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        if let Some(ts) = scene.thread.ts.take() {
            thread::put_root(&mut tx, scene.ticket.id, &scene.thread.channel_id, &ts).await?;
        }
        scene.thread.telling_seq = None;
        scene.thread.card_hash = None;
        thread::put(&mut tx, &scene.thread).await?;
        Ok(tx.commit().await?)
    }
}

pub(super) fn thanks(name: &str) -> String {
    format!(
        "Thank you, {name}. The steps, what you expected and where you tried it make this much \
        quicker to put right."
    )
}

pub(super) fn leads_back(link: &str) -> String {
    format!(
        "The first message of this thread was deleted, so it goes on here. What was said before is \
        <{link}|in the old thread>; what is still written there is kept too."
    )
}

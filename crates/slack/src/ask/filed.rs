//! What is shown when a question is filed; the link to its thread follows when that is there.

use eider_app::desk::Desk;
use eider_domain::{TicketId, ticket::Ticket};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{job, slack::thread, ticket};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{answers::About, form};
use crate::{CallError, Slack, kit};

/// The kind of job that adds the link to a thread to the modal that asked; its payload are the
/// workspace, the modal, the ticket and how often it was tried.
const LINK_JOB: &str = "slack.filed";
/// How often a thread is waited for, and how long each time.
const TRIES: u32 = 8;
const WAIT: SignedDuration = SignedDuration::from_secs(1);

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(LINK_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.link_filed(&claimed).await.map_err(Again::from) }
    })
}

impl Slack {
    /// The blocks that say how a ticket was filed.
    pub(super) async fn filed(
        &self,
        ticket: &Ticket,
        thread: Option<&str>,
    ) -> Result<Vec<Value>, CallError> {
        let desk = self.eider().desk().await?;
        let page = self.page(&format!("/tickets/{}", ticket.number));
        Ok(blocks(ticket, &desk, self.eider().now(), &page, thread))
    }

    /// Adds the link to the thread to the modal, once the thread is there.
    pub(super) async fn link_later(
        &self,
        team: &str,
        view: &str,
        ticket: TicketId,
    ) -> Result<(), CallError> {
        self.queue_link(team, view, ticket, 0).await
    }

    async fn queue_link(
        &self,
        team: &str,
        view: &str,
        ticket: TicketId,
        tried: u32,
    ) -> Result<(), CallError> {
        let now = self.eider().now();
        let run_at = now.saturating_add(WAIT).unwrap_or(now);
        let job = NewJob {
            id: self.eider().ids().id(now),
            kind: LINK_JOB,
            payload: format!("{team} {view} {} {tried}", ticket.0),
            run_at,
            dedup_key: Some(format!("{LINK_JOB}:{view}")),
        };
        let mut tx = self.eider().db().write().await?;
        job::enqueue(&mut tx, &job).await?;
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }

    async fn link_filed(&self, claimed: &Claimed) -> Result<(), CallError> {
        let words: Vec<&str> = claimed.payload.split(' ').collect();
        let [team, view, ticket, tried] = words.as_slice() else {
            return Ok(());
        };
        let (Ok(id), Ok(tried)) = (ticket.parse::<uuid::Uuid>(), tried.parse::<u32>()) else {
            return Ok(());
        };
        let id = TicketId::from(id);
        let mut tx = self.eider().db().read().await?;
        let begun = thread::of(&mut tx, id).await?;
        let ticket = ticket::by_id(&mut tx, id).await?;
        drop(tx);
        let Some(ticket) = ticket else { return Ok(()) };
        let Some((channel, ts)) = begun.and_then(|begun| Some((begun.channel_id, begun.ts?)))
        else {
            if tried == 0 {
                // What the form was answered at once may have reached Slack after what was shown.
                self.show_again(team, view, &ticket, None).await?;
            }
            if tried < TRIES {
                self.queue_link(team, view, id, tried + 1).await?;
            }
            return Ok(());
        };
        let body = json!({"channel": channel, "message_ts": ts});
        let link = match self.call(team, "chat.getPermalink", &body).await {
            Err(CallError::Refused { .. }) => return Ok(()),
            link => link?,
        };
        self.show_again(team, view, &ticket, link["permalink"].as_str())
            .await
    }

    /// Shows in the modal how a ticket was filed, if it is still open.
    async fn show_again(
        &self,
        team: &str,
        view: &str,
        ticket: &Ticket,
        thread: Option<&str>,
    ) -> Result<(), CallError> {
        let blocks = self.filed(ticket, thread).await?;
        let body = json!({"view_id": view, "view": form::notice(&About::default(), blocks)});
        match self.call(team, "views.update", &body).await {
            Err(CallError::Refused { .. }) => Ok(()),
            shown => shown.map(drop),
        }
    }
}

/// The blocks that say how a ticket was filed, with the links that are there already.
pub(super) fn blocks(
    ticket: &Ticket,
    desk: &Desk,
    now: Timestamp,
    page: &str,
    thread: Option<&str>,
) -> Vec<Value> {
    let goals = desk.levels.of(ticket.priority);
    let due = ticket.resolve.reading(goals.resolve, now).due_at;
    let due = due.map_or_else(String::new, |due| {
        format!("\nIt is due {}.", kit::due_and_ago(due))
    });
    let priority = desk.priority(ticket.priority);
    let happens = priority.map_or("", |priority| priority.consequence.as_str());
    let text = format!(
        ":white_check_mark: *<{page}|{}> is filed.* {}{due}",
        ticket.number,
        kit::escape(&kit::cut(happens, 400)),
    );
    let mut buttons = Vec::new();
    if let Some(thread) = thread {
        let mut button = kit::link_button("Open the thread", "open", thread);
        button["style"] = "primary".into();
        buttons.push(button);
    }
    buttons.push(kit::link_button("Open on the web", "open-page", page));
    vec![
        kit::section(&text),
        kit::section(&format!("*{}*", kit::escape(&ticket.title))),
        kit::context(&[
            "Everything about it is in its thread. Drop pictures and files there.".to_owned(),
        ]),
        kit::actions("ask-filed", buttons),
    ]
}

//! Working off what Slack sent: finds out what it is and who did it, and hands it to its module.

use eider_app::{once::OnceKey, slack::REQUEST_JOB};
use eider_domain::access::Actor;
use eider_jobs::{Again, Claimed, Handlers};
use eider_store::slack::request;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::{CallError, Slack, ask, deed, manners, on_call, page, receive::Kind};

/// Slack opens nothing by a trigger that is older than this.
const TRIGGER_LASTS: SignedDuration = SignedDuration::from_secs(3);

/// How something is answered before the work on it begins.
#[derive(Debug)]
pub(crate) struct Immediate {
    /// What Slack is answered; nothing in particular when it is none.
    pub(crate) answer: Option<Value>,
    /// Whether there is anything to do.
    pub(crate) is_work: bool,
}

impl Immediate {
    /// Something to do, of which Slack needs to know nothing yet.
    pub(crate) fn work() -> Self {
        Self {
            answer: None,
            is_work: true,
        }
    }
}

/// Something that somebody did in Slack.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The request as it is kept.
    pub(crate) request: Uuid,
    /// The workspace.
    pub(crate) team: String,
    /// Who did it.
    pub(crate) user: String,
    /// Where, if it was in a channel.
    pub(crate) channel: Option<String>,
    /// What opens a modal, within three seconds.
    pub(crate) trigger: Option<String>,
    /// Where a private answer goes, if Slack gave an address.
    pub(crate) response_url: Option<String>,
    /// When it came.
    pub(crate) received_at: Timestamp,
    /// Everything that Slack told.
    pub(crate) body: Value,
}

impl Asked {
    /// What opens a modal, unless so much time has passed that Slack would refuse it.
    pub(crate) fn trigger_at(&self, now: Timestamp) -> Option<&str> {
        let age = now.duration_since(self.received_at);
        self.trigger.as_deref().filter(|_| age < TRIGGER_LASTS)
    }

    /// The key by which what was asked is done once, however often the job runs.
    pub(crate) fn once(&self, actor: &Actor) -> OnceKey {
        OnceKey::new(
            actor.person,
            "slack request",
            &self.request.to_string(),
            &[],
        )
    }
}

/// What answers Slack before the work begins.
pub(crate) async fn immediate(
    slack: &Slack,
    _kind: Kind,
    body: &Value,
) -> Result<Immediate, CallError> {
    if let Some(immediate) = ask::immediate(slack, body).await? {
        return Ok(immediate);
    }
    if let Some(immediate) = deed::immediate(slack, body).await? {
        return Ok(immediate);
    }
    let immediate = page::immediate(body).or_else(|| on_call::immediate(body));
    Ok(immediate.unwrap_or_else(Immediate::work))
}

/// What is offered to somebody who types in a list.
pub(crate) async fn options(slack: &Slack, body: &Value) -> Result<Value, CallError> {
    match body["action_id"].as_str() {
        Some("feature") => ask::features(slack, body).await,
        Some(deed::RESPONDER | on_call::STAND_IN) => deed::responders(slack, body).await,
        _ => Ok(serde_json::json!({"options": []})),
    }
}

pub(crate) fn handlers(slack: &Slack) -> Handlers {
    let worker = slack.clone();
    let handlers = ask::handlers(slack, Handlers::default());
    handlers.with(REQUEST_JOB, move |claimed| {
        let slack = worker.clone();
        async move { slack.work_off(&claimed).await.map_err(Again::from) }
    })
}

impl Slack {
    async fn work_off(&self, claimed: &Claimed) -> Result<(), CallError> {
        let Ok(id) = claimed.payload.parse::<Uuid>() else {
            return Ok(());
        };
        let mut tx = self.eider().db().read().await?;
        let kept = request::waiting(&mut tx, id).await?;
        drop(tx);
        let Some(kept) = kept else { return Ok(()) };
        let body: Value = serde_json::from_str(&kept.body).unwrap_or_default();
        let asked = asked(id, body, kept.received_at);
        let done = match Kind::parse(&kept.kind) {
            Some(Kind::Event) => self.happened(&asked).await,
            Some(Kind::Interaction) => self.interacted(&asked).await,
            Some(Kind::Command) => self.commanded(&asked).await,
            None => Ok(()),
        };
        match done {
            // Trying again would be refused again.
            Err(error @ CallError::Refused { .. }) if !error.is_about_us() => {
                tracing::warn!(%error, "Slack refuses an answer to what somebody did");
            }
            // The workspace was disconnected: there is nobody to answer.
            Err(CallError::NotConnected) => {}
            done => done?,
        }
        let mut tx = self.eider().db().write().await?;
        request::done(&mut tx, id, self.eider().now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn happened(&self, asked: &Asked) -> Result<(), CallError> {
        self.connection_changed(&asked.team, &asked.body["event"])
            .await?;
        match asked.body["event"]["type"].as_str() {
            Some("app_home_opened") => self.home_opened(asked).await,
            Some("message") => self.heard(asked).await,
            Some("app_mention") => self.mentioned(asked).await,
            _ => self.changed_in_slack(asked).await,
        }
    }

    async fn interacted(&self, asked: &Asked) -> Result<(), CallError> {
        match asked.body["type"].as_str() {
            Some("block_actions") if ask::is_of_form(&asked.body) => {
                self.pressed_in_form(asked).await
            }
            Some("block_actions")
                if asked.body.pointer("/actions/0/action_id")
                    == Some(&manners::MAKE_OF_MESSAGE.into()) =>
            {
                self.make_of_message(asked).await
            }
            Some("block_actions")
                if asked.body.pointer("/actions/0/action_id")
                    == Some(&manners::ADD_MESSAGE.into()) =>
            {
                self.add_message(asked).await
            }
            Some("block_actions") if page::is_pressed(&asked.body) => {
                self.pressed_on_page(asked).await
            }
            Some("block_actions") if on_call::is_pressed(&asked.body) => {
                self.pressed_on_call(asked).await
            }
            Some("block_actions") => self.pressed(asked).await,
            Some("view_submission") if asked.body["view"]["callback_id"] == ask::ASK => {
                self.file_form(asked).await
            }
            Some("shortcut" | "message_action")
                if asked.body["callback_id"] == ask::ASK
                    || asked.body["callback_id"] == ask::MAKE_TICKET =>
            {
                self.open_form(asked).await
            }
            Some("view_submission") if deed::is_deed(&asked.body) => self.do_deed(asked).await,
            Some("view_submission") if on_call::is_form(&asked.body) => {
                self.do_on_call_form(asked).await
            }
            Some("view_submission") if page::is_form(&asked.body) => self.do_page_form(asked).await,
            other => {
                tracing::debug!(other, "an interaction of Slack that concerns nothing here");
                Ok(())
            }
        }
    }

    async fn commanded(&self, asked: &Asked) -> Result<(), CallError> {
        if on_call::is_command(asked) {
            return self.answer_on_call(asked).await;
        }
        self.answer_command(asked).await
    }
}

/// Commands name things in one way, interactions in another, events in a third.
fn asked(request: Uuid, body: Value, received_at: Timestamp) -> Asked {
    let text = |paths: &[&str]| {
        let found = paths.iter().find_map(|path| body.pointer(path)?.as_str());
        found.map(str::to_owned)
    };
    Asked {
        request,
        team: text(&["/team_id", "/team/id", "/user/team_id"]).unwrap_or_default(),
        user: text(&[
            "/user_id",
            "/user/id",
            "/event/user",
            "/event/message/user",
            "/event/previous_message/user",
        ])
        .unwrap_or_default(),
        channel: text(&[
            "/channel_id",
            "/channel/id",
            "/container/channel_id",
            "/event/channel",
        ]),
        trigger: text(&["/trigger_id"]),
        response_url: text(&["/response_url"]),
        received_at,
        body,
    }
}

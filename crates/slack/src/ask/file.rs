//! Filing what was sent: answered at once, then done, then shown.

use std::time::Duration;

use eider_app::{
    Error, FieldError,
    desk::Desk,
    once::OnceKey,
    slack::{Asking, Who},
    ticket,
};
use eider_domain::{access::Actor, feature::parse_url, ticket::Ticket};
use eider_store::slack::person;
use serde_json::{Map, Value, json};

use super::{
    ASK,
    answers::{About, Answers, Quoted},
    form::{self, Form},
    open_again,
    similar::Offers,
};
use crate::{
    CallError, Slack, kit,
    mirror::post::Post,
    request::{Asked, Immediate},
};

/// Somebody waits for the answer, so looking for what resembles their question takes no longer.
const LOOK_FOR: Duration = Duration::from_millis(1_200);

/// The answer to a form that is sent: errors at their fields, what it may be already, or that it
/// is being filed.
pub(crate) async fn immediate(slack: &Slack, body: &Value) -> Result<Option<Immediate>, CallError> {
    if body["type"] != "view_submission" || body["view"]["callback_id"] != ASK {
        return Ok(None);
    }
    let desk = slack.eider().desk().await?;
    let answers = Answers::of(body);
    let about = About::of(body, uuid::Uuid::nil());
    let errors = errors(&answers, &desk, slack.eider().now())?;
    if !errors.is_empty() {
        let errors = at_blocks(&errors, body);
        return Ok(Some(Immediate {
            answer: Some(json!({"response_action": "errors", "errors": errors})),
            is_work: false,
        }));
    }
    if !about.offered {
        let looking = tokio::time::timeout(LOOK_FOR, slack.offers_before(body, &answers)).await;
        // Whoever cannot be shown what it may be files it.
        let offers = match looking {
            Ok(Ok(offers)) => offers,
            Ok(Err(error)) => {
                tracing::warn!(%error, "what resembles a question could not be looked for");
                Offers::default()
            }
            Err(_) => Offers::default(),
        };
        if !offers.is_empty() {
            let form = Form {
                desk: &desk,
                now: slack.eider().now(),
                answers: &answers,
                about: &about,
                offers: &offers,
                trouble: None,
            };
            return Ok(Some(updated(form.view(), false)));
        }
    }
    Ok(Some(updated(form::filing(&about), true)))
}

fn updated(view: Value, is_work: bool) -> Immediate {
    Immediate {
        answer: Some(json!({"response_action": "update", "view": view})),
        is_work,
    }
}

/// Everything that is wrong with the answers.
pub(super) fn errors(
    answers: &Answers,
    desk: &Desk,
    now: jiff::Timestamp,
) -> Result<Vec<FieldError>, CallError> {
    let (ask, mut errors) = answers.question(desk);
    match ticket::check(ask, desk, now) {
        Ok(_) => {}
        Err(Error::Invalid(found)) => errors.extend(found),
        Err(error) => return Err(error.into()),
    }
    Ok(errors)
}

/// Errors by the block that they stand at. What has no block stands at the title.
pub(super) fn at_blocks(errors: &[FieldError], body: &Value) -> Map<String, Value> {
    let blocks = body["view"]["blocks"].as_array();
    let is_there = |name: &str| {
        let inputs = blocks.into_iter().flatten();
        inputs
            .filter(|block| block["type"] == "input")
            .any(|block| block["block_id"] == name)
    };
    let mut placed = Map::new();
    for error in errors {
        let field = match error.field {
            "tried" => "works_on",
            field => field,
        };
        let block = if is_there(field) { field } else { "title" };
        placed
            .entry(block)
            .or_insert_with(|| kit::cut(&error.message, 1_000).into());
    }
    placed
}

impl Slack {
    /// What resembles a question, for whoever is known without asking Slack.
    async fn offers_before(&self, body: &Value, answers: &Answers) -> Result<Offers, CallError> {
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str);
        let (Some(team), Some(user)) = (text("/team/id"), text("/user/id")) else {
            return Ok(Offers::default());
        };
        let mut tx = self.eider().db().read().await?;
        let met = person::by_id(&mut tx, team, user).await?;
        drop(tx);
        let Some(met) = met else {
            return Ok(Offers::default());
        };
        match eider_app::slack::recognise(self.eider(), met).await? {
            Who::Known { actor, .. } => self.offers(&actor, answers).await,
            _ => Ok(Offers::default()),
        }
    }

    /// Files what was sent, and shows in the modal what became of it.
    pub(crate) async fn file_form(&self, asked: &Asked) -> Result<(), CallError> {
        let about = About::of(&asked.body, asked.request);
        let answers = Answers::of(&asked.body);
        let Some(actor) = self.actor(asked).await? else {
            let view = form::notice(&about, vec![kit::section(WHO_FIRST)]);
            return self.show(asked, view).await.map(drop);
        };
        match self.open_ticket(asked, &actor, &answers, &about).await? {
            Ok(ticket) => self.show_filed(asked, &ticket, &about).await,
            Err(error) => self.show_trouble(asked, &answers, &about, &error).await,
        }
    }

    /// Opens the ticket. What cannot be mended by trying again is answered as the inner error.
    async fn open_ticket(
        &self,
        asked: &Asked,
        actor: &Actor,
        answers: &Answers,
        about: &About,
    ) -> Result<Result<Ticket, Error>, CallError> {
        let desk = self.eider().desk().await?;
        let (mut ask, _) = answers.question(&desk);
        let mut reporter = None;
        if let (Some(message), Some(channel)) = (&about.message, &about.channel) {
            let link = self.permalink(&asked.team, channel, &message.ts).await?;
            let link = link.or_else(|| address_of(asked, channel, message));
            ask.report.links.extend(link);
            match self.author(asked, message).await? {
                Author::Known(author) => reporter = Some(author),
                Author::Named(name) => {
                    let note = format!("\n\n— written by {name} in Slack");
                    ask.report.what.push_str(&note);
                }
                Author::Themself => {}
            }
        }
        let asking = Asking {
            ask,
            reporter,
            place: about
                .channel
                .clone()
                .map(|channel| (asked.team.clone(), channel)),
            cannot_wait: answers.cannot_wait(),
        };
        let key = OnceKey::new(actor.person, "slack ask", &about.key, &[]);
        match eider_app::slack::ask(self.eider(), actor, asking, &key).await {
            Ok(ticket) => Ok(Ok(ticket)),
            Err(Error::Store(error)) => Err(error.into()),
            Err(error) => Ok(Err(error)),
        }
    }

    /// The address of a message, if it can be told.
    async fn permalink(
        &self,
        team: &str,
        channel: &str,
        ts: &str,
    ) -> Result<Option<String>, CallError> {
        let body = json!({"channel": channel, "message_ts": ts});
        match self.call(team, "chat.getPermalink", &body).await {
            Ok(answer) => Ok(answer["permalink"]
                .as_str()
                .and_then(|link| parse_url(link).ok())),
            Err(CallError::Refused { code, .. }) => {
                tracing::info!(code, "a message cannot be linked");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn author(&self, asked: &Asked, message: &Quoted) -> Result<Author, CallError> {
        let Some(author) = message
            .author
            .as_ref()
            .filter(|author| **author != asked.user)
        else {
            return Ok(Author::Themself);
        };
        match self.who(&asked.team, author).await {
            Ok(Who::Known { actor, .. }) => Ok(Author::Known(actor)),
            Ok(_) => {
                let met = self.meet(&asked.team, author).await?;
                Ok(Author::Named(met.name))
            }
            Err(CallError::Refused { .. }) => Ok(Author::Named("somebody".to_owned())),
            Err(error) => Err(error),
        }
    }

    async fn show_filed(
        &self,
        asked: &Asked,
        ticket: &Ticket,
        about: &About,
    ) -> Result<(), CallError> {
        if let (Some(message), Some(channel)) = (&about.message, &about.channel) {
            self.answer_message(asked, ticket, channel, message).await?;
        }
        let blocks = self.filed(ticket, None).await?;
        if self
            .show(asked, form::notice(about, blocks.clone()))
            .await?
        {
            let view = asked.body["view"]["id"].as_str().unwrap_or_default();
            return self.link_later(&asked.team, view, ticket.id).await;
        }
        let text = format!("{} is filed: {}", ticket.number, kit::escape(&ticket.title));
        self.tell_directly(asked, &format!("filed {}", about.key), text, blocks)
            .await
    }

    /// Why it was not filed, with everything that was written.
    async fn show_trouble(
        &self,
        asked: &Asked,
        answers: &Answers,
        about: &About,
        error: &Error,
    ) -> Result<(), CallError> {
        let desk = self.eider().desk().await?;
        let sentence = error.to_string();
        let form = Form {
            desk: &desk,
            now: self.eider().now(),
            answers,
            about,
            offers: &Offers::default(),
            trouble: Some(&sentence),
        };
        if self.show(asked, form.view()).await? {
            return Ok(());
        }
        let (text, blocks) = not_filed(answers, &sentence, asked.request);
        self.tell_directly(asked, &format!("trouble {}", asked.request), text, blocks)
            .await
    }

    async fn tell_directly(
        &self,
        asked: &Asked,
        key: &str,
        text: String,
        blocks: Vec<Value>,
    ) -> Result<(), CallError> {
        let post = Post {
            channel: self.direct_channel(&asked.team, &asked.user).await?,
            thread_ts: None,
            key: key.to_owned(),
            text,
            blocks,
        };
        self.post_once(&asked.team, &post, true).await.map(drop)
    }

    /// Answers the message that a ticket was made from in its thread.
    async fn answer_message(
        &self,
        asked: &Asked,
        ticket: &Ticket,
        channel: &str,
        message: &Quoted,
    ) -> Result<(), CallError> {
        let page = self.page(&format!("/tickets/{}", ticket.number));
        let text = format!(
            "<@{}> made a ticket of this: <{page}|{}> {}",
            asked.user,
            ticket.number,
            kit::escape(&ticket.title)
        );
        let post = Post {
            channel: channel.to_owned(),
            thread_ts: Some(message.thread.clone()),
            key: format!("made {}", ticket.number),
            text: text.clone(),
            blocks: Vec::new(),
        };
        match self.post_once(&asked.team, &post, true).await {
            // Eider is not in that channel, or may not write there: whoever asked is told alone.
            Err(CallError::Refused { code, .. }) => {
                tracing::info!(code, "a message could not be answered");
                let text = format!(
                    "<{page}|{}> is filed: {}. I am not where its message stands, so nobody there \
                    knows of it yet; you may want to say so.",
                    ticket.number,
                    kit::escape(&ticket.title)
                );
                let key = format!("made {} alone", ticket.number);
                self.tell_directly(asked, &key, text, Vec::new()).await
            }
            posted => posted.map(drop),
        }
    }
}

/// Where a message stands, as Slack writes addresses, for one that it does not tell Eider of.
fn address_of(asked: &Asked, channel: &str, message: &Quoted) -> Option<String> {
    let domain = asked.body.pointer("/team/domain")?.as_str()?;
    let place = message.ts.replace('.', "");
    let mut link = format!("https://{domain}.slack.com/archives/{channel}/p{place}");
    if message.thread != message.ts {
        link.push_str(&format!("?thread_ts={}&cid={channel}", message.thread));
    }
    parse_url(&link).ok()
}

pub(super) const WHO_FIRST: &str = ":wave: *Not filed yet.* I sent you a message about your \
    account. Do what it says, and your question is filed at once. What you wrote is kept.";

/// What somebody is told whose form is closed already: why it is not filed, and what they wrote.
pub(super) fn not_filed(
    answers: &Answers,
    sentence: &str,
    request: uuid::Uuid,
) -> (String, Vec<Value>) {
    let text = format!("Your question is not filed yet. {}", kit::escape(sentence));
    let written = format!(
        "*{}*\n{}",
        kit::escape(&answers.written.title),
        kit::escape(&kit::cut(&answers.written.what, 2_000))
    );
    let blocks = vec![
        kit::section(&format!(":warning: *{text}*")),
        kit::section(&written),
        kit::actions("ask-open", vec![open_again(request)]),
    ];
    (text, blocks)
}

/// Who wrote a message that a ticket is made from.
enum Author {
    Known(Actor),
    Named(String),
    Themself,
}

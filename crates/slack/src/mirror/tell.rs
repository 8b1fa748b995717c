//! Tells a ticket's thread what it has not been told, and brings the card to the present.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use eider_app::{
    desk::Desk,
    page::{self, PageView},
};
use eider_domain::{
    PersonId, TicketId,
    fact::Fact,
    person::{Role, Standing},
    ticket::Ticket,
};
use eider_jobs::{Again, Claimed, NewJob};
use eider_store::{
    fact::{self, Recorded},
    job, person,
    slack::{person as slack_person, thread, thread::Thread},
    ticket,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    TELL_JOB,
    card::{Card, Shown},
    post::Post,
    sentence::{Context, Telling, To},
};
use crate::{CallError, Slack, kit};

/// A card is drawn again at most once in this time, however much happens.
const CARD_REST: SignedDuration = SignedDuration::from_secs(3);
/// Shorter than the lease of a job, so that no other worker begins meanwhile.
const WORK_LIMIT: Duration = Duration::from_secs(12);
/// How many facts are looked at in one go.
const FACTS_A_GO: i64 = 100;
/// How many leads hear of a breach.
const LEADS_LIMIT: usize = 5;

pub(super) async fn run(slack: &Slack, claimed: &Claimed) -> Result<(), Again> {
    let Ok(id) = claimed.payload.parse::<uuid::Uuid>() else {
        return Ok(());
    };
    let ticket = TicketId::from(id);
    // A clock that jumps may end a lease while its work goes on.
    let Some(_turn) = Turn::begin(slack, ticket) else {
        let soon = slack.eider().now().saturating_add(CARD_REST);
        let soon = soon.unwrap_or_else(|_| slack.eider().now());
        let again = slack.tell_again(ticket, soon).await;
        return again.map_err(Again::from);
    };
    let outcome = match tokio::time::timeout(WORK_LIMIT, slack.tell(ticket)).await {
        Ok(outcome) => outcome,
        Err(_) => return Err(Again::because("Slack is slow")),
    };
    match outcome {
        Ok(None) => {
            let noted = slack.note_trouble(ticket, None).await;
            noted.map_err(Again::from)
        }
        Ok(Some(again)) | Err(CallError::Later(again)) => {
            slack.tell_again(ticket, again).await.map_err(Again::from)
        }
        // Nothing that is tried again will mend these; the settings show them.
        Err(error @ (CallError::Refused { .. } | CallError::NotConnected)) => {
            tracing::warn!(%error, "a thread cannot be told");
            let noted = slack.note_channel_trouble(ticket, &error).await;
            noted.map_err(Again::from)?;
            let noted = slack.note_trouble(ticket, Some(error.to_string())).await;
            noted.map_err(Again::from)
        }
        Err(error) => Err(error.into()),
    }
}

/// That a thread is being told, until this is dropped.
struct Turn {
    slack: Slack,
    ticket: TicketId,
}

impl Turn {
    /// Begins, unless somebody else in this process tells that thread already.
    fn begin(slack: &Slack, ticket: TicketId) -> Option<Self> {
        let mut telling = slack
            .0
            .telling
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        telling.insert(ticket).then(|| Self {
            slack: slack.clone(),
            ticket,
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let telling = &self.slack.0.telling;
        let mut telling = telling.lock().unwrap_or_else(PoisonError::into_inner);
        telling.remove(&self.ticket);
    }
}

/// A ticket as its thread has to show it.
pub(super) struct Scene {
    pub(super) ticket: Ticket,
    pub(super) thread: Thread,
    desk: Arc<Desk>,
    page: String,
    names: HashMap<PersonId, String>,
    users: HashMap<PersonId, String>,
    leads: Vec<PersonId>,
    calling: Option<PageView>,
}

impl Scene {
    fn name(&self, person: PersonId) -> String {
        self.users.get(&person).map_or_else(
            || {
                let name = self.names.get(&person);
                let name = name.map_or("somebody", String::as_str);
                format!("*{}*", kit::escape(name))
            },
            |user| format!("<@{user}>"),
        )
    }

    /// As [`Self::name`], without calling them.
    pub(super) fn plain_name(&self, person: Option<PersonId>) -> String {
        let name = person.and_then(|person| self.names.get(&person));
        format!("*{}*", kit::escape(name.map_or("Somebody", String::as_str)))
    }
}

impl Slack {
    /// Tells what is not told. Answers when to go on, if there is more to do then.
    async fn tell(&self, id: TicketId) -> Result<Option<Timestamp>, CallError> {
        let Some(mut scene) = self.scene(id).await? else {
            return Ok(None);
        };
        let was_troubled = scene.thread.trouble.is_some();
        if scene.thread.ts.is_none() {
            self.begin(&mut scene).await?;
        }
        let mut tx = self.eider().db().read().await?;
        let facts = fact::of_ticket_after(&mut tx, id, scene.thread.told_seq, FACTS_A_GO).await?;
        drop(tx);
        let is_more = i64::try_from(facts.len()).unwrap_or(i64::MAX) == FACTS_A_GO;
        for recorded in &facts {
            self.tell_fact(&mut scene, recorded).await?;
        }
        if is_more {
            return Ok(Some(self.eider().now()));
        }
        let again = self.redraw(&mut scene).await?;
        if was_troubled && again.is_none() {
            self.channel_is_well(&scene.thread).await?;
        }
        Ok(again)
    }

    async fn scene(&self, id: TicketId) -> Result<Option<Scene>, CallError> {
        let mut tx = self.eider().db().read().await?;
        let (Some(thread), Some(ticket)) = (
            thread::of(&mut tx, id).await?,
            ticket::by_id(&mut tx, id).await?,
        ) else {
            return Ok(None);
        };
        let desk = self.eider().desk_in(&mut tx).await?;
        let facts = fact::of_ticket_after(&mut tx, id, thread.told_seq, FACTS_A_GO).await?;
        let mut people = people_of(&ticket, &facts);
        let leads = leads(&mut tx, &ticket).await?;
        people.extend(&leads);
        people.sort_unstable();
        people.dedup();
        let names = person::names(&mut tx, &people).await?;
        let calling = page::about(&mut tx, id).await?;
        let mut users = HashMap::new();
        for person in people {
            if let Some(met) = slack_person::of(&mut tx, &thread.team_id, person).await? {
                users.insert(person, met.user_id);
            }
        }
        Ok(Some(Scene {
            page: self.page(&format!("/tickets/{}", ticket.number)),
            names: names
                .into_iter()
                .map(|(id, name)| (id, name.name))
                .collect(),
            ticket,
            thread,
            desk,
            users,
            leads,
            calling,
        }))
    }

    async fn tell_fact(&self, scene: &mut Scene, recorded: &Recorded) -> Result<(), CallError> {
        self.tell_written(scene, recorded).await?;
        for (part, telling) in tellings(scene, recorded).into_iter().enumerate() {
            let key = format!("fact {} {part}", recorded.seq);
            self.post_telling(scene, recorded.seq, part, telling, key)
                .await?;
        }
        scene.thread.told_seq = recorded.seq;
        scene.thread.telling_seq = None;
        scene.thread.told_parts = 0;
        self.save(&scene.thread).await
    }

    async fn post_telling(
        &self,
        scene: &mut Scene,
        seq: i64,
        part: usize,
        telling: Telling,
        key: String,
    ) -> Result<(), CallError> {
        let mut post = Post {
            channel: scene.thread.channel_id.clone(),
            thread_ts: scene.thread.ts.clone(),
            key,
            text: telling.text,
            blocks: telling.blocks,
        };
        let To::Person(person) = telling.to else {
            return self.post_part(scene, seq, part, &post).await.map(drop);
        };
        // Whoever is not in Slack sees it on the web.
        let met = match scene.users.get(&person) {
            Some(user) => Some(user.clone()),
            None => self.met_by_address(&scene.thread.team_id, person).await?,
        };
        let Some(user) = met else { return Ok(()) };
        let told = match self.direct_channel(&scene.thread.team_id, &user).await {
            Ok(channel) => {
                post.channel = channel;
                post.thread_ts = None;
                self.post_in_private(scene, seq, part, &post).await
            }
            Err(error) => Err(error),
        };
        match told {
            // Whoever has left cannot be told, and that holds up nobody else.
            Err(error @ CallError::Refused { .. }) if !error.is_about_us() => {
                tracing::info!(%error, "somebody cannot be told in private");
                Ok(())
            }
            told => told,
        }
    }

    /// As [`Self::post_part`], to somebody alone. What they answer below it belongs to the ticket.
    async fn post_in_private(
        &self,
        scene: &mut Scene,
        seq: i64,
        part: usize,
        post: &Post,
    ) -> Result<(), CallError> {
        let Some(ts) = self.post_part(scene, seq, part, post).await? else {
            return Ok(());
        };
        let mut tx = self.eider().db().write().await?;
        thread::put_root(&mut tx, scene.ticket.id, &post.channel, &ts).await?;
        Ok(tx.commit().await?)
    }

    /// Posts one message of a fact, once. Answers where it stands, unless it was told before.
    pub(super) async fn post_part(
        &self,
        scene: &mut Scene,
        seq: i64,
        part: usize,
        post: &Post,
    ) -> Result<Option<String>, CallError> {
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        if part < scene.thread.told_parts {
            return Ok(None);
        }
        let is_uncertain = scene.thread.telling_seq == Some(seq);
        if !is_uncertain {
            scene.thread.telling_seq = Some(seq);
            self.save(&scene.thread).await?;
        }
        let team = scene.thread.team_id.clone();
        let posted = match self.post_once(&team, post, is_uncertain).await {
            Err(later @ CallError::Later(_)) if !is_uncertain => {
                // Slack has certainly not done it, so nobody has to look whether it did.
                scene.thread.telling_seq = None;
                self.save(&scene.thread).await?;
                return Err(later);
            }
            posted => posted?,
        };
        if posted.is_outside {
            // The root was deleted. What stands outside is taken away, and the thread begins anew.
            let stray = json!({"channel": post.channel, "ts": posted.ts});
            let _gone = self.call(&team, "chat.delete", &stray).await;
            self.lose_root(scene).await?;
            return Err(CallError::Later(self.eider().now()));
        }
        // This is kept with what is saved next. When that fails, it is looked for in the thread.
        scene.thread.told_parts = part.saturating_add(1);
        scene.thread.telling_seq = None;
        Ok(Some(posted.ts))
    }

    /// Brings the card to the present, or answers when that may be done.
    async fn redraw(&self, scene: &mut Scene) -> Result<Option<Timestamp>, CallError> {
        let card = self.draw(scene);
        let hash = card.hash();
        if scene.thread.card_hash.as_deref() == Some(hash.as_str()) {
            return Ok(None);
        }
        let now = self.eider().now();
        let rested = scene
            .thread
            .card_at
            .and_then(|at| at.checked_add(CARD_REST).ok());
        if let Some(rested) = rested.filter(|rested| *rested > now) {
            return Ok(Some(rested));
        }
        let Some(ts) = scene.thread.ts.clone() else {
            return Ok(None);
        };
        let body = json!({
            "channel": scene.thread.channel_id,
            "ts": ts,
            "text": card.text,
            "blocks": card.blocks,
        });
        let updated = self.call(&scene.thread.team_id, "chat.update", &body).await;
        match updated {
            Err(CallError::Refused { code, .. })
                if code == "message_not_found" || code == "cant_update_message" =>
            {
                // Somebody deleted the card. The next job posts another.
                self.lose_root(scene).await?;
                return Ok(Some(now));
            }
            updated => drop(updated?),
        }
        scene.thread.card_hash = Some(hash);
        scene.thread.card_at = Some(now);
        self.save(&scene.thread).await?;
        Ok(None)
    }

    pub(super) fn draw(&self, scene: &Scene) -> Card {
        let name = |person| scene.name(person);
        let shown = Shown {
            ticket: &scene.ticket,
            desk: &scene.desk,
            name: &name,
            page: scene.page.clone(),
            calling: scene.calling.as_ref(),
            now: self.eider().now(),
        };
        shown.draw()
    }

    pub(super) async fn save(&self, thread: &Thread) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        thread::put(&mut tx, thread).await?;
        Ok(tx.commit().await?)
    }

    /// Notes why a thread cannot be told, or that it can.
    async fn note_trouble(&self, id: TicketId, trouble: Option<String>) -> Result<(), CallError> {
        let mut tx = self.eider().db().read().await?;
        let known = thread::of(&mut tx, id).await?;
        drop(tx);
        if known.is_none_or(|known| known.trouble == trouble) {
            return Ok(());
        }
        let mut tx = self.eider().db().write().await?;
        if let Some(thread) = thread::of(&mut tx, id).await? {
            thread::put(&mut tx, &Thread { trouble, ..thread }).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Queues that a thread is told what it has not been told.
    pub(crate) async fn tell_again(&self, id: TicketId, at: Timestamp) -> Result<(), CallError> {
        let mut tx = self.eider().db().write().await?;
        let again = NewJob {
            id: self.eider().ids().id(at),
            kind: TELL_JOB,
            payload: id.0.to_string(),
            run_at: at,
            dedup_key: Some(format!("{TELL_JOB}:{}", id.0)),
        };
        job::enqueue(&mut tx, &again).await?;
        tx.commit().await?;
        self.eider().committed();
        Ok(())
    }
}

fn tellings(scene: &Scene, recorded: &Recorded) -> Vec<Telling> {
    let name = |person| scene.name(person);
    let context = Context {
        ticket: &scene.ticket,
        leads: &scene.leads,
        name: &name,
        page: &scene.page,
        desk: &scene.desk,
    };
    context.tellings(&recorded.happened)
}

fn people_of(ticket: &Ticket, facts: &[Recorded]) -> Vec<PersonId> {
    let mut people = vec![ticket.reporter];
    people.extend(ticket.owner);
    people.extend(ticket.hats.diagnosing);
    people.extend(ticket.hats.communicating);
    people.extend(&ticket.followers);
    for recorded in facts {
        people.extend(recorded.happened.actor);
        match &recorded.happened.fact {
            Fact::OwnerChanged { from, to } | Fact::HatChanged { from, to, .. } => {
                people.extend(from.iter().chain(to));
            }
            Fact::TicketAbsorbed { joined, .. } => people.extend(joined),
            _ => {}
        }
    }
    people
}

/// Who hears of a breach: the leads of the ticket's squad, or every lead when it has none.
async fn leads(tx: &mut eider_store::Tx, ticket: &Ticket) -> eider_store::Result<Vec<PersonId>> {
    let everybody = person::all(tx).await?;
    let leads: Vec<_> = everybody
        .into_iter()
        .filter(|person| person.role == Role::Lead && person.standing == Standing::Active)
        .collect();
    let of_squad: Vec<PersonId> = leads
        .iter()
        .filter(|lead| {
            ticket
                .squad
                .is_some_and(|squad| lead.squads.contains(&squad))
        })
        .map(|lead| lead.id)
        .collect();
    let told = if of_squad.is_empty() {
        leads.iter().map(|lead| lead.id).collect()
    } else {
        of_squad
    };
    Ok(told.into_iter().take(LEADS_LIMIT).collect())
}

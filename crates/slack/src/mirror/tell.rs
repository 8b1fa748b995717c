//! Tells a ticket's thread what it has not been told, and brings the card to the present.

use std::{collections::HashMap, sync::Arc, time::Duration};

use eider_app::desk::Desk;
use eider_domain::{
    PersonId, TicketId,
    fact::Fact,
    person::{Role, Standing},
    ticket::Ticket,
};
use eider_jobs::{Claimed, NewJob};
use eider_store::{
    fact::{self, Recorded},
    job, message, person,
    slack::{message as same, person as slack_person, thread, thread::Thread},
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
use crate::{CallError, Slack, kit, mrkdwn};

/// A card is drawn again at most once in this time, however much happens.
const CARD_REST: SignedDuration = SignedDuration::from_secs(3);
/// Shorter than the lease of a job, so that no other worker begins meanwhile.
const WORK_LIMIT: Duration = Duration::from_secs(12);
/// How many facts are looked at in one go.
const FACTS_A_GO: i64 = 100;
/// How many leads hear of a breach.
const LEADS_LIMIT: usize = 5;

pub(super) async fn run(slack: &Slack, claimed: &Claimed) -> Result<(), String> {
    let Ok(id) = claimed.payload.parse::<uuid::Uuid>() else {
        return Ok(());
    };
    let ticket = TicketId::from(id);
    let outcome = match tokio::time::timeout(WORK_LIMIT, slack.tell(ticket)).await {
        Ok(outcome) => outcome,
        Err(_) => return Err("Slack is slow".to_owned()),
    };
    match outcome {
        Ok(None) => {
            let noted = slack.note_trouble(ticket, None).await;
            noted.map_err(|e| e.to_string())
        }
        Ok(Some(again)) | Err(CallError::Later(again)) => slack
            .tell_again(ticket, again)
            .await
            .map_err(|e| e.to_string()),
        // Nothing that is tried again will mend these; the settings show them.
        Err(error @ (CallError::Refused { .. } | CallError::NotConnected)) => {
            tracing::warn!(%error, "a thread cannot be told");
            let noted = slack.note_trouble(ticket, Some(error.to_string())).await;
            noted.map_err(|e| e.to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// A ticket as its thread has to show it.
struct Scene {
    ticket: Ticket,
    thread: Thread,
    desk: Arc<Desk>,
    page: String,
    names: HashMap<PersonId, String>,
    users: HashMap<PersonId, String>,
    leads: Vec<PersonId>,
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
}

impl Slack {
    /// Tells what is not told. Answers when to go on, if there is more to do then.
    async fn tell(&self, id: TicketId) -> Result<Option<Timestamp>, CallError> {
        let Some(mut scene) = self.scene(id).await? else {
            return Ok(None);
        };
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
        self.redraw(&mut scene).await
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
        }))
    }

    /// Posts the root of the thread.
    async fn begin(&self, scene: &mut Scene) -> Result<(), CallError> {
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
        scene.thread.trouble = None;
        self.save(&scene.thread).await
    }

    async fn tell_fact(&self, scene: &mut Scene, recorded: &Recorded) -> Result<(), CallError> {
        let is_uncertain = scene.thread.telling_seq == Some(recorded.seq);
        let tellings = self.tellings(scene, recorded).await?;
        if !tellings.is_empty() && !is_uncertain {
            scene.thread.telling_seq = Some(recorded.seq);
            self.save(&scene.thread).await?;
        }
        for (part, telling) in tellings.into_iter().enumerate() {
            let key = format!("fact {} {part}", recorded.seq);
            self.post_telling(scene, recorded, telling, key, is_uncertain)
                .await?;
        }
        scene.thread.told_seq = recorded.seq;
        scene.thread.telling_seq = None;
        self.save(&scene.thread).await
    }

    async fn post_telling(
        &self,
        scene: &mut Scene,
        recorded: &Recorded,
        telling: Telling,
        key: String,
        is_uncertain: bool,
    ) -> Result<(), CallError> {
        let team = scene.thread.team_id.clone();
        let (channel, thread_ts) = match telling.to {
            To::Thread => (scene.thread.channel_id.clone(), scene.thread.ts.clone()),
            To::Person(person) => {
                // Whoever is not in Slack sees it on the web.
                let Some(user) = scene.users.get(&person) else {
                    return Ok(());
                };
                let opened = self.direct_channel(&team, user).await;
                match opened {
                    Err(CallError::Refused { code, .. }) => {
                        tracing::info!(code, "somebody cannot be told in private");
                        return Ok(());
                    }
                    opened => (opened?, None),
                }
            }
        };
        let post = Post {
            channel,
            thread_ts,
            key,
            text: telling.text,
            blocks: telling.blocks,
        };
        let posted = self.post_once(&team, &post, is_uncertain).await?;
        if posted.is_outside {
            // The root was deleted. What stands outside is taken away, and the thread begins anew.
            let stray = json!({"channel": post.channel, "ts": posted.ts});
            let _gone = self.call(&team, "chat.delete", &stray).await;
            scene.thread.ts = None;
            scene.thread.telling_seq = None;
            self.save(&scene.thread).await?;
            return Err(CallError::Later(self.eider().now()));
        }
        if let (To::Thread, Fact::Replied { message, .. }) = (&telling.to, &recorded.happened.fact)
        {
            let mut tx = self.eider().db().write().await?;
            same::put(&mut tx, &post.channel, &posted.ts, *message).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn tellings(
        &self,
        scene: &Scene,
        recorded: &Recorded,
    ) -> Result<Vec<Telling>, CallError> {
        let name = |person| scene.name(person);
        let context = Context {
            ticket: &scene.ticket,
            leads: &scene.leads,
            name: &name,
            page: &scene.page,
        };
        let happened = &recorded.happened;
        let Fact::Replied { message, .. } = &happened.fact else {
            return Ok(context.tellings(happened));
        };
        let mut tx = self.eider().db().read().await?;
        let kept = message::by_id(&mut tx, *message).await?;
        let is_slacks = !same::of(&mut tx, *message).await?.is_empty();
        drop(tx);
        // What was written in Slack stands there already; what was taken back is not told.
        let Some(kept) = kept.filter(|kept| !is_slacks && kept.withdrawn_at.is_none()) else {
            return Ok(Vec::new());
        };
        let body = mrkdwn::from_markdown(&kept.body, &mrkdwn::People::default());
        let text = format!("{} on the web:\n{body}", scene.name(kept.author));
        Ok(vec![Telling {
            to: To::Thread,
            text: kit::cut(&text, kit::MESSAGE_LIMIT),
            blocks: Vec::new(),
        }])
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
            Err(CallError::Refused { code, .. }) if code == "message_not_found" => {
                // Somebody deleted the card. The next job posts another.
                scene.thread.ts = None;
                scene.thread.card_hash = None;
                self.save(&scene.thread).await?;
                return Ok(Some(now));
            }
            updated => drop(updated?),
        }
        scene.thread.card_hash = Some(hash);
        scene.thread.card_at = Some(now);
        scene.thread.trouble = None;
        self.save(&scene.thread).await?;
        Ok(None)
    }

    fn draw(&self, scene: &Scene) -> Card {
        let name = |person| scene.name(person);
        let shown = Shown {
            ticket: &scene.ticket,
            desk: &scene.desk,
            name: &name,
            page: scene.page.clone(),
            now: self.eider().now(),
        };
        shown.draw()
    }

    async fn save(&self, thread: &Thread) -> Result<(), CallError> {
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

    async fn tell_again(&self, id: TicketId, at: Timestamp) -> Result<(), CallError> {
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

fn people_of(ticket: &Ticket, facts: &[Recorded]) -> Vec<PersonId> {
    let mut people = vec![ticket.reporter];
    people.extend(ticket.owner);
    people.extend(ticket.hats.diagnosing);
    people.extend(ticket.hats.communicating);
    for recorded in facts {
        people.extend(recorded.happened.actor);
        if let Fact::OwnerChanged { from, to } = &recorded.happened.fact {
            people.extend(from.iter().chain(to));
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

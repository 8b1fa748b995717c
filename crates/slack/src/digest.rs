//! The daily digest in each channel for support: open, late, unowned, waiting.

use eider_app::slack::{
    DIGEST_JOB, DIGEST_PLAN_JOB, Digest, digest, is_digest_of_today, plan_digest, plan_next_digest,
};
use eider_jobs::{Again, Claimed, Handlers};
use eider_store::{
    slack::{channel, channel::Channel},
    ticket::Summary,
};
use jiff::civil::Date;
use serde_json::Value;

use crate::{
    CallError, Slack, kit,
    lines::{Line, list},
    mirror::post::Post,
};

const UNOWNED: &str = "Nobody has these";
/// How much of a title and of a name is shown.
const TITLE_LIMIT: usize = 160;
const NAME_LIMIT: usize = 60;
/// How many rotas are named, and how many people in each.
const ROTAS_SHOWN: usize = 12;
const NAMED: usize = 3;
const WAITING: &str = "Waiting for the reporter";

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let (poster, planner) = (slack.clone(), slack.clone());
    let handlers = handlers.with(DIGEST_PLAN_JOB, move |_| {
        let slack = planner.clone();
        async move {
            plan_next_digest(slack.eider())
                .await
                .map_err(Again::because)
        }
    });
    handlers.with(DIGEST_JOB, move |claimed| {
        let slack = poster.clone();
        async move { slack.post_digests(&claimed).await.map_err(Again::from) }
    })
}

/// Sees to it that the next digest is queued.
pub(crate) async fn plan(slack: &Slack) {
    if let Err(error) = plan_digest(slack.eider()).await {
        tracing::warn!(%error, "the daily digest could not be planned");
    }
}

impl Slack {
    async fn post_digests(&self, claimed: &Claimed) -> Result<(), CallError> {
        let desk = self.eider().desk().await?;
        let day = claimed.payload.parse::<Date>();
        if let Ok(day) = day
            && is_digest_of_today(&desk, day, self.eider().now())
        {
            let mut tx = self.eider().db().read().await?;
            let channels = channel::all(&mut tx).await?;
            drop(tx);
            for channel in &channels {
                self.post_digest(channel, day).await?;
            }
        }
        Ok(plan_next_digest(self.eider()).await?)
    }

    async fn post_digest(&self, channel: &Channel, day: Date) -> Result<(), CallError> {
        let now = self.eider().now();
        let stands = digest(self.eider(), channel.squad).await?;
        let lines = |tickets: &[Summary]| -> Vec<Line> {
            let tickets = tickets.iter();
            tickets
                .map(|ticket| self.line(ticket, &stands.names, now))
                .collect()
        };
        let parts = [
            ("Late", stands.late.0, lines(&stands.late.1)),
            (UNOWNED, stands.unowned.0, lines(&stands.unowned.1)),
            (WAITING, stands.waiting.0, lines(&stands.waiting.1)),
        ];
        let (text, blocks) = drawn(&stands, &parts, &self.page("/"));
        let post = Post {
            channel: channel.channel_id.clone(),
            thread_ts: None,
            key: format!("digest {day}"),
            text,
            blocks,
        };
        // It may have arrived although its answer was lost, or before the time of day was changed.
        match self.post_once(&channel.team_id, &post, true).await {
            // Whatever is wrong with one channel keeps the others from nothing.
            Err(error @ (CallError::Refused { .. } | CallError::NotConnected)) => {
                tracing::warn!(%error, channel = channel.name, "a digest could not be posted");
                Ok(())
            }
            posted => posted.map(drop),
        }
    }
}

/// A heading, how many there are, and the most urgent of them.
type Part = (&'static str, i64, Vec<Line>);

fn drawn(stands: &Digest, parts: &[Part], page: &str) -> (String, Vec<Value>) {
    if stands.open == 0 {
        let text = "Nothing is open. Thank you, everybody.".to_owned();
        let mut blocks = vec![kit::section(&text)];
        blocks.extend(on_call(stands));
        return (text, blocks);
    }
    let text = in_a_sentence(stands);
    let mut blocks = vec![kit::header("How the desk stands"), kit::section(&text)];
    for (heading, count, lines) in parts.iter().filter(|(_, count, _)| *count > 0) {
        let shown = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let heading = format!("{heading} ({count})");
        blocks.extend(list(&heading, lines, "", *count > shown));
    }
    blocks.extend(held(stands, page));
    blocks.extend(on_call(stands));
    let mut button = kit::link_button("What needs somebody now", "open", page);
    button["value"] = "now".into();
    blocks.push(kit::actions("digest", vec![button]));
    (text, blocks)
}

/// The calls that wait for hours to start.
fn held(stands: &Digest, page: &str) -> Vec<Value> {
    let (count, calls) = &stands.held;
    if *count == 0 {
        return Vec::new();
    }
    let heading = format!("*Calls that wait for the morning ({count})*");
    let mut blocks = vec![kit::section(&heading)];
    blocks.extend(calls.iter().map(|call| {
        let title = kit::escape(&kit::cut(&call.title, TITLE_LIMIT));
        kit::section(&format!(
            ":zzz: *<{page}tickets/{number}|{number}>* until {}: {title}",
            kit::due(call.until),
            number = call.number,
        ))
    }));
    blocks
}

/// Who is on call.
fn on_call(stands: &Digest) -> Vec<Value> {
    if stands.on_call.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["*On call*".to_owned()];
    lines.extend(stands.on_call.iter().take(ROTAS_SHOWN).map(|one| {
        let rota = kit::escape(&kit::cut(&one.rota, NAME_LIMIT));
        let people: Vec<String> = one
            .people
            .iter()
            .take(NAMED)
            .map(|person| {
                let name = stands.names.get(person);
                let name = name.map_or("somebody", |name| name.name.as_str());
                kit::escape(&kit::cut(name, NAME_LIMIT))
            })
            .collect();
        if people.is_empty() {
            return format!("{rota}: :warning: nobody");
        }
        format!("{rota}: {}", people.join(" and "))
    }));
    if stands.on_call.len() > ROTAS_SHOWN {
        lines.push(format!(
            "and {} more rotas",
            stands.on_call.len() - ROTAS_SHOWN
        ));
    }
    vec![kit::section(&lines.join("\n"))]
}

fn in_a_sentence(stands: &Digest) -> String {
    let counted = [
        (stands.late.0, "late"),
        (stands.unowned.0, "with nobody on it"),
        (stands.waiting.0, "waiting for the reporter"),
    ];
    let parts: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if parts.is_empty() {
        return format!("{} open, none late, each with somebody on it.", stands.open);
    }
    format!("{} open: {}.", stands.open, parts.join(", "))
}

/// A digest for the gallery, with a late ticket, one that nobody has, and one that waits.
#[cfg(test)]
pub(crate) fn sample(stands: &Digest, lines: &[Line; 3]) -> Value {
    let [late, unowned, waiting] = lines.clone();
    let parts = [
        ("Late", 1, vec![late]),
        (UNOWNED, 1, vec![unowned]),
        (WAITING, 1, vec![waiting]),
    ];
    let (text, blocks) = drawn(stands, &parts, "https://desk.example/");
    serde_json::json!({"text": text, "blocks": blocks})
}

/// A digest of a day on which nothing is open.
#[cfg(test)]
pub(crate) fn quiet_sample() -> Value {
    let (text, blocks) = drawn(&Digest::default(), &[], "https://desk.example/");
    serde_json::json!({"text": text, "blocks": blocks})
}

#[cfg(test)]
mod tests {
    use eider_app::slack::{HeldCall, OnCallNow};
    use eider_domain::{TicketNumber, priority::Rank, ticket::StatusKind};
    use eider_store::person::PersonName;
    use eider_testkit::slack::check_message;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn slack_takes_every_digest(
            title in prop_oneof![
                Just(String::new()),
                Just("🦆<!here>\u{202e}".repeat(2_000)),
                "\\PC{0,200}",
            ],
            open in 0_i64..10_000,
            shown in 0_usize..6,
        ) {
            let line = Line {
                number: TicketNumber(1),
                title: title.clone(),
                priority: Rank::P1,
                status: StatusKind::New,
                owner: Some(title),
                is_unowned: false,
                due: Some("2026-03-02T09:00:00Z".parse().unwrap()),
                is_late: true,
                page: "https://desk.example/tickets/T-1".into(),
            };
            let who: eider_domain::PersonId = uuid::Uuid::from_u128(1).into();
            let name = PersonName { name: line.title.clone(), initials: String::new() };
            let stands = Digest {
                open,
                late: (open, Vec::new()),
                on_call: vec![
                    OnCallNow { rota: line.title.clone(), people: vec![who; 50] };
                    shown * 10
                ],
                held: (
                    open,
                    vec![
                        HeldCall {
                            number: TicketNumber(1),
                            title: line.title.clone(),
                            until: "2026-03-02T09:00:00Z".parse().unwrap(),
                        };
                        shown
                    ],
                ),
                names: [(who, name)].into(),
                ..Digest::default()
            };
            let parts = ["Late", "Nobody has these", "Waiting for their reporter"]
                .map(|heading| (heading, open, vec![line.clone(); shown]));
            let (text, blocks) = drawn(&stands, &parts, "https://desk.example/now");
            let message = json!({"text": text, "blocks": blocks});
            prop_assert_eq!(check_message(&message), Ok(()));
        }
    }
}

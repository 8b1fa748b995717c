//! The app's Home: my tickets, those of my squads, those that nobody has, and asking.

use std::collections::HashSet;

use eider_app::slack::{HOME_PART_LIMIT, Home, Who, home};
use eider_domain::{PersonId, TicketId, fact::Fact, page::State};
use eider_jobs::{Again, Claimed, Handlers, NewJob};
use eider_store::{
    Tx,
    fact::Recorded,
    job,
    slack::home::{self as drawn, showing},
    ticket::{self, Summary},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    CallError, Slack,
    ask::ASK_BUTTON,
    kit::{self, Style},
    lines::{Line, list},
    page,
    request::Asked,
};

/// The kind of job that draws somebody's Home again; its payload are the workspace and the person.
const HOME_JOB: &str = "slack.home";
/// A Home is drawn again at most once in this time, in seconds.
const REST_SECONDS: i64 = 5;
/// How much of a rota's name is shown.
const NAME_LIMIT: usize = 60;
/// Slack takes at most so many blocks on a Home.
const BLOCKS_LIMIT: usize = 100;

pub(crate) fn handlers(slack: &Slack, handlers: Handlers) -> Handlers {
    let slack = slack.clone();
    handlers.with(HOME_JOB, move |claimed| {
        let slack = slack.clone();
        async move { slack.redraw_home(&claimed).await.map_err(Again::from) }
    })
}

/// Queues the Homes on which these facts may show, so that each is drawn again once.
pub(crate) async fn queue(
    slack: &Slack,
    tx: &mut Tx,
    tickets: &HashSet<TicketId>,
    facts: &[Recorded],
) -> eider_store::Result<()> {
    let mut homes = HashSet::new();
    for ticket in tickets {
        homes.extend(showing(tx, *ticket).await?);
    }
    let mut people: HashSet<PersonId> = HashSet::new();
    for ticket in tickets {
        if let Some(ticket) = ticket::by_id(tx, *ticket).await? {
            people.extend(ticket.joined);
        }
    }
    let mut is_about_unowned = false;
    for recorded in facts {
        match &recorded.happened.fact {
            // It stands on the Home of who had it before, too.
            Fact::OwnerChanged {
                from: Some(before), ..
            } => {
                people.insert(*before);
            }
            Fact::TicketOpened { .. } | Fact::OwnerChanged { from: None, .. } => {
                is_about_unowned = true;
            }
            Fact::PageChanged { page, event } => {
                people.extend(event.people());
                if let Some(page) = eider_store::page::by_id(tx, *page).await? {
                    people.extend(page.notes.called.iter().map(|called| called.person));
                }
            }
            Fact::DutyChanged {
                person, instead_of, ..
            } => {
                people.insert(*person);
                people.extend(instead_of);
            }
            _ => {}
        }
        is_about_unowned |= matches!(recorded.happened.fact, Fact::OwnerChanged { to: None, .. });
    }
    for person in people {
        homes.extend(drawn::of(tx, person).await?);
    }
    if is_about_unowned {
        homes.extend(drawn::of_responders(tx).await?);
    }
    let now = slack.eider().now();
    for (team, user) in homes {
        let job = NewJob {
            id: slack.eider().ids().id(now),
            kind: HOME_JOB,
            payload: format!("{team} {user}"),
            run_at: rested(now),
            dedup_key: Some(format!("{HOME_JOB}:{team}:{user}")),
        };
        job::enqueue(tx, &job).await?;
    }
    Ok(())
}

/// The next of instants that are some seconds apart: however much happens meanwhile, it is not
/// put off again and again.
fn rested(now: Timestamp) -> Timestamp {
    let next = (now.as_second() / REST_SECONDS + 1) * REST_SECONDS;
    Timestamp::from_second(next).unwrap_or(now)
}

impl Slack {
    /// Somebody opened their Home: it shows the present.
    pub(crate) async fn home_opened(&self, asked: &Asked) -> Result<(), CallError> {
        if asked.body["event"]["tab"] != "home" {
            return Ok(());
        }
        self.publish_home(&asked.team, &asked.user, None).await
    }

    async fn redraw_home(&self, claimed: &Claimed) -> Result<(), CallError> {
        let Some((team, user)) = claimed.payload.split_once(' ') else {
            return Ok(());
        };
        let mut tx = self.eider().db().read().await?;
        let before = drawn::hash(&mut tx, team, user).await?;
        drop(tx);
        self.publish_home(team, user, before).await
    }

    /// Draws somebody's Home, unless it looks as it did `before`.
    async fn publish_home(
        &self,
        team: &str,
        user: &str,
        before: Option<String>,
    ) -> Result<(), CallError> {
        let blocks = match self.who(team, user).await? {
            Who::Known { actor, .. } => {
                let shown = home(self.eider(), &actor).await?;
                let now = self.eider().now();
                let address = |path: &str| self.page(path);
                let first = duty_blocks(&shown, actor.person, &address, now);
                blocks(first, &self.parts(&shown))
            }
            Who::Bot => return Ok(()),
            Who::Disabled => vec![kit::section(
                "Your account here is switched off. An administrator of Eider can switch it on \
                 again.",
            )],
            Who::Unknown => stranger_blocks(),
        };
        let view = json!({"type": "home", "callback_id": "home", "blocks": blocks});
        let hash = format!("{:x?}", &Sha256::digest(view.to_string().as_bytes())[..8]);
        if before.as_ref() == Some(&hash) {
            return Ok(());
        }
        let body = json!({"user_id": user, "view": view});
        match self.call(team, "views.publish", &body).await {
            // Whoever has no Home, or left, sees it on the web.
            Err(CallError::Refused { code, detail, .. }) => {
                tracing::info!(code, detail, "a Home could not be drawn");
                return Ok(());
            }
            published => drop(published?),
        }
        let mut tx = self.eider().db().write().await?;
        drawn::put(&mut tx, team, user, &hash).await?;
        Ok(tx.commit().await?)
    }

    fn parts(&self, home: &Home) -> Vec<Part> {
        let now = self.eider().now();
        let part = |heading: String, nothing, tickets: &[Summary]| Part {
            heading,
            nothing,
            has_more: tickets.len() > HOME_PART_LIMIT,
            lines: tickets
                .iter()
                .take(HOME_PART_LIMIT)
                .map(|ticket| self.line(ticket, &home.names, now))
                .collect(),
        };
        let asked = "You asked";
        let mut parts = vec![part(
            asked.into(),
            "No question of yours is open.",
            &home.asked,
        )];
        if !home.joined.is_empty() {
            parts.push(part("You joined".into(), "", &home.joined));
        }
        if let Some(owned) = &home.owned {
            parts.push(part("You have".into(), "No open ticket is yours.", owned));
        }
        for (squad, tickets) in &home.of_squads {
            let heading = kit::escape(&kit::cut(squad, 80));
            parts.push(part(heading, "Nothing else is open there.", tickets));
        }
        if let Some(unowned) = &home.unowned {
            let heading = "Nobody has these".into();
            parts.push(part(heading, "Every ticket has somebody.", unowned));
        }
        parts
    }
}

/// A list on a Home.
struct Part {
    heading: String,
    nothing: &'static str,
    lines: Vec<Line>,
    has_more: bool,
}

/// What calls somebody, and when they are on call next.
fn duty_blocks(
    home: &Home,
    me: PersonId,
    address: &dyn Fn(&str) -> String,
    now: Timestamp,
) -> Vec<Value> {
    let mut blocks = Vec::new();
    for view in &home.pages {
        let id = view.page.id.to_string();
        let about = page::about(view);
        let link = address(&format!("/pages/{id}"));
        let text = format!(
            ":rotating_light: *<{link}|{}>*\n{}",
            about.replace('|', "/"),
            page::stands_to(view, me, now)
        );
        let is_mine = matches!(view.page.state, State::Acknowledged { by, .. } if by == me);
        blocks.push(if is_mine {
            kit::section(&text)
        } else {
            let label = "Acknowledge";
            let button = kit::button(label, "page-acknowledge", &id, Style::Primary);
            kit::section_with(&text, button)
        });
    }
    if !home.shifts.is_empty() {
        let mut lines = vec!["*Your duty*".to_owned()];
        lines.extend(home.shifts.iter().map(|own| {
            let rota = kit::escape(&kit::cut(&own.rota.name, NAME_LIMIT));
            let (from, until) = (own.shift.from, own.shift.until);
            if from <= now {
                format!("{rota}: you are on call until {}", kit::due(until))
            } else {
                format!("{rota}: {} to {}", kit::due(from), kit::due(until))
            }
        }));
        blocks.push(kit::section(&lines.join("\n")));
    }
    blocks
}

fn blocks(first: Vec<Value>, parts: &[Part]) -> Vec<Value> {
    let mut blocks = first;
    if !blocks.is_empty() {
        blocks.push(kit::divider());
    }
    blocks.extend([
        kit::section(":wave: *What can we help with?*"),
        kit::actions(
            "home-ask",
            vec![kit::button(
                "Ask for help",
                ASK_BUTTON,
                "ask",
                Style::Primary,
            )],
        ),
    ]);
    for part in parts {
        let lines = list(&part.heading, &part.lines, part.nothing, part.has_more);
        if blocks.len() + lines.len() + 1 > BLOCKS_LIMIT {
            break;
        }
        blocks.push(kit::divider());
        blocks.extend(lines);
    }
    blocks
}

/// The Home of somebody who is not known yet.
fn stranger_blocks() -> Vec<Value> {
    let mut blocks = blocks(Vec::new(), &[]);
    blocks.push(kit::section(
        "I do not know yet who you are here. When you ask for the first time, I send you a link \
         that connects your account.",
    ));
    blocks
}

/// The Home of somebody who is not known yet, for the gallery.
#[cfg(test)]
pub(crate) fn sample_of_stranger() -> Value {
    json!({"type": "home", "callback_id": "home", "blocks": stranger_blocks()})
}

/// A Home for the gallery.
#[cfg(test)]
pub(crate) fn sample(lines: &[Line], home: &Home, me: PersonId, now: Timestamp) -> Value {
    let part = |heading: &str, nothing, lines: &[Line]| Part {
        heading: heading.into(),
        nothing,
        lines: lines.to_vec(),
        has_more: false,
    };
    let parts = [
        part("You asked", "No question of yours is open.", &[]),
        part("You have", "No open ticket is yours.", &lines[..1]),
        part(
            "Nobody has these",
            "Every ticket has somebody.",
            &lines[1..2],
        ),
    ];
    let address = |path: &str| format!("https://desk.example{path}");
    let first = duty_blocks(home, me, &address, now);
    json!({"type": "home", "callback_id": "home", "blocks": blocks(first, &parts)})
}

#[cfg(test)]
mod tests {
    use eider_domain::{TicketNumber, priority::Rank, ticket::StatusKind};
    use eider_testkit::slack::check_view;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slack_takes_every_home(
            title in prop_oneof![
                Just(String::new()),
                Just("🦆<!here>\u{202e}".repeat(2_000)),
                "\\PC{0,200}",
            ],
            lists in 0_usize..40,
            tickets in 0_usize..=HOME_PART_LIMIT,
        ) {
            let parts: Vec<Part> = (0..lists)
                .map(|_| Part {
                    heading: kit::escape(&kit::cut(&title, 80)),
                    nothing: "Nothing.",
                    lines: vec![
                        Line {
                            number: TicketNumber(1),
                            title: title.clone(),
                            priority: Rank::P1,
                            status: StatusKind::New,
                            owner: Some(title.clone()),
                            is_unowned: false,
                            due: Some("2026-03-02T09:00:00Z".parse().unwrap()),
                            is_late: true,
                            page: "https://desk.example/tickets/T-1".into(),
                        };
                        tickets
                    ],
                    has_more: tickets > 3,
                })
                .collect();
            let shown = page::samples::home(&title, &title, lists);
            let me = uuid::Uuid::from_u128(3).into();
            let now = "2026-03-02T13:27:00Z".parse().unwrap();
            let address = |path: &str| format!("https://desk.example{path}");
            let first = duty_blocks(&shown, me, &address, now);
            let blocks = blocks(first, &parts);
            let view = json!({"type": "home", "callback_id": "home", "blocks": blocks});
            prop_assert_eq!(check_view(&view), Ok(()));
        }
    }

    #[test]
    fn a_home_rests_between_two_drawings() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(rested(at(10)), at(15));
        assert_eq!(rested(at(14)), at(15));
    }
}

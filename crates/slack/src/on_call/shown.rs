//! Who is on call now and next, and who asks for a swap.

use eider_app::rota::{Ahead, Asked as AskedSwap, Standing, my_duty, on_call};
use eider_domain::{
    PersonId,
    access::{Action, Actor, may},
    rota::{Duty, Span, Swap, SwapState},
};
use serde_json::Value;

use super::form::{COVER, SWAP};
use crate::{
    CallError, Slack,
    kit::{self, Style},
    request::Asked,
};

/// How many rotas are shown, and how many requests.
const ROTAS_SHOWN: usize = 15;
const SWAPS_SHOWN: usize = 5;
/// How much of a name is shown.
pub(super) const NAME_LIMIT: usize = 60;
/// How many people are named.
const NAMED: usize = 6;

impl Slack {
    /// Shows whoever asked who is on call.
    pub(super) async fn show_on_call(&self, asked: &Asked, actor: &Actor) -> Result<(), CallError> {
        let eider = self.eider();
        let found = on_call(eider, actor, eider.now(), Ahead::Next).await;
        let found = match found {
            Ok(found) => found,
            Err(error) => return self.told_why_not(asked, Err(error)).await,
        };
        let desk = eider.desk().await?;
        let squad = |standing: &Standing| {
            let squad = standing.rota().squad.and_then(|id| desk.squad(id));
            squad.map(|squad| squad.name.clone())
        };
        let name = |person| found.people.name(person).to_owned();
        let lines: Vec<String> = found
            .rotas
            .iter()
            .take(ROTAS_SHOWN)
            .map(|standing| line(standing, squad(standing).as_deref(), &name))
            .collect();
        let works = may(actor, Action::Work).is_ok();
        let mut requests = Vec::new();
        if works {
            let duty = my_duty(eider, actor).await?;
            let open = duty.asked.iter().filter(|one| {
                one.swap.asker != actor.person && matches!(one.swap.state, SwapState::Open { .. })
            });
            for one in open.take(SWAPS_SHOWN) {
                let who = duty.people.name(one.swap.asker);
                requests.extend(request(one, who));
            }
        }
        let has_more = found.rotas.len() > ROTAS_SHOWN;
        let page = self.page("/on-call");
        let (text, blocks) = drawn(&lines, has_more, requests, works, &page);
        self.tell_privately(asked, &text, blocks).await
    }
}

/// Everything, in blocks.
pub(super) fn drawn(
    lines: &[String],
    has_more: bool,
    requests: Vec<Value>,
    works: bool,
    page: &str,
) -> (String, Vec<Value>) {
    let text = match lines.len() {
        0 => "Nobody is planned to be on call yet.".to_owned(),
        _ => "Who is on call".to_owned(),
    };
    let mut blocks = vec![kit::section(&format!("*{text}*"))];
    blocks.extend(lines.iter().map(|line| kit::section(line)));
    if has_more {
        blocks.push(kit::context(&[
            "There are more; Eider shows them all.".to_owned()
        ]));
    }
    blocks.extend(requests);
    let mut buttons = Vec::new();
    if works && !lines.is_empty() {
        buttons.push(kit::button("Ask for a swap", SWAP, "swap", Style::Plain));
        buttons.push(kit::button("Cover", COVER, "cover", Style::Plain));
    }
    buttons.push(kit::link_button("Open the calendar", "open", page));
    blocks.push(kit::actions("on-call", buttons));
    (text, blocks)
}

/// “*Support* (primary of Payments): Ada until Monday at 09:00; then Ben.”
pub(super) fn line(
    standing: &Standing,
    squad: Option<&str>,
    name: &dyn Fn(PersonId) -> String,
) -> String {
    let rota = standing.rota();
    let duty = match rota.duty {
        Duty::Primary => "primary",
        Duty::Secondary => "secondary",
        Duty::Gardener => "gardener",
    };
    let of = squad.map_or_else(String::new, |squad| {
        format!(" of {}", kit::escape(&kit::cut(squad, NAME_LIMIT)))
    });
    let who = |span: &Span| {
        let people: Vec<PersonId> = span.holders.iter().map(|held| held.person).collect();
        names(&people, name)
    };
    let now = if standing.now.is_gap() {
        ":warning: *nobody*".to_owned()
    } else {
        format!("*{}*", who(&standing.now))
    };
    let next = match &standing.next {
        Some(next) if next.is_gap() => format!(
            " until {}; then :warning: *nobody*",
            kit::due(standing.now.until)
        ),
        Some(next) => format!(
            " until {}; then {}",
            kit::due(standing.now.until),
            who(next)
        ),
        None => String::new(),
    };
    let called = kit::escape(&kit::cut(&rota.name, NAME_LIMIT));
    format!("{called} ({duty}{of})\n{now}{next}")
}

fn names(people: &[PersonId], name: &dyn Fn(PersonId) -> String) -> String {
    let named: Vec<String> = people
        .iter()
        .take(NAMED)
        .map(|person| kit::escape(&kit::cut(&name(*person), NAME_LIMIT)))
        .collect();
    let more = people.len().saturating_sub(NAMED);
    match more {
        0 => named.join(" and "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// A request that somebody may answer, with its buttons.
pub(super) fn request(asked: &AskedSwap, who: &str) -> Vec<Value> {
    request_blocks(&asked.swap, &asked.rota.name, who)
}

/// As [`request`].
pub(super) fn request_blocks(swap: &Swap, rota: &str, who: &str) -> Vec<Value> {
    let id = swap.id.to_string();
    let mut buttons = vec![kit::button(
        "I take it",
        "on-call-take",
        &id,
        Style::Primary,
    )];
    if swap.asked.is_some() {
        buttons.push(kit::button(
            "I cannot",
            "on-call-decline",
            &id,
            Style::Plain,
        ));
    }
    vec![
        kit::section(&request_words(swap, rota, who)),
        kit::actions(&format!("swap:{id}"), buttons),
    ]
}

/// What somebody asks for.
pub(super) fn request_words(swap: &Swap, rota: &str, who: &str) -> String {
    format!(
        ":arrows_counterclockwise: {} asks {} to take their time on call in {}: {} to {}.",
        kit::escape(&kit::cut(who, NAME_LIMIT)),
        if swap.asked.is_some() {
            "you"
        } else {
            "somebody"
        },
        kit::escape(&kit::cut(rota, NAME_LIMIT)),
        kit::due(swap.from),
        kit::due(swap.until),
    )
}

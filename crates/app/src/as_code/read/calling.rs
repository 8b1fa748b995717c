//! Escalation policies, and what squads and the company decide about paging.

use eider_domain::{priority::Rank, rota::Duty};

use crate::as_code::{
    fields::{Item, Thing, text_of},
    problem::{Place, Problems},
    wanted::{Level, Policy, Rules, Target, Waking},
    yaml::{Content, Node},
};

const COMPANY: [&str; 2] = ["policy", "waking"];
const POLICY: [&str; 7] = [
    "name",
    "was",
    "levels",
    "rounds",
    "last_resort",
    "ask_again_seconds",
    "retired",
];
const LEVEL: [&str; 2] = ["call", "acknowledge_seconds"];
const CALLED: &str = "primary, secondary, gardener, squad, leads, administrators, “squad: NAME”, “rota: NAME” or \
     “person: ADDRESS”";

pub(super) fn company(
    problems: &mut Problems,
    top: &Thing<'_>,
    node: &Node,
) -> Option<Item<Rules>> {
    let thing = top.of(problems, node, &COMPANY)?;
    let rules = rules(problems, &thing);
    Some(thing.item("the company".to_owned(), None, rules))
}

/// What is decided about paging, where `policy` and `waking` stand.
pub(super) fn rules(problems: &mut Problems, thing: &Thing<'_>) -> Rules {
    Rules {
        policy: thing.maybe(problems, "policy"),
        waking: waking(problems, thing),
    }
}

fn waking(problems: &mut Problems, thing: &Thing<'_>) -> Option<Vec<(Rank, Waking)>> {
    const RANKS: [&str; 9] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"];
    let inner = thing.inner(problems, "waking", &RANKS)?;
    let mut decided = Vec::new();
    for (name, place, node) in inner.all() {
        let Some(rank) = Rank::parse(name) else {
            continue;
        };
        let how = match &node.content {
            Content::Text { text, .. } => match text.as_str() {
                "wake" => Some(Waking::Wake),
                "hold" => Some(Waking::Hold(None)),
                "never" => Some(Waking::Never),
                _ => None,
            },
            Content::Map(fields) => match fields.as_slice() {
                [(name, _, calendar)] if name == "hold" => {
                    text_of(calendar).map(|calendar| Waking::Hold(Some(calendar.to_owned())))
                }
                _ => None,
            },
            _ => None,
        };
        match how {
            Some(how) => decided.push((rank, how)),
            None => problems.add(&place, "It is wake, hold, “hold: CALENDAR” or never."),
        }
    }
    decided.sort_unstable_by_key(|(rank, _)| *rank);
    Some(decided)
}

pub(super) fn policy(
    problems: &mut Problems,
    top: &Thing<'_>,
    node: &Node,
) -> Option<Item<Policy>> {
    let thing = top.of(problems, node, &POLICY)?;
    let name = thing.needed(problems, "name")?;
    let was = thing.text(problems, "was");
    let body = Policy {
        levels: levels(problems, &thing),
        rounds: thing.small(problems, "rounds"),
        last_resort: targets(problems, &thing, "last_resort"),
        ask_again_seconds: thing.number(problems, "ask_again_seconds"),
        retired: thing.flag(problems, "retired").unwrap_or(false),
    };
    Some(thing.item(name, was, body))
}

fn levels(problems: &mut Problems, policy: &Thing<'_>) -> Option<Vec<Level>> {
    let nodes = policy.list(problems, "levels")?;
    let mut levels = Vec::with_capacity(nodes.len());
    for (place, node) in nodes {
        let Some(thing) = policy.of(problems, node, &LEVEL) else {
            continue;
        };
        let call = targets(problems, &thing, "call").unwrap_or_default();
        if thing.node("acknowledge_seconds").is_none() {
            problems.add(&place, "Say the acknowledge_seconds.");
        }
        levels.push(Level {
            call,
            acknowledge_seconds: thing
                .number(problems, "acknowledge_seconds")
                .unwrap_or_default(),
        });
    }
    Some(levels)
}

fn targets(problems: &mut Problems, thing: &Thing<'_>, field: &str) -> Option<Vec<Target>> {
    let nodes = thing.list(problems, field)?;
    let mut targets = Vec::with_capacity(nodes.len());
    for (place, node) in nodes {
        targets.extend(target(problems, &place, node));
    }
    Some(targets)
}

fn target(problems: &mut Problems, place: &Place, node: &Node) -> Option<Target> {
    let found = match &node.content {
        Content::Text { text, .. } => match text.as_str() {
            "squad" => Some(Target::Squad(None)),
            "leads" => Some(Target::Leads),
            "administrators" => Some(Target::Administrators),
            word => Duty::parse(word).map(Target::Duty),
        },
        Content::Map(fields) => match fields.as_slice() {
            [(kind, _, name)] => match (kind.as_str(), text_of(name)) {
                ("rota", Some(name)) => Some(Target::Rota(name.to_owned())),
                ("squad", Some(name)) => Some(Target::Squad(Some(name.to_owned()))),
                ("person", Some(email)) => Some(Target::Person(email.to_owned())),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    if found.is_none() {
        problems.add(place, format!("Whoever is called is {CALLED}."));
    }
    found
}

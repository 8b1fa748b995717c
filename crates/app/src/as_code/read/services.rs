//! Features, and services with the keys of their monitors.

use eider_domain::{
    feature::{Link, Platform},
    priority::Rank,
    service::{Heartbeat, Mapping, Source},
};
use serde_json::Value;

use super::{listed, words};
use crate::as_code::{
    fields::{Item, Thing, text_of},
    problem::Problems,
    wanted::{Feature, Key, Service, Worth},
    yaml::{Content, Node},
};

const FEATURE: [&str; 7] = [
    "name",
    "was",
    "description",
    "squad",
    "platforms",
    "links",
    "retired",
];
const LINK: [&str; 2] = ["title", "url"];
const SERVICE: [&str; 8] = [
    "name", "was", "squad", "feature", "worth", "causes", "keys", "retired",
];
const WORTH: [&str; 4] = ["critical", "error", "warning", "info"];
const KEY: [&str; 5] = [
    "name",
    "source",
    "mapping",
    "every_seconds",
    "grace_seconds",
];

pub(super) fn feature(
    problems: &mut Problems,
    top: &Thing<'_>,
    node: &Node,
) -> Option<Item<Feature>> {
    let thing = top.of(problems, node, &FEATURE)?;
    let name = thing.needed(problems, "name")?;
    let was = thing.text(problems, "was");
    let description = thing.maybe(problems, "description");
    let body = Feature {
        description: description.map(Option::unwrap_or_default),
        squad: thing.maybe(problems, "squad"),
        platforms: words(
            problems,
            &thing,
            "platforms",
            &Platform::ALL,
            Platform::as_str,
        ),
        links: links(problems, &thing),
        retired: thing.flag(problems, "retired").unwrap_or(false),
    };
    Some(thing.item(name, was, body))
}

fn links(problems: &mut Problems, feature: &Thing<'_>) -> Option<Vec<Link>> {
    let mut links = Vec::new();
    for (_, node) in feature.list(problems, "links")? {
        let Some(thing) = feature.of(problems, node, &LINK) else {
            continue;
        };
        let title = thing.needed(problems, "title");
        let url = thing.needed(problems, "url");
        if let (Some(title), Some(url)) = (title, url) {
            links.push(Link { title, url });
        }
    }
    Some(links)
}

pub(super) fn service(
    problems: &mut Problems,
    top: &Thing<'_>,
    node: &Node,
) -> Option<Item<Service>> {
    let thing = top.of(problems, node, &SERVICE)?;
    let name = thing.needed(problems, "name")?;
    let was = thing.text(problems, "was");
    let worth = thing.inner(problems, "worth", &WORTH);
    let body = Service {
        squad: thing.maybe(problems, "squad"),
        feature: thing.maybe(problems, "feature"),
        worth: worth.map_or_else(Worth::default, |inner| Worth {
            critical: rank(problems, &inner, "critical"),
            error: rank(problems, &inner, "error"),
            warning: rank(problems, &inner, "warning"),
            info: rank(problems, &inner, "info"),
        }),
        causes: thing.texts(problems, "causes"),
        keys: keys(problems, &thing),
        retired: thing.flag(problems, "retired").unwrap_or(false),
    };
    Some(thing.item(name, was, body))
}

fn rank(problems: &mut Problems, worth: &Thing<'_>, field: &str) -> Option<Option<Rank>> {
    let text = worth.maybe(problems, field)?;
    let Some(text) = text else { return Some(None) };
    let rank = Rank::parse(&text);
    if rank.is_none() {
        let (place, _) = worth.node(field)?;
        problems.add(&place, "Write a priority like P2, or null for no ticket.");
    }
    rank.map(Some)
}

fn keys(problems: &mut Problems, service: &Thing<'_>) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    for (_, node) in service.list(problems, "keys")? {
        if let Some(thing) = service.of(problems, node, &KEY) {
            keys.extend(key(problems, &thing));
        }
    }
    Some(keys)
}

fn key(problems: &mut Problems, thing: &Thing<'_>) -> Option<Key> {
    let name = thing.needed(problems, "name");
    let sources = listed(Source::ALL, Source::as_str);
    thing.needed(problems, "source")?;
    let source = thing.word(problems, "source", &sources, Source::parse);
    let mapping = thing.node("mapping").and_then(|(place, node)| {
        let mapping = Mapping::parse(&json(node).to_string());
        mapping.map_err(|error| problems.add(&place, error)).ok()
    });
    let every = thing.number(problems, "every_seconds");
    let grace = thing.number(problems, "grace_seconds");
    Some(Key {
        name: name?,
        source: source?,
        mapping,
        heartbeat: every.map(|every_seconds| Heartbeat {
            every_seconds,
            grace_seconds: grace.unwrap_or_default(),
        }),
    })
}

/// A mapping as the API takes it: texts, and lists of them.
fn json(node: &Node) -> Value {
    match &node.content {
        Content::Nothing => Value::Null,
        Content::Text { text, .. } => Value::String(text.clone()),
        Content::List(nodes) => nodes
            .iter()
            .map(|node| text_of(node).map_or(Value::Null, Value::from))
            .collect(),
        Content::Map(fields) => fields
            .iter()
            .map(|(name, _, node)| (name.clone(), json(node)))
            .collect(),
    }
}

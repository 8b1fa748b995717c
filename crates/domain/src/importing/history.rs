//! What all snapshots of one ticket tell: how it was opened, and every change at its time.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    Layout, Reason, Snapshot,
    states::{Before, moves},
};
use crate::{
    priority::Rank,
    ticket::{Resolution, StatusKind},
};

/// The history of one ticket, with people, squads and features by name.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// How it was opened.
    pub opening: Opening,
    /// What happened after that, by time.
    pub events: Vec<Event>,
    pub(super) last: Snapshot,
}

/// How a ticket was opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Opening {
    /// When.
    pub at: Timestamp,
    /// Its title.
    pub title: String,
    /// What was told.
    pub description: String,
    /// How urgent it was held to be; the third priority when that was not told.
    pub priority: Rank,
    /// What it was about.
    pub feature: Option<String>,
    /// Who looked after it.
    pub squad: Option<String>,
    /// Who asked.
    pub reporter: String,
}

/// Something that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who did it, if that was told.
    pub author: Option<String>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It has another title.
    Title(String),
    /// It has another priority.
    Priority(Rank),
    /// Another squad has it, or none.
    Squad(Option<String>),
    /// It is about something else.
    Feature(Option<String>),
    /// Somebody else has it, or nobody.
    Owner(Option<String>),
    /// It moved.
    Moved {
        /// Where to.
        to: StatusKind,
        /// The other tracker's word for that.
        word: String,
    },
    /// It was resolved.
    Resolved(Resolution),
}

const UNKNOWN_REPORTER: &str = "Unknown reporter";

impl Layout {
    /// The history that the snapshots of one ticket tell, in whatever order they come.
    ///
    /// # Errors
    /// When there is no snapshot.
    pub fn history(&self, mut snapshots: Vec<Snapshot>) -> Result<History, Reason> {
        snapshots.sort_by_key(|snapshot| (snapshot.at, snapshot.sequence, snapshot.line));
        drop_late_rows(&mut snapshots);
        let (Some(first), Some(last)) = (snapshots.first(), snapshots.last()) else {
            return Err(Reason("None of its rows can be read.".into()));
        };
        let rule = self.mapping.reporter.as_ref();
        let unknown = rule.and_then(|rule| rule.unknown.as_deref());
        let opening = Opening {
            at: first.opened_at,
            title: first.title.clone(),
            description: first.description.clone(),
            priority: first.priority.unwrap_or(Rank::P3),
            feature: first.feature.clone(),
            squad: first.squad.clone(),
            reporter: snapshots
                .iter()
                .find_map(|snapshot| snapshot.reporter.clone())
                .unwrap_or_else(|| unknown.unwrap_or(UNKNOWN_REPORTER).to_owned()),
        };
        let mut events = attributes(&opening, &snapshots, self.mapping.shape);
        events.extend(acknowledged(first));
        events.extend(moves(
            &snapshots,
            Before {
                kind: StatusKind::New,
                word: None,
                since: opening.at,
                reopened_count: 0,
            },
        ));
        // The sort is stable: at one moment, attributes come before moves.
        events.sort_by_key(|event| event.at);
        let last = last.clone();
        Ok(History {
            opening,
            events,
            last,
        })
    }
}

/// Drops rows that tell an open status after the ticket was resolved, but by their number come
/// before that, and that no reopening explains: they were written late. Without this, a ticket of
/// which one row has a wrong time would be held to have been reopened.
fn drop_late_rows(snapshots: &mut Vec<Snapshot>) {
    let mut done: Option<(i64, i64)> = None;
    snapshots.retain(|snapshot| {
        let Some(state) = &snapshot.state else {
            return true;
        };
        if !state.kind.is_open() {
            done = Some((snapshot.sequence, snapshot.reopened_count));
            return true;
        }
        let is_late = done.is_some_and(|(sequence, reopened_count)| {
            snapshot.sequence < sequence && snapshot.reopened_count <= reopened_count
        });
        if !is_late {
            done = None;
        }
        !is_late
    });
}

/// When somebody first said that it is seen, if a column tells it.
fn acknowledged(first: &Snapshot) -> Option<Event> {
    let at = first.acknowledged_at?.max(first.opened_at);
    let is_new = matches!(&first.state, Some(state) if state.kind == StatusKind::New);
    let ended_at = first.resolved_at.or(first.closed_at);
    (!is_new && ended_at.is_none_or(|ended_at| at <= ended_at)).then(|| Event {
        at,
        author: first.owner.clone(),
        what: What::Moved {
            to: StatusKind::Acknowledged,
            word: String::new(),
        },
    })
}

/// Every change of title, priority, squad, feature and owner.
fn attributes(opening: &Opening, snapshots: &[Snapshot], shape: super::Shape) -> Vec<Event> {
    let mut events = Vec::new();
    let mut title = &opening.title;
    let mut priority = opening.priority;
    let (mut squad, mut feature, mut owner) = (&opening.squad, &opening.feature, &None);
    for snapshot in snapshots {
        let at = match shape {
            // Since when somebody has it is not told; they are held to have had it all along.
            super::Shape::Tickets => opening.at,
            super::Shape::EventLog => snapshot.at.max(opening.at),
        };
        let mut push = |what| {
            events.push(Event {
                at,
                author: snapshot.author.clone(),
                what,
            });
        };
        if *title != snapshot.title {
            title = &snapshot.title;
            push(What::Title(title.clone()));
        }
        if let Some(new) = snapshot.priority.filter(|new| *new != priority) {
            priority = new;
            push(What::Priority(new));
        }
        if *feature != snapshot.feature {
            feature = &snapshot.feature;
            push(What::Feature(feature.clone()));
        }
        if *squad != snapshot.squad {
            squad = &snapshot.squad;
            push(What::Squad(squad.clone()));
        }
        if *owner != snapshot.owner {
            owner = &snapshot.owner;
            push(What::Owner(owner.clone()));
        }
    }
    events
}

impl History {
    /// A digest of all that would be imported; the same export and mapping give the same one.
    pub fn digest(&self) -> [u8; 32] {
        let text = serde_json::to_vec(&(&self.opening, &self.events)).unwrap_or_default();
        Sha256::digest(text).into()
    }

    /// The names of everybody who appears in it.
    pub fn people(&self) -> BTreeSet<&str> {
        let doers = self
            .events
            .iter()
            .filter_map(|event| event.author.as_deref());
        let owners = self.events.iter().filter_map(|event| match &event.what {
            What::Owner(owner) => owner.as_deref(),
            _ => None,
        });
        let ends = [self.last.author.as_deref(), self.last.owner.as_deref()];
        let ends = ends.into_iter().flatten();
        let reporter = std::iter::once(self.opening.reporter.as_str());
        reporter.chain(doers).chain(owners).chain(ends).collect()
    }

    /// The names of all squads it has been with.
    pub fn squads(&self) -> BTreeSet<&str> {
        let later = self.events.iter().filter_map(|event| match &event.what {
            What::Squad(squad) => squad.as_deref(),
            _ => None,
        });
        self.opening
            .squad
            .as_deref()
            .into_iter()
            .chain(later)
            .collect()
    }

    /// The names of all features it has been about.
    pub fn features(&self) -> BTreeSet<&str> {
        let later = self.events.iter().filter_map(|event| match &event.what {
            What::Feature(feature) => feature.as_deref(),
            _ => None,
        });
        self.opening
            .feature
            .as_deref()
            .into_iter()
            .chain(later)
            .collect()
    }
}

//! Samples of answers to whoever asks for news, for the gallery.

use std::collections::HashMap;

use eider_app::ticket::News;
use eider_domain::ticket::Ticket;
use eider_store::person::PersonName;
use jiff::Timestamp;
use serde_json::Value;

use super::news;
use crate::kit;

/// What whoever asks is told of that ticket, and of one without an update.
pub(crate) fn news(ticket: &Ticket, now: Timestamp) -> Vec<(String, Vec<Value>)> {
    let names: HashMap<_, _> = ticket
        .people_on_it()
        .map(|person| {
            let name = PersonName {
                name: if Some(person) == ticket.owner {
                    "Ada Okafor"
                } else {
                    "Ben Roe"
                }
                .into(),
                initials: "X".into(),
            };
            (person, name)
        })
        .collect();
    let told = News {
        number: ticket.number,
        title: ticket.title.clone(),
        status: ticket.status.kind(),
        owner: ticket.owner,
        hats: ticket.hats,
        last: ticket.update.clone(),
        next_at: ticket.next_update.map(|next| next.at),
        as_of: now,
        names,
    };
    let nothing = News {
        last: None,
        next_at: None,
        ..told.clone()
    };
    [told, nothing]
        .iter()
        .map(|told| {
            let words = news::words(told);
            let blocks = vec![kit::section(&words)];
            (words, blocks)
        })
        .collect()
}

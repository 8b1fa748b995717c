//! Tickets and known issues that may be the same, as suggestions (A6).

use eider_app::search::{self, SimilarQuery};
use eider_domain::{
    FeatureId,
    access::{Action, may},
    ticket::Ticket,
};

use crate::{Result, Visitor, Web, components::tickets::Similar, ticket::shown};

/// The longest note of what helped, in characters.
const NOTE_LIMIT_CHARACTERS: usize = 200;

/// What may be the same as what somebody is writing, with the way to join what is open.
pub(crate) async fn of_words(
    web: &Web,
    visitor: &Visitor,
    words: &str,
    feature: Option<FeatureId>,
    limit: usize,
) -> Result<Vec<Similar>> {
    let query = SimilarQuery {
        title: words.to_owned(),
        feature,
        ..SimilarQuery::default()
    };
    let found = search::similar(&web.eider, visitor.actor(), &query, limit).await?;
    let mut similar = shown(&found, visitor);
    if may(visitor.actor(), Action::Ask).is_ok() {
        let me = visitor.actor().person;
        let joinable = found.tickets.iter().filter(|t| t.may_be_joined_by(me));
        for path in joinable.map(|ticket| shown::path(ticket.number)) {
            let same = |one: &&mut Similar| one.href.as_ref() == Some(&path);
            if let Some(one) = similar.iter_mut().find(same) {
                one.join = Some(format!("{path}/join"));
            }
        }
    }
    Ok(similar)
}

/// What may be the same as a ticket.
pub(crate) async fn of_ticket(
    web: &Web,
    visitor: &Visitor,
    ticket: &Ticket,
    limit: usize,
) -> Result<Vec<Similar>> {
    let found = search::similar_to(&web.eider, visitor.actor(), ticket, limit).await?;
    Ok(shown(&found, visitor))
}

fn shown(found: &search::Similar, visitor: &Visitor) -> Vec<Similar> {
    let issues = found.known_issues.iter().map(|issue| Similar {
        key: "Known issue".to_owned(),
        title: issue.title.clone(),
        note: Some(issue.advice.clone()).filter(|advice| !advice.is_empty()),
        ..Similar::default()
    });
    let tickets = found.tickets.iter().map(|ticket| Similar {
        key: ticket.number.to_string(),
        href: Some(shown::path(ticket.number)),
        title: ticket.title.clone(),
        status: Some(shown::status(ticket.status.kind())),
        clock: shown::clock_now(ticket, &visitor.desk, visitor.now),
        is_unowned: ticket.status.kind().is_open() && ticket.owner.is_none(),
        note: ticket
            .status
            .resolution()
            .map(|resolution| shortened(&resolution.cause))
            .filter(|cause| !cause.is_empty()),
        ..Similar::default()
    });
    issues.chain(tickets).collect()
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= NOTE_LIMIT_CHARACTERS {
        return line.to_owned();
    }
    let kept: String = line.chars().take(NOTE_LIMIT_CHARACTERS).collect();
    format!("{}…", kept.trim_end())
}

//! Asking for help.

use eider_domain::{
    FeatureId, TicketId,
    access::{Action, Actor, may},
    feature::parse_url,
    priority::Rank,
    text::{self, BODY_LIMIT_CHARACTERS, SHORT_LIMIT_CHARACTERS, TITLE_LIMIT_CHARACTERS},
    ticket::{NewTicket, Report, Ticket},
};
use eider_store::Tx;

use crate::{
    Eider, Error, Result,
    desk::Desk,
    error::FieldErrors,
    once::{self, OnceKey},
};

const LINKS_LIMIT: usize = 20;
const TRIED_LIMIT: usize = 20;
const PEOPLE_LIMIT: i64 = 10_000_000_000;

/// What somebody asks, as it came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ask {
    /// What it is about, in a line.
    pub title: String,
    /// Priority; the least urgent when nothing was chosen.
    pub priority: Option<Rank>,
    /// What it is about.
    pub feature: Option<FeatureId>,
    /// What the form asked.
    pub report: Report,
}

/// Opens a ticket for `actor`.
///
/// # Errors
/// `Invalid` names every field that cannot be used.
pub async fn open(eider: &Eider, actor: &Actor, ask: Ask) -> Result<Ticket> {
    open_once(eider, actor, ask, None).await
}

/// As [`open`], once for each key: a request that came before is answered with the ticket that it
/// opened, as that ticket is now.
///
/// # Errors
/// As [`open`], and `Invalid` when the key came with another request.
pub async fn open_once(
    eider: &Eider,
    actor: &Actor,
    ask: Ask,
    key: Option<&OnceKey>,
) -> Result<Ticket> {
    let now = eider.now();
    let mut tx = eider.db().write().await?;
    let id: TicketId = eider.ids().id(now);
    if let Some(before) = once::claim(&mut tx, key, id.0, now).await? {
        let ticket = eider_store::ticket::by_id(&mut tx, before.into()).await?;
        // The first request may share this commit: answer once it is on the disk.
        tx.commit().await?;
        return ticket.ok_or_else(|| Error::NotFound("The ticket of this key".into()));
    }
    let ticket = open_in(eider, &mut tx, actor, id, ask).await?;
    tx.commit().await?;
    eider.committed();
    Ok(ticket)
}

pub(crate) async fn open_in(
    eider: &Eider,
    tx: &mut Tx,
    actor: &Actor,
    id: TicketId,
    ask: Ask,
) -> Result<Ticket> {
    may(actor, Action::Ask)?;
    let now = eider.now();
    let desk = eider.desk_in(tx).await?;
    let checked = check(ask, &desk, now)?;
    let number = eider_store::ticket::next_number(tx, 1).await?;
    let feature = checked.feature.and_then(|id| desk.feature(id));
    let new = NewTicket {
        id,
        number,
        title: checked.title,
        report: checked.report,
        priority: checked.priority.unwrap_or_else(|| desk.usual_rank()),
        feature: feature.map(|feature| feature.id),
        squad: feature.and_then(|feature| feature.squad),
        reporter: actor.person,
    };
    let (mut ticket, opened) = Ticket::open(new, now);
    super::save_applied(eider, tx, &desk, &mut ticket, vec![opened], now).await?;
    Ok(ticket)
}

/// The question with its texts cleaned, as [`open`] would keep it.
///
/// # Errors
/// `Invalid` names every field that cannot be used.
pub fn check(ask: Ask, desk: &Desk, now: jiff::Timestamp) -> Result<Ask> {
    let mut errors = FieldErrors::default();
    let report = ask.report;
    let title = errors.check(
        "title",
        text::line("The title", &ask.title, TITLE_LIMIT_CHARACTERS),
    );
    let what = errors.check(
        "what",
        text::lines("What happened", &report.what, BODY_LIMIT_CHARACTERS),
    );
    let mut optional = |field, name, value: Option<String>, limit| {
        errors
            .check(field, text::optional_lines(name, value.as_deref(), limit))
            .flatten()
    };
    let expected = optional(
        "expected",
        "What you expected",
        report.expected,
        BODY_LIMIT_CHARACTERS,
    );
    let steps = optional("steps", "The steps", report.steps, BODY_LIMIT_CHARACTERS);
    let network = optional(
        "network",
        "The network",
        report.network,
        SHORT_LIMIT_CHARACTERS,
    );
    let links: Vec<String> = report
        .links
        .iter()
        .filter(|link| !link.trim().is_empty())
        .filter_map(|link| errors.check("links", parse_url(link)))
        .collect();
    if links.len() > LINKS_LIMIT {
        errors.add("links", format!("At most {LINKS_LIMIT} links can be kept."));
    }
    if report.tried.len() > TRIED_LIMIT {
        let message = format!("At most {TRIED_LIMIT} places where it was tried can be kept.");
        errors.add("tried", message);
    }
    if let Some(rank) = ask.priority.filter(|rank| !desk.offers(*rank)) {
        errors.add("priority", not_offered(rank, desk));
    }
    if ask.feature.is_some_and(|id| desk.feature(id).is_none()) {
        errors.add("feature", "Choose one of the features that are offered.");
    }
    let word_is_known = |word: &String| desk.glossary.iter().any(|term| &term.key == word);
    if report
        .word
        .as_ref()
        .is_some_and(|word| !word_is_known(word))
    {
        errors.add("word", "Choose one of the words that are offered.");
    }
    if report
        .people_affected
        .is_some_and(|people| !(0..=PEOPLE_LIMIT).contains(&people))
    {
        errors.add(
            "people_affected",
            format!("Write how many people as a whole number, from 0 to {PEOPLE_LIMIT}."),
        );
    }
    if report.since.is_some_and(|since| since > now) {
        errors.add(
            "since",
            "It cannot have begun in the future. Check the date and the time.",
        );
    }
    errors.finish()?;
    let (Some(title), Some(what)) = (title, what) else {
        return Err(Error::field("title", "Write what happened."));
    };
    let report = Report {
        what,
        expected,
        steps,
        network,
        links,
        ..report
    };
    Ok(Ask {
        title,
        report,
        ..ask
    })
}

/// Why a priority cannot be chosen.
pub(super) fn not_offered(rank: Rank, desk: &Desk) -> String {
    match desk.priority(rank) {
        Some(priority) => format!(
            "{rank} {} is retired. Choose one of the priorities that are offered.",
            priority.name
        ),
        None => "Choose one of the priorities that are offered.".to_owned(),
    }
}

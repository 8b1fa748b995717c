//! A rota's calendar: who is on call when, and what should not be so.

use eider_domain::{
    RotaId,
    access::{Action, Actor, may},
    rota::{Change, Finding, Found, Roster, Rota, Shift, Span, findings},
};
use jiff::{SignedDuration, Timestamp};

use super::{Exceptions, People, existing, named_in};
use crate::{Eider, Error, Result};

/// The longest time that a calendar shows.
pub const CALENDAR_LONGEST_DAYS: i64 = 400;
/// How far back changes are read, to see how long somebody has been on call already.
const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 7 * 54);

/// A rota between two instants.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The rota.
    pub rota: Rota,
    /// Who is on call: spans that cover the time, gaps among them.
    pub spans: Vec<Span>,
    /// Each person's shifts.
    pub shifts: Vec<Shift>,
    /// The changes in this time, by when they were made.
    pub changes: Vec<Change>,
    /// What should not be so, by time.
    pub found: Vec<Found>,
    /// The people who are named.
    pub people: People,
}

/// The calendar of a rota between two instants.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` when the time is none or too long.
pub async fn calendar(
    eider: &Eider,
    actor: &Actor,
    id: RotaId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Calendar> {
    may(actor, Action::Read)?;
    check(from, until)?;
    let mut tx = eider.db().read().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let rota = existing(&desk, id)?;
    let before = from.checked_sub(BEFORE).unwrap_or(from);
    let exceptions = Exceptions::load(&mut tx, before, until).await?;
    let roster = exceptions.roster(rota);
    let (spans, shifts) = (roster.spans(from, until), roster.shifts(from, until));
    // What is past needs nobody's help any more.
    let found = if until > eider.now() {
        let siblings: Vec<Roster<'_>> = desk
            .rotas
            .iter()
            .filter(|other| other.squad == rota.squad)
            .map(|other| exceptions.roster(other))
            .collect();
        let mut found = findings(&siblings, from.max(eider.now()), until);
        found.retain(|found| concerns(found, id));
        found
    } else {
        Vec::new()
    };
    let mut ids = named_in(&spans);
    ids.extend(found.iter().filter_map(|found| found.finding.person()));
    let people = People::load(eider, &mut tx, actor, ids).await?;
    let mut changes = exceptions.changes;
    changes.retain(|change| change.rota == id && change.until > from);
    Ok(Calendar {
        rota: rota.clone(),
        spans,
        shifts,
        changes,
        found,
        people,
    })
}

fn concerns(found: &Found, rota: RotaId) -> bool {
    let other = match found.finding {
        Finding::DoubleDuty { other, .. } => Some(other),
        _ => None,
    };
    found.rota == rota || other == Some(rota)
}

fn check(from: Timestamp, until: Timestamp) -> Result<()> {
    if until <= from {
        return Err(Error::field(
            "until",
            "This ends before it starts. Choose a later end.",
        ));
    }
    if until.duration_since(from).as_hours() > 24 * CALENDAR_LONGEST_DAYS {
        let message = format!("A calendar shows at most {CALENDAR_LONGEST_DAYS} days.");
        return Err(Error::field("until", message));
    }
    Ok(())
}

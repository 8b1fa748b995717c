//! The daily digest: how the desk stands, once each working day.

use std::collections::HashMap;

use eider_domain::{PersonId, SquadId, TicketNumber, page::State, ticket::StatusKind};
use eider_jobs::NewJob;
use eider_store::{
    Tx, counter, job, page,
    person::{self, PersonName},
    slack::workspace,
    ticket::{self, Filter, Order, Page, Summary},
};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use super::{Settings, settings_in, setup::queue};
use crate::{Eider, Result, desk::Desk, rota, ticket::names_of};

/// The kind of job that posts the digest; its payload is the day, such as `2026-03-02`.
pub const DIGEST_JOB: &str = "slack.digest";
/// The kind of job that moves the digest that waits, after the zone or the calendars were changed.
pub const DIGEST_PLAN_JOB: &str = "slack.digest_plan";
/// The counter that grows when the digest is planned.
const PLANNED: &str = "slack_digest";
/// How many tickets each part shows.
const PART_LIMIT: i64 = 5;
/// The most open pages that are looked through.
const PAGES_LIMIT: i64 = 1_000;
/// Tickets are counted up to here.
const COUNT_LIMIT: i64 = 10_000;
/// A working day comes within this, or there is none.
const DAYS_AHEAD: i32 = 366;

/// How the desk, or a squad's part of it, stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// How many are open.
    pub open: i64,
    /// How many are late, and the most urgent of them.
    pub late: (i64, Vec<Summary>),
    /// How many nobody owns, and the most urgent of them.
    pub unowned: (i64, Vec<Summary>),
    /// How many wait for their reporter, and the most urgent of them.
    pub waiting: (i64, Vec<Summary>),
    /// Who is on call.
    pub on_call: Vec<OnCallNow>,
    /// How many calls wait for hours to start, and the first of them.
    pub held: (i64, Vec<HeldCall>),
    /// Names of everybody in it.
    pub names: HashMap<PersonId, PersonName>,
}

/// Who is on call in one rota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCallNow {
    /// The rota's name.
    pub rota: String,
    /// Who; nobody in a gap.
    pub people: Vec<PersonId>,
}

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCall {
    /// The ticket.
    pub number: TicketNumber,
    /// Its title.
    pub title: String,
    /// When people are called.
    pub until: Timestamp,
}

/// How the desk stands, or that squad's part of it.
///
/// # Errors
/// When the database fails.
pub async fn digest(eider: &Eider, squad: Option<SquadId>) -> Result<Digest> {
    let mut tx = eider.db().read().await?;
    let open = Filter {
        squad,
        only_open: true,
        ..Filter::default()
    };
    let late = Filter {
        late_at: Some(eider.now()),
        ..open.clone()
    };
    let unowned = Filter {
        only_unowned: true,
        ..open.clone()
    };
    let waiting = Filter {
        statuses: vec![StatusKind::WaitingForReporter],
        ..open.clone()
    };
    let mut digest = Digest {
        open: ticket::count(&mut tx, &open, COUNT_LIMIT).await?,
        late: part(&mut tx, &late).await?,
        unowned: part(&mut tx, &unowned).await?,
        waiting: part(&mut tx, &waiting).await?,
        on_call: Vec::new(),
        held: held(&mut tx, squad).await?,
        names: HashMap::new(),
    };
    let parts = [&digest.late, &digest.unowned, &digest.waiting];
    let shown: Vec<Summary> = parts.iter().flat_map(|part| part.1.clone()).collect();
    digest.names = names_of(&mut tx, &shown).await?;
    drop(tx);
    let standing = rota::standing_now(eider, squad).await?;
    let people: Vec<PersonId> = standing.iter().flat_map(|one| one.1.clone()).collect();
    let mut tx = eider.db().read().await?;
    digest.names.extend(person::names(&mut tx, &people).await?);
    digest.on_call = standing
        .into_iter()
        .map(|(rota, people)| OnCallNow { rota, people })
        .collect();
    Ok(digest)
}

/// The calls of a squad, or of all, that wait for hours to start.
async fn held(tx: &mut Tx, squad: Option<SquadId>) -> Result<(i64, Vec<HeldCall>)> {
    let mut pages = page::open(tx, PAGES_LIMIT).await?;
    pages.retain(|page| !page.is_drill && (squad.is_none() || page.squad == squad));
    let mut waiting: Vec<(Timestamp, TicketNumber)> = pages
        .iter()
        .filter_map(|page| match page.state {
            State::Held { until } => Some((until, page.lead()?.number)),
            _ => None,
        })
        .collect();
    waiting.sort_unstable();
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    waiting.truncate(usize::try_from(PART_LIMIT).unwrap_or(0));
    let mut shown = Vec::with_capacity(waiting.len());
    for (until, number) in waiting {
        if let Some(ticket) = ticket::by_number(tx, number).await? {
            shown.push(HeldCall {
                number,
                title: ticket.title,
                until,
            });
        }
    }
    Ok((count, shown))
}

async fn part(tx: &mut Tx, filter: &Filter) -> Result<(i64, Vec<Summary>)> {
    let page = Page {
        before: None,
        after: None,
        limit: PART_LIMIT,
    };
    Ok((
        ticket::count(tx, filter, COUNT_LIMIT).await?,
        ticket::list(tx, filter, Order::Urgency, page).await?,
    ))
}

/// Queues the next digest, unless one waits already.
///
/// # Errors
/// When the database fails.
pub async fn plan_digest(eider: &Eider) -> Result<()> {
    let mut tx = eider.db().write().await?;
    alone(&mut tx).await?;
    if job::is_queued(&mut tx, DIGEST_JOB).await? {
        return Ok(());
    }
    plan_in(eider, &mut tx).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Queues the digest after this one, or moves the one that waits. There is one such job, whatever it
/// is planned by, so that a day has one digest however many nodes there are.
///
/// # Errors
/// When the database fails.
pub async fn plan_next_digest(eider: &Eider) -> Result<()> {
    let mut tx = eider.db().write().await?;
    plan_in(eider, &mut tx).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}

/// Has the digest that waits moved, soon: the zone or the calendars of the desk are other ones.
pub(crate) async fn plan_anew(eider: &Eider, tx: &mut Tx) -> Result<()> {
    if workspace::all(tx).await?.is_empty() {
        return Ok(());
    }
    queue(eider, tx, DIGEST_PLAN_JOB, "", eider.now()).await
}

/// Whoever plans does it alone until their transaction ends. Else one that has read the settings of
/// a moment ago could take away what another has just planned by the new ones.
async fn alone(tx: &mut Tx) -> Result<()> {
    Ok(counter::step(tx, PLANNED).await?)
}

/// Plans by the settings as they are in `tx`.
pub(super) async fn plan_in(eider: &Eider, tx: &mut Tx) -> Result<()> {
    alone(tx).await?;
    let now = eider.now();
    let settings = settings_in(tx).await?;
    let desk = eider.desk_in(tx).await?;
    let next = next_digest(&settings, &desk, now);
    let is_connected = !workspace::all(tx).await?.is_empty();
    let Some((day, run_at)) = next.filter(|_| is_connected) else {
        return Ok(job::cancel(tx, DIGEST_JOB).await?);
    };
    let planned = NewJob {
        id: eider.ids().id(now),
        kind: DIGEST_JOB,
        payload: day.to_string(),
        run_at,
        dedup_key: Some(DIGEST_JOB.to_owned()),
    };
    Ok(job::enqueue(tx, &planned).await?)
}

/// Whether the digest of that day still tells the present: it is that day yet, in the desk's zone.
pub fn is_digest_of_today(desk: &Desk, day: Date, now: Timestamp) -> bool {
    now.to_zoned(zone(desk)).date() == day
}

/// The next working day's digest after `now`: its day and its instant. Where clocks are put
/// forward over its time it comes right after, where they are put back, the first time.
fn next_digest(settings: &Settings, desk: &Desk, now: Timestamp) -> Option<(Date, Timestamp)> {
    let time: Time = settings.digest_at.as_deref()?.parse().ok()?;
    let zone = zone(desk);
    let mut day = now.to_zoned(zone.clone()).date();
    for _ in 0..DAYS_AHEAD {
        if is_working_day(desk, day) {
            let at = day.to_datetime(time).to_zoned(zone.clone()).ok()?;
            if at.timestamp() > now {
                return Some((day, at.timestamp()));
            }
        }
        day = day.tomorrow().ok()?;
    }
    None
}

fn zone(desk: &Desk) -> TimeZone {
    TimeZone::get(&desk.settings.zone).unwrap_or(TimeZone::UTC)
}

/// A day on which anybody works by the desk's calendars; without any, Monday to Friday.
fn is_working_day(desk: &Desk, day: Date) -> bool {
    if desk.calendars.is_empty() {
        return !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    }
    desk.calendars
        .iter()
        .any(|named| !named.calendar.intervals_on(day).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(now: &str, time: &str) -> Option<String> {
        let desk = Desk::fresh().expect("a fresh desk");
        let settings = Settings {
            digest_at: Some(time.to_owned()),
            ..Settings::default()
        };
        let next = next_digest(&settings, &desk, now.parse().expect("an instant"));
        next.map(|(day, at)| format!("{day} {at}"))
    }

    #[test]
    fn the_digest_comes_on_working_days_at_its_local_time() {
        let friday = next("2026-03-27T08:00:00Z", "09:00");
        assert_eq!(friday.as_deref(), Some("2026-03-27 2026-03-27T09:00:00Z"));
        // Clocks go forward on the Sunday, so that Monday's comes an hour earlier by UTC.
        let monday = next("2026-03-27T09:00:00Z", "09:00");
        assert_eq!(monday.as_deref(), Some("2026-03-30 2026-03-30T08:00:00Z"));
    }

    #[test]
    fn without_a_time_there_is_none() {
        assert_eq!(next("2026-03-27T08:00:00Z", ""), None);
    }
}

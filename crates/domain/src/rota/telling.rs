//! What the lead is told of what should not be so: each finding once, and that it is gone only if
//! it was told.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::findings::{Finding, Found};
use crate::{sla::Hours, wall};

/// How far ahead is looked.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 56);
/// A gap that begins within this is told at once.
pub const PRESSING: SignedDuration = SignedDuration::from_hours(48);
/// The hour of a working day at which everything else is told.
const DIGEST_HOUR: i8 = 9;
/// A working day comes within this, or there is none.
const DAYS_AHEAD: usize = 366;

/// What of the findings is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Gaps that begin soon.
    AtOnce,
    /// Everything that is new, and what is gone.
    Digest,
}

/// The time that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The present.
    pub now: Timestamp,
    /// As far as was looked.
    pub until: Timestamp,
}

/// What is to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What nobody was told yet, by time.
    pub fresh: Vec<Found>,
    /// What was told and is gone. What is over is no news.
    pub gone: Vec<Found>,
    /// What will have been told.
    pub told: Vec<Found>,
}

impl News {
    /// What is to be told, after `told` was.
    pub fn of(told: &[Found], found: &[Found], looked: Looked, how: Telling) -> Self {
        let mut kept: Vec<Found> = told.to_vec();
        kept.retain(|one| one.until > looked.now);
        let mut gone = Vec::new();
        if how == Telling::Digest {
            let is_there = |one: &Found| found.iter().any(|other| touches(one, other));
            (kept, gone) = kept.into_iter().partition(is_there);
            close(&mut kept, found, looked.until);
        }
        let is_told = |one: &Found| how == Telling::Digest || is_pressing(one, looked.now);
        let mut fresh = Vec::new();
        for one in found.iter().filter(|one| is_told(one)) {
            if kept.iter().any(|before| covers(before, one)) {
                continue;
            }
            let mut known = one.clone();
            if one.until >= looked.until {
                // It goes on beyond what was looked at: tomorrow it is longer, and no other.
                known.until = Timestamp::MAX;
            }
            for before in kept.iter().filter(|before| touches(before, one)) {
                known.from = known.from.min(before.from);
                known.until = known.until.max(before.until);
            }
            kept.retain(|before| !touches(before, one));
            kept.push(known);
            fresh.push(one.clone());
        }
        Self {
            fresh,
            gone,
            told: kept,
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.gone.is_empty()
    }
}

/// What seemed to go on for ever and has an end now is known to end there.
fn close(kept: &mut [Found], found: &[Found], until: Timestamp) {
    for one in kept.iter_mut().filter(|one| one.until == Timestamp::MAX) {
        let ends = found.iter().filter(|other| touches(one, other));
        if let Some(end) = ends.map(|other| other.until).max()
            && end < until
        {
            one.until = end;
        }
    }
}

/// Whether something that was found is still there among what is found now.
pub fn still_there(one: &Found, found: &[Found]) -> bool {
    found.iter().any(|other| touches(one, other))
}

/// When a gap that was found is to be told at once, if it was not told before.
fn is_pressing(found: &Found, now: Timestamp) -> bool {
    let soon = now.saturating_add(PRESSING).unwrap_or(Timestamp::MAX);
    matches!(found.finding, Finding::Gap { .. }) && found.from <= soon
}

/// Whether what was told says all of what is found now.
fn covers(told: &Found, found: &Found) -> bool {
    is_alike(told, found) && told.from <= found.from && found.until <= told.until
}

/// Whether two findings have some time in common and are otherwise the same.
fn touches(one: &Found, other: &Found) -> bool {
    is_alike(one, other) && one.from < other.until && other.from < one.until
}

/// Whether two findings are about the same thing and people, whatever their time.
fn is_alike(one: &Found, other: &Found) -> bool {
    if one.rota != other.rota {
        return false;
    }
    match (&one.finding, &other.finding) {
        (Finding::Gap { missing }, Finding::Gap { missing: others }) => {
            let people = |missing: &[super::Missing]| {
                let mut people: Vec<_> = missing.iter().map(|one| one.person).collect();
                people.sort_unstable();
                people
            };
            people(missing) == people(others)
        }
        (
            Finding::DoubleDuty { person, other },
            Finding::DoubleDuty {
                person: someone,
                other: another,
            },
        ) => (person, other) == (someone, another),
        (Finding::TooManyWeeks { person, .. }, Finding::TooManyWeeks { person: other, .. })
        | (Finding::TwiceRunning { person }, Finding::TwiceRunning { person: other })
        | (Finding::TooLittleRest { person, .. }, Finding::TooLittleRest { person: other, .. }) => {
            person == other
        }
        _ => false,
    }
}

/// When everything is told that is not pressing, the first time after `after`: at nine on the next
/// working day of a squad's hours, where they are; every day, in `zone`, where they never end.
pub fn next_digest(hours: &Hours, zone: &TimeZone, after: Timestamp) -> Option<Timestamp> {
    let (zone, is_working): (&TimeZone, &dyn Fn(Date) -> bool) = match hours {
        Hours::AroundTheClock => (zone, &|_| true),
        Hours::Calendar(calendar) => (calendar.time_zone(), &|day| {
            !calendar.intervals_on(day).is_empty()
        }),
    };
    let mut day = after.to_zoned(zone.clone()).date();
    for _ in 0..DAYS_AHEAD {
        if is_working(day) {
            let at = wall::begins(zone, day.at(DIGEST_HOUR, 0, 0, 0))?;
            if at > after {
                return Some(at);
            }
        }
        day = day.checked_add(1.day()).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PersonId, RotaId, rota::Missing, rota::Why, sla::Calendar};
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn gap(person: u128, from: &str, until: &str) -> Found {
        let missing = Missing {
            person: PersonId(Uuid::from_u128(person)),
            why: Why::Away,
        };
        Found {
            rota: RotaId(Uuid::from_u128(7)),
            from: at(from),
            until: at(until),
            finding: Finding::Gap {
                missing: vec![missing],
            },
        }
    }

    fn looked(now: &str) -> Looked {
        let now = at(now);
        Looked {
            now,
            until: now + AHEAD,
        }
    }

    #[test]
    fn a_finding_is_told_once_and_its_end_only_if_it_was_told() {
        let found = [gap(1, "2026-03-20T00:00:00Z", "2026-03-21T00:00:00Z")];
        let now = looked("2026-03-02T09:00:00Z");
        let first = News::of(&[], &found, now, Telling::Digest);
        assert_eq!(first.fresh, found);
        let second = News::of(&first.told, &found, now, Telling::Digest);
        assert!(second.is_empty(), "{second:?}");
        let mended = News::of(&second.told, &[], now, Telling::Digest);
        assert_eq!(mended.gone, found);
        assert!(mended.told.is_empty());
        assert!(News::of(&[], &[], now, Telling::Digest).is_empty());
        let later = looked("2026-03-22T09:00:00Z");
        assert!(News::of(&first.told, &[], later, Telling::Digest).is_empty());
    }

    #[test]
    fn only_a_gap_that_begins_soon_is_told_at_once() {
        let soon = gap(1, "2026-03-04T08:00:00Z", "2026-03-05T00:00:00Z");
        let late = gap(2, "2026-03-20T00:00:00Z", "2026-03-21T00:00:00Z");
        let now = looked("2026-03-02T09:00:00Z");
        let news = News::of(&[], &[soon.clone(), late], now, Telling::AtOnce);
        assert_eq!(news.fresh, [soon]);
    }

    #[test]
    fn what_has_begun_or_shrunk_is_the_same_and_what_has_grown_is_news() {
        let told = [gap(1, "2026-03-10T00:00:00Z", "2026-03-12T00:00:00Z")];
        let inside = [gap(1, "2026-03-10T12:00:00Z", "2026-03-11T00:00:00Z")];
        let now = looked("2026-03-10T12:00:00Z");
        assert!(News::of(&told, &inside, now, Telling::Digest).is_empty());
        let grown = [gap(1, "2026-03-10T12:00:00Z", "2026-03-20T00:00:00Z")];
        let news = News::of(&told, &grown, now, Telling::Digest);
        assert_eq!(news.fresh, grown);
        let again = News::of(&news.told, &grown, now, Telling::Digest);
        assert!(again.is_empty(), "{again:?}");
        let other = [gap(2, "2026-03-10T12:00:00Z", "2026-03-11T00:00:00Z")];
        let news = News::of(&told, &other, now, Telling::Digest);
        assert_eq!((news.fresh.len(), news.gone.len()), (1, 1));
    }

    #[test]
    fn what_goes_on_beyond_what_is_looked_at_is_told_once() {
        let now = looked("2026-03-02T09:00:00Z");
        let mut open = gap(1, "2026-04-20T00:00:00Z", "2026-04-21T00:00:00Z");
        open.until = now.until;
        let news = News::of(&[], &[open.clone()], now, Telling::Digest);
        let tomorrow = looked("2026-03-03T09:00:00Z");
        open.until = tomorrow.until;
        let again = News::of(&news.told, &[open], tomorrow, Telling::Digest);
        assert!(again.is_empty(), "{again:?}");
    }

    #[test]
    fn the_digest_comes_at_nine_on_working_days() {
        let london = TimeZone::get("Europe/London").unwrap();
        let hours: Hours = Calendar::mon_fri_nine_to_five("Europe/London")
            .unwrap()
            .into();
        let next = |after| next_digest(&hours, &london, at(after)).unwrap().to_string();
        assert_eq!(next("2026-03-27T08:59:59Z"), "2026-03-27T09:00:00Z");
        // Clocks go forward on the Sunday.
        assert_eq!(next("2026-03-27T09:00:00Z"), "2026-03-30T08:00:00Z");
        let always = next_digest(&Hours::AroundTheClock, &london, at("2026-03-28T09:00:00Z"));
        assert_eq!(always, Some(at("2026-03-29T08:00:00Z")));
    }
}

//! What should not be so, as a sentence.

use eider_domain::rota::{Finding, Found, Missing, Rota, Why};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::People;

/// What should not be so, as a sentence, in the zone of its rota.
pub fn finding(found: &Found, rota: &Rota, people: &People) -> String {
    let when = span(found.from, found.until, rota);
    match &found.finding {
        Finding::Gap { missing } if missing.is_empty() => format!("Nobody is planned, {when}."),
        Finding::Gap { missing: who } => {
            format!("Nobody is on call, {when}: {}.", missing(who, people))
        }
        Finding::DoubleDuty { person, .. } => format!(
            "{} is primary and secondary at once, {when}.",
            people.name(*person)
        ),
        Finding::TooManyWeeks { person, most_weeks } => format!(
            "{} is on call for more than {} on end, {when}.",
            people.name(*person),
            counted(*most_weeks, "week"),
        ),
        Finding::TwiceRunning { person } => {
            format!("{} is primary twice running, {when}.", people.name(*person))
        }
        Finding::TooLittleRest {
            person,
            rest,
            least_hours,
        } => format!(
            "{} has only {} of rest, {when}. {} are asked for.",
            people.name(*person),
            length(*rest),
            counted(*least_hours, "hour"),
        ),
    }
}

/// Why nobody is: "Ada is away".
fn missing(missing: &[Missing], people: &People) -> String {
    let each: Vec<String> = missing
        .iter()
        .map(|missing| {
            let name = people.name(missing.person);
            match missing.why {
                Why::Away => format!("{name} is away"),
                Why::Left => format!("{name} has left"),
            }
        })
        .collect();
    each.join(", ")
}

/// "Mon 5 Jan 09:00 to Mon 12 Jan 09:00", in the zone of a rota.
pub(super) fn span(from: Timestamp, until: Timestamp, rota: &Rota) -> String {
    format!("{} to {}", at(from, rota), at(until, rota))
}

/// "Mon 5 Jan 09:00", in the zone of a rota.
pub(crate) fn at(instant: Timestamp, rota: &Rota) -> String {
    let zone = TimeZone::get(&rota.zone).unwrap_or(TimeZone::UTC);
    let local = instant.to_zoned(zone);
    local.strftime("%a %-d %b %H:%M").to_string()
}

/// "1 week", "2 weeks"
fn counted(count: u8, one: &str) -> String {
    let more = if count == 1 { "" } else { "s" };
    format!("{count} {one}{more}")
}

/// "9 h 30 min"
fn length(time: SignedDuration) -> String {
    let (hours, minutes) = (time.as_hours(), time.as_mins() % 60);
    match (hours, minutes) {
        (0, 0) => "under a minute".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

//! Who is on call, in words; times of a rota, read and written in its zone.

use eider_app::rota::People;
use eider_domain::{
    PersonId,
    rota::{ChangeKind, Duty, Holding, Missing, Reason, Why},
    wall,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// "Primary"
pub(super) fn duty(duty: Duty) -> &'static str {
    match duty {
        Duty::Primary => "Primary",
        Duty::Secondary => "Secondary",
        Duty::Gardener => "Gardener",
    }
}

/// The zone of that name.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// "Mon 5 Jan 09:00", in the zone of a rota.
pub(super) fn at(instant: Timestamp, zone: &TimeZone) -> String {
    let format = "%a %-d %b %H:%M";
    instant.to_zoned(zone.clone()).strftime(format).to_string()
}

/// "Mon 5 Jan 09:00 to Mon 12 Jan 09:00"
pub(crate) fn span(from: Timestamp, until: Timestamp, zone: &TimeZone) -> String {
    format!("{} to {}", at(from, zone), at(until, zone))
}

/// The value of a field for a time.
pub(crate) fn field(instant: Timestamp, zone: &TimeZone) -> String {
    let format = "%Y-%m-%dT%H:%M";
    instant.to_zoned(zone.clone()).strftime(format).to_string()
}

/// The instant at which something begins, as a field has it.
pub(crate) fn begins(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    wall::begins(zone, civil(text)?)
}

/// The instant at which something ends, as a field has it.
pub(crate) fn ends(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    wall::ends(zone, civil(text)?)
}

fn civil(text: &str) -> Option<DateTime> {
    text.trim().parse().ok()
}

/// Why somebody is on call, where it is not their turn: "instead of Ben".
pub(super) fn reason(holding: &Holding, people: &People) -> Option<String> {
    let Reason::Changed { how, .. } = holding.reason else {
        return None;
    };
    let planned = holding.instead_of.map(|person| people.name(person));
    Some(match (how, planned) {
        (ChangeKind::Swap, Some(name)) => format!("swapped with {name}"),
        (ChangeKind::Cover, Some(name)) => format!("stands in for {name}"),
        (_, Some(name)) => format!("instead of {name}"),
        (_, None) => "by an override".to_owned(),
    })
}

/// Why nobody is: "Ada is away".
pub(super) fn missing(missing: &[Missing], people: &People) -> String {
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

/// The first name of somebody, for narrow places.
pub(super) fn short(person: PersonId, people: &People) -> &str {
    let name = people.name(person);
    name.split_whitespace().next().unwrap_or(name)
}

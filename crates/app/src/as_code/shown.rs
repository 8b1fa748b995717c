//! Things of the desk as files say them: names, not ids, and never a secret.

use std::collections::HashMap;

use eider_domain::{
    PersonId, RotaId, SquadId,
    escalation::{Paging, Plan, Policy, Target, Waking},
    feature::{Feature, Platform},
    person::{Person, Standing},
    priority::{NamedCalendar, Rank},
    rota::{Layer, Rota},
    service::{Mapping, Service, ServiceKey},
    sla::WeeklyHours,
    squad::Squad,
};
use jiff::civil::Weekday;

use super::value::{Fields, Value};
use crate::desk::Desk;

const RANKS: [&str; 9] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"];

/// Names for ids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    /// The desk.
    pub(super) desk: &'a Desk,
    /// The addresses of people.
    pub(super) emails: &'a HashMap<PersonId, String>,
}

impl Names<'_> {
    fn squad(&self, id: Option<SquadId>) -> Value {
        let squad = id.and_then(|id| self.desk.squad(id));
        Value::maybe(squad.map(|squad| squad.name.as_str()))
    }

    fn rota(&self, id: RotaId) -> String {
        let rota = self.desk.rota(id);
        rota.map(|rota| rota.name.clone()).unwrap_or_default()
    }

    fn email(&self, id: PersonId) -> Value {
        Value::Text(self.emails.get(&id).cloned().unwrap_or_default())
    }
}

/// A squad, without what it decided about paging.
pub(super) fn squad(squad: &Squad) -> Fields {
    vec![
        ("name", text(&squad.name)),
        (
            "rate_cents_per_hour",
            Value::Number(squad.rate_cents_per_hour),
        ),
    ]
}

/// What a squad or the company decided about paging.
pub(super) fn rules(paging: &Paging, names: Names<'_>) -> Fields {
    let policy = paging.policy.and_then(|id| names.desk.policy(id));
    let mut decided = paging.waking.clone();
    decided.sort_unstable_by_key(|(rank, _)| *rank);
    let waking = decided.iter().map(|(rank, how)| {
        let how = match how {
            Waking::Wake => text("wake"),
            Waking::Never => text("never"),
            Waking::Hold { calendar: None } => text("hold"),
            Waking::Hold { calendar: Some(id) } => {
                let mut calendars = names.desk.calendars.iter();
                let named = calendars.find(|named| named.id == *id);
                let name = named.map(|named| named.calendar.name());
                Value::Map(vec![("hold", Value::maybe(name))])
            }
        };
        (word_of(*rank), how)
    });
    let mut fields = vec![(
        "policy",
        Value::maybe(policy.map(|policy| policy.name.as_str())),
    )];
    fields.push(("waking", Value::Map(waking.collect())));
    fields
}

pub(super) fn calendar(named: &NamedCalendar) -> Fields {
    let calendar = &named.calendar;
    let holidays = calendar.holidays().iter().map(|holiday| {
        let line = format!("{} {}", holiday.date, holiday.name);
        line.trim_end_matches(' ').to_owned()
    });
    vec![
        ("name", text(calendar.name())),
        ("zone", text(calendar.zone())),
        ("weekly", week(calendar.weekly())),
        ("holidays", Value::set(holidays.collect())),
    ]
}

fn week(hours: &WeeklyHours) -> Value {
    let days = Weekday::Monday.cycle_forward().take(7);
    let days = days.zip(crate::configure::DAYS);
    let worked = days.filter(|(day, _)| !hours.on(*day).is_free());
    let worked = worked.map(|(day, name)| (name, text(hours.on(day).to_string())));
    Value::Map(worked.collect())
}

pub(super) fn person(person: &Person, names: Names<'_>) -> Fields {
    let squads = person.squads.iter();
    let squads = squads.filter_map(|id| names.desk.squad(*id));
    let mut fields = vec![
        ("email", Value::maybe(person.email.as_deref())),
        ("name", text(&person.name)),
        ("role", text(person.role.as_str())),
        (
            "squads",
            Value::set(squads.map(|squad| squad.name.clone()).collect()),
        ),
        ("zone", text(&person.zone)),
    ];
    if person.standing == Standing::Disabled {
        fields.push(("active", Value::Flag(false)));
    }
    fields
}

pub(super) fn feature(feature: &Feature, names: Names<'_>) -> Fields {
    let platforms = feature
        .platforms
        .iter()
        .map(|one| text(Platform::as_str(*one)));
    let links = feature.links.iter().map(|link| {
        let fields = vec![("title", text(&link.title)), ("url", text(&link.url))];
        Value::Map(fields)
    });
    let mut fields = vec![
        ("name", text(&feature.name)),
        ("description", text(&feature.description)),
        ("squad", names.squad(feature.squad)),
        ("platforms", Value::Row(platforms.collect())),
        ("links", Value::Row(links.collect())),
    ];
    retired(&mut fields, feature.retired);
    fields
}

pub(super) fn rota(rota: &Rota, names: Names<'_>) -> Fields {
    let layers = rota.latest().map(|plan| plan.layers.as_slice());
    let layers = layers.unwrap_or_default().iter();
    let layers = layers.map(|one| Value::Map(layer(one, names)));
    let mut fields = vec![
        ("name", text(&rota.name)),
        ("squad", names.squad(rota.squad)),
        ("duty", text(rota.duty.as_str())),
        ("zone", text(&rota.zone)),
        ("vital", text(&rota.vital)),
        ("cover", text(rota.limits.cover.as_str())),
        (
            "most_weeks_on_end",
            Value::Number(rota.limits.most_weeks_on_end.into()),
        ),
        (
            "least_rest_hours",
            Value::Number(rota.limits.least_rest_hours.into()),
        ),
        ("layers", Value::Row(layers.collect())),
    ];
    retired(&mut fields, rota.retired);
    fields
}

fn layer(layer: &Layer, names: Names<'_>) -> Fields {
    let people = layer.people().iter().map(|id| names.email(*id));
    let mut fields = vec![
        ("name", text(layer.name())),
        ("people", Value::Row(people.collect())),
        ("zone", text(layer.zone())),
        ("start", text(layer.start().to_string())),
        ("handover", text(layer.handover().to_string())),
        ("every", Value::Number(layer.cycle().every.into())),
        ("unit", text(layer.cycle().unit.as_str())),
    ];
    fields.extend(layer.hours().map(|hours| ("hours", week(hours))));
    fields
}

pub(super) fn policy(policy: &Policy, names: Names<'_>) -> Fields {
    let Plan {
        levels,
        rounds,
        last_resort,
        ask_again_seconds,
    } = &policy.plan;
    let levels = levels.iter().map(|level| {
        Value::Map(vec![
            ("call", targets(&level.targets, names)),
            (
                "acknowledge_seconds",
                Value::Number(level.acknowledge_seconds),
            ),
        ])
    });
    let mut fields = vec![
        ("name", text(&policy.name)),
        ("levels", Value::Row(levels.collect())),
        ("rounds", Value::Number((*rounds).into())),
        ("last_resort", targets(last_resort, names)),
        ("ask_again_seconds", Value::Number(*ask_again_seconds)),
    ];
    retired(&mut fields, policy.retired);
    fields
}

fn targets(targets: &[Target], names: Names<'_>) -> Value {
    let targets = targets.iter().map(|target| match target {
        Target::Duty { duty } => text(duty.as_str()),
        Target::Squad { squad: None } => text("squad"),
        Target::Squad { squad } => Value::Map(vec![("squad", names.squad(*squad))]),
        Target::Leads => text("leads"),
        Target::Administrators => text("administrators"),
        Target::Rota { rota } => Value::Map(vec![("rota", text(names.rota(*rota)))]),
        Target::Person { person } => Value::Map(vec![("person", names.email(*person))]),
    });
    Value::Row(targets.collect())
}

/// A service, without its keys.
pub(super) fn service(service: &Service, names: Names<'_>) -> Fields {
    let feature = service.feature.and_then(|id| names.desk.feature(id));
    let causes = service.causes.iter();
    let causes = causes.filter_map(|id| names.desk.service(*id));
    let rank = |rank: Option<Rank>| Value::maybe(rank.map(word_of));
    let worth = &service.worth;
    let mut fields = vec![
        ("name", text(&service.name)),
        ("squad", names.squad(service.squad)),
        (
            "feature",
            Value::maybe(feature.map(|feature| feature.name.as_str())),
        ),
        (
            "worth",
            Value::Map(vec![
                ("critical", rank(worth.critical)),
                ("error", rank(worth.error)),
                ("warning", rank(worth.warning)),
                ("info", rank(worth.info)),
            ]),
        ),
        (
            "causes",
            Value::set(causes.map(|cause| cause.name.clone()).collect()),
        ),
    ];
    retired(&mut fields, service.retired);
    fields
}

/// A key, without its secret.
pub(super) fn key(key: &ServiceKey) -> Fields {
    let mut fields = vec![
        ("name", text(&key.name)),
        ("source", text(key.source.as_str())),
    ];
    if let Some(mapping) = &key.options.mapping {
        fields.push(("mapping", mapped(mapping)));
    }
    if let Some(heartbeat) = &key.options.heartbeat {
        fields.push(("every_seconds", Value::Number(heartbeat.every_seconds)));
        fields.push(("grace_seconds", Value::Number(heartbeat.grace_seconds)));
    }
    fields
}

fn mapped(mapping: &Mapping) -> Value {
    let Mapping {
        alerts,
        key,
        group,
        title,
        severity,
        status,
        over,
        service,
        place,
        detail,
        link,
    } = mapping;
    Value::Map(vec![
        ("alerts", text(alerts)),
        ("key", text(key)),
        ("group", text(group)),
        ("title", text(title)),
        ("severity", text(severity)),
        ("status", text(status)),
        ("over", Value::Row(over.iter().map(text).collect())),
        ("service", text(service)),
        ("place", text(place)),
        ("detail", text(detail)),
        ("link", text(link)),
    ])
}

fn retired(fields: &mut Fields, retired: bool) {
    if retired {
        fields.push(("retired", Value::Flag(true)));
    }
}

fn word_of(rank: Rank) -> &'static str {
    RANKS[usize::from(rank.get() - 1)]
}

fn text(text: impl AsRef<str>) -> Value {
    Value::Text(text.as_ref().to_owned())
}

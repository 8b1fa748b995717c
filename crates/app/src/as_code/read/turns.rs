//! Calendars, and rotas with their layers.

use eider_domain::{
    rota::{Cover, Cycle, CycleUnit, Duty},
    sla::{DayHours, Holiday, WeeklyHours},
};
use jiff::{Timestamp, civil::Date};

use super::listed;
use crate::{
    as_code::{
        fields::{Item, Thing, text_of},
        problem::Problems,
        wanted::{Calendar, Layer, Rota},
        yaml::Node,
    },
    configure::DAYS,
};

const CALENDAR: [&str; 5] = ["name", "was", "zone", "weekly", "holidays"];
const ROTA: [&str; 12] = [
    "name",
    "was",
    "squad",
    "duty",
    "zone",
    "vital",
    "cover",
    "most_weeks_on_end",
    "least_rest_hours",
    "from",
    "layers",
    "retired",
];
const LAYER: [&str; 8] = [
    "name", "people", "zone", "start", "handover", "every", "unit", "hours",
];

pub(super) fn calendar(
    problems: &mut Problems,
    top: &Thing<'_>,
    node: &Node,
) -> Option<Item<Calendar>> {
    let thing = top.of(problems, node, &CALENDAR)?;
    let name = thing.needed(problems, "name")?;
    let was = thing.text(problems, "was");
    let body = Calendar {
        zone: thing.text(problems, "zone"),
        weekly: week(problems, &thing, "weekly"),
        holidays: holidays(problems, &thing),
    };
    Some(thing.item(name, was, body))
}

fn holidays(problems: &mut Problems, thing: &Thing<'_>) -> Option<Vec<Holiday>> {
    let mut holidays = Vec::new();
    for (place, node) in thing.list(problems, "holidays")? {
        let line = text_of(node).unwrap_or_default();
        let (date, name) = line.split_once(' ').unwrap_or((line, ""));
        match date.parse::<Date>() {
            Ok(date) => holidays.push(Holiday {
                date,
                name: name.to_owned(),
            }),
            Err(_) => {
                let shown: String = line.chars().take(40).collect();
                let message = format!(
                    "“{shown}” does not begin with a date. Write it like 2026-12-25 Christmas Day."
                );
                problems.add(&place, message);
            }
        }
    }
    Some(holidays)
}

fn week(problems: &mut Problems, thing: &Thing<'_>, field: &str) -> Option<WeeklyHours> {
    let days = thing.inner(problems, field, &DAYS)?;
    let mut day = |name| {
        days.read(problems, name, str::parse::<DayHours>)
            .unwrap_or_default()
    };
    Some(WeeklyHours {
        monday: day("monday"),
        tuesday: day("tuesday"),
        wednesday: day("wednesday"),
        thursday: day("thursday"),
        friday: day("friday"),
        saturday: day("saturday"),
        sunday: day("sunday"),
    })
}

pub(super) fn rota(problems: &mut Problems, top: &Thing<'_>, node: &Node) -> Option<Item<Rota>> {
    let thing = top.of(problems, node, &ROTA)?;
    let name = thing.needed(problems, "name")?;
    let was = thing.text(problems, "was");
    let duties = listed(&Duty::ALL, Duty::as_str);
    let covers = listed(&Cover::ALL, Cover::as_str);
    let instant = |text: &str| {
        let unreadable = |_| "Write an instant like 2026-12-01T09:00:00Z.";
        text.parse::<Timestamp>().map_err(unreadable)
    };
    let mut lines = Vec::new();
    let body = Rota {
        squad: thing.maybe(problems, "squad"),
        duty: thing.word(problems, "duty", &duties, Duty::parse),
        zone: thing.text(problems, "zone"),
        vital: thing
            .maybe(problems, "vital")
            .map(Option::unwrap_or_default),
        cover: thing.word(problems, "cover", &covers, Cover::parse),
        most_weeks_on_end: thing.small(problems, "most_weeks_on_end"),
        least_rest_hours: thing.small(problems, "least_rest_hours"),
        from: thing.read(problems, "from", instant),
        layers: layers(problems, &thing, &mut lines),
        retired: thing.flag(problems, "retired").unwrap_or(false),
    };
    let mut item = thing.item(name, was, body);
    item.lines.extend(lines);
    Some(item)
}

/// The layers; the fields by which errors name them later go to `lines`.
fn layers(
    problems: &mut Problems,
    rota: &Thing<'_>,
    lines: &mut Vec<(String, usize)>,
) -> Option<Vec<Layer>> {
    let nodes = rota.list(problems, "layers")?;
    let mut layers = Vec::with_capacity(nodes.len());
    for (index, (_, node)) in nodes.into_iter().enumerate() {
        lines.push((format!("layer_{}", index + 1), node.line));
        let Some(thing) = rota.of(problems, node, &LAYER) else {
            continue;
        };
        layers.extend(layer(problems, &thing));
    }
    Some(layers)
}

fn layer(problems: &mut Problems, thing: &Thing<'_>) -> Option<Layer> {
    let date = |text: &str| {
        let unreadable = |_| "Write a day like 2026-12-01.";
        text.parse::<Date>().map_err(unreadable)
    };
    let units = listed(&CycleUnit::ALL, CycleUnit::as_str);
    let name = thing.needed(problems, "name");
    if thing.node("people").is_none() {
        problems.add(&thing.place(), "Say the people.");
    }
    let people = thing.texts(problems, "people");
    let start = thing.needed(problems, "start").is_some();
    let start = start.then(|| thing.read(problems, "start", date)).flatten();
    let handover = thing.needed(problems, "handover").is_some();
    let handover = handover.then(|| thing.read(problems, "handover", str::parse));
    let usual = Cycle::WEEK;
    let every: Option<u16> = thing.small(problems, "every");
    let unit = thing.word(problems, "unit", &units, CycleUnit::parse);
    Some(Layer {
        zone: thing.text(problems, "zone"),
        hours: week(problems, thing, "hours").unwrap_or_default(),
        name: name?,
        people: people?,
        start: start?,
        handover: handover.flatten()?,
        cycle: Cycle {
            every: every.unwrap_or(usual.every),
            unit: unit.unwrap_or(usual.unit),
        },
    })
}

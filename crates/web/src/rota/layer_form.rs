//! The fields of a rota's layers: who takes turns, in which order, when.

use eider_app::{
    configure::{DAYS, weekly},
    rota::{LAYER_FIELDS, LayerEdit},
};
use eider_domain::{
    PersonId,
    person::{Person, Role, Standing},
    rota::{Cycle, CycleUnit, Layer},
};
use jiff::{Timestamp, ToSpan as _, civil::Weekday};
use maud::{Markup, html};

use super::words;
use crate::{
    account::zones,
    answers::{Answers, Wrong},
    components::{
        choices::{self, Choice},
        forms::{self, Field, TextKind},
    },
};

/// The fewest places for people that a layer shows, and how many stay free for more.
const FEWEST_PLACES: usize = 6;
const FREE_PLACES: usize = 2;

/// What the fields of one layer are called.
struct Names {
    name: String,
    people: String,
    zone: String,
    start: String,
    handover: String,
    every: String,
    unit: String,
}

impl Names {
    fn of(place: usize) -> Self {
        let field = |what: &str| format!("layer_{}_{what}", place + 1);
        Self {
            name: field("name"),
            people: field("people"),
            zone: field("zone"),
            start: field("start"),
            handover: field("handover"),
            every: field("every"),
            unit: field("unit"),
        }
    }

    fn day(place: usize, day: &str) -> String {
        format!("layer_{}_{day}", place + 1)
    }
}

/// The answers of a first layer: weeks from Monday at nine, the last one that is past, so that
/// somebody is on call at once.
pub(super) fn fresh(zone: &str, now: Timestamp) -> Vec<(String, String)> {
    let names = Names::of(0);
    let begun = now.to_zoned(words::zone(zone)).datetime();
    let begun = begun.saturating_sub(9.hours()).date();
    let back = i64::from(begun.weekday().to_monday_zero_offset());
    let monday = begun.saturating_sub(back.days());
    vec![
        (names.name, "Weeks".to_owned()),
        (names.zone, zone.to_owned()),
        (names.start, monday.to_string()),
        (names.handover, "09:00".to_owned()),
        (names.every, "1".to_owned()),
        (names.unit, CycleUnit::Weeks.as_str().to_owned()),
    ]
}

/// The answers that show layers as they are.
pub(super) fn answers_of(layers: &[Layer]) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for (place, layer) in layers.iter().enumerate() {
        let names = Names::of(place);
        answers.push((names.name, layer.name().to_owned()));
        answers.push((names.zone, layer.zone().to_owned()));
        answers.push((names.start, layer.start().to_string()));
        answers.push((names.handover, layer.handover().to_string()));
        answers.push((names.every, layer.cycle().every.to_string()));
        answers.push((names.unit, layer.cycle().unit.as_str().to_owned()));
        for person in layer.people() {
            answers.push((names.people.clone(), person.to_string()));
        }
        if let Some(hours) = layer.hours() {
            for (day, weekday) in DAYS.into_iter().zip(Weekday::Monday.cycle_forward()) {
                answers.push((Names::day(place, day), hours.on(weekday).to_string()));
            }
        }
    }
    answers
}

/// How many layers the form shows: those that are filled in, and a free one.
pub(super) fn shown(answers: &Answers) -> usize {
    let filled = (0..LAYER_FIELDS.len())
        .rev()
        .find(|place| is_filled(*place, answers));
    filled.map_or(1, |last| last + 2).min(LAYER_FIELDS.len())
}

fn is_filled(place: usize, answers: &Answers) -> bool {
    let names = Names::of(place);
    let somebody = answers.all(&names.people).any(|person| !person.is_empty());
    somebody || !answers.text(&names.name).trim().is_empty()
}

/// The layers that were filled in.
pub(super) fn read(answers: &Answers) -> Result<Vec<LayerEdit>, Wrong> {
    let filled = LAYER_FIELDS.into_iter().enumerate();
    filled
        .filter(|(place, _)| is_filled(*place, answers))
        .map(|(place, field)| layer(place, answers).map_err(|why| Wrong::one(field, why)))
        .collect()
}

fn layer(place: usize, answers: &Answers) -> Result<LayerEdit, String> {
    let names = Names::of(place);
    let hours = DAYS.map(|day| Names::day(place, day));
    let hours = hours.each_ref().map(|name| answers.text(name));
    let unit = CycleUnit::parse(answers.text(&names.unit));
    let start = answers.text(&names.start).trim();
    let handover = answers.text(&names.handover).parse();
    let every = answers.text(&names.every).trim().parse();
    Ok(LayerEdit {
        name: answers.text(&names.name).to_owned(),
        people: answers.parsed(&names.people),
        zone: answers.text(&names.zone).to_owned(),
        start: start
            .parse()
            .map_err(|_| "Choose the day on which the first turn begins.".to_owned())?,
        handover: handover.map_err(|error| format!("{error}"))?,
        cycle: Cycle {
            every: every
                .map_err(|_| "Write how long a turn lasts, as a whole number.".to_owned())?,
            unit: unit.ok_or_else(|| "Choose hours, days or weeks.".to_owned())?,
        },
        hours: weekly(hours).map_err(|error| error.to_string())?,
    })
}

/// Who can be chosen: everybody who works on tickets, and who is in the rota already.
pub(super) fn people(everybody: &[Person], planned: &[PersonId]) -> Vec<Choice> {
    everybody
        .iter()
        .filter(|person| {
            let works = person.standing == Standing::Active && person.role >= Role::Responder;
            works || planned.contains(&person.id)
        })
        .map(|person| {
            let left = if person.standing == Standing::Active {
                ""
            } else {
                " (has left)"
            };
            Choice::new(person.id.to_string(), format!("{}{left}", person.name))
        })
        .collect()
}

/// The fields of the layer at a place.
pub(super) fn fields(place: usize, answers: &Answers, wrong: &Wrong, people: &[Choice]) -> Markup {
    let names = Names::of(place);
    let own = LAYER_FIELDS.get(place).copied().unwrap_or_default();
    let legend = if place == 0 {
        "Who takes turns?".to_owned()
    } else {
        format!("Layer {}", place + 1)
    };
    let hint = if place == 0 {
        "In this order, and then from the beginning again."
    } else {
        "It lies over the layers above: in its hours its people are on call instead."
    };
    let zone = match answers.text(&names.zone) {
        "" => answers.text("zone"),
        zone => zone,
    };
    let or = |name: &str, usual: &'static str| match answers.text(name) {
        "" => usual.to_owned(),
        text => text.to_owned(),
    };
    let units = [
        Choice::new(CycleUnit::Weeks.as_str(), "weeks"),
        Choice::new(CycleUnit::Days.as_str(), "days"),
        Choice::new(CycleUnit::Hours.as_str(), "hours"),
    ];
    let unit = or(&names.unit, CycleUnit::Weeks.as_str());
    let layer = forms::fieldset(
        &legend,
        Some(hint),
        html! {
            // What is wrong with a layer leads here from the top of the form.
            div id={ "field-" (own) } tabindex="-1" {
                (forms::text(&Field::new(&names.name, "What are these turns called?")
                    .hint("Such as: Weeks, Weekends, Nights.").error(wrong.with(own)).unmarked()
                    .longest(80), TextKind::Text, answers.text(&names.name)))
            }
            (places(&names.people, answers, people))
            (forms::text(&Field::new(&names.start, "The first turn begins on").unmarked(),
                TextKind::Date, answers.text(&names.start)))
            (forms::text(&Field::new(&names.handover, "Handing over at").unmarked()
                .hint("A time of day, such as 09:00."),
                TextKind::Text, &or(&names.handover, "09:00")))
            (choices::select(&Field::new(&names.zone, "in the time zone").unmarked(),
                &zones::choices(zone), zone, None))
            div.duty-places {
                (forms::text(&Field::new(&names.every, "Each turn lasts").unmarked(),
                    TextKind::Number, &or(&names.every, "1")))
                (choices::select(&Field::new(&names.unit, "counted in").unmarked(), &units,
                    &unit, None))
            }
            (hours(place, answers))
        },
    );
    // Few rotas have a further layer, and its fields are many.
    html! {
        @if place == 0 || is_filled(place, answers) { (layer) }
        @else {
            details.explain {
                summary { "Other people for nights, weekends or other hours" }
                (layer)
            }
        }
    }
}

/// One menu for each place in the order; a free one is left out.
fn places(name: &str, answers: &Answers, people: &[Choice]) -> Markup {
    let chosen: Vec<&str> = answers
        .all(name)
        .filter(|person| !person.is_empty())
        .collect();
    let places = (chosen.len() + FREE_PLACES).max(FEWEST_PLACES);
    html! {
        div.duty-places {
            @for place in 0..places {
                @let person = chosen.get(place).copied().unwrap_or_default();
                @let id = format!("field-{name}-{place}");
                div.field {
                    label for=(id) { (ordinal(place + 1)) }
                    select id=(id) name=(name) {
                        option value="" { "Nobody" }
                        @for choice in people {
                            option value=(choice.value) selected[choice.value == person] {
                                (choice.label)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn hours(place: usize, answers: &Answers) -> Markup {
    let given = DAYS
        .iter()
        .any(|day| !answers.text(&Names::day(place, day)).is_empty());
    html! {
        details.explain open[given] {
            summary { "Only at certain times of the week" }
            div.explain-body {
                p.hint {
                    "Leave all days empty for the whole week. Else write from and to, such as "
                    "18:00-24:00; for hours across midnight, end one day at 24:00 and begin the "
                    "next at 00:00."
                }
                @for (day, weekday) in DAYS.iter().zip(
                    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
                ) {
                    @let name = Names::day(place, day);
                    (forms::text(&Field::new(&name, weekday).unmarked(), TextKind::Text,
                        answers.text(&name)))
                }
            }
        }
    }
}

/// "1st"
fn ordinal(place: usize) -> String {
    let ending = match (place % 10, place % 100) {
        (1, not_teen) if not_teen != 11 => "st",
        (2, not_teen) if not_teen != 12 => "nd",
        (3, not_teen) if not_teen != 13 => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn places_are_counted_as_people_count() {
        let said = [1, 2, 3, 4, 11, 12, 13, 21, 22, 101].map(ordinal);
        assert_eq!(
            said,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st"
            ]
        );
    }
}

//! A calendar: the hours of a week, a zone, holidays by hand and from a file.

use axum::{
    extract::{Path, State},
    response::Response,
};
use eider_app::configure::{self, CalendarEdit, DAYS};
use eider_domain::{CalendarId, priority::NamedCalendar};
use jiff::civil::Weekday;
use maud::{Markup, html};

use super::{INDEX, NEW_CALENDAR, again};
use crate::{
    Error, Result, Visitor, Web,
    account::zones,
    answers::{Answers, Wrong},
    components::{
        actions::{self, Weight},
        choices,
        forms::{self, Field, TextKind},
        layout,
    },
    outcome::Outcome,
    upload::Upload,
};

/// The path of a calendar's form.
pub(super) fn path(id: CalendarId) -> String {
    format!("/settings/calendars/{id}")
}

/// The calendar of that id.
pub(super) fn by_id(visitor: &Visitor, id: CalendarId) -> Option<&NamedCalendar> {
    visitor.desk.calendars.iter().find(|named| named.id == id)
}

pub(super) async fn new(visitor: Visitor) -> Markup {
    let mut fields = vec![("zone", visitor.desk.settings.zone.clone())];
    fields.extend(DAYS[..5].iter().map(|day| (*day, "09:00-17:00".to_owned())));
    form(&visitor, None, &Answers::new(fields), &Wrong::default())
}

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    answers: Answers,
) -> Result<Response> {
    write(&web, &visitor, None, &answers).await
}

pub(super) async fn edit(visitor: Visitor, Path(id): Path<String>) -> Result<Markup> {
    let named = found(&visitor, &id)?;
    Ok(form(
        &visitor,
        Some(named),
        &answers_of(named),
        &Wrong::default(),
    ))
}

pub(super) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response> {
    let named = found(&visitor, &id)?;
    write(&web, &visitor, Some(named), &answers).await
}

pub(super) async fn add_holidays(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
) -> Result<Response> {
    let named = found(&visitor, &id)?;
    let file = upload.files.first().map(|file| file.content.as_slice());
    let text = std::str::from_utf8(file.unwrap_or_default());
    let wrong = match text {
        Err(_) => Wrong::one(
            "ics",
            "This file is not text. Choose a calendar file, named .ics.",
        ),
        Ok("") => Wrong::one("ics", "Choose a file of holidays, named .ics."),
        Ok(text) => {
            match configure::add_holidays(&web.eider, visitor.actor(), named.id, text).await {
                Ok(_) => return Ok(Outcome::MeasureSaved.redirect(&web, &path(named.id))),
                Err(error) => Wrong::of(error)?,
            }
        }
    };
    Ok(again(form(
        &visitor,
        Some(named),
        &answers_of(named),
        &wrong,
    )))
}

fn found<'a>(visitor: &'a Visitor, id: &str) -> Result<&'a NamedCalendar> {
    let id = id.parse().ok();
    id.and_then(|id| by_id(visitor, id))
        .ok_or_else(|| Error::App(eider_app::Error::NotFound("This calendar".into())))
}

fn answers_of(named: &NamedCalendar) -> Answers {
    let calendar = &named.calendar;
    let holidays: Vec<String> = calendar
        .holidays()
        .iter()
        .map(|holiday| format!("{} {}", holiday.date, holiday.name))
        .collect();
    let days = DAYS.into_iter().zip(Weekday::Monday.cycle_forward());
    let mut fields = vec![
        ("name", calendar.name().to_owned()),
        ("zone", calendar.zone().to_owned()),
        ("holidays", holidays.join("\n")),
    ];
    fields.extend(days.map(|(day, weekday)| (day, calendar.weekly().on(weekday).to_string())));
    Answers::new(fields)
}

async fn write(
    web: &Web,
    visitor: &Visitor,
    named: Option<&NamedCalendar>,
    answers: &Answers,
) -> Result<Response> {
    let edit = || -> eider_app::Result<CalendarEdit> {
        Ok(CalendarEdit {
            name: answers.text("name").to_owned(),
            zone: answers.text("zone").to_owned(),
            weekly: configure::weekly(DAYS.map(|day| answers.text(day)))?,
            holidays: configure::holidays_from_lines(answers.text("holidays"))?,
        })
    };
    let id = named.map(|named| named.id);
    let saved = match edit() {
        Ok(edit) => configure::save_calendar(&web.eider, visitor.actor(), id, edit).await,
        Err(error) => Err(error),
    };
    let wrong = match saved {
        Ok(_) => return Ok(Outcome::MeasureSaved.redirect(web, INDEX)),
        Err(eider_app::Error::Conflict(sentence)) => Wrong::one("name", sentence),
        Err(error) => Wrong::of(error)?,
    };
    Ok(again(form(visitor, named, answers, &wrong)))
}

fn form(
    visitor: &Visitor,
    named: Option<&NamedCalendar>,
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let (title, action) = match named {
        Some(named) => ("Edit the calendar", path(named.id)),
        None => ("New calendar", NEW_CALENDAR.to_owned()),
    };
    let field = |name, label| Field::new(name, label).error(wrong.with(name));
    let zone = answers.text("zone");
    let body = html! {
        (layout::heading(title, None, html! {}))
        (wrong.summary())
        (forms::form(&action, None, html! {
            (forms::text(&field("name", "What is it called?")
                .hint("Such as: Office hours in London.").longest(200),
                TextKind::Text, answers.text("name")))
            (choices::select(&field("zone", "In which time zone?"), &zones::choices(zone), zone, None))
            (forms::fieldset(
                "When do people work?",
                Some("From and to, such as 09:00-17:00; with a break 09:00-12:00, 13:00-17:00. \
                      Leave free days empty. For hours across midnight, end one day at 24:00 and \
                      begin the next at 00:00."),
                html! { @for day in DAYS {
                    (forms::text(&field(day, weekday_name(day)).unmarked(), TextKind::Text,
                        answers.text(day)))
                } },
            ))
            (forms::text_area(&field("holidays", "Holidays")
                .hint("One a line: the date, then its name, such as: 2026-12-25 Christmas Day")
                .optional(), 8, answers.text("holidays")))
            (actions::submit("Save the calendar", Weight::Primary))
        }))
        @if let Some(named) = named {
            (layout::section("Holidays from a file", html! {
                (forms::upload_form(&format!("{}/holidays", path(named.id)), None, html! {
                    (forms::file(&field("ics", "A file of holidays")
                        .hint("As governments and calendar programs give them out, named .ics. Its days are added to those above."),
                        Some(".ics,text/calendar")))
                    (actions::submit("Add these holidays", Weight::Secondary))
                }))
            }))
        }
    };
    super::page(visitor, title, &action, body)
}

/// "Monday"
fn weekday_name(day: &str) -> &'static str {
    const NAMES: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let at = DAYS.iter().position(|known| *known == day);
    NAMES[at.unwrap_or_default()]
}

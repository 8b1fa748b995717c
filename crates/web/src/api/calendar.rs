//! Calendars: the hours and holidays that priorities count by.

use axum::{Json, extract::State, response::Response};
use eider_app::configure::{self, CalendarEdit, weekly};
use eider_domain::{
    CalendarId,
    access::Action,
    priority::NamedCalendar,
    sla::{self, WeeklyHours},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, Creates, KeyHeader, created},
    page::Paged,
    problem::{ListProblems, WriteProblems},
    word::text,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/calendars";
const ONE: &str = "/api/v1/calendars/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::post(LIST, Access::Needs(Action::Configure)),
    Rule::new("PUT", ONE, Access::Needs(Action::Configure)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change))
}

/// A calendar of working hours and holidays.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Calendar {
    /// Identity.
    id: Uuid,
    /// What people call it.
    name: String,
    /// The IANA name of its zone.
    zone: String,
    /// Its hours in an ordinary week, such as `{"monday": ["09:00-17:00"]}`.
    #[schema(value_type = Object)]
    weekly: WeeklyHours,
    /// Days on which nobody works.
    holidays: Vec<Holiday>,
}

/// A day on which nobody works.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Holiday {
    /// The day, in the calendar's zone.
    date: Date,
    /// What people call it.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(max_length = 200)]
    name: String,
}

/// What a calendar is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteCalendar {
    /// What people call it; no other calendar has the name.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// The IANA name of its zone.
    zone: String,
    /// Its hours in an ordinary week.
    weekly: Week,
    /// Days on which nobody works.
    #[serde(default)]
    #[schema(max_items = 5000)]
    holidays: Vec<Holiday>,
}

/// The hours of a week, each day's such as `09:00-17:00`; a free day has none.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Week {
    /// Monday.
    monday: Vec<String>,
    /// Tuesday.
    tuesday: Vec<String>,
    /// Wednesday.
    wednesday: Vec<String>,
    /// Thursday.
    thursday: Vec<String>,
    /// Friday.
    friday: Vec<String>,
    /// Saturday.
    saturday: Vec<String>,
    /// Sunday.
    sunday: Vec<String>,
}

impl Week {
    /// The hours as they are kept.
    ///
    /// # Errors
    /// `Invalid` when some cannot be read.
    pub(super) fn hours(self) -> Result<WeeklyHours> {
        let week = [
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        ]
        .map(|hours| hours.join(", "));
        Ok(weekly(week.each_ref().map(String::as_str))?)
    }
}

impl From<&NamedCalendar> for Calendar {
    fn from(named: &NamedCalendar) -> Self {
        let holidays = named.calendar.holidays().iter().map(|holiday| Holiday {
            date: holiday.date,
            name: holiday.name.clone(),
        });
        Self {
            id: named.id.0,
            name: named.calendar.name().to_owned(),
            zone: named.calendar.zone().to_owned(),
            weekly: named.calendar.weekly().clone(),
            holidays: holidays.collect(),
        }
    }
}

impl WriteCalendar {
    fn edit(self) -> Result<CalendarEdit> {
        let holidays = self.holidays.into_iter().map(|holiday| sla::Holiday {
            date: holiday.date,
            name: holiday.name,
        });
        Ok(CalendarEdit {
            name: self.name,
            zone: self.zone,
            weekly: self.weekly.hours()?,
            holidays: holidays.collect(),
        })
    }
}

/// List calendars
#[utoipa::path(get, path = LIST, tag = "configuration", operation_id = "listCalendars",
    responses((status = 200, description = "All calendars, by name", body = Paged<Calendar>),
        ListProblems))]
async fn list(visitor: Visitor) -> Result<Json<Paged<Calendar>>> {
    let all = visitor.desk.calendars.iter().map(Calendar::from);
    Ok(Json(Paged::whole(all.collect())))
}

/// Add a calendar
#[utoipa::path(post, path = LIST, tag = "configuration", operation_id = "addCalendar",
    params(KeyHeader), request_body = WriteCalendar,
    responses((status = 201, description = "It is there", body = Calendar), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WriteCalendar>,
) -> Result<Response> {
    let (edit, key) = (asked.body.edit()?, asked.key.as_ref());
    let made = configure::create_calendar(&web.eider, visitor.actor(), edit, key).await?;
    Ok(created(LIST.to_owned(), Calendar::from(&made)))
}

/// Change a calendar
#[utoipa::path(put, path = ONE, tag = "configuration", operation_id = "writeCalendar",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WriteCalendar,
    responses((status = 200, description = "As it is now", body = Calendar), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<CalendarId>,
    ApiJson(body): ApiJson<WriteCalendar>,
) -> Result<Json<Calendar>> {
    let (actor, edit) = (visitor.actor(), body.edit()?);
    let named = configure::save_calendar(&web.eider, actor, Some(id), edit).await?;
    Ok(Json(Calendar::from(&named)))
}

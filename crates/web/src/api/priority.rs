//! Priorities, and the calendars that they count by.

use axum::Json;
use eider_domain::{access::Action, priority as rules, sla};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{naming::Named, page::Paged, problem::ListProblems, word::RankText};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const PRIORITIES: &str = "/api/v1/priorities";
const CALENDARS: &str = "/api/v1/calendars";

pub(super) const RULES: &[Rule] = &[
    Rule::get(PRIORITIES, Access::Needs(Action::Read)),
    Rule::get(CALENDARS, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(calendars))
}

/// A priority: what it means, and by when it is answered and put right.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Priority {
    /// The priority.
    priority: RankText,
    /// Its name in business words.
    name: String,
    /// What it means.
    meaning: String,
    /// Examples that a reporter recognises.
    examples: Vec<String>,
    /// What happens when somebody chooses it.
    consequence: String,
    /// Working time until somebody has answered.
    respond_seconds: i64,
    /// Working time until it is put right.
    resolve_seconds: i64,
    /// The hours that count; around the clock when null.
    calendar: Option<Named>,
}

impl Priority {
    fn of(priority: &rules::Priority, visitor: &Visitor) -> Self {
        let calendar = priority.calendar.map(|id| {
            let calendars = visitor.desk.calendars.iter();
            let found = calendars.clone().find(|named| named.id == id);
            Named {
                id: id.0,
                name: found
                    .map(|named| named.calendar.name().to_owned())
                    .unwrap_or_default(),
            }
        });
        Self {
            priority: RankText(priority.rank),
            name: priority.name.clone(),
            meaning: priority.meaning.clone(),
            examples: priority.examples.clone(),
            consequence: priority.consequence.clone(),
            respond_seconds: priority.respond_seconds,
            resolve_seconds: priority.resolve_seconds,
            calendar,
        }
    }
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
    weekly: sla::WeeklyHours,
    /// Days on which nobody works.
    holidays: Vec<Holiday>,
}

/// A day on which nobody works.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Holiday {
    /// The day, in the calendar's zone.
    date: Date,
    /// What people call it.
    name: String,
}

/// List priorities
#[utoipa::path(get, path = PRIORITIES, tag = "configuration", operation_id = "listPriorities",
    responses((status = 200, description = "All priorities, the most urgent first",
        body = Paged<Priority>), ListProblems))]
async fn list(visitor: Visitor) -> Result<Json<Paged<Priority>>> {
    let priorities = visitor.desk.priorities.iter();
    let all = priorities.map(|priority| Priority::of(priority, &visitor));
    Ok(Json(Paged::whole(all.collect())))
}

/// List calendars
#[utoipa::path(get, path = CALENDARS, tag = "configuration", operation_id = "listCalendars",
    responses((status = 200, description = "All calendars, by name", body = Paged<Calendar>),
        ListProblems))]
async fn calendars(visitor: Visitor) -> Result<Json<Paged<Calendar>>> {
    let all = visitor.desk.calendars.iter().map(|named| {
        let holidays = named.calendar.holidays().iter().map(|holiday| Holiday {
            date: holiday.date,
            name: holiday.name.clone(),
        });
        Calendar {
            id: named.id.0,
            name: named.calendar.name().to_owned(),
            zone: named.calendar.zone().to_owned(),
            weekly: named.calendar.weekly().clone(),
            holidays: holidays.collect(),
        }
    });
    Ok(Json(Paged::whole(all.collect())))
}

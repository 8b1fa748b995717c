//! Settings of the desk: priorities, calendars, the words of a report, Slack, the company.

mod calendar;
mod company;
mod disconnect;
mod glossary;
mod priority;
mod slack;
pub(crate) mod span;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use eider_domain::access::{Action, may};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web, alert,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem, PROFILE_PATH},
        notices,
        tables::{Column, Table, table},
        words,
    },
    door::{Access, Rule},
    known_issue,
    outcome::{self, Outcome},
    service,
};

const INDEX: &str = "/settings";
const COMPANY: &str = "/settings/company";
const GLOSSARY: &str = "/settings/glossary";
const PRIORITY: &str = "/settings/priorities/{rank}";
const RETIRE: &str = "/settings/priorities/{rank}/retire";
const BRING_BACK: &str = "/settings/priorities/{rank}/bring-back";
const NEW_CALENDAR: &str = "/settings/calendars/new";
const CALENDAR: &str = "/settings/calendars/{id}";
const SLACK: &str = "/settings/slack";
const SLACK_TOKEN: &str = "/settings/slack/token";
const SLACK_CHANNELS: &str = "/settings/slack/channels";
const SLACK_REMOVE: &str = "/settings/slack/channels/remove";
const SLACK_LOOK: &str = "/settings/slack/look";
const SLACK_DISCONNECT: &str = "/settings/slack/workspaces/{team}/disconnect";
const SLACK_INSTALL: &str = "/settings/slack/install";
const HOLIDAYS: &str = "/settings/calendars/{id}/holidays";

const CONFIGURE: Access = Access::Needs(Action::Configure);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(INDEX, Access::Needs(Action::Read)),
    Rule::get(COMPANY, CONFIGURE),
    Rule::post(COMPANY, CONFIGURE),
    Rule::get(GLOSSARY, CONFIGURE),
    Rule::post(GLOSSARY, CONFIGURE),
    Rule::get(PRIORITY, CONFIGURE),
    Rule::post(PRIORITY, CONFIGURE),
    Rule::post(RETIRE, CONFIGURE),
    Rule::post(BRING_BACK, CONFIGURE),
    Rule::get(NEW_CALENDAR, CONFIGURE),
    Rule::post(NEW_CALENDAR, CONFIGURE),
    Rule::get(CALENDAR, CONFIGURE),
    Rule::post(CALENDAR, CONFIGURE),
    Rule::post(HOLIDAYS, CONFIGURE),
    Rule::get(SLACK, CONFIGURE),
    Rule::post(SLACK, CONFIGURE),
    Rule::post(SLACK_TOKEN, CONFIGURE),
    Rule::post(SLACK_CHANNELS, CONFIGURE),
    Rule::post(SLACK_REMOVE, CONFIGURE),
    Rule::post(SLACK_LOOK, CONFIGURE),
    Rule::get(SLACK_DISCONNECT, CONFIGURE),
    Rule::post(SLACK_DISCONNECT, CONFIGURE),
    Rule::post(SLACK_INSTALL, CONFIGURE),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(INDEX, get(index))
        .route(COMPANY, get(company::page).post(company::save))
        .route(GLOSSARY, get(glossary::page).post(glossary::save))
        .route(PRIORITY, get(priority::page).post(priority::save))
        .route(RETIRE, post(priority::retire))
        .route(BRING_BACK, post(priority::bring_back))
        .route(NEW_CALENDAR, get(calendar::new).post(calendar::add))
        .route(CALENDAR, get(calendar::edit).post(calendar::save))
        .route(HOLIDAYS, post(calendar::add_holidays))
        .route(SLACK, get(slack::page).post(slack::save))
        .route(SLACK_TOKEN, post(slack::enter_token))
        .route(SLACK_CHANNELS, post(slack::place))
        .route(SLACK_REMOVE, post(slack::remove))
        .route(SLACK_LOOK, post(slack::look))
        .route(SLACK_DISCONNECT, get(disconnect::ask).post(disconnect::act))
        .route(SLACK_INSTALL, post(slack::install))
}

async fn index(State(web): State<Web>, visitor: Visitor, headers: HeaderMap) -> Result<Response> {
    let configures = may(visitor.actor(), Action::Configure).is_ok();
    let lede = "How urgent things are, when people work, and what words mean here.";
    let body = html! {
        (layout::heading("Settings", Some(lede), html! {}))
        (layout::section("Yours and everybody’s", html! {
            ul.places {
                li { a href=(PROFILE_PATH) { "Your profile, password and tokens" } }
                li { a href=(known_issue::LIST) { "Known issues" } }
                li { a href=(crate::escalation::INDEX) { "Escalation: who is called, and what is worth waking for" } }
                li { a href=(service::LIST) { "Services, and the keys of their monitors" } }
                li { a href=(alert::LIST) { "Alerts" } }
            }
        }))
        (layout::section("Priorities", priorities(&visitor, configures)))
        (layout::section("Calendars", calendars(&visitor, configures)))
        (layout::section("Words of a report", glossary::summary(&visitor, configures)))
        (layout::section("Slack", slack::summary(configures)))
        (layout::section("The company", company::summary(&visitor, configures)))
    };
    let outcome = Outcome::of(&headers);
    let mut shell = visitor.shell("Settings", NavItem::Settings);
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn priorities(visitor: &Visitor, configures: bool) -> Markup {
    let row = |priority: &eider_domain::priority::Priority| {
        let name = format!("{} {}", priority.rank, priority.name);
        let calendar = priority
            .calendar
            .and_then(|id| calendar::by_id(visitor, id));
        vec![
            html! {
                @if configures { a href=(priority::path(priority.rank)) { (name) } }
                @else { (name) }
                @if priority.retired { " " span.quiet { "retired" } }
            },
            html! { (priority.meaning) },
            html! { (words::working_time(priority.respond_seconds)) },
            html! { (words::working_time(priority.resolve_seconds)) },
            html! { (calendar.map_or("Around the clock", |named| named.calendar.name())) },
        ]
    };
    let ranks = visitor.desk.priorities.iter().map(|priority| priority.rank);
    let next = ranks
        .max()
        .and_then(|last| eider_domain::priority::Rank::new(i64::from(last.get()) + 1));
    html! {
        (table(&Table {
            caption: "Priorities, the most urgent first".to_owned(),
            columns: ["Priority", "What it means", "Answered within", "Put right within", "Counted"]
                .map(Column::words).into(),
            rows: visitor.desk.priorities.iter().map(row).collect(),
        }))
        @if let (true, Some(next)) = (configures, next) {
            (actions::button_row(actions::link(
                &priority::path(next),
                &format!("Add {next}"),
                Weight::Secondary,
            )))
        }
    }
}

fn calendars(visitor: &Visitor, configures: bool) -> Markup {
    let add = html! {
        @if configures { (actions::link(NEW_CALENDAR, "New calendar", Weight::Secondary)) }
    };
    if visitor.desk.calendars.is_empty() {
        return notices::empty(
            "No calendars",
            "Every priority counts around the clock. A calendar holds the hours in which your \
             people work, and their holidays.",
            add,
        );
    }
    let row = |named: &eider_domain::priority::NamedCalendar| {
        let calendar = &named.calendar;
        vec![
            html! {
                @if configures { a href=(calendar::path(named.id)) { (calendar.name()) } }
                @else { (calendar.name()) }
            },
            html! { (calendar.zone()) },
            html! { (calendar.holidays().len()) },
        ]
    };
    html! {
        (table(&Table {
            caption: "Calendars, by name".to_owned(),
            columns: vec![
                Column::words("Calendar"),
                Column::words("Zone"),
                Column::number("Holidays"),
            ],
            rows: visitor.desk.calendars.iter().map(row).collect(),
        }))
        (actions::button_row(add))
    }
}

/// A page of settings.
fn page(visitor: &Visitor, title: &str, path: &str, body: Markup) -> Markup {
    let mut shell = visitor.shell(title, NavItem::Settings);
    path.clone_into(&mut shell.path);
    layout::page(&shell, body)
}

/// The form once more, with what is wrong.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

//! Wash-ups: what was learnt from a ticket, prefilled from its timeline, and who follows it up.

mod form;
mod prefill;

use std::collections::HashMap;

use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use eider_app::{
    FieldError, ticket,
    washup::{self, NewAction, OpenAction, WashUpView},
};
use eider_domain::{
    ActionId, PersonId, TicketNumber,
    access::{Action, may},
    ticket::StatusKind,
    washup::WashUp,
};
use eider_store::person::PersonName;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    Error, Result, Visitor, Web,
    components::{
        actions::{self, OneClick, Weight},
        layout::{self, NavItem, Shell},
        notices, people,
    },
    door::{Access, Rule},
    markdown,
    outcome::{self, Outcome},
    ticket::shown,
};

const READ: Access = Access::Needs(Action::Read);
const WORK: Access = Access::Needs(Action::Work);

pub(crate) const RULES: &[Rule] = &[
    Rule::get("/wash-ups", READ),
    Rule::get("/tickets/{number}/wash-up", READ),
    Rule::post("/tickets/{number}/wash-up", WORK),
    Rule::post("/tickets/{number}/wash-up/actions", WORK),
    Rule::post("/tickets/{number}/wash-up/actions/{id}/done", WORK),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/wash-ups", get(open))
        .route("/tickets/{number}/wash-up", get(page).post(write))
        .route("/tickets/{number}/wash-up/actions", post(agree))
        .route("/tickets/{number}/wash-up/actions/{id}/done", post(finish))
}

/// Whether follow-ups are one's own or everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Of the reader alone.
    Own,
    /// Of everybody, with their names.
    Everybody,
}

/// The wash-up on a ticket's page: what was learnt, or the way to write it once it is resolved.
pub(crate) fn part(
    visitor: &Visitor,
    number: TicketNumber,
    kind: StatusKind,
    view: &WashUpView,
) -> Markup {
    let href = format!("{}/wash-up", shown::path(number));
    let may_work = may(visitor.actor(), Action::Work).is_ok();
    let Some(written) = &view.written else {
        if !may_work || kind.is_open() || kind == StatusKind::Merged {
            return html! {};
        }
        return layout::section(
            "Wash-up",
            html! {
                p { "What did we learn? Most of it is already filled in from the timeline." }
                (actions::button_row(html! {
                    (actions::link(&href, "Write the wash-up", Weight::Secondary))
                }))
            },
        );
    };
    layout::section(
        "Wash-up",
        html! {
            @if !written.wash_up.lessons.is_empty() {
                div.message-body { (markdown::markup(&written.wash_up.lessons)) }
            } @else {
                p.quiet { "It is written, and names no lesson yet." }
            }
            @if !view.actions.is_empty() { (actions(&view.actions, &view.names, visitor, Whose::Everybody)) }
            p { a href=(href) { "Read or correct the wash-up" } }
        },
    )
}

/// Follow-ups, each with the button that finishes it.
pub(crate) fn actions(
    actions: &[OpenAction],
    names: &HashMap<PersonId, PersonName>,
    visitor: &Visitor,
    whose: Whose,
) -> Markup {
    let today = visitor.now.to_zoned(visitor.reader().zone).date();
    let may_work = may(visitor.actor(), Action::Work).is_ok();
    html! {
        ul.follow-ups {
            @for one in actions {
                li {
                    div {
                        p { @if one.action.done { s { (one.action.what) } } @else { (one.action.what) } }
                        p.ticket-line {
                            @if whose == Whose::Everybody {
                                span { (shown::person(names, one.action.owner).name) }
                            }
                            span { (due(one.action.due_on, today, one.action.done)) }
                            a href={ (shown::path(one.number)) "/wash-up" } { (one.number) " " (one.title) }
                        }
                    }
                    @if may_work && !one.action.done {
                        (actions::one_click(&OneClick {
                            action: &format!("{}/wash-up/actions/{}/done", shown::path(one.number), one.action.id),
                            label: "Done",
                            weight: Weight::Secondary,
                            key: None,
                            fields: &[],
                        }))
                    }
                }
            }
        }
    }
}

fn due(due_on: Date, today: Date, done: bool) -> Markup {
    let said = due_on.strftime("%a %-d %b %Y").to_string();
    let days = today.until(due_on).map_or(0, |span| span.get_days());
    html! {
        @if done { "done" }
        @else if days < 0 { strong.overdue { "overdue since " (said) } }
        @else if days == 0 { strong { "due today" } }
        @else { "by " (said) }
    }
}

/// `GET /wash-ups`: every follow-up that is not done.
async fn open(State(web): State<Web>, visitor: Visitor) -> Result<Markup> {
    let (open, names) = washup::open(&web.eider, visitor.actor()).await?;
    let lede = "What people agreed to do after a wash-up, the earliest first.";
    Ok(layout::page(
        &visitor.shell("Follow-ups", NavItem::Now),
        html! {
            (layout::heading("Follow-ups", Some(lede), html! {}))
            @if open.is_empty() {
                (notices::empty(
                    "Nothing is left to follow up",
                    "When a wash-up agrees that somebody will do something, it stands here until it is done.",
                    actions::link("/tickets?status=closed", "Look at closed tickets", Weight::Secondary),
                ))
            } @else {
                (actions(&open, &names, &visitor, Whose::Everybody))
            }
        },
    ))
}

/// `GET /tickets/{number}/wash-up`.
async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let number = parse_number(&number)?;
    let outcome = Outcome::of(&headers);
    let shown = Shown::load(&web, &visitor, number).await?;
    let wash_up = match &shown.view.written {
        Some(written) => written.wash_up.clone(),
        None => prefill::from_timeline(&visitor, &shown.ticket),
    };
    let page = shown.page(
        &visitor,
        &wash_up,
        &[],
        &form::NewFollowUp::default(),
        outcome,
    );
    Ok(outcome::told(outcome, &web, page))
}

/// `POST /tickets/{number}/wash-up`.
async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    Form(wash_up): Form<form::Written>,
) -> Result<Response> {
    let number = parse_number(&number)?;
    let wash_up = WashUp::from(wash_up);
    match washup::write(&web.eider, visitor.actor(), number, wash_up.clone()).await {
        Ok(()) => Ok(Outcome::WashedUp.redirect(&web, &page_path(number))),
        Err(eider_app::Error::Invalid(errors)) => {
            let shown = Shown::load(&web, &visitor, number).await?;
            let page = shown.page(
                &visitor,
                &wash_up,
                &errors,
                &form::NewFollowUp::default(),
                None,
            );
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /tickets/{number}/wash-up/actions`.
async fn agree(
    State(web): State<Web>,
    visitor: Visitor,
    Path(number): Path<String>,
    Form(typed): Form<form::NewFollowUp>,
) -> Result<Response> {
    let number = parse_number(&number)?;
    let agreed = match typed.parse() {
        Ok(new) => washup::agree(&web.eider, visitor.actor(), number, new).await,
        Err(errors) => Err(eider_app::Error::Invalid(errors)),
    };
    match agreed {
        Ok(_) => Ok(Outcome::Agreed.redirect(&web, &page_path(number))),
        Err(eider_app::Error::Invalid(errors)) => {
            let shown = Shown::load(&web, &visitor, number).await?;
            let wash_up = match &shown.view.written {
                Some(written) => written.wash_up.clone(),
                None => prefill::from_timeline(&visitor, &shown.ticket),
            };
            let page = shown.page(&visitor, &wash_up, &errors, &typed, None);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
struct ActionPath {
    number: String,
    id: String,
}

/// `POST /tickets/{number}/wash-up/actions/{id}/done`.
async fn finish(
    State(web): State<Web>,
    visitor: Visitor,
    Path(path): Path<ActionPath>,
) -> Result<Response> {
    let number = parse_number(&path.number)?;
    let id: ActionId = path.id.parse().map_err(|_| Error::NoSuchPage)?;
    washup::finish(&web.eider, visitor.actor(), number, id).await?;
    Ok(Outcome::FollowedUp.redirect(&web, &page_path(number)))
}

fn parse_number(text: &str) -> Result<TicketNumber> {
    text.parse().map_err(|_| Error::NoSuchPage)
}

fn page_path(number: TicketNumber) -> String {
    format!("{}/wash-up", shown::path(number))
}

/// The page of one wash-up.
struct Shown {
    ticket: ticket::TicketView,
    view: WashUpView,
    people: Vec<(PersonId, PersonName)>,
}

impl Shown {
    async fn load(web: &Web, visitor: &Visitor, number: TicketNumber) -> Result<Self> {
        let actor = visitor.actor();
        Ok(Self {
            ticket: ticket::view(&web.eider, actor, number).await?,
            view: washup::view(&web.eider, actor, number).await?,
            people: ticket::responders(&web.eider, actor).await?,
        })
    }

    fn page(
        &self,
        visitor: &Visitor,
        wash_up: &WashUp,
        errors: &[FieldError],
        typed: &form::NewFollowUp,
        outcome: Option<Outcome>,
    ) -> Markup {
        let ticket = &self.ticket.ticket;
        let path = page_path(ticket.number);
        let may_work = may(visitor.actor(), Action::Work).is_ok();
        let shell = Shell {
            notice: outcome.map(Outcome::notice),
            path: path.clone(),
            draft_done: (outcome == Some(Outcome::WashedUp))
                .then(|| form::draft_key(ticket.number)),
            ..visitor.shell(format!("Wash-up of {}", ticket.number), NavItem::Tickets)
        };
        let lede = format!("{} {}", ticket.number, ticket.title);
        layout::page(
            &shell,
            html! {
                (form::error_summary(errors))
                (layout::heading("Wash-up", Some(&lede), html! {
                    (actions::link(&shown::path(ticket.number), "The ticket", Weight::Secondary))
                }))
                @if may_work { (form::wash_up(ticket.number, wash_up, errors, self.view.written.is_some())) }
                @else { (form::to_read(wash_up)) }
                @if let Some(written) = &self.view.written {
                    p.quiet { "Last written by " (people::chip(&shown::person(&self.view.names, written.by))) }
                }
                (layout::section("What will be done", html! {
                    @if self.view.actions.is_empty() { p.quiet { "Nothing is agreed yet." } }
                    @else { (actions(&self.view.actions, &self.view.names, visitor, Whose::Everybody)) }
                    @if may_work { (form::follow_up(&path, &self.people, typed, errors)) }
                }))
            },
        )
    }
}

/// A follow-up as the use case takes it.
type Parsed = std::result::Result<NewAction, Vec<FieldError>>;

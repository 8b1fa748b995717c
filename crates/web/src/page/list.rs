//! What is being called now, what is held, and the drills of the past.

use axum::{extract::State, http::HeaderMap, response::Response};
use eider_app::page::{self, PageView};
use eider_domain::access::{Action, may};
use maud::{Markup, html};

use super::{DRILL, LIST, path, standing};
use crate::{
    Result, Visitor, Web, alert,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem},
        notices,
        tables::{Column, Table, table},
        time,
    },
    outcome::{self, Outcome},
};

pub(super) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let mut open = page::open(&web.eider, visitor.actor()).await?;
    // What nobody has answered is what somebody comes here for.
    open.sort_by_key(|view| !view.page.is_unanswered());
    let drills = page::drills(&web.eider, visitor.actor()).await?;
    // A drill that goes on stands above already.
    let (_, drills): (Vec<PageView>, Vec<PageView>) =
        drills.into_iter().partition(|view| view.page.is_open());
    let leads = visitor.desk.squads.iter().map(|squad| Some(squad.id));
    let mut leads = leads.chain([None]);
    let drills_any = leads.any(|squad| may(visitor.actor(), Action::ManageSquad { squad }).is_ok());
    let body = html! {
        (layout::heading("Pages", Some("Who is being called, and for what."), html! {
            (actions::link(alert::LIST, "Alerts", Weight::Secondary))
            @if drills_any { (actions::link(DRILL, "Drill", Weight::Secondary)) }
        }))
        (layout::fragment("pages", html! {
            @if open.is_empty() {
                (notices::empty(
                    "Nobody is being called",
                    "When something is urgent, whoever is on call is called, then their buddy, then \
                     others, until somebody answers. Here stands who it is and since when.",
                    html! {},
                ))
            } @else {
                (listed(&visitor, "Open pages, what nobody has answered first", &open))
             }
        }))
        @if !drills.is_empty() {
            (layout::section("Drills", listed(&visitor, "Drills, the newest first", &drills)))
        }
    };
    let mut shell = visitor.shell("Pages", NavItem::OnCall);
    LIST.clone_into(&mut shell.path);
    shell.notice = outcome.map(Outcome::notice);
    shell.live_url = Some(visitor.live_url("now"));
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

fn listed(visitor: &Visitor, caption: &str, views: &[PageView]) -> Markup {
    let reader = visitor.reader();
    let rows = views.iter().map(|view| {
        let squad = view.page.squad.and_then(|id| visitor.desk.squad(id));
        vec![
            html! { a href=(path(view.page.id)) { (standing::title(view)) } },
            html! { (squad.map_or("The whole company", |squad| squad.name.as_str())) },
            standing::brief(view, visitor.actor().person, &reader),
            time::moment_and_relative(view.page.opened_at, &reader),
        ]
    });
    table(&Table {
        caption: caption.to_owned(),
        columns: ["Page", "Squad", "How it stands", "Began"]
            .map(Column::words)
            .into(),
        rows: rows.collect(),
    })
}

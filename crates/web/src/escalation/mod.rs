//! Settings of escalation: policies, and for each squad which one holds and what is worth waking for.

mod policy;
mod rules;
mod target;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use eider_domain::{
    SquadId,
    access::{Action, may},
    escalation::Policy,
};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        layout::{self, NavItem},
        notices,
        tables::{Column, Table, table},
        words,
    },
    door::{Access, Rule},
    outcome::{self, Outcome},
};

pub(crate) const INDEX: &str = "/settings/escalation";
const NEW: &str = "/settings/escalation/policies/new";
const POLICY: &str = "/settings/escalation/policies/{id}";
const RULES_OF: &str = "/settings/escalation/squads/{id}";
/// What stands for the company where a squad's id would be.
const COMPANY: &str = "company";

const CONFIGURE: Access = Access::Needs(Action::Configure);
/// Whether the squad is theirs is decided with the squad at hand.
const LEAD: Access = Access::Needs(Action::KeepKnownIssues);

pub(crate) const RULES: &[Rule] = &[
    Rule::get(INDEX, Access::Needs(Action::Read)),
    Rule::get(NEW, CONFIGURE),
    Rule::post(NEW, CONFIGURE),
    Rule::get(POLICY, CONFIGURE),
    Rule::post(POLICY, CONFIGURE),
    Rule::get(RULES_OF, LEAD),
    Rule::post(RULES_OF, LEAD),
];

pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(INDEX, get(index))
        .route(NEW, get(policy::new).post(policy::add))
        .route(POLICY, get(policy::edit).post(policy::save))
        .route(RULES_OF, get(rules::form).post(rules::save))
}

async fn index(State(web): State<Web>, visitor: Visitor, headers: HeaderMap) -> Result<Response> {
    let outcome = Outcome::of(&headers);
    let configures = may(visitor.actor(), Action::Configure).is_ok();
    let everybody = eider_app::person::all(&web.eider, visitor.actor()).await?;
    let names = target::Names {
        desk: &visitor.desk,
        everybody: &everybody,
    };
    let lede =
        "Who is called when something is urgent, one after another, and what is worth waking for.";
    let body = html! {
        (layout::heading("Escalation", Some(lede), html! {}))
        (layout::section("What is worth waking for", squads(&visitor)))
        (layout::section("Policies", policies(&visitor, names, configures)))
    };
    let mut shell = visitor.shell("Escalation", NavItem::Settings);
    INDEX.clone_into(&mut shell.path);
    shell.notice = outcome.map(Outcome::notice);
    Ok(outcome::told(outcome, &web, layout::page(&shell, body)))
}

/// What holds in each squad.
fn squads(visitor: &Visitor) -> Markup {
    let squads = visitor.desk.squads.iter();
    let all = [None].into_iter().chain(squads.map(|squad| Some(squad.id)));
    let rows = all.map(|squad| {
        let name = name_of(visitor, squad);
        let manages = may(visitor.actor(), Action::ManageSquad { squad }).is_ok();
        let desk = &visitor.desk;
        let policy = desk.paging.policy(squad).and_then(|id| desk.policy(id));
        let policy = match (policy, desk.plan_of(squad).is_some()) {
            (Some(policy), _) => policy.name.clone(),
            (None, true) => "The usual one".to_owned(),
            (None, false) => "The usual one, once a rota has somebody".to_owned(),
        };
        let mut cells = vec![
            html! {
                @if manages { a href=(rules_path(squad)) { (name) } } @else { (name) }
            },
            html! { (policy) },
        ];
        cells.extend(desk.offered_priorities().map(|priority| {
            let waking = desk.paging.waking(squad, priority.rank);
            html! { (rules::word(desk, waking)) }
        }));
        cells
    });
    let mut columns = vec![Column::words("Squad"), Column::words("Policy")];
    let offered = visitor.desk.offered_priorities();
    columns.extend(offered.map(|priority| Column::words(priority.rank.to_string())));
    html! {
        (table(&Table {
            caption: "What each squad decided".to_owned(),
            rows: rows.collect(),
            columns,
        }))
        p.quiet {
            "A squad without its own choice follows the company. As soon as somebody is on call in a \
             rota, the usual policy holds: the primary, their buddy, the leads of the squad, twice \
             over; at last the administrators."
        }
    }
}

fn policies(visitor: &Visitor, names: target::Names<'_>, configures: bool) -> Markup {
    let add = html! {
        @if configures { (actions::link(NEW, "New policy", Weight::Secondary)) }
    };
    if visitor.desk.policies.is_empty() {
        return notices::empty(
            "No policies of your own",
            "A policy says who is called first, who next and after how long, how often that is \
             gone through, and who is called when nobody answers.",
            add,
        );
    }
    let rows = visitor.desk.policies.iter().map(|policy| {
        vec![
            html! {
                @if configures { a href=(policy_path(policy)) { (policy.name) } }
                @else { (policy.name) }
                @if policy.retired { " " span.quiet { "retired" } }
            },
            html! {
                ol.plain {
                    @for level in &policy.plan.levels {
                        li { (names.listed(&level.targets)) ", "
                            (words::duration(level.acknowledge_seconds)) }
                    }
                }
            },
            html! { (policy.plan.rounds) },
            html! { (names.listed(&policy.plan.last_resort)) },
        ]
    });
    html! {
        (table(&Table {
            caption: "Policies, by name".to_owned(),
            columns: ["Policy", "One after another", "How often", "At last"].map(Column::words).into(),
            rows: rows.collect(),
        }))
        (actions::button_row(add))
    }
}

fn name_of(visitor: &Visitor, squad: Option<SquadId>) -> String {
    let squad = squad.and_then(|id| visitor.desk.squad(id));
    squad.map_or_else(|| "The company".to_owned(), |squad| squad.name.clone())
}

fn rules_path(squad: Option<SquadId>) -> String {
    let id = squad.map_or_else(|| COMPANY.to_owned(), |id| id.to_string());
    format!("{INDEX}/squads/{id}")
}

fn policy_path(policy: &Policy) -> String {
    format!("{INDEX}/policies/{}", policy.id)
}

fn framed(visitor: &Visitor, title: &str, path: &str, body: Markup) -> Markup {
    let mut shell = visitor.shell(title, NavItem::Settings);
    path.clone_into(&mut shell.path);
    layout::page(&shell, body)
}

/// The form once more, with what is wrong.
fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

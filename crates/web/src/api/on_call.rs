//! Who is on call, and putting somebody on call for a time.

use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode, response::Response};
use eider_app::rota::{self as app, Ahead, NewChange, People, Standing};
use eider_domain::{
    ChangeId, PersonId, RotaId, SquadId,
    access::Action,
    rota::{self as rules, Finding, Found, Holding, Reason},
    squad::Squad,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiPath, ApiQuery, Creates, KeyHeader, created},
    naming::Named,
    page::Paged,
    problem::{ListProblems, PartProblems, WriteProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const NOW: &str = "/api/v1/on-call";
const CALENDAR: &str = "/api/v1/rotas/{id}/calendar";
const CHANGES: &str = "/api/v1/rotas/{id}/changes";
const CHANGE: &str = "/api/v1/on-call/changes/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(NOW, Access::Needs(Action::Read)),
    Rule::get(CALENDAR, Access::Needs(Action::Read)),
    // Whom they may put on call is decided with the rota at hand.
    Rule::post(CHANGES, Access::Needs(Action::Work)),
    Rule::new("DELETE", CHANGE, Access::Needs(Action::Work)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(now))
        .routes(routes!(calendar))
        .routes(routes!(put))
        .routes(routes!(end))
}

/// Who is on call in one rota.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct OnCall {
    /// The rota.
    rota: Named,
    /// The squad; null for the whole company.
    squad: Option<Named>,
    /// `primary`, `secondary` or `gardener`.
    duty: &'static str,
    /// Who is on call; nobody in a gap.
    on_call: Vec<Holder>,
    /// Until when; null unless `next` was asked for.
    until: Option<Timestamp>,
    /// Who is next; null unless it was asked for, or when nobody else is within five weeks.
    next: Option<Stretch>,
}

/// Somebody on call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Holder {
    /// Identity.
    id: Uuid,
    /// Name.
    name: String,
    /// The number at which they are called, for whoever works on tickets.
    number: Option<String>,
    /// Why: `rota`, `override`, `cover` or `swap`.
    reason: &'static str,
    /// Whose turn it is by the plan, where it is another's.
    instead_of: Option<Named>,
}

/// A stretch of time in which the same people are on call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Stretch {
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// Who is on call; nobody in a gap.
    on_call: Vec<Holder>,
}

/// A rota between two instants.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Calendar {
    /// The whole time without overlap, gaps among it.
    stretches: Vec<Stretch>,
    /// What should not be so, from now on.
    findings: Vec<Warning>,
}

/// What should not be so.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Warning {
    /// `gap`, `double_duty`, `too_many_weeks`, `twice_running` or `too_little_rest`.
    kind: &'static str,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// Whom it is about, if it is about one.
    person: Option<Named>,
}

fn named(id: PersonId, people: &People) -> Named {
    Named {
        id: id.0,
        name: people.name(id).to_owned(),
    }
}

impl Holder {
    fn of(holding: &Holding, people: &People) -> Self {
        Self {
            id: holding.person.0,
            name: people.name(holding.person).to_owned(),
            number: people.number(holding.person).map(str::to_owned),
            reason: match holding.reason {
                Reason::Rota => "rota",
                Reason::Changed { how, .. } => how.as_str(),
            },
            instead_of: holding.instead_of.map(|person| named(person, people)),
        }
    }
}

impl Stretch {
    fn of(span: &rules::Span, people: &People) -> Self {
        Self {
            from: span.from,
            until: span.until,
            on_call: holders(span, people),
        }
    }
}

fn holders(span: &rules::Span, people: &People) -> Vec<Holder> {
    let holders = span.holders.iter();
    holders.map(|holding| Holder::of(holding, people)).collect()
}

impl OnCall {
    fn of(
        standing: &Standing,
        people: &People,
        squads: &HashMap<SquadId, &Squad>,
        ahead: Ahead,
    ) -> Self {
        let rota = standing.rota();
        let squad_named = |id: SquadId| Named {
            id: id.0,
            name: squads
                .get(&id)
                .map_or_else(String::new, |squad| squad.name.clone()),
        };
        Self {
            rota: Named {
                id: rota.id.0,
                name: rota.name.clone(),
            },
            squad: rota.squad.map(squad_named),
            duty: rota.duty.as_str(),
            on_call: holders(&standing.now, people),
            until: (ahead == Ahead::Next).then_some(standing.now.until),
            next: standing.next.as_ref().map(|next| Stretch::of(next, people)),
        }
    }
}

impl Warning {
    fn of(found: &Found, people: &People) -> Self {
        Self {
            kind: match found.finding {
                Finding::Gap { .. } => "gap",
                Finding::DoubleDuty { .. } => "double_duty",
                Finding::TooManyWeeks { .. } => "too_many_weeks",
                Finding::TwiceRunning { .. } => "twice_running",
                Finding::TooLittleRest { .. } => "too_little_rest",
            },
            from: found.from,
            until: found.until,
            person: found.finding.person().map(|person| named(person, people)),
        }
    }
}

/// When, and how far ahead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct When {
    /// The instant; now, when it is not given.
    #[serde(default)]
    at: Option<Timestamp>,
    /// Whether to look ahead to who is next.
    #[serde(default)]
    next: bool,
}

/// Who is on call
#[utoipa::path(get, path = NOW, tag = "on call", operation_id = "onCall", params(When),
    responses((status = 200, description = "Every rota that is in use", body = Paged<OnCall>),
        ListProblems))]
async fn now(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(when): ApiQuery<When>,
) -> Result<Json<Paged<OnCall>>> {
    let at = when.at.unwrap_or(visitor.now);
    let ahead = if when.next { Ahead::Next } else { Ahead::Now };
    let found = app::on_call(&web.eider, visitor.actor(), at, ahead).await?;
    let squads = visitor.desk.squads_by_id();
    let rotas = found.rotas.iter();
    let all = rotas.map(|standing| OnCall::of(standing, &found.people, &squads, ahead));
    Ok(Json(Paged::whole(all.collect())))
}

/// Between which instants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Between {
    /// From when.
    from: Timestamp,
    /// Until when; at most 400 days later.
    until: Timestamp,
}

/// Read a rota's calendar
#[utoipa::path(get, path = CALENDAR, tag = "on call", operation_id = "readRotaCalendar",
    params(("id" = Uuid, Path, description = "The rota's id"), Between),
    responses((status = 200, description = "Who is on call when", body = Calendar), PartProblems))]
async fn calendar(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<RotaId>,
    ApiQuery(between): ApiQuery<Between>,
) -> Result<Json<Calendar>> {
    let (from, until) = (between.from, between.until);
    let found = app::calendar(&web.eider, visitor.actor(), id, from, until).await?;
    let people = &found.people;
    let stretches = found.spans.iter().map(|span| Stretch::of(span, people));
    let findings = found.found.iter().map(|found| Warning::of(found, people));
    Ok(Json(Calendar {
        stretches: stretches.collect(),
        findings: findings.collect(),
    }))
}

/// Somebody to be put on call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutOnCall {
    /// Who: an id, an address, or `me`.
    person: String,
    /// Whose time it is, as an id or address: then it holds only where they would be on call.
    #[serde(default)]
    instead_of: Option<String>,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

/// A change of who is on call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Change {
    /// Identity.
    id: Uuid,
    /// `override`, `cover` or `swap`.
    kind: &'static str,
    /// Who is on call.
    person: Uuid,
    /// Whose time it is.
    instead_of: Option<Uuid>,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

/// Put somebody on call
///
/// Whoever leads the squad puts anybody on call; everybody else who works on tickets, themselves.
#[utoipa::path(post, path = CHANGES, tag = "on call", operation_id = "putOnCall",
    params(("id" = Uuid, Path, description = "The rota's id"), KeyHeader),
    request_body = PutOnCall,
    responses((status = 201, description = "They will be on call", body = Change),
        WriteProblems))]
async fn put(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<RotaId>,
    asked: Creates<PutOnCall>,
) -> Result<Response> {
    let (eider, actor, body) = (&web.eider, visitor.actor(), asked.body);
    let person = eider_app::person::find(eider, actor, "person", &body.person).await?;
    let instead_of = match body.instead_of.as_deref() {
        Some(text) => Some(eider_app::person::find(eider, actor, "instead_of", text).await?),
        None => None,
    };
    let new = NewChange {
        person,
        instead_of,
        from: body.from,
        until: body.until,
    };
    let change = app::put_on_call(eider, actor, id, new, asked.key.as_ref()).await?;
    let made = Change {
        id: change.id.0,
        kind: change.kind.as_str(),
        person: change.person.0,
        instead_of: change.instead_of.map(|person| person.0),
        from: change.from,
        until: change.until,
    };
    Ok(created(
        format!("/api/v1/on-call/changes/{}", change.id),
        made,
    ))
}

/// End a change of who is on call
///
/// Whoever is planned is on call again at once.
#[utoipa::path(delete, path = CHANGE, tag = "on call", operation_id = "endDutyChange",
    params(("id" = Uuid, Path, description = "The change's id")),
    responses((status = 204, description = "It is over"), WriteProblems))]
async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<ChangeId>,
) -> Result<StatusCode> {
    app::end_change(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

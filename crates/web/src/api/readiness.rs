//! Whether whoever is on call next is ready.

use axum::{Json, extract::State, http::StatusCode};
use eider_app::{
    contact,
    readiness::{self as app, Handover, Ready, Upcoming},
    rota::People,
};
use eider_domain::{AttemptId, PersonId, RotaId, TicketNumber, access::Action};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    duty::named_rota,
    extract::{ApiJson, ApiPath},
    naming::Named,
    page::Paged,
    problem::{ListProblems, WriteProblems},
    word::{NumberText, RankText},
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const ALL: &str = "/api/v1/on-call/readiness";
const OWN: &str = "/api/v1/me/readiness";
const CAME: &str = "/api/v1/me/contact-attempts/{id}/came";

const WORK: Access = Access::Needs(Action::Work);

pub(super) const RULES: &[Rule] = &[
    Rule::get(ALL, WORK),
    Rule::get(OWN, WORK),
    Rule::post(OWN, WORK),
    Rule::post(CAME, Access::Needs(Action::OwnContact)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(own, say))
        .routes(routes!(came))
}

/// Somebody begins to be on call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Readiness {
    /// The rota.
    rota: Named,
    /// `primary`, `secondary` or `gardener`.
    duty: &'static str,
    /// Who.
    person: Named,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// In how many verified ways they are tried when it is urgent. Two are wanted of whoever may be
    /// called.
    ways: usize,
    /// When something is known to have reached them last; null for never.
    reached_at: Option<Timestamp>,
    /// When they were asked whether they are ready; null for not yet.
    asked_at: Option<Timestamp>,
    /// When whoever leads and whoever leaves were told that something is open; null for not.
    told_at: Option<Timestamp>,
    /// When they said that they are ready; null for not yet.
    ready_at: Option<Timestamp>,
}

/// One's own shift that begins, with what is taken over.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct OwnReadiness {
    /// The shift.
    #[serde(flatten)]
    readiness: Readiness,
    /// What is taken over.
    handover: TakenOver,
}

/// What somebody takes over.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TakenOver {
    /// Whoever is on call until then.
    from: Vec<Named>,
    /// Tickets for which people are called, or which somebody has by a call.
    open: Vec<NumberText>,
    /// Tickets for which people are called when hours start.
    held: Vec<NumberText>,
    /// Open tickets in the hands of whoever is on call until then, the most urgent first.
    tickets: Vec<InHand>,
}

/// A ticket in somebody's hands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TicketInHand)]
struct InHand {
    /// Its number.
    number: NumberText,
    /// How urgent it is.
    priority: RankText,
    /// Its title.
    title: String,
    /// Who has it.
    owner: Option<Named>,
}

fn named(id: PersonId, people: &People) -> Named {
    Named {
        id: id.0,
        name: people.name(id).to_owned(),
    }
}

impl Readiness {
    fn of(one: &Upcoming, people: &People) -> Self {
        Self {
            rota: named_rota(&one.rota),
            duty: one.rota.duty.as_str(),
            person: named(one.start.person, people),
            from: one.start.from,
            until: one.start.until,
            ways: one.reachable.ways,
            reached_at: one.reachable.last_at,
            asked_at: one.asked_at,
            told_at: one.told_at,
            ready_at: one.ready_at,
        }
    }
}

impl TakenOver {
    fn of(handover: &Handover, people: &People) -> Self {
        let numbers =
            |numbers: &[TicketNumber]| numbers.iter().copied().map(NumberText).collect::<Vec<_>>();
        let tickets = handover.tickets.iter().map(|ticket| InHand {
            number: NumberText(ticket.number),
            priority: RankText(ticket.priority),
            title: ticket.title.clone(),
            owner: ticket.owner.map(|owner| named(owner, people)),
        });
        let from = handover.from.iter();
        Self {
            from: from.map(|person| named(*person, people)).collect(),
            open: numbers(&handover.open),
            held: numbers(&handover.held),
            tickets: tickets.collect(),
        }
    }
}

fn own_of((one, handover): &(Upcoming, Handover), ready: &Ready) -> OwnReadiness {
    OwnReadiness {
        readiness: Readiness::of(one, &ready.people),
        handover: TakenOver::of(handover, &ready.people),
    }
}

/// Who begins to be on call, and whether they are ready
#[utoipa::path(get, path = ALL, tag = "on call", operation_id = "listReadiness",
    responses((status = 200, description = "Shifts that begin within a week, the next first",
        body = Paged<Readiness>), ListProblems))]
async fn all(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Readiness>>> {
    let (found, people) = app::upcoming(&web.eider, visitor.actor()).await?;
    let all = found.iter().map(|one| Readiness::of(one, &people));
    Ok(Json(Paged::whole(all.collect())))
}

/// Read what to see to before one's own shifts
#[utoipa::path(get, path = OWN, tag = "on call", operation_id = "readOwnReadiness",
    responses((status = 200, description = "One's own shifts that begin within a week",
        body = Paged<OwnReadiness>), ListProblems))]
async fn own(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<OwnReadiness>>> {
    let ready = app::mine(&web.eider, visitor.actor()).await?;
    let all = ready.starts.iter().map(|one| own_of(one, &ready));
    Ok(Json(Paged::whole(all.collect())))
}

/// Which shift somebody is ready for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "rota": "018f3a2e-0000-7000-8000-000000000001", "from": "2026-03-09T09:00:00Z"
}))]
struct SayReady {
    /// The id of the rota.
    rota: Uuid,
    /// When the shift begins.
    from: Timestamp,
}

/// Say that one is ready
///
/// Said twice, it is said once, so it takes no `Idempotency-Key`.
#[utoipa::path(post, path = OWN, tag = "on call", operation_id = "sayReady",
    request_body = SayReady,
    responses((status = 200, description = "It is noted", body = OwnReadiness), WriteProblems))]
async fn say(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<SayReady>,
) -> Result<Json<OwnReadiness>> {
    let (eider, actor) = (&web.eider, visitor.actor());
    let said = app::say_ready(eider, actor, RotaId(body.rota), body.from).await?;
    let ready = app::mine(eider, actor).await?;
    let is_said = |one: &&(Upcoming, Handover)| {
        (one.0.start.rota, one.0.start.from) == (said.rota, said.from)
    };
    let unknown = || Error::App(eider_app::Error::NotFound("This shift of yours".into()));
    let one = ready.starts.iter().find(is_said).ok_or_else(unknown)?;
    Ok(Json(own_of(one, &ready)))
}

/// Say that a test page came
#[utoipa::path(post, path = CAME, tag = "on call", operation_id = "sayTestPageCame",
    params(("id" = Uuid, Path, description = "The id of what was sent")),
    responses((status = 204, description = "It is noted"), WriteProblems))]
async fn came(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<AttemptId>,
) -> Result<StatusCode> {
    contact::it_came(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

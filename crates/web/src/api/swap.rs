//! Asking who takes one's time on call, and answering.

use axum::{Json, extract::State, response::Response};
use eider_app::rota::{self as app, AskSwap, Asked, People};
use eider_domain::{
    PersonId, RotaId, SwapId,
    access::Action,
    rota::{self as rules, SwapCommand, SwapState},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    duty::named_rota,
    extract::{ApiJson, ApiPath, Creates, KeyHeader, created},
    naming::Named,
    page::Paged,
    problem::{ListProblems, ReadProblems, WriteProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/swaps";
const ONE: &str = "/api/v1/swaps/{id}";
const ASK: &str = "/api/v1/rotas/{id}/swaps";
const TAKE: &str = "/api/v1/swaps/{id}/take";
const OFFER: &str = "/api/v1/swaps/{id}/offer";
const ACCEPT: &str = "/api/v1/swaps/{id}/accept";
const DECLINE: &str = "/api/v1/swaps/{id}/decline";
const WITHDRAW: &str = "/api/v1/swaps/{id}/withdraw";

/// Who may answer which request is decided with the request at hand.
const WORK: Access = Access::Needs(Action::Work);

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, WORK),
    Rule::get(ONE, WORK),
    Rule::post(ASK, WORK),
    Rule::post(TAKE, WORK),
    Rule::post(OFFER, WORK),
    Rule::post(ACCEPT, WORK),
    Rule::post(DECLINE, WORK),
    Rule::post(WITHDRAW, WORK),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(ask))
        .routes(routes!(take))
        .routes(routes!(offer))
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(withdraw))
}

/// A request: who takes somebody's time on call?
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Swap {
    /// Identity.
    id: Uuid,
    /// The rota.
    rota: Named,
    /// Who asks.
    asker: Named,
    /// Who is asked; null for everybody in the rota.
    asked: Option<Named>,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// When it was asked.
    made_at: Timestamp,
    /// `open`, `taken`, `declined` or `withdrawn`.
    state: &'static str,
    /// Who would take it, for which of their own time; empty unless it is open.
    offers: Vec<Offer>,
    /// Who has it; null unless it is taken.
    taken_by: Option<Named>,
    /// What the asker took in return; null for nothing.
    in_return: Option<Offer>,
}

/// Somebody would take the time if theirs is taken in return.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SwapOffer)]
struct Offer {
    /// Who offers.
    by: Named,
    /// From when the asker would be on call in return.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

fn named(id: PersonId, people: &People) -> Named {
    Named {
        id: id.0,
        name: people.name(id).to_owned(),
    }
}

impl Offer {
    fn of(offer: &rules::Offer, people: &People) -> Self {
        Self {
            by: named(offer.by, people),
            from: offer.from,
            until: offer.until,
        }
    }
}

impl Swap {
    fn of(asked: &Asked, people: &People) -> Self {
        let (swap, rota) = (&asked.swap, &asked.rota);
        let mut shown = Self {
            id: swap.id.0,
            rota: named_rota(rota),
            asker: named(swap.asker, people),
            asked: swap.asked.map(|person| named(person, people)),
            from: swap.from,
            until: swap.until,
            made_at: swap.made_at,
            state: "open",
            offers: Vec::new(),
            taken_by: None,
            in_return: None,
        };
        match &swap.state {
            SwapState::Open { offers } => {
                let offers = offers.iter().map(|offer| Offer::of(offer, people));
                shown.offers = offers.collect();
            }
            SwapState::Taken { by, in_return, .. } => {
                shown.state = "taken";
                shown.taken_by = Some(named(*by, people));
                shown.in_return = in_return.as_ref().map(|offer| Offer::of(offer, people));
            }
            SwapState::Declined { .. } => shown.state = "declined",
            SwapState::Withdrawn { .. } => shown.state = "withdrawn",
        }
        shown
    }
}

/// The request as it is now.
async fn shown(web: &Web, visitor: &Visitor, id: SwapId) -> Result<Swap> {
    let (asked, people) = app::swap(&web.eider, visitor.actor(), id).await?;
    Ok(Swap::of(&asked, &people))
}

/// List requests to swap
///
/// One's own requests whatever became of them, and those of others that one may answer, for time
/// that is not over.
#[utoipa::path(get, path = LIST, tag = "on call", operation_id = "listSwaps",
    responses((status = 200, description = "The requests, by their time", body = Paged<Swap>),
        ListProblems))]
async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Swap>>> {
    let duty = app::my_duty(&web.eider, visitor.actor()).await?;
    let asked = duty.asked.iter();
    let all = asked.map(|asked| Swap::of(asked, &duty.people));
    Ok(Json(Paged::whole(all.collect())))
}

/// Read a request to swap
#[utoipa::path(get, path = ONE, tag = "on call", operation_id = "readSwap",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses((status = 200, description = "The request", body = Swap), ReadProblems))]
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SwapId>,
) -> Result<Json<Swap>> {
    Ok(Json(shown(&web, &visitor, id).await?))
}

/// A request to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "asked": null, "from": "2026-03-23T09:00:00Z", "until": "2026-03-30T08:00:00Z"
}))]
struct AskForSwap {
    /// Who is asked, as an id or address; everybody in the rota, when it is not given.
    #[serde(default)]
    asked: Option<String>,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

/// Ask who takes one's time
///
/// The time has to be one's own. The first to take it has it; until then one stays on call.
#[utoipa::path(post, path = ASK, tag = "on call", operation_id = "askForSwap",
    params(("id" = Uuid, Path, description = "The rota's id"), KeyHeader),
    request_body = AskForSwap,
    responses((status = 201, description = "It is asked", body = Swap,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<RotaId>,
    asked: Creates<AskForSwap>,
) -> Result<Response> {
    let (eider, actor, body) = (&web.eider, visitor.actor(), asked.body);
    let whom = match body.asked.as_deref() {
        Some(text) => Some(eider_app::person::find(eider, actor, "asked", text).await?),
        None => None,
    };
    let ask = AskSwap {
        asked: whom,
        from: body.from,
        until: body.until,
    };
    let made = app::ask_swap(eider, actor, id, ask, asked.key.as_ref()).await?;
    let document = shown(&web, &visitor, made.id).await?;
    Ok(created(format!("{LIST}/{}", made.id), document))
}

async fn answer(
    web: &Web,
    visitor: &Visitor,
    id: SwapId,
    command: SwapCommand,
) -> Result<Json<Swap>> {
    app::answer_swap(&web.eider, visitor.actor(), id, command).await?;
    Ok(Json(shown(web, visitor, id).await?))
}

/// Take somebody's time
///
/// For nothing in return. The first acceptance wins; later ones are told who was first.
#[utoipa::path(post, path = TAKE, tag = "on call", operation_id = "takeSwap",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses((status = 200, description = "It is yours now", body = Swap), WriteProblems))]
async fn take(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SwapId>,
) -> Result<Json<Swap>> {
    answer(&web, &visitor, id, SwapCommand::Take).await
}

/// Which of one's own time is offered in return.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "2026-03-09T09:00:00Z", "until": "2026-03-16T09:00:00Z" }))]
struct OfferInReturn {
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

/// Offer to take somebody's time for one's own
///
/// It holds when the asker accepts. A later offer takes the place of one's earlier one.
#[utoipa::path(post, path = OFFER, tag = "on call", operation_id = "offerSwap",
    params(("id" = Uuid, Path, description = "The request's id")), request_body = OfferInReturn,
    responses((status = 200, description = "It is offered", body = Swap), WriteProblems))]
async fn offer(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SwapId>,
    ApiJson(body): ApiJson<OfferInReturn>,
) -> Result<Json<Swap>> {
    let (from, until) = (body.from, body.until);
    answer(&web, &visitor, id, SwapCommand::Offer { from, until }).await
}

/// Whose offer is accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "by": "ben@example.com" }))]
struct AcceptOffer {
    /// Who offered, as an id or address.
    by: String,
}

/// Accept an offer
///
/// Whoever asked does; both times change hands at once.
#[utoipa::path(post, path = ACCEPT, tag = "on call", operation_id = "acceptSwap",
    params(("id" = Uuid, Path, description = "The request's id")), request_body = AcceptOffer,
    responses((status = 200, description = "It is agreed", body = Swap), WriteProblems))]
async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SwapId>,
    ApiJson(body): ApiJson<AcceptOffer>,
) -> Result<Json<Swap>> {
    let by = eider_app::person::find(&web.eider, visitor.actor(), "by", &body.by).await?;
    answer(&web, &visitor, id, SwapCommand::Accept { by }).await
}

/// Decline a request
///
/// Whoever was asked alone does.
#[utoipa::path(post, path = DECLINE, tag = "on call", operation_id = "declineSwap",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses((status = 200, description = "It is declined", body = Swap), WriteProblems))]
async fn decline(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SwapId>,
) -> Result<Json<Swap>> {
    answer(&web, &visitor, id, SwapCommand::Decline).await
}

/// Withdraw a request
///
/// Whoever asked does, when they need it no more.
#[utoipa::path(post, path = WITHDRAW, tag = "on call", operation_id = "withdrawSwap",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses((status = 200, description = "It is withdrawn", body = Swap), WriteProblems))]
async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<SwapId>,
) -> Result<Json<Swap>> {
    answer(&web, &visitor, id, SwapCommand::Withdraw).await
}

//! The duty of whoever asks: their shifts, when they are away, and their calendar feeds.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use eider_app::rota as app;
use eider_domain::{AbsenceId, RotaId, access::Action, rota as rules};
use eider_store::rota as store;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, Creates, KeyHeader, created},
    naming::Named,
    page::Paged,
    problem::{ListProblems, WriteProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const SHIFTS: &str = "/api/v1/me/shifts";
const OWN_ABSENCES: &str = "/api/v1/me/absences";
const ABSENCES: &str = "/api/v1/absences";
const ABSENCE: &str = "/api/v1/absences/{id}";
const FEEDS: &str = "/api/v1/me/feeds";

const WORK: Access = Access::Needs(Action::Work);

pub(super) const RULES: &[Rule] = &[
    Rule::get(SHIFTS, WORK),
    Rule::get(OWN_ABSENCES, WORK),
    // Whose absence they may keep is decided with the person at hand.
    Rule::post(ABSENCES, WORK),
    Rule::new("DELETE", ABSENCE, WORK),
    Rule::get(FEEDS, WORK),
    // Two rights at once: to work on tickets, and one's own account.
    Rule::post(FEEDS, Access::Recognised),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(shifts))
        .routes(routes!(absences))
        .routes(routes!(note))
        .routes(routes!(end))
        .routes(routes!(feeds, make_feed))
}

/// One's own time on call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Shift {
    /// The rota.
    rota: Named,
    /// `primary`, `secondary` or `gardener`.
    duty: &'static str,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// Whose turn it is by the plan, where it is another's.
    instead_of: Option<Named>,
}

/// Time in which somebody is away.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Absence {
    /// Identity.
    id: Uuid,
    /// Who.
    person: Uuid,
    /// From when.
    from: Timestamp,
    /// Until when; null for somebody whose access has ended.
    until: Option<Timestamp>,
}

/// A calendar feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Feed {
    /// The rota; null for one's own shifts.
    rota: Option<Named>,
    /// When its address was made.
    made_at: Timestamp,
}

/// A calendar feed that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct MadeFeed {
    /// Its secret address, for a calendar to subscribe to. It is shown this once.
    address: String,
}

impl From<rules::Absence> for Absence {
    fn from(absence: rules::Absence) -> Self {
        Self {
            id: absence.id.0,
            person: absence.person.0,
            from: absence.from,
            until: absence.until,
        }
    }
}

/// A rota with its name.
pub(super) fn named_rota(rota: &rules::Rota) -> Named {
    Named {
        id: rota.id.0,
        name: rota.name.clone(),
    }
}

impl Feed {
    fn of(feed: &store::Feed, visitor: &Visitor) -> Self {
        let rota = feed.rota.and_then(|id| visitor.desk.rota(id));
        Self {
            rota: rota.map(named_rota),
            made_at: feed.made_at,
        }
    }
}

/// Read one's own shifts
#[utoipa::path(get, path = SHIFTS, tag = "on call", operation_id = "listOwnShifts",
    responses((status = 200, description = "The shifts of the next four months, the next first",
        body = Paged<Shift>), ListProblems))]
async fn shifts(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Shift>>> {
    let duty = app::my_duty(&web.eider, visitor.actor()).await?;
    let shifts = duty.shifts.iter().map(|own| Shift {
        rota: named_rota(&own.rota),
        duty: own.rota.duty.as_str(),
        from: own.shift.from,
        until: own.shift.until,
        instead_of: own.shift.instead_of.map(|person| Named {
            id: person.0,
            name: duty.people.name(person).to_owned(),
        }),
    });
    Ok(Json(Paged::whole(shifts.collect())))
}

/// Read when one is away
#[utoipa::path(get, path = OWN_ABSENCES, tag = "on call", operation_id = "listOwnAbsences",
    responses((status = 200, description = "The absences of the next four months, by their time",
        body = Paged<Absence>), ListProblems))]
async fn absences(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Absence>>> {
    let duty = app::my_duty(&web.eider, visitor.actor()).await?;
    let absences = duty.absences.into_iter().map(Absence::from);
    Ok(Json(Paged::whole(absences.collect())))
}

/// When somebody is away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "person": "me", "from": "2026-03-09T00:00:00Z", "until": "2026-03-16T00:00:00Z"
}))]
struct NoteAbsence {
    /// Who: an id, an address, or `me`, which it is when it is not given.
    #[serde(default)]
    person: Option<String>,
    /// From when; what is past is left out.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

/// Note that somebody is away
///
/// Everybody who works on tickets notes their own absences; a lead, anybody's. Their turns in this
/// time are gaps until somebody takes them.
#[utoipa::path(post, path = ABSENCES, tag = "on call", operation_id = "noteAbsence",
    params(KeyHeader), request_body = NoteAbsence,
    responses((status = 201, description = "It is noted", body = Absence,
        headers(("Location" = String, description = "Where it is ended"))), WriteProblems))]
async fn note(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<NoteAbsence>,
) -> Result<Response> {
    let (eider, actor, body) = (&web.eider, visitor.actor(), asked.body);
    let person = body.person.as_deref().unwrap_or("me");
    let person = eider_app::person::find(eider, actor, "person", person).await?;
    let (from, until, key) = (body.from, body.until, asked.key.as_ref());
    let noted = app::note_absence(eider, actor, person, from, until, key).await?;
    let location = format!("{ABSENCES}/{}", noted.id);
    Ok(created(location, Absence::from(noted)))
}

/// End an absence
///
/// It ends now, or is taken back before it begins.
#[utoipa::path(delete, path = ABSENCE, tag = "on call", operation_id = "endAbsence",
    params(("id" = Uuid, Path, description = "The absence's id")),
    responses((status = 204, description = "It is over"), WriteProblems))]
async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<AbsenceId>,
) -> Result<StatusCode> {
    app::end_absence(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's calendar feeds
#[utoipa::path(get, path = FEEDS, tag = "on call", operation_id = "listOwnFeeds",
    responses((status = 200, description = "The feeds, without their addresses",
        body = Paged<Feed>), ListProblems))]
async fn feeds(State(web): State<Web>, visitor: Visitor) -> Result<Json<Paged<Feed>>> {
    let duty = app::my_duty(&web.eider, visitor.actor()).await?;
    let feeds = duty.feeds.iter().map(|feed| Feed::of(feed, &visitor));
    Ok(Json(Paged::whole(feeds.collect())))
}

/// What a calendar feed is to show.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "rota": null }))]
struct MakeFeed {
    /// The id of a rota; one's own shifts, when it is not given.
    #[serde(default)]
    rota: Option<Uuid>,
}

/// Make a calendar feed
///
/// A new address ends the one before, so it takes no `Idempotency-Key`. Whoever has the address
/// reads the shifts and the numbers.
#[utoipa::path(post, path = FEEDS, tag = "on call", operation_id = "makeFeed",
    request_body = MakeFeed,
    responses((status = 201, description = "The address, shown this once", body = MadeFeed,
        headers(("Location" = String, description = "The same address"))), WriteProblems))]
async fn make_feed(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<MakeFeed>,
) -> Result<Response> {
    let rota = body.rota.map(RotaId);
    let secret = app::make_feed(&web.eider, visitor.actor(), rota).await?;
    let address = format!("{}/feeds/{secret}.ics", web.public_url);
    Ok(created(address.clone(), MadeFeed { address }))
}

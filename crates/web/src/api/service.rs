//! Services that monitors watch, and the keys with which they send.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use eider_app::{
    Error as AppError,
    service::{self as app, NewKey, ServiceEdit},
};
use eider_domain::{
    ServiceId, ServiceKeyId,
    access::Action,
    service::{self as rules, Heartbeat, Mapping, Source},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, ApiQuery, Creates, KeyHeader, created},
    message::PageQuery,
    naming::{self, Named, find_feature, find_squad, shortened},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{RankText, maybe_text, text, whole},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/services";
const ONE: &str = "/api/v1/services/{id}";
const KEYS: &str = "/api/v1/services/{id}/keys";
const KEY: &str = "/api/v1/services/{id}/keys/{key}";

// Whether the squad is theirs is decided with the service at hand.
const KEEP: Access = Access::Needs(Action::KeepKnownIssues);

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    Rule::post(LIST, KEEP),
    Rule::new("PUT", ONE, KEEP),
    Rule::get(KEYS, KEEP),
    Rule::post(KEYS, KEEP),
    Rule::new("DELETE", KEY, KEEP),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
        .routes(routes!(keys, make_key))
        .routes(routes!(withdraw_key))
}

/// A service that monitors watch.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Service {
    /// Identity.
    id: Uuid,
    /// Its name; alerts with the label `service` find it by this.
    name: String,
    /// The squad that gets its tickets; that of the feature when null.
    squad: Option<Named>,
    /// The feature that suffers when it does.
    feature: Option<Named>,
    /// The priority of the ticket that an alert opens, by how bad it is.
    worth: Worth,
    /// While one of these has a ticket for alerts that fire, alerts of this one bother nobody.
    causes: Vec<Named>,
    /// When it is being worked on.
    maintenance: Vec<Window>,
    /// No longer watched; its keys are good for nothing.
    retired: bool,
}

/// A priority for each severity; null opens no ticket.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AlertWorth)]
struct Worth {
    /// For what is critical.
    critical: Option<RankText>,
    /// For an error.
    error: Option<RankText>,
    /// For a warning.
    warning: Option<RankText>,
    /// For what is only to be known.
    info: Option<RankText>,
}

/// A time in which a service is being worked on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MaintenanceWindow)]
struct Window {
    /// From when.
    from: Timestamp,
    /// Until when; at most 31 days later.
    until: Timestamp,
    /// What is done.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(
        max_length = 200,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    reason: String,
}

impl Service {
    fn of(service: &rules::Service, visitor: &Visitor) -> Self {
        let desk = &visitor.desk;
        let rank = |rank: Option<eider_domain::priority::Rank>| rank.map(RankText);
        let causes = service.causes.iter().map(|id| Named {
            id: id.0,
            name: desk
                .service(*id)
                .map(|cause| cause.name.clone())
                .unwrap_or_default(),
        });
        let maintenance = service.maintenance.iter().map(|window| Window {
            from: window.from,
            until: window.until,
            reason: window.reason.clone(),
        });
        Self {
            id: service.id.0,
            name: service.name.clone(),
            squad: service.squad.map(|id| naming::squad(desk, id)),
            feature: service.feature.map(|id| naming::feature(desk, id)),
            worth: Worth {
                critical: rank(service.worth.critical),
                error: rank(service.worth.error),
                warning: rank(service.worth.warning),
                info: rank(service.worth.info),
            },
            causes: causes.collect(),
            maintenance: maintenance.collect(),
            retired: service.retired,
        }
    }
}

/// List services
#[utoipa::path(get, path = LIST, tag = "alerts", operation_id = "listServices",
    params(PageQuery),
    responses((status = 200, description = "A page of services, by name",
        body = Paged<Service>), ListProblems))]
async fn list(
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Service>>> {
    let services = visitor.desk.services.iter();
    let all = services.map(|service| Service::of(service, &visitor));
    let limit = page::checked_limit(query.limit)?;
    let after = query.cursor.map(|id| id.to_string());
    Paged::cut(all.collect(), limit, after.as_deref(), |service| {
        service.id.to_string()
    })
    .map(Json)
}

/// Read a service
#[utoipa::path(get, path = ONE, tag = "alerts", operation_id = "readService",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The service", body = Service), ReadProblems))]
async fn show(visitor: Visitor, ApiPath(id): ApiPath<ServiceId>) -> Result<Json<Service>> {
    let service = visitor.desk.service(id);
    let service = service.ok_or_else(|| AppError::NotFound("This service".into()))?;
    Ok(Json(Service::of(service, &visitor)))
}

/// What a service is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteService {
    /// Its name; no other service has it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// The name or id of the squad that gets its tickets.
    squad: Option<String>,
    /// The name or id of the feature that suffers when it does.
    feature: Option<String>,
    /// The priorities by severity; P1, P2, P3 and no ticket when it is left out.
    worth: Option<Worth>,
    /// The names or ids of the services whose trouble causes this one's.
    #[serde(default)]
    #[schema(max_items = 20)]
    causes: Vec<String>,
    /// When it is being worked on.
    #[serde(default)]
    #[schema(max_items = 50)]
    maintenance: Vec<Window>,
    /// No longer watched.
    #[serde(default)]
    retired: bool,
}

fn edit(body: WriteService, visitor: &Visitor) -> Result<ServiceEdit> {
    let desk = &visitor.desk;
    let squad = body.squad.map(|text| find_squad(desk, &text));
    let feature = body.feature.map(|text| find_feature(desk, &text));
    let worth = body.worth.map_or_else(rules::Worth::default, |worth| {
        let rank = |rank: Option<RankText>| rank.map(|rank| rank.0);
        rules::Worth {
            critical: rank(worth.critical),
            error: rank(worth.error),
            warning: rank(worth.warning),
            info: rank(worth.info),
        }
    });
    let causes: Result<Vec<ServiceId>> = body
        .causes
        .iter()
        .map(|text| find_service(visitor, "causes", text))
        .collect();
    let maintenance = body.maintenance.into_iter().map(|window| rules::Window {
        from: window.from,
        until: window.until,
        reason: window.reason,
    });
    Ok(ServiceEdit {
        name: body.name,
        squad: squad.transpose()?,
        feature: feature.transpose()?,
        worth,
        causes: causes?,
        maintenance: maintenance.collect(),
        retired: body.retired,
    })
}

/// The service of that id or name.
///
/// # Errors
/// `Invalid` when there is none.
pub(super) fn find_service(
    visitor: &Visitor,
    field: &'static str,
    text: &str,
) -> Result<ServiceId> {
    let desk = &visitor.desk;
    let by_id = text.parse().ok().and_then(|id| desk.service(id));
    let found = by_id.or_else(|| desk.service_named(text));
    found.map(|service| service.id).ok_or_else(|| {
        let message = format!(
            "There is no service “{}”. GET /api/v1/services lists them.",
            shortened(text)
        );
        AppError::field(field, message).into()
    })
}

/// Add a service
#[utoipa::path(post, path = LIST, tag = "alerts", operation_id = "addService",
    params(KeyHeader), request_body = WriteService,
    responses((status = 201, description = "It is there", body = Service,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WriteService>,
) -> Result<Response> {
    let edit = edit(asked.body, &visitor)?;
    let key = asked.key.as_ref();
    let made = app::create_service(&web.eider, visitor.actor(), edit, key).await?;
    let location = format!("{LIST}/{}", made.id);
    Ok(created(location, Service::of(&made, &visitor)))
}

/// Change a service
#[utoipa::path(put, path = ONE, tag = "alerts", operation_id = "writeService",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WriteService,
    responses((status = 200, description = "As it is now", body = Service), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<ServiceId>,
    ApiJson(body): ApiJson<WriteService>,
) -> Result<Json<Service>> {
    let edit = edit(body, &visitor)?;
    let service = app::save_service(&web.eider, visitor.actor(), Some(id), edit).await?;
    Ok(Json(Service::of(&service, &visitor)))
}

/// A key with which a monitor sends, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ServiceKey {
    /// Identity.
    id: Uuid,
    /// What people call it.
    name: String,
    /// What sends with it, such as `alertmanager`.
    source: &'static str,
    /// When it was made.
    made_at: Timestamp,
    /// Whether it is of a heartbeat that never beat, so that nothing is expected of it yet.
    never_heard: bool,
}

impl ServiceKey {
    fn of(key: &rules::ServiceKey, never_heard: bool) -> Self {
        Self {
            never_heard,
            id: key.id.0,
            name: key.name.clone(),
            source: key.source.as_str(),
            made_at: key.made_at,
        }
    }
}

/// A key that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct MadeServiceKey {
    /// The key.
    #[serde(flatten)]
    key: ServiceKey,
    /// Its secret. It is shown once and not kept.
    secret: String,
}

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeServiceKey {
    /// What to call it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// What sends with it.
    #[schema(value_type = super::word::SourceWord)]
    source: Source,
    /// For `json`: where in a message stands what.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    mapping: Option<serde_json::Value>,
    /// For `heartbeat`: how often it is to be heard of.
    #[serde(default)]
    heartbeat: Option<HeartbeatTimes>,
    /// For `sentry`: the client secret with which it signs.
    #[serde(default, deserialize_with = "maybe_text::<200, _>")]
    #[schema(max_length = 200)]
    client_secret: Option<String>,
}

/// How often something is to be heard of.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HeartbeatTimes {
    /// It comes this often.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 60, maximum = 2_678_400)]
    every_seconds: i64,
    /// It may be late by this.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 86_400)]
    grace_seconds: i64,
}

/// List the keys of a service
#[utoipa::path(get, path = KEYS, tag = "alerts", operation_id = "listServiceKeys",
    params(("id" = Uuid, Path, description = "The service's id")),
    responses((status = 200, description = "Those that are good, the newest first",
        body = Paged<ServiceKey>), ReadProblems))]
async fn keys(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<ServiceId>,
) -> Result<Json<Paged<ServiceKey>>> {
    let keys = app::keys(&web.eider, visitor.actor(), id).await?;
    let never_heard = eider_app::alert::never_heard(&web.eider, &keys).await?;
    let told = |key: &rules::ServiceKey| ServiceKey::of(key, never_heard.contains(&key.id));
    Ok(Json(Paged::whole(keys.iter().map(told).collect())))
}

/// Make a key for a service
///
/// It takes no `Idempotency-Key`: the secret is not kept, so it could not be told again. Withdraw a
/// key whose answer was lost.
#[utoipa::path(post, path = KEYS, tag = "alerts", operation_id = "makeServiceKey",
    params(("id" = Uuid, Path, description = "The service's id")),
    request_body = MakeServiceKey,
    responses((status = 201, description = "The key with its secret", body = MadeServiceKey),
        WriteProblems))]
async fn make_key(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<ServiceId>,
    ApiJson(body): ApiJson<MakeServiceKey>,
) -> Result<(StatusCode, Json<MadeServiceKey>)> {
    let mapping = body.mapping.map(|mapping| {
        let mapping = Mapping::parse(&mapping.to_string());
        mapping.map_err(|error| AppError::field("mapping", error))
    });
    let new = NewKey {
        mapping: mapping.transpose()?,
        heartbeat: body.heartbeat.map(|times| Heartbeat {
            every_seconds: times.every_seconds,
            grace_seconds: times.grace_seconds,
        }),
        client_secret: body.client_secret,
        ..NewKey::of(body.source, &body.name)
    };
    let (key, secret) = app::make_key(&web.eider, visitor.actor(), id, new).await?;
    let key = ServiceKey::of(&key, key.options.heartbeat.is_some());
    Ok((StatusCode::CREATED, Json(MadeServiceKey { key, secret })))
}

/// Withdraw a key of a service
#[utoipa::path(delete, path = KEY, tag = "alerts", operation_id = "withdrawServiceKey",
    params(("id" = Uuid, Path, description = "The service's id"),
        ("key" = Uuid, Path, description = "The key's id")),
    responses((status = 204, description = "It is good for nothing from now on"), WriteProblems))]
async fn withdraw_key(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath((id, key)): ApiPath<(ServiceId, ServiceKeyId)>,
) -> Result<StatusCode> {
    app::withdraw_key(&web.eider, visitor.actor(), id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

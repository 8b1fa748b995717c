//! Features of the product.

use axum::{Json, extract::State, response::Response};
use eider_app::{
    Error as AppError,
    configure::{self, FeatureEdit},
};
use eider_domain::{
    FeatureId,
    access::Action,
    feature::{self as rules, Platform},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, ApiQuery, Creates, KeyHeader, created},
    message::PageQuery,
    naming::{self, Named, find_squad},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{PlatformWord, text},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/features";
const ONE: &str = "/api/v1/features/{id}";
const RETIRE: &str = "/api/v1/features/{id}/retire";
const BRING_BACK: &str = "/api/v1/features/{id}/bring-back";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    // Whether its squad is theirs is decided with the feature at hand.
    Rule::post(LIST, Access::Needs(Action::KeepKnownIssues)),
    Rule::new("PUT", ONE, Access::Needs(Action::KeepKnownIssues)),
    Rule::post(RETIRE, Access::Needs(Action::KeepKnownIssues)),
    Rule::post(BRING_BACK, Access::Needs(Action::KeepKnownIssues)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
}

/// A feature of the product.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Feature {
    /// Identity.
    id: Uuid,
    /// Its name, as reporters say it.
    name: String,
    /// What it is, for somebody who has never seen it.
    description: String,
    /// The squad that looks after it.
    squad: Option<Named>,
    /// Where it can be tried; empty when that makes no sense for it.
    #[schema(value_type = Vec<PlatformWord>)]
    platforms: Vec<Platform>,
    /// Where to read more.
    links: Vec<Link>,
    /// No longer offered when asking.
    retired: bool,
}

/// A link that helps.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Link {
    /// What it leads to.
    title: String,
    /// Its address.
    url: String,
}

impl Feature {
    pub(super) fn of(feature: &rules::Feature, visitor: &Visitor) -> Self {
        let links = feature.links.iter().map(|link| Link {
            title: link.title.clone(),
            url: link.url.clone(),
        });
        Self {
            id: feature.id.0,
            name: feature.name.clone(),
            description: feature.description.clone(),
            squad: feature.squad.map(|id| naming::squad(&visitor.desk, id)),
            platforms: feature.platforms.clone(),
            links: links.collect(),
            retired: feature.retired,
        }
    }
}

/// List features
#[utoipa::path(get, path = LIST, tag = "configuration", operation_id = "listFeatures",
    params(PageQuery),
    responses((status = 200, description = "A page of features, by name", body = Paged<Feature>),
        ListProblems))]
async fn list(
    visitor: Visitor,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Feature>>> {
    let features = visitor.desk.features.iter();
    let all = features.map(|feature| Feature::of(feature, &visitor));
    let limit = page::checked_limit(query.limit)?;
    let after = query.cursor.map(|id| id.to_string());
    Paged::cut(all.collect(), limit, after.as_deref(), |feature| {
        feature.id.to_string()
    })
    .map(Json)
}

/// Read a feature
#[utoipa::path(get, path = ONE, tag = "configuration", operation_id = "readFeature",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The feature", body = Feature), ReadProblems))]
async fn show(
    State(_web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<FeatureId>,
) -> Result<Json<Feature>> {
    let feature = visitor.desk.feature(id);
    let feature = feature.ok_or_else(|| AppError::NotFound("This feature".into()))?;
    Ok(Json(Feature::of(feature, &visitor)))
}

/// What a feature is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteFeature {
    /// Its name, as reporters say it; no other feature has it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// What it is, for somebody who has never seen it.
    #[serde(default, deserialize_with = "text::<4000, _>")]
    #[schema(max_length = 4000)]
    description: String,
    /// The name or id of the squad that looks after it.
    squad: Option<String>,
    /// Where it can be tried; empty when that makes no sense for it.
    #[serde(default)]
    #[schema(value_type = Vec<PlatformWord>)]
    platforms: Vec<Platform>,
    /// Where to read more.
    #[serde(default)]
    #[schema(max_items = 20)]
    links: Vec<WriteLink>,
}

/// A link that helps.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteLink {
    /// What it leads to; its address when it is left out.
    #[serde(default, deserialize_with = "text::<80, _>")]
    #[schema(max_length = 80)]
    title: String,
    /// An `http` or `https` address.
    #[schema(min_length = 1)]
    url: String,
}

fn edit(body: WriteFeature, visitor: &Visitor) -> Result<FeatureEdit> {
    if body.links.iter().any(|link| link.url.trim().is_empty()) {
        let message = "A link leads nowhere. Give it an address or leave it out.";
        return Err(AppError::field("links", message).into());
    }
    let squad = body.squad.map(|text| find_squad(&visitor.desk, &text));
    let links = body.links.into_iter().map(|link| rules::Link {
        title: link.title,
        url: link.url,
    });
    Ok(FeatureEdit {
        name: body.name,
        description: body.description,
        squad: squad.transpose()?,
        platforms: body.platforms,
        links: links.collect(),
    })
}

/// Add a feature
#[utoipa::path(post, path = LIST, tag = "configuration", operation_id = "addFeature",
    params(KeyHeader), request_body = WriteFeature,
    responses((status = 201, description = "It is there", body = Feature,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WriteFeature>,
) -> Result<Response> {
    let edit = edit(asked.body, &visitor)?;
    let made =
        configure::create_feature(&web.eider, visitor.actor(), edit, asked.key.as_ref()).await?;
    let location = format!("{LIST}/{}", made.id);
    Ok(created(location, Feature::of(&made, &visitor)))
}

/// Change a feature
#[utoipa::path(put, path = ONE, tag = "configuration", operation_id = "writeFeature",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WriteFeature,
    responses((status = 200, description = "As it is now", body = Feature), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<FeatureId>,
    ApiJson(body): ApiJson<WriteFeature>,
) -> Result<Json<Feature>> {
    let edit = edit(body, &visitor)?;
    let feature = configure::save_feature(&web.eider, visitor.actor(), Some(id), edit).await?;
    Ok(Json(Feature::of(&feature, &visitor)))
}

/// Offer a feature no longer when asking
#[utoipa::path(post, path = RETIRE, tag = "configuration", operation_id = "retireFeature",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = Feature), WriteProblems))]
async fn retire(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<FeatureId>,
) -> Result<Json<Feature>> {
    let feature = configure::retire_feature(&web.eider, visitor.actor(), id).await?;
    Ok(Json(Feature::of(&feature, &visitor)))
}

/// Offer a retired feature again
#[utoipa::path(post, path = BRING_BACK, tag = "configuration", operation_id = "bringFeatureBack",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = Feature), WriteProblems))]
async fn bring_back(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<FeatureId>,
) -> Result<Json<Feature>> {
    let feature = configure::bring_back_feature(&web.eider, visitor.actor(), id).await?;
    Ok(Json(Feature::of(&feature, &visitor)))
}

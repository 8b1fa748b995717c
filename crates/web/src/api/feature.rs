//! Features of the product.

use axum::{Json, extract::State};
use eider_app::Error as AppError;
use eider_domain::{
    FeatureId,
    access::Action,
    feature::{self as rules, Platform},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiPath, ApiQuery},
    message::PageQuery,
    naming::{self, Named},
    page::{self, Paged},
    problem::{ListProblems, ReadProblems},
    word::PlatformWord,
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/features";
const ONE: &str = "/api/v1/features/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
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

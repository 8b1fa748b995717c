//! Settings of the whole desk.

use axum::Json;
use eider_domain::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::ListProblems;
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const SETTINGS: &str = "/api/v1/settings";

pub(super) const RULES: &[Rule] = &[Rule::get(SETTINGS, Access::Needs(Action::Read))];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Settings that an administrator changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Settings {
    /// The company's name.
    company: String,
    /// The IANA name of the zone in which days begin for figures and lists.
    zone: String,
    /// The currency in which costs are told (ISO 4217).
    currency: String,
    /// A resolved ticket is closed when its reporter says nothing for so many days.
    close_after_days: i64,
}

/// Read the settings
#[utoipa::path(get, path = SETTINGS, tag = "configuration", operation_id = "readSettings",
    responses((status = 200, description = "The settings", body = Settings), ListProblems))]
async fn show(visitor: Visitor) -> Result<Json<Settings>> {
    let settings = &visitor.desk.settings;
    Ok(Json(Settings {
        company: settings.company.clone(),
        zone: settings.zone.clone(),
        currency: settings.currency.clone(),
        close_after_days: settings.close_after_days,
    }))
}

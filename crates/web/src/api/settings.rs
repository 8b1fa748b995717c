//! Settings of the whole desk.

use axum::{Json, extract::State};
use eider_app::{configure, desk};
use eider_domain::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::ApiJson,
    problem::{ListProblems, WriteProblems},
    word::{text, whole},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const SETTINGS: &str = "/api/v1/settings";

pub(super) const RULES: &[Rule] = &[
    Rule::get(SETTINGS, Access::Needs(Action::Read)),
    Rule::new("PUT", SETTINGS, Access::Needs(Action::Configure)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(show, write))
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
    Ok(Json(Settings::from(&visitor.desk.settings)))
}

impl From<&desk::Settings> for Settings {
    fn from(settings: &desk::Settings) -> Self {
        Self {
            company: settings.company.clone(),
            zone: settings.zone.clone(),
            currency: settings.currency.clone(),
            close_after_days: settings.close_after_days,
        }
    }
}

/// What the settings are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteSettings {
    /// The company's name.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    company: String,
    /// The IANA name of the zone in which days begin for figures and lists.
    zone: String,
    /// The currency in which costs are told (ISO 4217).
    currency: String,
    /// A resolved ticket is closed when its reporter says nothing for so many days.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 365)]
    close_after_days: i64,
}

/// Write the settings, all of them
#[utoipa::path(put, path = SETTINGS, tag = "configuration", operation_id = "writeSettings",
    request_body = WriteSettings,
    responses((status = 200, description = "As they are now", body = Settings), WriteProblems))]
async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<WriteSettings>,
) -> Result<Json<Settings>> {
    let settings = desk::Settings {
        company: body.company,
        zone: body.zone,
        currency: body.currency,
        close_after_days: body.close_after_days,
    };
    let settings = configure::save_settings(&web.eider, visitor.actor(), settings).await?;
    Ok(Json(Settings::from(&settings)))
}

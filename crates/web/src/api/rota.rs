//! Rotas: who takes turns when.

use axum::{Json, extract::State, response::Response};
use eider_app::rota::{self as app, LayerEdit, RotaEdit};
use eider_domain::{
    RotaId,
    access::Action,
    rota::{self as rules, Cover, Cycle, CycleUnit, Duty, Limits},
    sla::{TimeOfDay, WeeklyHours},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    calendar::Week,
    extract::{ApiJson, ApiPath, Creates, KeyHeader, created},
    naming::{Named, find_squad},
    page::Paged,
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{small, text},
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/rotas";
const ONE: &str = "/api/v1/rotas/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    // Whether the squad is theirs is decided with the rota at hand.
    Rule::post(LIST, Access::Needs(Action::KeepKnownIssues)),
    Rule::new("PUT", ONE, Access::Needs(Action::KeepKnownIssues)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
}

/// A rota, with its latest plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Rota {
    /// Identity.
    id: Uuid,
    /// Its name.
    name: String,
    /// The squad; null for the whole company.
    squad: Option<Named>,
    /// What its people are there for: `primary`, `secondary` or `gardener`.
    duty: &'static str,
    /// The IANA name of the zone in which its calendar is shown.
    zone: String,
    /// Numbers and places that matter at night.
    vital: String,
    /// When somebody must be on call: `always` or `while_planned`.
    cover: &'static str,
    /// The most weeks on end for one person.
    most_weeks_on_end: u8,
    /// The least hours of rest between two turns.
    least_rest_hours: u8,
    /// From when the layers hold; null when they always did.
    from: Option<Timestamp>,
    /// Who takes turns; a later layer lies over those before it.
    layers: Vec<Layer>,
    /// No longer in use.
    retired: bool,
}

/// People who take turns.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Layer {
    /// Its name.
    name: String,
    /// The ids of its people, in the order of their turns.
    people: Vec<Uuid>,
    /// The IANA name of its zone.
    zone: String,
    /// The day of the first turn.
    start: Date,
    /// The time of day at which one hands over to the next, such as `09:00`.
    handover: String,
    /// How many hours, days or weeks a turn lasts.
    every: u16,
    /// `hours`, `days` or `weeks`.
    unit: &'static str,
    /// The hours of the week in which it holds; null means always.
    #[schema(value_type = Option<Object>)]
    hours: Option<WeeklyHours>,
}

impl Rota {
    fn of(rota: &rules::Rota, visitor: &Visitor) -> Self {
        let layers = rota.latest().map(|plan| plan.layers.as_slice());
        Self {
            id: rota.id.0,
            name: rota.name.clone(),
            squad: rota.squad.map(|id| super::naming::squad(&visitor.desk, id)),
            duty: rota.duty.as_str(),
            zone: rota.zone.clone(),
            vital: rota.vital.clone(),
            cover: rota.limits.cover.as_str(),
            most_weeks_on_end: rota.limits.most_weeks_on_end,
            least_rest_hours: rota.limits.least_rest_hours,
            from: rota.latest().and_then(|plan| plan.from),
            layers: layers.unwrap_or_default().iter().map(Layer::of).collect(),
            retired: rota.retired,
        }
    }
}

impl Layer {
    fn of(layer: &rules::Layer) -> Self {
        Self {
            name: layer.name().to_owned(),
            people: layer.people().iter().map(|person| person.0).collect(),
            zone: layer.zone().to_owned(),
            start: layer.start(),
            handover: layer.handover().to_string(),
            every: layer.cycle().every,
            unit: layer.cycle().unit.as_str(),
            hours: layer.hours().cloned(),
        }
    }
}

/// What a rota is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteRota {
    /// Its name; no other rota has it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// The squad, by id or name; none for the whole company.
    #[serde(default)]
    squad: Option<String>,
    /// What its people are there for.
    #[schema(value_type = String, pattern = "^(primary|secondary|gardener)$")]
    duty: Duty,
    /// The IANA name of the zone in which its calendar is shown.
    zone: String,
    /// Numbers and places that matter at night.
    #[serde(default)]
    #[schema(max_length = 1000)]
    vital: String,
    /// When somebody must be on call; always, when it is not given.
    #[serde(default = "usual_cover")]
    #[schema(value_type = String, pattern = "^(always|while_planned)$")]
    cover: Cover,
    /// The most weeks on end for one person.
    #[serde(default = "usual_weeks")]
    #[schema(minimum = 1, maximum = 52)]
    #[serde(deserialize_with = "small")]
    most_weeks_on_end: u8,
    /// The least hours of rest between two turns.
    #[serde(default = "usual_rest")]
    #[schema(minimum = 0, maximum = 72)]
    #[serde(deserialize_with = "small")]
    least_rest_hours: u8,
    /// Who takes turns; a later layer lies over those before it.
    #[schema(min_items = 1, max_items = 8)]
    layers: Vec<WriteLayer>,
    /// From when the layers hold; from now on, when it is not given.
    #[serde(default)]
    from: Option<Timestamp>,
    /// No longer in use.
    #[serde(default)]
    retired: bool,
}

/// What a layer is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteLayer {
    /// Its name.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// The ids of its people, in the order of their turns.
    #[schema(min_items = 1, max_items = 100)]
    people: Vec<Uuid>,
    /// The IANA name of its zone.
    zone: String,
    /// The day of the first turn.
    start: Date,
    /// The time of day at which one hands over to the next, such as `09:00`.
    #[serde(deserialize_with = "time_of_day")]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    handover: TimeOfDay,
    /// How many hours, days or weeks a turn lasts.
    #[schema(minimum = 1, maximum = 366)]
    #[serde(deserialize_with = "small")]
    every: u16,
    /// What a turn is counted in.
    #[schema(value_type = String, pattern = "^(hours|days|weeks)$")]
    unit: CycleUnit,
    /// The hours of the week in which it holds, such as `{"saturday": ["00:00-24:00"]}`; without
    /// any it always holds.
    #[serde(default)]
    hours: Week,
}

impl WriteLayer {
    fn edit(self) -> Result<LayerEdit> {
        Ok(LayerEdit {
            name: self.name,
            people: self.people.into_iter().map(Into::into).collect(),
            zone: self.zone,
            start: self.start,
            handover: self.handover,
            cycle: Cycle {
                every: self.every,
                unit: self.unit,
            },
            hours: self.hours.hours()?,
        })
    }
}

fn usual_cover() -> Cover {
    Limits::default().cover
}

fn usual_weeks() -> u8 {
    Limits::default().most_weeks_on_end
}

fn usual_rest() -> u8 {
    Limits::default().least_rest_hours
}

fn time_of_day<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<TimeOfDay, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(de::Error::custom)
}

impl WriteRota {
    fn edit(self, visitor: &Visitor) -> Result<RotaEdit> {
        let squad = self.squad.as_deref();
        let squad = squad
            .map(|text| find_squad(&visitor.desk, text))
            .transpose()?;
        let layers = self.layers.into_iter().map(WriteLayer::edit);
        Ok(RotaEdit {
            name: self.name,
            squad,
            duty: self.duty,
            zone: self.zone,
            vital: self.vital,
            cover: self.cover,
            most_weeks_on_end: self.most_weeks_on_end,
            least_rest_hours: self.least_rest_hours,
            layers: layers.collect::<Result<_>>()?,
            from: self.from,
            retired: self.retired,
        })
    }
}

/// List rotas
#[utoipa::path(get, path = LIST, tag = "on call", operation_id = "listRotas",
    responses((status = 200, description = "All rotas, by name", body = Paged<Rota>),
        ListProblems))]
async fn list(visitor: Visitor) -> Result<Json<Paged<Rota>>> {
    let rotas = visitor.desk.rotas.iter();
    let all = rotas.map(|rota| Rota::of(rota, &visitor)).collect();
    Ok(Json(Paged::whole(all)))
}

/// Read a rota
#[utoipa::path(get, path = ONE, tag = "on call", operation_id = "readRota",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The rota", body = Rota), ReadProblems))]
async fn show(visitor: Visitor, ApiPath(id): ApiPath<RotaId>) -> Result<Json<Rota>> {
    let rota = visitor.desk.rota(id);
    let unknown = || Error::App(eider_app::Error::NotFound("This rota".into()));
    Ok(Json(Rota::of(rota.ok_or_else(unknown)?, &visitor)))
}

/// Add a rota
#[utoipa::path(post, path = LIST, tag = "on call", operation_id = "addRota",
    params(KeyHeader), request_body = WriteRota,
    responses((status = 201, description = "It is there", body = Rota,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WriteRota>,
) -> Result<Response> {
    let (edit, key) = (asked.body.edit(&visitor)?, asked.key.as_ref());
    let made = app::create_rota(&web.eider, visitor.actor(), edit, key).await?;
    Ok(created(
        format!("{LIST}/{}", made.id),
        Rota::of(&made, &visitor),
    ))
}

/// Change a rota
///
/// What was planned until then stays in the record.
#[utoipa::path(put, path = ONE, tag = "on call", operation_id = "writeRota",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WriteRota,
    responses((status = 200, description = "As it is now", body = Rota), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<RotaId>,
    ApiJson(body): ApiJson<WriteRota>,
) -> Result<Json<Rota>> {
    let edit = body.edit(&visitor)?;
    let rota = app::save_rota(&web.eider, visitor.actor(), Some(id), edit).await?;
    Ok(Json(Rota::of(&rota, &visitor)))
}

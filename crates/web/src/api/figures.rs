//! Figures: what the tickets of a period come to.

use axum::{Json, extract::State};
use eider_app::figures::{self as app, Answer};
use eider_domain::{
    access::Action,
    figures::{Figure as Counted, Unit},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{ApiPath, ApiQuery},
    page::Paged,
    problem::{ListProblems, PartProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/figures";
const ONE: &str = "/api/v1/figures/{name}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(count))
}

/// What can be counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Figure {
    /// The word by which it is asked for.
    name: &'static str,
    /// Its heading.
    title: &'static str,
    /// How it is counted.
    definition: &'static str,
}

/// A figure that was counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct CountedFigure {
    /// The word by which it is asked for.
    figure: &'static str,
    /// Its heading.
    title: &'static str,
    /// How it is counted.
    definition: &'static str,
    /// Tickets asked from here on.
    from: Option<String>,
    /// Tickets asked before.
    to: Option<String>,
    /// The zone in which days and months begin.
    zone: Option<String>,
    /// Open time until when; only for `open-time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    until: Option<&'static str>,
    /// By what it is told apart.
    group_by: Vec<&'static str>,
    /// What the rows tell, in the order in which people read it.
    columns: Vec<FigureColumn>,
    /// A row for each group, with a value for each column by its key.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Map<String, Value>>,
}

/// What a value of a row is.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct FigureColumn {
    /// Its name in the rows.
    key: &'static str,
    /// Its heading.
    title: &'static str,
    /// In what it is counted.
    unit: FigureUnit,
}

/// In what something is counted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FigureUnit {
    /// Words.
    Words,
    /// A ticket's number.
    Ticket,
    /// Things.
    Count,
    /// Things, on average.
    Number,
    /// Seconds.
    Seconds,
    /// A part of 1.
    Share,
    /// Hundredths of the company's currency.
    Cents,
}

/// List the figures
#[utoipa::path(get, path = LIST, tag = "figures", operation_id = "listFigures",
    responses((status = 200, description = "All figures", body = Paged<Figure>), ListProblems))]
async fn list(_visitor: Visitor) -> Result<Json<Paged<Figure>>> {
    let figures = Counted::ALL.into_iter().map(|figure| Figure {
        name: figure.about().name,
        title: figure.about().title,
        definition: figure.about().definition,
    });
    Ok(Json(Paged::whole(figures.collect())))
}

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FigureQuery {
    /// Tickets asked from this day on (`2025-03-01`, in the company's zone) or this instant.
    #[param(value_type = String, required = false)]
    from: Option<String>,
    /// Tickets asked before this day or instant.
    #[param(value_type = String, required = false)]
    to: Option<String>,
    /// A period by its name, where neither day is given: `this-month`, `last-month`,
    /// `last-3-months`, `last-12-months`, `this-year`, `last-year` or `all`.
    #[param(value_type = String, required = false)]
    period: Option<String>,
    /// For `open-time`: `closed` (the usual one) or `resolved`.
    #[param(value_type = String, required = false)]
    until: Option<String>,
    /// One or two of `priority`, `squad`, `feature` and `month` with a comma between; or `none`.
    #[param(value_type = String, required = false)]
    group_by: Option<String>,
    /// Only of this priority, such as `P1`.
    #[param(value_type = String, required = false)]
    priority: Option<String>,
    /// Only with this squad, by name or id.
    #[param(value_type = String, required = false)]
    squad: Option<String>,
    /// Only about this feature, by name or id.
    #[param(value_type = String, required = false)]
    feature: Option<String>,
}

/// Count a figure
#[utoipa::path(get, path = ONE, tag = "figures", operation_id = "countFigure",
    params(("name" = String, Path, description = "Its name, such as `open-time`"), FigureQuery),
    responses((status = 200, description = "The figure", body = CountedFigure), PartProblems))]
async fn count(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(name): ApiPath<String>,
    ApiQuery(query): ApiQuery<FigureQuery>,
) -> Result<Json<CountedFigure>> {
    let words = app::Words {
        from: query.from,
        to: query.to,
        period: query.period,
        until: query.until,
        group_by: query.group_by,
        priority: query.priority,
        squad: query.squad,
        feature: query.feature,
    };
    let answer = app::one(&web.eider, visitor.actor(), &name, &words).await?;
    Ok(Json(CountedFigure::of(&answer)))
}

impl CountedFigure {
    fn of(answer: &Answer) -> Self {
        let about = answer.figure().about();
        let question = &answer.question;
        let columns = answer.columns.iter().map(|column| FigureColumn {
            key: column.key,
            title: column.title,
            unit: unit(column.unit),
        });
        Self {
            figure: about.name,
            title: about.title,
            definition: about.definition,
            from: question.period.from.map(|at| at.to_string()),
            to: question.period.to.map(|at| at.to_string()),
            zone: answer.zone.iana_name().map(str::to_owned),
            until: (answer.figure() == Counted::OpenTime).then(|| question.until.name()),
            group_by: question.groups.iter().map(|group| group.name()).collect(),
            columns: columns.collect(),
            rows: answer.rows.iter().map(|row| answer.json_row(row)).collect(),
        }
    }
}

fn unit(unit: Unit) -> FigureUnit {
    match unit {
        Unit::Words => FigureUnit::Words,
        Unit::Ticket => FigureUnit::Ticket,
        Unit::Count => FigureUnit::Count,
        Unit::Number => FigureUnit::Number,
        Unit::Seconds => FigureUnit::Seconds,
        Unit::Share => FigureUnit::Share,
        Unit::Cents => FigureUnit::Cents,
    }
}

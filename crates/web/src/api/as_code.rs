//! The desk as code: what files would change, changing it, and the files of what is.

use axum::{Json, extract::State};
use eider_app::as_code::{self as app, AsCodeFile, How, Prune};
use eider_domain::access::Action;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::ApiJson,
    problem::{ListProblems, WriteProblems},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const FILES: &str = "/api/v1/as-code";
const PLAN: &str = "/api/v1/as-code/plan";
const APPLY: &str = "/api/v1/as-code/apply";

pub(super) const RULES: &[Rule] = &[
    Rule::get(FILES, Access::Needs(Action::Read)),
    // What of it the actor may do is decided with each thing at hand.
    Rule::post(PLAN, Access::Needs(Action::KeepKnownIssues)),
    Rule::post(APPLY, Access::Needs(Action::KeepKnownIssues)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(export))
        .routes(routes!(plan))
        .routes(routes!(apply))
}

/// A file of YAML.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AsCodeFile)]
struct File {
    /// Its name, such as `rotas.yaml`; errors name it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What stands in it. All files together hold at most 4 MiB.
    text: String,
}

/// The desk as files.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AsCodeFiles)]
struct Files {
    /// The files, by name.
    files: Vec<File>,
}

/// Read the desk as files
///
/// They are YAML, as docs/as-code.md describes it. Applied here they change nothing; applied to an empty
/// desk they make the same. The keys of services stand in them without their secrets, for whoever may
/// see them.
#[utoipa::path(get, path = FILES, tag = "configuration", operation_id = "exportAsCode",
    responses((status = 200, description = "The files", body = Files), ListProblems))]
async fn export(State(web): State<Web>, visitor: Visitor) -> Result<Json<Files>> {
    let files = app::export(&web.eider, visitor.actor()).await?;
    let files = files.into_iter().map(|file| File {
        name: file.name,
        text: file.text,
    });
    Ok(Json(Files {
        files: files.collect(),
    }))
}

/// Files of which to make a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanAsCode {
    /// The files.
    #[schema(max_items = 100)]
    files: Vec<File>,
    /// Take out of use what the files do not mention, of the kinds that they hold.
    #[serde(default)]
    prune: bool,
}

/// Files to apply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplyAsCode {
    /// The files.
    #[schema(max_items = 100)]
    files: Vec<File>,
    /// Take out of use what the files do not mention, of the kinds that they hold.
    #[serde(default)]
    prune: bool,
    /// The fingerprint of the plan that is agreed to.
    #[schema(max_length = 64)]
    fingerprint: String,
}

/// What files would change.
#[derive(Debug, Serialize, ToSchema)]
struct AsCodePlan {
    /// Tells this plan from every other one. Send it back to apply it.
    fingerprint: String,
    /// What would be done, in its order; empty when the desk is as the files say.
    changes: Vec<Change>,
    /// What else there is to know, in sentences.
    notes: Vec<String>,
}

/// One thing that is done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AsCodeChange)]
struct Change {
    /// `add`, `change` or `retire`.
    #[schema(pattern = "^(add|change|retire)$")]
    how: &'static str,
    /// What it is, such as `rota`.
    kind: &'static str,
    /// Which one, by name.
    name: String,
    /// The file that says so; null for what no file mentions.
    file: Option<String>,
    /// The line in it.
    line: Option<usize>,
    /// What of it becomes another.
    fields: Vec<FieldChange>,
}

/// A field that becomes another.
#[derive(Debug, Serialize, ToSchema)]
struct FieldChange {
    /// Which one, such as `layers.Week.people`.
    field: String,
    /// What it says now; null when it says nothing.
    from: Option<String>,
    /// What it will say; null for nothing.
    to: Option<String>,
}

impl Change {
    fn of(change: app::Change) -> Self {
        let fields = change.fields.into_iter().map(|field| FieldChange {
            field: field.field,
            from: field.from,
            to: field.to,
        });
        Self {
            how: How::as_str(change.how),
            kind: change.kind,
            name: change.name,
            line: change.place.as_ref().map(|place| place.line),
            file: change.place.map(|place| place.file),
            fields: fields.collect(),
        }
    }
}

/// Make a plan of files
///
/// It changes nothing. Everything that cannot be done, and all that the token's owner may not do, is
/// told at once: each of `errors` names a file and a line.
#[utoipa::path(post, path = PLAN, tag = "configuration", operation_id = "planAsCode",
    request_body = PlanAsCode,
    responses((status = 200, description = "What the files would change", body = AsCodePlan),
        WriteProblems))]
async fn plan(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<PlanAsCode>,
) -> Result<Json<AsCodePlan>> {
    let (files, prune) = (read(body.files), asked(body.prune));
    let plan = app::plan(&web.eider, visitor.actor(), &files, prune).await?;
    Ok(Json(AsCodePlan {
        fingerprint: plan.fingerprint,
        changes: plan.changes.into_iter().map(Change::of).collect(),
        notes: plan.notes,
    }))
}

/// What was changed.
#[derive(Debug, Serialize, ToSchema)]
struct AsCodeApplied {
    /// What was done, in its order.
    changes: Vec<Change>,
    /// The keys that were made, with their secrets. They are shown once and not kept.
    keys: Vec<AsCodeKey>,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
struct AsCodeKey {
    /// Identity.
    id: Uuid,
    /// The name of its service.
    service: String,
    /// What people call it.
    name: String,
    /// What sends with it, such as `alertmanager`.
    source: &'static str,
    /// When it was made.
    made_at: Timestamp,
    /// Its secret.
    secret: String,
}

/// Apply a plan of files
///
/// All of it is done in one transaction, or nothing. It is refused when the plan would be another one by
/// now; so sent again it does nothing twice, and it takes no `Idempotency-Key`.
#[utoipa::path(post, path = APPLY, tag = "configuration", operation_id = "applyAsCode",
    request_body = ApplyAsCode,
    responses((status = 200, description = "What was done", body = AsCodeApplied), WriteProblems))]
async fn apply(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<ApplyAsCode>,
) -> Result<Json<AsCodeApplied>> {
    let (files, prune) = (read(body.files), asked(body.prune));
    let actor = visitor.actor();
    let applied = app::apply(&web.eider, actor, &files, prune, &body.fingerprint).await?;
    let keys = applied.keys.into_iter().map(|made| AsCodeKey {
        id: made.key.id.0,
        service: made.service,
        source: made.key.source.as_str(),
        made_at: made.key.made_at,
        name: made.key.name,
        secret: made.secret,
    });
    Ok(Json(AsCodeApplied {
        changes: applied.changes.into_iter().map(Change::of).collect(),
        keys: keys.collect(),
    }))
}

fn read(files: Vec<File>) -> Vec<AsCodeFile> {
    let files = files.into_iter().map(|file| AsCodeFile {
        name: file.name,
        text: file.text,
    });
    files.collect()
}

fn asked(prune: bool) -> Prune {
    if prune { Prune::Retire } else { Prune::Keep }
}

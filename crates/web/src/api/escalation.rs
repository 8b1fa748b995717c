//! Escalation policies, and what squads decide about paging.

use axum::{Json, extract::State, response::Response};
use eider_app::escalation::{self as app, PolicyEdit};
use eider_domain::{
    CalendarId, PersonId, PolicyId, RotaId, SquadId,
    access::Action,
    escalation::{self as rules, Paging, Plan},
    priority::Rank,
    rota::Duty,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, Creates, KeyHeader, created},
    naming::{Named, find_squad, squad},
    page::Paged,
    problem::{ListProblems, ReadProblems, WriteProblems},
    word::{RankText, small, text, whole},
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/escalation-policies";
const ONE: &str = "/api/v1/escalation-policies/{id}";
const RULES_LIST: &str = "/api/v1/paging-rules";

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
    Rule::post(LIST, Access::Needs(Action::Configure)),
    Rule::new("PUT", ONE, Access::Needs(Action::Configure)),
    Rule::get(RULES_LIST, Access::Needs(Action::Read)),
    // Whether the squad is theirs is decided with the squad at hand.
    Rule::new("PUT", RULES_LIST, Access::Needs(Action::KeepKnownIssues)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change))
        .routes(routes!(list_rules, write_rules))
}

/// Whom to call, one level after another.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EscalationPolicy)]
struct Policy {
    /// Identity.
    id: Uuid,
    /// Its name.
    name: String,
    /// The levels, in the order in which they are called.
    levels: Vec<Level>,
    /// How often they are gone through.
    rounds: u8,
    /// Who is called when nobody has answered.
    last_resort: Vec<Target>,
    /// After how many seconds whoever acknowledged is asked again; 0 for never.
    ask_again_seconds: i64,
    /// No longer offered.
    retired: bool,
}

/// People who are called together.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EscalationLevel)]
struct Level {
    /// Who.
    #[schema(min_items = 1, max_items = 20)]
    targets: Vec<Target>,
    /// How many seconds they have to acknowledge.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 60, maximum = 86400)]
    acknowledge_seconds: i64,
}

/// Somebody to call.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EscalationTarget)]
struct Target {
    /// `duty`, `rota`, `person`, `squad`, `leads` or `administrators`.
    #[schema(pattern = "^(duty|rota|person|squad|leads|administrators)$")]
    kind: String,
    /// The duty, of the kind `duty`: `primary`, `secondary` or `gardener`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^(primary|secondary|gardener)$")]
    duty: Option<Duty>,
    /// The id of the rota, of the kind `rota`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rota: Option<Uuid>,
    /// The id of the person, of the kind `person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<Uuid>,
    /// The id of the squad, of the kind `squad`: everybody in it. Without one, it is the squad whose
    /// page it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    squad: Option<Uuid>,
}

impl Target {
    fn of(target: &rules::Target) -> Self {
        let plain = |kind: &str| Self {
            kind: kind.to_owned(),
            duty: None,
            rota: None,
            person: None,
            squad: None,
        };
        match target {
            rules::Target::Duty { duty } => Self {
                duty: Some(*duty),
                ..plain("duty")
            },
            rules::Target::Rota { rota } => Self {
                rota: Some(rota.0),
                ..plain("rota")
            },
            rules::Target::Person { person } => Self {
                person: Some(person.0),
                ..plain("person")
            },
            rules::Target::Squad { squad } => Self {
                squad: squad.map(|id| id.0),
                ..plain("squad")
            },
            rules::Target::Leads => plain("leads"),
            rules::Target::Administrators => plain("administrators"),
        }
    }

    fn read(&self, field: &'static str) -> Result<rules::Target> {
        let target = match self.kind.as_str() {
            "duty" => self.duty.map(|duty| rules::Target::Duty { duty }),
            "rota" => self.rota.map(|id| rules::Target::Rota { rota: RotaId(id) }),
            "person" => self.person.map(|id| rules::Target::Person {
                person: PersonId(id),
            }),
            "squad" => Some(rules::Target::Squad {
                squad: self.squad.map(SquadId),
            }),
            "leads" => Some(rules::Target::Leads),
            "administrators" => Some(rules::Target::Administrators),
            _ => None,
        };
        let message = "A target is {\"kind\": \"duty\", \"duty\": \"primary\"}, a rota, a person \
                       or a squad with its id, {\"kind\": \"leads\"} or {\"kind\": \"administrators\"}.";
        target.ok_or_else(|| eider_app::Error::field(field, message).into())
    }
}

impl Policy {
    fn of(policy: &rules::Policy) -> Self {
        let plan = &policy.plan;
        Self {
            id: policy.id.0,
            name: policy.name.clone(),
            levels: plan
                .levels
                .iter()
                .map(|level| Level {
                    targets: level.targets.iter().map(Target::of).collect(),
                    acknowledge_seconds: level.acknowledge_seconds,
                })
                .collect(),
            rounds: plan.rounds,
            last_resort: plan.last_resort.iter().map(Target::of).collect(),
            ask_again_seconds: plan.ask_again_seconds,
            retired: policy.retired,
        }
    }
}

/// What a policy is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WriteEscalationPolicy)]
struct WritePolicy {
    /// Its name; no other policy has it.
    #[serde(deserialize_with = "text::<80, _>")]
    #[schema(
        max_length = 80,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    name: String,
    /// The levels, in the order in which they are called.
    #[schema(min_items = 1, max_items = 10)]
    levels: Vec<Level>,
    /// How often they are gone through.
    #[serde(deserialize_with = "small")]
    #[schema(minimum = 1, maximum = 9)]
    rounds: u8,
    /// Who is called when nobody has answered.
    #[schema(min_items = 1, max_items = 20)]
    last_resort: Vec<Target>,
    /// After how many seconds whoever acknowledged is asked again: from 300 to 86400, or 0 for never.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 86400)]
    ask_again_seconds: i64,
    /// No longer offered.
    #[serde(default)]
    retired: bool,
}

impl WritePolicy {
    fn edit(self) -> Result<PolicyEdit> {
        let targets = |targets: &[Target], field| -> Result<Vec<rules::Target>> {
            targets.iter().map(|target| target.read(field)).collect()
        };
        let mut levels = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            levels.push(rules::Level {
                targets: targets(&level.targets, "levels")?,
                acknowledge_seconds: level.acknowledge_seconds,
            });
        }
        Ok(PolicyEdit {
            name: self.name,
            plan: Plan {
                levels,
                rounds: self.rounds,
                last_resort: targets(&self.last_resort, "last_resort")?,
                ask_again_seconds: self.ask_again_seconds,
            },
            retired: self.retired,
        })
    }
}

/// List policies
#[utoipa::path(get, path = LIST, tag = "pages", operation_id = "listEscalationPolicies",
    responses((status = 200, description = "All policies, by name", body = Paged<Policy>),
        ListProblems))]
async fn list(visitor: Visitor) -> Result<Json<Paged<Policy>>> {
    let policies = visitor.desk.policies.iter().map(Policy::of);
    Ok(Json(Paged::whole(policies.collect())))
}

/// Read a policy
#[utoipa::path(get, path = ONE, tag = "pages", operation_id = "readEscalationPolicy",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The policy", body = Policy), ReadProblems))]
async fn show(visitor: Visitor, ApiPath(id): ApiPath<PolicyId>) -> Result<Json<Policy>> {
    let unknown = || Error::App(eider_app::Error::NotFound("This policy".into()));
    let policy = visitor.desk.policy(id).ok_or_else(unknown)?;
    Ok(Json(Policy::of(policy)))
}

/// Add a policy
#[utoipa::path(post, path = LIST, tag = "pages", operation_id = "addEscalationPolicy",
    params(KeyHeader), request_body = WritePolicy,
    responses((status = 201, description = "It is there", body = Policy,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Creates<WritePolicy>,
) -> Result<Response> {
    let (edit, key) = (asked.body.edit()?, asked.key.as_ref());
    let made = app::create_policy(&web.eider, visitor.actor(), edit, key).await?;
    Ok(created(format!("{LIST}/{}", made.id), Policy::of(&made)))
}

/// Change a policy
///
/// Pages that are under way go on by what it says from then on.
#[utoipa::path(put, path = ONE, tag = "pages", operation_id = "writeEscalationPolicy",
    params(("id" = Uuid, Path, description = "Its id")), request_body = WritePolicy,
    responses((status = 200, description = "As it is now", body = Policy), WriteProblems))]
async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<PolicyId>,
    ApiJson(body): ApiJson<WritePolicy>,
) -> Result<Json<Policy>> {
    let edit = body.edit()?;
    let policy = app::save_policy(&web.eider, visitor.actor(), Some(id), edit).await?;
    Ok(Json(Policy::of(&policy)))
}

/// What a squad decided, or the company.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PagingRules)]
struct Decided {
    /// The squad; null for the company, which decides for squads that decided nothing.
    squad: Option<Named>,
    /// The id of the policy that was chosen.
    policy: Option<Uuid>,
    /// What was decided about single priorities.
    waking: Vec<Waking>,
}

/// Whether people are called for a priority, and when.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Waking {
    /// The priority.
    priority: RankText,
    /// `wake` at once, `hold` until hours start, or `never`.
    #[schema(pattern = "^(wake|hold|never)$")]
    how: String,
    /// The id of the calendar with the hours, for `hold`; null for Monday to Friday, 09:00 to 17:00.
    #[serde(default)]
    calendar: Option<Uuid>,
}

impl Waking {
    fn of(rank: Rank, waking: rules::Waking) -> Self {
        let (how, calendar) = match waking {
            rules::Waking::Wake => ("wake", None),
            rules::Waking::Hold { calendar } => ("hold", calendar),
            rules::Waking::Never => ("never", None),
        };
        Self {
            priority: RankText(rank),
            how: how.to_owned(),
            calendar: calendar.map(|id| id.0),
        }
    }

    fn read(&self) -> Result<(Rank, rules::Waking)> {
        let calendar = self.calendar.map(CalendarId);
        let waking = match self.how.as_str() {
            "wake" => rules::Waking::Wake,
            "hold" => rules::Waking::Hold { calendar },
            "never" => rules::Waking::Never,
            _ => {
                let message = "It is “wake”, “hold” or “never”.";
                return Err(eider_app::Error::field("waking", message).into());
            }
        };
        Ok((self.priority.0, waking))
    }
}

impl Decided {
    fn of(id: Option<SquadId>, paging: &Paging, visitor: &Visitor) -> Self {
        let waking = paging.waking.iter();
        Self {
            squad: id.map(|id| squad(&visitor.desk, id)),
            policy: paging.policy.map(|id| id.0),
            waking: waking.map(|(rank, how)| Waking::of(*rank, *how)).collect(),
        }
    }
}

/// Read what is worth waking for
#[utoipa::path(get, path = RULES_LIST, tag = "pages", operation_id = "listPagingRules",
    responses((status = 200, description = "The company first, then the squads that decided something",
        body = Paged<Decided>), ListProblems))]
async fn list_rules(visitor: Visitor) -> Result<Json<Paged<Decided>>> {
    let paging = &visitor.desk.paging;
    let mut all = vec![Decided::of(None, &paging.company, &visitor)];
    for squad in &visitor.desk.squads {
        let own = paging.squads.get(&squad.id);
        all.extend(own.map(|own| Decided::of(Some(squad.id), own, &visitor)));
    }
    Ok(Json(Paged::whole(all)))
}

/// What a squad is to decide.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WritePagingRules)]
struct Write {
    /// The squad, by id or name; null for the company.
    #[serde(default)]
    squad: Option<String>,
    /// The id of the policy that is followed; null for the company's, or the usual one.
    #[serde(default)]
    policy: Option<Uuid>,
    /// What is decided about single priorities.
    #[serde(default)]
    #[schema(max_items = 9)]
    waking: Vec<Waking>,
}

/// Decide what is worth waking for
///
/// It holds for what comes from then on.
#[utoipa::path(put, path = RULES_LIST, tag = "pages", operation_id = "writePagingRules",
    request_body = Write,
    responses((status = 200, description = "As it is now", body = Decided), WriteProblems))]
async fn write_rules(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<Write>,
) -> Result<Json<Decided>> {
    let squad = body.squad.as_deref();
    let squad = squad
        .map(|text| find_squad(&visitor.desk, text))
        .transpose()?;
    let waking: Result<Vec<(Rank, rules::Waking)>> = body.waking.iter().map(Waking::read).collect();
    let paging = Paging {
        policy: body.policy.map(PolicyId),
        waking: waking?,
    };
    let paging = app::save_rules(&web.eider, visitor.actor(), squad, paging).await?;
    Ok(Json(Decided::of(squad, &paging, &visitor)))
}

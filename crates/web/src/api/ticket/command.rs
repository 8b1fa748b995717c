//! What is asked of a ticket: one route for each command. Each answers with the ticket as it is
//! afterwards.

use axum::{Json, extract::State};
use eider_app::ticket::act;
use eider_domain::{
    KnownIssueId, TicketNumber,
    access::Action,
    text::{self, BODY_LIMIT_CHARACTERS, SHORT_LIMIT_CHARACTERS, TITLE_LIMIT_CHARACTERS},
    ticket::{Change, Command, Resolution},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        extract::{ApiJson, ApiPath, MaybeJson},
        naming::{find_feature, find_squad},
        problem::WriteProblems,
        word::{NumberText, RankText, maybe_text, text, whole},
    },
    document::{self, Ticket},
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

/// Defines a route without a body for each command, and its rule.
macro_rules! plain_commands {
    ($($(#[doc = $doc:literal])* $name:ident $path:literal $id:literal => $command:expr;)*) => {
        $(
            $(#[doc = $doc])*
            #[utoipa::path(post, path = $path, tag = "tickets", operation_id = $id,
                params(("number" = NumberText, Path, description = "Its number")),
                responses((status = 200, description = "As it is now", body = Ticket),
                    WriteProblems))]
            async fn $name(
                State(web): State<Web>,
                visitor: Visitor,
                ApiPath(number): ApiPath<NumberText>,
            ) -> Result<Json<Ticket>> {
                run(&web, &visitor, number.0, $command).await
            }
        )*
    };
}

pub(super) const RULES: &[Rule] = &[
    work("/api/v1/tickets/{number}/acknowledge"),
    work("/api/v1/tickets/{number}/take"),
    work("/api/v1/tickets/{number}/assign"),
    work("/api/v1/tickets/{number}/release"),
    work("/api/v1/tickets/{number}/start"),
    work("/api/v1/tickets/{number}/wait"),
    work("/api/v1/tickets/{number}/resume"),
    work("/api/v1/tickets/{number}/resolve"),
    // Whether it is theirs to confirm is decided with the ticket at hand.
    ask("/api/v1/tickets/{number}/confirm"),
    ask("/api/v1/tickets/{number}/reopen"),
    work("/api/v1/tickets/{number}/merge"),
    work("/api/v1/tickets/{number}/priority"),
    work("/api/v1/tickets/{number}/feature"),
    work("/api/v1/tickets/{number}/squad"),
    work("/api/v1/tickets/{number}/title"),
    work("/api/v1/tickets/{number}/time"),
    ask("/api/v1/tickets/{number}/follow"),
    ask("/api/v1/tickets/{number}/unfollow"),
];

const fn work(path: &'static str) -> Rule {
    Rule::post(path, Access::Needs(Action::Work))
}

const fn ask(path: &'static str) -> Rule {
    Rule::post(path, Access::Needs(Action::Ask))
}

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(acknowledge))
        .routes(routes!(take))
        .routes(routes!(assign))
        .routes(routes!(release))
        .routes(routes!(start))
        .routes(routes!(wait))
        .routes(routes!(resume))
        .routes(routes!(resolve))
        .routes(routes!(confirm))
        .routes(routes!(reopen))
        .routes(routes!(merge))
        .routes(routes!(prioritise))
        .routes(routes!(change_feature))
        .routes(routes!(change_squad))
        .routes(routes!(rename))
        .routes(routes!(log_time))
        .routes(routes!(follow))
        .routes(routes!(unfollow))
}

plain_commands! {
    /// Say that it is seen
    acknowledge "/api/v1/tickets/{number}/acknowledge" "acknowledgeTicket" => Command::Acknowledge;
    /// Take it
    take "/api/v1/tickets/{number}/take" "takeTicket" => Command::Take;
    /// Give it back, so that nobody has it
    release "/api/v1/tickets/{number}/release" "releaseTicket" => Command::Release;
    /// Begin to work on it
    start "/api/v1/tickets/{number}/start" "startTicket" => Command::Start;
    /// Go on without the reporter's answer
    resume "/api/v1/tickets/{number}/resume" "resumeTicket" => Command::Resume;
    /// Say that it works now
    confirm "/api/v1/tickets/{number}/confirm" "confirmTicket" => Command::Confirm;
    /// Hear of every change
    follow "/api/v1/tickets/{number}/follow" "followTicket" => Command::Follow;
    /// Hear of it no more
    unfollow "/api/v1/tickets/{number}/unfollow" "unfollowTicket" => Command::Unfollow;
}

/// Defines a route with a body for each command.
macro_rules! commands {
    ($($(#[doc = $doc:literal])* $name:ident $path:literal $id:literal
        ($extract:ident $body:ident) = $build:expr;)*) => {
        $(
            $(#[doc = $doc])*
            #[utoipa::path(post, path = $path, tag = "tickets", operation_id = $id,
                params(("number" = NumberText, Path, description = "Its number")),
                request_body = $body,
                responses((status = 200, description = "As it is now", body = Ticket),
                    WriteProblems))]
            async fn $name(
                State(web): State<Web>,
                visitor: Visitor,
                ApiPath(number): ApiPath<NumberText>,
                $extract(body): $extract<$body>,
            ) -> Result<Json<Ticket>> {
                let build: fn(&Visitor, $body) -> Result<Command> = $build;
                run(&web, &visitor, number.0, build(&visitor, body)?).await
            }
        )*
    };
}

commands! {
    /// Wait for the reporter's answer
    wait "/api/v1/tickets/{number}/wait" "waitForReporter" (MaybeJson Question) = |_, body| {
        let question = optional("question", "The question", body.question.as_deref())?;
        Ok(Command::Wait { question })
    };
    /// Resolve it
    resolve "/api/v1/tickets/{number}/resolve" "resolveTicket" (ApiJson Resolve) =
        |_, body| resolution(body).map(Command::Resolve);
    /// Say that it is not right after all
    reopen "/api/v1/tickets/{number}/reopen" "reopenTicket" (MaybeJson Why) = |_, body| {
        let why = optional("why", "The reason", body.why.as_deref())?;
        Ok(Command::Reopen { why })
    };
    /// Merge it into another one
    merge "/api/v1/tickets/{number}/merge" "mergeTicket" (ApiJson Into) =
        |_, body| Ok(Command::Merge { into: body.into.0 });
    /// Hold it to be more or less urgent
    prioritise "/api/v1/tickets/{number}/priority" "prioritiseTicket" (ApiJson Prioritise) =
        |visitor, body| {
            let to = body.priority.0;
            if visitor.desk.priority(to).is_none() {
                let message = "Choose one of the priorities of GET /api/v1/priorities.";
                return Err(invalid("priority", message));
            }
            let reason = optional("reason", "The reason", body.reason.as_deref())?;
            Ok(Command::Prioritise { to, reason })
        };
    /// Say what it is about
    change_feature "/api/v1/tickets/{number}/feature" "changeFeature" (ApiJson ChangeFeature) =
        |visitor, body| {
            let found = body.feature.map(|text| find_feature(&visitor.desk, &text));
            let to = found.transpose()?;
            let feature = to.and_then(|id| visitor.desk.feature(id));
            let squad = feature.and_then(|feature| feature.squad);
            Ok(Command::ChangeFeature { to, squad })
        };
    /// Hand it to another squad
    change_squad "/api/v1/tickets/{number}/squad" "changeSquad" (ApiJson ChangeSquad) =
        |visitor, body| {
            let found = body.squad.map(|text| find_squad(&visitor.desk, &text));
            Ok(Command::ChangeSquad { to: found.transpose()? })
        };
    /// Give it a better title
    rename "/api/v1/tickets/{number}/title" "renameTicket" (ApiJson Rename) = |_, body| {
        let title = text::line("The title", &body.title, TITLE_LIMIT_CHARACTERS);
        let title = title.map_err(|error| invalid("title", error))?;
        Ok(Command::Rename { title })
    };
    /// Count time that was worked away from Eider
    log_time "/api/v1/tickets/{number}/time" "logTime" (ApiJson LogTime) =
        |_, body| Ok(Command::LogTime { seconds: body.seconds });
}

/// Give it to somebody
#[utoipa::path(post, path = "/api/v1/tickets/{number}/assign", tag = "tickets",
    operation_id = "assignTicket",
    params(("number" = NumberText, Path, description = "Its number")),
    request_body = Assign,
    responses((status = 200, description = "As it is now", body = Ticket), WriteProblems))]
async fn assign(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiJson(body): ApiJson<Assign>,
) -> Result<Json<Ticket>> {
    let actor = visitor.actor();
    let to = eider_app::person::find(&web.eider, actor, "owner", &body.owner).await?;
    run(&web, &visitor, number.0, Command::Assign { to }).await
}

pub(super) async fn run(
    web: &Web,
    visitor: &Visitor,
    number: TicketNumber,
    command: Command,
) -> Result<Json<Ticket>> {
    let ticket = act(&web.eider, visitor.actor(), number, command).await?;
    document::of_change(web, visitor, &ticket).await.map(Json)
}

/// Whom to give a ticket to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assign {
    /// The id or address of somebody who works on tickets, or `me`.
    owner: String,
}

/// What the reporter is asked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Question {
    /// The question.
    #[serde(default, deserialize_with = "maybe_text::<40000, _>")]
    #[schema(max_length = 40000)]
    question: Option<String>,
}

/// Why a ticket is reopened.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Why {
    /// What is not right.
    #[serde(default, deserialize_with = "maybe_text::<40000, _>")]
    #[schema(max_length = 40000)]
    why: Option<String>,
}

/// How a ticket was resolved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Resolve {
    /// What in the system made it happen.
    #[serde(deserialize_with = "text::<40000, _>")]
    #[schema(
        max_length = 40000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    cause: String,
    /// How we know that it is put right.
    #[serde(deserialize_with = "text::<40000, _>")]
    #[schema(
        max_length = 40000,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    how_known: String,
    /// Whether the product had to be changed.
    change_needed: bool,
    /// Which change: an address or a name.
    #[serde(default, deserialize_with = "maybe_text::<200, _>")]
    #[schema(max_length = 200)]
    change_reference: Option<String>,
    /// What the customer has now.
    #[serde(default, deserialize_with = "maybe_text::<40000, _>")]
    #[schema(max_length = 40000)]
    customer_outcome: Option<String>,
    /// The id of the known issue that it was; none, when it is null or left out.
    #[serde(default)]
    known_issue: Option<Uuid>,
}

/// Which ticket goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeInto)]
struct Into {
    /// Its number.
    into: NumberText,
}

/// How urgent it is held to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Prioritise {
    /// The priority.
    priority: RankText,
    /// Why.
    #[serde(default, deserialize_with = "maybe_text::<40000, _>")]
    #[schema(max_length = 40000)]
    reason: Option<String>,
}

/// What a ticket is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeFeature {
    /// The name or id of a feature; null for none.
    feature: Option<String>,
}

/// Who looks after a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeSquad {
    /// The name or id of a squad; null for none.
    squad: Option<String>,
}

/// A better title.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// What it is about, in a line.
    #[serde(deserialize_with = "text::<200, _>")]
    #[schema(
        max_length = 200,
        pattern = r"[^\s\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
    )]
    title: String,
}

/// Time that was worked away from Eider.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogTime {
    /// For how long: from a minute to a day.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 60, maximum = 86400)]
    seconds: i64,
}

/// The resolution that a body tells, when its texts can be kept.
pub(in crate::api) fn resolution(body: Resolve) -> Result<Resolution> {
    let lines = |field, name, value: &str| {
        text::lines(name, value, BODY_LIMIT_CHARACTERS).map_err(|error| invalid(field, error))
    };
    let reference = body.change_reference.as_deref();
    let reference = text::optional_lines("The change", reference, SHORT_LIMIT_CHARACTERS)
        .map_err(|error| invalid("change_reference", error))?;
    Ok(Resolution {
        cause: lines("cause", "The cause", &body.cause)?,
        how_known: lines(
            "how_known",
            "How you know that it is put right",
            &body.how_known,
        )?,
        change: if body.change_needed {
            Change::Yes { reference }
        } else {
            Change::No
        },
        customer_outcome: optional(
            "customer_outcome",
            "What the customer has now",
            body.customer_outcome.as_deref(),
        )?,
        known_issue: body.known_issue.map(KnownIssueId),
    })
}

fn optional(
    field: &'static str,
    name: &'static str,
    value: Option<&str>,
) -> Result<Option<String>> {
    text::optional_lines(name, value, BODY_LIMIT_CHARACTERS).map_err(|error| invalid(field, error))
}

fn invalid(field: &'static str, message: impl ToString) -> Error {
    eider_app::Error::field(field, message).into()
}

//! How whoever asks is reached: their contact methods, the order of these, a test page.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use eider_app::{
    contact::{self as app, BrowserKeys, MyContact, NewMethod},
    ticket::numbers_of_pages,
};
use eider_domain::{
    MethodId, PageId,
    access::Action,
    contact::{self as rules, Kind, Subject, shown_address},
};
use jiff::{Timestamp, civil::Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiJson, ApiPath, created},
    problem::{ListProblems, WriteProblems},
    word::{KindWord, text, whole},
};
use crate::{
    Result, Visitor, Web,
    door::{Access, Rule},
};

const LIST: &str = "/api/v1/me/contact-methods";
const ONE: &str = "/api/v1/me/contact-methods/{id}";
const CODE: &str = "/api/v1/me/contact-methods/{id}/code";
const VERIFY: &str = "/api/v1/me/contact-methods/{id}/verify";
/// Where a browser asks for the key of this desk.
pub(crate) const PUSH_KEY: &str = "/api/v1/me/web-push-key";
const PLAN: &str = "/api/v1/me/contact-plan";
const TEST: &str = "/api/v1/me/test-page";

const OWN: Access = Access::Needs(Action::OwnContact);

pub(super) const RULES: &[Rule] = &[
    Rule::get(LIST, Access::Needs(Action::Work)),
    Rule::post(LIST, OWN),
    Rule::new("DELETE", ONE, OWN),
    Rule::post(CODE, OWN),
    Rule::post(VERIFY, OWN),
    Rule::post(PUSH_KEY, OWN),
    Rule::new("PUT", PLAN, OWN),
    Rule::post(TEST, OWN),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(remove))
        .routes(routes!(send_code))
        .routes(routes!(verify))
        .routes(routes!(push_key))
        .routes(routes!(put_plan))
        .routes(routes!(test_page))
}

/// How somebody is reached.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Contact {
    /// Their methods, the oldest first.
    items: Vec<Method>,
    /// Always null: they come all at once.
    next_cursor: Option<String>,
    /// In which order they are tried, as it was set.
    plan: ContactPlan,
    /// What is tried when something urgent begins now.
    high: Vec<Try>,
    /// What is tried when something that can wait begins now.
    low: Vec<Try>,
    /// What this desk can send.
    #[schema(value_type = Vec<KindWord>)]
    offered: Vec<Kind>,
    /// What was sent lately, the newest first.
    attempts: Vec<Attempt>,
}

/// A contact method.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ContactMethod)]
struct Method {
    /// Identity.
    id: Uuid,
    /// How.
    #[schema(value_type = KindWord)]
    kind: Kind,
    /// Where; of a browser, only the service that brings its notifications.
    address: String,
    /// What its owner calls it; may be empty.
    label: String,
    /// When it was added.
    added_at: Timestamp,
    /// When it was verified; null until then, and until then it is not used.
    verified_at: Option<Timestamp>,
    /// When it was found to be gone for good; null while it is not. It is not used any more.
    lost_at: Option<Timestamp>,
}

/// A contact method that was just added.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AddedContactMethod {
    /// The method.
    #[serde(flatten)]
    method: Method,
    /// What requests to a webhook are signed with; null for others. It is shown this once.
    secret: Option<String>,
}

/// Something that is tried at a time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ContactTry)]
struct Try {
    /// When.
    at: Timestamp,
    /// The method; null for the e-mail address of the account.
    method: Option<Uuid>,
    /// How.
    #[schema(value_type = KindWord)]
    kind: Kind,
    /// Where.
    address: String,
}

/// What became of one message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ContactAttempt)]
struct Attempt {
    /// Identity.
    id: Uuid,
    /// `verification`, `test_page`, or `page:`, `lost_method:`, `rotas:`, `readiness:` or `swap:` and
    /// an id.
    about: String,
    /// The numbers of the tickets that a page is about, such as `T-1042`.
    tickets: Vec<String>,
    /// How.
    #[schema(value_type = KindWord)]
    kind: Kind,
    /// Where.
    address: String,
    /// When it was due.
    due_at: Timestamp,
    /// `waiting`, `sending`, `accepted`, `delivered`, `failed`, `unknown` or `cancelled`.
    state: &'static str,
    /// When that changed.
    changed_at: Timestamp,
    /// Whether it may have been sent before.
    is_repeat: bool,
}

/// In which order somebody is reached. Where nothing is set, what is sensible holds: everything at
/// once when it is urgent, e-mail when it can wait.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ContactPlan {
    /// What is tried when it is urgent.
    #[schema(max_items = 10)]
    high: Vec<Step>,
    /// What is tried when it can wait.
    #[schema(max_items = 10)]
    low: Vec<Step>,
    /// The time of day, in the person's zone, in which what can wait does; null for none.
    #[serde(default)]
    quiet: Option<Quiet>,
}

/// One method, tried so long after the first moment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactStep)]
struct Step {
    /// The method.
    method: Uuid,
    /// After how many seconds.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 3600)]
    after_seconds: i64,
}

/// A time of day.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuietTime)]
struct Quiet {
    /// From when, such as `22:00`.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
    from: Time,
    /// Until when; earlier than `from` when the night lies between.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
    until: Time,
}

impl From<rules::Method> for Method {
    fn from(method: rules::Method) -> Self {
        Self {
            id: method.id.0,
            kind: method.kind,
            address: shown_address(method.kind, &method.address).to_owned(),
            label: method.label,
            added_at: method.added_at,
            verified_at: method.verified_at,
            lost_at: method.lost_at,
        }
    }
}

impl From<rules::Try> for Try {
    fn from(planned: rules::Try) -> Self {
        Self {
            at: planned.at,
            method: planned.way.method.map(|id| id.0),
            kind: planned.way.kind,
            address: shown_address(planned.way.kind, &planned.way.address).to_owned(),
        }
    }
}

impl From<rules::Attempt> for Attempt {
    fn from(attempt: rules::Attempt) -> Self {
        Self {
            id: attempt.id.0,
            about: attempt.subject.to_string(),
            tickets: Vec::new(),
            kind: attempt.way.kind,
            address: shown_address(attempt.way.kind, &attempt.way.address).to_owned(),
            due_at: attempt.due_at,
            state: attempt.state.as_str(),
            changed_at: attempt.changed_at,
            is_repeat: attempt.repeats.is_some(),
        }
    }
}

impl From<rules::Plan> for ContactPlan {
    fn from(plan: rules::Plan) -> Self {
        let steps = |steps: Vec<rules::Step>| {
            let steps = steps.into_iter().map(|step| Step {
                method: step.method.0,
                after_seconds: step.after_seconds,
            });
            steps.collect()
        };
        Self {
            high: steps(plan.high),
            low: steps(plan.low),
            quiet: plan.quiet.map(|quiet| Quiet {
                from: quiet.from,
                until: quiet.until,
            }),
        }
    }
}

impl From<ContactPlan> for rules::Plan {
    fn from(plan: ContactPlan) -> Self {
        let steps = |steps: Vec<Step>| {
            let steps = steps.into_iter().map(|step| rules::Step {
                after_seconds: step.after_seconds,
                method: step.method.into(),
            });
            steps.collect()
        };
        Self {
            high: steps(plan.high),
            low: steps(plan.low),
            quiet: plan.quiet.map(|quiet| rules::Quiet {
                from: quiet.from,
                until: quiet.until,
            }),
        }
    }
}

impl From<MyContact> for Contact {
    fn from(contact: MyContact) -> Self {
        Self {
            items: contact.methods.into_iter().map(Method::from).collect(),
            next_cursor: None,
            plan: contact.plan.into(),
            high: contact.high.into_iter().map(Try::from).collect(),
            low: contact.low.into_iter().map(Try::from).collect(),
            offered: contact.offered,
            attempts: contact.attempts.into_iter().map(Attempt::from).collect(),
        }
    }
}

/// Read how one is reached
#[utoipa::path(get, path = LIST, tag = "on call", operation_id = "readContact",
    responses((status = 200, description = "Methods, their order, and what was sent lately",
        body = Contact), ListProblems))]
async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Contact>> {
    let contact = app::my_contact(&web.eider, visitor.actor()).await?;
    let page_of = |attempt: &rules::Attempt| match attempt.subject {
        Subject::Page(id) => Some(id),
        _ => None,
    };
    let pages: Vec<Option<PageId>> = contact.attempts.iter().map(page_of).collect();
    let numbers = numbers_of_pages(&web.eider, pages.iter().copied().flatten()).await?;
    let mut told = Contact::from(contact);
    for (attempt, page) in told.attempts.iter_mut().zip(pages) {
        let tickets = page.and_then(|id| numbers.get(&id)).into_iter().flatten();
        attempt.tickets = tickets.map(ToString::to_string).collect();
    }
    Ok(Json(told))
}

/// A contact method to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddContactMethod {
    /// How.
    #[schema(value_type = KindWord)]
    kind: Kind,
    /// An e-mail address, a number with its country, a topic of ntfy, a web address, or the
    /// `endpoint` that a browser gives.
    #[serde(deserialize_with = "text::<2000, _>")]
    #[schema(max_length = 2000)]
    address: String,
    /// What to call it.
    #[serde(default, deserialize_with = "text::<60, _>")]
    #[schema(max_length = 60)]
    label: String,
    /// The `keys` that a browser gives, for `web_push` alone.
    #[serde(default)]
    keys: Option<SubscriptionKeys>,
}

/// The keys that a browser gives when it takes notifications.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubscriptionKeys {
    /// Its public key.
    #[serde(deserialize_with = "text::<100, _>")]
    #[schema(max_length = 100)]
    p256dh: String,
    /// The secret that it shares with this desk.
    #[serde(deserialize_with = "text::<40, _>")]
    #[schema(max_length = 40)]
    auth: String,
}

/// Add a contact method
///
/// A code is sent there; the method is used once that code came back. It takes no
/// `Idempotency-Key`: nobody has the same method twice.
#[utoipa::path(post, path = LIST, tag = "on call", operation_id = "addContactMethod",
    request_body = AddContactMethod,
    responses((status = 201, description = "The method, still to be verified",
        body = AddedContactMethod), WriteProblems))]
async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<AddContactMethod>,
) -> Result<Response> {
    let keys = body
        .keys
        .map(|keys| BrowserKeys::parse(&keys.p256dh, &keys.auth));
    let new = NewMethod {
        kind: body.kind,
        address: body.address,
        label: body.label,
        keys: keys.transpose()?,
    };
    let added = app::add_method(&web.eider, visitor.actor(), new).await?;
    let location = ONE.replace("{id}", &added.method.id.to_string());
    let made = AddedContactMethod {
        method: added.method.into(),
        secret: added.secret,
    };
    Ok(created(location, made))
}

/// Take a contact method away
#[utoipa::path(delete, path = ONE, tag = "on call", operation_id = "removeContactMethod",
    params(("id" = Uuid, Path, description = "The method's id")),
    responses((status = 204, description = "Nothing goes there any more"), WriteProblems))]
async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<MethodId>,
) -> Result<StatusCode> {
    app::remove_method(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send another code
#[utoipa::path(post, path = CODE, tag = "on call", operation_id = "sendContactCode",
    params(("id" = Uuid, Path, description = "The method's id")),
    responses((status = 204, description = "It is on its way"), WriteProblems))]
async fn send_code(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<MethodId>,
) -> Result<StatusCode> {
    app::send_code(&web.eider, visitor.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A code that arrived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyContactMethod {
    /// The code.
    #[serde(deserialize_with = "text::<20, _>")]
    #[schema(max_length = 20)]
    code: String,
}

/// Verify a contact method
#[utoipa::path(post, path = VERIFY, tag = "on call", operation_id = "verifyContactMethod",
    params(("id" = Uuid, Path, description = "The method's id")),
    request_body = VerifyContactMethod,
    responses((status = 200, description = "From now on it is used", body = Method),
        WriteProblems))]
async fn verify(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<MethodId>,
    ApiJson(body): ApiJson<VerifyContactMethod>,
) -> Result<Json<Method>> {
    let method = app::verify(&web.eider, visitor.actor(), id, &body.code).await?;
    Ok(Json(method.into()))
}

/// The key of this desk.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct WebPushKey {
    /// What a browser calls `applicationServerKey`, in base64 for addresses.
    public_key: String,
}

/// Ask for the key that browsers take notifications from
///
/// It is made when it is asked for first, and stays the same.
#[utoipa::path(post, path = PUSH_KEY, tag = "on call", operation_id = "readWebPushKey",
    responses((status = 200, description = "The key of this desk", body = WebPushKey),
        WriteProblems))]
async fn push_key(State(web): State<Web>, visitor: Visitor) -> Result<Json<WebPushKey>> {
    let key = app::my_push_key(&web.eider, visitor.actor()).await?;
    Ok(Json(WebPushKey {
        public_key: key.public,
    }))
}

/// Set in which order one is reached
#[utoipa::path(put, path = PLAN, tag = "on call", operation_id = "setContactPlan",
    request_body = ContactPlan,
    responses((status = 200, description = "It holds at once", body = ContactPlan),
        WriteProblems))]
async fn put_plan(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(body): ApiJson<ContactPlan>,
) -> Result<Json<ContactPlan>> {
    let plan = app::save_plan(&web.eider, visitor.actor(), body.into()).await?;
    Ok(Json(plan.into()))
}

/// How many messages there will be.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TestPage {
    /// How many.
    messages: usize,
}

/// Send oneself a test page
///
/// It comes in the ways and at the times of a real one.
#[utoipa::path(post, path = TEST, tag = "on call", operation_id = "sendTestPage",
    responses((status = 200, description = "It is on its way", body = TestPage), WriteProblems))]
async fn test_page(State(web): State<Web>, visitor: Visitor) -> Result<Json<TestPage>> {
    let messages = app::test_page(&web.eider, visitor.actor()).await?;
    Ok(Json(TestPage { messages }))
}

//! The JSON API under `/api/v1`, and its OpenAPI document at `/api/openapi.json`.
//!
//! One file for each feature, with the same name as elsewhere. A handler reads a request, calls a
//! use case and turns the answer into a document; documents are types of their own, so that what
//! is promised to programs does not change when the domain does.

mod alert;
mod as_code;
mod attachment;
mod calendar;
mod contact;
mod duty;
mod escalation;
mod extract;
mod fact;
mod feature;
mod figures;
mod glossary;
mod invitation;
mod known_issue;
mod me;
mod message;
mod naming;
mod on_call;
mod page;
mod pages;
mod person;
mod priority;
mod problem;
mod readiness;
mod rota;
mod search;
mod service;
mod settings;
mod slack;
mod squad;
mod swap;
mod ticket;
mod token;
mod washup;
mod word;

pub(crate) use contact::PUSH_KEY;

use axum::{Router, body::Bytes, http::header, response::IntoResponse, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use problem::Responses;

use crate::{
    Web,
    door::{Access, Rule},
};

/// Where the description of the API is.
pub const DOCUMENT_PATH: &str = "/api/openapi.json";

const RULES: &[Rule] = &[Rule::get(DOCUMENT_PATH, Access::Anyone)];

/// Who may come through each route of the API.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        RULES,
        alert::RULES,
        as_code::RULES,
        attachment::RULES,
        calendar::RULES,
        contact::RULES,
        duty::RULES,
        escalation::RULES,
        fact::RULES,
        feature::RULES,
        figures::RULES,
        glossary::RULES,
        invitation::RULES,
        known_issue::RULES,
        me::RULES,
        message::RULES,
        on_call::RULES,
        pages::RULES,
        person::RULES,
        priority::RULES,
        readiness::RULES,
        rota::RULES,
        search::RULES,
        service::RULES,
        settings::RULES,
        slack::RULES,
        squad::RULES,
        swap::RULES,
        token::RULES,
        washup::RULES,
    ]
    .into_iter()
    .flatten()
    .chain(ticket::rules())
}

/// The routes of the API, and the one that describes them.
pub(crate) fn router() -> Router<Web> {
    let (router, document) = routes().split_for_parts();
    // Written once: it is the same for everybody.
    let json = document.to_json().unwrap_or_default();
    let document = Bytes::from(json);
    router.route(
        DOCUMENT_PATH,
        get(async move || {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, document.clone()).into_response()
        }),
    )
}

fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(ticket::router())
        .merge(message::router())
        .merge(alert::router())
        .merge(as_code::router())
        .merge(attachment::router())
        .merge(calendar::router())
        .merge(contact::router())
        .merge(duty::router())
        .merge(escalation::router())
        .merge(fact::router())
        .merge(feature::router())
        .merge(figures::router())
        .merge(glossary::router())
        .merge(invitation::router())
        .merge(known_issue::router())
        .merge(me::router())
        .merge(on_call::router())
        .merge(pages::router())
        .merge(person::router())
        .merge(priority::router())
        .merge(readiness::router())
        .merge(rota::router())
        .merge(search::router())
        .merge(service::router())
        .merge(settings::router())
        .merge(slack::router())
        .merge(squad::router())
        .merge(swap::router())
        .merge(token::router())
        .merge(washup::router())
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Eider",
        version = "1",
        description = "Everything that the pages of Eider do, for programs.\n\n\
            **Who asks**: send a token in `Authorization: Bearer …`. Tokens are made in the \
            profile, or with `eider token create`.\n\n\
            **Lists** come in pages: `{\"items\": […], \"next_cursor\": …}`. Send `next_cursor` \
            back as `cursor` until it is null.\n\n\
            **Doing it once**: send an `Idempotency-Key` with what creates something. The same \
            request with the same key is answered with what it made the first time; another \
            request with the same key is refused. Keys are kept for seven days.\n\n\
            **Errors** are problem documents (RFC 9457). `detail` says what is wrong and what to \
            do; `errors` names single fields. A request that cannot be read is answered with 400, \
            one that can be read but not done with 403, 404, 409 or 422.\n\n\
            **Times** are RFC 3339 in UTC; lengths of time are whole seconds.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Security, &Responses),
    tags(
        (name = "tickets", description = "Asking, working, answering"),
        (name = "threads", description = "Messages and files of tickets"),
        (name = "facts", description = "What happened, in its order"),
        (name = "wash-ups", description = "What was learnt, and who follows it up"),
        (name = "figures", description = "What the tickets of a period come to"),
        (name = "on call", description = "Rotas, who is on call, and what differs from the plan"),
        (name = "pages", description = "Who is being called, answering, and whom to call when"),
        (name = "alerts", description = "Services, the keys of their monitors, and what fires"),
        (name = "people", description = "People and squads"),
        (name = "configuration", description = "Features, priorities, known issues and settings"),
        (name = "finding", description = "Search"),
    )
)]
struct Description;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API token"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        document.security = Some(vec![SecurityRequirement::new(
            "token",
            std::iter::empty::<String>(),
        )]);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::openapi::path::PathItem;

    use super::*;

    fn described() -> BTreeSet<(String, String)> {
        let document = routes().into_openapi();
        let methods = |item: &PathItem| {
            [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ]
            .into_iter()
            .filter(|(_, is_there)| *is_there)
            .map(|(method, _)| method.to_owned())
            .collect::<Vec<_>>()
        };
        document
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| {
                methods(item)
                    .into_iter()
                    .map(|method| (path.clone(), method))
            })
            .collect()
    }

    #[test]
    fn every_route_has_a_rule_and_every_rule_a_route() {
        let ruled: BTreeSet<_> = rules()
            .filter(|rule| rule.path != DOCUMENT_PATH)
            .map(|rule| (rule.path.to_owned(), rule.method.to_owned()))
            .collect();
        assert_eq!(described(), ruled);
    }

    #[test]
    fn nothing_of_the_api_is_open_to_everybody() {
        let open: Vec<_> = rules()
            .filter(|rule| rule.access == Access::Anyone)
            .map(|rule| rule.path)
            .collect();
        assert_eq!(open, [DOCUMENT_PATH]);
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = serde_json::to_value(routes().into_openapi()).unwrap();
        let mut unknown = Vec::new();
        look(&document, &document, &mut unknown);
        assert_eq!(unknown, Vec::<String>::new());
    }

    fn look(document: &serde_json::Value, value: &serde_json::Value, unknown: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(|it| it.as_str()) {
                    let pointer = reference.trim_start_matches('#');
                    if document.pointer(pointer).is_none() {
                        unknown.push(reference.to_owned());
                    }
                }
                for field in fields.values() {
                    look(document, field, unknown);
                }
            }
            serde_json::Value::Array(items) => {
                for item in items {
                    look(document, item, unknown);
                }
            }
            _ => {}
        }
    }
}

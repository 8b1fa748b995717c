//! Samples of the forms of the card for the gallery.

use eider_app::desk::Desk;
use eider_domain::ticket::Ticket;
use serde_json::{Value, json};

use super::{Deed, answers, form};

/// Every form of the card.
pub(crate) fn forms(ticket: &Ticket, desk: &Desk) -> Vec<(&'static str, Value)> {
    let view = |deed| form::view(deed, ticket, desk);
    vec![
        ("deed-wait", view(Deed::Wait)),
        ("deed-priority", view(Deed::Priority)),
        ("deed-update", view(Deed::Update)),
        ("deed-resolve", view(Deed::Resolve)),
        ("deed-resolve-errors", wrong(view(Deed::Resolve))),
        ("deed-assign", view(Deed::Assign)),
        ("deed-reopen", view(Deed::Reopen)),
    ]
}

/// The form to resolve, sent with nothing in it.
fn wrong(view: Value) -> Value {
    let errors = answers::errors_of_nothing();
    let errors = super::wrong(Deed::Resolve, errors).answer.unwrap();
    json!({"view": view, "errors": errors["errors"]})
}

//! Checks of modals and Homes.

use serde_json::Value;

use super::{
    blocks::{Surface, check_blocks, told},
    limits::Complaints,
    schema,
};

/// The largest view that Slack takes, in bytes of JSON.
pub(super) const LARGEST_BYTES: usize = 250 * 1024;

/// Says what real Slack would refuse in a view, a modal or a Home, as for `views.open`.
///
/// # Errors
/// Every broken limit, one a line.
pub fn check_view(view: &Value) -> Result<(), String> {
    let mut complaints = Complaints::default();
    let surface = if view["type"] == "home" {
        Surface::Home
    } else {
        Surface::Modal
    };
    let mut frame = view.clone();
    // Blocks are checked one by one below, with complaints that say more.
    frame["blocks"] = Value::Array(Vec::new());
    for error in schema::view_errors(&frame) {
        complaints.add("/view", error);
    }
    if surface == Surface::Modal {
        complaints.text_object("/view/title", &view["title"], 24);
        complaints.text_object_if_any("/view/submit", &view["submit"], 24);
        complaints.text_object_if_any("/view/close", &view["close"], 24);
        let blocks = view["blocks"].as_array();
        let has_input = blocks.is_some_and(|all| all.iter().any(|one| one["type"] == "input"));
        if has_input && view["submit"].is_null() {
            complaints.add("/view/submit", "is required when a view has input blocks");
        }
    }
    complaints.length_if_any("/view/private_metadata", &view["private_metadata"], 3000);
    complaints.length_if_any("/view/callback_id", &view["callback_id"], 255);
    complaints.length_if_any("/view/external_id", &view["external_id"], 255);
    complaints.list("/view/blocks", &view["blocks"], 1, 100);
    check_blocks(&mut complaints, "/view/blocks", &view["blocks"], surface);
    if view.to_string().len() > LARGEST_BYTES {
        complaints.add("/view", "view_too_large");
    }
    told(complaints)
}

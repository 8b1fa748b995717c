//! The people whom a ticket can be given to, offered while somebody types.

use eider_app::ticket;
use serde_json::{Value, json};

use super::known;
use crate::{CallError, Slack, kit};

/// The name of the list of people who work on tickets.
pub(crate) const RESPONDER: &str = "responder";

/// Those whose name has what was typed.
pub(crate) async fn responders(slack: &Slack, body: &Value) -> Result<Value, CallError> {
    let Some(actor) = known(slack, body).await? else {
        return Ok(json!({"options": []}));
    };
    let typed = body["value"].as_str().unwrap_or_default().to_lowercase();
    let people = ticket::responders(slack.eider(), &actor).await?;
    let options: Vec<Value> = people
        .iter()
        .filter(|(_, name)| name.name.to_lowercase().contains(typed.trim()))
        .take(kit::OPTIONS_LIMIT)
        .map(|(id, name)| kit::option(&name.name, &id.to_string()))
        .collect();
    Ok(json!({"options": options}))
}

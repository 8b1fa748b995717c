//! What is kept of alerts that began to fire.

use serde::{Deserialize, Serialize};

use super::Quiet;
use crate::{KnownIssueId, ServiceId, service::Severity};

/// Alerts that belong together and began to fire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// The service.
    pub service: ServiceId,
    /// What they have in common, as the monitor names it.
    pub group: String,
    /// How many began.
    pub alerts: i64,
    /// The first few of them, in a line each.
    pub titles: Vec<String>,
    /// How bad the worst of them is.
    pub severity: Severity,
    /// Why nobody is to be bothered, if nobody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// The known issue that it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownIssueId>,
}

//! The register of known issues: what is already understood, and what to do meanwhile (F9).

use serde::{Deserialize, Serialize};

use crate::{FeatureId, KnownIssueId};

/// A known issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIssue {
    /// Identity.
    pub id: KnownIssueId,
    /// What people see.
    pub title: String,
    /// What is known about it.
    pub description: String,
    /// What to do meanwhile, in words for the reporter.
    pub advice: String,
    /// The feature it is about, if it is about one.
    pub feature: Option<FeatureId>,
    /// Over: kept for the record and not offered any more.
    pub over: bool,
}

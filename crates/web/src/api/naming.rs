//! Gives ids their names, and finds the ids of names.

use std::collections::HashMap;

use eider_app::{Error as AppError, desk::Desk};
use eider_domain::{FeatureId, KnownIssueId, PersonId, SquadId};
use eider_store::person::PersonName;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Error;

/// Something with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Named {
    /// Identity.
    pub(super) id: Uuid,
    /// Name.
    pub(super) name: String,
}

/// Names of people, features and squads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    pub(super) people: &'a HashMap<PersonId, PersonName>,
    pub(super) desk: &'a Desk,
}

impl Names<'_> {
    pub(super) fn person(&self, id: PersonId) -> Named {
        let name = self.people.get(&id).map(|person| person.name.clone());
        Named {
            id: id.0,
            name: name.unwrap_or_default(),
        }
    }

    pub(super) fn feature(&self, id: FeatureId) -> Named {
        feature(self.desk, id)
    }

    pub(super) fn known_issue(&self, id: KnownIssueId) -> Named {
        let issue = self.desk.known_issue(id);
        Named {
            id: id.0,
            name: issue.map(|issue| issue.title.clone()).unwrap_or_default(),
        }
    }

    pub(super) fn squad(&self, id: SquadId) -> Named {
        squad(self.desk, id)
    }
}

/// A feature with its name.
pub(super) fn feature(desk: &Desk, id: FeatureId) -> Named {
    let feature = desk.feature(id).map(|feature| feature.name.clone());
    Named {
        id: id.0,
        name: feature.unwrap_or_default(),
    }
}

/// A squad with its name.
pub(super) fn squad(desk: &Desk, id: SquadId) -> Named {
    let squad = desk.squad(id).map(|squad| squad.name.clone());
    Named {
        id: id.0,
        name: squad.unwrap_or_default(),
    }
}

/// The feature of that id or name.
///
/// # Errors
/// `Invalid` when there is none.
pub(super) fn find_feature(desk: &Desk, text: &str) -> Result<FeatureId, Error> {
    let by_id = text.parse().ok().and_then(|id| desk.feature(id));
    let found = by_id.or_else(|| desk.feature_named(text));
    found.map(|feature| feature.id).ok_or_else(|| {
        let message = format!(
            "There is no feature “{}”. GET /api/v1/features lists them.",
            shortened(text)
        );
        AppError::field("feature", message).into()
    })
}

/// The squad of that id or name.
///
/// # Errors
/// `Invalid` when there is none.
pub(super) fn find_squad(desk: &Desk, text: &str) -> Result<SquadId, Error> {
    let by_id = text.parse().ok().and_then(|id| desk.squad(id));
    let found = by_id.or_else(|| desk.squad_named(text));
    found.map(|squad| squad.id).ok_or_else(|| {
        let message = format!(
            "There is no squad “{}”. GET /api/v1/squads lists them.",
            shortened(text)
        );
        AppError::field("squad", message).into()
    })
}

/// So much of a text as belongs in a sentence about it.
pub(super) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

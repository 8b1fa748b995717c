//! Those who work on tickets: everybody who can be called.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use eider_domain::{PersonId, escalation::Member};
use eider_store::{
    Tx, counter,
    person::{self, PersonName},
};

use crate::{Eider, Result};

/// Everybody who works on tickets and can sign in, as of a step of the counter that tells of them.
#[derive(Debug, Default)]
pub(crate) struct Members {
    revision: i64,
    /// By name.
    pub(crate) all: Vec<Member>,
    /// What they are called.
    pub(crate) names: HashMap<PersonId, PersonName>,
}

impl Eider {
    /// Everybody who works on tickets, as of `tx`, which has written nobody: in a storm of pages they
    /// are read once.
    pub(crate) async fn members_in(&self, tx: &mut Tx) -> Result<Arc<Members>> {
        let revision = counter::get(tx, counter::MEMBERS).await?;
        let cache = &self.shared().members;
        let kept = cache.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(members) = kept.filter(|kept| kept.revision == revision) {
            return Ok(members);
        }
        let (all, names) = person::members(tx).await?;
        let members = Arc::new(Members {
            revision,
            all,
            names,
        });
        let known = Arc::clone(&members);
        *cache.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(members)
    }
}

//! Writes what was reckoned, by the same hands that write it for the pages.

use eider_domain::{
    fact::Fact,
    person::{Person, Standing},
    service::ServiceKey,
};
use eider_store::{Tx, person};

use super::reckon::{Deed, Step};
use crate::{
    Eider, Result,
    account::people::{switch_off, switch_on},
    configure::{calendar, configured, feature, squad},
    escalation::{policy, rules},
    rota::write as rota,
    service::{self, key},
};

/// A key that was made, with the secret that is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeKey {
    /// The key.
    pub key: ServiceKey,
    /// The name of its service.
    pub service: String,
    /// Its secret, which is not kept.
    pub secret: String,
}

/// Writes every step. The facts are the caller's to append, after everything else.
///
/// # Errors
/// When the database fails; then nothing of it is kept.
pub(super) async fn perform(
    eider: &Eider,
    tx: &mut Tx,
    zone: &str,
    steps: &[Step],
) -> Result<(Vec<Fact>, Vec<MadeKey>)> {
    let mut facts = Vec::with_capacity(steps.len());
    let mut made = Vec::new();
    for step in steps {
        match &step.deed {
            Deed::Squad(after) => {
                squad::put(tx, after).await?;
                facts.push(configured(squad::PART, &after.name));
            }
            Deed::Calendar(after) => {
                calendar::put(eider, tx, after).await?;
                facts.push(configured(calendar::PART, after.calendar.name()));
            }
            Deed::Person { before, after } => {
                facts.extend(put_person(eider, tx, before.as_ref(), after).await?);
            }
            Deed::Feature(after) => {
                feature::put(tx, after).await?;
                facts.push(configured(feature::PART, &after.name));
            }
            Deed::Rota(after) => {
                rota::put(eider, tx, after).await?;
                facts.push(configured(rota::PART, &after.name));
            }
            Deed::Policy(after) => {
                policy::put(eider, tx, after).await?;
                facts.push(configured(policy::PART, &after.name));
            }
            Deed::Rules {
                squad,
                paging,
                name,
            } => {
                rules::put(eider, tx, *squad, paging).await?;
                facts.push(configured(rules::PART, name));
            }
            Deed::Service(after) => {
                service::put(eider, tx, after, zone).await?;
                facts.push(configured(service::PART, &after.name));
            }
            Deed::MakeKey { key, service } => {
                let secret = key::put(eider, tx, key).await?;
                facts.push(configured(key::PART, &key::told(key, service)));
                made.push(MadeKey {
                    key: key.clone(),
                    service: service.clone(),
                    secret,
                });
            }
            Deed::WithdrawKey { key, service } => {
                key::withdraw(eider, tx, key).await?;
                facts.push(configured(key::PART, &key::told(key, service)));
            }
        }
    }
    Ok((facts, made))
}

async fn put_person(
    eider: &Eider,
    tx: &mut Tx,
    before: Option<&Person>,
    after: &Person,
) -> Result<Vec<Fact>> {
    let mut facts = Vec::new();
    let (id, now) = (after.id, eider.now());
    let mut written = after.clone();
    match before {
        None => {
            // A person comes before what refers to them, such as an absence.
            person::put(tx, &written, now).await?;
            facts.push(Fact::PersonJoined {
                person: id,
                role: after.role,
            });
        }
        Some(before) => {
            if before.role != after.role {
                facts.push(Fact::RoleChanged {
                    person: id,
                    from: before.role,
                    to: after.role,
                });
            }
            let sorted = |person: &Person| {
                let mut squads = person.squads.clone();
                squads.sort_unstable();
                squads
            };
            if sorted(before) != sorted(after) {
                facts.push(Fact::MembershipChanged {
                    person: id,
                    squads: after.squads.clone(),
                });
            }
        }
    }
    let stood = before.map_or(Standing::Active, |before| before.standing);
    match (stood, after.standing) {
        (Standing::Active, Standing::Disabled) => {
            facts.push(switch_off(eider, tx, &mut written).await?);
        }
        (Standing::Disabled, Standing::Active) => {
            facts.push(switch_on(eider, tx, &mut written).await?);
        }
        _ => {}
    }
    person::put(tx, &written, now).await?;
    Ok(facts)
}

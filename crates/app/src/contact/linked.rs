//! Slack as a way to be reached: whoever is known there has it, and nothing of it is kept here.

use eider_domain::{
    MethodId, PersonId,
    contact::{Attempt, Kind, Method},
};
use eider_store::{
    Tx, contact,
    slack::person::{self, Linked},
};
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::Result;

/// Every way to reach somebody: what they added, and each workspace of Slack in which they are
/// known.
pub(super) async fn methods_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Method>> {
    let mut methods = contact::methods_of(tx, person).await?;
    let linked = person::linked(tx, person).await?;
    methods.extend(linked.iter().map(|linked| method(person, linked)));
    Ok(methods)
}

/// Whether somebody is still known in Slack as an attempt has it.
pub(super) async fn is_linked(tx: &mut Tx, attempt: &Attempt) -> Result<bool> {
    let linked = person::linked(tx, attempt.person).await?;
    Ok(linked
        .iter()
        .any(|linked| address(linked) == attempt.way.address))
}

/// It is verified: Slack has confirmed their address, or they have followed a link.
fn method(person: PersonId, linked: &Linked) -> Method {
    let address = address(linked);
    // The same one has the same id each time, so that it can stand in an order.
    let digest: [u8; 32] = Sha256::digest(format!("slack {address}").as_bytes()).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Method {
        id: MethodId(Builder::from_custom_bytes(bytes).into_uuid()),
        person,
        kind: Kind::Slack,
        address,
        label: linked.workspace.clone(),
        added_at: linked.connected_at,
        verified_at: Some(linked.connected_at),
        lost_at: None,
    }
}

/// The workspace and the person there, as in `T1/U1`.
fn address(linked: &Linked) -> String {
    format!("{}/{}", linked.team_id, linked.user_id)
}

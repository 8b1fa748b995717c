//! People and how they come in: passwords, sessions, links, tokens; who may do what.
//!
//! Secrets are made here, shown once and kept only as hashes. Nothing here says to somebody who is
//! not signed in whether an address is known.

mod attempts;
mod identify;
mod link;
mod password;
pub(crate) mod people;
mod profile;
mod session;
mod sign_in;
mod token;

use eider_domain::{
    PersonId, SquadId,
    fact::{Fact, Happened},
};
use eider_store::Tx;
use sha2::{Digest, Sha256};

use crate::{Eider, Error, Result, desk::Desk};

pub use identify::{Credential, Identified, Way, by_session, by_token, recognise, recognise_again};
pub use link::{
    Invite, Joining, Link, accept, first_administrator_link, invitations, invite, open_link,
    password_reset_link, reset_password, sign_in_by_link, sign_in_link, withdraw_invitation,
};
pub(crate) use password::Passwords;
pub use people::{
    NewPerson, add_to_squad, change_role, create_person, disable, enable, remove_from_squad,
    set_squads,
};
pub use profile::{PasswordChange, Profile, change_password, update_profile};
pub use session::{
    NewSession, SESSION_LONGEST_DAYS, SESSION_SLIDING_DAYS, end_other_sessions, end_session,
    sessions, sign_out,
};
pub use sign_in::{SignIn, sign_in};
pub use token::{
    NewToken, TOKEN_LONGEST_DAYS, TOKEN_PREFIX, create_token, create_token_for, revoke_token,
    tokens,
};

/// What is stored of a secret. Secrets are random and long, so a plain hash is enough.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Appends facts that belong to no ticket. Call it last in a transaction.
async fn record(
    tx: &mut Tx,
    eider: &Eider,
    actor: Option<PersonId>,
    facts: impl IntoIterator<Item = Fact>,
) -> Result<()> {
    let at = eider.now();
    let happened: Vec<Happened> = facts
        .into_iter()
        .map(|fact| Happened {
            at,
            actor,
            ticket: None,
            fact,
        })
        .collect();
    eider_store::fact::append(tx, &happened, at).await?;
    Ok(())
}

/// The squads without repetition, when all of them exist.
fn known_squads(desk: &Desk, squads: &[SquadId]) -> Result<Vec<SquadId>> {
    let mut known = squads.to_vec();
    known.sort_unstable();
    known.dedup();
    if known.iter().all(|id| desk.squad(*id).is_some()) {
        Ok(known)
    } else {
        let message = "One of these squads is no longer there. Choose again.";
        Err(Error::field("squads", message))
    }
}

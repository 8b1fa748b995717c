//! Links that let somebody in once. Only a hash of the secret in a link is stored.

use eider_domain::{PersonId, SquadId, person::Role};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    db::on,
    row::{micros, to_json},
};

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To join, with the role and squads that the invitation names.
    Join,
    /// To become the first administrator of an Eider that knows nobody yet.
    FirstAdministrator,
    /// To sign in as the person whom the invitation names.
    SignIn,
}

impl Purpose {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::FirstAdministrator => "first_administrator",
            Self::SignIn => "sign_in",
        }
    }

    /// The purpose of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Join, Self::FirstAdministrator, Self::SignIn]
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }
}

/// An invitation, before anybody has followed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// SHA-256 of the secret in the link, as text.
    pub token_hash: [u8; 32],
    /// Where it was sent, if it was.
    pub email: Option<String>,
    /// The role it gives.
    pub role: Role,
    /// The squads it gives.
    pub squads: Vec<SquadId>,
    /// What it is good for.
    pub purpose: Purpose,
    /// The person it lets in, when they are known already.
    pub person: Option<PersonId>,
    /// Who asked them to join.
    pub invited_by: Option<PersonId>,
    /// From when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Writes a new invitation.
///
/// # Errors
/// `Conflict` when a person it names does not exist.
pub async fn put(tx: &mut Tx, invitation: &NewInvitation) -> Result<()> {
    let squads = to_json("an invitation's squads", &invitation.squads)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO invitation (token_hash, email, role, squads, purpose, person_id, invited_by,
            created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(invitation.token_hash.to_vec())
    .bind(&invitation.email)
    .bind(invitation.role.as_str())
    .bind(&squads)
    .bind(invitation.purpose.as_str())
    .bind(invitation.person.map(|id| id.0))
    .bind(invitation.invited_by.map(|id| id.0))
    .bind(micros(invitation.created_at))
    .bind(micros(invitation.expires_at))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets every invitation of that purpose that nobody has followed.
///
/// # Errors
/// When the database fails.
pub async fn forget_unused(tx: &mut Tx, purpose: Purpose) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM invitation WHERE purpose = $1 AND used_at IS NULL"
    )
    .bind(purpose.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

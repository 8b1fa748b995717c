//! Links that let somebody in: invitations, the first administrator's link, links that sign in, and
//! links to a new password. Only a hash of the secret is kept.

use eider_domain::{PersonId, SquadId, person::Role};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{from_json, instant, maybe_instant, micros, to_json, unreadable},
};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Joining, as somebody who was asked to.
    Invitation,
    /// Joining, as the administrator of an Eider that has none.
    FirstAdministrator,
    /// Signing in without a password, as often as wanted until it ends.
    SignIn,
    /// Choosing a new password.
    PasswordReset,
}

impl Purpose {
    const ALL: [Self; 4] = [
        Self::Invitation,
        Self::FirstAdministrator,
        Self::SignIn,
        Self::PasswordReset,
    ];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::FirstAdministrator => "first_administrator",
            Self::SignIn => "sign_in",
            Self::PasswordReset => "password_reset",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }
}

/// A link, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of the secret in the link.
    pub token_hash: [u8; 32],
    /// The address that was invited.
    pub email: Option<String>,
    /// The name that was written with the invitation.
    pub name: Option<String>,
    /// What the person will do here.
    pub role: Role,
    /// The squads that they will belong to.
    pub squads: Vec<SquadId>,
    /// What the link is for.
    pub purpose: Purpose,
    /// Whom it lets in, when they are here already.
    pub person: Option<PersonId>,
    /// Who made it.
    pub invited_by: Option<PersonId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    email: Option<String>,
    name: Option<String>,
    role: String,
    squads: String,
    purpose: String,
    person_id: Option<Uuid>,
    invited_by: Option<Uuid>,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl Row {
    fn into_invitation(self) -> Result<Invitation> {
        Ok(Invitation {
            token_hash: self
                .token_hash
                .try_into()
                .map_err(|_| unreadable("an invitation", ""))?,
            email: self.email,
            name: self.name,
            role: Role::parse(&self.role).ok_or_else(|| unreadable("a role", &self.role))?,
            squads: from_json("an invitation's squads", &self.squads)?,
            purpose: Purpose::parse(&self.purpose)
                .ok_or_else(|| unreadable("an invitation's purpose", &self.purpose))?,
            person: self.person_id.map(PersonId),
            invited_by: self.invited_by.map(PersonId),
            created_at: instant(self.created_at)?,
            expires_at: instant(self.expires_at)?,
            used_at: maybe_instant(self.used_at)?,
        })
    }
}

macro_rules! invitation_columns {
    ($rest:literal) => {
        concat!(
            "SELECT token_hash, email, name, role, squads, purpose, person_id, invited_by,
                created_at, expires_at, used_at FROM invitation ",
            $rest
        )
    };
}

/// Writes a new link.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, invitation: &Invitation) -> Result<()> {
    let squads = to_json("an invitation's squads", &invitation.squads)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO invitation (token_hash, email, name, role, squads, purpose, person_id,
            invited_by, created_at, expires_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(invitation.token_hash.as_slice())
    .bind(&invitation.email)
    .bind(&invitation.name)
    .bind(invitation.role.as_str())
    .bind(squads)
    .bind(invitation.purpose.as_str())
    .bind(invitation.person.map(|id| id.0))
    .bind(invitation.invited_by.map(|id| id.0))
    .bind(micros(invitation.created_at))
    .bind(micros(invitation.expires_at))
    .bind(invitation.used_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The link of that secret, unless it was used or ended before `now`. Whoever uses it asks
/// [`mark_used`] whether they were the first.
///
/// # Errors
/// When the database fails.
pub async fn by_hash(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(invitation_columns!(
        "WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2"
    ))
    .bind(token_hash.as_slice())
    .bind(micros(now))
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_invitation).transpose()
}

/// Marks a link as used. Answers whether it was unused until now.
///
/// # Errors
/// When the database fails.
pub async fn mark_used(tx: &mut Tx, token_hash: &[u8; 32], at: Timestamp) -> Result<bool> {
    let rows = on!(tx, |c| sqlx::query(
        "UPDATE invitation SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL"
    )
    .bind(token_hash.as_slice())
    .bind(micros(at))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Invitations that wait to be accepted, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn pending(tx: &mut Tx, now: Timestamp) -> Result<Vec<Invitation>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(invitation_columns!(
        "WHERE purpose = 'invitation' AND used_at IS NULL AND expires_at > $1
         ORDER BY created_at DESC, email"
    ))
    .bind(micros(now))
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_invitation).collect()
}

/// Takes back invitations of an address that were not used. Answers how many there were.
///
/// # Errors
/// When the database fails.
pub async fn delete_of_email(tx: &mut Tx, email: &str) -> Result<u64> {
    Ok(on!(tx, |c| sqlx::query(
        "DELETE FROM invitation
         WHERE email = $1 AND purpose = 'invitation' AND used_at IS NULL"
    )
    .bind(email)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Takes back every unused link that lets this person in.
///
/// # Errors
/// When the database fails.
pub async fn delete_of_person(tx: &mut Tx, person: PersonId) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM invitation WHERE person_id = $1 AND used_at IS NULL"
    )
    .bind(person.0)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets links that ended before `before`.
///
/// # Errors
/// When the database fails.
pub async fn delete_ended(tx: &mut Tx, before: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM invitation WHERE expires_at < $1"
    )
    .bind(micros(before))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

//! Homes in Slack that were opened, and as they were last drawn.

use eider_domain::{PersonId, TicketId};

use crate::{Result, Tx, db::on};

/// A digest of somebody's Home as it was last drawn, if they ever opened it.
///
/// # Errors
/// When the database fails.
pub async fn hash(tx: &mut Tx, team_id: &str, user_id: &str) -> Result<Option<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT hash FROM slack_home WHERE team_id = $1 AND user_id = $2"
    )
    .bind(team_id)
    .bind(user_id)
    .fetch_optional(c)
    .await)?)
}

/// Notes how somebody's Home was drawn.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, team_id: &str, user_id: &str, hash: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_home (team_id, user_id, hash) VALUES ($1, $2, $3)
         ON CONFLICT (team_id, user_id) DO UPDATE SET hash = excluded.hash",
    )
    .bind(team_id)
    .bind(user_id)
    .bind(hash)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The Homes (workspace and person) on which that ticket may stand: those of its reporter, of its
/// owner and of its squad.
///
/// # Errors
/// When the database fails.
pub async fn showing(tx: &mut Tx, ticket: TicketId) -> Result<Vec<(String, String)>> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT h.team_id, h.user_id FROM slack_home h
         JOIN slack_person p ON p.team_id = h.team_id AND p.user_id = h.user_id
         JOIN ticket t ON t.id = $1
         WHERE t.reporter_id = p.person_id OR t.owner_id = p.person_id
            OR EXISTS (SELECT 1 FROM squad_member m
                WHERE m.squad_id = t.squad_id AND m.person_id = p.person_id)",
    )
    .bind(ticket.0)
    .fetch_all(c)
    .await)?)
}

/// The Homes of everybody who works on tickets, on which a ticket that nobody has stands.
///
/// # Errors
/// When the database fails.
pub async fn of_responders(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT h.team_id, h.user_id FROM slack_home h
         JOIN slack_person p ON p.team_id = h.team_id AND p.user_id = h.user_id
         JOIN person ON person.id = p.person_id
         WHERE person.role IN ('responder', 'lead', 'administrator')",
    )
    .fetch_all(c)
    .await)?)
}

/// The Homes of that person.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Vec<(String, String)>> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT h.team_id, h.user_id FROM slack_home h
         JOIN slack_person p ON p.team_id = h.team_id AND p.user_id = h.user_id
         WHERE p.person_id = $1",
    )
    .bind(person.0)
    .fetch_all(c)
    .await)?)
}

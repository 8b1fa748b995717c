//! People of Slack, and who they are here.

use eider_domain::PersonId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros, unreadable},
};

/// What somebody is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlackKind {
    /// A full member.
    Member,
    /// Somebody who was let into some channels.
    Guest,
    /// Somebody of another workspace, in a shared channel.
    Stranger,
    /// A program.
    Bot,
}

impl SlackKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Stranger => "stranger",
            Self::Bot => "bot",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Member, Self::Guest, Self::Stranger, Self::Bot]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Somebody of Slack, as they were when Slack was last asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlackPerson {
    /// The workspace.
    pub team_id: String,
    /// Slack's id of them.
    pub user_id: String,
    /// Who they are here, once that is known.
    pub person: Option<PersonId>,
    /// Their name.
    pub name: String,
    /// Their address, if Slack has confirmed it.
    pub email: Option<String>,
    /// Their zone, an IANA name.
    pub zone: Option<String>,
    /// What they are in the workspace.
    pub kind: SlackKind,
    /// When Slack was last asked.
    pub looked_up_at: Timestamp,
    /// When they were last nudged.
    pub nudged_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    team_id: String,
    user_id: String,
    person_id: Option<Uuid>,
    name: String,
    email: Option<String>,
    zone: Option<String>,
    kind: String,
    looked_up_at: i64,
    nudged_at: Option<i64>,
}

impl Row {
    fn into_person(self) -> Result<SlackPerson> {
        Ok(SlackPerson {
            team_id: self.team_id,
            user_id: self.user_id,
            person: self.person_id.map(Into::into),
            name: self.name,
            email: self.email,
            zone: self.zone,
            kind: SlackKind::parse(&self.kind)
                .ok_or_else(|| unreadable("what somebody is in Slack", &self.kind))?,
            looked_up_at: instant(self.looked_up_at)?,
            nudged_at: maybe_instant(self.nudged_at)?,
        })
    }
}

/// The person of that id in that workspace, if they were met.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, team_id: &str, user_id: &str) -> Result<Option<SlackPerson>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM slack_person WHERE team_id = $1 AND user_id = $2"
    )
    .bind(team_id)
    .bind(user_id)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_person).transpose()
}

/// Whoever this person is in that workspace, if that is known.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, team_id: &str, person: PersonId) -> Result<Option<SlackPerson>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM slack_person WHERE person_id = $2 AND team_id = $1
         ORDER BY looked_up_at DESC LIMIT 1"
    )
    .bind(team_id)
    .bind(person.0)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_person).transpose()
}

/// Somebody in a workspace that is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The workspace.
    pub team_id: String,
    /// What it is called.
    pub workspace: String,
    /// Slack's id of them.
    pub user_id: String,
    /// When the workspace was connected.
    pub connected_at: Timestamp,
}

/// Who this person is in each workspace that is connected; as they were met last, where they are
/// several.
///
/// # Errors
/// When the database fails.
pub async fn linked(tx: &mut Tx, person: PersonId) -> Result<Vec<Linked>> {
    let rows: Vec<(String, String, String, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT slack_person.team_id, slack_workspace.name, slack_person.user_id,
            slack_workspace.connected_at
         FROM slack_person JOIN slack_workspace ON slack_workspace.team_id = slack_person.team_id
         WHERE slack_person.person_id = $1 AND slack_workspace.token <> ''
         ORDER BY slack_person.team_id, slack_person.looked_up_at DESC, slack_person.user_id"
    )
    .bind(person.0)
    .fetch_all(c)
    .await)?;
    let mut linked: Vec<Linked> = Vec::with_capacity(rows.len());
    for (team_id, workspace, user_id, connected_at) in rows {
        if linked.last().is_some_and(|last| last.team_id == team_id) {
            continue;
        }
        linked.push(Linked {
            team_id,
            workspace,
            user_id,
            connected_at: instant(connected_at)?,
        });
    }
    Ok(linked)
}

/// Writes somebody, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, person: &SlackPerson) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_person (team_id, user_id, person_id, name, email, zone, kind,
            looked_up_at, nudged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (team_id, user_id) DO UPDATE SET person_id = excluded.person_id,
            name = excluded.name, email = excluded.email, zone = excluded.zone,
            kind = excluded.kind, looked_up_at = excluded.looked_up_at,
            nudged_at = excluded.nudged_at",
    )
    .bind(&person.team_id)
    .bind(&person.user_id)
    .bind(person.person.map(|id| id.0))
    .bind(&person.name)
    .bind(&person.email)
    .bind(&person.zone)
    .bind(person.kind.as_str())
    .bind(micros(person.looked_up_at))
    .bind(person.nudged_at.map(micros))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes that somebody is nudged at `now`, unless they were after `rested`. Answers whether they
/// are to be nudged.
///
/// # Errors
/// When the database fails.
pub async fn nudge(
    tx: &mut Tx,
    team_id: &str,
    user_id: &str,
    now: Timestamp,
    rested: Timestamp,
) -> Result<bool> {
    let noted = on!(tx, |c| sqlx::query(
        "UPDATE slack_person SET nudged_at = $3 WHERE team_id = $1 AND user_id = $2
            AND (nudged_at IS NULL OR nudged_at <= $4)"
    )
    .bind(team_id)
    .bind(user_id)
    .bind(micros(now))
    .bind(micros(rested))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(noted > 0)
}

//! Channels in which people ask for support.

use eider_domain::SquadId;
use uuid::Uuid;

use crate::{Result, Tx, db::on};

/// A channel in which people ask for support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The workspace.
    pub team_id: String,
    /// Slack's id of it.
    pub channel_id: String,
    /// Its name, without a hash.
    pub name: String,
    /// Whose tickets go there; all that go nowhere else when it is nobody's.
    pub squad: Option<SquadId>,
    /// What keeps Eider from posting there, in words.
    pub trouble: Option<String>,
}

type Row = (String, String, String, Option<Uuid>, Option<String>);

fn channel(row: Row) -> Channel {
    let (team_id, channel_id, name, squad, trouble) = row;
    Channel {
        team_id,
        channel_id,
        name,
        squad: squad.map(Into::into),
        trouble,
    }
}

/// Every channel, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Channel>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT team_id, channel_id, name, squad_id, trouble FROM slack_channel
         ORDER BY name, channel_id"
    )
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(channel).collect())
}

/// The channel of that id, if people ask for support there.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, team_id: &str, channel_id: &str) -> Result<Option<Channel>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT team_id, channel_id, name, squad_id, trouble FROM slack_channel
         WHERE team_id = $1 AND channel_id = $2"
    )
    .bind(team_id)
    .bind(channel_id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(channel))
}

/// Writes a channel, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, channel: &Channel) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_channel (team_id, channel_id, name, squad_id, trouble)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (team_id, channel_id) DO UPDATE SET name = excluded.name,
            squad_id = excluded.squad_id, trouble = excluded.trouble",
    )
    .bind(&channel.team_id)
    .bind(&channel.channel_id)
    .bind(&channel.name)
    .bind(channel.squad.map(|id| id.0))
    .bind(&channel.trouble)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes what keeps Eider from posting in a channel, or that nothing does.
///
/// # Errors
/// When the database fails.
pub async fn set_trouble(
    tx: &mut Tx,
    team_id: &str,
    channel_id: &str,
    trouble: Option<&str>,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE slack_channel SET trouble = $3 WHERE team_id = $1 AND channel_id = $2"
    )
    .bind(team_id)
    .bind(channel_id)
    .bind(trouble)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes a channel away; its threads stay as they are.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, team_id: &str, channel_id: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM slack_channel WHERE team_id = $1 AND channel_id = $2"
    )
    .bind(team_id)
    .bind(channel_id)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

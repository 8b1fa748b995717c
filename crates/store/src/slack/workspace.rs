//! Workspaces that Eider is installed in.

use jiff::Timestamp;

use crate::{
    Result, Tx,
    db::on,
    row::{instant, maybe_instant, micros},
};

/// A workspace that Eider is installed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Slack's id of it, such as `T1DC2JH3J`.
    pub team_id: String,
    /// Its name.
    pub name: String,
    /// The id of the app there.
    pub app_id: String,
    /// The person that the app is there.
    pub bot_user_id: String,
    /// The bot that the app is there.
    pub bot_id: String,
    /// The bot's token, sealed.
    pub token: String,
    /// What gets the next token, sealed; none where tokens do not end.
    pub refresh_token: Option<String>,
    /// When the token ends, if it does.
    pub token_expires_at: Option<Timestamp>,
    /// When it was connected.
    pub connected_at: Timestamp,
    /// What is wrong with the connection, in words.
    pub trouble: Option<String>,
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workspace")
            .field("team_id", &self.team_id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    team_id: String,
    name: String,
    app_id: String,
    bot_user_id: String,
    bot_id: String,
    token: String,
    refresh_token: Option<String>,
    token_expires_at: Option<i64>,
    connected_at: i64,
    trouble: Option<String>,
}

impl Row {
    fn into_workspace(self) -> Result<Workspace> {
        Ok(Workspace {
            team_id: self.team_id,
            name: self.name,
            app_id: self.app_id,
            bot_user_id: self.bot_user_id,
            bot_id: self.bot_id,
            token: self.token,
            refresh_token: self.refresh_token,
            token_expires_at: maybe_instant(self.token_expires_at)?,
            connected_at: instant(self.connected_at)?,
            trouble: self.trouble,
        })
    }
}

/// Every workspace, the one that was connected first at the beginning.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Workspace>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM slack_workspace WHERE token <> '' ORDER BY connected_at, team_id"
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_workspace).collect()
}

/// The workspace of that id, if Eider is installed there.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, team_id: &str) -> Result<Option<Workspace>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM slack_workspace WHERE team_id = $1 AND token <> ''"
    )
    .bind(team_id)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_workspace).transpose()
}

/// As [`by_id`]; nobody else changes it before this transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn by_id_for_update(tx: &mut Tx, team_id: &str) -> Result<Option<Workspace>> {
    // SQLite has one writer, and needs no lock.
    let sql = if tx.is_sqlite() {
        "SELECT * FROM slack_workspace WHERE team_id = $1 AND token <> ''"
    } else {
        "SELECT * FROM slack_workspace WHERE team_id = $1 AND token <> '' FOR UPDATE"
    };
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(team_id)
        .fetch_optional(c)
        .await)?;
    row.map(Row::into_workspace).transpose()
}

/// Writes a workspace, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO slack_workspace (team_id, name, app_id, bot_user_id, bot_id, token,
            refresh_token, token_expires_at, connected_at, trouble)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (team_id) DO UPDATE SET name = excluded.name, app_id = excluded.app_id,
            bot_user_id = excluded.bot_user_id, bot_id = excluded.bot_id, token = excluded.token,
            refresh_token = excluded.refresh_token, token_expires_at = excluded.token_expires_at,
            trouble = excluded.trouble",
    )
    .bind(&workspace.team_id)
    .bind(&workspace.name)
    .bind(&workspace.app_id)
    .bind(&workspace.bot_user_id)
    .bind(&workspace.bot_id)
    .bind(&workspace.token)
    .bind(&workspace.refresh_token)
    .bind(workspace.token_expires_at.map(micros))
    .bind(micros(workspace.connected_at))
    .bind(&workspace.trouble)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets the tokens of a workspace: it is not connected any more. Who its people are is kept, for
/// when it is connected again.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, team_id: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE slack_workspace SET token = '', refresh_token = NULL, token_expires_at = NULL,
            trouble = NULL WHERE team_id = $1"
    )
    .bind(team_id)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes what is wrong with the connection, or that nothing is.
///
/// # Errors
/// When the database fails.
pub async fn set_trouble(tx: &mut Tx, team_id: &str, trouble: Option<&str>) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE slack_workspace SET trouble = $2 WHERE team_id = $1"
    )
    .bind(team_id)
    .bind(trouble)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

//! A fresh database for each story.

use std::future::Future;

use eider_store::Db;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::postgres;

/// A database that is gone when it is dropped.
pub struct Database {
    /// The open database, brought to the present version.
    pub db: Db,
    /// Where it is: the path of a file, or a URL.
    pub address: String,
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    /// A fresh SQLite file in a folder of its own.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("eider.db");
        let db = Db::open_sqlite(&path)
            .await
            .expect("SQLite opens a fresh file");
        Self {
            db,
            address: path.display().to_string(),
            _folder: Some(folder),
        }
    }

    /// A fresh database on the PostgreSQL server that `cargo xtask test` started.
    pub async fn postgres() -> Self {
        let name = postgres::database_name();
        let mut connection = PgConnection::connect(&postgres::server_url())
            .await
            .expect("the PostgreSQL server of the tests answers");
        connection
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .expect("a database can be made");
        connection.close().await.expect("the connection closes");
        let address = postgres::database_url(&name);
        let db = Db::open_postgres(&address)
            .await
            .expect("PostgreSQL opens a fresh database");
        Self {
            db,
            address,
            _folder: None,
        }
    }

    /// The same PostgreSQL database, connected to once more as another node does.
    pub async fn opened_again(&self) -> Self {
        let db = Db::open_postgres(&self.address)
            .await
            .expect("the database is there");
        Self {
            db,
            address: self.address.clone(),
            _folder: None,
        }
    }

    /// Waits until somebody waits in this PostgreSQL database for what another transaction holds.
    ///
    /// # Panics
    /// When nobody does within [`crate::PATIENCE`].
    pub async fn until_somebody_waits(&self) {
        let mut connection = PgConnection::connect(&self.address)
            .await
            .expect("the database answers");
        for _ in 0..crate::LOOKS {
            let waits: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock')",
            )
            .fetch_one(&mut connection)
            .await
            .expect("it tells what its connections do");
            if waits {
                return;
            }
            tokio::time::sleep(crate::LOOK_EVERY).await;
        }
        panic!("waited in vain until somebody waits");
    }

    /// Does at once what PostgreSQL does by itself after a while: looks at what is in its tables.
    pub async fn settle(&self) {
        if self._folder.is_none() {
            let mut connection = PgConnection::connect(&self.address)
                .await
                .expect("the database answers");
            let analyzed = connection.execute("ANALYZE").await;
            analyzed.expect("its tables can be looked at");
        }
    }
}

/// Tells a story on SQLite, then on PostgreSQL.
pub async fn on_both<Story, Telling>(story: Story)
where
    Story: Fn(Database) -> Telling,
    Telling: Future<Output = ()>,
{
    story(Database::sqlite().await).await;
    story(Database::postgres().await).await;
}

/// Tells a story on SQLite alone, where the database makes no difference to it.
pub async fn on_sqlite<Story, Telling>(story: Story)
where
    Story: Fn(Database) -> Telling,
    Telling: Future<Output = ()>,
{
    story(Database::sqlite().await).await;
}

//! One table, on either database, by sqlx's own driver for it: `Any` in between costs some more.

use std::str::FromStr;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};

pub(crate) enum Rows {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Rows {
    /// Opens `sqlite:FILE` or `postgres://…` with as many connections as the server has.
    pub(crate) async fn open(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("postgres") {
            return Ok(Self::Postgres(
                PgPoolOptions::new().max_connections(16).connect(url).await?,
            ));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        Ok(Self::Sqlite(pool))
    }

    /// The sealed values of a secret.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(FIND).bind(name).fetch_optional(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(FIND).bind(name).fetch_optional(pool).await,
        }
    }

    /// Keeps secrets, by name and sealed values.
    pub(crate) async fn keep(&self, secrets: &[(String, Vec<u8>)]) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("create table if not exists secrets (name text primary key, sealed blob not null)")
                    .execute(&mut *tx)
                    .await?;
                for (name, sealed) in secrets {
                    sqlx::query(KEEP).bind(name).bind(sealed).execute(&mut *tx).await?;
                }
                tx.commit().await
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("create table if not exists secrets (name text primary key, sealed bytea not null)")
                    .execute(&mut *tx)
                    .await?;
                for (name, sealed) in secrets {
                    sqlx::query(KEEP).bind(name).bind(sealed).execute(&mut *tx).await?;
                }
                tx.commit().await
            }
        }
    }
}

const FIND: &str = "select sealed from secrets where name = $1";
const KEEP: &str =
    "insert into secrets (name, sealed) values ($1, $2) on conflict (name) do nothing";

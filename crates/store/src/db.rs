//! The database, and all that SQLite and PostgreSQL do differently.

mod append;

pub(crate) use append::{Appender, Appending, Head, MOST_ROWS, Row, append};

use crate::error::{Result, StoreError};
use sqlx::{
    Any, AnyConnection, AnyPool, Transaction, any::AnyPoolOptions, migrate::Migrator,
    pool::CloseEvent,
};
use std::{
    fs::{File, TryLockError},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Notify;

/// The migrations of each database. Both folders hold the same files with other types.
static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Where the data live.
#[derive(Clone, Debug)]
pub enum Location {
    /// A file of ours; made if it is not there.
    Sqlite {
        /// The file.
        file: PathBuf,
        /// Most pages of 4 KiB that it may grow to; no limit if nothing.
        max_pages: Option<u32>,
    },
    /// A PostgreSQL database, 15 or newer.
    Postgres {
        /// Its URL, credentials included: never printed.
        url: Url,
    },
}

/// A database URL that does not show its password.
#[derive(Clone)]
pub struct Url(pub String);

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Url(…)")
    }
}

impl Location {
    /// Reads `sqlite:FILE` or `postgres://…`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if file.is_empty() || file.contains('?') {
                return Err("name the file: sqlite:DIR/keyloft.db, without options");
            }
            return Ok(Self::Sqlite { file: file.into(), max_pages: None });
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: Url(text.to_owned()) });
        }
        Err("expected sqlite:FILE or postgres://USER@HOST/DATABASE")
    }
}

/// Connections to one database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    read: AnyPool,
    write: AnyPool,
    kind: Kind,
    /// Told when somebody waits for the one writer of SQLite, which an [`Appender`] may keep.
    wanted: Arc<Notify>,
}

#[derive(Clone, Debug)]
enum Kind {
    Sqlite { file: Arc<Path>, inode: u64 },
    Postgres,
}

/// A transaction that may write.
pub(crate) type Tx = Transaction<'static, Any>;

impl Database {
    /// Connects.
    pub(crate) async fn connect(location: &Location) -> Result<Self> {
        sqlx::any::install_default_drivers();
        match location {
            Location::Sqlite { file, max_pages } => Self::connect_sqlite(file, *max_pages).await,
            Location::Postgres { url } => Self::connect_postgres(url).await,
        }
    }

    /// Whether this database has ever been Keyloft's.
    pub(crate) async fn has_tables(&self) -> Result<bool> {
        let tables = match self.kind {
            Kind::Sqlite { .. } => sqlx::query(
                "select 1 from sqlite_master where type = 'table' and name = 'instance'",
            ),
            Kind::Postgres => sqlx::query("select 1 where to_regclass('instance') is not null"),
        };
        Ok(tables.fetch_optional(&self.read).await.map_err(query)?.is_some())
    }

    async fn connect_sqlite(file: &Path, max_pages: Option<u32>) -> Result<Self> {
        make_private(file)?;
        let url = format!("sqlite://{}?mode=rw", escaped(file)?);
        let connect = |most: u32| {
            AnyPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(ACQUIRE)
                // A connection to a file does not die unseen, and asking it first costs as much as a short query.
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None)
                .after_connect(move |connection, _| {
                    Box::pin(sqlite_settings(connection, max_pages))
                })
                .connect_lazy(&url)
                .map_err(unavailable)
        };
        // One writer: SQLite has one anyway, and a queue in the pool is fair where its busy handler is not.
        let (write, read) = (connect(1)?, connect(4)?);
        let version: String =
            sqlx::query_scalar("select sqlite_version()").fetch_one(&write).await.map_err(query)?;
        if !at_least(&version, SQLITE_MIN) {
            let message = format!(
                "SQLite {version} is linked, and {SQLITE_MIN:?} is the oldest without the WAL-reset bug"
            );
            return Err(StoreError::Internal(message));
        }
        let inode = file.metadata().map_err(io)?.ino();
        let kind = Kind::Sqlite { file: file.into(), inode };
        Ok(Self { read, write, kind, wanted: Arc::default() })
    }

    async fn connect_postgres(url: &Url) -> Result<Self> {
        let pool = AnyPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(ACQUIRE)
            .after_connect(|connection, _| Box::pin(postgres_settings(connection)))
            .connect_lazy(&url.0)
            .map_err(|_| {
                StoreError::Unavailable("the PostgreSQL URL cannot be read; expected postgres://USER:PASSWORD@HOST:PORT/DATABASE".into())
            })?;
        let version: i64 =
            sqlx::query_scalar("select cast(current_setting('server_version_num') as bigint)")
                .fetch_one(&pool)
                .await
                .map_err(query)?;
        if version < 150_000 {
            return Err(StoreError::Unavailable("PostgreSQL 15 or newer is needed".into()));
        }
        Ok(Self { read: pool.clone(), write: pool, kind: Kind::Postgres, wanted: Arc::default() })
    }

    /// Brings the tables to this version. Replicas that start together take turns.
    pub(crate) async fn migrate(&self) -> Result<()> {
        let migrator = match self.kind {
            Kind::Sqlite { .. } => &SQLITE,
            Kind::Postgres => &POSTGRES,
        };
        migrator.run(&self.write).await.map_err(migration)
    }

    /// For statements that read one consistent row set each.
    pub(crate) const fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Begins a change. On SQLite it waits for the one writer, and its commit for the disk.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        self.begin_with("pragma synchronous = full; begin immediate").await
    }

    /// Begins a transaction of rows that may be lost with the machine's power, though never with the process: on SQLite its
    /// commit does not wait for the disk.
    pub(crate) async fn begin_reads(&self) -> Result<Tx> {
        self.begin_with("pragma synchronous = normal; begin immediate").await
    }

    async fn begin_with(&self, on_sqlite: &'static str) -> Result<Tx> {
        match self.kind {
            Kind::Sqlite { .. } => {
                self.check_file()?;
                self.wanted.notify_one();
                self.write.begin_with(on_sqlite).await
            }
            Kind::Postgres => self.write.begin().await,
        }
        .map_err(query)
    }

    /// A file that was replaced takes no more writes: they would be lost with the old one.
    fn check_file(&self) -> Result<()> {
        match &self.kind {
            Kind::Sqlite { file, inode }
                if file.metadata().map_or(true, |now| now.ino() != *inode) =>
            {
                Err(StoreError::Unavailable(format!("{} was moved or deleted", file.display())))
            }
            _ => Ok(()),
        }
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        self.check_file()?;
        let one: i64 = sqlx::query_scalar("select cast(1 as bigint)")
            .fetch_one(&self.read)
            .await
            .map_err(query)?;
        debug_assert_eq!(one, 1);
        Ok(())
    }

    /// Ready once somebody waits for the one writer of SQLite.
    pub(crate) async fn writer_wanted(&self) {
        self.wanted.notified().await;
    }

    /// Ready once the database is being closed: who keeps a connection gives it back.
    pub(crate) fn closing(&self) -> CloseEvent {
        self.write.close_event()
    }

    /// Closes every connection, so that SQLite folds its write-ahead log into the file.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Keeps other servers away from an SQLite file for as long as it lives.
#[derive(Debug)]
pub struct ServerLock {
    _file: Option<File>,
}

/// Why a [`ServerLock`] could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another server runs on this file.
    #[error(
        "another keyloft-server is running on {}. Stop it first, or give this one another --data folder", .0.display()
    )]
    Taken(PathBuf),
    /// The lock file cannot be made.
    #[error("{}: {source}", .file.display())]
    Io {
        /// The lock file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl ServerLock {
    /// Takes the lock. PostgreSQL needs none: it serves any number of replicas.
    pub fn take(location: &Location) -> std::result::Result<Self, LockError> {
        let Location::Sqlite { file: database, .. } = location else {
            return Ok(Self { _file: None });
        };
        let file = database.with_extension("lock");
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&file)
            .map_err(|source| LockError::Io { file: file.clone(), source })?;
        match opened.try_lock() {
            Ok(()) => Ok(Self { _file: Some(opened) }),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken(database.clone())),
            Err(TryLockError::Error(source)) => Err(LockError::Io { file, source }),
        }
    }
}

/// Names that must be unique, as each database tells of them: PostgreSQL by the index, SQLite by its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unique {
    EnvironmentName,
    SecretName,
    TemplateId,
    TemplateName,
    UserEmail,
}

impl Unique {
    /// Whether this is why the statement failed.
    pub(crate) fn is_violated(self, error: &sqlx::Error) -> bool {
        let (index, columns) = match self {
            Self::EnvironmentName => {
                ("environments_name", "environments.workspace_id, environments.name")
            }
            Self::SecretName => ("secrets_name", "secrets.environment_id, secrets.name"),
            Self::TemplateId => ("templates_pkey", "templates.workspace_id, templates.id"),
            Self::TemplateName => {
                ("templates_name", "templates.workspace_id, templates.name_folded")
            }
            Self::UserEmail => ("users_email", "users.email_folded"),
        };
        error.as_database_error().is_some_and(|error| {
            error.is_unique_violation()
                && (error.constraint() == Some(index) || error.message().ends_with(columns))
        })
    }
}

/// What a failed statement means for the caller. Its text may hold SQL, so that only the log sees it.
pub(crate) fn query(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) => {
            let code = cause.code().unwrap_or_default().into_owned();
            match code.as_str() {
                // SQLITE_FULL; disk_full (PostgreSQL, appendix A)
                "13" | "53100" => StoreError::Full,
                // SQLITE_BUSY, SQLITE_IOERR, SQLITE_CANTOPEN; connection, shutdown and lock classes of PostgreSQL
                "5" | "14" | "57P01" | "57P02" | "57P03" | "55P03" | "57014" => unavailable(error),
                _ if code.starts_with("08") || code.starts_with("28") || code == "3D000" => {
                    unavailable(error)
                }
                _ if cause.message().contains("disk I/O error") => unavailable(error),
                _ => StoreError::Internal(error.to_string()),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed => unavailable(error),
        _ => StoreError::Internal(error.to_string()),
    }
}

fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn migration(error: sqlx::migrate::MigrateError) -> StoreError {
    match error {
        sqlx::migrate::MigrateError::Execute(error) => query(error),
        sqlx::migrate::MigrateError::VersionMissing(number) => StoreError::Internal(format!(
            "the database was made by a newer Keyloft (migration {number}): start that version"
        )),
        other => StoreError::Internal(other.to_string()),
    }
}

fn io(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Makes the file and its folder if they are not there, for their owner's eyes only.
fn make_private(file: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    }
    let opened = File::options().create(true).append(true).mode(0o600).open(file).map_err(io)?;
    let mode = opened.metadata().map_err(io)?.mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!(
            "{} can be read by others (mode {mode:o}): chmod 600 {}",
            file.display(),
            file.display()
        );
        return Err(StoreError::Unavailable(message));
    }
    Ok(())
}

/// The path as it stands in an SQLite URL.
fn escaped(file: &Path) -> Result<String> {
    let path = file
        .to_str()
        .ok_or_else(|| StoreError::Unavailable("the database's path is not UTF-8".into()))?;
    Ok(path.replace('%', "%25").replace('?', "%3F").replace('#', "%23"))
}

async fn sqlite_settings(
    connection: &mut AnyConnection,
    max_pages: Option<u32>,
) -> sqlx::Result<()> {
    sqlx::raw_sql(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
         pragma busy_timeout = 5000; pragma secure_delete = on; pragma wal_autocheckpoint = 2000",
    )
    .execute(&mut *connection)
    .await?;
    if let Some(pages) = max_pages {
        let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"));
        sqlx::raw_sql(limit).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn postgres_settings(connection: &mut AnyConnection) -> sqlx::Result<()> {
    sqlx::raw_sql("set statement_timeout = '15s'; set lock_timeout = '5s'; set idle_in_transaction_session_timeout = '30s'")
        .execute(connection)
        .await?;
    Ok(())
}

fn at_least(version: &str, min: [u32; 3]) -> bool {
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    parts.as_slice() >= min.as_slice()
}

const ACQUIRE: Duration = Duration::from_secs(10);
/// 3.51.3 mended a rare corruption when two connections reset the write-ahead log.
const SQLITE_MIN: [u32; 3] = [3, 51, 3];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_a_file_or_a_postgres_url() {
        assert!(matches!(
            Location::parse("sqlite:data/k.db"),
            Ok(Location::Sqlite { file, .. }) if file == Path::new("data/k.db")
        ));
        let postgres = Location::parse("postgres://u:hunter2@h/d").unwrap();
        assert!(!format!("{postgres:?}").contains("hunter2"));
        for bad in ["", "sqlite:", "sqlite:a?mode=memory", "mysql://h", "k.db"] {
            assert!(Location::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(at_least("3.51.3", SQLITE_MIN) && at_least("3.100.0", SQLITE_MIN));
        assert!(!at_least("3.51.2", SQLITE_MIN) && !at_least("3.9.9", SQLITE_MIN));
    }
}

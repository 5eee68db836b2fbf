//! Stores to test with: the same on SQLite and on PostgreSQL.

use model::{
    BearerToken, DraftRow, EnvironmentId, NewSecret, Role, SecretDraft, SecretValue, ValueKind,
    WireValue,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, postgres::PgConnectOptions};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use store::{
    Caller, Clock, Location, NewWorkspace, Origin, RequestAnswer, RootKeySource, Store, Url,
};
use tempfile::TempDir;

/// Noon of a day in 2026.
pub(crate) const NOON: i64 = 1_780_315_200_000;
pub(crate) const PASSWORD: &str = "violet anchor drifts north";

/// A store of its own, with what it takes to open it again.
pub(crate) struct Opened {
    pub(crate) name: &'static str,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) location: Location,
    pub(crate) root_key: RootKeySource,
    pub(crate) folder: TempDir,
}

/// One on each database.
pub(crate) async fn both() -> [Opened; 2] {
    [sqlite().await, postgres().await]
}

pub(crate) async fn sqlite() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite { file: folder.path().join("keyloft.db"), max_pages: None };
    open("SQLite", location, folder).await
}

pub(crate) async fn postgres() -> Opened {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let base = std::env::var("KEYLOFT_TEST_POSTGRES_URL").expect(
        "KEYLOFT_TEST_POSTGRES_URL names a PostgreSQL server; `cargo xtask test` starts one",
    );
    let name = format!("store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let options: PgConnectOptions = base.parse().unwrap();
    let mut admin = options.clone().connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut admin)
        .await
        .unwrap();
    admin.close().await.unwrap();
    let url = options.database(&name).to_url_lossy().to_string();
    open("PostgreSQL", Location::Postgres { url: Url(url) }, tempfile::tempdir().unwrap()).await
}

async fn open(name: &'static str, location: Location, folder: TempDir) -> Opened {
    let root_key = RootKeySource::File(folder.path().join("root.key"));
    let clock = Clock::at(NOON);
    let store = Store::open(&location, &root_key, clock.clone()).await.unwrap();
    Opened { name, store, clock, location, root_key, folder }
}

impl Opened {
    /// Opens the same data once more, as a second replica or after a restart.
    pub(crate) async fn again(&self) -> Store {
        Store::open(&self.location, &self.root_key, self.clock.clone()).await.unwrap()
    }

    /// Sets up, and signs the owner in.
    pub(crate) async fn owner(&self) -> Caller {
        self.store.setup_as_operator(new_workspace()).await.unwrap();
        self.sign_in("owner").await
    }

    /// A signed-in owner, whose cookie holds this id.
    pub(crate) async fn sign_in(&self, id: &str) -> Caller {
        let session = self
            .store
            .sign_in("mara@example.org", value(PASSWORD), &Origin::default())
            .await
            .unwrap()
            .session()
            .unwrap();
        self.store.open_session(id.as_bytes(), session, &Origin::default()).await.unwrap();
        self.store.session(id.as_bytes()).await.unwrap().unwrap()
    }

    /// Invites somebody, who accepts and is signed in; their cookie holds their name.
    pub(crate) async fn bring(&self, inviter: &Caller, name: &str, role: Role) -> Caller {
        let email = format!("{name}@example.org");
        let made = self.store.invite(inviter, &email, role).await.unwrap();
        let (password, origin) = (value(PASSWORD), Origin::default());
        let session = self.store.accept_as_new(&made.token, name, password, &origin).await.unwrap();
        self.store.open_session(name.as_bytes(), session, &origin).await.unwrap();
        self.found(name).await
    }

    /// Whoever has the session whose cookie holds this id.
    pub(crate) async fn found(&self, id: &str) -> Caller {
        self.store.session(id.as_bytes()).await.unwrap().unwrap()
    }

    /// A command line of the person, who approves it.
    pub(crate) async fn signed_in_at(&self, person: &Caller, machine: &str) -> BearerToken {
        let started = self.store.start_login(machine, &Origin::default()).await.unwrap();
        self.store.answer_login(person, &started.code, true).await.unwrap();
        match self.store.poll_login(&started.poll).await.unwrap() {
            RequestAnswer::Approved(token) => token,
            other => panic!("{other:?}"),
        }
    }

    /// Changes rows behind the store's back.
    pub(crate) async fn run_sql(&self, sql: &str) {
        let mut database = sqlx::AnyConnection::connect(&self.url()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    }

    /// One number from the rows behind the store.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut database = sqlx::AnyConnection::connect(&self.url()).await.unwrap();
        let count = sqlx::query_scalar(sql).fetch_one(&mut database).await.unwrap();
        database.close().await.unwrap();
        count
    }

    fn url(&self) -> String {
        match &self.location {
            Location::Sqlite { file, .. } => format!("sqlite://{}", file.display()),
            Location::Postgres { url } => url.0.clone(),
        }
    }

    /// The id of an environment.
    pub(crate) async fn environment(&self, caller: &Caller, name: &str) -> EnvironmentId {
        self.store.environment_named(caller, name).await.unwrap().id
    }

    pub(crate) fn sqlite_file(&self) -> PathBuf {
        self.folder.path().join("keyloft.db")
    }
}

pub(crate) fn new_workspace() -> NewWorkspace {
    NewWorkspace {
        name: "Mara Kovac".into(),
        email: "mara@example.org".into(),
        password: value(PASSWORD),
        workspace: "Acme".into(),
    }
}

pub(crate) fn value(text: &str) -> SecretValue {
    SecretValue::new(text.to_owned())
}

pub(crate) fn row(key: &str, text: &str, kind: ValueKind) -> DraftRow {
    DraftRow { key: key.into(), value: WireValue::new(text.into()), kind, ..DraftRow::default() }
}

pub(crate) fn draft(name: &str, rows: Vec<DraftRow>) -> SecretDraft {
    SecretDraft { name: name.into(), rows, ..SecretDraft::default() }
}

pub(crate) fn secret(name: &str, pairs: &[(&str, &str)]) -> NewSecret {
    let rows = pairs.iter().map(|(key, text)| row(key, text, ValueKind::Hidden)).collect();
    draft(name, rows).parse().unwrap()
}

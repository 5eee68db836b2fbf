//! A site to test: router, store and people; and browsers that visit it.

mod browser;
pub(super) mod people;
mod program;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use model::{
    DraftRow, EnvironmentId, Scope, SecretDraft, SecretId, SecretValue, ValueKind, WireValue,
};
use store::{
    Caller, Clock, Location, NewToken, NewWorkspace, Origin, RequestAnswer, RootKeySource, Store,
};
use tempfile::TempDir;

pub(super) use self::browser::{Answer, Browser};
pub(super) use self::people::Person;
pub(super) use self::program::Program;

use crate::router;
use crate::security::{Protection, RateLimits};
use crate::state::{AppState, Offers};

/// Noon of a day in 2026.
const NOON: i64 = 1_780_315_200_000;
pub(super) const EMAIL: &str = "mara@example.org";
pub(super) const PASSWORD: &str = "violet anchor drifts north";
pub(super) const HTTP: &str = "http://127.0.0.1:3000";
pub(super) const HTTPS: &str = "https://keyloft.example";

/// A server without a socket.
pub(super) struct Site {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) folder: TempDir,
    url: &'static str,
    router: Router,
}

impl Site {
    /// On a new database.
    pub(super) async fn new() -> Self {
        Self::at(HTTP, tempfile::tempdir().unwrap()).await
    }

    /// Set up, its owner not signed in.
    pub(super) async fn set_up() -> Self {
        let site = Self::new().await;
        site.store.setup_as_operator(new_workspace()).await.unwrap();
        site
    }

    /// On the database of this folder, at this address.
    pub(super) async fn at(url: &'static str, folder: TempDir) -> Self {
        let clock = Clock::at(NOON);
        let store = open(folder.path(), clock.clone()).await;
        let router = router_of(store.clone(), url);
        Self { store, clock, folder, url, router }
    }

    /// One that has visited nothing yet.
    pub(super) fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.url)
    }

    /// A program with this token.
    pub(super) fn program(&self, token: impl Into<String>) -> Program {
        Program::new(self.router.clone(), token.into())
    }

    /// One in which the owner is signed in.
    pub(super) async fn owner(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(answer.location(), "/secrets", "{}", answer.body);
        browser
    }

    /// The owner as the store knows them, in a session apart from every browser's.
    pub(super) async fn caller(&self) -> Caller {
        self.caller_of(EMAIL).await
    }

    /// Whoever signs in with this address, in the same way.
    pub(super) async fn caller_of(&self, email: &str) -> Caller {
        static SESSIONS: AtomicU32 = AtomicU32::new(0);
        let password = SecretValue::new(PASSWORD.into());
        let signed_in = self.store.sign_in(email, password, &Origin::default()).await.unwrap();
        let session = signed_in.session().unwrap();
        let id = format!("apart {}", SESSIONS.fetch_add(1, Ordering::Relaxed));
        self.store.open_session(id.as_bytes(), session, &Origin::default()).await.unwrap();
        self.store.session(id.as_bytes()).await.unwrap().unwrap()
    }

    /// A service token of this person that reaches everything.
    pub(super) async fn token(&self, caller: &Caller, scopes: &[Scope]) -> String {
        let new = NewToken {
            name: "test".into(),
            scopes: scopes.iter().copied().collect(),
            days: 90,
            ..NewToken::default()
        };
        let made = self.store.make_token(caller, new, None).await.unwrap();
        made.token.text().dangerously_expose().to_owned()
    }

    /// The token of a command line that this person signed in.
    pub(super) async fn command_line(&self, caller: &Caller) -> String {
        let started = self.store.start_login("laptop", &Origin::default()).await.unwrap();
        self.store.answer_login(caller, &started.code, true).await.unwrap();
        match self.store.poll_login(&started.poll).await.unwrap() {
            RequestAnswer::Approved(token) => token.text().dangerously_expose().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn environment(&self, caller: &Caller, name: &str) -> EnvironmentId {
        let all = self.store.list_environments(caller).await.unwrap();
        all.iter().find(|environment| environment.name.as_str() == name).unwrap().id
    }

    /// A secret with these keys, whose values are hidden but for those of keys in lower case.
    pub(super) async fn secret(
        &self,
        caller: &Caller,
        environment: &str,
        name: &str,
        pairs: &[(&str, &str)],
    ) -> SecretId {
        let rows = pairs.iter().map(|(key, value)| DraftRow {
            key: (*key).to_owned(),
            value: WireValue::new((*value).to_owned()),
            kind: if key.chars().any(char::is_lowercase) {
                ValueKind::Plain
            } else {
                ValueKind::Hidden
            },
            ..DraftRow::default()
        });
        let draft =
            SecretDraft { name: name.into(), rows: rows.collect(), ..SecretDraft::default() };
        let environment = self.environment(caller, environment).await;
        self.store.create_secret(caller, environment, draft.parse().unwrap()).await.unwrap()
    }
}

pub(super) fn new_workspace() -> NewWorkspace {
    NewWorkspace {
        name: "Mara Kovac".into(),
        email: EMAIL.into(),
        password: SecretValue::new(PASSWORD.into()),
        workspace: "Acme".into(),
    }
}

/// The store whose files lie in this folder.
pub(super) async fn open(folder: &Path, clock: Clock) -> Store {
    let location = Location::Sqlite { file: folder.join("keyloft.db"), max_pages: None };
    let root_key = RootKeySource::File(folder.join("root.key"));
    Store::open(&location, &root_key, clock).await.unwrap()
}

fn router_of(store: Store, url: &str) -> Router {
    let protection = Protection {
        rates: RateLimits { anonymous: None, auth: None },
        ..Protection::of(url.parse().unwrap())
    };
    router::whole(
        AppState::new(store, url.parse().unwrap(), Offers { metrics: true, ..Offers::default() }),
        &protection,
    )
}

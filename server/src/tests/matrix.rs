//! Who may use which route: every route against every kind of person.

mod rows;

use std::path::Path;

use axum::http::StatusCode;
use model::Role;
use sqlx::{Connection, SqliteConnection};
use store::Clock;
use tempfile::TempDir;

use self::rows::{Body, Fixture, Row};
use super::support::people::{OTHER_WORKSPACE, bring_everybody, let_maker_leave, let_sudo_end};
use super::support::{Answer, Browser, HTTP, PASSWORD, Person, Site};
use crate::router;

/// The columns. An outsider asks twice: once naming our workspace, once naming their own.
const COLUMNS: [Person; 9] = [
    Person::Anonymous,
    Person::Member(Role::Owner),
    Person::StaleOwner,
    Person::Member(Role::Admin),
    Person::Member(Role::Developer),
    Person::Member(Role::Viewer),
    Person::Member(Role::Auditor),
    Person::Outsider,
    Person::Outsider,
];
const OWN_WORKSPACE: usize = 8;

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let prepared = Prepared::new().await;
    let mut wrong = Vec::new();
    let mut site = prepared.site().await;
    for row in rows::all(&prepared.fixture) {
        let mut found = String::new();
        for (column, person) in COLUMNS.into_iter().enumerate() {
            let answer = prepared.ask(&site, column, &row).await;
            let outcome = outcome(&answer);
            let now = contents(site.folder.path()).await;
            if now != prepared.contents {
                assert!("+>l".contains(outcome), "{} was refused to {person:?} and done", row.name);
                site = prepared.site().await;
            }
            if matches!(person, Person::Anonymous | Person::Outsider) {
                let body = answer.body.to_lowercase();
                assert!(!body.contains("kestrel"), "{} tells {person:?}: {body}", row.name);
            }
            if outcome == '?' {
                wrong.push(format!(
                    "{}: {} to {person:?}: {}",
                    row.name, answer.status, answer.body
                ));
            }
            found.push(outcome);
        }
        if found != row.expected {
            wrong.push(format!("{:40} is {found}, not {}", row.name, row.expected));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_table_has_every_route() {
    let rows = rows::all(&Prepared::new().await.fixture);
    let has = |method: &str, path: &str| {
        rows.iter().any(|row| row.route == path && (row.body == Body::Page) == (method == "GET"))
    };
    let routes = router::listed();
    assert!(routes.len() > 40, "{routes:?}");
    let missing: Vec<_> = routes.iter().filter(|(method, path)| !has(method, path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// One letter for what came back.
fn outcome(answer: &Answer) -> char {
    match answer.status {
        StatusCode::OK | StatusCode::NO_CONTENT => '+',
        StatusCode::SEE_OTHER | StatusCode::FOUND if answer.location().starts_with("/sign-in") => {
            'l'
        }
        StatusCode::SEE_OTHER | StatusCode::FOUND => '>',
        StatusCode::UNAUTHORIZED if answer.body == r#""SignInRequired""# => 'a',
        StatusCode::FORBIDDEN if answer.body == r#""SudoNeeded""# => 's',
        StatusCode::FORBIDDEN if answer.body.starts_with(r#"{"Denied""#) => 'd',
        StatusCode::NOT_FOUND => 'n',
        StatusCode::CONFLICT if answer.body == r#""OtherWorkspace""# => 'w',
        StatusCode::UNPROCESSABLE_ENTITY => 'i',
        StatusCode::METHOD_NOT_ALLOWED => 'm',
        // The same from a form that was sent without scripts, or a page: in words.
        StatusCode::FORBIDDEN if answer.body.contains("Confirm with your password first.") => 's',
        StatusCode::FORBIDDEN if answer.body.contains(r#"name="confirm_password""#) => 's',
        StatusCode::CONFLICT if RULES.iter().any(|rule| answer.body.contains(rule)) => 'c',
        StatusCode::UNAUTHORIZED if answer.body.starts_with("Your session ended") => 'a',
        StatusCode::FORBIDDEN if answer.body.contains("Your role here may not") => 'd',
        StatusCode::CONFLICT if answer.body.contains("This page belongs to another workspace") => {
            'w'
        }
        _ => '?',
    }
}

/// What is said when something is against a rule.
const RULES: [&str; 7] = [
    "A webhook is told at least one event",
    "A workspace keeps one owner",
    "Recovery codes come with a second factor",
    "Set up a second factor of your own first",
    "That was too long ago: begin again",
    "There is nothing to read.",
    "What you pasted is gone.",
];

/// A database with everybody and something for each route to act on; each use gets a copy.
struct Prepared {
    folder: TempDir,
    fixture: Fixture,
    browsers: Vec<Browser>,
    contents: String,
}

impl Prepared {
    async fn new() -> Self {
        let site = Site::set_up().await;
        let fixture = Fixture::make(&site).await;
        bring_everybody(site.folder.path()).await;
        let_maker_leave(site.folder.path(), &fixture.left_behind).await;
        let mut browsers = Vec::new();
        for person in COLUMNS {
            let mut browser = site.browser();
            if let Some(email) = person.email() {
                assert_eq!(browser.sign_in(&email, PASSWORD).await.location(), "/secrets");
            }
            browsers.push(browser);
        }
        let_sudo_end(site.folder.path()).await;
        site.store.close().await;
        let contents = contents(site.folder.path()).await;
        Self { folder: site.folder, fixture, browsers, contents }
    }

    async fn site(&self) -> Site {
        let copy = tempfile::tempdir().unwrap();
        for file in ["keyloft.db", "root.key"] {
            std::fs::copy(self.folder.path().join(file), copy.path().join(file)).unwrap();
        }
        Site::at(HTTP, copy).await
    }

    async fn ask(&self, site: &Site, column: usize, row: &Row) -> Answer {
        let mut browser = site.browser();
        browser.cookies = self.browsers[column].cookies.clone();
        let own = |text: &str| {
            if column == OWN_WORKSPACE {
                text.replace(&self.fixture.workspace, OTHER_WORKSPACE)
            } else {
                text.to_owned()
            }
        };
        let owned = |form: &[(String, String)]| -> Vec<(String, String)> {
            form.iter().map(|(name, value)| (name.clone(), own(value))).collect()
        };
        match &row.body {
            Body::Page => browser.get(&row.path).await,
            Body::Plain(form) => browser.post(&row.path, &pairs(&owned(form))).await,
            Body::Form(form) => browser.call(&row.path, &pairs(&owned(form))).await,
            Body::Json(json) => {
                let json = serde_json::from_str(&own(&json.to_string())).unwrap();
                browser.call_json(&row.path, &json).await
            }
        }
    }
}

fn pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// All that a request could have changed, apart from counters and the audit log.
pub(super) async fn contents(folder: &Path) -> String {
    let file = folder.join("keyloft.db");
    let mut database =
        SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let text = sqlx::query_scalar(
        "select (select group_concat(concat_ws(' ', id, environment_id, name, version, trashed_at)) from secrets)
           || (select group_concat(concat_ws(' ', secret_id, version, sealed is null)) from versions)
           || (select group_concat(concat_ws(' ', id, name, position, protected)) from environments)
           || (select group_concat(concat_ws(' ', id, name, factor_role)) from workspaces)
           || (select group_concat(concat_ws(' ', id, name, email, password_hash, factors)) from users)
           || (select group_concat(concat_ws(' ', public_key, workspace_id, sudo_until)) from sessions)
           || (select group_concat(concat_ws(' ', workspace_id, user_id, role, limited, grants)) from members)
           || coalesce((select group_concat(concat_ws(' ', id, hex(secret_hash), state)) from invitations), '')
           || (select group_concat(concat_ws(' ', id, workspace_id, hex(secret_hash), created_by, revoked_at)) from tokens)
           || (select group_concat(concat_ws(' ', id, state)) from login_requests)
           || coalesce((select group_concat(concat_ws(' ', user_id, hex(sealed), hex(pending))) from totp), '')
           || coalesce((select group_concat(concat_ws(' ', id, hex(sealed))) from passkeys), '')
           || coalesce((select group_concat(concat_ws(' ', user_id, hex(code_hash), used_at)) from recovery_codes), '')
           || coalesce((select group_concat(concat_ws(' ', id, next_at)) from rotators), '')
           || coalesce((select group_concat(concat_ws(' ', id, version)) from templates), '')
           || coalesce((select group_concat(concat_ws(' ', id, url, enabled, hex(sealed))) from webhooks), '')",
    )
    .fetch_one(&mut database)
    .await
    .unwrap();
    database.close().await.unwrap();
    text
}

/// The copy tells what time it is by a clock of its own, at which no session has ended.
#[tokio::test]
async fn people_of_a_copy_are_signed_in() {
    let prepared = Prepared::new().await;
    let site = prepared.site().await;
    assert!(matches!(site.clock, Clock::Manual(_)));
    let mut browser = site.browser();
    browser.cookies = prepared.browsers[1].cookies.clone();
    assert_eq!(browser.get("/secrets").await.status, StatusCode::OK);
}

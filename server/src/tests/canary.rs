//! A marked value goes everywhere a value can go, and is found nowhere but in the answer that reveals it.

use std::path::Path;

use axum::http::StatusCode;
use model::Scope;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};

use super::support::{Answer, Browser, EMAIL, PASSWORD, Site};
use crate::telemetry::tests::Written;

const MARK: &str = "CANARY";

#[tokio::test]
async fn a_value_is_nowhere_but_in_the_answer_that_reveals_it() {
    let log = Written::default();
    let logging = log.start();
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    let caller = site.caller().await;
    let workspace = caller.workspace.to_string();
    let dev = site.environment(&caller, "dev").await.to_string();

    let draft = |name: &'static str| {
        vec![
            ("workspace", workspace.clone()),
            ("draft[environments][]", dev.clone()),
            ("draft[name]", name.to_owned()),
            ("draft[rows][0][key]", "HIDDEN".to_owned()),
            ("draft[rows][0][value]", "CANARY-hidden".to_owned()),
            ("draft[rows][1][key]", "PLAIN".to_owned()),
            ("draft[rows][1][value]", "CANARY-plain".to_owned()),
            ("draft[rows][1][kind]", "plain".to_owned()),
        ]
    };
    let made = clean(post(&mut owner, "/fn/secrets/create", &draft("app")).await);
    assert_eq!(made.status, StatusCode::FOUND, "{}", made.body);
    let path = made.location().split('?').next().unwrap().to_owned();
    let id = path.strip_prefix("/secrets/").unwrap().to_owned();

    // Refused: a taken name, a bad one, no environment, another workspace, a field that is no id.
    for (field, value, status) in [
        ("draft[name]", "app", 422),
        ("draft[name]", "not a name", 422),
        ("draft[environments][]", "env_00000000000000000000000000000000", 422),
        ("workspace", "wsp_00000000000000000000000000000000", 409),
        ("workspace", "CANARY-workspace", 400),
        ("draft[rows][1][kind]", "CANARY-kind", 400),
    ] {
        let mut wrong = draft("other");
        wrong.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value.to_owned();
        let answer = clean(call(&mut owner, "/fn/secrets/create", &wrong).await);
        assert_eq!(answer.status, status, "{value}: {}", answer.body);
        let answer = clean(post(&mut owner, "/fn/secrets/create", &wrong).await);
        assert_eq!(answer.status, StatusCode::FOUND, "{value}: {}", answer.body);
        clean(owner.get(answer.location()).await);
    }
    let mut edit = draft("app");
    edit.extend([("id", id.clone()), ("from", "7".to_owned())]);
    clean(call(&mut owner, "/fn/secrets/edit", &edit).await);
    edit.last_mut().unwrap().1 = "1".to_owned();
    assert_eq!(clean(call(&mut owner, "/fn/secrets/edit", &edit).await).status, StatusCode::OK);

    for path in ["/secrets", "/secrets?q=CANARY", &path, &format!("{path}/edit"), "/trash"] {
        let answer = owner.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains("CANARY-"), "{path}: {}", answer.body);
    }
    for (function, json) in [
        ("list", json!({ "workspace": workspace, "query": {} })),
        ("detail", json!({ "workspace": workspace, "id": id })),
    ] {
        clean(owner.call_json(&format!("/fn/secrets/{function}"), &json).await);
    }

    // Passwords and codes are no less.
    clean(owner.sign_in(EMAIL, "CANARY-password").await);
    clean(owner.post("/sudo", &[("password", "CANARY-password"), ("next", "")]).await);
    let form = [("workspace", workspace.as_str()), ("password", "CANARY-password")];
    clean(owner.call("/fn/session/confirm", &form).await);
    let form = [
        form[0],
        ("asks", "password"),
        ("current_password", "CANARY-password"),
        ("new_password", "CANARY-short"),
    ];
    clean(owner.post("/settings/account", &form).await);

    let asked = json!({ "workspace": workspace, "id": id, "key": "HIDDEN" });
    let revealed = owner.call_json("/fn/secrets/reveal", &asked).await;
    assert_eq!(revealed.body, r#""CANARY-hidden""#);
    assert_eq!(revealed.header("cache-control"), "no-store");
    let plain = owner.call_json("/fn/secrets/plain-values", &asked).await;
    assert_eq!(plain.body, r#"[["PLAIN","CANARY-plain"]]"#);
    assert_eq!(plain.header("cache-control"), "no-store");

    drop(logging);
    let log = log.text();
    assert!(log.contains("route=\"/fn/secrets/create\""), "the log was heard: {log}");
    assert!(!log.contains(MARK), "{log}");
    assert_audit_is_clean(site.folder.path(), &["secret.reveal", "session.refused"]).await;
    assert_files_are_clean(site.folder.path());
}

#[tokio::test]
async fn a_value_that_came_through_the_api_is_nowhere_but_in_the_answers_that_read_it() {
    let log = Written::default();
    let logging = log.start();
    let site = Site::set_up().await;
    let token = site.token(&site.caller().await, &Scope::ALL).await;
    let program = site.program(token.as_str());
    let key = [("idempotency-key", "once")];
    let send = async |method: &str, path: &str, body: &str| {
        program.send(method, path, &key, Some(body.to_owned())).await
    };
    let app = r#"{"environment":"dev","name":"app","values":{"A":"CANARY-a","B":"CANARY-b"}}"#;
    assert_eq!(clean(send("POST", "/secrets", app).await).status, StatusCode::CREATED);
    clean(send("POST", "/secrets", app).await);
    for (method, path, body) in [
        ("POST", "/secrets", r#"{"environment":"dev","name":"app","values":{"A":"CANARY"}}"#),
        ("POST", "/secrets", r#"{"environment":"dev","name":"x","values":{"A":["CANARY"]}}"#),
        ("POST", "/secrets", r#"{"environment":"dev","name":"x","values":{"not a key":"CANARY"}}"#),
        ("POST", "/secrets", r#"{"environment":"dev","name":"x","values":{"CANARY key":"x"}}"#),
        (
            "POST",
            "/secrets",
            r#"{"environment":"dev","name":"CANARY name","values":{"A":"CANARY"}}"#,
        ),
        ("POST", "/secrets", r#"{"environment":"dev","values":{"A":"CANARY""#),
        (
            "PUT",
            "/secrets/dev/app",
            r#"{"values":{"A":"CANARY-c","C":{"value":"CANARY","kind":"x"}}}"#,
        ),
        ("PATCH", "/secrets/dev/app", r#"{"set":{"A":"CANARY-c"},"note":7}"#),
        ("PATCH", "/secrets/dev/app", r#"{"set":{"A":"CANARY-c"}}"#),
        ("PUT", "/secrets/dev/app", r#"{"values":{"A":"CANARY-d","B":"CANARY-b"}}"#),
        ("POST", "/secrets/dev/app/copy", r#"{"environment":"prod"}"#),
        ("POST", "/secrets/dev/app/restore", r#"{"version":1}"#),
        ("POST", "/secrets/dev/app/rotate", r#"{"values":{"A":"CANARY-e"},"note":"n"}"#),
        ("POST", "/secrets/dev/app/rotate", r#"{"values":{"A":"CANARY-e"}}"#),
        ("POST", "/secrets/dev/app/rotate", r#"{"values":{"CANARY key":"CANARY"}}"#),
        ("POST", "/login/poll", r#"{"poll":"CANARY"}"#),
        ("POST", "/tokens", r#"{"name":"x","scopes":["CANARY"]}"#),
        ("DELETE", "/secrets/dev/app", ""),
    ] {
        clean(send(method, path, body).await);
    }
    for path in [
        "/secrets",
        "/secrets/prod/app",
        "/secrets/prod/app/versions",
        "/trash",
        "/secrets?sort=CANARY",
    ] {
        clean(program.get(path).await);
    }
    let read = program.get("/secrets/prod/app/values").await;
    assert!(
        read.body.contains("CANARY-d") && read.header("cache-control") == "no-store",
        "{}",
        read.body
    );

    drop(logging);
    let log = log.text();
    assert!(log.contains("route=\"/api/v1/secrets\""), "the log was heard: {log}");
    assert!(!log.contains(MARK) && !log.contains(&token[20..]), "{log}");
    assert_audit_is_clean(site.folder.path(), &["secret.read", "secret.copy"]).await;
    assert_files_are_clean(site.folder.path());
}

async fn post(browser: &mut Browser, path: &str, form: &[(&str, String)]) -> Answer {
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &form).await
}

async fn call(browser: &mut Browser, path: &str, form: &[(&str, String)]) -> Answer {
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.call(path, &form).await
}

/// The answer, once it was looked through.
#[track_caller]
fn clean(answer: Answer) -> Answer {
    assert!(!answer.body.contains(MARK), "{}", answer.body);
    assert!(!format!("{:?}", answer.headers).contains(MARK), "{:?}", answer.headers);
    answer
}

async fn assert_audit_is_clean(folder: &Path, actions: &[&str]) {
    let file = folder.join("keyloft.db");
    let url = format!("sqlite:{}", file.display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("select body from audit_rows").fetch_all(&mut database).await.unwrap();
    let bodies: Vec<_> = bodies.iter().map(|body| String::from_utf8_lossy(body)).collect();
    let text = bodies.join("\n");
    for action in [&["secret.create", "secret.edit"], actions].concat() {
        assert!(text.contains(action), "{action} is in the audit log: {text}");
    }
    assert!(!text.contains(MARK) && !text.contains(PASSWORD), "{text}");
    database.close().await.unwrap();
}

fn assert_files_are_clean(folder: &Path) {
    let mut length = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        length += bytes.len();
        for mark in [MARK, PASSWORD] {
            assert!(!bytes.windows(mark.len()).any(|window| window == mark.as_bytes()), "{mark}");
        }
    }
    assert!(length > 100_000, "the database was read");
}

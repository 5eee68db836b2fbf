//! A secret's life through the API, and what its headers promise.

use model::Scope;
use serde_json::json;

use super::super::support::Site;

#[tokio::test]
async fn a_secret_lives_through_the_api() {
    let site = Site::set_up().await;
    let program = site.program(site.token(&site.caller().await, &Scope::ALL).await);
    // As text: the order of keys counts.
    let body = r#"{
        "environment": "dev", "name": "db", "template": "postgres", "tags": ["team-a"],
        "values": { "PGHOST": "db.internal", "PGPASSWORD": "p", "EXTRA": { "value": "é\n", "kind": "write-only" } }
    }"#;
    let made = program.send("POST", "/secrets", &[], Some(body.into())).await;
    assert_eq!((made.status.as_u16(), made.header("etag")), (201, "\"v1\""), "{}", made.body);
    assert_eq!(made.header("location"), "/api/v1/secrets/dev/db");
    let kinds: Vec<_> =
        made.json()["keys"].as_array().unwrap().iter().map(|key| key["kind"].clone()).collect();
    assert_eq!(kinds, ["plain", "hidden", "write-only"], "kinds are the template's unless given");

    let read = program.get("/secrets/dev/db/values").await;
    assert_eq!(
        read.json(),
        json!({ "version": 1, "values": { "PGHOST": "db.internal", "PGPASSWORD": "p", "EXTRA": "é\n" }, "withheld": [] })
    );
    assert_eq!(read.header("cache-control"), "no-store");
    let tag = read.header("etag").to_owned();
    let same =
        program.send("GET", "/secrets/dev/db/values", &[("if-none-match", &tag)], None).await;
    assert_eq!((same.status.as_u16(), same.body.as_str(), same.header("etag")), (304, "", &*tag));

    let change =
        json!({ "set": { "PGHOST": "other", "NEW": "n" }, "remove": ["EXTRA"], "note": "why" });
    let changed = program
        .send("PATCH", "/secrets/dev/db", &[("if-match", "\"v1\"")], Some(change.to_string()))
        .await;
    assert_eq!(changed.header("etag"), "\"v2\"", "{}", changed.body);
    let names: Vec<_> =
        changed.json()["keys"].as_array().unwrap().iter().map(|key| key["name"].clone()).collect();
    assert_eq!(names, ["PGHOST", "PGPASSWORD", "NEW"]);
    assert_eq!(changed.json()["tags"], json!(["team-a"]));

    let late = program
        .send("PATCH", "/secrets/dev/db", &[("if-match", "\"v1\"")], Some(change.to_string()))
        .await;
    assert_eq!(late.status.as_u16(), 412);
    assert_eq!(
        (late.json()["current"].clone(), late.json()["changed_by"].clone()),
        (json!(2), json!("Mara Kovac"))
    );

    let replaced = json!({ "values": { "PGHOST": "third" } });
    let replaced = program.send("PUT", "/secrets/dev/db", &[], Some(replaced.to_string())).await;
    assert_eq!(replaced.json()["keys"].as_array().unwrap().len(), 1);
    let restored = program.post("/secrets/dev/db/restore", json!({ "version": 2 })).await;
    assert_eq!(restored.json()["version"], 4, "{}", restored.body);
    let history = program.get("/secrets/dev/db/versions").await.json();
    let causes: Vec<_> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["cause"].clone())
        .collect();
    assert_eq!(causes, ["restore", "edit", "edit", "create"]);
    let old = program.get("/secrets/dev/db/values?version=1&keys=EXTRA").await.json();
    assert_eq!(old["values"], json!({ "EXTRA": "é\n" }));

    let copied =
        program.post("/secrets/dev/db/copy", json!({ "environment": "prod", "name": "db2" })).await;
    assert_eq!(
        (copied.status.as_u16(), copied.json()["environment"].clone()),
        (201, json!("prod"))
    );
    let renamed =
        program.send("PATCH", "/secrets/dev/db", &[], Some(r#"{"name":"main-db"}"#.into())).await;
    assert_eq!(renamed.json()["name"], "main-db");
    let resolved = program
        .post("/resolve", json!({ "environment": "dev", "secrets": ["main-db"], "keys": ["NEW"] }))
        .await;
    assert_eq!(resolved.json()["values"], json!({ "NEW": "n" }), "{}", resolved.body);
    assert_eq!(
        resolved.json()["explain"][0]["source"],
        json!({ "secret": "main-db", "version": 5 })
    );

    let trashed = program.send("DELETE", "/secrets/dev/main-db", &[], None).await.json();
    assert_eq!(trashed["days_left"], 30);
    let id = trashed["id"].as_str().unwrap();
    let destroy = program.post(&format!("/trash/{id}/destroy"), json!({ "name": "wrong" })).await;
    assert_eq!(destroy.status.as_u16(), 422);
    let back = program.post(&format!("/trash/{id}/restore"), json!({ "name": "back" })).await;
    assert_eq!(back.json()["name"], "back", "{}", back.body);
    let found =
        program.get("/secrets?search=back&environment=dev&sort=created&limit=1").await.json();
    assert_eq!((found["total"].clone(), found["secrets"][0]["id"].clone()), (json!(1), json!(id)));
}

#[tokio::test]
async fn a_create_that_is_sent_twice_makes_one_secret() {
    let site = Site::set_up().await;
    let program = site.program(site.token(&site.caller().await, &Scope::ALL).await);
    let send = async |key: &str, name: &str| {
        let body = json!({ "environment": "dev", "name": name, "values": { "A": "1" } });
        program.send("POST", "/secrets", &[("idempotency-key", key)], Some(body.to_string())).await
    };
    let first = send("k", "one").await;
    let again = send("k", "one").await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(send("k", "two").await.json()["code"], "idempotency_mismatch");
    let make = async || {
        let body = json!({ "name": "ci", "scopes": ["read"] });
        program.send("POST", "/tokens", &[("idempotency-key", "t")], Some(body.to_string())).await
    };
    assert_eq!(make().await.status.as_u16(), 201);
    assert_eq!(make().await.json()["code"], "already_exists", "its text is shown once");
}

#[tokio::test]
async fn a_token_that_ends_soon_says_so_with_every_answer() {
    let site = Site::at("http://127.0.0.1:3000", tempfile::tempdir().unwrap()).await;
    site.store.setup_as_operator(super::super::support::new_workspace()).await.unwrap();
    let long = site.program(site.token(&site.caller().await, &[Scope::List]).await);
    // The server's own clock tells the header, and the token was made at a day in its past.
    let answer = long.get("/whoami").await;
    assert!(
        answer.header("keyloft-token-expires").starts_with("2026-08-30T"),
        "{:?}",
        answer.headers
    );
}

#[tokio::test]
async fn cookies_mean_nothing_here_and_tokens_nothing_elsewhere() {
    let site = Site::set_up().await;
    let owner = site.owner().await;
    let cookies: Vec<_> =
        owner.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let with_cookie =
        site.program("").send("GET", "/whoami", &[("cookie", &cookies.join("; "))], None).await;
    assert_eq!(with_cookie.status.as_u16(), 401);
    let token = site.token(&site.caller().await, &Scope::ALL).await;
    let in_query = site.program("").get(&format!("/whoami?token={token}")).await;
    assert_eq!(in_query.status.as_u16(), 401);
}

#[tokio::test]
async fn the_document_and_its_page_are_open_and_without_script() {
    let site = Site::set_up().await;
    let document = site.program("").get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let page = site.program("").get("/docs").await;
    assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
    assert!(page.body.contains("/api/v1/resolve") && page.body.contains("type-MakeSecret"));
    assert!(!page.body.contains("<script") && !page.body.contains("style="));
}

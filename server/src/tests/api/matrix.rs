//! Who may use which route of the API: every route against every kind of token.
//!
//! A row's letters stand for, in order: no token, a token of another workspace's owner, tokens of our owner with the scope read,
//! list, write, rotate, admin, one with all scopes that reaches `staging` only; then command lines of the owner, of the owner
//! whose password was given too long ago, of a developer, a viewer and an auditor. They mean:
//!
//! ```text
//! +  done             u  no valid token     n  not found
//! f  not allowed      s  the password first i  something given is wrong
//! c  against a rule
//! ```

use std::path::Path;

use axum::http::StatusCode;
use model::{RotatorKind, Scope};
use serde_json::{Value, json};
use store::NewToken;
use tempfile::TempDir;

use super::super::matrix::contents;
use super::super::rotators::draft;
use super::super::support::people::bring_everybody;
use super::super::support::{Answer, HTTP, Site};
use crate::api;

struct Row {
    method: &'static str,
    /// As the router knows it.
    route: &'static str,
    path: String,
    body: Option<Value>,
    expected: &'static str,
}

fn row(method: &'static str, route: &'static str, body: Value, expected: &'static str) -> Row {
    let path = route
        .replace("/environments/{environment}", "/environments/empty")
        .replace("{environment}", "dev")
        .replace("{name}", "kestrel-app");
    Row { method, route, path, body: Some(body).filter(|body| !body.is_null()), expected }
}

fn at(path: &str, row: Row) -> Row {
    Row { path: path.to_owned(), ..row }
}

fn rows(prepared: &Prepared) -> Vec<Row> {
    let Prepared { trashed, token, invitation, rotator, webhook, delivery, workspace, .. } =
        prepared;
    let one = "/secrets/{environment}/{name}";
    let guarded = "/secrets/prod/kestrel-guarded";
    let make = json!({ "environment": "staging", "name": "fresh", "values": { "A": "1" } });
    let to = |environment: &str| json!({ "environment": environment });
    let side = |secret: &str| json!({ "environment": "dev", "secret": secret });
    let compare = |names| json!({ "left": side("kestrel-app"), "right": side("kestrel-two"), "names_only": names });
    let resolve = json!({ "environment": "dev", "secrets": ["kestrel-app"] });
    let new_token = json!({ "name": "x", "scopes": ["read"] });
    let new_rotator = json!({
        "environment": "dev", "secret": "kestrel-two", "kind": "generated", "keys": ["KESTREL"],
    });
    // It would be told nothing: the other workspace has no key to seal a secret with.
    let new_webhook = json!({ "url": "https://a.example", "events": [] });
    let none = Value::Null;
    vec![
        row("GET", "/whoami", none.clone(), "u++++++++++++"),
        row("POST", "/login", json!({ "machine": "x" }), "+++++++++++++"),
        row("POST", "/login/poll", json!({ "poll": "x" }), "uuuuuuuuuuuuu"),
        row("DELETE", "/login", none.clone(), "unnnnnnn+++++"),
        row("POST", "/sudo", none.clone(), "unnnnnnn+++++"),
        row("GET", "/environments", none.clone(), "u++++++++++++"),
        row("POST", "/environments", json!({ "name": "qa" }), "u+ffff+f++fff"),
        row("PATCH", "/environments/{environment}", json!({ "name": "qa" }), "unffff+f++fff"),
        row("PATCH", "/environments/{environment}", json!({ "protected": true }), "unffff+f+sfff"),
        row("DELETE", "/environments/{environment}", none.clone(), "unffff+f++fff"),
        row("GET", "/secrets", none.clone(), "u+f+fff++++++"),
        row("POST", "/secrets", make, "unff+ff++++ff"),
        row("GET", one, none.clone(), "unf+ffff+++++"),
        row("PUT", one, json!({ "values": { "A": "2" } }), "unff+fff+++ff"),
        row("PATCH", one, json!({ "set": { "B": "2" } }), "unff+fff+++ff"),
        row("PATCH", one, json!({ "set": { "KESTREL": "2" } }), "unff++ff+++ff"),
        row("DELETE", one, none.clone(), "unff+fff+++ff"),
        at(guarded, row("DELETE", one, none.clone(), "unff+fff++fff")),
        row("GET", "/secrets/{environment}/{name}/values", none.clone(), "un+fffff+++ff"),
        at(
            &format!("{guarded}/values"),
            row("GET", "/secrets/{environment}/{name}/values", none.clone(), "un+fffff+sfff"),
        ),
        at(
            "/secrets/dev/kestrel-app/values?version=1",
            row("GET", "/secrets/{environment}/{name}/values", none.clone(), "un+fffff+++ff"),
        ),
        row("POST", "/secrets/{environment}/{name}/copy", to("staging"), "unff+fff+++ff"),
        at(
            &format!("{guarded}/copy"),
            row("POST", "/secrets/{environment}/{name}/copy", to("dev"), "unffffff+sfff"),
        ),
        row(
            "POST",
            "/secrets/{environment}/{name}/promote",
            json!({ "environment": "dev", "name": "kestrel-two" }),
            "unff+fff+++ff",
        ),
        row("POST", "/secrets/{environment}/{name}/move", to("staging"), "unff+fff+++ff"),
        row("GET", "/secrets/{environment}/{name}/versions", none.clone(), "unf+ffff+++++"),
        row(
            "POST",
            "/secrets/{environment}/{name}/restore",
            json!({ "version": 1 }),
            "unff+fff+++ff",
        ),
        at(
            "/secrets/dev/kestrel-app/versions/1/destroy",
            row(
                "POST",
                "/secrets/{environment}/{name}/versions/{version}/destroy",
                json!({ "name": "kestrel-app" }),
                "unffff+f+sfff",
            ),
        ),
        row("GET", "/secrets/{environment}/{name}/readers", none.clone(), "unf+ffff+++++"),
        row(
            "POST",
            "/secrets/{environment}/{name}/rotate",
            json!({ "values": { "KESTREL": "2" } }),
            "unff++ff+++ff",
        ),
        at(
            &format!("{guarded}/rotate"),
            row(
                "POST",
                "/secrets/{environment}/{name}/rotate",
                json!({ "generate": true }),
                "unff++ff++fff",
            ),
        ),
        row(
            "PUT",
            "/secrets/{environment}/{name}/schedule",
            json!({ "schedule": { "every_days": 90 } }),
            "unff+fff+++ff",
        ),
        row("DELETE", "/secrets/{environment}/{name}/schedule", none.clone(), "unff+fff+++ff"),
        row("GET", "/rotation", none.clone(), "u+f+fff++++++"),
        at(
            "/templates/postgres/schedule",
            row("PUT", "/templates/{id}/schedule", json!({ "every_days": 90 }), "u+ffff+f++fff"),
        ),
        at(
            "/templates/postgres/schedule",
            row("DELETE", "/templates/{id}/schedule", none.clone(), "u+ffff+f++fff"),
        ),
        row("GET", "/retention", none.clone(), "u+f+fff++++++"),
        row("PUT", "/retention", json!({ "versions": 3, "days": 30 }), "u+ffff+f+sfff"),
        row("DELETE", "/retention", none.clone(), "u+ffff+f+sfff"),
        row("POST", "/compare", compare(false), "un+fffff+++ff"),
        row("POST", "/compare", compare(true), "unf+ffff+++++"),
        row("GET", "/trash", none.clone(), "u+f+fff++++++"),
        at(
            &format!("/trash/{trashed}/restore"),
            row("POST", "/trash/{id}/restore", json!({}), "unff+fff+++ff"),
        ),
        at(
            &format!("/trash/{trashed}/destroy"),
            row("POST", "/trash/{id}/destroy", json!({ "name": "kestrel-old" }), "unffff+f+sfff"),
        ),
        row("GET", "/templates", none.clone(), "u++++++++++++"),
        at("/templates/postgres", row("GET", "/templates/{id}", none.clone(), "u++++++++++++")),
        at("/templates/own.kestrel", row("GET", "/templates/{id}", none.clone(), "unf++f+++++++")),
        row(
            "POST",
            "/templates",
            json!({ "name": "New", "keys": [{ "key": "A" }] }),
            "u+ffff++++fff",
        ),
        at(
            "/templates/own.kestrel",
            row(
                "PUT",
                "/templates/{id}",
                json!({ "name": "Kes", "keys": [{ "key": "A" }] }),
                "unffff++++fff",
            ),
        ),
        at(
            "/templates/own.kestrel",
            row("DELETE", "/templates/{id}", none.clone(), "unffff++++fff"),
        ),
        at(
            "/templates/own.kestrel/mismatches",
            row("GET", "/templates/{id}/mismatches", none.clone(), "unf+fff++++++"),
        ),
        row("GET", "/tokens", none.clone(), "u+ffff+++++++"),
        row("POST", "/tokens", new_token, "u+ffffff+ssff"),
        at(&format!("/tokens/{token}"), row("GET", "/tokens/{id}", none.clone(), "unffff++++nnn")),
        at(
            &format!("/tokens/{token}"),
            row("DELETE", "/tokens/{id}", none.clone(), "unffff+++snnn"),
        ),
        at(
            &format!("/tokens/{token}/rotate"),
            row("POST", "/tokens/{id}/rotate", json!({}), "unffffff+ssff"),
        ),
        at(
            &format!("/tokens/{token}/adopt"),
            row("POST", "/tokens/{id}/adopt", none.clone(), "unffffnnnsfff"),
        ),
        row("GET", "/members", none.clone(), "u+ffff+f+++++"),
        at(DEVELOPER, row("GET", "/members/{user}", none.clone(), "unffff+f+++++")),
        at(
            DEVELOPER,
            row("PATCH", "/members/{user}", json!({ "role": "viewer" }), "unffffff+sfff"),
        ),
        at(DEVELOPER, row("DELETE", "/members/{user}", none.clone(), "unffff+f+ssff")),
        at(
            &format!("{DEVELOPER}/grants"),
            row("PUT", "/members/{user}/grants", json!({ "limited": true }), "unffffff+sfff"),
        ),
        at(
            &format!("{DEVELOPER}/rotate"),
            row("GET", "/members/{user}/rotate", none.clone(), "unffff+f++fff"),
        ),
        at(
            &format!("{DEVELOPER}/transfer"),
            row("POST", "/members/{user}/transfer", none.clone(), "ufffffff+sfff"),
        ),
        row("GET", "/invitations", none.clone(), "u+ffff+f++fff"),
        row(
            "POST",
            "/invitations",
            json!({ "email": "new@example.org", "role": "viewer" }),
            "u+ffffff+sfff",
        ),
        at(
            &format!("/invitations/{invitation}"),
            row("DELETE", "/invitations/{id}", none.clone(), "unffff+f+sfff"),
        ),
        at(
            &format!("/invitations/{invitation}/resend"),
            row("POST", "/invitations/{id}/resend", none.clone(), "unffffff+sfff"),
        ),
        row("GET", "/workspaces", none.clone(), "u++++++++++++"),
        row("POST", "/workspaces", json!({ "name": "Another" }), "ufffffff++fff"),
        at(
            &format!("/workspaces/{workspace}/switch"),
            row("POST", "/workspaces/{id}/switch", none.clone(), "ufffffff+++++"),
        ),
        row("GET", "/second-factor", none.clone(), "u+ffff+++++++"),
        row("PUT", "/second-factor", json!({ "from": "admin" }), "ufffffffcsfff"),
        row("DELETE", "/second-factor", none.clone(), "ufffffff+sfff"),
        row("GET", "/rotators", none.clone(), "u+f+fff++++++"),
        row("POST", "/rotators", new_rotator, "unffff+f+sfff"),
        at(
            &format!("/rotators/{rotator}"),
            row("GET", "/rotators/{id}", none.clone(), "unf+ffff+++++"),
        ),
        at(
            &format!("/rotators/{rotator}"),
            row("DELETE", "/rotators/{id}", none.clone(), "unffff+f+sfff"),
        ),
        at(
            &format!("/rotators/{rotator}/run"),
            row("POST", "/rotators/{id}/run", none.clone(), "unff++ff+++ff"),
        ),
        at(
            &format!("/rotators/{rotator}/log"),
            row("GET", "/rotators/{id}/log", none.clone(), "unf+ffff+++++"),
        ),
        row("GET", "/audit", none.clone(), "u+ffff+f+++f+"),
        at("/audit/1", row("GET", "/audit/{seq}", none.clone(), "u+ffff+f++nf+")),
        row("GET", "/audit/export", none.clone(), "u+ffff+f+sffs"),
        row("GET", "/audit/retention", none.clone(), "u+ffff+f+++f+"),
        row("PATCH", "/audit/retention", json!({ "reads": 90 }), "u+ffff+f+sfff"),
        row("GET", "/webhooks", none.clone(), "u+ffff+f++fff"),
        row("POST", "/webhooks", new_webhook, "uiffffifisfff"),
        at(
            &format!("/webhooks/{webhook}"),
            row("GET", "/webhooks/{id}", none.clone(), "unffff+f++fff"),
        ),
        at(
            &format!("/webhooks/{webhook}"),
            row("PATCH", "/webhooks/{id}", json!({ "enabled": false }), "unffff+f++fff"),
        ),
        at(
            &format!("/webhooks/{webhook}"),
            row("PATCH", "/webhooks/{id}", json!({ "url": "https://b.example" }), "unffff+f+sfff"),
        ),
        at(
            &format!("/webhooks/{webhook}"),
            row("DELETE", "/webhooks/{id}", none.clone(), "unffff+f++fff"),
        ),
        at(
            &format!("/webhooks/{webhook}/rotate-secret"),
            row("POST", "/webhooks/{id}/rotate-secret", none.clone(), "unffff+f+sfff"),
        ),
        at(
            &format!("/webhooks/{webhook}/test"),
            row("POST", "/webhooks/{id}/test", none.clone(), "unffff+f++fff"),
        ),
        at(
            &format!("/webhooks/{webhook}/deliveries"),
            row("GET", "/webhooks/{id}/deliveries", none.clone(), "unffff+f++fff"),
        ),
        at(
            &format!("/webhooks/{webhook}/deliveries/{delivery}/redeliver"),
            row(
                "POST",
                "/webhooks/{id}/deliveries/{delivery}/redeliver",
                none.clone(),
                "unffff+f++fff",
            ),
        ),
        row("GET", "/notifications", none.clone(), "ufffffff+++++"),
        row("PUT", "/notifications", json!({ "reminders": "off" }), "ufffffff+++++"),
        row("POST", "/resolve", resolve, "un+fffff+++ff"),
        row("POST", "/reads", json!({ "reads": [] }), "u++++++++++++"),
        row("POST", "/scan", json!({}), "u++++++++++++"),
    ]
}

#[tokio::test]
async fn every_route_answers_every_token_as_the_table_says() {
    let prepared = Prepared::new().await;
    let mut wrong = Vec::new();
    let mut site = prepared.site().await;
    for row in rows(&prepared) {
        let mut found = String::new();
        for token in &prepared.tokens {
            let body = row.body.as_ref().map(ToString::to_string);
            let answer = site.program(token.as_str()).send(row.method, &row.path, &[], body).await;
            let outcome = outcome(&answer);
            if contents(site.folder.path()).await != prepared.contents {
                assert_eq!(outcome, '+', "{} {} was refused and done", row.method, row.path);
                site = prepared.site().await;
            } else if row.method == "DELETE" && outcome == '+' {
                site = prepared.site().await;
            }
            if outcome == '?' {
                wrong.push(format!(
                    "{} {}: {} {}",
                    row.method, row.path, answer.status, answer.body
                ));
            }
            // What they asked for by name may be repeated.
            let told = answer.body.replace("kestrel-app", "").contains("kestrel");
            let stranger = found.len() < 2;
            assert!(!(stranger && told), "{} tells a stranger: {}", row.path, answer.body);
            found.push(outcome);
        }
        if found != row.expected {
            wrong
                .push(format!("{:6} {:46} is {found}, not {}", row.method, row.path, row.expected));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_table_has_every_route() {
    let rows = rows(&Prepared::new().await);
    let routes = api::listed();
    assert!(routes.len() > 30, "{routes:?}");
    let has = |method: &str, path: &str| {
        rows.iter().any(|row| row.method == method && format!("/api/v1{}", row.route) == path)
    };
    let missing: Vec<_> = routes.iter().filter(|(method, path)| !has(method, path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn outcome(answer: &Answer) -> char {
    let code = serde_json::from_str::<Value>(&answer.body).unwrap_or_default();
    match (answer.status, code["code"].as_str().unwrap_or_default()) {
        (StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT, _) => '+',
        (StatusCode::UNAUTHORIZED, "unauthorized") => 'u',
        (StatusCode::FORBIDDEN, "forbidden") => 'f',
        (StatusCode::FORBIDDEN, "sudo_needed") => 's',
        (StatusCode::CONFLICT, "conflict") => 'c',
        (StatusCode::NOT_FOUND, "not_found") => 'n',
        (StatusCode::UNPROCESSABLE_ENTITY, "invalid") => 'i',
        _ => '?',
    }
}

/// A database with a token of every kind and something for each route to act on; each change gets a copy.
struct Prepared {
    folder: TempDir,
    tokens: Vec<String>,
    contents: String,
    trashed: String,
    token: String,
    invitation: String,
    rotator: String,
    webhook: String,
    delivery: String,
    workspace: String,
}

impl Prepared {
    async fn new() -> Self {
        let site = Site::set_up().await;
        let owner = site.caller().await;
        let pairs = [("KESTREL", "kestrel-hidden")];
        let app = site.secret(&owner, "dev", "kestrel-app", &pairs).await;
        let again = store::NewValues {
            values: vec![(
                model::KeyName::parse("KESTREL").unwrap(),
                model::SecretValue::new("x".into()),
            )],
            note: String::new(),
        };
        site.store.set_values(&owner, app, model::Version::FIRST, again).await.unwrap();
        site.secret(&owner, "dev", "kestrel-two", &pairs).await;
        site.secret(&owner, "prod", "kestrel-guarded", &pairs).await;
        let old = site.secret(&owner, "dev", "kestrel-old", &pairs).await;
        site.store.trash_secret(&owner, old, None).await.unwrap();
        site.store.create_environment(&owner, "empty").await.unwrap();
        let invited = site.store.invite(&owner, "ann@example.org", model::Role::Viewer).await;
        let invitation = invited.unwrap().info.id.to_string();
        let rotator = draft(app, RotatorKind::Generated, &["KESTREL"]);
        let rotator = site.store.create_rotator(&owner, rotator).await.unwrap().to_string();
        let template = model::TemplateDraft {
            name: "Kestrel".into(),
            keys: vec![model::TemplateKeyDraft {
                key: "KESTREL".into(),
                ..model::TemplateKeyDraft::default()
            }],
            ..model::TemplateDraft::default()
        };
        let template = template.parse(catalog::pattern_is_safe).unwrap();
        site.store.create_template(&owner, template).await.unwrap();
        let events = [model::WebhookEvent::SecretRotated];
        let webhook = site.store.create_webhook(&owner, "https://a.example/kestrel", &events).await;
        let webhook = webhook.unwrap().info.id;
        let delivery = site.store.test_webhook(&owner, webhook).await.unwrap().to_string();
        bring_everybody(site.folder.path()).await;

        let outsider = site.caller_of("outsider@example.net").await;
        let mut tokens = vec![String::new(), site.token(&outsider, &Scope::ALL).await];
        for scope in [Scope::Read, Scope::List, Scope::Write, Scope::Rotate, Scope::Admin] {
            tokens.push(site.token(&owner, &[scope]).await);
        }
        let narrow = NewToken {
            name: "narrow".into(),
            scopes: Scope::ALL.into(),
            environments: vec!["staging".into()],
            days: 90,
            ..NewToken::default()
        };
        let narrow = site.store.make_token(&owner, narrow, None).await.unwrap();
        tokens.push(narrow.token.text().dangerously_expose().to_owned());
        for email in [
            "mara@example.org",
            "stale@example.org",
            "developer@example.org",
            "viewer@example.org",
            "auditor@example.org",
        ] {
            tokens.push(site.command_line(&site.caller_of(email).await).await);
        }
        let token = site.store.list_tokens(&owner).await.unwrap();
        let token =
            token.iter().find(|token| token.scopes == [Scope::Read]).unwrap().id.to_string();
        confirm_owner(&site, &tokens[8]).await;
        site.store.close().await;
        let contents = contents(site.folder.path()).await;
        let (trashed, workspace) = (old.to_string(), owner.workspace.to_string());
        Self {
            folder: site.folder,
            tokens,
            contents,
            trashed,
            token,
            invitation,
            rotator,
            webhook: webhook.to_string(),
            delivery,
            workspace,
        }
    }

    async fn site(&self) -> Site {
        let copy = tempfile::tempdir().unwrap();
        copy_files(self.folder.path(), copy.path());
        Site::at(HTTP, copy).await
    }
}

/// One of those whom [`bring_everybody`] brings.
const DEVELOPER: &str = "/members/usr_00000000000000000000000000000002";

/// Has the owner confirm at the command line.
async fn confirm_owner(site: &Site, token: &str) {
    let started = site.program(token).send("POST", "/sudo", &[], None).await.json();
    let code = started["code"].as_str().unwrap();
    site.store.answer_login(&site.caller().await, code, true).await.unwrap();
}

fn copy_files(from: &Path, to: &Path) {
    for file in ["keyloft.db", "root.key"] {
        std::fs::copy(from.join(file), to.join(file)).unwrap();
    }
}

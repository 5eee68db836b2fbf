//! What stands around every route.

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderValue, Request, StatusCode};

use super::support::{HTTP, PASSWORD, Site};
use crate::router;

const FORM: &str = "application/x-www-form-urlencoded";

/// A path for a route, whatever its parameters are.
fn path_of(route: &str) -> String {
    route.replace("{id}", "x").replace("{template}", "postgres")
}

#[tokio::test]
async fn a_foreign_page_reaches_no_form_and_no_server_function() {
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    let mut seen = 0;
    for (method, route) in router::listed() {
        if method != "POST" {
            continue;
        }
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let request = owner.request("POST", &path_of(&route)).header(CONTENT_TYPE, FORM);
            let request = request.header(name, value).body(Body::empty()).unwrap();
            let answer = owner.send(request).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{route} {name}: {value}");
        }
        let request = owner.request("POST", &path_of(&route)).header(CONTENT_TYPE, FORM);
        let answer = owner.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{route} without any origin");
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
    assert_eq!(owner.get("/secrets").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn another_host_name_reaches_nothing_of_the_dashboard() {
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    for (method, route) in router::listed() {
        let mut request = owner.request(method, &path_of(&route)).body(Body::empty()).unwrap();
        request.headers_mut().insert(HOST, HeaderValue::from_static("evil.example"));
        let expected = match route.as_str() {
            "/livez" | "/readyz" | "/metrics" => StatusCode::OK,
            _ => StatusCode::MISDIRECTED_REQUEST,
        };
        assert_eq!(owner.send(request).await.status, expected, "{method} {route}");
    }
}

#[tokio::test]
async fn bodies_are_as_long_as_their_route_takes() {
    const KIB: usize = 1024;
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    for (path, limit) in [
        ("/sign-in", 64 * KIB),
        ("/setup", 64 * KIB),
        ("/sudo", 64 * KIB),
        ("/fn/session/confirm", 64 * KIB),
        ("/settings/account", 64 * KIB),
        ("/settings/workspace", KIB * KIB),
        ("/fn/secrets/create", 4 * KIB * KIB),
    ] {
        let mut send = async |length: usize| {
            let request = owner.request("POST", path).header(CONTENT_TYPE, FORM);
            let request = request.header(ORIGIN, HTTP).body("x".repeat(length).into()).unwrap();
            owner.send(request).await.status
        };
        assert_ne!(send(limit).await, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(send(limit + 1).await, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn scripts_run_only_where_a_page_is_taken_over_and_with_its_nonce() {
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    let mut nonces = Vec::new();
    for path in ["/secrets", "/secrets/new/postgres", "/secrets/new", "/secrets/x"] {
        let answer = owner.get(path).await;
        let policy = answer.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
        let scripts: Vec<_> = answer.body.split("<script").skip(1).collect();
        assert!(!scripts.is_empty(), "{path}");
        for script in scripts {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{path}: {script}");
        }
        assert!(!answer.body.contains(" style=\""), "{path} has an inline style");
        nonces.push(nonce.to_owned());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 4, "each answer has its own");

    for path in ["/sudo", "/setup", "/nothing"] {
        let answer = owner.get(path).await;
        assert!(!answer.body.contains("<script"), "{path}: {}", answer.body);
        assert!(answer.body.contains("</html>"), "{path} is whole: {}", answer.body);
        assert!(!answer.header("content-security-policy").contains("nonce"), "{path}");
    }
    // Passkeys need a script, which is a file of ours and the only one there.
    let answer = site.browser().get("/sign-in").await;
    let scripts: Vec<_> = answer.body.split("<script").skip(1).collect();
    assert_eq!(scripts.len(), 1, "{}", answer.body);
    assert!(scripts[0].starts_with(" type=\"module\" src=\"/passkey.js\"></script>"));
    assert!(!answer.header("content-security-policy").contains("nonce"));
    assert!(answer.body.contains("Not encrypted"), "plain http is said: {}", answer.body);
}

#[tokio::test]
async fn pages_are_read_and_server_functions_are_not() {
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    let mut status = async |method: &str, path: &str| {
        let request = owner.request(method, path).header(ORIGIN, HTTP).header(CONTENT_TYPE, FORM);
        owner.send(request.body(Body::empty()).unwrap()).await.status
    };
    for path in ["/secrets", "/nothing", "/livez", "/help"] {
        assert_eq!(status("POST", path).await, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["/fn/secrets/list", "/sign-out", "/theme"] {
        assert!(!status("GET", path).await.is_success(), "{path}");
    }
    assert_eq!(status("HEAD", "/secrets").await, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_let_in_by_a_bearer_token() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let request: Request<Body> = browser
        .request("GET", "/secrets")
        .header(ACCEPT, "text/html")
        .header("authorization", format!("Bearer {PASSWORD}"))
        .body(Body::empty())
        .unwrap();
    assert!(browser.send(request).await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_stolen_session_does_not_empty_a_workspace_at_once() {
    let site = Site::set_up().await;
    let caller = site.caller().await;
    let id = site.secret(&caller, "dev", "app", &[("KEY", "value")]).await;
    let json = serde_json::json!({ "workspace": caller.workspace, "id": id, "key": "KEY" });
    let mut owner = site.owner().await;
    for _ in 0..60 {
        assert_eq!(owner.call_json("/fn/secrets/reveal", &json).await.status, StatusCode::OK);
    }
    // The limit is the person's, whichever browser and function they use.
    let mut again = site.owner().await;
    let answer = again.call_json("/fn/secrets/plain-values", &json).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.json()["TooManyTries"]["seconds"].is_u64(), "{}", answer.body);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(owner.get("/secrets").await.status, StatusCode::OK);
}

//! Bad input: each mistake has its status, code and words, and none repeats what was sent.

use model::Scope;
use serde_json::{Value, json};

use super::super::support::{Answer, Program, Site};

async fn program(site: &Site) -> Program {
    let owner = site.caller().await;
    let pairs = [("A", "1"), ("B", "2")];
    site.secret(&owner, "dev", "app", &pairs).await;
    site.program(site.token(&owner, &Scope::ALL).await)
}

fn told(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
    let json = answer.json();
    assert_eq!(json["request"].as_str().unwrap(), answer.header("x-request-id"));
    let text = |field: &str| json[field].as_str().unwrap().to_owned();
    (answer.status.as_u16(), text("code"), text("detail"))
}

#[tokio::test]
async fn tokens_that_are_no_good_say_why() {
    let site = Site::set_up().await;
    let good = site.token(&site.caller().await, &[Scope::Read]).await;
    let mut mistyped = good.clone();
    mistyped.replace_range(20..21, if &good[20..21] == "x" { "y" } else { "x" });
    for (token, expected) in [
        (
            String::new(),
            "Send a token: Authorization: Bearer kl_st_… An owner makes one at /tokens.",
        ),
        ("hvs.abc".into(), "This is not a Keyloft token: they begin with kl_st_ or kl_cli_."),
        (
            mistyped,
            "This token is mistyped or cut off: its checksum does not match. Copy it again.",
        ),
        (
            good[..30].to_owned(),
            "This token is mistyped or cut off: its checksum does not match. Copy it again.",
        ),
    ] {
        let answer = site.program(token).get("/whoami").await;
        assert_eq!(told(&answer), (401, "unauthorized".into(), expected.into()));
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"Keyloft\"");
    }
    let mut site_of_others = Site::set_up().await;
    site_of_others = Site::at("http://127.0.0.1:3000", site_of_others.folder).await;
    let unknown = site_of_others.program(good).get("/whoami").await;
    assert_eq!(told(&unknown).2, "This server does not know this token.");
}

#[tokio::test]
async fn every_mistake_in_a_body_is_named_by_its_field() {
    let site = Site::set_up().await;
    let program = program(&site).await;
    let make = |more: Value| {
        let mut body = json!({ "environment": "dev", "name": "new", "values": { "A": "1" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, code, field, detail) in [
        (
            make(json!({ "name": "a b" })),
            "invalid",
            "name",
            "Names use letters, digits, dots, dashes and underscores.",
        ),
        (
            make(json!({ "name": "app" })),
            "already_exists",
            "name",
            "Another secret of this environment has this name. Choose another.",
        ),
        (
            make(json!({ "environment": "qa" })),
            "not_found",
            "environment",
            "There is no such environment in this workspace.",
        ),
        (
            make(json!({ "values": {} })),
            "invalid",
            "values",
            "A secret has at least one key. Add one.",
        ),
        (
            make(json!({ "values": { "2A": "CANARY" } })),
            "invalid",
            "values[0]",
            "Keys use letters, digits and _, and do not start with a digit.",
        ),
        (
            make(json!({ "values": { "A": "x\0CANARY" } })),
            "invalid",
            "values.A",
            "Byte 2 is NUL, which no environment variable can hold. Encode the value, as base64 say.",
        ),
        (
            make(json!({ "values": { "A": "C".repeat(65_537) } })),
            "invalid",
            "values.A",
            "Too long by 1 bytes: 65537, and at most 65536 fit.",
        ),
        (
            make(json!({ "values": { "A": 731 } })),
            "invalid",
            "values.A",
            "This is not of the right type: expected a text, or an object with value and kind.",
        ),
        (
            make(json!({ "template": "no-such" })),
            "not_found",
            "template",
            "There is no such template; GET /templates lists them.",
        ),
        (
            make(json!({ "tags": ["a b c/d"] })),
            "invalid",
            "tags",
            "Names use letters, digits, dots, dashes and underscores.",
        ),
        (make(json!({ "CANARY": 1 })), "invalid", "CANARY", "This field is not known here"),
    ] {
        let answer = program.post("/secrets", body).await;
        let (_, found, _) = told(&answer);
        let problem = &answer.json()["fields"][0];
        assert_eq!((found.as_str(), problem["field"].as_str().unwrap()), (code, field));
        assert!(problem["detail"].as_str().unwrap().starts_with(detail), "{problem}");
        if field != "CANARY" {
            // The request's id may hold any digits.
            let told = answer.body.replace(answer.header("x-request-id"), "");
            assert!(!told.contains("CANARY") && !told.contains("731"), "{told}");
        }
    }
    let twice = r#"{"environment":"dev","name":"n","values":{"A":"1","A":"2"}}"#;
    let answer = program.send("POST", "/secrets", &[], Some(twice.into())).await;
    assert_eq!(
        answer.json()["fields"][0]["detail"],
        "Row 1 has the same key. Keys are unique in a secret."
    );
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_words() {
    let site = Site::set_up().await;
    let program = program(&site).await;
    let send = async |method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>| {
        let answer = program.send(method, path, headers, body.map(str::to_owned)).await;
        told(&answer)
    };
    for (sent, expected) in [
        (send("GET", "/nothing", &[], None).await, (404, "not_found", "There is no such path")),
        (send("GET", "/", &[], None).await, (404, "not_found", "There is no such path")),
        (
            send("PUT", "/whoami", &[], None).await,
            (405, "method_not_allowed", "This path does not take this method"),
        ),
        (
            send("POST", "/secrets", &[], Some("{")).await,
            (400, "bad_request", "The body is not JSON: it breaks at line 1, column 1."),
        ),
        (
            send("POST", "/secrets", &[], None).await,
            (415, "bad_request", "Send the body as Content-Type: application/json."),
        ),
        (
            send("GET", "/secrets?limit=0", &[], None).await,
            (422, "invalid", "limit: A page has 1 to 200 rows."),
        ),
        (
            send("GET", "/secrets?limit=x", &[], None).await,
            (400, "bad_request", "A parameter of the query"),
        ),
        (
            send("GET", "/secrets?colour=red", &[], None).await,
            (400, "bad_request", "A parameter of the query"),
        ),
        (
            send("GET", "/secrets/dev/nothing", &[], None).await,
            (404, "not_found", "There is nothing of that name"),
        ),
        (
            send("GET", "/secrets/qa/app", &[], None).await,
            (404, "not_found", "There is no environment qa"),
        ),
        (
            send("GET", "/secrets/dev/app/values?version=9", &[], None).await,
            (404, "not_found", "There is nothing of that name"),
        ),
        (
            send("PATCH", "/secrets/dev/app", &[("if-match", "7")], Some("{}")).await,
            (400, "bad_request", "If-Match takes one ETag"),
        ),
        (
            send("POST", "/secrets", &[("idempotency-key", "")], Some("{}")).await,
            (400, "bad_request", "Idempotency-Key takes 1 to 255"),
        ),
        (
            send("PATCH", "/secrets/dev/app", &[], Some(r#"{"remove":["C"]}"#)).await,
            (404, "not_found", "remove: The secret has no key C."),
        ),
        (
            send("PATCH", "/secrets/dev/app", &[], Some(r#"{"remove":["A","B"]}"#)).await,
            (422, "invalid", "values: A secret has at least one key."),
        ),
    ] {
        assert_eq!((sent.0, sent.1.as_str()), (expected.0, expected.1), "{}", sent.2);
        assert!(sent.2.starts_with(expected.2), "{}", sent.2);
    }
    let allowed = program.send("PUT", "/whoami", &[], None).await;
    assert_eq!(allowed.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn deep_and_wide_json_is_refused_and_small() {
    let site = Site::set_up().await;
    let program = program(&site).await;
    let deep = format!(r#"{{"environment":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let answer = program.send("POST", "/secrets", &[], Some(deep)).await;
    assert_eq!(answer.status.as_u16() / 100, 4, "{}", answer.body);
    let keys: Vec<String> = (0..100_000).map(|n| format!(r#""K{n}":"v""#)).collect();
    let wide = format!(r#"{{"environment":"dev","name":"w","values":{{{}}}}}"#, keys.join(","));
    let answer = program.send("POST", "/secrets", &[], Some(wide)).await;
    assert_eq!(told(&answer).2, "values: 100000 keys, and at most 512 are allowed.");
}

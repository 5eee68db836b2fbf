//! Command lines that wait for a person's answer, by their page.

use axum::http::StatusCode;
use store::Origin;

use super::support::{PASSWORD, Site};

const UNKNOWN: &str = "No command line waits under this code";

#[tokio::test]
async fn a_command_line_is_approved_with_the_password_and_denied_without() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut browser = site.owner().await;
    let start =
        async || site.store.start_login("build-box", &Origin::default()).await.unwrap().code;
    let first = start().await;
    site.clock.advance(6 * 60_000);

    let form = browser.get("/device").await;
    assert!(form.body.contains(r#"name="code""#) && !form.body.contains(UNKNOWN));
    let unknown = browser.get("/device?code=AAAA-AAAA").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.body.contains(UNKNOWN) && unknown.body.contains(r#"name="code""#));
    let page = browser.get(&format!("/device?code={first}")).await;
    assert!(page.body.contains("Sign in on build-box?"), "{}", page.body);

    let answer = |code: &str, approve: &str| {
        [("workspace", &*workspace), ("asks", "answer"), ("code", code), ("approve", approve)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let approve = answer(&first, "true");
    let mut approve: Vec<_> = approve.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let asked = browser.post("/device", &approve).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.body.contains(r#"type="hidden" name="approve" value="true""#), "{}", asked.body);
    assert!(asked.body.contains("Sign in on build-box?"), "what it is for stays in sight");
    approve.push(("confirm_password", PASSWORD));
    let again = browser.post("/device", &approve).await;
    assert_eq!(again.status, StatusCode::TEMPORARY_REDIRECT);
    let done = browser.post("/device", &approve).await;
    assert_eq!(done.location(), "/device?done=approved");
    let done = browser.get(done.location()).await;
    assert!(done.body.contains("You can return to your terminal.") && !done.body.contains("Go on"));

    // One answer is all that a code takes.
    let gone = browser.post("/device", &approve).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.body.contains(UNKNOWN) && !gone.body.contains("it was deleted"), "{}", gone.body);

    let second = start().await;
    site.clock.advance(6 * 60_000);
    let deny = answer(&second, "false");
    let deny: Vec<_> = deny.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = browser.post("/device", &deny).await;
    assert_eq!(done.location(), "/device?done=denied");
    assert!(browser.get(done.location()).await.body.contains("Nothing was signed in."));
}

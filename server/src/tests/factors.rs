//! Second factors as browsers meet them.

use axum::http::StatusCode;
use data_encoding::BASE32_NOPAD;
use model::Role;
use totp_rs::Builder;

use super::support::people::bring_everybody;
use super::support::{Answer, Browser, EMAIL, HTTPS, PASSWORD, Person, Site};

const PAGE: &str = "/settings/security";

fn code_of(key: &str, site: &Site) -> String {
    let key = BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    let totp = Builder::new().with_secret(key).build().unwrap();
    totp.generate(u64::try_from(site.store.now() / 1000).unwrap()).to_string()
}

/// What stands on the page between two texts.
fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    let begin = body.find(before).unwrap_or_else(|| panic!("no {before} in {body}")) + before.len();
    &body[begin..begin + body[begin..].find(after).unwrap()]
}

async fn ask(browser: &mut Browser, workspace: &str, asks: &str, more: &[(&str, &str)]) -> Answer {
    let form = [&[("workspace", workspace), ("asks", asks)], more].concat();
    browser.post(PAGE, &form).await
}

/// Sets an app up in this browser; answers its key and the recovery codes.
async fn with_app(site: &Site, browser: &mut Browser, workspace: &str) -> (String, Vec<String>) {
    assert_eq!(ask(browser, workspace, "app-start", &[]).await.location(), PAGE);
    let page = browser.get(PAGE).await;
    assert!(page.body.contains("<svg width=\"224\"") && !page.body.contains("style="));
    let key =
        between(&page.body, "<code id=\"app-key\">", "</code>").replace("<!>", "").replace(' ', "");
    let wrong = ask(browser, workspace, "app-confirm", &[("code", "abc")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Not right, used before"), "{}", wrong.body);
    let code = code_of(&key, site);
    let confirmed = ask(browser, workspace, "app-confirm", &[("code", &code)]).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.body);
    let list = between(&confirmed.body, "<ul id=\"recovery-codes\">", "</ul>");
    let codes: Vec<_> = list.split("<code>").skip(1).map(|rest| rest[..19].to_owned()).collect();
    assert_eq!(codes.len(), 10);
    // Shown this once.
    let later = browser.get(PAGE).await;
    assert!(later.body.contains("10 of 10 were not used") && !later.body.contains(&codes[0]));
    site.clock.advance(30_000);
    (key, codes)
}

#[tokio::test]
async fn signing_in_has_a_second_step_that_is_bound_to_the_browser() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut owner = site.owner().await;
    let mut other = site.owner().await;
    let (key, codes) = with_app(&site, &mut owner, &workspace).await;
    // S-42: the other browser was signed out.
    assert!(other.get("/secrets").await.location().starts_with("/sign-in"));
    assert_eq!(owner.get("/secrets").await.status, StatusCode::OK);

    let mut browser = site.browser();
    let form = [("email", EMAIL), ("password", PASSWORD), ("next", "/trash?q=a b")];
    let answer = browser.post("/sign-in", &form).await;
    assert_eq!(answer.location(), "/sign-in/second?next=%2Ftrash%3Fq%3Da+b");
    assert!(!browser.cookies.contains_key("sid-insecure"), "no session yet");
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Strict; Max-Age=300"), "{cookie}");
    assert!(browser.get("/secrets").await.location().starts_with("/sign-in"));
    let page = browser.get(answer.location()).await;
    assert!(
        page.body.contains("value=\"/trash?q=a b\"") && page.body.contains("Recovery")
            || page.body.contains("recovery")
    );
    let wrong = browser.post("/sign-in/second", &[("code", "000000"), ("next", "/trash")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("too many tries") && wrong.body.contains("value=\"/trash\""));

    // S-50: the code is right, and the browser another one.
    let code = code_of(&key, &site);
    let elsewhere = site.browser().post("/sign-in/second", &[("code", &code)]).await;
    assert_eq!(elsewhere.location(), "/sign-in?reason=expired");
    let done = browser.post("/sign-in/second", &[("code", &code), ("next", "/trash")]).await;
    assert_eq!(done.location(), "/trash");
    assert!(!browser.cookies.contains_key("second-insecure"), "it is over");
    assert_eq!(browser.get("/secrets").await.status, StatusCode::OK);

    // A recovery code in the place of the app, and no way out of this site.
    let mut third = site.browser();
    third.sign_in(EMAIL, PASSWORD).await;
    let form = [("code", codes[3].as_str()), ("next", "https://evil.example")];
    assert_eq!(third.post("/sign-in/second", &form).await.location(), "/secrets");
}

#[tokio::test]
async fn over_https_the_step_has_a_host_cookie() {
    let site = Site::at(HTTPS, tempfile::tempdir().unwrap()).await;
    site.store.setup_as_operator(super::support::new_workspace()).await.unwrap();
    let answer = site.browser().post("/passkeys/challenge", &[("for", "sign-in")]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-second=") && cookie.ends_with("; Secure"), "{cookie}");
    assert_eq!(answer.json()["rpId"], "keyloft.example");
    assert_eq!(answer.json()["userVerification"], "required");
    assert_eq!(answer.json()["allowCredentials"], serde_json::json!([]));
}

#[tokio::test]
async fn confirming_takes_the_second_factor_on_every_form() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut owner = site.owner().await;
    let (key, codes) = with_app(&site, &mut owner, &workspace).await;
    site.clock.advance(6 * 60_000);

    // The card of drawn pages.
    let asked = ask(&mut owner, &workspace, "app-remove", &[]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.body.contains("name=\"confirm_code\""), "{}", asked.body);
    let alone = [("confirm_password", PASSWORD)];
    let wrong = ask(&mut owner, &workspace, "app-remove", &alone).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("name=\"confirm_code\"") && wrong.body.contains("Not right"));
    let code = code_of(&key, &site);
    let both = [("confirm_password", PASSWORD), ("confirm_code", code.as_str())];
    let again = ask(&mut owner, &workspace, "app-start", &both).await;
    assert_eq!(again.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(ask(&mut owner, &workspace, "app-start", &both).await.location(), PAGE);

    // The page, and the server function of the dialog.
    site.clock.advance(6 * 60_000);
    assert!(owner.get("/sudo").await.body.contains("name=\"code\""));
    let alone = owner.post("/sudo", &[("password", PASSWORD), ("next", "/trash")]).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = code_of(&key, &site);
    let form = [("password", PASSWORD), ("code", &code), ("next", "/trash")];
    assert_eq!(owner.post("/sudo", &form).await.location(), "/trash");
    site.clock.advance(6 * 60_000);
    let form = [("workspace", workspace.as_str()), ("password", PASSWORD)];
    let alone = owner.call("/fn/session/confirm", &form).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", alone.body);
    let form = [&form[..], &[("code", codes[0].as_str())]].concat();
    assert_eq!(owner.call("/fn/session/confirm", &form).await.status, StatusCode::OK);
    assert_eq!(ask(&mut owner, &workspace, "recovery-codes", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_takes_the_second_factor_before_any_is_typed() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut owner = site.owner().await;
    let (key, _) = with_app(&site, &mut owner, &workspace).await;
    site.clock.advance(6 * 60_000);
    let account = "/settings/account";
    let new = "seven quiet otters rowing";
    assert!(!owner.get(account).await.body.contains("current_password"));
    let form = [("workspace", workspace.as_str()), ("asks", "password")];
    let passwords = [("current_password", PASSWORD), ("new_password", new)];

    // Also a page that was open for longer keeps none.
    let asked = owner.post(account, &[&form[..], &passwords].concat()).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.body.contains("name=\"confirm_code\""), "{}", asked.body);
    assert!(!asked.body.contains(PASSWORD) && !asked.body.contains(new), "{}", asked.body);
    let code = code_of(&key, &site);
    let shown = [("confirm_password", PASSWORD), ("confirm_code", code.as_str())];
    let confirmed = [&form[..], &shown].concat();
    let again = owner.post(account, &confirmed).await;
    assert_eq!(again.status, StatusCode::TEMPORARY_REDIRECT, "{}", again.body);
    let ready = owner.post(account, &confirmed).await;
    assert_eq!(ready.location(), "/settings/account?done=confirmed");
    assert!(owner.get(ready.location()).await.body.contains("current_password"));
    let changed = owner.post(account, &[&form[..], &passwords].concat()).await;
    assert_eq!(changed.location(), "/settings/account?done=password");
    assert_eq!(owner.get("/secrets").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_lacks_a_factor_reaches_the_page_to_set_it_up_alone() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let workspace = owner.workspace.to_string();
    bring_everybody(site.folder.path()).await;
    let email = Person::Member(Role::Admin).email().unwrap();
    let mut ann = site.browser();
    ann.sign_in(&email, PASSWORD).await;
    let line = site.command_line(&site.caller_of(&email).await).await;
    let mut browser = site.owner().await;
    let form = [("workspace", workspace.as_str()), ("asks", "require-factor"), ("from", "admin")];
    assert_eq!(browser.post("/settings/workspace", &form).await.status, StatusCode::CONFLICT);
    with_app(&site, &mut browser, &workspace).await;
    let required = browser.post("/settings/workspace", &form).await;
    assert_eq!(required.location(), "/settings/workspace?done=required");
    assert!(browser.get("/settings/workspace").await.body.contains("2 of these members have"));

    for page in ["/secrets", "/members", "/tokens", "/settings/account", "/trash"] {
        assert_eq!(ann.get(page).await.location(), PAGE, "{page}");
    }
    let list = serde_json::json!({ "workspace": workspace, "query": {} });
    let refused = ann.call_json("/fn/secrets/list", &list).await;
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (StatusCode::FORBIDDEN, "\"FactorNeeded\"")
    );
    let refused = site.program(line).get("/secrets").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.json()["code"], "second_factor_needed");
    assert!(ann.get(PAGE).await.body.contains("This workspace asks you for a second factor"));
    with_app(&site, &mut ann, &workspace).await;
    assert_eq!(ann.get("/secrets").await.status, StatusCode::OK);
}

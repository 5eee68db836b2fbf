//! The cookie, from sign-in to sign-out.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;

use super::support::{Answer, EMAIL, HTTPS, PASSWORD, Site};

const NAME: &str = "sid-insecure";
const SIGN_IN: &str = "/sign-in?next=%2Fsecrets";
/// 16 bytes, as tower-sessions spells an id.
const FOREIGN: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn set_cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect()
}

#[tokio::test]
async fn the_cookie_is_for_this_server_alone_and_not_for_scripts() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let answer = browser.sign_in(EMAIL, PASSWORD).await;
    let id = &browser.cookies[NAME];
    assert_eq!(id.len(), FOREIGN.len());
    assert_eq!(
        set_cookies(&answer),
        [format!("{NAME}={id}; HttpOnly; SameSite=Lax; Path=/; Max-Age=43200")]
    );
}

#[tokio::test]
async fn over_https_the_cookie_is_a_host_cookie_and_goes_away_as_one() {
    let site = Site::set_up().await;
    let site = Site::at(HTTPS, site.folder).await;
    let mut browser = site.browser();
    let answer = browser.sign_in(EMAIL, PASSWORD).await;
    let id = browser.cookies["__Host-sid"].clone();
    assert_eq!(
        set_cookies(&answer),
        [format!("__Host-sid={id}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200")]
    );
    browser.post("/sign-out", &[]).await;
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
}

#[tokio::test]
async fn a_request_that_changes_nothing_sets_no_cookie() {
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    assert!(set_cookies(&owner.get("/secrets").await).is_empty());
    assert!(set_cookies(&site.browser().get("/sign-in").await).is_empty());
    assert!(set_cookies(&site.browser().sign_in(EMAIL, "wrong").await).is_empty());
}

#[tokio::test]
async fn an_id_that_we_did_not_give_is_never_taken() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    browser.cookies.insert(NAME.into(), FOREIGN.into());
    assert_eq!(browser.get("/secrets").await.location(), SIGN_IN);
    assert!(browser.cookies.is_empty(), "the browser is told to forget it");

    browser.cookies.insert(NAME.into(), FOREIGN.into());
    assert_eq!(browser.sign_in(EMAIL, PASSWORD).await.location(), "/secrets");
    assert_ne!(browser.cookies[NAME], FOREIGN);
    browser.cookies.insert(NAME.into(), FOREIGN.into());
    assert_eq!(browser.get("/secrets").await.location(), SIGN_IN);
}

#[tokio::test]
async fn signing_in_again_and_giving_the_password_make_new_ids() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let mut ids = vec![browser.cookies[NAME].clone()];
    browser.sign_in(EMAIL, PASSWORD).await;
    ids.push(browser.cookies[NAME].clone());
    let answer = browser.post("/sudo", &[("password", PASSWORD), ("next", "/trash")]).await;
    assert_eq!(answer.location(), "/trash");
    ids.push(browser.cookies[NAME].clone());
    let workspace = site.caller().await.workspace.to_string();
    let form = [("workspace", workspace.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.call("/fn/session/confirm", &form).await.status, StatusCode::OK);
    ids.push(browser.cookies[NAME].clone());
    ids.dedup();
    assert_eq!(ids.len(), 4);
    // Each confirmation ended the session it continued.
    for old in &ids[1..3] {
        let mut thief = site.browser();
        thief.cookies.insert(NAME.into(), old.clone());
        assert_eq!(thief.get("/secrets").await.location(), SIGN_IN);
    }
    assert_eq!(browser.get("/secrets").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_confirms_nothing() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let answer = browser.post("/sudo", &[("password", "wrong"), ("next", "/trash")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("This is not your password."), "{}", answer.body);
    assert!(answer.body.contains(r#"name="next" value="/trash""#), "{}", answer.body);
    assert!(set_cookies(&answer).is_empty());
}

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_kept_its_cookie() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let mut copy = browser.clone();
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.location(), "/sign-in?reason=signed-out");
    assert_eq!(answer.header("clear-site-data"), r#""cache", "storage""#);
    assert!(browser.cookies.is_empty());
    assert_eq!(copy.get("/secrets").await.location(), SIGN_IN);
    assert_eq!(site.browser().post("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_but_the_one_that_set_it() {
    let site = Site::set_up().await;
    let (mut browser, mut other) = (site.owner().await, site.owner().await);
    let mut copy = browser.clone();
    let workspace = site.caller().await.workspace.to_string();
    let new = "seven quiet otters rowing";
    let form = [
        ("workspace", workspace.as_str()),
        ("asks", "password"),
        ("current_password", PASSWORD),
        ("new_password", new),
    ];
    let changed = browser.post("/settings/account", &form).await;
    assert_eq!(changed.location(), "/settings/account?done=password");
    assert_eq!(browser.get("/secrets").await.status, StatusCode::OK);
    assert_eq!(other.get("/secrets").await.location(), SIGN_IN);
    assert_eq!(copy.get("/secrets").await.location(), SIGN_IN);
    assert_eq!(site.browser().sign_in(EMAIL, new).await.location(), "/secrets");
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    site.clock.advance(29 * 60_000);
    assert_eq!(browser.get("/secrets").await.status, StatusCode::OK);
    site.clock.advance(31 * 60_000);
    assert_eq!(browser.get("/secrets").await.location(), SIGN_IN);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_as_such() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let before = browser.cookies.clone();
    site.store.close().await;

    let page = browser.get("/secrets").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), "5");
    assert!(page.body.contains("The database does not answer"), "{}", page.body);
    assert!(page.header("content-type").starts_with("text/html"));

    let call = browser.call("/fn/session/confirm", &[]).await;
    assert_eq!(call.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(call.json()["Unavailable"]["reference"].is_u64(), "{}", call.body);

    let out = browser.post("/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.cookies, before, "the session is still there when the database is");
    let sign_in = site.browser().sign_in(EMAIL, PASSWORD).await;
    assert_eq!(sign_in.status, StatusCode::SERVICE_UNAVAILABLE);

    assert_eq!(browser.get("/livez").await.status, StatusCode::OK);
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

//! The first run.

use axum::http::StatusCode;

use super::support::{EMAIL, PASSWORD, Site};

fn form(code: &str) -> [(&str, &str); 5] {
    [
        ("code", code),
        ("name", "Mara Kovac"),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("workspace", "Acme"),
    ]
}

#[tokio::test]
async fn before_the_first_person_every_page_leads_to_setup() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for path in ["/", "/secrets", "/sign-in", "/sudo", "/nothing"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/setup"), "{path}");
    }
    assert_eq!(browser.get("/setup").await.status, StatusCode::OK);
    assert_eq!(browser.get("/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_has_the_code_sets_up_once_and_is_signed_in() {
    let site = Site::new().await;
    let code = site.store.new_setup_code().await.unwrap().unwrap();
    let mut browser = site.browser();

    let wrong = browser.post("/setup", &form("AAAA-AAAA-AAAA-AAAA")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not the setup code."), "{}", wrong.body);
    assert!(wrong.body.contains("Mara Kovac") && wrong.body.contains(EMAIL));
    assert!(!wrong.body.contains(PASSWORD) && !wrong.body.contains("AAAA-AAAA"));

    let right = browser.post("/setup", &form(&code)).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/help?welcome"));
    let welcome = browser.get("/help?welcome").await;
    assert!(
        welcome.body.contains("Welcome to Keyloft") && welcome.body.contains("1. Keep a secret")
    );

    let again = site.browser().post("/setup", &form(&code)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/setup").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.browser().get("/setup").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let site = Site::new().await;
    let code = site.store.new_setup_code().await.unwrap().unwrap();
    let mut form = form(&code);
    form[2].1 = "mara";
    form[3].1 = "keyloftkeyloftkeyloft";
    let answer = site.browser().post("/setup", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("looks like name@example.org"), "{}", answer.body);
    assert!(answer.body.contains("easy to guess") && !answer.body.contains("keyloftkeyloft"));
}

#[tokio::test]
async fn codes_cannot_be_tried_for_long() {
    let site = Site::new().await;
    let code = site.store.new_setup_code().await.unwrap().unwrap();
    let mut browser = site.browser();
    for _ in 0..10 {
        browser.post("/setup", &form("AAAA-AAAA-AAAA-AAAA")).await;
    }
    let answer = browser.post("/setup", &form(&code)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.body.contains("Too many tries. Try again in"), "{}", answer.body);
}

//! The trash by its page: taking secrets out, and destroying them.

use axum::http::StatusCode;
use model::{Role, Version};

use super::support::people::bring_everybody;
use super::support::{PASSWORD, Person, Site};

const PAGE: &str = "/trash";

#[tokio::test]
async fn a_secret_whose_name_is_taken_is_restored_under_another() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let workspace = owner.workspace.to_string();
    let mut browser = site.owner().await;
    let old = site.secret(&owner, "dev", "app", &[("KEY", "value")]).await;
    site.store.trash_secret(&owner, old, Version::FIRST).await.unwrap();
    let new = site.secret(&owner, "dev", "app", &[("KEY", "value")]).await;
    let id = old.to_string();
    let ids = [("workspace", workspace.as_str()), ("id", id.as_str())];
    let form = [&ids[..], &[("asks", "restore")]].concat();
    let link = format!(r#"href="/secrets/{new}""#);

    // The undo of the list comes here too, when it was sent without scripts.
    let undone = browser.post("/fn/secrets/restore", &ids).await;
    assert_eq!(undone.location(), format!("/trash?restore={old}&taken={new}"));
    let in_address = browser.get(undone.location()).await;
    let posted = browser.post(PAGE, &form).await;
    assert_eq!(posted.status, StatusCode::UNPROCESSABLE_ENTITY);
    for page in [in_address.body, posted.body] {
        assert!(page.contains("Restore app under another name") && page.contains(&link), "{page}");
        assert!(page.contains(r#"value="app-restored""#), "{page}");
    }

    let typed = [&form[..], &[("name", "no/slash")]].concat();
    let wrong = browser.post(PAGE, &typed).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(r#"value="no/slash""#) && !wrong.body.contains(&link));
    let typed = [&form[..], &[("name", "app-restored")]].concat();
    let restored = browser.post(PAGE, &typed).await;
    assert_eq!(restored.location(), format!("/secrets/{old}?restored=1"));
    assert!(browser.get(PAGE).await.body.contains("The trash is empty"));
}

#[tokio::test]
async fn a_secret_is_destroyed_by_whoever_may_types_its_name_and_confirms() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let workspace = owner.workspace.to_string();
    let mut browser = site.owner().await;
    let id = site.secret(&owner, "dev", "app", &[("KEY", "value")]).await;
    site.store.trash_secret(&owner, id, Version::FIRST).await.unwrap();
    let asking = format!("{PAGE}?ask={id}");
    let question = "Destroy app?";
    assert!(!browser.get(PAGE).await.body.contains(question));
    let page = browser.get(&asking).await.body;
    let effect = "Its only version, with the values of 1 key, goes for good.";
    assert!(page.contains(question) && page.contains(effect), "{page}");

    let id_text = id.to_string();
    let form = [("workspace", workspace.as_str()), ("asks", "destroy"), ("id", id_text.as_str())];
    let wrong = browser.post(PAGE, &[&form[..], &[("name", "App")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Not destroyed: the name typed"), "{}", wrong.body);
    assert!(wrong.body.contains(question) && wrong.body.contains(r#"value="App""#));

    site.clock.advance(6 * 60_000);
    let form = [&form[..], &[("name", "app")]].concat();
    let asked = browser.post(PAGE, &form).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.body.contains(r#"name="confirm_password""#) && !asked.body.contains(question));
    let confirmed = [&form[..], &[("confirm_password", PASSWORD)]].concat();
    browser.post(PAGE, &confirmed).await;
    let done = browser.post(PAGE, &confirmed).await;
    assert_eq!(done.location(), "/trash?done=destroyed");
    let page = browser.get(done.location()).await.body;
    assert!(page.contains("Destroyed the secret") && page.contains("The trash is empty"), "{page}");
}

#[tokio::test]
async fn whoever_may_not_destroy_is_told_why_and_not_asked() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let id = site.secret(&owner, "dev", "app", &[("KEY", "value")]).await;
    site.store.trash_secret(&owner, id, Version::FIRST).await.unwrap();
    bring_everybody(site.folder.path()).await;
    for (role, restores) in [(Role::Developer, true), (Role::Viewer, false)] {
        let mut browser = site.browser();
        browser.sign_in(&Person::Member(role).email().unwrap(), PASSWORD).await;
        let page = browser.get(&format!("{PAGE}?ask={id}")).await.body;
        assert!(!page.contains("Destroy app?") && !page.contains("?ask="), "{page}");
        assert!(page.contains("Your role here may not destroy secrets."), "{page}");
        assert_eq!(!page.contains("Your role here may not change secrets"), restores, "{page}");
    }
}

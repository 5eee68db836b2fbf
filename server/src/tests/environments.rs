//! Environments by their page: several at once, and what is said where.

use axum::http::StatusCode;

use super::support::Site;

const PAGE: &str = "/environments";

#[tokio::test]
async fn several_are_added_at_once_or_none() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let workspace = owner.workspace.to_string();
    let mut browser = site.owner().await;
    let names = async || {
        let all = site.store.list_environments(&owner).await.unwrap();
        all.iter().map(|found| found.name.to_string()).collect::<Vec<_>>()
    };
    let form = |asks: &'static str| vec![("workspace", workspace.as_str()), ("asks", asks)];
    let add = |text: &'static str| [form("create"), vec![("names", text)]].concat();

    let wrong = browser.post(PAGE, &add("review, no slash, dev")).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    assert!(wrong.body.contains("No environment was added. no slash: "), "{}", wrong.body);
    assert!(wrong.body.contains("review, no slash, dev"), "what was typed stays: {}", wrong.body);
    let taken = browser.post(PAGE, &add("review\r\ndev")).await;
    assert!(taken.body.contains("No environment was added. dev: This name is taken"));
    let none = browser.post(PAGE, &add(" , ")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(names().await, ["dev", "staging", "prod"]);

    let added = browser.post(PAGE, &add("review, qa\r\npreview")).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    assert!(browser.get(added.location()).await.body.contains("Added."));
    assert_eq!(names().await, ["dev", "staging", "prod", "review", "qa", "preview"]);

    // The settings of one stay open when one of their forms fails.
    let all = site.store.list_environments(&owner).await.unwrap();
    let id = all.last().unwrap().id.to_string();
    let edit = browser.get(&format!("{PAGE}?edit={id}")).await;
    assert!(edit.body.contains("Edit preview"), "{}", edit.body);
    let renamed = [form("rename"), vec![("id", id.as_str()), ("name", "dev")]].concat();
    let taken = browser.post(PAGE, &renamed).await;
    assert!(taken.body.contains("Edit preview") && taken.body.contains("This name is taken"));
    let moved = [form("move"), vec![("id", id.as_str()), ("step", "-1")]].concat();
    assert_eq!(browser.post(PAGE, &moved).await.status, StatusCode::SEE_OTHER);
    assert_eq!(names().await, ["dev", "staging", "prod", "review", "preview", "qa"]);
}

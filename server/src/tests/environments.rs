//! Environments by their page: several at once, and what is said where.

use axum::http::StatusCode;
use model::{ListQuery, Role};

use super::support::people::bring_everybody;
use super::support::{PASSWORD, Person, Site};

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

#[tokio::test]
async fn who_may_not_write_in_one_of_several_makes_a_secret_in_none() {
    let site = Site::set_up().await;
    bring_everybody(site.folder.path()).await;
    let owner = site.caller().await;
    let mut places = Vec::new();
    for name in ["dev", "prod"] {
        places.push(site.environment(&owner, name).await.to_string());
    }
    let developer = Person::Member(Role::Developer).email().unwrap();
    let mut browser = site.browser();
    browser.sign_in(&developer, PASSWORD).await;
    let workspace = owner.workspace.to_string();
    let mut make = async |chosen: &[String]| {
        let mut fields = vec![
            ("workspace", workspace.as_str()),
            ("draft[name]", "queue"),
            ("draft[rows][0][key]", "A"),
            ("draft[rows][0][value]", "kestrel"),
        ];
        fields.extend(chosen.iter().map(|id| ("draft[environments][]", id.as_str())));
        browser.call("/fn/secrets/create", &fields).await
    };
    let count = async || {
        let page = site.store.list_secrets(&owner, &ListQuery::default()).await.unwrap();
        page.total
    };
    let refused = make(&places).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert_eq!(count().await, 0);
    let done = make(&places[..1]).await;
    assert_eq!((done.status, count().await), (StatusCode::OK, 1), "{}", done.body);
}

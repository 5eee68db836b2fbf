//! The list of secrets as the server draws it, and the views that people save of it.

use axum::http::StatusCode;

use super::support::Site;

#[tokio::test]
async fn the_first_page_is_drawn_whole_and_says_how_long_the_list_is() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    for number in 0..53 {
        let name = format!("service-{number:02}");
        site.secret(&owner, "dev", &name, &[("KEY", "CANARY")]).await;
    }
    let mut browser = site.owner().await;
    let first = browser.get("/secrets").await.body;
    let rows = |body: &str| body.matches("<tr aria-rowindex").count() - 1;
    assert_eq!(rows(&first), 50, "{first}");
    for text in ["aria-rowcount=\"54\"", "service-49", "53 secrets", "rel=\"next\""] {
        assert!(first.contains(text), "{text} is not in {first}");
    }
    assert!(!first.contains("row-space") && !first.contains(" style="), "{first}");
    assert!(!first.contains("service-50") && !first.contains("CANARY"), "{first}");
    // Without scripts, a link leads on.
    let link = first.split("href=\"/secrets?after=").nth(1).unwrap().split('"').next().unwrap();
    let second = browser.get(&format!("/secrets?after={link}")).await.body;
    assert_eq!(rows(&second), 3, "{second}");
    assert!(second.contains("service-52") && second.contains("53 secrets"), "{second}");
}

#[tokio::test]
async fn a_view_is_saved_linked_and_deleted_without_scripts() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let workspace = owner.workspace.to_string();
    let mut browser = site.owner().await;
    let save = |name: &'static str| {
        vec![
            ("workspace", workspace.as_str()),
            ("name", name),
            ("filters[env]", "prod"),
            ("filters[q]", "50% & pg"),
            ("filters[rotation]", "overdue"),
        ]
    };
    let saved = browser.post("/fn/views/save", &save("What <we> run")).await;
    assert_eq!(saved.status, StatusCode::FOUND, "{}", saved.body);
    assert_eq!(saved.location(), "/secrets?env=prod&q=50%25%20%26%20pg&rotation=overdue");
    let page = browser.get(saved.location()).await.body;
    for text in [
        "href=\"/secrets?env=prod&amp;q=50%25%20%26%20pg&amp;rotation=overdue\"",
        "What &lt;we&gt; run",
        "Nothing matches “50% &amp; pg” in prod",
        "Search all environments",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    let nameless = browser.call("/fn/views/save", &save(" ")).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let delete = [("workspace", workspace.as_str()), ("name", "what <we> RUN")];
    let deleted = browser.post("/fn/views/delete", &delete).await;
    assert_eq!(deleted.location(), "/secrets");
    assert!(!browser.get("/secrets").await.body.contains("What &lt;we&gt; run"));
}

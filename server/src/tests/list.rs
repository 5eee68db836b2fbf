//! The list of secrets as the server draws it.

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

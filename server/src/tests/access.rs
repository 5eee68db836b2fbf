//! Who may read a secret, as its page says it.

use model::{Role, Scope};

use super::support::people::bring_everybody;
use super::support::{Answer, PASSWORD, Person, Site};

/// The row of a table that names this, as text.
fn row(page: &Answer, name: &str) -> String {
    let rows = page.body.split("<tr").skip(1).filter_map(|row| row.split("</tr>").next());
    let mut named = rows.filter(|row| row.contains(&format!(">{name}<")));
    let row = named.next().map(str::to_owned);
    row.unwrap_or_else(|| panic!("nothing names {name}: {}", page.body))
}

#[tokio::test]
async fn people_and_tokens_are_told_with_what_they_see_and_only_to_those_who_may_know() {
    let site = Site::set_up().await;
    bring_everybody(site.folder.path()).await;
    let owner = site.caller().await;
    let secret = site.secret(&owner, "prod", "app", &[("KEY", "kestrel")]).await;
    site.token(&owner, &[Scope::Read]).await;
    let page = format!("/secrets/{secret}/access");

    let seen = site.owner().await.get(&page).await;
    assert!(row(&seen, "Mara Kovac").contains("Every value, with the password"), "{}", seen.body);
    assert!(row(&seen, "developer@example.org").contains("Plain values"));
    assert!(row(&seen, "auditor@example.org").contains("Names only"));
    assert!(row(&seen, "test").contains("Mara Kovac"), "the token, and whose it is");
    assert!(seen.body.contains("Who has seen it"));

    // Who does not see its environment is not among the people.
    let developer = site.caller_of("developer@example.org").await.user;
    site.store.change_grants(&owner, developer, true, &[]).await.unwrap();
    let seen = site.owner().await.get(&page).await;
    assert!(!seen.body.contains(">developer@example.org<"), "{}", seen.body);

    let viewer = Person::Member(Role::Viewer).email().unwrap();
    let mut browser = site.browser();
    browser.sign_in(&viewer, PASSWORD).await;
    let seen = browser.get(&page).await;
    assert!(row(&seen, "Mara Kovac").contains("Every value"), "{}", seen.body);
    assert!(!seen.body.contains(">test<") && !seen.body.contains("/audit?target="));
}

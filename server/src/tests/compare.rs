//! Comparing two environments by the page, and promoting keys from one to the other.

use axum::http::StatusCode;
use model::{Role, SecretId};
use store::{Caller, ReadValues};

use super::support::people::{bring_everybody, let_sudo_end};
use super::support::{Browser, PASSWORD, Person, Site};

const PAGE: &str = "/compare?left=dev&right=prod";

/// A site with secrets in `dev` and `prod`, and the `db` of the latter.
async fn site() -> (Site, Caller, SecretId) {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let db = [("HOST", "kestrel-a"), ("PASS", "kestrel-1"), ("OLD", "kestrel-x")];
    site.secret(&owner, "dev", "db", &db).await;
    let over = [("HOST", "kestrel-a"), ("PASS", "kestrel-2")];
    let over = site.secret(&owner, "prod", "db", &over).await;
    site.secret(&owner, "dev", "queue", &[("URL", "kestrel-amqp")]).await;
    site.secret(&owner, "prod", "stripe", &[("KEY", "kestrel-sk")]).await;
    (site, owner, over)
}

async fn browser(site: &Site, person: Person) -> Browser {
    let mut browser = site.browser();
    let answer = browser.sign_in(&person.email().unwrap(), PASSWORD).await;
    assert_eq!(answer.location(), "/secrets");
    browser
}

async fn values(site: &Site, owner: &Caller, id: SecretId) -> Vec<String> {
    let wanted = ReadValues { version: None, keys: Vec::new() };
    let read = site.store.read_values(owner, id, &wanted).await.unwrap();
    let pairs = read.values.iter();
    pairs.map(|(key, value)| format!("{key}={}", value.dangerously_expose())).collect()
}

#[tokio::test]
async fn keys_are_compared_chosen_reviewed_and_promoted() {
    let (site, owner, over) = site().await;
    let mut browser = site.owner().await;
    let page = browser.get(PAGE).await;
    page.says(&["Differences 4", "Only in dev 2", "Only in prod 1", "Different 1", "Same 1"]);
    page.says(&["All 5", "Missing", r#"value="db/PASS""#, r#"value="queue/URL""#]);
    page.says(&["prod does not have it", "dev does not have it", "Review promotion</span>"]);
    page.says(&[r#"data-one="Promote 1 key to prod…""#, r#"data-more="Promote # keys to prod…""#]);
    assert!(!page.body.contains(r#"value="db/HOST""#), "it is the same: {}", page.body);
    assert!(!page.body.contains(r#"value="stripe/KEY""#), "the left does not have it");
    let swapped = browser.get("/compare?left=prod&right=dev&only=left").await;
    swapped.says(&[r#"value="stripe/KEY""#]);
    assert!(!swapped.body.contains("queue"), "{}", swapped.body);
    browser.get(&format!("{PAGE}&only=same&q=hos")).await.says(&["HOST", "Same 1", "All 1"]);
    browser.get("/compare?left=dev&right=dev").await.says(&["Choose two environments"]);
    let unknown = browser.get("/compare?left=dev&right=elsewhere").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);

    let workspace = owner.workspace.to_string();
    let begin = |asks: &'static str| {
        vec![("workspace", workspace.as_str()), ("asks", asks), ("left", "dev"), ("right", "prod")]
    };
    let none = browser.post("/compare", &begin("review")).await;
    assert_eq!(none.status, StatusCode::CONFLICT);
    none.says(&["Choose at least one key to promote."]);
    let chosen = [("key", "db/PASS"), ("key", "db/OLD"), ("key", "queue/URL")];
    let review = browser.post("/compare", &[&begin("review")[..], &chosen].concat()).await;
    assert_eq!(review.status, StatusCode::OK);
    review.says(&["Promote 3 keys from dev to prod?", "Promote 3 keys to prod"]);
    review.says(&["Version 1 in prod becomes 2.", "PASS is replaced", "OLD is added"]);
    review.says(&["It is not in prod yet", "URL is added", "prod is protected"]);
    review.says(&[r#"value="db:1:1""#, r#"value="queue:1:0""#]);

    let at = [("at", "db:1:1"), ("at", "queue:1:0"), ("note", "the release")];
    let promote = [&begin("promote")[..], &chosen, &at].concat();
    let long = "x".repeat(2_000);
    let noted = [&promote[..], &[("note", long.as_str())]].concat();
    let noted = browser.post("/compare", &noted).await;
    assert_eq!(noted.status, StatusCode::UNPROCESSABLE_ENTITY);
    noted.says(&["Promote 3 keys from dev to prod?"]);
    assert_eq!(values(&site, &owner, over).await, ["HOST=kestrel-a", "PASS=kestrel-2"]);
    let done = browser.post("/compare", &promote).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    browser.get(done.location()).await.says(&["Promoted 3 keys of 2 secrets to prod.", "Same 4"]);
    let held = ["HOST=kestrel-a", "PASS=kestrel-1", "OLD=kestrel-x"];
    assert_eq!(values(&site, &owner, over).await, held);
    assert_eq!(site.store.list_versions(&owner, over).await.unwrap()[0].note, "the release");

    // The same once more: both were changed in between.
    let again = browser.post("/compare", &promote).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.says(&["Nothing was promoted.", "db was changed in between: version 2 by Mara Kovac"]);
    again.says(&["queue was changed in between: version 1 by Mara Kovac"]);
    assert_eq!(values(&site, &owner, over).await, held);
}

#[tokio::test]
async fn what_is_told_and_offered_depends_on_the_role() {
    let (site, owner, _) = site().await;
    bring_everybody(site.folder.path()).await;
    for (role, untold) in [
        (Role::Developer, "you may not reveal in prod"),
        (Role::Viewer, "you may not reveal in dev"),
        (Role::Auditor, "you may not reveal in dev"),
    ] {
        let mut browser = browser(&site, Person::Member(role)).await;
        let page = browser.get(PAGE).await;
        page.says(&["Only in dev 2", "Only in prod 1", "May differ 2", "Your role here may not"]);
        page.says(&[untold]);
        assert!(!page.body.contains(r#"name="key""#), "{role}: nothing to choose");
        assert!(!page.body.contains("Same "), "{role}: not told");
    }
    // Out of a protected environment goes only what one may reveal there.
    let mut developer = browser(&site, Person::Member(Role::Developer)).await;
    let within = developer.get("/compare?left=dev&right=staging").await;
    within.says(&[r#"value="db/PASS""#, "Review promotion", "Same 0"]);
    let out = developer.get("/compare?left=prod&right=dev").await;
    out.says(&["Your role here may not"]);
    assert!(!out.body.contains(r#"name="key""#), "{}", out.body);
    let mut admin = browser(&site, Person::Member(Role::Admin)).await;
    admin.get(PAGE).await.says(&["Same 1", r#"value="db/PASS""#]);

    // Whose password was given too long ago is asked for it, and told then.
    let mut stale = browser(&site, Person::StaleOwner).await;
    let_sudo_end(site.folder.path()).await;
    let page = stale.get(PAGE).await;
    page.says(&["May differ 2", "Which values are the same is told after your password."]);
    page.says(&["Compare the values", "May differ</span>"]);
    assert_eq!(page.body.matches("your password").count(), 1, "it is said once: {}", page.body);
    let workspace = owner.workspace.to_string();
    let sides = [("left", "dev"), ("right", "prod")];
    let form = [&[("workspace", &*workspace), ("asks", "compare")], &sides[..]].concat();
    let asked = stale.post("/compare", &form).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    asked.says(&[r#"name="confirm_password""#]);
    let given = [&form[..], &[("confirm_password", PASSWORD)]].concat();
    let given = stale.post("/compare", &given).await;
    assert_eq!(given.status, StatusCode::TEMPORARY_REDIRECT, "{}", given.body);
    assert_eq!(stale.post("/compare", &form).await.location(), PAGE);
    stale.get(PAGE).await.says(&["Same 1", "Different 1"]);
}

#[tokio::test]
async fn values_are_compared_so_often_in_a_minute() {
    let (site, ..) = site().await;
    let mut browser = site.owner().await;
    let mut limited = None;
    for _ in 0..200 {
        let page = browser.get(PAGE).await;
        if page.body.contains("Many comparisons in a minute") {
            limited = Some(page);
            break;
        }
    }
    let limited = limited.expect("200 are too many");
    limited.says(&["Only in dev 2", "May differ 2", "May differ</span>"]);
}

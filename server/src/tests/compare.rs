//! Comparing two environments by the page, and promoting keys from one to the other.

use axum::http::StatusCode;
use model::{Role, SecretId};
use store::{Caller, ReadValues};

use super::support::people::{bring_everybody, let_sudo_end};
use super::support::{Answer, Browser, PASSWORD, Person, Site};

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

#[track_caller]
fn says(answer: &Answer, texts: &[&str]) {
    // What stands between two texts for the browser that may take the page over.
    let body = answer.body.replace("<!>", "");
    for text in texts {
        assert!(body.contains(text), "{text} is not in {body}");
    }
    assert!(!answer.body.contains("kestrel"), "no value is shown: {}", answer.body);
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
    says(&page, &["Differences 4", "Only in dev 2", "Only in prod 1", "Different 1", "Same 1"]);
    says(&page, &["All 5", "Missing", r#"value="db/PASS""#, r#"value="queue/URL""#]);
    says(&page, &["prod does not have it", "dev does not have it", "Review promotion</span>"]);
    says(
        &page,
        &[r#"data-one="Promote 1 key to prod…""#, r#"data-more="Promote # keys to prod…""#],
    );
    assert!(!page.body.contains(r#"value="db/HOST""#), "it is the same: {}", page.body);
    assert!(!page.body.contains(r#"value="stripe/KEY""#), "the left does not have it");
    let swapped = browser.get("/compare?left=prod&right=dev&only=left").await;
    says(&swapped, &[r#"value="stripe/KEY""#]);
    assert!(!swapped.body.contains("queue"), "{}", swapped.body);
    says(&browser.get(&format!("{PAGE}&only=same&q=hos")).await, &["HOST", "Same 1", "All 1"]);
    says(&browser.get("/compare?left=dev&right=dev").await, &["Choose two environments"]);
    let unknown = browser.get("/compare?left=dev&right=elsewhere").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);

    let workspace = owner.workspace.to_string();
    let begin = |asks: &'static str| {
        vec![("workspace", workspace.as_str()), ("asks", asks), ("left", "dev"), ("right", "prod")]
    };
    let none = browser.post("/compare", &begin("review")).await;
    assert_eq!(none.status, StatusCode::CONFLICT);
    says(&none, &["Choose at least one key to promote."]);
    let chosen = [("key", "db/PASS"), ("key", "db/OLD"), ("key", "queue/URL")];
    let review = browser.post("/compare", &[&begin("review")[..], &chosen].concat()).await;
    assert_eq!(review.status, StatusCode::OK);
    says(&review, &["Promote 3 keys from dev to prod?", "Promote 3 keys to prod"]);
    says(&review, &["Version 1 in prod becomes 2.", "PASS is replaced", "OLD is added"]);
    says(&review, &["It is not in prod yet", "URL is added", "prod is protected"]);
    says(&review, &[r#"value="db:1:1""#, r#"value="queue:1:0""#]);

    let at = [("at", "db:1:1"), ("at", "queue:1:0"), ("note", "the release")];
    let promote = [&begin("promote")[..], &chosen, &at].concat();
    let long = "x".repeat(2_000);
    let noted = [&promote[..], &[("note", long.as_str())]].concat();
    let noted = browser.post("/compare", &noted).await;
    assert_eq!(noted.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&noted, &["Promote 3 keys from dev to prod?"]);
    assert_eq!(values(&site, &owner, over).await, ["HOST=kestrel-a", "PASS=kestrel-2"]);
    let done = browser.post("/compare", &promote).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    says(&browser.get(done.location()).await, &["Promoted 3 keys of 2 secrets to prod.", "Same 4"]);
    let held = ["HOST=kestrel-a", "PASS=kestrel-1", "OLD=kestrel-x"];
    assert_eq!(values(&site, &owner, over).await, held);
    assert_eq!(site.store.list_versions(&owner, over).await.unwrap()[0].note, "the release");

    // The same once more: both were changed in between.
    let again = browser.post("/compare", &promote).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    says(&again, &["Nothing was promoted.", "db was changed in between: version 2 by Mara Kovac"]);
    says(&again, &["queue was changed in between: version 1 by Mara Kovac"]);
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
        says(&page, &["Only in dev 2", "Only in prod 1", "May differ 2", "Your role here may not"]);
        says(&page, &[untold]);
        assert!(!page.body.contains(r#"name="key""#), "{role}: nothing to choose");
        assert!(!page.body.contains("Same "), "{role}: not told");
    }
    // Out of a protected environment goes only what one may reveal there.
    let mut developer = browser(&site, Person::Member(Role::Developer)).await;
    let within = developer.get("/compare?left=dev&right=staging").await;
    says(&within, &[r#"value="db/PASS""#, "Review promotion", "Same 0"]);
    let out = developer.get("/compare?left=prod&right=dev").await;
    says(&out, &["Your role here may not"]);
    assert!(!out.body.contains(r#"name="key""#), "{}", out.body);
    let mut admin = browser(&site, Person::Member(Role::Admin)).await;
    says(&admin.get(PAGE).await, &["Same 1", r#"value="db/PASS""#]);

    // Whose password was given too long ago is asked for it, and told then.
    let mut stale = browser(&site, Person::StaleOwner).await;
    let_sudo_end(site.folder.path()).await;
    let page = stale.get(PAGE).await;
    says(&page, &["May differ 2", "Which values are the same is told after your password."]);
    says(&page, &["Compare the values", "May differ</span>"]);
    assert_eq!(page.body.matches("your password").count(), 1, "it is said once: {}", page.body);
    let workspace = owner.workspace.to_string();
    let sides = [("left", "dev"), ("right", "prod")];
    let form = [&[("workspace", &*workspace), ("asks", "compare")], &sides[..]].concat();
    let asked = stale.post("/compare", &form).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    says(&asked, &[r#"name="confirm_password""#]);
    let given = [&form[..], &[("confirm_password", PASSWORD)]].concat();
    let given = stale.post("/compare", &given).await;
    assert_eq!(given.status, StatusCode::TEMPORARY_REDIRECT, "{}", given.body);
    assert_eq!(stale.post("/compare", &form).await.location(), PAGE);
    says(&stale.get(PAGE).await, &["Same 1", "Different 1"]);
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
    says(&limited, &["Only in dev 2", "May differ 2", "May differ</span>"]);
}

//! A secret's versions: the list of them, and any two beside each other.

use model::SecretId;

use super::support::{Browser, Site};

const KEYS: [(&str, &str); 5] =
    [("A", "kestrel-a"), ("B", "kestrel-b"), ("C", "kestrel-c"), ("D", "kestrel-d"), ("E", "e")];

/// A secret with keys that were rotated, one in each version after the first.
async fn rotated(site: &Site, browser: &mut Browser, keys: &[&str]) -> SecretId {
    let owner = site.caller().await;
    let id = site.secret(&owner, "dev", "app", &KEYS).await;
    let workspace = owner.workspace.to_string();
    for (index, key) in keys.iter().copied().enumerate() {
        let from = (index + 1).to_string();
        let (field, value) = (format!("value-{key}"), format!("kestrel-new-{key}"));
        let form = [
            ("workspace", &*workspace),
            ("asks", "rotate"),
            ("from", &*from),
            ("key", key),
            (&*field, &*value),
        ];
        let done = browser.post(&format!("/secrets/{id}/rotate"), &form).await;
        assert!(done.location().ends_with("done=rotated"), "{}", done.body);
    }
    id
}

#[tokio::test]
async fn versions_are_listed_from_the_newest_and_the_last_two_are_chosen() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let id = rotated(&site, &mut browser, &["A", "B"]).await;
    let page = browser.get(&format!("/secrets/{id}/history")).await;
    page.says(&["Created", "Rotated", "by Mara Kovac", ">Changed </span>", ">Added </span>"]);
    page.says(&[r#"name="left" value="2" checked"#, r#"name="right" value="3" checked"#]);
    let list = page.body.split(r#"<ol class="timeline">"#).nth(1).unwrap();
    let list = list.split("</ol>").next().unwrap();
    let heads: Vec<_> = list.split("<h3>").skip(1).map(|entry| &entry[..9]).collect();
    assert_eq!(heads, ["Version 3", "Version 2", "Version 1"]);
    let [first, rest] = list.split_once("Version 2").map(<[_; 2]>::from).unwrap();
    assert!(first.contains("Current") && first.contains("aria-current"), "{first}");
    assert!(!rest.contains("Current") && !rest.contains("aria-current"), "{rest}");
    assert!(!first.contains("restore=3") && rest.contains("restore=2"), "{list}");
    assert!(!page.body.contains("Value given anew"), "nothing is compared yet: {}", page.body);
}

#[tokio::test]
async fn any_two_versions_are_compared_whichever_was_chosen_first() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let id = rotated(&site, &mut browser, &["A", "B"]).await;
    let path = format!("/secrets/{id}/history");
    for chosen in ["left=1&right=2", "left=2&right=1"] {
        let page = browser.get(&format!("{path}?{chosen}")).await;
        page.says(&["Version 1 and version 2", "Value given anew", "4 keys unchanged"]);
        page.says(&[r#"name="left" value="1" checked"#, r#"name="right" value="2" checked"#]);
        assert_eq!(page.body.matches("Value given anew").count(), 1, "{}", page.body);
    }
    let both = browser.get(&format!("{path}?left=1&right=3")).await;
    assert_eq!(both.body.matches("Value given anew").count(), 2, "{}", both.body);
    both.says(&[">Same<"]);
    assert!(!both.body.contains("unchanged"), "three are few: {}", both.body);
    let same = browser.get(&format!("{path}?left=2&right=2")).await;
    same.says(&["Version 2 cannot differ from itself."]);
    let gone = browser.get(&format!("{path}?left=1&right=9")).await;
    gone.says(&["The secret does not have both of these versions."]);

    // What is shown of a key that is folded up stands there open.
    let workspace = site.caller().await.workspace.to_string();
    let show = |key: &'static str| {
        let of = [("workspace", &*workspace), ("asks", "show"), ("key", key)];
        [&of[..], &[("version", "1"), ("other", "2")]].concat()
    };
    let folded = browser.post(&path, &show("B")).await;
    assert!(folded.body.contains("<details open"), "{}", folded.body);
    assert_eq!(folded.body.matches("kestrel-b").count(), 2, "{}", folded.body);
    // It hides when values do.
    assert_eq!(folded.header("refresh"), format!("30; url={path}?left=1&right=2"));
    let changed = browser.post(&path, &show("A")).await;
    assert!(!changed.body.contains("<details open"), "{}", changed.body);
    assert!(changed.body.contains("kestrel-a") && changed.body.contains("kestrel-new-A"));
}

#[tokio::test]
async fn a_first_version_is_compared_with_nothing() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let id = rotated(&site, &mut browser, &[]).await;
    let page = browser.get(&format!("/secrets/{id}/history")).await;
    page.says(&["Version 1", "Current"]);
    assert!(!page.body.contains(r#"name="left""#), "{}", page.body);
}

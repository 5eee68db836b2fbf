//! Several secrets at once: tags, another environment, the trash.

use axum::http::StatusCode;
use model::{Scope, SecretId};

use super::support::Site;

const PAGE: &str = "/secrets/selected";

#[tokio::test]
async fn what_was_selected_is_tagged_moved_and_deleted() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let one = site.secret(&owner, "dev", "one", &[("A", "kestrel-1"), ("B", "kestrel-2")]).await;
    let two = site.secret(&owner, "dev", "two", &[("C", "kestrel-3")]).await;
    let mut browser = site.owner().await;
    let page = browser.get(&format!("{PAGE}?id={one}&id={two}&id=nonsense")).await;
    for text in ["2 secrets selected", "# dev/one\nA=\nB=\n", "Move 2 secrets to the trash"] {
        assert!(page.body.contains(text), "{text} is not in {}", page.body);
    }
    assert!(!page.body.contains("kestrel"), "{}", page.body);
    assert!(browser.get(PAGE).await.body.contains("Nothing is selected"));

    let workspace = owner.workspace.to_string();
    let form = |asks: &'static str, versions: [u32; 2]| {
        let at = [format!("{one}:{}", versions[0]), format!("{two}:{}", versions[1])];
        let [first, second] = at;
        let pairs = [("workspace", workspace.clone()), ("asks", asks.to_owned())];
        [&pairs[..], &[("at", first), ("at", second)]].concat()
    };
    let mut send = async |form: Vec<(&'static str, String)>, more: &[(&str, &str)]| {
        let pairs: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(PAGE, &[&pairs[..], more].concat()).await
    };
    let tagged = send(form("tag", [1, 1]), &[("add", "money, db"), ("remove", "old")]).await;
    assert_eq!(tagged.status, StatusCode::SEE_OTHER, "{}", tagged.body);
    let detail = site.store.secret(&owner, two).await.unwrap();
    let tags: Vec<_> = detail.summary.tags.iter().map(ToString::to_string).collect();
    assert_eq!((tags, detail.summary.version.0), (vec!["db".to_owned(), "money".to_owned()], 2));
    // The same again changes nothing, and makes no version.
    let again = send(form("tag", [2, 2]), &[("add", "db")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    assert_eq!(site.store.secret(&owner, two).await.unwrap().summary.version.0, 2);
    let wrong = send(form("tag", [2, 2]), &[("add", "so/so")]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);

    // One of them is taken there: the other one moves, and that is said.
    site.secret(&owner, "staging", "two", &[("C", "kestrel-4")]).await;
    let moved = send(form("move", [2, 2]), &[("environment", "staging")]).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert!(moved.body.contains("1 secret changed. Not changed: two: "), "{}", moved.body);

    let stale = send(form("trash", [2, 1]), &[]).await;
    assert!(
        stale
            .body
            .contains("1 secret changed. Not changed: two was changed in between: version 2."),
        "{}",
        stale.body
    );
    assert_eq!(site.store.list_trash(&owner).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_programs_read_is_deleted_once_it_was_typed() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        ids.push(site.secret(&owner, "dev", name, &[("A", "kestrel")]).await);
    }
    let program = site.program(site.token(&owner, &[Scope::Read]).await);
    for name in ["one", "three"] {
        let read = program.get(&format!("/secrets/dev/{name}/values")).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.body);
    }
    let mut browser = site.owner().await;
    let query = |ids: &[SecretId]| {
        let ids: Vec<String> = ids.iter().map(|id| format!("id={id}")).collect();
        format!("{PAGE}?{}", ids.join("&"))
    };
    let all = browser.get(&query(&ids)).await.text();
    for text in [
        "Programs that read them stop getting them at once.",
        "dev/one</code>: test read it in the last 30 days.",
        "dev/three</code>: test read it in the last 30 days.",
        "Type “delete 3 secrets” to go on",
    ] {
        assert!(all.contains(text), "{text} is not in {all}");
    }
    assert!(!all.contains("dev/two</code>"), "nobody reads it: {all}");
    let unread = browser.get(&query(&ids[1..2])).await;
    assert!(
        unread.body.contains("Nobody with access read them in the last 30 days."),
        "{}",
        unread.body
    );
    assert!(!unread.body.contains(r#"name="typed""#), "{}", unread.body);
    let single = browser.get(&query(&ids[..1])).await;
    assert!(single.body.contains("Type one to delete it"), "{}", single.body);

    let workspace = owner.workspace.to_string();
    let at: Vec<String> = ids.iter().map(|id| format!("{id}:1")).collect();
    for (chosen, typed, status) in [
        (&[0, 1][..], "", StatusCode::UNPROCESSABLE_ENTITY),
        (&[0, 1], "delete 3 secrets", StatusCode::UNPROCESSABLE_ENTITY),
        (&[0], "delete 1 secret", StatusCode::UNPROCESSABLE_ENTITY),
        (&[1], "", StatusCode::SEE_OTHER),
        (&[0, 2], " delete 2 secrets ", StatusCode::SEE_OTHER),
    ] {
        let mut form = vec![("workspace", &*workspace), ("asks", "trash"), ("typed", typed)];
        form.extend(chosen.iter().map(|index: &usize| ("at", &*at[*index])));
        let before = site.store.list_trash(&owner).await.unwrap().len();
        let answer = browser.post(PAGE, &form).await;
        assert_eq!(answer.status, status, "{typed:?}: {}", answer.body);
        let moved = site.store.list_trash(&owner).await.unwrap().len() - before;
        if status == StatusCode::SEE_OTHER {
            assert_eq!(moved, chosen.len());
        } else {
            assert_eq!(moved, 0, "{typed:?} deletes nothing");
            let field = answer.body.split(r#"name="typed""#).nth(1).expect("it is asked again");
            assert!(field.contains("This is not right."), "{}", answer.body);
            assert!(answer.body.contains(r#"aria-invalid="true""#), "{}", answer.body);
        }
    }
}

//! Bringing people in by links, and going from one workspace to another.

use axum::http::StatusCode;

use super::support::{Answer, EMAIL, PASSWORD, Site};

fn link(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let begin = answer.body.find("/invitation/kl_inv_").expect("the link is shown");
    let rest = &answer.body[begin..];
    rest[..rest.find('<').unwrap()].to_owned()
}

#[tokio::test]
async fn a_link_leads_a_new_person_in_and_nobody_after_them() {
    let site = Site::set_up().await;
    let mut owner = site.browser();
    owner.sign_in(EMAIL, PASSWORD).await;
    let workspace = site.caller().await.workspace.to_string();
    let invite = [
        ("workspace", &*workspace),
        ("asks", "invite"),
        ("email", "ann@example.org"),
        ("role", "admin"),
    ];
    let link = link(&owner.post("/members", &invite).await);
    let twice = owner.post("/members", &invite).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.body.contains("This address was invited already"), "{}", twice.body);

    let mut ann = site.browser();
    let page = ann.get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("invites ann@example.org to the workspace"), "{}", page.body);
    assert!(!page.body.contains("<script"), "passwords are typed here");
    let weak = ann.post(&link, &[("asks", "new"), ("name", "Ann"), ("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        weak.body.contains(r#"value="Ann""#) && !weak.body.contains("short\""),
        "{}",
        weak.body
    );
    // Signed in with another address, the link is for somebody else.
    let other = owner.post(&link, &[("asks", "join")]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "{}", other.body);

    let joined = [("asks", "new"), ("name", "Ann"), ("password", PASSWORD)];
    assert_eq!(ann.post(&link, &joined).await.location(), "/secrets");
    let members = ann.get("/members").await;
    assert!(members.body.contains("ann@example.org") && members.body.contains(EMAIL));
    let used = site.browser().get(&link).await;
    assert_eq!(used.status, StatusCode::NOT_FOUND);
    assert!(used.body.contains("accepted already"), "{}", used.body);

    // Who is here already, under the address of before, is told so.
    let invite_twice = [invite[0], invite[1], ("email", "ann@example.com"), invite[3]];
    let second = self::link(&owner.post("/members", &invite_twice).await);
    let profile = store::Profile { name: "Ann".into(), email: "ann@example.com".into() };
    site.store.change_profile(&site.caller_of("ann@example.org").await, profile).await.unwrap();
    ann.sign_in("ann@example.com", PASSWORD).await;
    let here = ann.post(&second, &[("asks", "join")]).await;
    assert_eq!(here.status, StatusCode::CONFLICT, "{}", here.body);
    assert!(here.body.contains("Whoever has this address is a member already"), "{}", here.body);

    // Another workspace, from which the page of the first one is refused.
    let create = [("workspace", &*workspace), ("asks", "create"), ("name", "Second")];
    let created = owner.post("/workspaces", &create).await;
    assert_eq!(created.location(), "/workspaces?done=switched");
    assert_eq!(owner.post("/members", &invite).await.status, StatusCode::CONFLICT);
    let there = owner.get("/workspaces").await;
    assert!(there.body.contains("Second") && there.body.contains("Go there"), "{}", there.body);
}

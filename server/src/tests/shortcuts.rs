//! Keys of one's own: chosen on their page, told by every control.

use axum::http::StatusCode;

use super::support::Site;

const PAGE: &str = "/settings/shortcuts";

#[tokio::test]
async fn keys_of_ones_own_are_told_wherever_they_count_until_they_are_the_usual_ones_again() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let workspace = owner.workspace.to_string();
    let secret = site.secret(&owner, "dev", "app", &[("KEY", "kestrel")]).await;
    let detail = format!("/secrets/{secret}");
    let mut browser = site.owner().await;
    let form = |asks, more: &[(&'static str, &'static str)]| {
        [&[("workspace", workspace.as_str()), ("asks", asks)], more].concat()
    };
    let told = |page: &str, keys: &str| page.contains(&format!(r#"aria-keyshortcuts="{keys}""#));

    let page = browser.get(&detail).await.body;
    assert!(told(&page, "E") && page.contains(r#"data-go="G""#), "{page}");

    // E, G and the question mark, of which a cookie could not hold what was typed.
    let own = [("count", "true"), ("key-65", "m"), ("key-67", ";"), ("key-3f", "é")];
    let saved = browser.post(PAGE, &form("letters", &own)).await;
    assert_eq!(saved.location(), "/settings/shortcuts?done=saved");
    let page = browser.get(saved.location()).await.body;
    assert!(page.contains("Saved your keys.") && page.contains(r#"data-go=";""#), "{page}");
    assert!(page.contains(r#"data-keys="é""#) && page.contains(">M<"));
    let page = browser.get(&detail).await.body;
    assert!(told(&page, "M") && told(&page, "R") && !told(&page, "E"), "{page}");

    let off = browser.post(PAGE, &form("letters", &own[1..])).await;
    let page = browser.get(off.location()).await.body;
    assert!(!page.contains("data-go") && page.contains(r#"value="M""#), "they are kept: {page}");
    let page = browser.get(&detail).await.body;
    assert!(!told(&page, "M") && !told(&page, "R"), "{page}");

    let usual = browser.post(PAGE, &form("usual", &[])).await;
    assert_eq!(usual.location(), "/settings/shortcuts?done=usual");
    assert!(told(&browser.get(&detail).await.body, "E"));
}

#[tokio::test]
async fn a_key_that_would_do_two_things_or_that_no_key_types_is_refused_in_words() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut browser = site.owner().await;
    let cases = [
        (
            "n",
            "N cannot be the key of both “New secret, on the list” and “Edit, on a row or a secret”.",
        ),
        ("no", "“Edit, on a row or a secret” needs one key"),
    ];
    for (typed, said) in cases {
        let form = [
            ("workspace", workspace.as_str()),
            ("asks", "letters"),
            ("count", "true"),
            ("key-65", typed),
        ];
        let refused = browser.post(PAGE, &form).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains(said), "{}", refused.body);
        assert!(refused.body.contains(&format!(r#"value="{typed}""#)), "it can be mended there");
        let at_field = refused.body.split(r#"id="field-key-65-error""#).nth(1).unwrap_or_default();
        let at_field = at_field.split("</p>").next().unwrap_or_default();
        assert!(at_field.contains(said), "{at_field}");
    }
    assert!(!browser.cookies.contains_key("keys"));
}

//! One's own account by its page: what is said where, and what no page says again.

use axum::http::StatusCode;

use super::support::{EMAIL, PASSWORD, Site};

const PAGE: &str = "/settings/account";

#[tokio::test]
async fn another_address_takes_the_password_and_ends_the_other_sessions() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let (mut browser, mut other) = (site.owner().await, site.owner().await);
    site.clock.advance(6 * 60_000);
    let form = [
        ("workspace", workspace.as_str()),
        ("asks", "profile"),
        ("name", "Mara K."),
        ("email", "new@example.org"),
    ];
    let asked = browser.post(PAGE, &form).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    let hidden = r#"type="hidden" name="email" value="new@example.org""#;
    assert!(asked.body.contains(hidden), "{}", asked.body);

    // It is said where it was asked for, and not at the form that changes the password.
    let wrong = browser.post(PAGE, &[&form[..], &[("confirm_password", "wrong")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Confirm with your password"), "{}", wrong.body);
    assert_eq!(wrong.body.matches("This is not your password.").count(), 1, "{}", wrong.body);

    let confirmed = [&form[..], &[("confirm_password", PASSWORD)]].concat();
    let again = browser.post(PAGE, &confirmed).await;
    assert_eq!(again.status, StatusCode::TEMPORARY_REDIRECT);
    let done = browser.post(PAGE, &confirmed).await;
    assert_eq!(done.location(), "/settings/account?done=profile");
    let page = browser.get(done.location()).await;
    assert!(page.body.contains("Saved your profile.") && page.body.contains("Mara K."));
    assert!(other.get("/secrets").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn each_form_says_what_is_wrong_with_it_and_no_password_comes_back() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut browser = site.owner().await;
    let form = |asks: &'static str| vec![("workspace", workspace.as_str()), ("asks", asks)];

    let profile = [form("profile"), vec![("name", "Mara K."), ("email", "nowhere")]].concat();
    let wrong = browser.post(PAGE, &profile).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(r#"value="Mara K.""#) && wrong.body.contains(r#"value="nowhere""#));

    let change = |current: &'static str, new: &'static str| {
        [form("password"), vec![("current_password", current), ("new_password", new)]].concat()
    };
    let wrong = browser.post(PAGE, &change("not mine at all", "seven quiet otters")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not your password."), "{}", wrong.body);
    assert!(!wrong.body.contains("confirm_password"), "another password does not confirm it");
    assert!(!wrong.body.contains("not mine at all") && !wrong.body.contains("seven quiet otters"));
    assert!(wrong.body.contains(&format!(r#"value="{EMAIL}""#)), "{}", wrong.body);
    let short = browser.post(PAGE, &change(PASSWORD, "short")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("Look at the fields below."), "{}", short.body);
}

#[tokio::test]
async fn sessions_end_one_by_one_or_all_others_at_once() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut others = [site.owner().await, site.owner().await, site.owner().await];
    let mut browser = site.owner().await;
    let page = browser.get(PAGE).await.body;
    assert_eq!(page.matches("This browser").count(), 1, "{page}");
    let keys: Vec<_> = page.split(r#"name="key" value=""#).skip(1).collect();
    assert_eq!(keys.len(), 3 + 1, "the session of the set-up is there too: {page}");

    let key = keys[0].split('"').next().unwrap();
    let form = [("workspace", workspace.as_str()), ("asks", "end"), ("key", key)];
    let ended = browser.post(PAGE, &form).await;
    assert_eq!(ended.location(), "/settings/account?done=session");
    assert!(browser.get(ended.location()).await.body.contains("Ended the session."));
    assert_eq!(browser.post(PAGE, &form).await.status, StatusCode::NOT_FOUND);

    let form = [("workspace", workspace.as_str()), ("asks", "end-others")];
    let ended = browser.post(PAGE, &form).await;
    assert_eq!(ended.location(), "/settings/account?done=sessions");
    let page = browser.get(ended.location()).await.body;
    assert!(page.contains("Ended all other sessions.") && !page.contains(r#"name="key""#));
    for other in &mut others {
        assert!(other.get("/secrets").await.location().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn how_the_list_comes_is_kept_in_the_browser() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut browser = site.owner().await;
    let mut chosen = async |chosen: &[&'static str]| {
        let mut form = vec![("workspace", workspace.as_str()), ("asks", "list")];
        form.extend(chosen.iter().map(|name| (*name, "true")));
        let answer = browser.post(PAGE, &form).await;
        assert_eq!(answer.location(), "/settings/account?done=list");
        let page = browser.get(answer.location()).await.body;
        assert!(page.contains("Saved how lists come."), "{page}");
        let boxes = page.split("<input").filter(|input| {
            let is_ours = |name| input.contains(&format!(r#"name="{name}""#));
            ["pages", "compact"].into_iter().any(is_ours)
        });
        let ticked = boxes.map(|input| input.split('>').next().unwrap().contains("checked"));
        (ticked.collect::<Vec<_>>(), page.contains(r#"data-rows="compact""#))
    };
    assert_eq!(chosen(&["pages"]).await, (vec![true, false], false));
    assert_eq!(chosen(&["pages", "compact"]).await, (vec![true, true], true));
    assert_eq!(chosen(&[]).await, (vec![false, false], false));
}

#[tokio::test]
async fn how_long_values_are_shown_is_kept_in_the_browser() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut browser = site.owner().await;
    let mut chosen = async |seconds: &'static str| {
        let form = [("workspace", workspace.as_str()), ("asks", "values"), ("seconds", seconds)];
        let answer = browser.post(PAGE, &form).await;
        assert_eq!(answer.location(), "/settings/account?done=values");
        let page = browser.get(PAGE).await.body;
        let at = page.find("name=\"seconds\"").unwrap();
        let select = &page[at..at + page[at..].find("</select>").unwrap()];
        let chosen = select.split("<option").find(|option| option.contains("selected")).unwrap();
        let (_, value) = chosen.split_once("value=\"").unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    assert_eq!(chosen("120").await, "120");
    assert_eq!(chosen("0").await, "0");
    assert_eq!(chosen("30").await, "30");
    assert_eq!(chosen("0; Domain=evil.example").await, "30", "nothing is kept as it was sent");
}

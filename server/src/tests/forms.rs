//! Plain forms: what they tell, what they keep, where they lead.

use axum::http::StatusCode;

use super::support::{Answer, EMAIL, PASSWORD, Site};

const REFUSED: &str = "Wrong e-mail address or password, or too many tries: \
    after five wrong ones it takes 15 minutes.";

/// All that could tell one refusal from another, with the address taken out.
fn told(answer: &Answer, email: &str) -> (StatusCode, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.body.replace(email, "…"))
}

#[tokio::test]
async fn a_refused_sign_in_tells_nothing() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let unknown = browser.sign_in("nobody@example.org", PASSWORD).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert!(unknown.body.contains(REFUSED), "{}", unknown.body);
    assert!(unknown.body.contains("nobody@example.org") && !unknown.body.contains(PASSWORD));

    let wrong = browser.sign_in(EMAIL, "wrong").await;
    for _ in 0..5 {
        browser.sign_in(EMAIL, "wrong").await;
    }
    let locked = browser.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(told(&wrong, EMAIL), told(&unknown, "nobody@example.org"));
    assert_eq!(told(&locked, EMAIL), told(&unknown, "nobody@example.org"));

    site.clock.advance(15 * 60_000 + 1);
    assert_eq!(browser.sign_in(EMAIL, PASSWORD).await.location(), "/secrets");
}

#[tokio::test]
async fn signing_in_leads_to_where_one_was_going_and_never_elsewhere() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let sent = browser.get("/secrets?q=a%20b&env=dev").await;
    assert_eq!(sent.location(), "/sign-in?next=%2Fsecrets%3Fq%3Da%2520b%26env%3Ddev");
    let page = browser.get(sent.location()).await;
    let next = r#"name="next" value="/secrets?q=a%20b&amp;env=dev""#;
    assert!(page.body.contains(next), "{}", page.body);

    let failed = browser
        .post("/sign-in", &[("email", EMAIL), ("password", "wrong"), ("next", "/secrets?q=a")])
        .await;
    assert!(failed.body.contains(r#"name="next" value="/secrets?q=a""#), "{}", failed.body);

    for (next, location) in [
        ("/secrets?q=a", "/secrets?q=a"),
        ("", "/secrets"),
        ("https://evil.example/", "/secrets"),
        ("//evil.example", "/secrets"),
        ("/\\evil.example", "/secrets"),
    ] {
        let form = [("email", EMAIL), ("password", PASSWORD), ("next", next)];
        assert_eq!(site.browser().post("/sign-in", &form).await.location(), location, "{next}");
    }
}

#[tokio::test]
async fn a_form_of_another_shape_is_refused_and_not_quoted() {
    let site = Site::set_up().await;
    for form in [
        &[("email", EMAIL), ("password", PASSWORD), ("CANARY", "CANARY")][..],
        &[("email", EMAIL), ("password", PASSWORD), ("password", "CANARY")],
        &[("email", EMAIL), ("CANARY", PASSWORD)],
        &[],
    ] {
        let answer = site.browser().post("/sign-in", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(!answer.body.contains("CANARY"), "{}", answer.body);
        assert!(answer.body.starts_with("This form was not understood."), "{}", answer.body);
    }
}

#[tokio::test]
async fn colours_are_kept_in_a_cookie_and_drawn() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let answer = browser.post("/theme", &[("theme", "dark")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/secrets"));
    assert_eq!(answer.header("set-cookie"), "theme=dark; Path=/; SameSite=Lax; Max-Age=31536000");
    assert!(browser.get("/sign-in").await.body.contains(r#"data-theme="dark""#));

    let answer = browser.call("/theme", &[("theme", "'\"><script>")]).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.cookies["theme"], "system");
}

#[tokio::test]
async fn a_token_stands_in_the_answer_to_its_form_and_nowhere_else() {
    let site = Site::set_up().await;
    let mut owner = site.owner().await;
    let workspace = site.caller().await.workspace.to_string();
    let form = [
        ("workspace", workspace.as_str()),
        ("name", "ci & zażółć"),
        ("scopes", "read"),
        ("scopes", "write"),
        ("environments", "dev"),
        ("secrets", "ci-*"),
        ("days", "30"),
    ];
    let made = owner.post("/tokens/new", &form).await;
    assert_eq!((made.status, made.header("cache-control")), (StatusCode::OK, "no-store"));
    let scripts = made.body.split("<script").skip(1).filter_map(|script| script.split('>').next());
    let files =
        ["keys", "copy", "session"].map(|file| format!(" type=\"module\" src=\"/{file}.js\""));
    assert!(scripts.eq(files.iter()), "something takes it over: {}", made.body);
    let at = made.body.find("kl_st_").unwrap();
    let text = &made.body[at..at + 67];
    assert!(model::BearerToken::parse(text).is_ok(), "{text}");
    let id = text.split('_').nth(2).unwrap();
    for path in ["/tokens", &format!("/tokens/{id}"), "/tokens/new"] {
        let page = owner.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains("kl_st_"), "{path}");
    }

    // Without the password of just now, it is asked for, and what was typed comes with it.
    site.clock.advance(5 * 60_000 + 1);
    let stale = owner.post("/tokens/new", &form).await;
    assert_eq!(stale.status, StatusCode::FORBIDDEN);
    for typed in ["ci &amp; zażółć", "write", "dev", "ci-*", "30"] {
        let hidden = format!("value=\"{typed}\"");
        assert!(stale.body.contains(&hidden), "{typed}: {}", stale.body);
    }
    let given = [&form[..], &[("confirm_password", PASSWORD)]].concat();
    let confirmed = owner.post("/tokens/new", &given).await;
    assert_eq!(confirmed.status, StatusCode::TEMPORARY_REDIRECT, "{}", confirmed.body);
    let again = owner.post(confirmed.location(), &given).await;
    assert!(again.body.contains("kl_st_"), "{}", again.body);
}

#[tokio::test]
async fn a_rotation_by_form_shows_no_value_whatever_comes_of_it() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let id = site.secret(&owner, "dev", "app", &[("KEY", "CANARY-old")]).await;
    let mut browser = site.owner().await;
    let workspace = owner.workspace.to_string();
    let path = format!("/secrets/{id}/rotate");
    let form = |from: &'static str, value: &'static str, generate: &'static str| {
        [
            ("workspace", workspace.clone()),
            ("asks", "rotate".into()),
            ("from", from.into()),
            ("key", "KEY".into()),
            ("value-KEY", value.into()),
            ("generate", generate.into()),
        ]
    };
    for (from, value, generate, status, says) in [
        ("1", "CANARY-old", "", 422, "would keep the value that it has"),
        ("1", "", "", 422, "A key has no new value"),
        ("1", "CANARY-new", "", 303, ""),
        ("1", "CANARY-late", "", 409, "someone saved version 2"),
        ("2", "", "on", 303, ""),
    ] {
        let form = form(from, value, generate);
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post(&path, &form).await;
        assert_eq!(answer.status.as_u16(), status, "{value:?}: {}", answer.body);
        assert!(answer.body.contains(says) && !answer.body.contains("CANARY"), "{}", answer.body);
    }
    let history = browser.get(&format!("/secrets/{id}/history?left=1&right=3")).await;
    assert!(history.body.contains("Value given anew"), "{}", history.body);
    assert!(!history.body.contains("CANARY"), "{}", history.body);
    let show = |workspace: &str, key: &str| {
        let form = [
            ("workspace", workspace),
            ("asks", "show"),
            ("version", "1"),
            ("other", "2"),
            ("key", key),
        ];
        form.map(|(name, value)| (name, value.to_owned()))
    };
    for (key, status, old, new) in [("KEY", 200, true, true), ("OTHER", 200, false, false)] {
        let form = show(&workspace, key);
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let shown = browser.post(&format!("/secrets/{id}/history"), &form).await;
        assert_eq!(shown.status.as_u16(), status, "{}", shown.body);
        assert_eq!(shown.body.contains("CANARY-old"), old, "{key}: {}", shown.body);
        assert_eq!(shown.body.contains("CANARY-new"), new, "{key}: {}", shown.body);
        assert_eq!(shown.headers["cache-control"], "no-store");
    }
    let reads = model::AuditFilter { action: Some("secret.read".into()), ..Default::default() };
    let reads = site.store.list_audit(&owner, &reads, None).await.unwrap().events;
    assert_eq!(reads.len(), 4, "each side, each time: {reads:?}");
    assert_eq!(site.store.list_versions(&owner, id).await.unwrap()[0].cause, "rotation");
}

#[tokio::test]
async fn a_template_is_due_every_so_many_days_or_on_a_day() {
    let site = Site::set_up().await;
    let workspace = site.caller().await.workspace.to_string();
    let mut browser = site.owner().await;
    let given = [
        ("workspace", &*workspace),
        ("asks", "template"),
        ("template", "postgres"),
        ("on", "2026-12-31"),
    ];
    let saved = browser.post("/rotation", &given).await;
    assert_eq!(saved.location(), "/rotation?done=saved");
    assert!(browser.get("/rotation").await.body.contains("On 2026-12-31"));
    let both = [&given[..], &[("days", "90")]].concat();
    let refused = browser.post("/rotation", &both).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("a number of days or a day, not both"));
}

//! Imports: what a text would do is shown before it is done, and no page holds a value.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{Method, StatusCode};
use model::{AuditFilter, KeyName, Role, SecretId, WireValue};
use store::ReadValues;

use super::support::people::{bring_everybody, let_sudo_end};
use super::support::{Answer, Browser, HTTP, PASSWORD, Person, Site};

const PAGE: &str = "/secrets/import";
const TEXT: &str =
    "HOST=kestrel-one\r\nHOST=kestrel-two\r\n2FA=kestrel-three\r\nEMPTY=\r\nno sense\r\n";

/// Sends a text to be read, with these fields beside it.
async fn paste(site: &Site, browser: &mut Browser, text: &str, beside: &[(&str, &str)]) -> Answer {
    let workspace = site.caller().await.workspace.to_string();
    let form = [&[("workspace", &*workspace), ("asks", "read"), ("text", text)], beside].concat();
    browser.post(PAGE, &form).await
}

/// Adds what is ticked of a text that was kept at this address.
async fn add(site: &Site, browser: &mut Browser, at: &str, fields: &[(&str, &str)]) -> Answer {
    let workspace = site.caller().await.workspace.to_string();
    let kept = at.split("kept=").nth(1).unwrap();
    let form = [&[("workspace", &*workspace), ("asks", "add"), ("kept", kept)], fields].concat();
    browser.post(PAGE, &form).await
}

/// The row of a key, or of a line.
fn row(page: &Answer, head: &str) -> String {
    // What stands between two texts for the browser that may take the page over.
    let body = page.text();
    let mut rows = body.split("<tr").map(|row| row.split("</tr>").next().unwrap());
    let row = rows.find(|row| row.contains(&format!(">{head}</th>")));
    row.unwrap_or_else(|| panic!("{head} has no row in {body}")).to_owned()
}

/// `KEY=value` of everything that a secret holds.
async fn held(site: &Site, answer: &Answer) -> Vec<String> {
    let id = answer.location().trim_start_matches("/secrets/").split('?').next().unwrap();
    let id: SecretId = id.parse().unwrap_or_else(|_| panic!("{}", answer.body));
    let owner = site.caller().await;
    let read = site
        .store
        .read_values(&owner, id, &ReadValues { version: None, keys: Vec::new() })
        .await
        .unwrap();
    let told =
        |(key, value): &(KeyName, WireValue)| format!("{key}={}", value.dangerously_expose());
    read.values.iter().map(told).collect()
}

#[tokio::test]
async fn a_text_becomes_a_secret_after_it_was_looked_at() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let read = paste(&site, &mut browser, TEXT, &[]).await;
    assert_eq!(read.status, StatusCode::SEE_OTHER, "{}", read.body);
    let at = read.location().to_owned();
    let page = browser.get(&at).await;
    assert!(!page.body.contains("kestrel") && !at.contains("kestrel"), "{}", page.body);
    for told in [
        "3 variables read.",
        "Line 2, the last",
        "One line cannot be read, and stays out",
        "Keyloft reads it as python-dotenv does, without interpolation.",
        "All 4",
        "New 3",
        "Problems 3",
    ] {
        assert!(page.body.contains(told), "{told} is not in {}", page.body);
    }
    for (head, told) in [
        ("HOST", r#"aria-label="HOST, hidden""#),
        ("HOST", "Line 2: dotenvy (Rust) keeps the first value of this key."),
        (
            "_2FA",
            "The text says 2FA, which no environment variable can be called: it is added as _2FA.",
        ),
        ("_2FA", "dotenvy (Rust) refuses it."),
        ("EMPTY", "(empty)"),
        ("Line 5", "Line 5 is no KEY=value: write the key, an equals sign and the value."),
        ("Line 5", "dotenvy (Rust)"),
    ] {
        assert!(row(&page, head).contains(told), "{head}: {told} is not in {}", row(&page, head));
    }
    assert!(!row(&page, "EMPTY").contains(", hidden"), "{}", row(&page, "EMPTY"));
    for absent in [r#"value="changes""#, r#"value="same""#, "Other programs read more of this file"]
    {
        assert!(!page.body.contains(absent), "{absent} is in {}", page.body);
    }

    let caller = site.caller().await;
    let environment = site.environment(&caller, "dev").await.to_string();
    let staging = site.environment(&caller, "staging").await.to_string();
    let fields = [
        ("environment", &*environment),
        ("environment", &*staging),
        ("take", "HOST"),
        ("line-HOST", "1"),
        ("take", "_2FA"),
        ("line-_2FA", "3"),
        ("line-EMPTY", "4"),
        ("note", "moved house"),
        ("shown", "problems"),
    ];
    // A wrong name loses nothing.
    let wrong = add(&site, &mut browser, &at, &[&fields[..], &[("name", "a b")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("moved house") && wrong.body.contains("Line 2, the last"));
    assert!(!wrong.body.contains("kestrel"), "{}", wrong.body);
    assert!(wrong.body.contains(r#"name="shown" value="problems" checked"#), "{}", wrong.body);

    let made = add(&site, &mut browser, &at, &[&fields[..], &[("name", "app")]].concat()).await;
    assert_eq!(held(&site, &made).await, ["HOST=kestrel-one", "_2FA=kestrel-three"]);
    assert!(made.location().ends_with("?made=2"), "one in each environment");
}

#[tokio::test]
async fn a_secret_takes_what_is_new_and_says_what_it_replaces() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let pairs = [("A", "kestrel-a"), ("plain", "kestrel-plain"), ("KEPT", "kestrel-kept")];
    let id = site.secret(&owner, "dev", "app", &pairs).await.to_string();
    let mut browser = site.owner().await;
    let text = "A=kestrel-b\nplain=kestrel-plain\nNEW=kestrel-new\n";
    let read = paste(&site, &mut browser, text, &[("into", &id)]).await;
    let at = read.location().to_owned();
    let page = browser.get(&at).await;
    for (head, fate) in [("A", "changes"), ("plain", "same"), ("NEW", "new")] {
        assert!(row(&page, head).starts_with(&format!(" data-fate=\"{fate}\"")), "{head}");
        assert!(row(&page, head).contains(&format!("aria-label=\"{head}, hidden\"")), "{head}");
    }
    for told in ["All 3", "New 1", "Changes 1", "Same 1", " the value of version 1"] {
        assert!(page.body.contains(told), "{told} is not in {}", page.body);
    }
    assert!(!page.body.contains(r#"value="problems""#), "{}", page.body);
    assert!(!page.body.contains("kestrel"), "{}", page.body);

    let fields = [
        ("into", &*id),
        ("from", "1"),
        ("take", "A"),
        ("line-A", "1"),
        ("take", "NEW"),
        ("line-NEW", "3"),
    ];
    let saved = add(&site, &mut browser, &at, &fields).await;
    assert_eq!(saved.location(), format!("/secrets/{id}?saved=2"), "{}", saved.body);
    let now = held(&site, &saved).await;
    let expected = ["A=kestrel-b", "plain=kestrel-plain", "KEPT=kestrel-kept", "NEW=kestrel-new"];
    assert_eq!(now, expected);
    // Somebody saved in between.
    let late = add(&site, &mut browser, &at, &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    let again = r#"name="from" value="2""#;
    assert!(late.body.contains(again), "{}", late.body);
    assert!(late.body.contains("Same 3"), "it holds them by now: {}", late.body);
}

#[tokio::test]
async fn of_many_lines_that_cannot_be_read_the_first_are_shown_and_all_are_counted() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let text = format!("A=1\n{}B='kestrel\n", "no sense\n".repeat(1_234));
    let read = paste(&site, &mut browser, &text, &[]).await;
    let page = browser.get(read.location()).await;
    for told in [
        "1,235 lines cannot be read, and stay out",
        "The table has the first 50 of them.",
        "All 1,236",
        "Problems 1,235",
    ] {
        assert!(page.body.contains(told), "{told} is not in {}", page.body);
    }
    assert_eq!(page.body.matches("Stays out").count(), 50);
    assert!(!page.body.contains("kestrel"), "{}", page.body);
}

#[tokio::test]
async fn what_cannot_be_imported_is_told_by_place() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let many: Vec<String> = (0..600).map(|n| format!("K{n}=kestrel")).collect();
    let many = many.join("\n");
    let large = format!("A={}", "kestrel".repeat(160_000));
    for (text, format, told) in [
        ("", "", "There is nothing to read. Paste the text, or choose a file."),
        ("kestrel", "", "No line of the text is a variable."),
        ("{\"A\": \"kestrel", "", "The text was not read: line 1, column 14 is not JSON."),
        ("[\"kestrel\"]", "yaml", "it is not one YAML object of keys and values."),
        (&many, "", "The text has 600 variables, and a secret holds at most 512."),
        (&large, "", "The text is larger than 1 MiB, which is the most that a secret holds."),
    ] {
        let refused = paste(&site, &mut browser, text, &[("format", format)]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains(told), "{told} is not in {}", refused.body);
        assert!(!refused.body.contains("kestrel"), "{told}");
    }
    let nothing = paste(&site, &mut browser, "A=1", &[]).await;
    let refused = add(&site, &mut browser, nothing.location(), &[("line-A", "1")]).await;
    assert!(refused.body.contains("Nothing is ticked."), "{}", refused.body);
}

/// Sends a file as a form with files does.
async fn upload(site: &Site, browser: &mut Browser, name: &str, file: &[u8]) -> Answer {
    let workspace = site.caller().await.workspace.to_string();
    let field = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut body = [field("workspace", &workspace), field("asks", "read")].concat().into_bytes();
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = browser
        .request(Method::POST.as_str(), PAGE)
        .header(ORIGIN, HTTP)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn files_are_read_as_their_names_say() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let wide: Vec<u8> = "\u{feff}WIDE=1\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, file, key) in [
        (".env", &b"PLAIN=1\n"[..], "PLAIN"),
        ("a.json", b"{\"JSON\": \"1\"}", "JSON"),
        ("a.yaml", b"YAML: 1\n", "YAML"),
        ("win.env", &wide, "WIDE"),
    ] {
        let read = upload(&site, &mut browser, name, file).await;
        let page = browser.get(read.location()).await;
        assert!(page.body.contains(&format!("Add {key}")), "{name}: {}", page.body);
    }
    let binary = upload(&site, &mut browser, "a.env", b"A=1\nB=\xff\xfe\n").await;
    let told = "This is no text file: line 2 is not UTF-8; save the file as UTF-8.";
    assert!(binary.body.contains(told), "{}", binary.body);
    let huge = upload(&site, &mut browser, "a.env", &vec![b'a'; 5 << 20]).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nobody_imports_where_they_may_not_write_or_what_another_pasted() {
    let site = Site::set_up().await;
    bring_everybody(site.folder.path()).await;
    let mut owner = site.owner().await;
    let mut viewer = site.browser();
    let email = Person::Member(Role::Viewer).email().unwrap();
    viewer.sign_in(&email, PASSWORD).await;
    let environment = site.environment(&site.caller().await, "dev").await.to_string();
    let fields = [("environment", &*environment), ("name", "x"), ("take", "A"), ("line-A", "1")];

    let theirs = paste(&site, &mut viewer, "A=kestrel", &[]).await.location().to_owned();
    let denied = add(&site, &mut viewer, &theirs, &fields).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.body);

    let ours = paste(&site, &mut owner, "A=kestrel", &[]).await.location().to_owned();
    let page = viewer.get(&ours).await;
    assert!(page.body.contains("What you pasted was kept for ten minutes, and is gone."));
    let gone = add(&site, &mut viewer, &ours, &fields).await;
    assert!(gone.body.contains("nothing was added"), "{}", gone.body);
}

#[tokio::test]
async fn hidden_values_are_compared_for_whoever_may_reveal_them_alone() {
    let site = Site::set_up().await;
    bring_everybody(site.folder.path()).await;
    let owner = site.caller().await;
    let id = site.secret(&owner, "prod", "app", &[("KEPT", "kestrel-kept")]).await.to_string();
    let preview = async |browser: &mut Browser, text: &str| {
        let read = paste(&site, browser, text, &[("into", &id)]).await;
        browser.get(read.location()).await
    };
    let compared = async || {
        let filter =
            AuditFilter { action: Some("secret.compare".into()), ..AuditFilter::default() };
        site.store.list_audit(&owner, &filter, None).await.unwrap().events.len()
    };

    let mut browser = site.owner().await;
    let page = preview(&mut browser, "KEPT=kestrel-kept").await;
    assert!(row(&page, "KEPT").starts_with(" data-fate=\"same\""), "{}", page.body);
    let page = preview(&mut browser, "KEPT=kestrel-other").await;
    assert!(row(&page, "KEPT").starts_with(" data-fate=\"changes\""), "{}", page.body);
    assert_eq!(compared().await, 2);

    // Whoever may only write could guess a value by it.
    for (person, told) in [
        (Person::Member(Role::Developer), "told to whoever may reveal them"),
        (Person::StaleOwner, "told after your password"),
    ] {
        let mut browser = site.browser();
        browser.sign_in(&person.email().unwrap(), PASSWORD).await;
        if person == Person::StaleOwner {
            let_sudo_end(site.folder.path()).await;
        }
        let page = preview(&mut browser, "KEPT=kestrel-kept").await;
        assert!(row(&page, "KEPT").starts_with(" data-fate=\"changes\""), "{}", page.body);
        page.says(&[told]);
    }
    assert_eq!(compared().await, 2);
}

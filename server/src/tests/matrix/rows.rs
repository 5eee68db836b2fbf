//! The table. A row's letters stand for, in order: nobody, owner, owner whose password was given too
//! long ago, admin, developer, viewer, auditor, the owner of another workspace who names ours, and the
//! same who names their own. They mean:
//!
//! ```text
//! +  done            a  sign in first        n  not found
//! >  sent elsewhere  d  the role may not     w  the page is of another workspace
//! l  sent to sign in s  the password first   i  something given is wrong
//! c  against a rule     m  another method
//! ```

use model::{KeyName, Scope, SecretId, SecretValue, TokenId, Version};
use serde_json::{Value, json};

use store::{Caller, NewToken, RotatedValue, Rotation};

use super::super::support::{EMAIL, PASSWORD, Site};

/// What the rows act on.
pub(super) struct Fixture {
    pub(super) workspace: String,
    dev: String,
    prod: String,
    empty: String,
    app: SecretId,
    guarded: SecretId,
    /// With two versions.
    turned: SecretId,
    old: SecretId,
    session: String,
    token: TokenId,
    pub(super) left_behind: TokenId,
    code: String,
}

impl Fixture {
    /// Names with "kestrel" in them are what nobody outside may hear of.
    pub(super) async fn make(site: &Site) -> Self {
        let owner = site.caller().await;
        let pairs = [("KESTREL", "kestrel-hidden"), ("kestrel_plain", "kestrel-plain")];
        let app = site.secret(&owner, "dev", "kestrel-app", &pairs).await;
        let guarded = site.secret(&owner, "prod", "kestrel-guarded", &pairs).await;
        let again = Rotation {
            values: vec![(
                KeyName::parse("KESTREL").unwrap(),
                RotatedValue::Set(SecretValue::new("kestrel-again".into())),
            )],
            note: String::new(),
        };
        let turned = site.secret(&owner, "prod", "kestrel-turned", &pairs).await;
        site.store.rotate_values(&owner, turned, Version::FIRST, again).await.unwrap();
        let old = site.secret(&owner, "dev", "kestrel-old", &pairs).await;
        site.store.trash_secret(&owner, old, Version::FIRST).await.unwrap();
        let job = token(site, &owner, "kestrel-job").await;
        let left_behind = token(site, &owner, "kestrel-old-job").await;
        let asked = site.store.start_login("a laptop", &store::Origin::default()).await.unwrap();
        let template = model::TemplateDraft {
            name: "Kestrel".into(),
            keys: vec![model::TemplateKeyDraft { key: "KESTREL".into(), ..Default::default() }],
            ..model::TemplateDraft::default()
        };
        let template = template.parse(catalog::pattern_is_safe).unwrap();
        site.store.create_template(&owner, template).await.unwrap();
        let empty = site.store.create_environment(&owner, "kestrel-empty").await.unwrap();
        Self {
            workspace: owner.workspace.to_string(),
            dev: site.environment(&owner, "dev").await.to_string(),
            prod: site.environment(&owner, "prod").await.to_string(),
            empty: empty.to_string(),
            app,
            guarded,
            turned,
            old,
            session: owner.session().unwrap().to_string(),
            token: job,
            left_behind,
            code: asked.code,
        }
    }
}

async fn token(site: &Site, owner: &Caller, name: &str) -> TokenId {
    let new = NewToken {
        name: name.into(),
        scopes: [Scope::Read].into(),
        days: 90,
        ..NewToken::default()
    };
    site.store.make_token(owner, new, None).await.unwrap().token.id().clone()
}

pub(super) struct Row {
    /// As the router knows it.
    pub(super) route: &'static str,
    /// As it is asked for.
    pub(super) path: String,
    /// For messages.
    pub(super) name: String,
    pub(super) body: Body,
    pub(super) expected: &'static str,
}

#[derive(Debug, PartialEq)]
pub(super) enum Body {
    /// None: a page is opened.
    Page,
    /// A form, sent without scripts.
    Plain(Vec<(String, String)>),
    /// A server function's form, sent by scripts.
    Form(Vec<(String, String)>),
    Json(Value),
}

fn row(route: &'static str, about: &str, body: Body, expected: &'static str) -> Row {
    Row { route, path: route.to_owned(), name: format!("{route} {about}"), body, expected }
}

fn page(route: &'static str, path: &str, expected: &'static str) -> Row {
    Row { path: path.to_owned(), ..row(route, path, Body::Page, expected) }
}

fn owned(form: &[(&str, &str)]) -> Vec<(String, String)> {
    form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn plain(route: &'static str, form: &[(&str, &str)], expected: &'static str) -> Row {
    row(route, "form", Body::Plain(owned(form)), expected)
}

/// A form of a page that the server alone draws.
fn drawn(
    route: &'static str,
    workspace: &str,
    asks: &'static str,
    form: &[(&str, &str)],
    expected: &'static str,
) -> Row {
    let form = [&[("workspace", workspace), ("asks", asks)], form].concat();
    row(route, asks, Body::Plain(owned(&form)), expected)
}

pub(super) fn all(fixture: &Fixture) -> Vec<Row> {
    let mut rows = pages(fixture);
    rows.extend(forms());
    rows.extend(secrets(fixture));
    rows.extend(versions(fixture));
    rows.extend(comparisons(fixture));
    rows.extend(selections(fixture));
    rows.extend(environments(fixture));
    rows.extend(sessions(fixture));
    rows.extend(tokens(fixture));
    rows.extend(members(fixture));
    rows.extend(templates(fixture));
    rows.extend(command_lines(fixture));
    rows
}

fn pages(Fixture { app, guarded, old, token, code, .. }: &Fixture) -> Vec<Row> {
    let detail = |id: &SecretId| format!("/secrets/{id}");
    vec![
        page("/livez", "/livez", "+++++++++"),
        page("/metrics", "/metrics", "+++++++++"),
        page("/readyz", "/readyz", "+++++++++"),
        page("/setup", "/setup", "nnnnnnnnn"),
        page("/sign-in", "/sign-in", "+>>>>>>>>"),
        page("/sudo", "/sudo", "l++++++++"),
        page("/", "/", "l>>>>>>>>"),
        page("/secrets", "/secrets", "l++++++++"),
        page("/secrets/new", "/secrets/new", "l++++++++"),
        page("/secrets/new/{template}", "/secrets/new/postgres", "l++++++++"),
        page("/secrets/{id}", &detail(app), "l++++++nn"),
        page("/secrets/{id}", &detail(guarded), "l++++++nn"),
        page("/secrets/{id}", &detail(old), "lnnnnnnnn"),
        page("/secrets/{id}/edit", &format!("{}/edit", detail(app)), "l++++++nn"),
        page("/secrets/{id}/access", &format!("{}/access", detail(app)), "l++++++nn"),
        page("/secrets/{id}/access", &format!("{}/access", detail(guarded)), "l++++++nn"),
        page("/secrets/{id}/access", &format!("{}/access", detail(old)), "lnnnnnnnn"),
        page("/secrets/{id}/history", &format!("{}/history", detail(app)), "l++++++nn"),
        page("/secrets/{id}/history", &format!("{}/history", detail(guarded)), "l++++++nn"),
        page("/secrets/{id}/history", &format!("{}/history", detail(old)), "lnnnnnnnn"),
        page("/help", "/help", "l++++++++"),
        page("/dev/ui", "/dev/ui", "nnnnnnnnn"),
        page("/secrets/import", "/secrets/import", "l++++++++"),
        page("/secrets/selected", &format!("/secrets/selected?id={app}"), "l++++++++"),
        page("/secrets/import", &format!("/secrets/import?into={app}"), "l+++++dnn"),
        page("/secrets/{id}/rotate", &format!("{}/rotate", detail(app)), "l++++++nn"),
        page("/secrets/{id}/schedule", &format!("{}/schedule", detail(app)), "l++++++nn"),
        page("/secrets/{id}/automatic", &format!("{}/automatic", detail(app)), "l++++++nn"),
        page("/rotation", "/rotation", "l++++++++"),
        page("/rotation/automatic", "/rotation/automatic", "l++++++++"),
        page(
            "/rotation/automatic/{id}",
            "/rotation/automatic/rot_00000000000000000000000000000002",
            "lnnnnnnnn",
        ),
        page("/audit", "/audit", "l++++d+++"),
        page("/audit/{seq}", "/audit/1", "l+++nd+++"),
        page("/audit/retention", "/audit/retention", "l++++d+++"),
        page("/audit/stale", "/audit/stale", "l++++++++"),
        page("/trash", "/trash", "l++++++++"),
        page("/environments", "/environments", "l++++++++"),
        page("/tokens", "/tokens", "l++++++++"),
        page("/tokens/new", "/tokens/new", "l++++++++"),
        page("/tokens/{id}", &format!("/tokens/{token}"), "l+++nnnnn"),
        page("/device", "/device", "l++++++++"),
        page("/device", &format!("/device?code={code}"), "l++++++++"),
        page("/device", "/device?code=AAAA-AAAA", "lnnnnnnnn"),
        page("/compare", "/compare", "l++++++++"),
        page("/compare", "/compare?left=dev&right=none", "lnnnnnn++"),
        page("/members", "/members", "l++++++++"),
        page("/members/roles", "/members/roles", "l++++++++"),
        page("/members/{id}", &format!("/members/{DEVELOPER}"), "l++++++nn"),
        page("/templates", "/templates", "l++++++++"),
        page("/templates/new", "/templates/new?from=postgres", "l++++++++"),
        page("/templates/{id}", "/templates/own.kestrel", "l++++++nn"),
        page("/workspaces", "/workspaces", "l++++++++"),
        page("/invitation/{token}", "/invitation/kl_inv_x", "nnnnnnnnn"),
        page("/sign-in/second", "/sign-in/second", "+++++++++"),
        page("/settings/security", "/settings/security", "l++++++++"),
        page("/settings/workspace", "/settings/workspace", "l++++++++"),
        page("/settings/notifications", "/settings/notifications", "l++++++++"),
        page("/settings/webhooks", "/settings/webhooks", "l+++ddd++"),
        page("/settings/webhooks/{id}", &format!("/settings/webhooks/{WEBHOOK}"), "lnnndddnn"),
        page("/settings/account", "/settings/account", "l++++++++"),
        page("/settings/shortcuts", "/settings/shortcuts", "l++++++++"),
        page("", "/nothing", "nnnnnnnnn"),
        page("", "/secrets/", "nnnnnnnnn"),
        page("", "/fn/secrets/list", "mmmmmmmmm"),
        page("", "/fn/unknown", "nnnnnnnnn"),
    ]
}

fn forms() -> Vec<Row> {
    let set_up = [
        ("code", "AAAA-AAAA-AAAA-AAAA"),
        ("name", "Eve"),
        ("email", "eve@example.org"),
        ("password", PASSWORD),
        ("workspace", "Mine"),
    ];
    let sign_in = [("email", EMAIL), ("password", PASSWORD), ("next", "")];
    vec![
        plain("/setup", &set_up, "nnnnnnnnn"),
        plain("/sign-in", &sign_in, ">>>>>>>>>"),
        plain("/sign-in/second", &[("code", "000000"), ("next", "")], "lllllllll"),
        plain("/sign-in/passkey", &[("passkey", "{}"), ("next", "")], "lllllllll"),
        plain("/passkeys/challenge", &[("for", "sign-in")], "+++++++++"),
        plain("/passkeys/challenge", &[("for", "confirm")], "a++++++++"),
        plain("/passkeys/challenge", &[("for", "add")], "a+s++++++"),
        plain("/sudo", &[("password", PASSWORD), ("next", "/trash")], "l>>>>>>>>"),
        plain("/sign-out", &[], "lllllllll"),
        plain("/theme", &[("theme", "dark")], ">>>>>>>>>"),
        row("/fn/unknown", "", Body::Json(json!({})), "nnnnnnnnn"),
    ]
}

fn secrets(fixture: &Fixture) -> Vec<Row> {
    let Fixture { workspace, dev, prod, app, guarded, old, .. } = fixture;
    let json =
        |route, about, value: Value, expected| row(route, about, Body::Json(value), expected);
    let of = |id: &SecretId| json!({ "workspace": workspace, "id": id });
    let key = |id: &SecretId| json!({ "workspace": workspace, "id": id, "key": "KESTREL" });
    let form = |route, about, more: &[(&str, &str)], expected| {
        let mut form = owned(&[("workspace", workspace)]);
        form.extend(owned(more));
        row(route, about, Body::Form(form), expected)
    };
    let draft = |environment: &str, id: Option<&SecretId>| {
        let mut form = owned(&[
            ("workspace", workspace),
            ("draft[environments][]", environment),
            ("draft[name]", "fresh"),
            ("draft[rows][0][key]", "FRESH"),
            ("draft[rows][0][value]", "fresh"),
        ]);
        if let Some(id) = id {
            form.extend(owned(&[("id", &id.to_string()), ("from", "1")]));
        }
        Body::Form(form)
    };
    let unsaved = |id: &SecretId| {
        Body::Form(owned(&[
            ("workspace", workspace),
            ("of", &id.to_string()),
            ("typed", "00000000-0000-7000-8000-000000000002"),
            ("from", "1"),
            ("draft[rows][0][key]", "FRESH"),
        ]))
    };
    let (app_id, guarded_id, old_id) = (app.to_string(), guarded.to_string(), old.to_string());
    vec![
        json("/fn/secrets/list", "", json!({ "workspace": workspace, "query": {} }), "a++++++w+"),
        json("/fn/secrets/filters", "", json!({ "workspace": workspace }), "a++++++w+"),
        json("/fn/secrets/detail", "", of(app), "a++++++wn"),
        json("/fn/secrets/detail", "protected", of(guarded), "a++++++wn"),
        json("/fn/secrets/readers", "", of(app), "a++++++wn"),
        json("/fn/secrets/readers", "protected", of(guarded), "a++++++wn"),
        json("/fn/secrets/plain-values", "", of(app), "a+++++dwn"),
        json("/fn/secrets/plain-values", "protected", of(guarded), "a+++++dwn"),
        json("/fn/secrets/reveal", "", key(app), "a++++ddwn"),
        json("/fn/secrets/reveal", "protected", key(guarded), "a+s+dddwn"),
        json(
            "/fn/secrets/editor",
            "",
            json!({ "workspace": workspace, "of": app_id, "kept": "" }),
            "a++++++w+",
        ),
        row("/fn/secrets/keep-unsaved", "", unsaved(app), "a++++ddwn"),
        row("/fn/secrets/keep-unsaved", "protected", unsaved(guarded), "a+++dddwn"),
        form("/fn/views/save", "", &[("name", "fresh"), ("filters[env]", "dev")], "a++++++w+"),
        form("/fn/views/delete", "", &[("name", "fresh")], "a++++++w+"),
        form("/fn/secrets/discard-unsaved", "", &[("of", &app_id)], "a++++++w+"),
        json(
            "/fn/templates/gallery",
            "",
            json!({ "workspace": workspace, "search": "", "category": "" }),
            "a++++++w+",
        ),
        json(
            "/fn/templates/one",
            "",
            json!({ "workspace": workspace, "id": "postgres" }),
            "a++++++w+",
        ),
        row("/fn/secrets/create", "", draft(dev, None), "a++++ddwi"),
        row("/fn/secrets/create", "protected", draft(prod, None), "a+++dddwi"),
        row("/fn/secrets/edit", "", draft(dev, Some(app)), "a++++ddwn"),
        row("/fn/secrets/edit", "protected", draft(prod, Some(guarded)), "a+++dddwn"),
        form("/fn/secrets/trash", "", &[("id", &app_id), ("from", "1")], "a++++ddwn"),
        form("/fn/secrets/trash", "protected", &[("id", &guarded_id), ("from", "1")], "a+++dddwn"),
        form("/fn/secrets/restore", "", &[("id", &old_id)], "a++++ddwn"),
        drawn("/trash", workspace, "restore", &[("id", &old_id)], "l>>>>ddwn"),
        drawn(
            "/trash",
            workspace,
            "destroy",
            &[("id", &old_id), ("name", "kestrel-old")],
            "l>s>dddwn",
        ),
    ]
}

fn versions(Fixture { workspace, app, turned, .. }: &Fixture) -> Vec<Row> {
    let ask = |route: &'static str, id: &SecretId, asks, form: &[(&str, &str)], expected| {
        let path = route.replace("{id}", &id.to_string());
        Row { path, ..drawn(route, workspace, asks, form, expected) }
    };
    let (history, rotate) = ("/secrets/{id}/history", "/secrets/{id}/rotate");
    let into = app.to_string();
    let restore = [("version", "1"), ("from", "2")];
    let shown = [("version", "1"), ("other", "1"), ("key", "KESTREL")];
    let destroy = [("version", "1"), ("name", "kestrel-turned")];
    let values = [("from", "2"), ("key", "KESTREL"), ("value-KESTREL", "fresh")];
    let generate = [("from", "2"), ("key", "KESTREL"), ("generate", "on")];
    let days = [("days", "30")];
    let generated = [
        ("key", "KESTREL"),
        ("days", "0"),
        ("length", "32"),
        ("alphabet", "hex"),
        ("format", "{}"),
    ];
    let of_template = [("template", "postgres"), ("days", "90")];
    let on_a_day = [("template", "postgres"), ("on", "2026-12-31")];
    let rotator = "/rotation/automatic/{id}";
    let unknown = "/rotation/automatic/rot_00000000000000000000000000000002";
    vec![
        ask(history, turned, "restore", &restore, "l>>>dddnn"),
        ask(history, app, "show", &shown, "l++++ddnn"),
        ask(history, turned, "show", &shown, "l+s+dddnn"),
        ask(history, turned, "destroy", &destroy, "l>s>dddnn"),
        ask(rotate, app, "rotate", &[("from", "1"), values[1], values[2]], "l>>>>ddnn"),
        ask(rotate, turned, "rotate", &values, "l>>>dddnn"),
        ask(rotate, turned, "rotate", &generate, "l>>>dddnn"),
        drawn("/secrets/import", workspace, "read", &[], "lccccccwc"),
        drawn("/secrets/import", workspace, "add", &[], "lccccccwc"),
        drawn("/secrets/import", workspace, "compare", &[("into", &into)], "l>s>>>>n>"),
        ask("/secrets/{id}/schedule", app, "schedule", &days, "l>>>>ddnn"),
        ask("/secrets/{id}/schedule", turned, "schedule", &days, "l>>>dddnn"),
        ask("/secrets/{id}/automatic", app, "generated", &generated, "l>s>dddnn"),
        drawn("/rotation", workspace, "template", &of_template, "l>>>dddw>"),
        drawn("/rotation", workspace, "template", &on_a_day, "l>>>dddw>"),
        Row { path: unknown.into(), ..drawn(rotator, workspace, "run", &[], "lnnnnnnnn") },
        Row { path: unknown.into(), ..drawn(rotator, workspace, "delete", &[], "lnnnnnnnn") },
    ]
}

fn members(Fixture { workspace, .. }: &Fixture) -> Vec<Row> {
    let unknown = [("id", "00000000000")];
    let of_one = |asks, form: &[(&str, &str)], expected| Row {
        path: format!("/members/{DEVELOPER}"),
        ..drawn("/members/{id}", workspace, asks, form, expected)
    };
    let invite = [("email", "new@example.org"), ("role", "viewer")];
    vec![
        drawn("/members", workspace, "invite", &invite, "l+s+dddw+"),
        drawn("/members", workspace, "resend", &unknown, "lnsndddwn"),
        drawn("/members", workspace, "revoke", &unknown, "lnsndddwn"),
        drawn("/members", workspace, "remove", &[("user", DEVELOPER)], "l+s++ddwn"),
        of_one("role", &[("role", "viewer")], "l>s>dddnn"),
        of_one("grants", &[("limited", "yes")], "l>s>dddnn"),
        drawn("/workspaces", workspace, "switch", &[("to", workspace)], "l>>>>>>w>"),
        drawn("/workspaces", workspace, "create", &[("name", "Another")], "l>>>dddw>"),
        drawn("/workspaces", workspace, "leave", &[], "llsllllwc"),
        Row {
            path: "/invitation/kl_inv_x".into(),
            ..plain("/invitation/{token}", &[("asks", "join")], "nnnnnnnnn")
        },
    ]
}

fn templates(Fixture { workspace, .. }: &Fixture) -> Vec<Row> {
    let of_one = |asks, form: &[(&str, &str)], expected| Row {
        path: "/templates/own.kestrel".into(),
        ..drawn("/templates/{id}", workspace, asks, form, expected)
    };
    let draft = [("name", "Kes"), ("key-0", "A"), ("version", "1")];
    vec![
        drawn("/templates/new", workspace, "save", &draft, "l>>>dddw>"),
        of_one("save", &draft, "l>>>dddnn"),
        of_one("delete", &[("typed", "Kestrel")], "l>>>dddnn"),
    ]
}

/// Nobody's.
const PASSKEY: &str = "pky_00000000000000000000000000000002";

/// One of those whom `bring_everybody` brings.
const DEVELOPER: &str = "usr_00000000000000000000000000000002";

/// There is none of this id.
const WEBHOOK: &str = "whk_00000000000000000000000000000002";

fn comparisons(Fixture { workspace, .. }: &Fixture) -> Vec<Row> {
    let sides = [("left", "dev"), ("right", "prod")];
    let out = [("left", "prod"), ("right", "dev")];
    let of_app = [("key", "kestrel-app/KESTREL"), ("at", "kestrel-app:1:0")];
    let of_guarded = [("key", "kestrel-guarded/KESTREL"), ("at", "kestrel-guarded:1:0")];
    let (app, guarded) = ([sides, of_app].concat(), [out, of_guarded].concat());
    vec![
        drawn("/compare", workspace, "compare", &sides, "l>s>>>>w>"),
        drawn("/compare", workspace, "review", &app, "l+s+dddwn"),
        drawn("/compare", workspace, "promote", &app, "l>s>dddwn"),
        drawn("/compare", workspace, "review", &guarded, "l+s+dddwn"),
        drawn("/compare", workspace, "promote", &guarded, "l>s>dddwn"),
    ]
}

fn selections(Fixture { workspace, app, guarded, .. }: &Fixture) -> Vec<Row> {
    let page = "/secrets/selected";
    let at = |id: &SecretId| format!("{id}:1");
    let (app, guarded) = (at(app), at(guarded));
    vec![
        drawn(page, workspace, "tag", &[("at", &app), ("add", "fresh")], "l>>>>ddwn"),
        drawn(page, workspace, "tag", &[("at", &guarded), ("add", "fresh")], "l>>>dddwn"),
        drawn(page, workspace, "move", &[("at", &app), ("environment", "staging")], "l>>>>ddwn"),
        drawn(page, workspace, "trash", &[("at", &guarded)], "l>>>dddwn"),
    ]
}

fn environments(Fixture { workspace, dev, empty, .. }: &Fixture) -> Vec<Row> {
    // It would be told nothing: the other workspace has no key to seal a secret with.
    let webhook = [("url", "https://a.example")];
    let protect = [("id", dev.as_str()), ("protected", "true")];
    vec![
        drawn("/environments", workspace, "create", &[("names", "qa, review")], "l>>>dddw>"),
        drawn("/environments", workspace, "rename", &[("id", dev), ("name", "qa")], "l>>>dddwn"),
        drawn("/environments", workspace, "move", &[("id", dev), ("step", "1")], "l>>>dddwn"),
        drawn("/environments", workspace, "protect", &protect, "l>s>dddwn"),
        drawn("/environments", workspace, "delete", &[("id", empty)], "l>>>dddwn"),
        drawn("/audit", workspace, "export", &[("format", "jsonl")], "l+s+dd+w+"),
        drawn("/audit/retention", workspace, "retention", &[("reads", "90")], "l>sddddw>"),
        drawn("/settings/security", workspace, "app-start", &[], "l>s>>>>w>"),
        drawn("/settings/security", workspace, "app-confirm", &[("code", "000000")], "lcsccccwc"),
        drawn("/settings/security", workspace, "app-remove", &[], "lnsnnnnwn"),
        drawn("/settings/security", workspace, "recovery-codes", &[], "lcsccccwc"),
        drawn("/settings/security", workspace, "passkey-add", &[("name", "x")], "l>s>>>>w>"),
        drawn("/settings/security", workspace, "passkey-remove", &[("id", PASSKEY)], "lnsnnnnwn"),
        drawn(
            "/settings/workspace",
            workspace,
            "retention",
            &[("versions", "10"), ("days", "90")],
            "l>s>dddw>",
        ),
        drawn(
            "/settings/workspace",
            workspace,
            "require-factor",
            &[("from", "admin")],
            "lcsddddwc",
        ),
        drawn("/settings/workspace", workspace, "require-factor", &[("from", "none")], "l>sddddw>"),
        drawn("/settings/workspace", workspace, "rename", &[("name", "Renamed")], "l>>>dddw>"),
        drawn("/settings/notifications", workspace, "reminders", &[("every", "off")], "l>>>>>>w>"),
        drawn("/settings/shortcuts", workspace, "letters", &[("key-65", "m")], "l>>>>>>w>"),
        drawn("/settings/shortcuts", workspace, "usual", &[], "l>>>>>>w>"),
        drawn("/settings/webhooks", workspace, "create", &webhook, "lcscdddwc"),
        Row {
            path: format!("/settings/webhooks/{WEBHOOK}"),
            ..drawn("/settings/webhooks/{id}", workspace, "test", &[], "lnnndddnn")
        },
    ]
}

fn sessions(Fixture { workspace, session, .. }: &Fixture) -> Vec<Row> {
    let form = |route, about, more: &[(&str, &str)], expected| {
        let mut form = owned(&[("workspace", workspace)]);
        form.extend(owned(more));
        row(route, about, Body::Form(form), expected)
    };
    let moved = [("name", "X"), ("email", "new@example.org")];
    let password = [("current_password", PASSWORD), ("new_password", "seven quiet otters rowing")];
    let account = |asks, more: &[(&str, &str)], expected| {
        drawn("/settings/account", workspace, asks, more, expected)
    };
    vec![
        form("/fn/session/confirm", "", &[("password", PASSWORD)], "a++++++w+"),
        account("profile", &moved, "l>s>>>>w>"),
        account("password", &password, "l>>>>>>w>"),
        account("end", &[("key", session)], "l>nnnnnwn"),
        account("end-others", &[], "l>>>>>>w>"),
    ]
}

fn tokens(Fixture { workspace, token, left_behind, .. }: &Fixture) -> Vec<Row> {
    let typed = [("workspace", workspace.as_str()), ("name", "fresh"), ("scopes", "read")];
    let posted = |days| [&typed[..], &[("days", days)]].concat();
    let change = |asks, id: &TokenId, expected| {
        let form = [("workspace", workspace.as_str()), ("asks", asks), ("overlap", "1")];
        let path = format!("/tokens/{id}");
        Row { path, ..row("/tokens/{id}", asks, Body::Plain(owned(&form)), expected) }
    };
    vec![
        plain("/tokens/new", &posted("90"), "l+s++ddw+"),
        plain("/tokens/new", &posted("0"), "l+sddddw+"),
        change("rotate", token, "l+sdnnnnn"),
        change("revoke", token, "l>s>nnnnn"),
        change("adopt", left_behind, "l>sdnnnnn"),
    ]
}

fn command_lines(Fixture { workspace, code, .. }: &Fixture) -> Vec<Row> {
    let answer = |approve, expected| {
        drawn("/device", workspace, "answer", &[("code", code), ("approve", approve)], expected)
    };
    vec![answer("true", "l>s>>>>w>"), answer("false", "l>>>>>>w>")]
}

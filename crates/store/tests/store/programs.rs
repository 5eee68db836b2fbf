//! What programs and command lines do with secrets.

use crate::support::{Opened, both, draft, row, secret, value};
use model::{
    Action, BearerToken, EnvironmentName, KeyName, Scope, SecretName, ValueKind, Version,
    api::Difference,
};
use store::{Caller, NewToken, Origin, Resolved, Resolving, Restoring, Side, StoreError, Target};

fn key(name: &str) -> KeyName {
    KeyName::parse(name).unwrap()
}

fn resolving(secrets: &[&str]) -> Resolving {
    Resolving {
        environment: EnvironmentName::parse("dev").unwrap(),
        secrets: secrets.iter().map(|name| SecretName::parse(name).unwrap()).collect(),
        keys: Vec::new(),
        required: Vec::new(),
        names_only: false,
    }
}

async fn token(opened: &Opened, owner: &Caller, scopes: &[Scope]) -> BearerToken {
    let new = NewToken {
        name: "ci".into(),
        scopes: scopes.iter().copied().collect(),
        days: 90,
        ..NewToken::default()
    };
    opened.store.make_token(owner, new, None).await.unwrap().token
}

/// Keys with their values and sources, in order.
fn told(resolved: &Resolved) -> Vec<(String, String, String, Vec<String>)> {
    resolved
        .values
        .iter()
        .flatten()
        .map(|(value, from)| {
            (
                from.key.to_string(),
                value.dangerously_expose().to_owned(),
                from.source.secret.to_string(),
                from.shadowed.iter().map(|from| from.secret.to_string()).collect(),
            )
        })
        .collect()
}

fn line(
    key: &str,
    value: &str,
    from: &str,
    shadowed: &[&str],
) -> (String, String, String, Vec<String>) {
    let shadowed = shadowed.iter().map(ToString::to_string).collect();
    (key.into(), value.into(), from.into(), shadowed)
}

#[tokio::test]
async fn later_secrets_win_and_every_key_says_where_it_came_from() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        for (name, pairs) in [
            ("base", &[("HOST", "a"), ("PORT", "1")][..]),
            ("more", &[("PORT", "2"), ("USER", "u")][..]),
            ("last", &[("PORT", "3")][..]),
        ] {
            store.create_secret(&owner, dev, secret(name, pairs)).await.unwrap();
        }
        let token = token(&opened, &owner, &[Scope::Read]).await;
        let ask = async |wanted: Resolving| {
            store.resolve(&token, &Origin::default(), &wanted, None).await
        };
        let merged = ask(resolving(&["base", "more", "last"])).await.unwrap();
        assert_eq!(
            told(&merged),
            [
                line("HOST", "a", "base", &[]),
                line("PORT", "3", "last", &["base", "more"]),
                line("USER", "u", "more", &[]),
            ],
            "{}",
            opened.name
        );
        let back = ask(resolving(&["last", "more", "base"])).await.unwrap();
        assert_eq!(told(&back)[0], line("PORT", "1", "base", &["last", "more"]));
        let some =
            ask(Resolving { keys: vec![key("USER"), key("NOT")], ..resolving(&["base", "more"]) });
        assert_eq!(told(&some.await.unwrap()), [line("USER", "u", "more", &[])]);

        let lacking =
            Resolving { required: ["HOST", "X", "Y"].map(key).to_vec(), ..resolving(&["base"]) };
        let Err(StoreError::MissingKeys(missing)) = ask(lacking).await else { panic!("answered") };
        assert_eq!(missing, [key("X"), key("Y")], "all of them are told");
        let Err(StoreError::MissingSecrets(missing)) =
            ask(resolving(&["no", "base", "none"])).await
        else {
            panic!("answered")
        };
        assert_eq!(missing.len(), 2);
        let names =
            ask(Resolving { names_only: true, ..resolving(&["base", "more"]) }).await.unwrap();
        assert_eq!(told(&names)[1], line("PORT", "", "more", &["base"]), "no value is opened");
        let nowhere = Resolving {
            environment: EnvironmentName::parse("qa").unwrap(),
            ..resolving(&["base"])
        };
        assert!(matches!(ask(nowhere).await, Err(StoreError::UnknownEnvironment(_))));
    }
}

#[tokio::test]
async fn every_read_is_audited_once_for_each_secret_before_it_is_answered() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        for name in ["a", "b"] {
            store.create_secret(&owner, dev, secret(name, &[("K", "v")])).await.unwrap();
        }
        let token = token(&opened, &owner, &[Scope::Read]).await;
        let before = rows(&opened).await;
        let wanted = resolving(&["a", "b"]);
        let first = store.resolve(&token, &Origin::default(), &wanted, None).await.unwrap();
        assert_eq!(rows(&opened).await, before + 2);

        let tag = Some(&first.tag);
        let same = store.resolve(&token, &Origin::default(), &wanted, tag).await.unwrap();
        assert!(same.values.is_none(), "the client has it");
        assert_eq!(rows(&opened).await, before + 4, "a check is a row too");

        let names = Resolving { names_only: true, ..resolving(&["a"]) };
        store.resolve(&token, &Origin::default(), &names, None).await.unwrap();
        assert_eq!(rows(&opened).await, before + 4, "names are no values");

        let id = store.find_secret(&owner, "dev", "a").await.unwrap();
        assert_eq!(store.secret(&owner, id).await.unwrap().last_read_at, Some(store.now()));
        let edit = secret("a", &[("K", "v"), ("L", "w")]);
        store.edit_secret(&owner, id, Version(1), edit).await.unwrap();
        let changed = store.resolve(&token, &Origin::default(), &wanted, tag).await.unwrap();
        assert!(changed.values.is_some() && changed.tag != first.tag);

        for chain in store.audit_chains().await.unwrap() {
            assert_eq!(store.verify_chain(chain).await.unwrap().broken_at, None);
        }
    }
}

#[tokio::test]
async fn many_reads_at_once_are_one_chain() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let names: Vec<String> = (0..31).map(|number| format!("s-{number}")).collect();
        for name in &names {
            store.create_secret(&owner, dev, secret(name, &[("K", "v")])).await.unwrap();
        }
        let token = token(&opened, &owner, &[Scope::Read]).await;
        let before = rows(&opened).await;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (origin, wanted) = (Origin::default(), resolving(&names));
        let read = || store.resolve(&token, &origin, &wanted, None);
        let (one, other, third, last) = tokio::join!(read(), read(), read(), read());
        for resolved in [one, other, third, last] {
            assert_eq!(resolved.unwrap().secrets.len(), 31, "{}", opened.name);
        }
        assert_eq!(rows(&opened).await, before + 4 * 31, "{}", opened.name);
        for chain in store.audit_chains().await.unwrap() {
            assert_eq!(store.verify_chain(chain).await.unwrap().broken_at, None);
        }
    }
}

/// How many rows the audit log has.
#[tokio::test]
async fn reads_go_on_where_changes_and_another_replica_left_the_chain() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let replica = opened.again().await;
        let dev = opened.environment(&owner, "dev").await;
        store.create_secret(&owner, dev, secret("s", &[("K", "v")])).await.unwrap();
        let token = token(&opened, &owner, &[Scope::Read]).await;
        let before = rows(&opened).await;
        let (origin, wanted) = (Origin::default(), resolving(&["s"]));
        for turn in 0..3 {
            store.resolve(&token, &origin, &wanted, None).await.unwrap();
            replica.resolve(&token, &origin, &wanted, None).await.unwrap();
            store.resolve(&token, &origin, &wanted, None).await.unwrap();
            let name = format!("between-{turn}");
            store.create_secret(&owner, dev, secret(&name, &[("K", "v")])).await.unwrap();
        }
        assert_eq!(rows(&opened).await, before + 3 * 4, "{}", opened.name);
        for chain in store.audit_chains().await.unwrap() {
            assert_eq!(store.verify_chain(chain).await.unwrap().broken_at, None);
        }
    }
}

async fn rows(opened: &Opened) -> i64 {
    let mut rows = 0;
    for chain in opened.store.audit_chains().await.unwrap() {
        rows += opened.store.verify_chain(chain).await.unwrap().rows;
    }
    rows
}

#[tokio::test]
async fn write_only_values_are_for_programs() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let rows =
            vec![row("HOST", "h", ValueKind::Plain), row("PASSWORD", "p", ValueKind::WriteOnly)];
        let new = draft("db", rows).parse().unwrap();
        store.create_secret(&owner, dev, new).await.unwrap();
        let program = token(&opened, &owner, &[Scope::Read]).await;
        let person = command_line(&opened, &owner).await;
        let ask = async |token: &BearerToken| {
            store.resolve(token, &Origin::default(), &resolving(&["db"]), None).await.unwrap()
        };
        assert_eq!(told(&ask(&program).await).len(), 2);
        let withheld = ask(&person).await;
        assert_eq!(told(&withheld), [line("HOST", "h", "db", &[])]);
        assert_eq!(withheld.withheld[0].key, key("PASSWORD"), "{}", opened.name);
    }
}

async fn command_line(opened: &Opened, owner: &Caller) -> BearerToken {
    let store = &opened.store;
    let started = store.start_login("laptop", &Origin::default()).await.unwrap();
    store.answer_login(owner, &started.code, true).await.unwrap();
    match store.poll_login(&started.poll).await.unwrap() {
        store::RequestAnswer::Approved(token) => token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn copying_moving_and_promoting_keep_values_and_ask_for_rights() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let prod = opened.environment(&owner, "prod").await;
        let app = store.create_secret(&owner, dev, secret("app", &[("A", "1")])).await.unwrap();
        let guarded = store.create_secret(&owner, prod, secret("db", &[("A", "9")])).await.unwrap();
        let to = |environment: &'static str| Target { environment, name: None, note: "why" };
        let read = async |id| {
            let wanted = store::ReadValues { version: None, keys: Vec::new() };
            let read = store.read_values(&owner, id, &wanted).await.unwrap();
            read.values[0].1.dangerously_expose().to_owned()
        };

        let copy = store.copy_secret(&owner, app, to("staging")).await.unwrap();
        assert_eq!(read(copy).await, "1");
        let taken = store.copy_secret(&owner, app, to("staging")).await;
        assert!(matches!(taken, Err(StoreError::Invalid(_))));
        store.edit_secret(&owner, app, Version(1), secret("app", &[("A", "2")])).await.unwrap();
        store.promote_secret(&owner, app, to("staging")).await.unwrap();
        assert_eq!(read(copy).await, "2");
        assert_eq!(store.list_versions(&owner, copy).await.unwrap()[0].cause, "promote");

        let renamed = Target { name: Some("moved"), ..to("staging") };
        store.move_secret(&owner, app, renamed).await.unwrap();
        assert_eq!(read(app).await, "2", "old versions open where they were sealed");
        assert_eq!(store.find_secret(&owner, "staging", "moved").await.unwrap(), app);
        let found = model::ListQuery { search: "moved".into(), ..model::ListQuery::default() };
        assert_eq!(store.list_secrets(&owner, &found).await.unwrap().total, 1);
        let back = Restoring { version: Version(1), keys: &[], note: "back" };
        store.restore_version(&owner, app, None, back).await.unwrap();
        assert_eq!(read(app).await, "1");

        // Out of a protected environment it takes the right to reveal, which takes the password.
        opened.clock.advance(6 * 60_000);
        let stale = store.copy_secret(&owner, guarded, to("dev")).await;
        assert!(matches!(stale, Err(StoreError::SudoNeeded)), "{}", opened.name);
        let inside = Target { name: Some("db2"), ..to("prod") };
        assert!(store.copy_secret(&owner, guarded, inside).await.is_ok());
        let mut developer = owner.clone();
        developer.role = model::Role::Developer;
        let refused = store.copy_secret(&developer, guarded, to("dev")).await;
        assert!(matches!(refused, Err(StoreError::Denied(Action::RevealValues))));
    }
}

#[tokio::test]
async fn comparing_tells_kinds_of_change_to_whoever_may_read_both() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let mut left =
            vec![row("SAME", "1", ValueKind::Hidden), row("OTHER", "1", ValueKind::Hidden)];
        left.extend([row("GONE", "1", ValueKind::Hidden), row("SHUT", "1", ValueKind::WriteOnly)]);
        let mut right =
            vec![row("SAME", "1", ValueKind::Hidden), row("OTHER", "2", ValueKind::Hidden)];
        right.extend([row("NEW", "1", ValueKind::Hidden), row("SHUT", "1", ValueKind::WriteOnly)]);
        let one =
            store.create_secret(&owner, dev, draft("l", left).parse().unwrap()).await.unwrap();
        let two =
            store.create_secret(&owner, dev, draft("r", right).parse().unwrap()).await.unwrap();
        let side = |secret| Side { secret, version: None };
        let compare = async |caller: &Caller, names_only| {
            store.compare(caller, side(one), side(two), names_only).await
        };
        let told = |compared: Vec<model::api::ComparedKey>| -> Vec<(String, Difference)> {
            compared.into_iter().map(|key| (key.key.to_string(), key.difference)).collect()
        };
        let expected = [
            ("SAME", Difference::Same),
            ("OTHER", Difference::Changed),
            ("GONE", Difference::Removed),
            ("SHUT", Difference::Present),
            ("NEW", Difference::Added),
        ]
        .map(|(key, difference)| (key.to_owned(), difference));
        assert_eq!(told(compare(&owner, false).await.unwrap()), expected, "{}", opened.name);

        let mut viewer = owner.clone();
        viewer.role = model::Role::Viewer;
        assert!(matches!(compare(&viewer, false).await, Err(StoreError::Denied(_))));
        let names = told(compare(&viewer, true).await.unwrap());
        assert_eq!(names[1], ("OTHER".into(), Difference::Present));

        let program = token(&opened, &owner, &[Scope::Read]).await;
        let program = store.authenticate(&program, &Origin::default()).await.unwrap();
        assert_eq!(told(compare(&program, false).await.unwrap())[3].1, Difference::Same);
    }
}

#[tokio::test]
async fn a_request_that_arrives_twice_makes_one_thing() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let make = async |key: &str, body: &str| {
            let once = store.once(key, body.as_bytes());
            store.create_secret_once(&owner, dev, secret("a", &[("A", "1")]), Some(&once)).await
        };
        let first = make("k1", "body").await.unwrap();
        assert_eq!(make("k1", "body").await.unwrap(), first);
        assert!(matches!(make("k1", "other").await, Err(StoreError::IdempotencyMismatch)));
        assert!(
            matches!(make("k2", "body").await, Err(StoreError::Invalid(_))),
            "the name is taken"
        );
        opened.clock.advance(25 * 3_600_000);
        assert!(make("k1", "body").await.is_err(), "a day later it is another request");
    }
}

#[tokio::test]
async fn a_scan_gets_what_may_be_read_now_and_is_long_enough() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let prod = opened.environment(&owner, "prod").await;
        let pairs = [("LONG", "correct horse"), ("SHORT", "battery")];
        store.create_secret(&owner, dev, secret("a", &pairs)).await.unwrap();
        store.create_secret(&owner, prod, secret("b", &pairs)).await.unwrap();
        assert_eq!(store.scan_values(&owner, None).await.unwrap().values.len(), 2);
        opened.clock.advance(6 * 60_000);
        let scanned = store.scan_values(&owner, None).await.unwrap();
        assert_eq!((scanned.values.len(), scanned.skipped), (1, 1), "{}", opened.name);
        assert_eq!(scanned.values[0].key, key("LONG"));
        assert_eq!(store.scan_values(&owner, Some(prod)).await.unwrap().values.len(), 0);
    }
}

#[tokio::test]
async fn two_writers_of_values_never_both_win() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("a", &[("A", "0")])).await.unwrap();
        let set =
            |text| store::NewValues { values: vec![(key("A"), value(text))], note: String::new() };
        store.set_values(&owner, id, Version(1), set("1")).await.unwrap();
        let lost = store.set_values(&owner, id, Version(1), set("2")).await;
        let Err(StoreError::Conflict { current, changed_by }) = lost else { panic!("{lost:?}") };
        assert_eq!((current, changed_by.unwrap().as_str()), (Version(2), "Mara Kovac"));
    }
}

//! One story, told to SQLite and to PostgreSQL.

use crate::support::{Opened, PASSWORD, both, draft, new_workspace, row, secret, value};
use model::{
    Action, DraftRow, Field, KeyName, ListQuery, Reason, SecretId, Sort, ValueKind, Version,
};
use store::{Credential, Origin, PasswordChange, Profile, StoreError};

fn key(name: &str) -> KeyName {
    KeyName::parse(name).unwrap()
}

#[tokio::test]
async fn setting_up_takes_the_code_and_happens_once() {
    for opened in both().await {
        let store = &opened.store;
        let code = store.new_setup_code().await.unwrap().unwrap();
        let wrong =
            store.setup_with_code("AAAA-AAAA-AAAA-AAAA", new_workspace(), &Origin::default()).await;
        assert!(is_problem(wrong, Field::SetupCode, Reason::Wrong), "{}", opened.name);
        store.setup_with_code(&code, new_workspace(), &Origin::default()).await.unwrap();
        let again = store.setup_with_code(&code, new_workspace(), &Origin::default()).await;
        assert!(matches!(again, Err(StoreError::Setup { done: true })), "{again:?}");
        assert!(matches!(
            store.setup_as_operator(new_workspace()).await,
            Err(StoreError::Setup { done: true })
        ));
        assert_eq!(store.new_setup_code().await.unwrap(), None);
        let owner = opened.sign_in("a").await;
        let environments = store.list_environments(&owner).await.unwrap();
        let names: Vec<_> = environments.iter().map(|e| (e.name.as_str(), e.protected)).collect();
        assert_eq!(names, [("dev", false), ("staging", false), ("prod", true)]);
    }
}

#[tokio::test]
async fn the_setup_code_cannot_be_guessed_by_trying() {
    for opened in both().await {
        let store = &opened.store;
        let code = store.new_setup_code().await.unwrap().unwrap();
        for _ in 0..10 {
            let _ = store.setup_with_code("wrong", new_workspace(), &Origin::default()).await;
        }
        let blocked = store.setup_with_code(&code, new_workspace(), &Origin::default()).await;
        assert!(
            matches!(blocked, Err(StoreError::TooManyTries { seconds: 1..=61 })),
            "{blocked:?}"
        );
        opened.clock.advance(61_000);
        store.setup_with_code(&code, new_workspace(), &Origin::default()).await.unwrap();
    }
}

#[tokio::test]
async fn weak_passwords_and_bad_names_are_all_named() {
    for opened in both().await {
        let bad = store::NewWorkspace {
            name: " ".into(),
            email: "mara".into(),
            password: value("keyloftkeyloftkeyloft"),
            workspace: "Acme".into(),
        };
        let Err(StoreError::Invalid(problems)) = opened.store.setup_as_operator(bad).await else {
            panic!("it was accepted")
        };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, [Field::PersonName, Field::Email, Field::Password]);
    }
}

#[tokio::test]
async fn signing_in_is_limited_and_tells_nothing() {
    for opened in both().await {
        let store = &opened.store;
        opened.owner().await;
        let from = |ip: &str| Origin { ip: ip.into(), ..Origin::default() };
        let sign_in = async |email: &str, password: &str, ip: &str| {
            store.sign_in(email, value(password), &from(ip)).await.map(|_| ())
        };
        for spelling in [
            "mara@example.org",
            "MARA@example.org ",
            "ｍara@example.org",
            "x",
            "mara@example.org",
            "Mara@Example.org",
        ] {
            assert!(matches!(
                sign_in(spelling, "wrong", "10.0.0.1").await,
                Err(StoreError::SignInFailed)
            ));
        }
        // Five of them were one account: the right password is refused now, in the same words.
        assert!(matches!(
            sign_in("mara@example.org", PASSWORD, "10.0.0.2").await,
            Err(StoreError::SignInFailed)
        ));
        opened.clock.advance(15 * 60_000 + 1);
        sign_in("mara@example.org", PASSWORD, "10.0.0.2").await.unwrap();
    }
}

#[tokio::test]
async fn sessions_end_when_they_should() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        opened.sign_in("second").await;
        assert_eq!(store.list_sessions(&owner).await.unwrap().len(), 2);
        assert!(store.session(b"unknown").await.unwrap().is_none());

        // Idle for half an hour.
        opened.clock.advance(29 * 60_000);
        assert!(store.session(b"owner").await.unwrap().is_some(), "{}", opened.name);
        opened.clock.advance(2 * 60_000);
        assert!(store.session(b"second").await.unwrap().is_none());
        assert!(store.session(b"owner").await.unwrap().is_some());

        // A new password ends them all; the one that continues is opened anew.
        let change =
            PasswordChange { current: value(PASSWORD), new: value("seven quiet otters rowing") };
        let origin = Origin::default();
        let shown = store.sign_in("mara@example.org", value(PASSWORD), &origin).await.unwrap();
        let confirmed = store.confirm(&owner, value(PASSWORD), &value("")).await.unwrap();
        let next = store.change_password(&owner, change).await.unwrap();
        for late in [shown.session().unwrap(), confirmed] {
            let late = store.open_session(b"late", late, &origin).await;
            assert!(matches!(late, Err(StoreError::SignInFailed)), "{}", opened.name);
        }
        assert!(store.session(b"owner").await.unwrap().is_none());
        store.open_session(b"next", next, &Origin::default()).await.unwrap();
        let owner = store.session(b"next").await.unwrap().unwrap();
        store.sign_out(&owner).await.unwrap();
        assert!(store.session(b"next").await.unwrap().is_none());

        store.reset_password("mara@example.org", value("blue lamps under bridges")).await.unwrap();
        let old = store
            .sign_in("mara@example.org", value("seven quiet otters rowing"), &Origin::default())
            .await;
        assert!(matches!(old, Err(StoreError::SignInFailed)));
        assert!(matches!(
            store.reset_password("nobody@example.org", value("blue lamps under bridges")).await,
            Err(StoreError::NotFound)
        ));
    }
}

#[tokio::test]
async fn sudo_replaces_the_session_and_runs_out() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        assert!(owner.has_sudo(store.now()), "signing in was just now");
        opened.clock.advance(6 * 60_000);
        let owner = store.session(b"owner").await.unwrap().unwrap();
        assert!(!owner.has_sudo(store.now()));
        let profile = || Profile { name: "Mara".into(), email: "mara@example.net".into() };
        assert!(matches!(
            store.change_profile(&owner, profile()).await,
            Err(StoreError::SudoNeeded)
        ));
        assert!(is_problem(
            store.confirm(&owner, value("wrong"), &value("")).await,
            Field::CurrentPassword,
            Reason::Wrong
        ));
        let next = store.confirm(&owner, value(PASSWORD), &value("")).await.unwrap();
        store.open_session(b"sudo", next, &Origin::default()).await.unwrap();
        assert!(store.session(b"owner").await.unwrap().is_none());
        let owner = store.session(b"sudo").await.unwrap().unwrap();
        store.change_profile(&owner, profile()).await.unwrap();
        assert_eq!(store.session(b"sudo").await.unwrap().unwrap().name.as_str(), "Mara");
    }
}

#[tokio::test]
async fn environments_are_ordered_protected_and_deleted_only_when_empty() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let qa = store.create_environment(&owner, "qa").await.unwrap();
        assert!(is_problem(
            store.create_environment(&owner, "qa").await,
            Field::Environment,
            Reason::Taken
        ));
        assert!(store.create_environment(&owner, "-x").await.is_err());
        let some = store.create_environments(&owner, &["review", "qa"]).await;
        assert!(is_problem(some, Field::Row(1, model::RowPart::Key), Reason::Taken));
        store.move_environment(&owner, qa, -1).await.unwrap();
        store.rename_environment(&owner, qa, "test").await.unwrap();
        store.protect_environment(&owner, qa, true).await.unwrap();
        let names = async || {
            let all = store.list_environments(&owner).await.unwrap();
            all.iter()
                .map(|e| format!("{}{}", e.name, if e.protected { "!" } else { "" }))
                .collect::<Vec<_>>()
        };
        assert_eq!(names().await, ["dev", "staging", "test!", "prod!"]);
        let id = store.create_secret(&owner, qa, secret("a", &[("A", "1")])).await.unwrap();
        let full = store.delete_environment(&owner, qa).await;
        assert!(is_problem(full, Field::Environment, Reason::NotEmpty { secrets: 1 }));
        store.trash_secret(&owner, id, Version::FIRST).await.unwrap();
        store.destroy_secret(&owner, id, "a").await.unwrap();
        store.delete_environment(&owner, qa).await.unwrap();
        assert_eq!(names().await, ["dev", "staging", "prod!"]);
    }
}

#[tokio::test]
async fn a_secret_lives_from_template_to_trash() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let dev = store.list_environments(&owner).await.unwrap()[0].id;
        let rows = vec![
            row("PGHOST", "db.internal", ValueKind::Plain),
            row("PGPASSWORD", "hunter2", ValueKind::Hidden),
            row("PGKEY", "-----BEGIN\nKEY-----\n", ValueKind::WriteOnly),
        ];
        let mut new = draft("prod-postgres", rows);
        new.template = "postgres".into();
        new.tags = "db prod".into();
        new.note = "first".into();
        let id = store.create_secret(&owner, dev, new.parse().unwrap()).await.unwrap();

        let taken = store.create_secret(&owner, dev, secret("prod-postgres", &[("A", "1")])).await;
        assert!(is_problem(taken, Field::Name, Reason::TakenBySecret(id)));

        // In several environments at once: one secret in each, or none at all.
        let all = store.list_environments(&owner).await.unwrap();
        let all: Vec<_> = all.iter().map(|environment| environment.id).collect();
        let pairs = &[("A", "1")];
        let taken = store.create_secrets(&owner, &all, secret("prod-postgres", pairs)).await;
        assert!(is_problem(taken, Field::Environment, Reason::TakenIn(dev)));
        let none = store.create_secrets(&owner, &[], secret("queue", pairs)).await;
        assert!(is_problem(none, Field::Environment, Reason::Missing));
        let twice = [&all[1..], &all[1..]].concat();
        let made = store.create_secrets(&owner, &twice, secret("queue", pairs)).await.unwrap();
        let places = async |id| store.secret(&owner, id).await.unwrap().summary.environment;
        assert_eq!([places(made[0]).await, places(made[1]).await], all[1..]);
        assert_eq!(made.len(), 2);
        for id in made {
            let value = store.reveal_value(&owner, id, &key("A")).await.unwrap();
            assert_eq!(value.dangerously_expose(), "1");
            store.trash_secret(&owner, id, Version::FIRST).await.unwrap();
            store.destroy_secret(&owner, id, "queue").await.unwrap();
        }

        let detail = store.secret(&owner, id).await.unwrap();
        assert_eq!(detail.keys.len(), 3);
        assert_eq!((detail.summary.version, detail.note.as_str()), (Version(1), "first"));
        assert_eq!(detail.summary.tags.len(), 2);

        let plain = store.plain_values(&owner, id).await.unwrap();
        assert_eq!(plain.values.len(), 1);
        assert_eq!(plain.values[0].1.dangerously_expose(), "db.internal");
        let revealed = store.reveal_value(&owner, id, &key("PGPASSWORD")).await.unwrap();
        assert_eq!(revealed.dangerously_expose(), "hunter2");
        assert!(matches!(
            store.reveal_value(&owner, id, &key("PGKEY")).await,
            Err(StoreError::WriteOnly)
        ));
        assert!(matches!(
            store.reveal_value(&owner, id, &key("NOPE")).await,
            Err(StoreError::NotFound)
        ));

        // An edit keeps what it does not type, and knows what it was made from.
        opened.clock.advance(1000);
        let kept =
            |name: &str, kind| DraftRow { from: name.into(), keep: true, ..row(name, "", kind) };
        let edit = || {
            let rows = vec![
                kept("PGKEY", ValueKind::WriteOnly),
                row("PGHOST", "db-2.internal", ValueKind::Plain),
                DraftRow { key: "PASSWORD".into(), ..kept("PGPASSWORD", ValueKind::Hidden) },
            ];
            draft("prod-postgres", rows).parse().unwrap()
        };
        assert_eq!(store.edit_secret(&owner, id, Version(1), edit()).await.unwrap(), Version(2));
        assert!(matches!(
            store.edit_secret(&owner, id, Version(1), edit()).await,
            Err(StoreError::Conflict { current: Version(2), .. })
        ));
        let detail = store.secret(&owner, id).await.unwrap();
        let since: Vec<_> = detail.keys.iter().map(|k| (k.name.as_str(), k.since.0)).collect();
        assert_eq!(since, [("PGKEY", 1), ("PGHOST", 2), ("PASSWORD", 1)]);
        let moved = store.reveal_value(&owner, id, &key("PASSWORD")).await.unwrap();
        assert_eq!(moved.dangerously_expose(), "hunter2");
        let louder =
            draft("prod-postgres", vec![kept("PASSWORD", ValueKind::Plain)]).parse().unwrap();
        assert!(is_problem(
            store.edit_secret(&owner, id, Version(2), louder).await,
            Field::Row(0, model::RowPart::Value),
            Reason::KeptKindShown
        ));

        // The trash frees the name, and gives back under another if it was taken since.
        assert!(matches!(
            store.trash_secret(&owner, id, Version(1)).await,
            Err(StoreError::Conflict { .. })
        ));
        store.trash_secret(&owner, id, Version(2)).await.unwrap();
        assert!(matches!(store.secret(&owner, id).await, Err(StoreError::NotFound)));
        assert!(matches!(
            store.reveal_value(&owner, id, &key("PASSWORD")).await,
            Err(StoreError::NotFound)
        ));
        let second =
            store.create_secret(&owner, dev, secret("prod-postgres", &[("A", "1")])).await.unwrap();
        assert!(is_problem(
            store.restore_secret(&owner, id, None).await,
            Field::Name,
            Reason::TakenBySecret(second)
        ));
        store.restore_secret(&owner, id, Some("old-postgres")).await.unwrap();
        assert_eq!(store.secret(&owner, id).await.unwrap().summary.name.as_str(), "old-postgres");

        // Thirty days later it is gone.
        store.trash_secret(&owner, id, Version(2)).await.unwrap();
        opened.clock.advance(29 * 86_400_000);
        assert_eq!(store.empty_old_trash().await.unwrap(), 0);
        opened.clock.advance(86_400_000);
        assert_eq!(store.empty_old_trash().await.unwrap(), 1);
        assert!(store.list_trash(&owner).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn lists_page_search_and_sort_alike() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let dev = store.list_environments(&owner).await.unwrap()[0].id;
        for n in 0..120 {
            let mut new =
                secret(&format!("{}-{n}", ["Beta", "alpha", "Zeta"][n % 3]), &[("KESTREL", "v")]);
            new.tags = draft("x", vec![row("A", "", ValueKind::Plain)]).parse().unwrap().tags;
            if n % 10 == 0 {
                new.template = Some("postgres".into());
            }
            store.create_secret(&owner, dev, new).await.unwrap();
            opened.clock.advance(1);
        }
        for sort in Sort::ALL {
            let mut seen = Vec::new();
            let mut query = ListQuery { sort, ..ListQuery::default() };
            loop {
                let page = store.list_secrets(&owner, &query).await.unwrap();
                assert_eq!(page.total, 120);
                seen.extend(page.rows);
                // Someone renames and creates while we page: nothing is skipped or repeated.
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), 120, "{} {sort:?}", opened.name);
            let names: Vec<_> = seen.iter().map(|s| s.name.as_str().to_lowercase()).collect();
            let times: Vec<_> = seen.iter().map(|s| s.updated_at).collect();
            match sort {
                Sort::Name => assert!(names.is_sorted()),
                Sort::NameDown => assert!(names.iter().rev().is_sorted()),
                Sort::Updated => assert!(times.iter().rev().is_sorted()),
                Sort::UpdatedUp => assert!(times.is_sorted()),
                // None was changed since it was made.
                Sort::Created => assert!(times.iter().rev().is_sorted()),
            }
        }
        let names = async |query: ListQuery| {
            let page = store.list_secrets(&owner, &query).await.unwrap();
            page.rows.iter().map(|s| s.name.to_string()).collect::<Vec<_>>()
        };
        let whole = [names(ListQuery::default()).await, {
            let after = store.list_secrets(&owner, &ListQuery::default()).await.unwrap().next;
            names(ListQuery { after, ..ListQuery::default() }).await
        }]
        .concat();
        // Whoever scrolls far gets the rows there, from the start or from a page that was read.
        let skipped = names(ListQuery { skip: 70, ..ListQuery::default() }).await;
        assert_eq!(skipped[..30], whole[70..100]);
        let after = store.list_secrets(&owner, &ListQuery::default()).await.unwrap().next;
        let skipped = names(ListQuery { after, skip: 25, ..ListQuery::default() }).await;
        assert_eq!(skipped[..25], whole[75..100]);
        assert!(names(ListQuery { skip: 120, ..ListQuery::default() }).await.is_empty());
        let found = async |search: &str| {
            let query = ListQuery { search: search.into(), ..ListQuery::default() };
            store.list_secrets(&owner, &query).await.unwrap().total
        };
        assert_eq!(found("ALPHA").await, 40);
        assert_eq!(found("postgres").await, 12);
        assert_eq!(found("zeta  11").await, 5);
        assert_eq!(found("%").await, 0);
        assert_eq!(found("a_b").await, 0);
        assert_eq!(found("").await, 120);
        // What a name does not say, a key may.
        let by = async |search: &str| {
            let query = ListQuery { search: search.into(), ..ListQuery::default() };
            let page = store.list_secrets(&owner, &query).await.unwrap();
            page.rows.into_iter().map(|row| row.found_by.map(|key| key.to_string())).next()
        };
        assert_eq!(by("alpha").await, Some(None));
        assert_eq!(by("postgres").await, Some(None), "a template is no key");
        assert_eq!(by("alpha postgres kestr").await, Some(Some("KESTREL".to_owned())));
        let (_, templates) = store.list_filters(&owner).await.unwrap();
        assert_eq!(templates, ["postgres"]);
        let uses = store.count_by_template(&owner).await.unwrap();
        assert_eq!(uses.into_iter().collect::<Vec<_>>(), [("postgres".to_owned(), 12)]);
    }
}

#[tokio::test]
async fn the_audit_chain_holds_and_shows_every_edit() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let dev = store.list_environments(&owner).await.unwrap()[0].id;
        let id = store.create_secret(&owner, dev, secret("a", &[("A", "1")])).await.unwrap();
        // Reads from many tasks at once share commits, and each has its row.
        let reads = (0..50).map(|_| {
            let (store, owner) = (store.clone(), owner.clone());
            tokio::spawn(async move { store.reveal_value(&owner, id, &key("A")).await.map(|_| ()) })
        });
        for read in reads.collect::<Vec<_>>() {
            read.await.unwrap().unwrap();
        }
        let chains = store.audit_chains().await.unwrap();
        assert_eq!(chains.len(), 2);
        for chain in chains {
            let report = store.verify_chain(chain).await.unwrap();
            assert_eq!(report.broken_at, None, "{}", opened.name);
            assert!(report.rows >= 2);
        }
    }
}

#[tokio::test]
async fn two_replicas_never_both_win() {
    for opened in both().await {
        let owner = opened.owner().await;
        let other = opened.again().await;
        let dev = other.list_environments(&owner).await.unwrap()[0].id;
        let id = other.create_secret(&owner, dev, secret("a", &[("A", "0")])).await.unwrap();
        let race = |store: store::Store, text: &'static str| {
            let owner = owner.clone();
            tokio::spawn(async move {
                let mut won = 0;
                for _ in 0..20 {
                    let from = store.secret(&owner, id).await.unwrap().summary.version;
                    match store.edit_secret(&owner, id, from, secret("a", &[("A", text)])).await {
                        Ok(_) => won += 1,
                        Err(StoreError::Conflict { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
                won
            })
        };
        let (a, b) = (race(opened.store.clone(), "a"), race(other.clone(), "b"));
        let won = a.await.unwrap() + b.await.unwrap();
        let last = other.secret(&owner, id).await.unwrap().summary.version;
        assert_eq!(last.0, won + 1, "{}: every version has one winner", opened.name);
        for chain in other.audit_chains().await.unwrap() {
            assert_eq!(other.verify_chain(chain).await.unwrap().broken_at, None);
        }
    }
}

#[tokio::test]
async fn another_workspace_and_a_lower_role_get_nothing() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let dev = store.list_environments(&owner).await.unwrap()[0].id;
        let prod = store.list_environments(&owner).await.unwrap()[2].id;
        let id = store.create_secret(&owner, dev, secret("a", &[("A", "1")])).await.unwrap();

        let mut stranger = owner.clone();
        stranger.workspace = "wsp_01930000000070008000000000000009".parse().unwrap();
        assert!(matches!(store.secret(&stranger, id).await, Err(StoreError::NotFound)));
        assert!(matches!(
            store.reveal_value(&stranger, id, &key("A")).await,
            Err(StoreError::NotFound)
        ));
        assert!(matches!(
            store.edit_secret(&stranger, id, Version(1), secret("a", &[("A", "2")])).await,
            Err(StoreError::NotFound)
        ));
        assert!(matches!(
            store.trash_secret(&stranger, id, Version(1)).await,
            Err(StoreError::NotFound)
        ));
        assert!(store.create_secret(&stranger, dev, secret("b", &[("A", "1")])).await.is_err());

        let mut viewer = owner.clone();
        viewer.role = model::Role::Viewer;
        assert!(store.secret(&viewer, id).await.is_ok());
        for refused in [
            store.reveal_value(&viewer, id, &key("A")).await.map(|_| ()),
            store.trash_secret(&viewer, id, Version(1)).await.map(drop),
            store.create_secret(&viewer, dev, secret("b", &[("A", "1")])).await.map(|_| ()),
        ] {
            assert!(matches!(refused, Err(StoreError::Denied(_))), "{refused:?}");
        }
        let mut developer = owner.clone();
        developer.role = model::Role::Developer;
        assert!(matches!(
            store.create_secret(&developer, prod, secret("b", &[("A", "1")])).await,
            Err(StoreError::Denied(Action::WriteSecrets))
        ));
        let guarded = store.create_secret(&owner, prod, secret("p", &[("A", "1")])).await.unwrap();
        assert!(store.reveal_value(&owner, guarded, &key("A")).await.is_ok());
        opened.clock.advance(6 * 60_000);
        assert!(matches!(
            store.reveal_value(&owner, guarded, &key("A")).await,
            Err(StoreError::SudoNeeded)
        ));
    }
}

#[tokio::test]
async fn a_text_to_import_waits_for_its_own_session_only() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let sent = draft("bad name", vec![row("A", "hunter2", ValueKind::Hidden)]);
        let problems = sent.clone().parse().unwrap_err();
        let form = store::KeptForm { draft: sent, problems: Some(problems) };
        let id = store.keep_form(&owner, &form).await.unwrap();
        let kept = store.kept_form(&owner, &id).await.unwrap().unwrap();
        assert_eq!(kept.draft.rows[0].value.dangerously_expose(), "hunter2");
        let other = opened.sign_in("other").await;
        assert!(store.kept_form(&other, &id).await.unwrap().is_none());
        assert!(store.kept_form(&owner, "nonsense").await.unwrap().is_none());
        opened.clock.advance(11 * 60_000);
        assert!(store.kept_form(&owner, &id).await.unwrap().is_none());
    }
}

/// The same 200 operations, chosen by a fixed sequence of numbers, get the same answers from both databases.
#[tokio::test]
async fn two_hundred_operations_get_the_same_answers() {
    let [sqlite, postgres] = both().await;
    let (a, b) = (transcript(&sqlite).await, transcript(&postgres).await);
    assert_eq!(a.len(), 200);
    for (n, (left, right)) in a.iter().zip(&b).enumerate() {
        assert_eq!(left, right, "operation {n}");
    }
    let refused = a.iter().filter(|line| line.contains("Err")).count();
    assert!((20..150).contains(&refused), "{refused} of 200 were refused");
}

async fn transcript(opened: &Opened) -> Vec<String> {
    let store = &opened.store;
    let owner = opened.owner().await;
    let mut environments = store.list_environments(&owner).await.unwrap();
    environments.truncate(2);
    let mut ids: Vec<SecretId> = Vec::new();
    let mut dice = Dice(42);
    let mut lines = Vec::new();
    for _ in 0..200 {
        opened.clock.advance(1000);
        // Sudo and the session's half hour are not what this is about.
        let mut caller = owner.clone();
        if let Credential::Session { sudo_until, .. } = &mut caller.credential {
            *sudo_until = i64::MAX;
        }
        let environment = environments[dice.below(2)].id;
        let name = format!("s{}", dice.below(12));
        let id = ids.get(dice.below(ids.len().max(1))).copied();
        let version = Version(u32::try_from(dice.below(3)).unwrap() + 1);
        let line = match (dice.below(8), id) {
            (0..=2, _) | (_, None) => {
                let keys = [("A", name.as_str()), ("B", "x")];
                let made = store.create_secret(&caller, environment, secret(&name, &keys)).await;
                if let Ok(id) = &made {
                    ids.push(*id);
                }
                format!("create {name}: {}", told(made.map(|_| "made"), &ids))
            }
            (3, Some(id)) => {
                let edited =
                    store.edit_secret(&caller, id, version, secret(&name, &[("C", "y")])).await;
                format!("edit: {}", told(edited, &ids))
            }
            (4, Some(id)) => {
                format!(
                    "trash: {}",
                    told(
                        store
                            .trash_secret(&caller, id, version)
                            .await
                            .map(|trashed| trashed.days_left),
                        &ids
                    )
                )
            }
            (5, Some(id)) => {
                format!("restore: {}", told(store.restore_secret(&caller, id, None).await, &ids))
            }
            (6, Some(id)) => {
                let value = store.reveal_value(&caller, id, &key("A")).await;
                format!("reveal: {}", told(value.map(|v| v.dangerously_expose().len()), &ids))
            }
            (_, Some(_)) => {
                let query = ListQuery {
                    search: name,
                    sort: Sort::ALL[dice.below(4)],
                    ..ListQuery::default()
                };
                let page = store.list_secrets(&caller, &query).await;
                let names = page.map(|p| {
                    p.rows
                        .iter()
                        .map(|r| (r.name.to_string(), r.version, r.keys))
                        .collect::<Vec<_>>()
                });
                format!("list: {}", told(names, &ids))
            }
        };
        lines.push(line);
    }
    lines
}

/// An answer without ids, which differ from run to run: each is its place in the order of creation.
fn told<T: std::fmt::Debug>(answer: Result<T, StoreError>, ids: &[SecretId]) -> String {
    let mut text = format!("{answer:?}");
    for (n, id) in ids.iter().enumerate() {
        text = text.replace(&id.to_string(), &format!("#{n}"));
    }
    text
}

/// A fixed sequence of numbers (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn is_problem<T: std::fmt::Debug>(
    answer: Result<T, StoreError>,
    field: Field,
    reason: Reason,
) -> bool {
    match answer {
        Err(StoreError::Invalid(problems)) => {
            problems.of(field).is_some_and(|p| p.reason == reason)
        }
        other => panic!("expected a problem with {field:?}, got {other:?}"),
    }
}

//! Tokens: whom they stand for, and when they no longer do.

use crate::support::{both, secret};
use model::{Action, BearerToken, Field, Reason, Scope, TokenState};
use std::collections::BTreeSet;
use store::{Caller, NewToken, Origin, RequestAnswer, StoreError, TokenRefusal};

pub(crate) fn new_token(scopes: &[Scope]) -> NewToken {
    NewToken {
        name: "ci".into(),
        scopes: scopes.iter().copied().collect(),
        days: 90,
        ..NewToken::default()
    }
}

fn refusal(outcome: Result<Caller, StoreError>) -> TokenRefusal {
    match outcome {
        Err(StoreError::TokenRefused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn is_problem<T>(outcome: Result<T, StoreError>, field: Field, reason: Reason) -> bool {
    let Err(StoreError::Invalid(problems)) = outcome else { return false };
    problems.of(field).is_some_and(|problem| problem.reason == reason)
}

fn from(ip: &str) -> Origin {
    Origin { ip: ip.into(), ..Origin::default() }
}

#[tokio::test]
async fn a_token_works_until_it_is_revoked_on_every_replica() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let replica = opened.again().await;
        let made = store.make_token(&owner, new_token(&[Scope::Read]), None).await.unwrap();
        assert_eq!(made.info.state, TokenState::Active);
        let caller = replica.authenticate(&made.token, &from("10.1.2.3")).await.unwrap();
        assert_eq!((caller.user, caller.workspace), (owner.user, owner.workspace));
        assert!(caller.is_program());

        let changed = store_with_another_secret(&made.token);
        let unknown = replica.authenticate(&changed, &Origin::default()).await;
        assert_eq!(refusal(unknown), TokenRefusal::Unknown);

        store.revoke_token(&owner, made.token.id()).await.unwrap();
        let revoked = replica.authenticate(&made.token, &Origin::default()).await;
        assert_eq!(refusal(revoked), TokenRefusal::Revoked, "{}", opened.name);
        assert_eq!(store.list_tokens(&owner).await.unwrap()[0].state, TokenState::Revoked);
        // Twice is no mistake.
        store.revoke_token(&owner, made.token.id()).await.unwrap();
    }
}

fn store_with_another_secret(token: &BearerToken) -> BearerToken {
    let mut secret = *token.dangerously_expose();
    secret[31] ^= 1;
    BearerToken::with_id(token.kind(), token.id().clone(), secret)
}

#[tokio::test]
async fn time_addresses_uses_and_a_maker_who_left_end_a_token() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let make = async |new: NewToken| store.make_token(&owner, new, None).await.unwrap().token;
        let short = make(NewToken { days: 1, ..new_token(&[Scope::Read]) }).await;
        let local = make(NewToken {
            addresses: vec!["10.0.0.0/8".into(), "fd00::/8".into()],
            ..new_token(&[Scope::Read])
        })
        .await;
        let twice = make(NewToken { max_uses: Some(2), ..new_token(&[Scope::Read]) }).await;

        assert!(store.authenticate(&local, &from("10.9.9.9")).await.is_ok());
        assert!(store.authenticate(&local, &from("fd00::1")).await.is_ok());
        for ip in ["11.0.0.1", "", "not an address"] {
            let refused = store.authenticate(&local, &from(ip)).await;
            assert_eq!(refusal(refused), TokenRefusal::Address, "{ip}");
        }

        // Two replicas race for the two uses: neither is given twice.
        let replica = opened.again().await;
        let racers = (0..10).map(|n| {
            let store = if n % 2 == 0 { store.clone() } else { replica.clone() };
            let id = twice.id().clone();
            let token = BearerToken::with_id(twice.kind(), id, *twice.dangerously_expose());
            tokio::spawn(
                async move { store.authenticate(&token, &Origin::default()).await.is_ok() },
            )
        });
        let mut used = 0;
        for one in racers.collect::<Vec<_>>() {
            used += u32::from(one.await.unwrap());
        }
        assert_eq!(used, 2, "{}", opened.name);

        opened.clock.advance(86_400_000);
        let expired = store.authenticate(&short, &Origin::default()).await;
        assert_eq!(refusal(expired), TokenRefusal::Expired);

        let owner = opened.sign_in("later").await;
        opened.run_sql("update members set role = 'viewer'").await;
        let lowered = store.authenticate(&local, &from("10.1.1.1")).await.unwrap();
        assert_eq!(lowered.role, model::Role::Viewer, "rights are those of now");
        opened.run_sql("delete from members").await;
        let orphaned = store.authenticate(&local, &from("10.1.1.1")).await;
        assert_eq!(refusal(orphaned), TokenRefusal::Orphaned);
        let adopted = store.adopt_token(&owner, local.id()).await.unwrap();
        assert_eq!(adopted.state, TokenState::Orphaned, "the owner is no member either, here");
    }
}

#[tokio::test]
async fn a_rotated_token_overlaps_with_the_one_before() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let old = store.make_token(&owner, new_token(&[Scope::Read]), None).await.unwrap().token;
        let new = store.rotate_token(&owner, old.id(), 1).await.unwrap();
        assert_eq!(new.token.id(), old.id());
        assert!(new.info.previous_until.is_some());
        for token in [&old, &new.token] {
            assert!(store.authenticate(token, &Origin::default()).await.is_ok());
        }
        opened.clock.advance(3_600_000);
        let ended = store.authenticate(&old, &Origin::default()).await;
        assert_eq!(refusal(ended), TokenRefusal::Unknown);
        assert!(store.authenticate(&new.token, &Origin::default()).await.is_ok());

        let owner = opened.sign_in("again").await;
        let newest = store.rotate_token(&owner, old.id(), 0).await.unwrap().token;
        let ended = store.authenticate(&new.token, &Origin::default()).await;
        assert_eq!(refusal(ended), TokenRefusal::Unknown, "no overlap was asked for");
        assert!(store.authenticate(&newest, &Origin::default()).await.is_ok());
        let minter = store.make_token(&owner, new_token(&[Scope::Admin]), None).await.unwrap();
        let minter = store.authenticate(&minter.token, &Origin::default()).await.unwrap();
        let wider = store.rotate_token(&minter, old.id(), 0).await;
        assert!(is_problem(wider, Field::Scopes, Reason::MoreThanMaker), "its text reads values");
        let long = store.rotate_token(&owner, old.id(), 25).await;
        assert!(matches!(long, Err(StoreError::Invalid(_))));
    }
}

#[tokio::test]
async fn a_token_does_what_its_scopes_and_its_makers_role_both_allow() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let prod = opened.environment(&owner, "prod").await;
        let app = store.create_secret(&owner, dev, secret("app", &[("A", "1")])).await.unwrap();
        let guarded = store.create_secret(&owner, prod, secret("db", &[("A", "1")])).await.unwrap();
        let as_token = async |new: NewToken| {
            let made = store.make_token(&owner, new, None).await.unwrap();
            store.authenticate(&made.token, &Origin::default()).await.unwrap()
        };
        let all = |scopes| as_token(new_token(scopes));

        let reader = all(&[Scope::Read]).await;
        assert!(matches!(
            store.secret(&reader, app).await,
            Err(StoreError::OutOfScope(Action::ListSecrets))
        ));
        let refused = store.trash_secret(&reader, app, None).await;
        assert!(matches!(refused, Err(StoreError::OutOfScope(Action::WriteSecrets))));
        let wanted = store::ReadValues { version: None, keys: Vec::new() };
        assert!(store.read_values(&reader, guarded, &wanted).await.is_ok(), "no password is asked");

        let rotator = all(&[Scope::Rotate]).await;
        let values = |text: &str| store::NewValues {
            values: vec![(model::KeyName::parse("A").unwrap(), crate::support::value(text))],
            note: String::new(),
        };
        store.set_values(&rotator, app, model::Version(1), values("2")).await.unwrap();
        let more = secret("app", &[("A", "2"), ("B", "3")]);
        let refused = store.edit_secret(&rotator, app, model::Version(2), more).await;
        assert!(matches!(refused, Err(StoreError::OutOfScope(Action::WriteSecrets))));

        let writer = all(&[Scope::Write, Scope::List]).await;
        let refused = store.make_token(&writer, new_token(&[Scope::Write]), None).await;
        assert!(matches!(refused, Err(StoreError::OutOfScope(Action::ManageTokens))));

        // A token of the owner, whose role is a viewer's from now on.
        let editor = store.make_token(&owner, new_token(&[Scope::Write]), None).await.unwrap();
        opened.run_sql("update members set role = 'viewer'").await;
        let lowered = store.authenticate(&editor.token, &Origin::default()).await.unwrap();
        let refused = store.trash_secret(&lowered, app, None).await;
        assert!(matches!(refused, Err(StoreError::Denied(Action::WriteSecrets))));
    }
}

#[tokio::test]
async fn what_a_token_does_not_reach_is_refused_whether_it_is_there_or_not() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let staging = opened.environment(&owner, "staging").await;
        for name in ["app-web", "app-jobs", "App-web", "db"] {
            store.create_secret(&owner, dev, secret(name, &[("A", "1")])).await.unwrap();
        }
        store.create_secret(&owner, staging, secret("app-web", &[("A", "1")])).await.unwrap();
        let new = NewToken {
            environments: vec!["dev".into()],
            secrets: vec!["app-*".into()],
            ..new_token(&[Scope::List, Scope::Read, Scope::Write, Scope::Admin])
        };
        let made = store.make_token(&owner, new, None).await.unwrap();
        let token = store.authenticate(&made.token, &Origin::default()).await.unwrap();

        let listed = store.list_secrets(&token, &model::ListQuery::default()).await.unwrap();
        let names: Vec<_> = listed.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!((names, listed.total), (vec!["app-jobs", "app-web"], 2), "{}", opened.name);
        let environments = store.list_environments(&token).await.unwrap();
        assert_eq!(environments.len(), 1);

        for (environment, name) in [
            ("dev", "db"),
            ("dev", "nothing"),
            ("dev", "App-web"),
            ("staging", "app-web"),
            ("nowhere", "app-web"),
        ] {
            let found = store.find_secret(&token, environment, name).await;
            assert!(
                matches!(found, Err(StoreError::OutOfReach)),
                "{environment}/{name}: {found:?}"
            );
        }
        let outside = store.create_secret(&token, dev, secret("db2", &[("A", "1")])).await;
        assert!(matches!(outside, Err(StoreError::OutOfReach)));
        let id = store.find_secret(&token, "dev", "app-web").await.unwrap();
        let renamed = store.edit_secret(&token, id, model::Version(1), secret("x", &[("A", "1")]));
        assert!(matches!(renamed.await, Err(StoreError::OutOfReach)), "nor out of it by renaming");
        let copied = store::Target { environment: "staging", name: None, note: "" };
        let copied = store.copy_secret(&token, id, copied).await;
        assert!(matches!(copied, Err(StoreError::OutOfReach)));

        // It makes no token that reaches further, lives longer or may more.
        let mint = async |new: NewToken| store.make_token(&token, new, None).await;
        let inner = NewToken {
            environments: vec!["dev".into()],
            secrets: vec!["app-web".into()],
            ..new_token(&[Scope::Read])
        };
        assert!(mint(inner.clone()).await.is_ok());
        for (wider, field) in [
            (NewToken { secrets: vec!["ap*".into()], ..inner.clone() }, Field::TokenSecrets),
            (NewToken { environments: Vec::new(), ..inner.clone() }, Field::TokenSecrets),
            (NewToken { days: 91, ..inner.clone() }, Field::Days),
            (NewToken { scopes: BTreeSet::from([Scope::Rotate]), ..inner }, Field::Scopes),
        ] {
            let outcome = mint(wider.clone()).await;
            assert!(is_problem(outcome, field, Reason::MoreThanMaker), "{wider:?}");
        }
    }
}

#[tokio::test]
async fn the_tokens_that_read_a_secret_are_those_that_work_and_reach_it() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let app = store.create_secret(&owner, dev, secret("app-web", &[("A", "1")])).await.unwrap();
        let app = store.secret(&owner, app).await.unwrap();
        let make = async |caller: &Caller, name: &str, new: NewToken| {
            let new = NewToken { name: name.into(), ..new };
            store.make_token(caller, new, None).await.unwrap().info.id
        };
        let reading = || new_token(&[Scope::List, Scope::Read]);
        make(&owner, "all", reading()).await;
        let here = NewToken {
            environments: vec!["dev".into()],
            secrets: vec!["app-*".into()],
            ..reading()
        };
        make(&owner, "here", here).await;
        let staging = NewToken { environments: vec!["staging".into()], ..reading() };
        make(&owner, "another environment", staging).await;
        make(&owner, "another secret", NewToken { secrets: vec!["db".into()], ..reading() }).await;
        make(&owner, "names only", new_token(&[Scope::List, Scope::Rotate])).await;
        make(&owner, "short", NewToken { days: 1, ..reading() }).await;
        let revoked = make(&owner, "revoked", reading()).await;
        store.revoke_token(&owner, &revoked).await.unwrap();
        let developer = opened.bring(&owner, "dev", model::Role::Developer).await;
        make(&developer, "theirs", reading()).await;
        opened.clock.advance(2 * 86_400_000);

        let reads = async |caller: &Caller| {
            let tokens = store.list_tokens_reading(caller, &app).await.unwrap();
            tokens.into_iter().map(|token| token.name).collect::<Vec<_>>()
        };
        assert_eq!(reads(&owner).await, ["all", "here", "theirs"], "{}", opened.name);
        assert_eq!(reads(&developer).await, ["theirs"], "nobody else's");
        let owner = opened.sign_in("again").await;
        store.change_role(&owner, developer.user, model::Role::Viewer).await.unwrap();
        assert_eq!(reads(&owner).await, ["all", "here"], "whoever made it may not any more");
    }
}

#[tokio::test]
async fn strong_tokens_take_an_owner_and_every_token_the_password() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let mut admin = owner.clone();
        admin.role = model::Role::Admin;
        for strong in
            [new_token(&[Scope::Admin]), NewToken { days: 0, ..new_token(&[Scope::Read]) }]
        {
            let refused = store.make_token(&admin, strong.clone(), None).await;
            assert!(matches!(refused, Err(StoreError::Denied(Action::MakeStrongTokens))));
            assert!(store.make_token(&owner, strong, None).await.is_ok());
        }
        let mut viewer = owner.clone();
        viewer.role = model::Role::Viewer;
        assert!(matches!(
            store.make_token(&viewer, new_token(&[Scope::Read]), None).await,
            Err(StoreError::Denied(Action::ManageTokens))
        ));
        opened.clock.advance(6 * 60_000);
        let stale = store.make_token(&owner, new_token(&[Scope::Read]), None).await;
        assert!(matches!(stale, Err(StoreError::SudoNeeded)));
        assert_eq!(store.list_tokens(&owner).await.unwrap().len(), 2, "looking takes none");
    }
}

#[tokio::test]
async fn a_command_line_signs_in_by_a_code_that_its_person_approves() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let started = store.start_login("mara's laptop", &from("10.0.0.7")).await.unwrap();
        assert!(matches!(store.poll_login(&started.poll).await, Ok(RequestAnswer::Pending)));
        let typed = started.code.to_lowercase().replace('-', " ");
        let request = store.login_request(&owner, &typed).await.unwrap();
        assert_eq!((request.machine.as_str(), request.ip.as_str()), ("mara's laptop", "10.0.0.7"));
        assert!(!request.confirms);
        store.answer_login(&owner, &started.code, true).await.unwrap();
        let Ok(RequestAnswer::Approved(token)) = store.poll_login(&started.poll).await else {
            panic!("not approved")
        };
        assert!(matches!(store.poll_login(&started.poll).await, Ok(RequestAnswer::Expired)));
        let caller = store.authenticate(&token, &Origin::default()).await.unwrap();
        assert!(!caller.is_program() && !caller.has_sudo(store.now()));

        let confirmation = store.start_confirmation(&caller).await.unwrap();
        let request = store.login_request(&owner, &confirmation.code).await.unwrap();
        assert!(request.confirms);
        let mut stranger = owner.clone();
        stranger.user = "usr_01930000000070008000000000000009".parse().unwrap();
        let hidden = store.login_request(&stranger, &confirmation.code).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)));
        store.answer_login(&owner, &confirmation.code, true).await.unwrap();
        let caller = store.authenticate(&token, &Origin::default()).await.unwrap();
        assert!(caller.has_sudo(store.now()));

        // Whatever their role, people sign out a command line of theirs without their password, and nobody else's.
        let other = opened.signed_in_at(&owner, "another laptop").await;
        let mut viewer = owner.clone();
        viewer.role = model::Role::Viewer;
        opened.clock.advance(6 * 60_000);
        assert_eq!(store.list_tokens(&viewer).await.unwrap().len(), 2);
        viewer.user = stranger.user;
        assert!(matches!(store.revoke_token(&viewer, other.id()).await, Err(StoreError::NotFound)));
        viewer.user = owner.user;
        store.revoke_token(&viewer, other.id()).await.unwrap();
        let ended = store.authenticate(&other, &Origin::default()).await;
        assert_eq!(refusal(ended), TokenRefusal::Revoked);

        // A new password ends it, as it ends every session.
        opened.run_sql("update users set security_epoch = security_epoch + 1").await;
        let ended = store.authenticate(&token, &Origin::default()).await;
        assert_eq!(refusal(ended), TokenRefusal::Revoked);
    }
}

#[tokio::test]
async fn a_login_that_is_denied_or_too_old_gives_nothing() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let denied = store.start_login("x", &Origin::default()).await.unwrap();
        store.answer_login(&owner, &denied.code, false).await.unwrap();
        assert!(matches!(store.poll_login(&denied.poll).await, Ok(RequestAnswer::Denied)));
        let late = store.answer_login(&owner, &denied.code, true).await;
        assert!(matches!(late, Err(StoreError::NotFound)));

        let stale = store.start_login("x", &Origin::default()).await.unwrap();
        opened.clock.advance(6 * 60_000);
        let unconfirmed = store.answer_login(&owner, &stale.code, true).await;
        assert!(matches!(unconfirmed, Err(StoreError::SudoNeeded)));
        opened.clock.advance(5 * 60_000);
        assert!(matches!(store.poll_login(&stale.poll).await, Ok(RequestAnswer::Expired)));
        let unnamed = store.start_login(" \n", &Origin::default()).await;
        assert!(matches!(unnamed, Err(StoreError::Invalid(_))));
    }
}

#[tokio::test]
async fn the_database_holds_no_token_and_no_code_to_sign_in_with() {
    let opened = crate::support::sqlite().await;
    let (store, owner) = (&opened.store, opened.owner().await);
    let made = store.make_token(&owner, new_token(&[Scope::Read]), None).await.unwrap();
    let poll = store.start_login("x", &Origin::default()).await.unwrap().poll;
    store.close().await;
    let bytes = std::fs::read(opened.sqlite_file()).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(made.token.id().as_str().as_bytes()));
    for token in [&made.token, &poll] {
        assert!(!holds(token.dangerously_expose()));
        assert!(!holds(&token.text().dangerously_expose().as_bytes()[20..]));
    }
}

//! Members: what they are, what they were granted, and what is left of them when they go.

use crate::support::{Opened, both, secret};
use model::{
    Action, AuditFilter, Grant, KeyName, ListQuery, Role, Scope, TokenState, api::ChangeRetention,
};
use store::{Caller, MemberRefusal, NewToken, Origin, Result, StoreError, Target, TokenRefusal};

fn refused<T>(outcome: Result<T>, why: MemberRefusal) -> bool {
    matches!(outcome, Err(StoreError::MemberRefused(refusal)) if refusal == why)
}

fn denied<T>(outcome: Result<T>, what: Action) -> bool {
    matches!(outcome, Err(StoreError::Denied(action)) if action == what)
}

fn token(scopes: &[Scope]) -> NewToken {
    NewToken {
        name: "ci".into(),
        scopes: scopes.iter().copied().collect(),
        days: 9,
        ..NewToken::default()
    }
}

#[tokio::test]
async fn nobody_gives_or_takes_a_role_above_their_own() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let admin = opened.bring(&owner, "ada", Role::Admin).await;
        let developer = opened.bring(&admin, "dev", Role::Developer).await;

        let up = store.change_role(&admin, developer.user, Role::Owner).await;
        assert!(refused(up, MemberRefusal::Outranked));
        let down = store.change_role(&admin, owner.user, Role::Viewer).await;
        assert!(refused(down, MemberRefusal::Outranked));
        let gone = store.remove_member(&admin, owner.user).await;
        assert!(refused(gone, MemberRefusal::Outranked));
        for user in [developer.user, owner.user] {
            let outcome = store.change_role(&developer, user, Role::Viewer).await;
            assert!(denied(outcome, Action::ManageMembers));
        }
        store.change_role(&admin, developer.user, Role::Admin).await.unwrap();
        assert_eq!(opened.found("dev").await.role, Role::Admin, "their session has it at once");

        // Whose role was taken in between is asked again: the request found them an admin still.
        store.change_role(&owner, admin.user, Role::Viewer).await.unwrap();
        let late = store.change_role(&admin, developer.user, Role::Viewer).await;
        assert!(denied(late, Action::ManageMembers), "{}", opened.name);

        opened.clock.advance(6 * 60_000);
        let stale = store.change_role(&owner, admin.user, Role::Admin).await;
        assert!(matches!(stale, Err(StoreError::SudoNeeded)));
        let roles: Vec<_> =
            store.list_members(&admin).await.unwrap().into_iter().map(|one| one.role).collect();
        assert_eq!(roles, [Role::Owner, Role::Admin, Role::Viewer], "whoever is here may look");
    }
}

#[tokio::test]
async fn a_workspace_always_has_an_owner() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let last = store.remove_member(&owner, owner.user).await;
        assert!(refused(last, MemberRefusal::LastOwner));
        let last = store.change_role(&owner, owner.user, Role::Admin).await;
        assert!(refused(last, MemberRefusal::LastOwner));

        let second = opened.bring(&owner, "olga", Role::Admin).await;
        store.transfer_ownership(&owner, second.user).await.unwrap();
        assert_eq!(opened.found("owner").await.role, Role::Admin);
        let second = opened.found("olga").await;
        store.change_role(&second, owner.user, Role::Owner).await.unwrap();
        let owner = opened.found("owner").await;

        // Both leave at once, on two replicas: one of them stays.
        let replica = opened.again().await;
        let (one, other) = tokio::join!(
            store.remove_member(&owner, owner.user),
            replica.remove_member(&second, second.user),
        );
        let outcomes = [one, other];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{}", opened.name);
        let kept = outcomes.into_iter().any(|outcome| refused(outcome, MemberRefusal::LastOwner));
        assert!(kept, "{}", opened.name);
    }
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once_and_leaves_a_list_of_what_to_rotate() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let prod = opened.environment(&owner, "prod").await;
        for (environment, name) in [(dev, "app"), (dev, "unread"), (prod, "db"), (prod, "ca")] {
            let new = secret(name, &[("A", "1")]);
            store.create_secret(&owner, environment, new).await.unwrap();
        }
        let leaver = opened.bring(&owner, "lee", Role::Admin).await;
        let line = opened.signed_in_at(&leaver, "laptop").await;
        let program = store.make_token(&leaver, token(&[Scope::Read]), None).await.unwrap().token;
        let key = KeyName::parse("A").unwrap();
        let at = |environment: &'static str, name: &'static str| {
            let leaver = &leaver;
            async move { store.find_secret(leaver, environment, name).await.unwrap() }
        };
        store.reveal_value(&leaver, at("dev", "app").await, &key).await.unwrap();
        let bearer = store.authenticate(&program, &Origin::default()).await.unwrap();
        let wanted = store::ReadValues { version: None, keys: Vec::new() };
        store.read_values(&bearer, at("prod", "db").await, &wanted).await.unwrap();
        // What they read as an admin stays known to them as a developer, who cannot read it any more.
        store.change_role(&owner, leaver.user, Role::Developer).await.unwrap();

        // What the log forgets soon is known all the same.
        let keep = ChangeRetention { reads: Some(1), ..ChangeRetention::default() };
        store.set_audit_retention(&owner, &keep).await.unwrap();
        opened.clock.advance(2 * 86_400_000);
        assert!(store.prune_audit().await.unwrap() > 0, "{}", opened.name);
        let owner = opened.sign_in("owner-again").await;

        let list = store.remove_member(&owner, leaver.user).await.unwrap();
        let list: Vec<_> = list
            .iter()
            .map(|secret| (secret.name.as_str(), secret.could_read, secret.read_at.is_some()))
            .collect();
        let expected = [("app", true, true), ("unread", true, false), ("db", false, true)];
        assert_eq!(list, expected, "{}", opened.name);

        let replica = opened.again().await;
        assert!(replica.session(b"lee").await.unwrap().is_none());
        let outcome = replica.authenticate(&line, &Origin::default()).await;
        assert!(matches!(outcome, Err(StoreError::TokenRefused(TokenRefusal::Revoked))));
        let orphaned = async || {
            let outcome = replica.authenticate(&program, &Origin::default()).await;
            matches!(outcome, Err(StoreError::TokenRefused(TokenRefusal::Orphaned)))
        };
        assert!(orphaned().await);
        let outcome = store
            .sign_in(
                "lee@example.org",
                crate::support::value(crate::support::PASSWORD),
                &Origin::default(),
            )
            .await;
        assert!(matches!(outcome, Err(StoreError::SignInFailed)), "there is nowhere to go");

        // Coming back brings no old token back; an owner's adopting does.
        let invited = store.invite(&owner, "lee@example.org", Role::Owner).await.unwrap();
        let password = crate::support::value(crate::support::PASSWORD);
        store.accept_with_password(&invited.token, password, &Origin::default()).await.unwrap();
        assert!(orphaned().await, "{}", opened.name);
        let adopted = store.adopt_token(&owner, program.id()).await.unwrap();
        assert_eq!(adopted.state, TokenState::Active);
        assert!(!orphaned().await);
    }
}

#[tokio::test]
async fn grants_open_a_protected_environment_and_limits_hide_the_others() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let mut ids = Vec::new();
        for name in ["dev", "staging", "prod"] {
            let environment = opened.environment(&owner, name).await;
            let new = secret(&format!("in-{name}"), &[("A", "1")]);
            ids.push((environment, store.create_secret(&owner, environment, new).await.unwrap()));
        }
        let [(dev, in_dev), (_, in_staging), (prod, in_prod)] = ids[..] else { unreachable!() };
        let developer = opened.bring(&owner, "dev", Role::Developer).await;
        let key = KeyName::parse("A").unwrap();
        let reveal = async |caller: &Caller, id| store.reveal_value(caller, id, &key).await;
        assert!(denied(reveal(&developer, in_prod).await, Action::RevealValues));
        let program = store.make_token(&developer, token(&Scope::ALL[..4]), None).await;
        let program = program.unwrap().token;

        store.change_grants(&owner, developer.user, false, &[(prod, Grant::Reveal)]).await.unwrap();
        let developer = opened.found("dev").await;
        assert!(reveal(&developer, in_prod).await.is_ok());
        assert!(reveal(&developer, in_staging).await.is_ok());
        assert!(denied(store.trash_secret(&developer, in_prod, None).await, Action::WriteSecrets));
        let bearer = store.authenticate(&program, &Origin::default()).await.unwrap();
        let wanted = store::ReadValues { version: None, keys: Vec::new() };
        assert!(store.read_values(&bearer, in_prod, &wanted).await.is_ok(), "as their maker now");

        // Limited to prod, with the right to write.
        let given = [(prod, Grant::Write), (prod, Grant::See)];
        store.change_grants(&owner, developer.user, true, &given).await.unwrap();
        let developer = opened.found("dev").await;
        let bearer = store.authenticate(&program, &Origin::default()).await.unwrap();
        for caller in [&developer, &bearer] {
            let names: Vec<_> = store
                .list_secrets(caller, &ListQuery::default())
                .await
                .unwrap()
                .rows
                .into_iter()
                .map(|row| row.name.to_string())
                .collect();
            assert_eq!(names, ["in-prod"], "{}", opened.name);
            assert_eq!(store.list_environments(caller).await.unwrap().len(), 1);
            for id in [in_dev, in_staging] {
                assert!(matches!(store.secret(caller, id).await, Err(StoreError::NotFound)));
                assert!(matches!(reveal(caller, id).await, Err(StoreError::NotFound)));
                assert!(matches!(store.list_versions(caller, id).await, Err(StoreError::NotFound)));
                let to = Target { environment: "prod", name: Some("copy"), note: "" };
                let copied = store.copy_secret(caller, id, to).await;
                assert!(matches!(copied, Err(StoreError::NotFound)));
            }
        }
        let filter = AuditFilter { action: Some("secret.reveal".into()), ..AuditFilter::default() };
        let theirs = store.list_audit(&developer, &filter, None).await.unwrap().events;
        let named: Vec<_> = theirs
            .iter()
            .map(|event| {
                let target = event.target.as_ref().and_then(|target| target.name.as_deref());
                (target, event.environment.as_ref().and_then(|at| at.name.as_deref()))
            })
            .collect();
        assert_eq!(named[..2], [(None, None), (Some("in-prod"), Some("prod"))], "{}", opened.name);

        assert!(denied(reveal(&developer, in_prod).await, Action::RevealValues));
        store.trash_secret(&developer, in_prod, None).await.unwrap();
        assert_eq!(store.list_trash(&developer).await.unwrap().len(), 1);
        store.trash_secret(&owner, in_dev, None).await.unwrap();
        assert_eq!(
            store.list_trash(&developer).await.unwrap().len(),
            1,
            "dev's trash is hidden too"
        );

        // A viewer keeps the limit, and loses what is a developer's.
        let lowered = store.change_role(&owner, developer.user, Role::Viewer).await.unwrap();
        assert_eq!(
            (lowered.grants.limited, &lowered.grants.given[..]),
            (true, &[(prod, Grant::See)][..])
        );
        let more = store.change_grants(&owner, developer.user, true, &[(dev, Grant::Reveal)]).await;
        assert!(refused(more, MemberRefusal::GrantNotForRole));
        let self_service = store.change_grants(&developer, developer.user, false, &[]).await;
        assert!(denied(self_service, Action::ManageMembers));
    }
}

#[tokio::test]
async fn a_program_makes_no_owner_and_brings_nobody_who_may_do_more() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let bearer = async |new: NewToken| {
            let made = store.make_token(&owner, new, None).await.unwrap();
            store.authenticate(&made.token, &Origin::default()).await.unwrap()
        };
        let manager = bearer(token(&[Scope::Admin])).await;
        let whole = bearer(token(&Scope::ALL)).await;
        let narrow = bearer(NewToken { secrets: vec!["a*".into()], ..token(&Scope::ALL) }).await;
        let reader = bearer(token(&[Scope::Read, Scope::List])).await;
        let invite =
            async |caller: &Caller, role| store.invite(caller, "x@example.org", role).await;
        assert!(matches!(invite(&whole, Role::Owner).await, Err(StoreError::PeopleOnly)));
        assert!(matches!(invite(&manager, Role::Viewer).await, Err(StoreError::OutOfScope(_))));
        assert!(matches!(invite(&reader, Role::Viewer).await, Err(StoreError::OutOfScope(_))));
        assert!(matches!(invite(&narrow, Role::Viewer).await, Err(StoreError::OutOfReach)));
        assert!(matches!(store.list_members(&narrow).await, Err(StoreError::OutOfReach)));
        assert!(invite(&whole, Role::Developer).await.is_ok());
        let outcome = store.create_workspace(&whole, "Another").await;
        assert!(matches!(outcome, Err(StoreError::PeopleOnly)));
        assert!(matches!(
            store.remove_member(&whole, owner.user).await,
            Err(StoreError::PeopleOnly)
        ));
    }
}

async fn second_workspace(opened: &Opened, owner: &Caller) -> Caller {
    let other = opened.store.create_workspace(owner, "Second").await.unwrap();
    opened.store.switch_workspace(owner, other).await.unwrap();
    opened.found("owner").await
}

#[tokio::test]
async fn a_person_has_several_workspaces_and_is_in_one_at_a_time() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let line = opened.signed_in_at(&owner, "laptop").await;
        let developer = opened.bring(&owner, "dev", Role::Developer).await;
        assert!(denied(store.create_workspace(&developer, "Mine").await, Action::CreateWorkspaces));
        let there = second_workspace(&opened, &owner).await;
        assert_eq!((there.workspace_name.as_str(), there.role), ("Second", Role::Owner));
        assert_eq!(store.list_environments(&there).await.unwrap().len(), 3);
        let names: Vec<_> =
            store.list_workspaces(&there).await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(
            names.iter().map(model::WorkspaceName::as_str).collect::<Vec<_>>(),
            ["Acme", "Second"]
        );

        // The command line stays where it was, until it goes there itself.
        let caller = store.authenticate(&line, &Origin::default()).await.unwrap();
        assert_eq!(caller.workspace, owner.workspace);
        store.switch_workspace(&caller, there.workspace).await.unwrap();
        let caller = store.authenticate(&line, &Origin::default()).await.unwrap();
        assert_eq!(caller.workspace, there.workspace);

        let outcome = store.switch_workspace(&developer, there.workspace).await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "they are no member there");
        let outcome = store.change_role(&there, developer.user, Role::Viewer).await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "nor do its owners change others'");
        for chain in store.audit_chains().await.unwrap() {
            assert!(store.verify_chain(chain).await.is_ok(), "{}", opened.name);
        }
    }
}

//! A workspace's own templates, on SQLite and on PostgreSQL.

use crate::support::{Opened, both, secret};
use model::{
    Action, Field, KeyGroupDraft, NewSecret, Reason, Role, Scope, Template, TemplateDraft,
    TemplateKeyDraft, TemplatePart, Version,
};
use store::{Caller, Credential, NewToken, StoreError};

fn key(name: &str, required: bool) -> TemplateKeyDraft {
    TemplateKeyDraft { key: name.into(), required, ..TemplateKeyDraft::default() }
}

fn billing(keys: &[(&str, bool)]) -> Template {
    let keys = keys.iter().map(|(name, required)| key(name, *required)).collect();
    draft("Billing", keys).parse(|_| true).unwrap()
}

fn draft(name: &str, keys: Vec<TemplateKeyDraft>) -> TemplateDraft {
    TemplateDraft { name: name.into(), keys, ..TemplateDraft::default() }
}

async fn made_from_billing(
    opened: &Opened,
    owner: &Caller,
    environment: &str,
    name: &str,
    keys: &[&str],
) {
    let pairs: Vec<_> = keys.iter().map(|key| (*key, "kestrel")).collect();
    let new = NewSecret { template: Some("own.billing".into()), ..secret(name, &pairs) };
    let environment = opened.environment(owner, environment).await;
    opened.store.create_secret(owner, environment, new).await.unwrap();
}

fn told(mismatches: &[store::Mismatch]) -> Vec<String> {
    let one = |one: &store::Mismatch| {
        let missing: Vec<_> = one.missing.iter().map(ToString::to_string).collect();
        format!("{}: {}", one.name, missing.join(" "))
    };
    mismatches.iter().map(one).collect()
}

#[tokio::test]
async fn a_template_is_made_changed_and_deleted_and_its_secrets_stay() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let made =
            store.create_template(&owner, billing(&[("BILLING_TOKEN", true)])).await.unwrap();
        assert_eq!((made.template.id.as_str(), made.version), ("own.billing", Version::FIRST));
        let again = store.create_template(&owner, billing(&[("OTHER", true)])).await;
        assert!(is_taken(again), "{}", opened.name);
        made_from_billing(&opened, &owner, "dev", "first", &["BILLING_TOKEN"]).await;
        made_from_billing(&opened, &owner, "prod", "second", &["BILLING_TOKEN", "REGION"]).await;
        let used = store.template_use(&owner, "own.billing").await.unwrap();
        assert_eq!((used.secrets, used.mismatches.len()), (2, 0));

        // A new name leaves the id, and both stay taken.
        let wider = draft("Bills", vec![key("BILLING_TOKEN", true), key("REGION", true)]);
        let wider = wider.parse(|_| true).unwrap();
        let changed = store
            .change_template(&owner, "own.billing", Some(Version::FIRST), wider.clone())
            .await
            .unwrap();
        assert_eq!((changed.template.id.as_str(), changed.version), ("own.billing", Version(2)));
        assert!(is_taken(store.create_template(&owner, wider.clone()).await));
        assert!(is_taken(store.create_template(&owner, billing(&[("A", true)])).await));
        let used = store.template_use(&owner, "own.billing").await.unwrap();
        assert_eq!(told(&used.mismatches), ["first: Still needed: REGION."]);
        let all = store.own_templates(&owner).await.unwrap();
        assert_eq!(all, [changed]);
        assert_eq!(store.template_uses(&owner, &all).await.unwrap()["own.billing"], used);

        // Who made up their mind about the first version loses.
        let from_first = Some(Version::FIRST);
        let lost = store.change_template(&owner, "own.billing", from_first, wider).await;
        assert!(
            matches!(lost, Err(StoreError::Conflict { current: Version(2), .. })),
            "{}: {lost:?}",
            opened.name
        );
        let lost = store.delete_template(&owner, "own.billing", from_first).await;
        assert!(matches!(lost, Err(StoreError::Conflict { .. })), "{lost:?}");

        store.delete_template(&owner, "own.billing", Some(Version(2))).await.unwrap();
        let gone = store.own_template(&owner, "own.billing").await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
        let query = model::ListQuery {
            template: Some("own.billing".into()),
            ..model::ListQuery::default()
        };
        assert_eq!(store.list_secrets(&owner, &query).await.unwrap().total, 2);
        let chain = model::AuditChain::Workspace(owner.workspace);
        assert_eq!(store.verify_chain(chain).await.unwrap().broken_at, None);
    }
}

#[tokio::test]
async fn alternatives_that_are_missing_are_told_within_reach_alone() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let mut either = draft("Billing", vec![key("TOKEN", true), key("USER", true)]);
        let group = |label: &str, key: &str| KeyGroupDraft {
            label: label.into(),
            help: String::new(),
            keys: vec![key.into()],
        };
        either.groups = vec![group("By token", "TOKEN"), group("By user", "USER")];
        store.create_template(&owner, either.parse(|_| true).unwrap()).await.unwrap();
        made_from_billing(&opened, &owner, "dev", "neither", &["OTHER"]).await;
        made_from_billing(&opened, &owner, "dev", "one", &["USER"]).await;
        made_from_billing(&opened, &owner, "prod", "guarded", &["OTHER"]).await;
        let used = store.template_use(&owner, "own.billing").await.unwrap();
        assert_eq!(
            told(&used.mismatches),
            [
                "neither: Still needed: By token (TOKEN), or By user (USER).",
                "guarded: Still needed: By token (TOKEN), or By user (USER).",
            ]
        );
        let narrow = program(&opened, &owner, &[Scope::List], &["dev"]).await;
        let used = store.template_use(&narrow, "own.billing").await.unwrap();
        assert_eq!((used.secrets, used.mismatches.len()), (2, 1), "{}", opened.name);
    }
}

#[tokio::test]
async fn only_owners_and_admins_change_templates() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        store.create_template(&owner, billing(&[("A", true)])).await.unwrap();
        for role in [Role::Developer, Role::Viewer, Role::Auditor] {
            let caller = Caller { role, ..owner.clone() };
            let made = store.create_template(&caller, billing(&[("A", true)])).await;
            assert!(matches!(made, Err(StoreError::Denied(Action::ManageTemplates))), "{made:?}");
            let deleted = store.delete_template(&caller, "own.billing", None).await;
            assert!(matches!(deleted, Err(StoreError::Denied(_))), "{deleted:?}");
            assert_eq!(store.own_templates(&caller).await.unwrap().len(), 1);
        }
        // Whoever writes secrets has to know what they want; whoever reads values does not.
        for (scope, sees) in
            [(Scope::List, true), (Scope::Write, true), (Scope::Admin, true), (Scope::Read, false)]
        {
            let caller = program(&opened, &owner, &[scope], &[]).await;
            assert_eq!(store.own_templates(&caller).await.is_ok(), sees, "{scope:?}");
            assert_eq!(store.own_template(&caller, "own.billing").await.is_ok(), sees, "{scope:?}");
            let made = store.create_template(&caller, billing(&[("A", true)])).await;
            let may = is_taken(made);
            assert_eq!(may, scope == Scope::Admin, "{scope:?}");
        }
    }
}

async fn program(
    opened: &Opened,
    owner: &Caller,
    scopes: &[Scope],
    environments: &[&str],
) -> Caller {
    let new = NewToken {
        name: "program".into(),
        scopes: scopes.iter().copied().collect(),
        environments: environments.iter().map(|name| (*name).to_owned()).collect(),
        days: 30,
        ..NewToken::default()
    };
    let made = opened.store.make_token(owner, new, None).await.unwrap();
    let caller = opened.store.authenticate(&made.token, &store::Origin::default()).await.unwrap();
    assert!(matches!(caller.credential, Credential::Service { .. }));
    caller
}

fn is_taken<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Invalid(problems)) if problems
        .of(Field::Template(TemplatePart::Name))
        .is_some_and(|problem| problem.reason == Reason::Taken))
}

//! What a secret held before: told, brought back, destroyed.

use crate::{
    readers::{key, read, token},
    support::{Opened, both, draft, row, secret, value},
};
use model::{
    Field, KeyChanges, KeyName, Reason, Retention, Scope, SecretId, ValueKind, Version,
    api::Difference,
};
use std::num::NonZeroU32;
use store::{Caller, NewValues, Origin, ReadValues, Restoring, Side, StoreError};

const DAY: i64 = 86_400_000;

async fn set(opened: &Opened, caller: &Caller, id: SecretId, pairs: &[(&str, &str)]) -> Version {
    let from = opened.store.base_version(caller, id, None).await.unwrap().version;
    let values = pairs.iter().map(|(name, text)| (key(name), value(text))).collect();
    let new = NewValues { values, note: "why".into() };
    opened.store.set_values(caller, id, from, new).await.unwrap()
}

async fn values(opened: &Opened, caller: &Caller, id: SecretId) -> Vec<(String, String)> {
    let all = ReadValues { version: None, keys: Vec::new() };
    let read = opened.store.read_values(caller, id, &all).await.unwrap();
    read.values
        .iter()
        .map(|(key, value)| (key.to_string(), value.dangerously_expose().to_owned()))
        .collect()
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.into(), value.into())
}

fn keys(names: &[&str]) -> Vec<KeyName> {
    names.iter().map(|name| key(name)).collect()
}

#[tokio::test]
async fn the_history_says_who_when_from_where_why_and_what() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store
            .create_secret(&owner, dev, secret("db", &[("A", "1"), ("B", "1")]))
            .await
            .unwrap();
        let ci = token(&opened, &owner, "ci", &[Scope::Read, Scope::Write]).await;
        read(&opened, &ci, "db").await;
        opened.clock.advance(1_000);
        let from = Origin { ip: "10.1.2.3".into(), ..Origin::default() };
        let program = store.authenticate(&ci, &from).await.unwrap();
        set(&opened, &program, id, &[("B", "2")]).await;
        let edit = draft("db", vec![row("C", "3", ValueKind::Hidden)]).parse().unwrap();
        store.edit_secret(&owner, id, Version(2), edit).await.unwrap();

        let versions = store.list_versions(&owner, id).await.unwrap();
        let numbers: Vec<_> = versions.iter().map(|version| version.version.0).collect();
        assert_eq!(numbers, [3, 2, 1], "{}", opened.name);
        let changes = |added: &[&str], set: &[&str], removed: &[&str]| KeyChanges {
            added: keys(added),
            set: keys(set),
            removed: keys(removed),
        };
        assert_eq!(versions[0].changed, changes(&["C"], &[], &["A", "B"]));
        assert_eq!(versions[1].changed, changes(&[], &["B"], &[]));
        assert_eq!(versions[2].changed, changes(&["A", "B"], &[], &[]));
        let second = &versions[1];
        assert_eq!(second.made_with.as_deref(), Some("ci"));
        assert_eq!((second.made_from.as_str(), second.note.as_str()), ("10.1.2.3", "why"));
        assert_eq!(second.created_at, store.now());
        assert_eq!(versions[0].made_with, None, "a browser");
        let readers: Vec<_> =
            versions[2].readers.iter().map(|r| (r.name.as_str(), r.behind)).collect();
        assert_eq!(readers, [("ci", true)]);
        assert!(versions[0].readers.is_empty() && second.readers.is_empty());
    }
}

#[tokio::test]
async fn a_version_is_restored_whole_or_by_its_keys_and_always_as_a_new_one() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let first = secret("db", &[("A", "a1"), ("B", "b1"), ("C", "c1")]);
        let id = store.create_secret(&owner, dev, first).await.unwrap();
        let rows =
            [("D", "d2"), ("B", "b2"), ("A", "a2")].map(|(k, v)| row(k, v, ValueKind::Hidden));
        let edit = draft("db", rows.into()).parse().unwrap();
        store.edit_secret(&owner, id, Version(1), edit).await.unwrap();

        let some = keys(&["B", "C"]);
        let wanted = |keys| Restoring { version: Version(1), keys, note: "" };
        let third = store.restore_version(&owner, id, None, wanted(&some)).await.unwrap();
        assert_eq!(third, Version(3));
        assert_eq!(
            values(&opened, &owner, id).await,
            [pair("D", "d2"), pair("B", "b1"), pair("A", "a2"), pair("C", "c1")],
            "{}",
            opened.name
        );
        let history = store.list_versions(&owner, id).await.unwrap();
        assert_eq!(
            (history[0].cause.as_str(), &history[0].changed.set),
            ("restore", &keys(&["B"]))
        );

        let gone = keys(&["B", "D"]);
        let refused = store.restore_version(&owner, id, None, wanted(&gone)).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "version 1 had no D: {refused:?}");
        let late = store.restore_version(&owner, id, Version(2), wanted(&[])).await;
        assert!(matches!(late, Err(StoreError::Conflict { current: Version(3), .. })), "{late:?}");
        store.restore_version(&owner, id, third, wanted(&[])).await.unwrap();
        assert_eq!(
            values(&opened, &owner, id).await,
            [pair("A", "a1"), pair("B", "b1"), pair("C", "c1")]
        );
        assert_eq!(store.list_versions(&owner, id).await.unwrap().len(), 4);
    }
}

#[tokio::test]
async fn destroyed_values_are_gone_and_the_history_says_by_whom() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "1")])).await.unwrap();
        set(&opened, &owner, id, &[("K", "2")]).await;
        let one = Version(1);
        let typo = store.destroy_version(&owner, id, one, "bd").await;
        let Err(StoreError::Invalid(problems)) = typo else { panic!("{typo:?}") };
        assert_eq!(problems.of(Field::Name).unwrap().reason, Reason::Wrong);
        let of_now = store.destroy_version(&owner, id, Version(2), "db").await;
        assert!(matches!(of_now, Err(StoreError::VersionOfNow)), "{of_now:?}");
        let none = store.destroy_version(&owner, id, Version(3), "db").await;
        assert!(matches!(none, Err(StoreError::NotFound)), "{none:?}");
        store.destroy_version(&owner, id, one, "db").await.unwrap();
        store.destroy_version(&owner, id, one, "db").await.unwrap();
        let rows = "select count(*) from audit_rows where action = 'secret.destroy-version'";
        assert_eq!(opened.count(rows).await, 1, "twice is no mistake, and happens once");
        let sealed = "select count(*) from versions where sealed is not null";
        assert_eq!(opened.count(sealed).await, 1);

        let versions = store.list_versions(&owner, id).await.unwrap();
        let destroyed = versions[1].destroyed.as_ref().unwrap();
        assert_eq!(destroyed.by.as_ref().unwrap().as_str(), "Mara Kovac", "{}", opened.name);
        assert_eq!(versions[1].keys.len(), 1);
        let old = ReadValues { version: Some(one), keys: Vec::new() };
        let read = store.read_values(&owner, id, &old).await;
        assert!(matches!(read, Err(StoreError::Destroyed(Version(1)))), "{read:?}");
        let wanted = Restoring { version: one, keys: &[], note: "" };
        let restored = store.restore_version(&owner, id, None, wanted).await;
        assert!(matches!(restored, Err(StoreError::Destroyed(_))), "{restored:?}");
        let side = |version| Side { secret: id, version };
        let names = store.compare(&owner, side(Some(one)), side(None), true).await.unwrap();
        assert_eq!(names[0].difference, Difference::Present, "its keys are known still");
        let compared = store.compare(&owner, side(Some(one)), side(None), false).await;
        assert!(matches!(compared, Err(StoreError::Destroyed(_))));

        opened.clock.advance(10 * 60_000);
        let stale = store.session(b"owner").await.unwrap().unwrap();
        let refused = store.destroy_version(&stale, id, one, "db").await;
        assert!(matches!(refused, Err(StoreError::SudoNeeded)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_workspace_keeps_so_many_versions_and_each_for_so_many_days() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "1")])).await.unwrap();
        for number in 2..=5 {
            opened.clock.advance(DAY);
            let owner = opened.sign_in(&format!("day {number}")).await;
            set(&opened, &owner, id, &[("K", &number.to_string())]).await;
        }
        let owner = opened.sign_in("now").await;
        opened.clock.advance(DAY);
        assert_eq!(store.destroy_old_versions().await.unwrap(), 0, "without a rule for ever");
        let owner = if owner.has_sudo(store.now()) { owner } else { opened.sign_in("later").await };
        let rule =
            |versions, days| Some(Retention { versions: NonZeroU32::new(versions).unwrap(), days });
        let left = async || {
            let versions = store.list_versions(&owner, id).await.unwrap();
            let kept = versions.iter().filter(|version| version.destroyed.is_none());
            kept.map(|version| version.version.0).collect::<Vec<_>>()
        };
        for (rule, kept) in [
            (rule(5, 0), &[5, 4, 3, 2, 1][..]),
            // Versions were replaced one a day: the first 4 days ago, the fourth yesterday.
            (rule(1, 4), &[5, 4, 3, 2]),
            (rule(3, 1), &[5, 4, 3]),
            (None, &[5, 4, 3]),
            (rule(1, 0), &[5]),
        ] {
            store.set_retention(&owner, rule).await.unwrap();
            assert_eq!(store.retention(&owner).await.unwrap(), rule);
            while store.destroy_old_versions().await.unwrap() > 0 {}
            assert_eq!(left().await, kept, "{} {rule:?}", opened.name);
        }
        let versions = store.list_versions(&owner, id).await.unwrap();
        assert_eq!(versions[4].destroyed.as_ref().unwrap().by, None, "by nobody: by the rule");
        let rows = "select count(*) from audit_rows where action = 'secret.expire-versions'";
        assert_eq!(opened.count(rows).await, 3);
        assert_eq!(values(&opened, &owner, id).await, [pair("K", "5")]);
    }
}

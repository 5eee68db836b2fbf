//! What thieves, forgers, full disks and lost keys get.

use crate::support::{NOON, Opened, PASSWORD, both, new_workspace, secret, sqlite, value};
use model::{KeyName, SecretId, SecretValue, Version};
use sqlx::{AnyPool, any::AnyPoolOptions};
use std::{os::unix::fs::MetadataExt as _, path::Path};
use store::{
    Caller, Clock, Location, LockError, NewWorkspace, OpenError, RootKeyError, RootKeySource,
    ServerLock, Store, StoreError, Url,
};

fn key() -> KeyName {
    KeyName::parse("A").unwrap()
}

/// The database behind the store's back.
async fn forger(opened: &Opened) -> AnyPool {
    let url = match &opened.location {
        Location::Sqlite { file, .. } => format!("sqlite://{}", file.display()),
        Location::Postgres { url: Url(url) } => url.clone(),
    };
    AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap()
}

async fn is_refused(store: &Store, caller: &Caller, id: SecretId) -> bool {
    match store.reveal_value(caller, id, &key()).await {
        Ok(_) => false,
        Err(StoreError::Integrity { .. }) => true,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_record_moved_to_another_row_is_refused() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let places = store.list_environments(&owner).await.unwrap();
        let one =
            store.create_secret(&owner, places[0].id, secret("one", &[("A", "1")])).await.unwrap();
        let two =
            store.create_secret(&owner, places[0].id, secret("two", &[("A", "2")])).await.unwrap();
        store.edit_secret(&owner, one, Version(1), secret("one", &[("A", "3")])).await.unwrap();
        let forger = forger(&opened).await;
        let forge = async |sql: &'static str, id: SecretId| {
            sqlx::query(sql).bind(id.to_string()).execute(&forger).await.unwrap();
        };

        // To another secret.
        assert!(!is_refused(store, &owner, two).await);
        sqlx::query(
            "update versions set sealed = (select sealed from versions v where v.secret_id = $1 and v.version = 2)
             where secret_id = $2",
        )
        .bind(one.to_string())
        .bind(two.to_string())
        .execute(&forger)
        .await
        .unwrap();
        assert!(is_refused(store, &owner, two).await, "{}: another secret", opened.name);

        // To another version of the same secret.
        let back = "update versions set sealed = (select sealed from versions v where v.secret_id = $1 and v.version = 1)
                    where secret_id = $1 and version = 2";
        forge(back, one).await;
        assert!(is_refused(store, &owner, one).await, "{}: another version", opened.name);

        // To another environment.
        let three = store
            .create_secret(&owner, places[0].id, secret("three", &[("A", "1")]))
            .await
            .unwrap();
        sqlx::query("update versions set environment_id = $1 where secret_id = $2")
            .bind(places[1].id.to_string())
            .bind(three.to_string())
            .execute(&forger)
            .await
            .unwrap();
        assert!(is_refused(store, &owner, three).await, "{}: another environment", opened.name);

        // A key renamed, or its kind changed, beside the record.
        let four =
            store.create_secret(&owner, places[0].id, secret("four", &[("A", "1")])).await.unwrap();
        forge(
            "update versions set keys = replace(keys, 'hidden', 'plain') where secret_id = $1",
            four,
        )
        .await;
        assert!(is_refused(store, &owner, four).await, "{}: another kind", opened.name);
    }
}

#[tokio::test]
async fn every_kind_of_audit_forgery_shows() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let dev = store.list_environments(&owner).await.unwrap()[0].id;
        for n in 0..5 {
            store
                .create_secret(&owner, dev, secret(&format!("s{n}"), &[("A", "1")]))
                .await
                .unwrap();
        }
        let chain = model::AuditChain::Workspace(owner.workspace);
        let good = store.verify_chain(chain).await.unwrap();
        assert_eq!((good.rows, good.broken_at), (7, None));
        let forger = forger(&opened).await;
        let name = chain.to_string();
        let forgeries = [
            (
                "an edited body",
                "update audit_rows set body = (select body from audit_rows r where r.chain = $1 and r.seq = 2) where chain = $1 and seq = 4",
                4,
            ),
            ("a deleted row", "delete from audit_rows where chain = $1 and seq = 4", 4),
            ("a moved row", "update audit_rows set seq = 99 where chain = $1 and seq = 4", 4),
            ("a cut tail", "delete from audit_rows where chain = $1 and seq > 5", 6),
        ];
        for (what, sql, at) in forgeries {
            let kept = snapshot(&forger, &name).await;
            sqlx::query(sql).bind(&name).execute(&forger).await.unwrap();
            let report = store.verify_chain(chain).await.unwrap();
            assert_eq!(report.broken_at, Some(at), "{}: {what}", opened.name);
            put_back(&forger, &name, kept).await;
            assert_eq!(store.verify_chain(chain).await.unwrap().broken_at, None);
        }
    }
}

type AuditRow = (i64, Vec<u8>, Vec<u8>, Vec<u8>);

async fn snapshot(pool: &AnyPool, chain: &str) -> Vec<AuditRow> {
    sqlx::query_as("select seq, body, digest, hash from audit_rows where chain = $1")
        .bind(chain)
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn put_back(pool: &AnyPool, chain: &str, rows: Vec<AuditRow>) {
    sqlx::query("delete from audit_rows where chain = $1").bind(chain).execute(pool).await.unwrap();
    for (seq, body, digest, hash) in rows {
        sqlx::query(
            "insert into audit_rows (chain, seq, body, digest, hash, at, action, actor, target)
             values ($1, $2, $3, $4, $5, 0, '', '', '')",
        )
        .bind(chain)
        .bind(seq)
        .bind(body)
        .bind(digest)
        .bind(hash)
        .execute(pool)
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn values_and_passwords_never_stand_in_the_file() {
    let opened = sqlite().await;
    let owner = opened.owner().await;
    let dev = opened.store.list_environments(&owner).await.unwrap()[0].id;
    let canary = "CANARY-5d1f0c7a";
    let id =
        opened.store.create_secret(&owner, dev, secret("one", &[("A", canary)])).await.unwrap();
    opened.store.reveal_value(&owner, id, &key()).await.unwrap();
    opened.store.close().await;
    let contains = |file: &Path, needle: &str| {
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    };
    let file = opened.sqlite_file();
    for suffix in ["", "-wal"] {
        let file = file.with_file_name(format!("keyloft.db{suffix}"));
        assert!(!contains(&file, canary) && !contains(&file, PASSWORD), "{}", file.display());
    }
    assert!(contains(&file, "secret.reveal"), "the audit row is there, in clear");
    assert!(contains(&file, "KL\u{1}\u{1}"), "the sealed record is there");
    for file in [file, opened.folder.path().join("root.key")] {
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn a_lost_or_foreign_root_key_is_named_and_touches_nothing() {
    let opened = sqlite().await;
    let owner = opened.owner().await;
    let instance = opened.store.instance().to_string();
    drop(owner);
    opened.store.close().await;
    let file = opened.sqlite_file();
    let before = std::fs::read(&file).unwrap();

    let nowhere = RootKeySource::File(opened.folder.path().join("nowhere.key"));
    let missing = Store::open(&opened.location, &nowhere, Clock::at(NOON)).await.unwrap_err();
    let OpenError::RootKey(RootKeyError::Missing { instance: named, fingerprint, .. }) = missing
    else {
        panic!("{missing:?}")
    };
    assert_eq!(named, instance);
    assert!(!opened.folder.path().join("nowhere.key").exists(), "it must not make another");

    let other = sqlite().await;
    let wrong = Store::open(&opened.location, &other.root_key, Clock::at(NOON)).await.unwrap_err();
    let OpenError::RootKey(RootKeyError::Wrong { fingerprint: needed, found, .. }) = wrong else {
        panic!("{wrong:?}")
    };
    assert_eq!(needed, fingerprint);
    assert_ne!(found, fingerprint);
    assert_eq!(std::fs::read(&file).unwrap(), before, "the database was touched");
    assert!(Store::open(&opened.location, &opened.root_key, Clock::at(NOON)).await.is_ok());
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_heals() {
    let opened = sqlite().await;
    let owner = opened.owner().await;
    let dev = opened.store.list_environments(&owner).await.unwrap()[0].id;
    let kept =
        opened.store.create_secret(&owner, dev, secret("kept", &[("A", "1")])).await.unwrap();
    opened.store.close().await;
    let Location::Sqlite { file, .. } = &opened.location else { unreachable!() };
    let small = Location::Sqlite { file: file.clone(), max_pages: Some(140) };
    let store = Store::open(&small, &opened.root_key, opened.clock.clone()).await.unwrap();
    let big = "x".repeat(60_000);
    let mut made = 0;
    let full = loop {
        let name = format!("big{made}");
        match store.create_secret(&owner, dev, secret(&name, &[("A", &big)])).await {
            Ok(_) => made += 1,
            Err(error) => break error,
        }
        assert!(made < 100, "the limit has no effect");
    };
    assert!(matches!(full, StoreError::Full), "{full:?}");
    // Nothing half-made is there, and metadata can still be read.
    let all = store.list_secrets(&owner, &model::ListQuery::default()).await.unwrap();
    assert_eq!(all.total, made + 1);
    assert!(store.secret(&owner, kept).await.is_ok());
    store.close().await;

    let store =
        Store::open(&opened.location, &opened.root_key, opened.clock.clone()).await.unwrap();
    store.create_secret(&owner, dev, secret("after", &[("A", &big)])).await.unwrap();
    for chain in store.audit_chains().await.unwrap() {
        assert_eq!(store.verify_chain(chain).await.unwrap().broken_at, None);
    }
}

#[tokio::test]
async fn a_file_that_was_replaced_takes_no_writes() {
    let opened = sqlite().await;
    let owner = opened.owner().await;
    std::fs::rename(opened.sqlite_file(), opened.folder.path().join("moved.db")).unwrap();
    let refused = opened.store.rename_workspace(&owner, "Lost").await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(matches!(opened.store.ping().await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused() {
    let opened = sqlite().await;
    let first = ServerLock::take(&opened.location).unwrap();
    let second = ServerLock::take(&opened.location).unwrap_err();
    assert!(matches!(second, LockError::Taken(_)));
    assert!(second.to_string().contains("another keyloft-server is running"));
    drop(first);
    ServerLock::take(&opened.location).unwrap();
}

#[tokio::test]
async fn a_database_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let opened = sqlite().await;
    opened.store.close().await;
    std::fs::set_permissions(opened.sqlite_file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused =
        Store::open(&opened.location, &opened.root_key, Clock::at(NOON)).await.unwrap_err();
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}

#[tokio::test]
async fn a_database_that_is_not_there_says_so() {
    let location =
        Location::Postgres { url: Url("postgres://nobody:hunter2@127.0.0.1:1/none".into()) };
    let folder = tempfile::tempdir().unwrap();
    let root_key = RootKeySource::File(folder.path().join("root.key"));
    let refused = Store::open(&location, &root_key, Clock::at(NOON)).await.unwrap_err();
    assert!(matches!(refused, OpenError::Store(StoreError::Unavailable(_))), "{refused:?}");
    assert!(!refused.to_string().contains("hunter2"));
    assert!(
        !folder.path().join("root.key").exists(),
        "no key is made for a database that is not there"
    );
}

#[tokio::test]
async fn a_password_is_hashed_with_a_pepper() {
    let one = sqlite().await;
    one.owner().await;
    let forger = forger(&one).await;
    let hash: String =
        sqlx::query_scalar("select password_hash from users").fetch_one(&forger).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=32768,t=2,p=1$"), "{hash}");

    // The same person with the same password elsewhere: the hash does not fit, as the pepper is another.
    let other = sqlite().await;
    let new = NewWorkspace {
        password: SecretValue::new("lanterns over quiet water".into()),
        ..new_workspace()
    };
    other.store.setup_as_operator(new).await.unwrap();
    let thief = self::forger(&other).await;
    sqlx::query("update users set password_hash = $1").bind(hash).execute(&thief).await.unwrap();
    let refused =
        other.store.sign_in("mara@example.org", value(PASSWORD), &store::Origin::default()).await;
    assert!(matches!(refused, Err(StoreError::SignInFailed)));
}

//! Who reads a secret.

use crate::support::{Opened, both, draft, row, secret, value};
use model::{
    BearerToken, DraftRow, EnvironmentName, KeyName, ReaderKind, Scope, SecretName, SecretReader,
    ValueKind, Version,
};
use store::{
    Caller, NewToken, NewValues, Origin, ReadValues, RequestAnswer, Resolving, StoreError,
};

const DAY: i64 = 86_400_000;

pub(crate) fn key(name: &str) -> KeyName {
    KeyName::parse(name).unwrap()
}

pub(crate) async fn token(
    opened: &Opened,
    owner: &Caller,
    name: &str,
    scopes: &[Scope],
) -> BearerToken {
    let new = NewToken {
        name: name.into(),
        scopes: scopes.iter().copied().collect(),
        days: 300,
        ..NewToken::default()
    };
    opened.store.make_token(owner, new, None).await.unwrap().token
}

pub(crate) async fn read(opened: &Opened, token: &BearerToken, name: &str) {
    let wanted = Resolving {
        environment: EnvironmentName::parse("dev").unwrap(),
        secrets: vec![SecretName::parse(name).unwrap()],
        keys: Vec::new(),
        required: Vec::new(),
        names_only: false,
    };
    opened.store.resolve(token, &Origin::default(), &wanted, None).await.unwrap();
}

/// Kind, name, version, and whether behind or gone.
fn told(readers: &[SecretReader]) -> Vec<(ReaderKind, &str, u32, &str)> {
    let state = |reader: &SecretReader| match (reader.behind, reader.gone) {
        (true, _) => "behind",
        (_, true) => "gone",
        _ => "",
    };
    readers
        .iter()
        .map(|reader| (reader.reader.kind(), reader.name.as_str(), reader.version.0, state(reader)))
        .collect()
}

#[tokio::test]
async fn readers_are_noted_by_the_minute_and_whoever_has_old_values_is_told() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "v")])).await.unwrap();
        let ci = token(&opened, &owner, "ci", &[Scope::Read]).await;
        let web = token(&opened, &owner, "web", &[Scope::Read]).await;
        let readers = async || store.list_readers(&owner, id, 30).await.unwrap();
        assert_eq!(readers().await, []);

        read(&opened, &ci, "db").await;
        let first = store.now();
        opened.clock.advance(59_000);
        read(&opened, &ci, "db").await;
        assert_eq!(readers().await[0].last_at, first, "within the minute nothing is written");
        opened.clock.advance(2_000);
        read(&opened, &ci, "db").await;
        read(&opened, &web, "db").await;
        store.reveal_value(&owner, id, &key("K")).await.unwrap();
        let now = readers().await;
        assert!(now.iter().all(|reader| reader.last_at == store.now()), "{now:?}");
        let of_ci = now.iter().find(|reader| reader.name == "ci").unwrap();
        assert_eq!(of_ci.first_at, first, "{}", opened.name);

        let new = NewValues { values: vec![(key("K"), value("w"))], note: String::new() };
        let second = store.set_values(&owner, id, Version::FIRST, new).await.unwrap();
        opened.clock.advance(1_000);
        read(&opened, &web, "db").await;
        let now = readers().await;
        let mut rows = told(&now);
        rows.sort_by_key(|row| row.1);
        assert_eq!(
            rows,
            [
                (ReaderKind::Person, "Mara Kovac", 1, "behind"),
                (ReaderKind::Program, "ci", 1, "behind"),
                (ReaderKind::Program, "web", 2, ""),
            ],
            "another version is noted at once"
        );
        assert_eq!(now[0].name, "web", "who read last comes first");

        let kept = DraftRow { from: "K".into(), keep: true, ..row("K", "", ValueKind::Hidden) };
        let edit = draft("db2", vec![kept]).parse().unwrap();
        store.edit_secret(&owner, id, second, edit).await.unwrap();
        let now = readers().await;
        let web = now.iter().find(|reader| reader.name == "web").unwrap();
        assert!(!web.behind, "another name makes no value old: {now:?}");
    }
}

#[tokio::test]
async fn an_old_version_is_used_by_programs_and_only_looked_at_by_people() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "v")])).await.unwrap();
        let new = NewValues { values: vec![(key("K"), value("w"))], note: String::new() };
        store.set_values(&owner, id, Version::FIRST, new).await.unwrap();
        let old = ReadValues { version: Some(Version::FIRST), keys: Vec::new() };
        let of_now = ReadValues { version: None, keys: Vec::new() };

        let started = store.start_login("laptop", &Origin::default()).await.unwrap();
        store.answer_login(&owner, &started.code, true).await.unwrap();
        let RequestAnswer::Approved(line) = store.poll_login(&started.poll).await.unwrap() else {
            panic!("not approved")
        };
        let line = store.authenticate(&line, &Origin::default()).await.unwrap();
        let ci = token(&opened, &owner, "ci", &[Scope::Read]).await;
        let ci = store.authenticate(&ci, &Origin::default()).await.unwrap();
        store.read_values(&line, id, &of_now).await.unwrap();
        store.read_values(&line, id, &old).await.unwrap();
        store.read_values(&ci, id, &old).await.unwrap();
        let readers = store.list_readers(&owner, id, 30).await.unwrap();
        let mut rows = told(&readers);
        rows.sort_by_key(|row| row.1);
        assert_eq!(
            rows,
            [(ReaderKind::Person, "Mara Kovac", 2, ""), (ReaderKind::Program, "ci", 1, "behind"),]
        );
    }
}

#[tokio::test]
async fn readers_end_with_their_token_with_time_and_with_the_secret() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "v")])).await.unwrap();
        let ci = token(&opened, &owner, "ci", &[Scope::Read]).await;
        read(&opened, &ci, "db").await;
        let new = NewValues { values: vec![(key("K"), value("w"))], note: String::new() };
        store.set_values(&owner, id, Version::FIRST, new).await.unwrap();
        store.revoke_token(&owner, ci.id()).await.unwrap();
        let readers = store.list_readers(&owner, id, 30).await.unwrap();
        assert_eq!(told(&readers), [(ReaderKind::Program, "ci", 1, "gone")]);
        opened.clock.advance(31 * DAY);
        let owner = opened.sign_in("later").await;
        assert_eq!(store.list_readers(&owner, id, 30).await.unwrap(), []);
        assert_eq!(store.list_readers(&owner, id, 40).await.unwrap().len(), 1);

        store.trash_secret(&owner, id, None).await.unwrap();
        assert!(matches!(store.list_readers(&owner, id, 40).await, Err(StoreError::NotFound)));
        store.destroy_secret(&owner, id, "db").await.unwrap();
        assert_eq!(opened.count("select count(*) from secret_readers").await, 0, "{}", opened.name);
    }
}

//! What programs asked for before is remembered, and never believed: a change, made anywhere, is in the very next answer.

use crate::support::{Opened, PASSWORD, both, secret, value};
use model::{
    BearerToken, EnvironmentName, Grant, KeyName, Role, Scope, SecretName, TokenKind, Version,
};
use store::{Caller, NewToken, NewValues, Origin, Resolving, Restoring, Store, Target};

fn asked(environment: &str, name: &str) -> Resolving {
    Resolving {
        environment: EnvironmentName::parse(environment).unwrap(),
        secrets: vec![SecretName::parse(name).unwrap()],
        keys: Vec::new(),
        required: Vec::new(),
        names_only: false,
    }
}

/// What a program gets: the values, or why not.
async fn answer(store: &Store, token: &BearerToken, wanted: &Resolving) -> String {
    match store.resolve(token, &Origin::default(), wanted, None).await {
        Ok(resolved) => {
            let values = resolved.values.unwrap();
            let told = values.iter().map(|(value, from)| {
                format!("{}={} v{}", from.key, value.dangerously_expose(), from.source.version)
            });
            told.collect::<Vec<_>>().join(" ")
        }
        Err(error) => format!("{error:?}"),
    }
}

/// Asks until the answer is remembered: the first time its use is noted, the second time it is kept.
async fn warm(store: &Store, token: &BearerToken, wanted: &Resolving) -> String {
    answer(store, token, wanted).await;
    answer(store, token, wanted).await;
    answer(store, token, wanted).await
}

async fn program(opened: &Opened, maker: &Caller) -> BearerToken {
    let new = NewToken {
        name: "ci".into(),
        scopes: [Scope::Read].into(),
        days: 90,
        ..NewToken::default()
    };
    opened.store.make_token(maker, new, None).await.unwrap().token
}

/// Something that one replica does while another remembers what a program was answered from `dev/s`.
#[derive(Clone, Copy, Debug)]
enum Change {
    Edit,
    SetValues,
    Rename,
    Move,
    Promote,
    Restore,
    Trash,
    RevokeToken,
    RotateToken,
    RenameEnvironment,
    Limit,
    Demote,
    Remove,
}

const CHANGES: [Change; 13] = [
    Change::Edit,
    Change::SetValues,
    Change::Rename,
    Change::Move,
    Change::Promote,
    Change::Restore,
    Change::Trash,
    Change::RevokeToken,
    Change::RotateToken,
    Change::RenameEnvironment,
    Change::Limit,
    Change::Demote,
    Change::Remove,
];

impl Change {
    async fn make(self, opened: &Opened, owner: &Caller, maker: &Caller, token: &BearerToken) {
        let store = &opened.store;
        let dev = opened.environment(owner, "dev").await;
        let id = store.find_secret(owner, "dev", "s").await.unwrap();
        let edited = secret("s", &[("K", "edited")]);
        match self {
            Self::Edit => store.edit_secret(owner, id, Version(2), edited).await.map(drop),
            Self::SetValues => {
                let key = KeyName::parse("K").unwrap();
                let new = NewValues { values: vec![(key, value("set"))], note: String::new() };
                store.set_values(owner, id, Version(2), new).await.map(drop)
            }
            Self::Rename => {
                let renamed = secret("renamed", &[("K", "v2")]);
                store.edit_secret(owner, id, Version(2), renamed).await.map(drop)
            }
            Self::Move => {
                let to = Target { environment: "staging", name: None, note: "" };
                store.move_secret(owner, id, to).await.map(drop)
            }
            Self::Promote => {
                let staging = opened.environment(owner, "staging").await;
                let other = store.create_secret(owner, staging, edited).await.unwrap();
                let to = Target { environment: "dev", name: None, note: "" };
                store.promote_secret(owner, other, to).await.map(drop)
            }
            Self::Restore => {
                let back = Restoring { version: Version(1), keys: &[], note: "" };
                store.restore_version(owner, id, None, back).await.map(drop)
            }
            Self::Trash => store.trash_secret(owner, id, None).await.map(drop),
            Self::RevokeToken => store.revoke_token(owner, token.id()).await.map(drop),
            Self::RotateToken => store.rotate_token(owner, token.id(), 0).await.map(drop),
            Self::RenameEnvironment => store.rename_environment(owner, dev, "develop").await,
            Self::Limit => {
                store.change_role(owner, maker.user, Role::Developer).await.unwrap();
                let given = [(opened.environment(owner, "staging").await, Grant::See)];
                store.change_grants(owner, maker.user, true, &given).await.map(drop)
            }
            Self::Demote => store.change_role(owner, maker.user, Role::Auditor).await.map(drop),
            Self::Remove => store.remove_member(owner, maker.user).await.map(drop),
        }
        .unwrap();
    }
}

#[tokio::test]
async fn a_change_through_one_replica_is_in_the_next_answer_of_another() {
    for change in CHANGES {
        for opened in both().await {
            let (store, owner) = (&opened.store, opened.owner().await);
            let maker = opened.bring(&owner, "lee", Role::Admin).await;
            let dev = opened.environment(&owner, "dev").await;
            let id = store.create_secret(&owner, dev, secret("s", &[("K", "v1")])).await.unwrap();
            store.edit_secret(&owner, id, Version(1), secret("s", &[("K", "v2")])).await.unwrap();
            let token = program(&opened, &maker).await;
            let (replica, wanted) = (opened.again().await, asked("dev", "s"));
            assert_eq!(warm(&replica, &token, &wanted).await, "K=v2 v2", "{}", opened.name);

            change.make(&opened, &owner, &maker, &token).await;
            let told = answer(&replica, &token, &wanted).await;
            assert_ne!(told, "K=v2 v2", "{change:?} on {}", opened.name);
            let fresh = answer(&opened.again().await, &token, &wanted).await;
            assert_eq!(told, fresh, "{change:?} on {}", opened.name);
        }
    }
}

#[tokio::test]
async fn what_widens_rights_is_in_the_next_answer_too() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("s", &[("K", "v")])).await.unwrap();
        let token = program(&opened, &owner).await;
        let replica = opened.again().await;
        let wanted =
            Resolving { required: vec![KeyName::parse("L").unwrap()], ..asked("dev", "s") };
        warm(&replica, &token, &asked("dev", "s")).await;
        assert!(answer(&replica, &token, &wanted).await.contains("MissingKeys"));
        let more = secret("s", &[("K", "v"), ("L", "w")]);
        store.edit_secret(&owner, id, Version(1), more).await.unwrap();
        assert_eq!(answer(&replica, &token, &wanted).await, "K=v v2 L=w v2", "{}", opened.name);
    }
}

/// Shows that answers are remembered at all: what nobody counted as a change, since it was done behind the store's back, is seen
/// a minute later, when the use is noted again.
#[tokio::test]
async fn what_is_done_behind_the_stores_back_is_seen_within_a_minute() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        store.create_secret(&owner, dev, secret("s", &[("K", "v")])).await.unwrap();
        let (token, wanted) = (program(&opened, &owner).await, asked("dev", "s"));
        assert_eq!(warm(store, &token, &wanted).await, "K=v v1");
        opened.run_sql("update tokens set revoked_at = 1").await;
        assert_eq!(answer(store, &token, &wanted).await, "K=v v1", "{}", opened.name);
        opened.clock.advance(60_000);
        assert!(answer(store, &token, &wanted).await.contains("Revoked"), "{}", opened.name);
    }
}

#[tokio::test]
async fn a_remembered_answer_opens_for_its_token_alone() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        store.create_secret(&owner, dev, secret("s", &[("K", "v")])).await.unwrap();
        let (token, wanted) = (program(&opened, &owner).await, asked("dev", "s"));
        warm(store, &token, &wanted).await;

        let guessed = BearerToken::with_id(TokenKind::Service, token.id().clone(), [9; 32]);
        assert!(answer(store, &guessed, &wanted).await.contains("Unknown"), "{}", opened.name);
        let rotated = store.rotate_token(&owner, token.id(), 1).await.unwrap().token;
        assert_eq!(warm(store, &rotated, &wanted).await, "K=v v1");
        assert_eq!(answer(store, &token, &wanted).await, "K=v v1", "the overlap lasts an hour");
        opened.clock.advance(3_600_000);
        assert!(answer(store, &token, &wanted).await.contains("Unknown"), "{}", opened.name);
        assert_eq!(warm(store, &rotated, &wanted).await, "K=v v1");
        opened.clock.advance(90 * 86_400_000);
        assert!(answer(store, &rotated, &wanted).await.contains("Expired"), "{}", opened.name);
    }
}

#[tokio::test]
async fn people_are_never_answered_from_memory() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        store.create_secret(&owner, dev, secret("s", &[("K", "v")])).await.unwrap();
        let line = opened.signed_in_at(&owner, "laptop").await;
        let (replica, wanted) = (opened.again().await, asked("dev", "s"));
        assert_eq!(warm(&replica, &line, &wanted).await, "K=v v1");
        let change = store::PasswordChange {
            current: value(PASSWORD),
            new: value("another violet anchor drifts"),
        };
        store.change_password(&owner, change).await.unwrap();
        assert!(answer(&replica, &line, &wanted).await.contains("Revoked"), "{}", opened.name);
    }
}

//! Two environments beside each other: how they differ, and taking keys from one to the other.

use crate::support::{Opened, both, draft, row, secret, value};
use model::{
    Action, Field, KeyName, Reason, Role, SecretId, SecretName, ValueKind, Version, api::Difference,
};
use store::{
    Caller, ComparedEnvironments, Comparing, NewValues, Promoting, ReadValues, ShownKeys,
    StoreError, Target, ValuesCompared,
};

fn keys(names: &[&str]) -> Vec<KeyName> {
    names.iter().map(|name| KeyName::parse(name).unwrap()).collect()
}

async fn make(
    opened: &Opened,
    owner: &Caller,
    at: &str,
    name: &str,
    pairs: &[(&str, &str)],
) -> SecretId {
    let environment = opened.environment(owner, at).await;
    opened.store.create_secret(owner, environment, secret(name, pairs)).await.unwrap()
}

async fn values(opened: &Opened, caller: &Caller, id: SecretId) -> Vec<(String, String)> {
    let wanted = ReadValues { version: None, keys: Vec::new() };
    let read = opened.store.read_values(caller, id, &wanted).await.unwrap();
    let pairs = read.values.iter();
    pairs.map(|(key, value)| (key.to_string(), value.dangerously_expose().to_owned())).collect()
}

/// "secret/KEY Difference", line by line.
fn told(compared: &ComparedEnvironments) -> Vec<String> {
    let of_one = |secret: &store::ComparedSecret| {
        let name = secret.name.to_string();
        let key =
            |key: &model::api::ComparedKey| format!("{name}/{} {:?}", key.key, key.difference);
        secret.keys.iter().map(key).collect::<Vec<_>>()
    };
    compared.secrets.iter().flat_map(of_one).collect()
}

fn counts(compared: &ComparedEnvironments) -> [u64; 5] {
    let counts = compared.counts;
    [counts.only_left, counts.only_right, counts.changed, counts.same, counts.untold]
}

#[tokio::test]
async fn two_environments_are_compared_by_secret_and_key() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let comparisons = "select count(*) from audit_rows where action = 'environment.compare'";
        let db = [("HOST", "a"), ("PASS", "1"), ("OLD", "x")];
        make(&opened, &owner, "dev", "db", &db).await;
        make(&opened, &owner, "prod", "db", &[("HOST", "a"), ("PASS", "2"), ("NEW", "x")]).await;
        make(&opened, &owner, "dev", "queue", &[("URL", "amqp")]).await;
        make(&opened, &owner, "prod", "Stripe", &[("KEY", "sk")]).await;
        make(&opened, &owner, "staging", "elsewhere", &[("KEY", "sk")]).await;
        let gone = make(&opened, &owner, "dev", "trashed", &[("KEY", "sk")]).await;
        store.trash_secret(&owner, gone, Version::FIRST).await.unwrap();
        let shut = draft("shut", vec![row("A", "1", ValueKind::WriteOnly)]);
        for at in ["dev", "prod"] {
            let at = opened.environment(&owner, at).await;
            store.create_secret(&owner, at, shut.clone().parse().unwrap()).await.unwrap();
        }
        let ask = async |caller: &Caller, wanted: Comparing| {
            store.compare_environments(caller, "dev", "prod", &wanted).await
        };
        let of_values = Comparing { values: true, ..Comparing::default() };

        let names = ask(&owner, Comparing::default()).await.unwrap();
        assert_eq!(names.values, ValuesCompared::NotAsked);
        assert_eq!(counts(&names), [2, 2, 0, 0, 3], "{}", opened.name);
        assert_eq!(opened.count(comparisons).await, 0, "names are no reading");

        let compared = ask(&owner, of_values.clone()).await.unwrap();
        assert_eq!(compared.values, ValuesCompared::Told);
        assert_eq!(counts(&compared), [2, 2, 1, 1, 1], "write-only values are for programs");
        let expected = [
            "Stripe/KEY Added",
            "db/PASS Changed",
            "db/OLD Removed",
            "db/NEW Added",
            "queue/URL Removed",
            "shut/A Present",
        ];
        assert_eq!(told(&compared), expected, "{}", opened.name);
        assert!(compared.secrets[0].left.is_none() && compared.secrets[2].right.is_none());
        assert_eq!(opened.count(comparisons).await, 1, "one row for all of it");

        let all = Comparing { shown: ShownKeys::All, ..of_values.clone() };
        assert_eq!(told(&ask(&owner, all).await.unwrap()).len(), 7);
        let only = Comparing { shown: ShownKeys::Only(Difference::Same), ..of_values.clone() };
        assert_eq!(told(&ask(&owner, only).await.unwrap()), ["db/HOST Same"]);
        let of_key = Comparing { search: " ur ".into(), ..of_values.clone() };
        assert_eq!(told(&ask(&owner, of_key).await.unwrap()), ["queue/URL Removed"]);
        let of_secret = Comparing { search: "STRIPE".into(), ..of_values.clone() };
        let of_secret = ask(&owner, of_secret).await.unwrap();
        assert_eq!((told(&of_secret).len(), counts(&of_secret)), (1, [0, 1, 0, 0, 0]));
        let alone = [SecretName::parse("queue").unwrap()].into();
        let alone = Comparing { secrets: Some(alone), ..Comparing::default() };
        assert_eq!(told(&ask(&owner, alone).await.unwrap()), ["queue/URL Removed"]);
        let same = store.compare_environments(&owner, "dev", "dev", &of_values).await;
        assert!(matches!(same, Err(StoreError::Invalid(_))));

        // Whether values are the same is for whoever may reveal in both; names are for everybody.
        let audited = opened.count("select count(*) from audit_rows").await;
        for role in [Role::Developer, Role::Viewer, Role::Auditor] {
            let caller = Caller { role, ..owner.clone() };
            let compared = ask(&caller, of_values.clone()).await.unwrap();
            assert!(matches!(compared.values, ValuesCompared::Refused(_)), "{role}");
            assert_eq!(counts(&compared), [2, 2, 0, 0, 3], "{role}");
        }
        opened.clock.advance(6 * 60_000);
        let stale = ask(&owner, of_values).await.unwrap();
        assert_eq!(stale.values, ValuesCompared::PasswordNeeded);
        assert_eq!(counts(&stale)[4], 3);
        let now = opened.count("select count(*) from audit_rows").await;
        assert_eq!(now, audited, "looking is no try to reveal");
    }
}

#[tokio::test]
async fn so_many_secrets_are_listed_and_all_are_counted() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        for number in 0..3 {
            let name = format!("s{number}");
            make(&opened, &owner, "dev", &name, &[("A", "1")]).await;
            make(&opened, &owner, "prod", &name, &[("A", &number.to_string())]).await;
        }
        // As many more as take several slices, whose versions are the first one's. They are not opened.
        for (at, from, to) in [("dev", 1_000, 2_300), ("prod", 1_700, 2_500)] {
            let id = opened.environment(&owner, at).await;
            let numbers: Vec<String> = (from..to).map(|number| format!("({number})")).collect();
            opened.run_sql(&format!(
                "insert into secrets (id, workspace_id, environment_id, name, name_folded, template, search,
                   key_count, version, created_at, created_by, updated_at, updated_by)
                 select 'sec_0000000{tag}00007000800000000000' || n.column1, workspace_id, '{id}', 'n' || n.column1, 'n' || n.column1,
                   '', '', 1, 1, 0, created_by, 0, created_by
                 from secrets, (values {}) n where name = 's0' and environment_id = '{id}';
                 insert into versions (workspace_id, secret_id, version, environment_id, key_number, keys, sealed,
                   cause, note, created_at, created_by, ip, token_id)
                 select v.workspace_id, s.id, 1, v.environment_id, v.key_number, v.keys, v.sealed, 'create', '', 0, v.created_by, '', ''
                 from secrets s, versions v, secrets o
                 where s.name like 'n%' and s.environment_id = '{id}' and v.secret_id = o.id and o.name = 's0'
                   and o.environment_id = '{id}'",
                numbers.join(","),
                tag = u8::from(at == "prod"),
            )).await;
        }
        let wanted = Comparing::default();
        let compared = store.compare_environments(&owner, "dev", "prod", &wanted).await.unwrap();
        assert_eq!(counts(&compared), [700, 200, 0, 0, 603], "{}", opened.name);
        assert_eq!(compared.secrets.len(), 200);
        assert_eq!(compared.more, 1_503 - 200);
        let values = Comparing { values: true, search: "s".into(), ..Comparing::default() };
        let forged = store.compare_environments(&owner, "dev", "prod", &values).await;
        assert!(matches!(forged, Err(StoreError::Integrity { .. })), "{forged:?}");
    }
}

#[tokio::test]
async fn chosen_keys_are_promoted_and_the_others_stay() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let pairs = [("HOST", "a"), ("PASS", "1"), ("MORE", "x")];
        let db = make(&opened, &owner, "dev", "db", &pairs).await;
        let over = make(&opened, &owner, "prod", "db", &[("PASS", "2"), ("OWN", "o")]).await;
        let to = |environment| Target { environment, name: None, note: "why" };
        let onto = |onto| Promoting { keys: &[], from: Version::FIRST, onto };
        let chosen = keys(&["PASS", "HOST"]);
        let promote = async |caller: &Caller, at, what: Promoting<'_>| {
            store.promote_keys(caller, db, to(at), what).await
        };

        let none = promote(&owner, "prod", onto(Some(Version::FIRST))).await;
        assert!(matches!(none, Err(StoreError::Invalid(_))), "{none:?}");
        let unknown = keys(&["HOST", "NONE"]);
        let unknown = Promoting { keys: &unknown, ..onto(Some(Version::FIRST)) };
        let Err(StoreError::Invalid(problems)) = promote(&owner, "prod", unknown).await else {
            panic!("it has no such key");
        };
        assert!(problems.iter().all(|problem| problem.reason == Reason::KeptKeyGone));
        let what = |version| Promoting { keys: &chosen, ..onto(version) };
        let done = promote(&owner, "prod", what(Some(Version::FIRST))).await.unwrap();
        assert_eq!(done, over);
        let held = [("PASS", "1"), ("OWN", "o"), ("HOST", "a")];
        let held = held.map(|(key, text)| (key.to_owned(), text.to_owned()));
        assert_eq!(values(&opened, &owner, over).await, held, "{}", opened.name);
        let version = &store.list_versions(&owner, over).await.unwrap()[0];
        assert_eq!((version.cause.as_str(), version.note.as_str()), ("promote", "why"));
        assert_eq!(
            version.changed.added.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["HOST"]
        );
        assert_eq!(
            version.changed.set.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["PASS"]
        );

        // What was changed in between is refused, and says who did it: on the right, on the left.
        for version in [Some(Version::FIRST), None] {
            let Err(StoreError::Conflict { current, changed_by }) =
                promote(&owner, "prod", what(version)).await
            else {
                panic!("it has a second version");
            };
            assert_eq!(current, Version(2));
            assert_eq!(changed_by.unwrap().as_str(), "Mara Kovac");
        }
        let again =
            NewValues { values: vec![(chosen[0].clone(), value("3"))], note: String::new() };
        store.set_values(&owner, db, Version::FIRST, again).await.unwrap();
        let left = promote(&owner, "prod", what(Some(Version(2)))).await;
        assert!(matches!(left, Err(StoreError::Conflict { .. })), "{left:?}");

        // What is not there is made, of the chosen keys alone.
        let of_two = Promoting { from: Version(2), ..what(None) };
        let made = promote(&owner, "staging", of_two).await.unwrap();
        assert_eq!(values(&opened, &owner, made).await.len(), 2);
        assert_eq!(store.find_secret(&owner, "staging", "db").await.unwrap(), made);
        assert_eq!(store.list_versions(&owner, made).await.unwrap()[0].cause, "promote");
        let gone = make(&opened, &owner, "dev", "gone", &[("HOST", "1"), ("PASS", "1")]).await;
        let gone = store.promote_keys(&owner, gone, to("prod"), what(Some(Version(3)))).await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");

        let developer = Caller { role: Role::Developer, ..owner.clone() };
        let of_second = || Promoting { from: Version(2), ..what(Some(Version(2))) };
        let refused = promote(&developer, "prod", of_second()).await;
        assert!(matches!(refused, Err(StoreError::Denied(Action::WriteSecrets))), "{refused:?}");
        let out = store.check_promotion(&developer, "prod", "dev").await;
        assert!(matches!(out, Err(StoreError::Denied(Action::RevealValues))), "{out:?}");
        store.check_promotion(&developer, "dev", "staging").await.unwrap();
        opened.clock.advance(6 * 60_000);
        let stale = promote(&owner, "prod", of_second()).await;
        assert!(matches!(stale, Err(StoreError::SudoNeeded)), "{stale:?}");
        let stale = store.check_promotion(&owner, "dev", "prod").await;
        assert!(matches!(stale, Err(StoreError::SudoNeeded)), "{stale:?}");
    }
}

#[tokio::test]
async fn a_secret_that_would_get_too_large_stays_as_it_was() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let many = |prefix: &str| -> Vec<_> {
            let row = |number| row(&format!("{prefix}{number}"), "", ValueKind::Hidden);
            (0..300).map(row).collect()
        };
        let [from, onto] = [("dev", "A"), ("staging", "B")].map(|(at, prefix)| {
            let (draft, opened, owner) = (draft("big", many(prefix)), &opened, &owner);
            async move {
                let at = opened.environment(owner, at).await;
                opened.store.create_secret(owner, at, draft.parse().unwrap()).await.unwrap()
            }
        });
        let (from, onto) = (from.await, onto.await);
        let chosen: Vec<_> =
            (0..300).map(|number| KeyName::parse(&format!("A{number}")).unwrap()).collect();
        let to = Target { environment: "staging", name: None, note: "" };
        let what = Promoting { keys: &chosen, from: Version::FIRST, onto: Some(Version::FIRST) };
        let Err(StoreError::Invalid(problems)) = store.promote_keys(&owner, from, to, what).await
        else {
            panic!("600 keys are too many");
        };
        let problem = problems.of(Field::Secret).unwrap();
        assert_eq!(problem.reason, Reason::TooMany { limit: 512, actual: 600 });
        assert_eq!(store.list_versions(&owner, onto).await.unwrap().len(), 1);
    }
}

//! Rotators: who may make them, and that one rotation is one rotation however many servers there are.

use crate::support::{Opened, both, secret};
use model::{Field, KeyName, Reason, RotatorKind, RotatorState, Scope, SecretId, WireValue};
use store::{
    Caller, NewToken, Origin, Pending, RotationStep, RotatorDraft, RotatorWork, StoreError,
};
use uuid::Uuid;

fn draft(secret: SecretId) -> RotatorDraft {
    let new = RotatorDraft::new(secret, RotatorKind::Generated, vec!["A".into()]);
    RotatorDraft { overlap_minutes: 10, ..new }
}

async fn prepared(opened: &Opened) -> (Caller, SecretId) {
    let owner = opened.owner().await;
    let dev = opened.environment(&owner, "dev").await;
    let new = secret("app", &[("A", "old"), ("B", "kept")]);
    let id = opened.store.create_secret(&owner, dev, new).await.unwrap();
    (owner, id)
}

fn made() -> RotationStep {
    let values = vec![(KeyName::parse("A").unwrap(), WireValue::new("new".into()))];
    RotationStep::Made(Pending { values, role: None })
}

fn is_problem<T: std::fmt::Debug>(outcome: Result<T, StoreError>, field: Field, reason: Reason) {
    match outcome {
        Err(StoreError::Invalid(problems)) => {
            assert_eq!(problems.of(field).map(|problem| problem.reason), Some(reason));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_step_belongs_to_one_replica_until_its_lease_ends() {
    for opened in both().await {
        let (owner, id) = prepared(&opened).await;
        let (first, second) = (&opened.store, opened.again().await);
        let rotator = first.create_rotator(&owner, draft(id)).await.unwrap();
        assert_eq!(first.count_overdue(&owner).await.unwrap(), 0);
        opened.run_sql("update rotators set gave_up = 1").await;
        assert_eq!(first.count_overdue(&owner).await.unwrap(), 1, "somebody has to look");
        opened.run_sql("update rotators set gave_up = 0").await;
        let claim = async |store: &store::Store, holder: u128| -> Option<RotatorWork> {
            store.claim_rotation(Uuid::from_u128(holder)).await.unwrap()
        };
        assert!(claim(first, 1).await.is_none(), "nobody asked for it");
        first.run_rotator(&owner, rotator).await.unwrap();

        let racers = (1..=10_u128).map(|holder| {
            let store = if holder % 2 == 0 { first.clone() } else { second.clone() };
            tokio::spawn(
                async move { store.claim_rotation(Uuid::from_u128(holder)).await.unwrap() },
            )
        });
        let mut won = Vec::new();
        for racer in racers.collect::<Vec<_>>() {
            won.extend(racer.await.unwrap());
        }
        assert_eq!(won.len(), 1, "{}", opened.name);
        let late = won.remove(0);
        let again = first.run_rotator(&owner, rotator).await;
        assert!(matches!(again, Err(StoreError::RotationUnderWay)));

        opened.clock.advance(60_001);
        let work = claim(&second, 99).await.unwrap();
        assert_eq!((work.run, work.state), (late.run, RotatorState::Idle));
        let refused = first.end_step(late, made()).await;
        assert!(matches!(refused, Err(StoreError::RotationUnderWay)), "{}", opened.name);
        second.end_step(work, made()).await.unwrap();

        for step in [RotationStep::Applied, RotationStep::Verified, RotationStep::Stored] {
            let work = claim(first, 1).await.unwrap();
            assert_eq!(work.pending.as_ref().unwrap().values[0].1.dangerously_expose(), "new");
            first.end_step(work, step).await.unwrap();
        }
        assert!(claim(first, 1).await.is_none(), "the old value works on");
        let owner = opened.sign_in("again").await;
        let info = first.rotator(&owner, rotator).await.unwrap();
        assert_eq!(info.state, RotatorState::Overlap);
        opened.clock.advance(10 * 60_000);
        let work = claim(&second, 2).await.unwrap();
        second.end_step(work, RotationStep::Retired("done".into())).await.unwrap();
        let history = first.list_versions(&owner, id).await.unwrap();
        assert_eq!(history.len(), 2, "{}", opened.name);
        let note = format!("Rotated by {rotator}");
        assert_eq!((history[0].cause.as_str(), &history[0].note), ("rotation", &note));
        for chain in first.audit_chains().await.unwrap() {
            assert_eq!(first.verify_chain(chain).await.unwrap().broken_at, None);
        }
    }
}

#[tokio::test]
async fn a_rotator_has_its_makers_rights_of_now() {
    for opened in both().await {
        let (owner, id) = prepared(&opened).await;
        let store = &opened.store;
        let rotator = store.create_rotator(&owner, draft(id)).await.unwrap();
        is_problem(
            store.create_rotator(&owner, draft(id)).await,
            Field::RotatorKeys,
            Reason::Taken,
        );
        let unknown = RotatorDraft { keys: vec!["NO".into()], ..draft(id) };
        is_problem(
            store.create_rotator(&owner, unknown).await,
            Field::RotatorKeys,
            Reason::Unknown,
        );
        let mixed = RotatorDraft { keys: vec!["B".into()], role: Some("x".into()), ..draft(id) };
        is_problem(
            store.create_rotator(&owner, mixed).await,
            Field::RotatorSettings,
            Reason::Wrong,
        );

        let token = |scope| NewToken {
            name: "t".into(),
            scopes: [scope].into(),
            days: 1,
            ..NewToken::default()
        };
        let as_token = async |scope| {
            let made = store.make_token(&owner, token(scope), None).await.unwrap();
            store.authenticate(&made.token, &Origin::default()).await.unwrap()
        };
        let reader = as_token(Scope::Read).await;
        assert!(matches!(
            store.create_rotator(&reader, draft(id)).await,
            Err(StoreError::OutOfScope(_))
        ));
        assert!(matches!(
            store.run_rotator(&reader, rotator).await,
            Err(StoreError::OutOfScope(_))
        ));
        store.run_rotator(&as_token(Scope::Rotate).await, rotator).await.unwrap();

        opened.run_sql("update members set role = 'viewer'").await;
        for step in [made(), RotationStep::Applied, RotationStep::Verified, RotationStep::Stored] {
            let work = store.claim_rotation(Uuid::from_u128(1)).await.unwrap().unwrap();
            store.end_step(work, step).await.unwrap();
        }
        let info = store.rotator(&owner, rotator).await.unwrap();
        assert_eq!(info.state, RotatorState::Verified, "{}", opened.name);
        assert!(info.error.unwrap().contains("not allowed to replace values"));
        let refused = store.delete_rotator(&owner, rotator, false).await;
        assert!(matches!(refused, Err(StoreError::RotationUnderWay)), "it holds the only copy");
        store.delete_rotator(&owner, rotator, true).await.unwrap();
        assert!(store.list_rotators(&owner).await.unwrap().is_empty());
    }
}

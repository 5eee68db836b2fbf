//! Rotations against a real PostgreSQL: who logs in before, during and after, and what a crash leaves.

mod cluster;
mod webhook;

use std::time::Duration;

use model::{RotatorId, RotatorKind, RotatorState, SecretId};
use store::{Caller, ReadValues, RotationStep, RotatorDraft, Store};
use uuid::Uuid;

use self::cluster::Cluster;
use super::support::{Site, open};
use crate::rotate::Rotators;

const OLD: &str = "oldKestrel1";
const MINUTES: i64 = 60_000;

pub(super) fn draft(secret: SecretId, kind: RotatorKind, keys: &[&str]) -> RotatorDraft {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    RotatorDraft { overlap_minutes: 10, ..RotatorDraft::new(secret, kind, keys) }
}

/// A site with a secret for a role, and a rotator for it.
struct Rotating {
    site: Site,
    owner: Caller,
    secret: SecretId,
    rotator: RotatorId,
}

impl Rotating {
    async fn one_role(cluster: &Cluster) -> Self {
        cluster.run(&format!("create role app login password '{OLD}'")).await;
        Self::with(cluster, None).await
    }

    async fn two_roles(cluster: &Cluster) -> Self {
        cluster
            .run(&format!("create role app login password '{OLD}'; create role app2 login"))
            .await;
        Self::with(cluster, Some("app2")).await
    }

    async fn with(cluster: &Cluster, other_role: Option<&str>) -> Self {
        let site = Site::set_up().await;
        let owner = site.caller().await;
        let admin = site.secret(&owner, "prod", "admin", &[("URL", &cluster.admin_url())]).await;
        let url = cluster.url("app", OLD);
        let pairs = [("PGUSER", "app"), ("PGPASSWORD", OLD), ("DATABASE_URL", &url)];
        let secret = site.secret(&owner, "dev", "db", &pairs).await;
        let draft = RotatorDraft {
            admin: Some((admin, "URL".into())),
            user_key: Some("PGUSER".into()),
            url_key: Some("DATABASE_URL".into()),
            role: Some("app".into()),
            other_role: other_role.map(str::to_owned),
            ..draft(secret, RotatorKind::Postgres, &["PGPASSWORD"])
        };
        let rotator = site.store.create_rotator(&owner, draft).await.unwrap();
        site.store.run_rotator(&owner, rotator).await.unwrap();
        Self { site, owner, secret, rotator }
    }

    fn rotators(&self, cluster: &Cluster) -> Rotators {
        Rotators::new(self.site.store.clone(), cluster.outbound())
    }

    async fn value(&self, key: &str) -> String {
        current(&self.site.store, &self.owner, self.secret, key).await
    }

    /// The password that the secret holds now logs in, or not.
    async fn stored_logs_in(&self, cluster: &Cluster) -> bool {
        cluster.logs_in(&self.value("PGUSER").await, &self.value("PGPASSWORD").await).await
    }

    async fn state(&self) -> RotatorState {
        self.site.store.rotator(&self.owner, self.rotator).await.unwrap().state
    }

    async fn versions(&self) -> u32 {
        let wanted = ReadValues { version: None, keys: Vec::new() };
        self.site.store.read_values(&self.owner, self.secret, &wanted).await.unwrap().version.0
    }
}

pub(super) async fn current(store: &Store, caller: &Caller, secret: SecretId, key: &str) -> String {
    let wanted = ReadValues { version: None, keys: vec![model::KeyName::parse(key).unwrap()] };
    let read = store.read_values(caller, secret, &wanted).await.unwrap();
    read.values[0].1.dangerously_expose().to_owned()
}

#[tokio::test]
async fn one_role_has_a_gap_and_its_log_no_password() {
    let cluster = Cluster::start();
    let rotating = Rotating::one_role(&cluster).await;
    let rotators = rotating.rotators(&cluster);
    assert!(rotating.stored_logs_in(&cluster).await);

    assert!(rotators.take_step().await.unwrap());
    assert_eq!(rotating.state().await, RotatorState::Made);
    assert!(rotating.stored_logs_in(&cluster).await, "nothing was changed yet");
    assert!(rotators.take_step().await.unwrap());
    assert_eq!(rotating.state().await, RotatorState::Applied);
    assert!(!rotating.stored_logs_in(&cluster).await, "this is the gap of a single role");
    rotators.run_due().await.unwrap();
    assert_eq!(rotating.state().await, RotatorState::Overlap);
    assert!(rotating.stored_logs_in(&cluster).await);
    assert!(!cluster.logs_in("app", OLD).await);
    rotating.site.clock.advance(10 * MINUTES);
    rotators.run_due().await.unwrap();
    assert_eq!(rotating.state().await, RotatorState::Idle);

    let new = rotating.value("PGPASSWORD").await;
    assert_eq!(rotating.value("DATABASE_URL").await, cluster.url("app", &new));
    assert_eq!((rotating.versions().await, new.len()), (2, 32));
    let log = cluster.log();
    assert!(log.contains("alter role \"app\" password 'SCRAM-SHA-256$4096:"), "{log}");
    assert!(log.contains(OLD), "what is logged is found");
    assert!(!log.contains(&new), "the server wrote the new password down");
    let told = rotating.site.store.rotator_log(&rotating.owner, rotating.rotator).await.unwrap();
    let steps: Vec<_> = told.iter().rev().map(|entry| entry.step.as_str()).collect();
    assert_eq!(steps, ["made", "applied", "verified", "stored", "retired"]);
    assert!(told.iter().all(|entry| !entry.message.contains(&new) && entry.run == told[0].run));
}

/// A crash after each commit, and between what a step did outside and its commit: whoever comes next ends with one new version
/// whose password logs in, and at no time is the current one lost.
#[tokio::test]
async fn a_crash_after_any_step_is_recovered_from() {
    let cluster = Cluster::start();
    for steps in 0..5 {
        for cut_off in [false, true] {
            cluster.run("drop role if exists app").await;
            let rotating = Rotating::one_role(&cluster).await;
            let first = rotating.rotators(&cluster);
            for _ in 0..steps {
                assert!(first.take_step().await.unwrap());
                if rotating.state().await == RotatorState::Overlap {
                    rotating.site.clock.advance(10 * MINUTES);
                }
            }
            if cut_off {
                let work = rotating.site.store.claim_rotation(Uuid::from_u128(7)).await.unwrap();
                if let Some(work) = work {
                    let step = first.perform(&work).await;
                    assert!(!matches!(step, RotationStep::Failed { .. }), "{step:?}");
                }
            }
            let works_now = rotating.stored_logs_in(&cluster).await;
            let pending = matches!(
                rotating.state().await,
                RotatorState::Made | RotatorState::Applied | RotatorState::Verified
            );
            assert!(works_now || pending, "{steps} {cut_off}: neither works nor is kept");

            // Everything of before is gone but the files.
            let store = open(rotating.site.folder.path(), rotating.site.clock.clone()).await;
            rotating.site.clock.advance(MINUTES + 1);
            let second = Rotators::new(store, cluster.outbound());
            second.run_due().await.unwrap();
            rotating.site.clock.advance(10 * MINUTES);
            second.run_due().await.unwrap();
            let info =
                rotating.site.store.rotator(&rotating.owner, rotating.rotator).await.unwrap();
            let told = format!("{steps} {cut_off}: {:?}", info.error);
            assert_eq!(info.state, RotatorState::Idle, "{told}");
            assert!(rotating.stored_logs_in(&cluster).await, "{told}");
            assert!(!cluster.logs_in("app", OLD).await, "{told}");
            assert_eq!(rotating.versions().await, 2, "{told}");
        }
    }
}

/// Ten logins a second by a client that reads its secret anew every half second, over three rotations.
#[tokio::test]
async fn two_roles_in_turn_never_refuse_a_client_that_reads_again() {
    let cluster = Cluster::start();
    let rotating = Rotating::two_roles(&cluster).await;
    let rotators = rotating.rotators(&cluster);
    let (stop, mut stopped) = tokio::sync::oneshot::channel();
    let client = {
        let (store, owner, secret) =
            (rotating.site.store.clone(), rotating.owner.clone(), rotating.secret);
        let (url, outbound) = (cluster.admin_url(), cluster.outbound());
        tokio::spawn(async move {
            let (mut logins, mut seen) = (0, Vec::new());
            while stopped.try_recv().is_err() {
                let login = current(&store, &owner, secret, "DATABASE_URL").await;
                let login = outbound::DatabaseUrl::parse(&login).unwrap();
                let user = current(&store, &owner, secret, "PGUSER").await;
                seen.push(user);
                for _ in 0..5 {
                    let worked = outbound.logs_in(&login).await.unwrap();
                    assert!(worked, "refused after {logins} logins; {url}");
                    logins += 1;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            seen.dedup();
            (logins, seen)
        })
    };
    for round in 0..3 {
        if round > 0 {
            rotating.site.store.run_rotator(&rotating.owner, rotating.rotator).await.unwrap();
        }
        let before = (rotating.value("PGUSER").await, rotating.value("PGPASSWORD").await);
        rotators.run_due().await.unwrap();
        assert_eq!(rotating.state().await, RotatorState::Overlap);
        assert!(cluster.logs_in(&before.0, &before.1).await, "the old one works for the overlap");
        // The client reads again within the overlap.
        tokio::time::sleep(Duration::from_millis(1200)).await;
        rotating.site.clock.advance(10 * MINUTES);
        rotators.run_due().await.unwrap();
        assert_eq!(rotating.state().await, RotatorState::Idle);
        assert!(!cluster.logs_in(&before.0, &before.1).await, "and no longer");
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    stop.send(()).unwrap();
    let (logins, seen) = client.await.unwrap();
    assert!(logins >= 30, "{logins}");
    assert_eq!(seen, ["app", "app2", "app", "app2"]);
}

#[tokio::test]
async fn a_role_that_was_taken_back_into_use_keeps_its_password() {
    let cluster = Cluster::start();
    let rotating = Rotating::two_roles(&cluster).await;
    let rotators = rotating.rotators(&cluster);
    rotators.run_due().await.unwrap();
    let old = store::NewValues {
        values: [("PGUSER", "app"), ("PGPASSWORD", OLD)]
            .map(|(key, value)| {
                let value = model::SecretValue::new(value.to_owned());
                (model::KeyName::parse(key).unwrap(), value)
            })
            .into(),
        note: String::new(),
    };
    rotating
        .site
        .store
        .set_values(&rotating.owner, rotating.secret, model::Version(2), old)
        .await
        .unwrap();
    rotating.site.clock.advance(10 * MINUTES);
    rotators.run_due().await.unwrap();
    assert_eq!(rotating.state().await, RotatorState::Idle);
    assert!(cluster.logs_in("app", OLD).await);
}

#[tokio::test]
async fn a_failure_says_which_password_works_and_ends_in_giving_up() {
    let cluster = Cluster::start();
    let rotating = Rotating::one_role(&cluster).await;
    cluster.run("alter role admin nosuperuser nocreaterole").await;
    let rotators = rotating.rotators(&cluster);
    let info =
        async || rotating.site.store.rotator(&rotating.owner, rotating.rotator).await.unwrap();
    rotators.run_due().await.unwrap();
    let told = info().await;
    let error = told.error.unwrap();
    assert_eq!(
        error,
        "The password of app could not be set: the other side refused the credentials, or they do not allow this. \
         The old password works."
    );
    assert_eq!((told.state, told.gave_up), (RotatorState::Made, false));
    for _ in 0..6 {
        rotating.site.clock.advance(241 * MINUTES);
        rotators.run_due().await.unwrap();
    }
    assert!(info().await.gave_up);
    let told = rotating.site.store.rotator_log(&rotating.owner, rotating.rotator).await.unwrap();
    assert_eq!(told[0].step, "gave-up");
    assert!(rotating.stored_logs_in(&cluster).await);

    // Nobody allows the address at all: no connection is tried, and the words are others.
    let nobody = Rotators::new(rotating.site.store.clone(), outbound::Outbound::new(Vec::new()));
    let owner = rotating.site.caller().await;
    rotating.site.store.run_rotator(&owner, rotating.rotator).await.unwrap();
    nobody.run_due().await.unwrap();
    let error = info().await.error.unwrap();
    assert!(error.contains("the operator does not allow it (--outbound-allow)"), "{error}");
}

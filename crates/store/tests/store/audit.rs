//! The audit log, as people ask it.

use crate::support::{Opened, both, secret};
use model::api::ChangeRetention;
use model::{
    AuditChain, AuditClass, AuditFilter, AuditFormat, AuditOutcome, EnvironmentName, KeyName,
    ListQuery, Role, Scope, SecretId, SecretName, api::AuditList,
};
use store::{Caller, NewToken, Origin, Resolving, Store, StoreError};

fn only(class: AuditClass) -> AuditFilter {
    AuditFilter { class: Some(class), ..AuditFilter::default() }
}

fn about(secret: SecretId) -> AuditFilter {
    AuditFilter { target: Some(secret.to_string()), ..AuditFilter::default() }
}

fn by(actor: impl ToString) -> AuditFilter {
    AuditFilter { actor: Some(actor.to_string()), ..AuditFilter::default() }
}

fn told(list: &AuditList) -> Vec<&str> {
    list.events.iter().map(|event| event.action.as_str()).collect()
}

async fn all(store: &Store, caller: &Caller, filter: &AuditFilter) -> Vec<i64> {
    let (mut seqs, mut before) = (Vec::new(), None);
    loop {
        let page = store.list_audit(caller, filter, before).await.unwrap();
        assert!(page.events.len() <= 50);
        seqs.extend(page.events.iter().map(|event| event.seq));
        before = page.next;
        if before.is_none() {
            return seqs;
        }
    }
}

impl Opened {
    /// The same person in another role.
    async fn as_role(&self, caller: &Caller, role: Role) -> Caller {
        self.run_sql(&format!("update members set role = '{role}'")).await;
        Caller { role, ..caller.clone() }
    }
}

#[tokio::test]
async fn the_log_is_found_by_what_was_done_to_what_by_whom_and_when() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let db = store.create_secret(&owner, dev, secret("db", &[("K", "hunter2")])).await.unwrap();
        let other = store.create_secret(&owner, dev, secret("x", &[("K", "v")])).await.unwrap();
        let new = NewToken {
            name: "ci".into(),
            scopes: [Scope::Read].into(),
            days: 9,
            ..NewToken::default()
        };
        let made = store.make_token(&owner, new, None).await.unwrap();
        opened.clock.advance(86_400_000);
        let noon = jiff::Timestamp::from_millisecond(store.now()).unwrap();
        store.reveal_value(&owner, db, &KeyName::parse("K").unwrap()).await.unwrap();
        let wanted = Resolving {
            environment: EnvironmentName::parse("dev").unwrap(),
            secrets: vec![SecretName::parse("db").unwrap()],
            keys: Vec::new(),
            required: Vec::new(),
            names_only: false,
        };
        store.resolve(&made.token, &Origin::default(), &wanted, None).await.unwrap();
        let name = opened.name;

        let list =
            async |filter: &AuditFilter| store.list_audit(&owner, filter, None).await.unwrap();
        let everything = list(&AuditFilter::default()).await;
        assert!(everything.events.is_sorted_by(|a, b| a.seq > b.seq), "{name}");
        let reads = list(&only(AuditClass::Reads)).await;
        assert_eq!(told(&reads), ["secret.read", "secret.reveal"], "{name}");
        let seen = AuditFilter { target: Some(db.to_string()), ..only(AuditClass::Reads) };
        assert_eq!(list(&seen).await, reads, "{name}");
        assert_eq!(
            told(&list(&about(db)).await),
            ["secret.read", "secret.reveal", "secret.create"]
        );
        assert_eq!(told(&list(&about(other)).await), ["secret.create"], "{name}");
        let token = list(&by(made.token.id())).await;
        assert_eq!(told(&token), ["secret.read"], "{name}");
        assert_eq!(token.events[0].who.name.as_deref(), Some("ci"));
        let target = token.events[0].target.as_ref().unwrap();
        assert_eq!(
            (target.name.as_deref(), target.environment.as_deref()),
            (Some("db"), Some("dev"))
        );
        assert!(told(&list(&by(owner.user)).await).contains(&"token.create"));
        let action = AuditFilter { action: Some("secret.create".into()), ..AuditFilter::default() };
        assert_eq!(list(&action).await.events.len(), 2, "{name}");
        assert_eq!(told(&list(&AuditFilter { from: Some(noon), ..action.clone() }).await), [""; 0]);
        let before = AuditFilter { to: Some(noon), ..AuditFilter::default() };
        assert!(!told(&list(&before).await).contains(&"secret.reveal"), "{name}");
        let since = AuditFilter { from: Some(noon), ..about(db) };
        assert_eq!(told(&list(&since).await), ["secret.read", "secret.reveal"], "{name}");
        assert!(list(&by("nobody")).await.events.is_empty());

        // What is there now is found by its name, too, and what there is not is told.
        let named = AuditFilter { target: Some("dev/db".into()), ..since.clone() };
        assert_eq!(told(&list(&named).await), ["secret.read", "secret.reveal"], "{name}");
        assert_eq!(list(&by(owner.email.as_str())).await, list(&by(owner.user)).await, "{name}");
        let at = |environment: &str| AuditFilter {
            environment: Some(environment.into()),
            ..AuditFilter::default()
        };
        let in_dev = list(&at("dev")).await;
        assert_eq!(
            told(&in_dev),
            ["secret.read", "secret.reveal", "secret.create", "secret.create"],
            "{name}"
        );
        assert_eq!(list(&at(&dev.to_string())).await, in_dev, "{name}");
        assert!(list(&at("prod")).await.events.is_empty(), "{name}");
        let environment = in_dev.events[0].environment.as_ref().unwrap();
        assert_eq!(environment.name.as_deref(), Some("dev"), "{name}");
        for nothing in [
            AuditFilter { target: Some("dev/none".into()), ..AuditFilter::default() },
            at("nowhere"),
            by("stranger@example.org"),
        ] {
            assert!(store.list_audit(&owner, &nothing, None).await.is_err(), "{name}: {nothing:?}");
        }

        // What stands behind the mark of the index is found, too.
        store.reveal_value(&owner, other, &KeyName::parse("K").unwrap()).await.unwrap();
        assert_eq!(list(&only(AuditClass::Reads)).await.events.len(), 3, "{name}");

        let seq = token.events[0].seq;
        let entry = store.audit_entry(&owner, seq).await.unwrap();
        assert_eq!(entry.event.as_ref(), Some(&token.events[0]), "{name}");
        assert!(entry.body.unwrap().contains("secret.read"));
        let before = store.audit_entry(&owner, seq - 1).await.unwrap();
        assert_eq!((before.hash, before.digest.len()), (entry.previous, 64));
        assert!(matches!(store.audit_entry(&owner, 0).await, Err(StoreError::NotFound)));
    }
}

#[tokio::test]
async fn secrets_that_nobody_read_for_days_are_stale() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let key = KeyName::parse("K").unwrap();
        let mut ids = Vec::new();
        for name in ["idle", "used"] {
            ids.push(store.create_secret(&owner, dev, secret(name, &[("K", "v")])).await.unwrap());
        }
        let stale = async |days| {
            let wanted = ListQuery { stale: Some(days), ..ListQuery::default() };
            let page = store.list_secrets(&owner, &wanted).await.unwrap();
            assert_eq!(usize::try_from(page.total).unwrap(), page.rows.len());
            page.rows.iter().map(|row| row.name.to_string()).collect::<Vec<_>>()
        };
        opened.clock.advance(29 * DAY);
        assert_eq!(stale(30).await, [""; 0], "{}: they are too young", opened.name);
        opened.clock.advance(DAY);
        store.reveal_value(&owner, ids[1], &key).await.unwrap();
        assert_eq!(stale(30).await, ["idle"], "{}", opened.name);
        opened.clock.advance(29 * DAY);
        assert_eq!(stale(30).await, ["idle"], "{}", opened.name);
        opened.clock.advance(DAY);
        assert_eq!(stale(30).await, ["idle", "used"], "{}", opened.name);
        assert_eq!(stale(60).await, ["idle"], "{}", opened.name);
    }
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_while_the_log_grows() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "v")])).await.unwrap();
        let other = store.create_secret(&owner, dev, secret("x", &[("K", "v")])).await.unwrap();
        for _ in 0..60 {
            store.plain_values(&owner, id).await.unwrap();
            store.plain_values(&owner, other).await.unwrap();
        }
        let first = store.list_audit(&owner, &about(id), None).await.unwrap();
        assert_eq!(first.events.len(), 50, "{}", opened.name);
        for _ in 0..30 {
            store.plain_values(&owner, id).await.unwrap();
        }
        let second = store.list_audit(&owner, &about(id), first.next).await.unwrap();
        assert_eq!((second.events.len(), second.next), (11, None), "60 views and the creation");
        assert!(second.events[0].seq < first.events[49].seq);
        assert_eq!(all(store, &owner, &about(id)).await.len(), 91);

        // Several who fill the index at once, and ones who begin anew, end with the same.
        opened.run_sql("delete from audit_index; delete from audit_indexed").await;
        let again = opened.again().await;
        let (one, two) = tokio::join!(store.index_audit(), again.index_audit());
        assert!(one.unwrap() + two.unwrap() >= 150, "{}", opened.name);
        assert_eq!(store.index_audit().await.unwrap(), 0);
        assert_eq!(all(&again, &owner, &about(id)).await.len(), 91, "{}", opened.name);
    }
}

#[tokio::test]
async fn developers_see_what_they_did_and_viewers_nothing() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let everything = AuditFilter::default();
        let count = store.list_audit(&owner, &everything, None).await.unwrap().events.len();
        for role in [Role::Admin, Role::Auditor] {
            let caller = opened.as_role(&owner, role).await;
            let list = store.list_audit(&caller, &everything, None).await.unwrap();
            assert_eq!(list.events.len(), count, "{role}");
        }
        let developer = opened.as_role(&owner, Role::Developer).await;
        let own = store.list_audit(&developer, &everything, None).await.unwrap();
        let only_own = own.events.iter().all(|event| event.who.id == Some(owner.user.to_string()));
        assert!(only_own && own.events.len() < count, "setup was the operator's");
        let stranger = Caller {
            user: "usr_00000000000000000000000000000001".parse().unwrap(),
            ..developer.clone()
        };
        assert!(store.list_audit(&stranger, &everything, None).await.unwrap().events.is_empty());
        let seq = own.events[0].seq;
        assert!(store.audit_entry(&developer, seq).await.is_ok());
        assert!(matches!(store.audit_entry(&stranger, seq).await, Err(StoreError::NotFound)));
        let refused = store.export_audit(&developer, everything.clone(), AuditFormat::Csv).await;
        assert!(matches!(refused, Err(StoreError::Denied(_))));

        let viewer = opened.as_role(&owner, Role::Viewer).await;
        assert!(matches!(
            store.list_audit(&viewer, &everything, None).await,
            Err(StoreError::Denied(_))
        ));
        let owner = opened.as_role(&owner, Role::Owner).await;
        let denied = AuditFilter { outcome: Some(AuditOutcome::Denied), ..AuditFilter::default() };
        let denied = store.list_audit(&owner, &denied, None).await.unwrap();
        assert_eq!(told(&denied), ["access.denied"], "{}", opened.name);
    }
}

#[tokio::test]
async fn an_export_holds_the_whole_chain_and_of_a_part_what_proves_the_rest() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        store.create_secret(&owner, dev, secret("db", &[("K", "hunter2")])).await.unwrap();
        let export = async |filter: AuditFilter, format| {
            let mut export = store.export_audit(&owner, filter, format).await.unwrap();
            let mut text = Vec::new();
            while let Some(piece) = export.next().await.unwrap() {
                text.extend(piece);
            }
            String::from_utf8(text).unwrap()
        };
        let whole = export(AuditFilter::default(), AuditFormat::Jsonl).await;
        let chain = AuditChain::Workspace(owner.workspace);
        let rows = store.verify_chain(chain).await.unwrap().rows;
        assert_eq!(i64::try_from(whole.lines().count()).unwrap(), rows + 1, "{}", opened.name);
        assert!(whole.lines().last().unwrap().contains("audit.export"));
        let part = export(only(AuditClass::Changes), AuditFormat::Jsonl).await;
        assert_eq!(i64::try_from(part.lines().count()).unwrap(), rows + 2);
        assert!(part.contains("secret.create") && !part.contains("session.begin"), "{part}");
        let table = export(only(AuditClass::Changes), AuditFormat::Csv).await;
        assert!(table.starts_with("seq,at,class,"), "{table}");
        assert!(table.contains("\"secret.create\"") && !table.contains("session"), "{table}");
        for text in [whole, part, table] {
            assert!(!text.contains("hunter2"));
        }
    }
}

#[tokio::test]
async fn what_was_kept_long_enough_loses_all_but_its_proof() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "v")])).await.unwrap();
        for _ in 0..300 {
            store.plain_values(&owner, id).await.unwrap();
        }
        let seq =
            store.list_audit(&owner, &only(AuditClass::Reads), None).await.unwrap().events[0].seq;
        let checkpoint = store.make_checkpoint(false).await.unwrap().unwrap();
        let keep = ChangeRetention { reads: Some(30), ..ChangeRetention::default() };
        let too_long = ChangeRetention { reads: Some(3651), ..ChangeRetention::default() };
        assert!(matches!(
            store.set_audit_retention(&owner, &too_long).await,
            Err(StoreError::Invalid(_))
        ));
        let set = store.set_audit_retention(&owner, &keep).await.unwrap();
        assert_eq!((set.reads, set.changes), (Some(30), None), "{}", opened.name);
        let and_changes = ChangeRetention { changes: Some(31), ..ChangeRetention::default() };
        store.set_audit_retention(&owner, &and_changes).await.unwrap();
        assert_eq!(store.prune_audit().await.unwrap(), 0, "nothing is old enough");

        opened.clock.advance(30 * 86_400_000 + 1);
        store.plain_values(&owner, id).await.unwrap();
        let again = opened.again().await;
        let (one, two) = tokio::join!(store.prune_audit(), again.prune_audit());
        assert_eq!(
            one.unwrap() + two.unwrap() + store.prune_audit().await.unwrap(),
            300,
            "{}",
            opened.name
        );
        let reads = store.list_audit(&owner, &only(AuditClass::Reads), None).await.unwrap();
        assert_eq!((reads.events.len(), reads.next), (1, None), "the new one is kept");
        assert_eq!(
            told(&store.list_audit(&owner, &about(id), None).await.unwrap()),
            ["secret.view", "secret.create"]
        );
        let changes = store.list_audit(&owner, &only(AuditClass::Changes), None).await.unwrap();
        assert_eq!(told(&changes)[..3], ["audit.prune", "audit.prune", "audit.retention"]);
        assert_eq!(changes.events[1].detail["rows"], 256, "{}", opened.name);

        let entry = store.audit_entry(&owner, seq).await.unwrap();
        assert!(entry.body.is_none() && entry.event.is_none() && entry.digest.len() == 64);
        let anchor = store::Anchor::read(&checkpoint, &store.audit_key()).unwrap();
        let chain = AuditChain::Workspace(owner.workspace);
        let proved = store.verify_chain_against(chain, &anchor).await.unwrap();
        assert_eq!((proved.broken_at, proved.unlike_anchor, proved.pruned), (None, None, 300));

        opened.clock.advance(32 * DAY);
        assert!(store.prune_audit().await.unwrap() > 0, "{}", opened.name);
        let proved = store.verify_chain_against(chain, &anchor).await.unwrap();
        assert_eq!((proved.broken_at, proved.emptied_at), (None, None), "{}", opened.name);
        let changes = store.list_audit(&owner, &only(AuditClass::Changes), None).await.unwrap();
        assert!(told(&changes).iter().all(|&told| told == "audit.prune"), "these stay");

        let admin = opened.as_role(&owner, Role::Admin).await;
        assert!(matches!(
            store.set_audit_retention(&admin, &keep).await,
            Err(StoreError::Denied(_))
        ));
        opened.as_role(&owner, Role::Owner).await;
        let stale = store.set_audit_retention(&owner, &keep).await;
        assert!(matches!(stale, Err(StoreError::SudoNeeded)), "{}", opened.name);
    }
}

const DAY: i64 = 86_400_000;

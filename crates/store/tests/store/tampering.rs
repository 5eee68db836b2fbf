//! Eight ways to change a log after the fact, with and without a checkpoint that was taken outside before.

use crate::support::{both, secret};
use data_encoding::HEXLOWER;
use model::{AuditChain, AuditFilter, AuditFormat};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{Anchor, Caller, ChainReport, Store, UnlikeAnchor, verify_export};

/// What an export holds: rows in order, and the head.
#[derive(Clone)]
struct Log {
    chain: AuditChain,
    rows: Vec<Value>,
}

impl Log {
    async fn export(store: &Store, owner: &Caller) -> Self {
        let (filter, format) = (AuditFilter::default(), AuditFormat::Jsonl);
        let mut export = store.export_audit(owner, filter, format).await.unwrap();
        let mut text = Vec::new();
        while let Some(piece) = export.next().await.unwrap() {
            text.extend(piece);
        }
        let text = String::from_utf8(text).unwrap();
        let rows = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
        Self { chain: AuditChain::Workspace(owner.workspace), rows }
    }

    /// The lines, with a head that fits whatever stands last.
    fn verify(&self, anchor: &Anchor) -> ChainReport {
        let last = self.rows.last().unwrap();
        let first = json!({
            "export": "keyloft-audit/1", "chain": self.chain.to_string(),
            "seq": last["seq"], "hash": last["hash"],
        });
        let lines: Vec<_> =
            std::iter::once(&first).chain(&self.rows).map(ToString::to_string).collect();
        verify_export(lines.join("\n").as_bytes(), anchor).unwrap()
    }

    fn edit(&mut self, row: usize) {
        let body = self.rows[row]["body"].as_str().unwrap();
        self.rows[row]["body"] = body.replace("\"done\"", "\"denied\"").into();
    }

    /// Makes every row from this one on fit its body and the row before, as whoever wrote the log could.
    fn hash_anew(&mut self, from: usize) {
        for index in from..self.rows.len() {
            let seq = i64::try_from(index + 1).unwrap();
            let decode = |hex: &Value| HEXLOWER.decode(hex.as_str().unwrap().as_bytes()).unwrap();
            let previous =
                if index == 0 { vec![0; 32] } else { decode(&self.rows[index - 1]["hash"]) };
            let digest = Sha256::digest(self.rows[index]["body"].as_str().unwrap());
            let hash = Sha256::new()
                .chain_update(b"keyloft/audit/v1")
                .chain_update(self.chain.as_bytes())
                .chain_update(previous)
                .chain_update(seq.to_be_bytes())
                .chain_update(digest)
                .finalize();
            self.rows[index]["seq"] = seq.into();
            self.rows[index]["digest"] = HEXLOWER.encode(&digest).into();
            self.rows[index]["hash"] = HEXLOWER.encode(&hash).into();
        }
    }
}

/// As `keyloft-server audit verify` ends.
fn code(report: &ChainReport) -> u8 {
    match (report.broken_at.or(report.emptied_at), report.unlike_anchor) {
        (Some(_), _) => 10,
        (None, Some(UnlikeAnchor::Truncated { .. })) => 11,
        (None, Some(UnlikeAnchor::Rewritten { .. })) => 12,
        (None, None) => 0,
    }
}

type Change = fn(&mut Log);

/// What was done, and how a proof ends without and with an anchor at the tenth row of fifteen or more.
const TABLE: [(&str, Change, u8, u8); 9] = [
    ("nothing", |_| (), 0, 0),
    ("an edit", |log| log.edit(4), 10, 10),
    ("a deletion", |log| drop(log.rows.remove(4)), 10, 10),
    ("an insertion", |log| log.rows.insert(4, log.rows[7].clone()), 10, 10),
    ("another order", |log| log.rows.swap(4, 5), 10, 10),
    ("a number twice", |log| log.rows.insert(5, log.rows[4].clone()), 10, 10),
    ("the end cut off", |log| log.rows.truncate(6), 0, 11),
    (
        "the end cut off and another written",
        |log| {
            log.rows.remove(6);
            log.hash_anew(6);
        },
        0,
        12,
    ),
    (
        "all written anew",
        |log| {
            log.edit(0);
            log.hash_anew(0);
        },
        0,
        12,
    ),
];

#[tokio::test]
async fn tampering_shows_and_with_a_checkpoint_all_of_it() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("db", &[("K", "v")])).await.unwrap();
        let chain = AuditChain::Workspace(owner.workspace);
        while store.verify_chain(chain).await.unwrap().rows < 10 {
            store.plain_values(&owner, id).await.unwrap();
        }
        let checkpoint = store.make_checkpoint(false).await.unwrap().unwrap();
        let anchor = Anchor::read(&checkpoint, &store.audit_key()).unwrap();
        for _ in 0..5 {
            store.plain_values(&owner, id).await.unwrap();
        }
        let log = Log::export(store, &owner).await;
        for (what, change, alone, anchored) in TABLE {
            let mut log = log.clone();
            change(&mut log);
            let found = [&Anchor::default(), &anchor].map(|anchor| code(&log.verify(anchor)));
            assert_eq!(found, [alone, anchored], "{}: {what}", opened.name);
        }

        let told = store.verify_chain_against(chain, &anchor).await.unwrap();
        assert_eq!(code(&told), 0, "{}: {told:?}", opened.name);
        opened
            .run_sql(&format!(
                "delete from audit_rows where chain = '{chain}' and seq > 6;
                 update audit_heads set seq = 6, hash = (
                   select hash from audit_rows where chain = '{chain}' and seq = 6)
                 where chain = '{chain}'"
            ))
            .await;
        let told = store.verify_chain_against(chain, &anchor).await.unwrap();
        assert_eq!(code(&told), 11, "{}: {told:?}", opened.name);
        assert_eq!(code(&store.verify_chain(chain).await.unwrap()), 0, "nothing else tells");

        opened
            .run_sql(&format!(
                "update audit_rows set body = null, action = '', actor = '', target = ''
                 where chain = '{chain}' and seq = 5"
            ))
            .await;
        let told = store.verify_chain(chain).await.unwrap();
        assert_eq!((code(&told), told.emptied_at), (10, Some(5)), "{}", opened.name);
    }
}

#[tokio::test]
async fn a_checkpoint_is_made_once_a_minute_by_one_and_signed() {
    for opened in both().await {
        let store = &opened.store;
        let other = opened.again().await;
        assert_eq!(store.audit_key(), other.audit_key(), "replicas sign with one key");
        let (one, two) = tokio::join!(store.make_checkpoint(false), other.make_checkpoint(false));
        let made: Vec<_> = [one.unwrap(), two.unwrap()].into_iter().flatten().collect();
        assert_eq!(made.len(), 1, "{}", opened.name);
        opened.clock.advance(59_999);
        assert_eq!(store.make_checkpoint(true).await.unwrap(), None, "{}", opened.name);
        opened.clock.advance(1);
        assert_eq!(store.make_checkpoint(false).await.unwrap(), None, "nothing happened");
        assert!(other.make_checkpoint(true).await.unwrap().is_some(), "the last one was lost");

        let key = store.audit_key().to_string().parse().unwrap();
        assert!(Anchor::read(&format!("\n{}\n", made[0]), &key).is_ok());
        let moved = made[0].replace(r#"\"seq\":"#, r#"\"seq\":1"#);
        let both = format!("{}\n{moved}", made[0]);
        assert_eq!(Anchor::read(&both, &key).unwrap_err().line, 2, "{}", opened.name);
        assert!(Anchor::read("{}", &key).is_err());
        assert!("ed25519:AAAA".parse::<store::AuditKey>().is_err());
    }
}

#[tokio::test]
async fn checkpoints_that_tell_two_things_of_a_row_are_both_believed() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let chain = AuditChain::Workspace(owner.workspace);
        let head_is = async |column: &str| {
            let head = format!(
                "update audit_heads set hash = (select {column} from audit_rows r
                   where r.chain = '{chain}' and r.seq = audit_heads.seq)
                 where chain = '{chain}'"
            );
            opened.run_sql(&head).await;
        };
        let first = store.make_checkpoint(false).await.unwrap().unwrap();
        head_is("digest").await;
        opened.clock.advance(60_000);
        let second = store.make_checkpoint(true).await.unwrap().unwrap();
        head_is("hash").await;
        for (lines, expected) in [
            (first.clone(), 0),
            (format!("{first}\n{second}"), 12),
            (format!("{second}\n{first}"), 12),
        ] {
            let anchor = Anchor::read(&lines, &store.audit_key()).unwrap();
            let told = store.verify_chain_against(chain, &anchor).await.unwrap();
            assert_eq!(code(&told), expected, "{}: {told:?}", opened.name);
        }
    }
}

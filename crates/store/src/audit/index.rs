//! Where to find rows by what they say.
//!
//! Reads pay for each index on their audit rows, so that there is none but the chain. This one is filled behind them: a slice of
//! rows at a time, sorted, so that each page of the index is touched once for many rows; up to a mark for each chain. What lies
//! behind the mark is looked through by whoever asks.

use super::{row::Body, verify::parse_chain};
use crate::{Store, db::query, error::Result, row};
use model::{AuditChain, AuditClass, AuditFilter, AuditOutcome};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _};
use std::{sync::LazyLock, time::Duration};

/// One thing that a row can be found by. A number made from its name: two names with one number would show a row that is looked
/// at and left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Facet(i64);

impl Facet {
    fn new(chain: AuditChain, kind: &str, name: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(chain.as_bytes())
            .chain_update(kind)
            .chain_update([0])
            .chain_update(name)
            .finalize();
        let number = i64::from_be_bytes(hash[..8].try_into().expect("8 of 32 bytes"));
        // 0 stands for no facet.
        Self(if number == 0 { 1 } else { number })
    }

    /// As it stands in the table.
    pub(super) const fn number(self) -> i64 {
        self.0
    }

    /// All events of a class.
    pub(super) fn class(chain: AuditChain, class: AuditClass) -> Self {
        Self::new(chain, "class", class.as_str())
    }

    /// What a row is found by.
    pub(super) fn of(chain: AuditChain, body: &Body) -> Vec<Self> {
        let facet = |kind, name| Self::new(chain, kind, name);
        let mut facets = vec![facet("action", &body.action), Self::class(chain, body.class())];
        facets.extend(body.actors().into_iter().flatten().map(|actor| facet("actor", actor)));
        facets.extend(body.person().map(|person| facet("person", person)));
        if !body.target.is_empty() {
            facets.push(facet("target", &body.target));
        }
        facets.extend(body.environment.as_deref().map(|at| facet("environment", at)));
        if body.outcome == AuditOutcome::Denied {
            facets.push(facet("outcome", body.outcome.as_str()));
        }
        facets
    }

    /// What the rows have in common that a filter lets through, the rarest first.
    pub(super) fn wanted(chain: AuditChain, filter: &AuditFilter, of: Option<&str>) -> Vec<Self> {
        let facet =
            |kind, name: &Option<String>| name.as_ref().map(|name| Self::new(chain, kind, name));
        let denied = filter.outcome.filter(|&outcome| outcome == AuditOutcome::Denied);
        // An action is of one class.
        let class = filter.class.filter(|_| filter.action.is_none());
        [
            facet("target", &filter.target),
            facet("actor", &filter.actor),
            of.map(|of| Self::new(chain, "person", of)),
            denied.map(|denied| Self::new(chain, "outcome", denied.as_str())),
            facet("action", &filter.action),
            facet("environment", &filter.environment),
            class.map(|class| Self::class(chain, class)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Most facets that a filter has.
pub(super) const MOST_FACETS: usize = 7;

impl Store {
    /// Brings the index up to date for every chain, with room for others between the slices. Tells how many rows were added.
    pub async fn index_audit(&self) -> Result<i64> {
        let chains: Vec<String> = sqlx::query_scalar(
            "select h.chain from audit_heads h left join audit_indexed i on i.chain = h.chain
             where h.seq > coalesce(i.seq, 0) order by h.chain",
        )
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut added = 0;
        for chain in chains {
            let chain = parse_chain(&chain)?;
            let mut mark = self.indexed_to(chain).await?;
            while let Some(next) = self.index_slice(chain, mark).await? {
                added += next - mark;
                mark = next;
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(added)
    }

    /// Adds to the index what it lacks of a chain, a number of slices at most, and tells up to where it is.
    pub(super) async fn index_for_question(&self, chain: AuditChain) -> Result<i64> {
        let mut mark = self.indexed_to(chain).await?;
        for _ in 0..SLICES {
            let Some(next) = self.index_slice(chain, mark).await? else { break };
            mark = next;
        }
        Ok(mark)
    }

    async fn indexed_to(&self, chain: AuditChain) -> Result<i64> {
        let found: Option<i64> =
            sqlx::query_scalar("select seq from audit_indexed where chain = $1")
                .bind(chain.to_string())
                .fetch_optional(self.db.read())
                .await
                .map_err(query)?;
        Ok(found.unwrap_or(0))
    }

    /// The next rows behind `mark`; tells the new mark, or nothing if there are none. One transaction, short enough to wait for.
    async fn index_slice(&self, chain: AuditChain, mark: i64) -> Result<Option<i64>> {
        // Rows do not change before they are indexed: pruning comes behind the mark.
        let found = sqlx::query(
            "select seq, body from audit_rows where chain = $1 and seq > $2 order by seq limit $3",
        )
        .bind(chain.to_string())
        .bind(mark)
        .bind(SLICE)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let Some(last) = found.last() else { return Ok(None) };
        let next = row::int(last, "seq")?;
        let mut postings = Vec::new();
        for found in &found {
            let seq = row::int(found, "seq")?;
            let body: Option<Vec<u8>> = found.try_get("body").map_err(query)?;
            if let Some(body) = body.as_deref().and_then(Body::parse) {
                postings.extend(Facet::of(chain, &body).into_iter().map(|facet| (facet, seq)));
            }
        }
        postings.sort_unstable();
        postings.dedup();

        let mut tx = self.db.begin_reads().await?;
        sqlx::query(
            "insert into audit_indexed (chain, seq) values ($1, 0) on conflict (chain) do nothing",
        )
        .bind(chain.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let moved = sqlx::query("update audit_indexed set seq = $1 where chain = $2 and seq = $3")
            .bind(next)
            .bind(chain.to_string())
            .bind(mark)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        if moved.rows_affected() == 0 {
            // Somebody else is at it: what they have done need not be done again.
            tx.rollback().await.map_err(query)?;
            return self.indexed_to(chain).await.map(|seq| Some(seq).filter(|&seq| seq > mark));
        }
        for postings in postings.chunks(ADDED) {
            let mut add = sqlx::query(AssertSqlSafe(ADD.as_str()));
            // Places that are left over repeat the first: the same row twice is one.
            let rest = std::iter::repeat_n(&postings[0], ADDED - postings.len());
            for (facet, seq) in postings.iter().chain(rest) {
                add = add.bind(facet.number()).bind(seq);
            }
            add.execute(&mut *tx).await.map_err(query)?;
        }
        tx.commit().await.map_err(query)?;
        Ok(Some(next))
    }
}

/// Rows of a slice: some 5 ms of the one writer on SQLite, some 20 ms on PostgreSQL.
const SLICE: i64 = 256;
/// Most slices that somebody who asks waits for.
const SLICES: usize = 20;
/// What others get of the writer between two slices that nobody waits for.
pub(super) const PAUSE: Duration = Duration::from_millis(20);
/// Postings that one statement adds.
const ADDED: usize = 256;

static ADD: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<_> = (0..ADDED).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
    format!(
        "insert into audit_index (facet, seq) values {} on conflict do nothing",
        places.join(", ")
    )
});

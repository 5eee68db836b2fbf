//! Rows of chains, many with one statement: what a statement costs beside its rows is paid once.

use super::Event;
use crate::{
    db::{Tx, query},
    error::Result,
};
use model::AuditChain;
use std::{fmt::Write as _, sync::LazyLock};

/// An event in its place.
pub(super) struct Row<'a> {
    pub(super) event: &'a Event,
    pub(super) seq: i64,
    pub(super) body: Vec<u8>,
    pub(super) digest: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// Writes rows of one chain.
pub(super) async fn insert(
    tx: &mut Tx,
    chain: AuditChain,
    at: i64,
    rows: Vec<Row<'_>>,
) -> Result<()> {
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    while left > 0 {
        let power = left.ilog2().min(MOST);
        let mut insert = sqlx::query(INSERTS[power as usize]).bind(chain.to_string()).bind(at);
        for Row { event, seq, body, digest, hash } in rows.by_ref().take(1 << power) {
            insert = insert
                .bind(seq)
                .bind(body)
                .bind(digest)
                .bind(hash)
                .bind(event.action)
                .bind(event.actor.id())
                .bind(event.target.as_str());
        }
        insert.execute(&mut **tx).await.map_err(query)?;
        left -= 1 << power;
    }
    Ok(())
}

/// For 1, 2, 4, … rows: few texts, so that each of them stays prepared.
static INSERTS: LazyLock<[&str; MOST as usize + 1]> =
    LazyLock::new(|| std::array::from_fn(|power| &*statement(1 << power).leak()));

/// The parameters are the chain, the time, and then seven for each row.
fn statement(rows: usize) -> String {
    let mut sql = String::from(
        "insert into audit_rows (chain, at, seq, body, digest, hash, action, actor, target) values ",
    );
    for row in 0..rows {
        sql.push_str(if row == 0 { "($1, $2" } else { ", ($1, $2" });
        for parameter in 3 + 7 * row..10 + 7 * row {
            write!(sql, ", ${parameter}").expect("a string takes any text");
        }
        sql.push(')');
    }
    sql
}

/// 64 rows at most: 450 parameters, where SQLite takes 32,766 and PostgreSQL 65,535.
const MOST: u32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_seven_parameters_for_each_row() {
        assert_eq!(
            INSERTS[1],
            "insert into audit_rows (chain, at, seq, body, digest, hash, action, actor, target) values \
             ($1, $2, $3, $4, $5, $6, $7, $8, $9), ($1, $2, $10, $11, $12, $13, $14, $15, $16)"
        );
        assert!(INSERTS[MOST as usize].ends_with(", $450)"));
    }
}

//! What programs asked for, with the rows that answered it: whoever asks the same again needs none fetched.
//!
//! What is remembered is never believed. The rows say how many changes their workspace had seen, and the statement that audits a
//! read does nothing if it has seen more since: then they are fetched anew. A refusal is never told from here. See decision 18.

use crate::{
    audit::{Changes, NOTED_EVERY},
    caller::Caller,
    db::query,
    error::Result,
    row,
    secrets::Resolving,
};
use model::{BearerToken, EnvironmentName, KeyName, SecretName, TokenId};
use quick_cache::{Weighter, sync::Cache};
use sqlx::{Row as _, any::AnyRow};
use std::{fmt, sync::Arc};

/// Questions of programs with their answers, the values in them sealed.
#[derive(Clone)]
pub(crate) struct Remembered(Arc<Cache<Question, Arc<Answer>, Bytes>>);

/// What decides, in a workspace that does not change, what a token is answered.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    token: TokenId,
    environment: EnvironmentName,
    secrets: Vec<SecretName>,
    keys: Vec<KeyName>,
}

/// Rows that led to an answer with values.
pub(crate) struct Answer {
    /// One for each secret, each with the token; at least one.
    pub(crate) rows: Vec<AnyRow>,
    /// How many changes the workspace had seen.
    pub(crate) as_of: Changes,
    /// From when on its use is to be noted again, in unix ms.
    until: i64,
}

impl Question {
    pub(crate) fn of(token: &BearerToken, wanted: &Resolving) -> Self {
        Self {
            token: token.id().clone(),
            environment: wanted.environment.clone(),
            secrets: wanted.secrets.clone(),
            keys: wanted.keys.clone(),
        }
    }
}

impl Remembered {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::with_weighter(QUESTIONS, MOST_BYTES, Bytes)))
    }

    /// What answered the question before, unless there is something to note about its use.
    pub(crate) fn answer(&self, question: &Question, now: i64) -> Option<Arc<Answer>> {
        self.0.get(question).filter(|answer| now < answer.until)
    }

    pub(crate) fn forget(&self, question: &Question) {
        self.0.remove(question);
    }

    /// Keeps the rows that a program was just answered from. What people may do hangs on more than their workspace, and a token
    /// with a number of uses has another state after each.
    pub(crate) fn keep(
        &self,
        question: Question,
        caller: &Caller,
        rows: Vec<AnyRow>,
    ) -> Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        if !caller.is_program() || row::int(first, "max_uses")? > 0 {
            return Ok(());
        }
        let as_of = Changes(row::int(first, "changes")?);
        if let Some(noted) = noted(&rows)? {
            let until = noted + NOTED_EVERY;
            self.0.insert(question, Arc::new(Answer { rows, as_of, until }));
        }
        Ok(())
    }
}

/// Since when everything is noted that there is to note; nothing if something is not.
fn noted(rows: &[AnyRow]) -> Result<Option<i64>> {
    let mut since = i64::MAX;
    for row in rows {
        let version = row::int(row, "version")?;
        let noted_version: Option<i64> = row.try_get("noted_version").map_err(query)?;
        if noted_version != Some(version) {
            return Ok(None);
        }
        for column in ["last_used_at", "last_read_at", "noted_at"] {
            let Some(at) = row.try_get(column).map_err(query)? else { return Ok(None) };
            since = since.min(at);
        }
    }
    Ok(Some(since))
}

/// Weighs answers by about the memory that they take.
#[derive(Clone)]
struct Bytes;

impl Weighter<Question, Arc<Answer>> for Bytes {
    fn weight(&self, _: &Question, answer: &Arc<Answer>) -> u64 {
        let sealed = |row: &AnyRow| row::bytes(row, "sealed").map_or(0, |sealed| sealed.len());
        let rows = answer.rows.iter().map(|row| ROW_BYTES + sealed(row));
        u64::try_from(rows.sum::<usize>()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remembered").field(&self.0.len()).finish()
    }
}

/// About as many as room is made for at first.
const QUESTIONS: usize = 256;
const MOST_BYTES: u64 = 16 << 20;
/// About what a row takes beside its sealed values.
const ROW_BYTES: usize = 8 << 10;

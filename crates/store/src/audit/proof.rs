//! Proves a chain from its rows alone, wherever they come from: the database, or an export.

use super::{
    chain_hash,
    checkpoint::Anchor,
    export::{FirstLine, KIND, RowLine},
    verify::parse_chain,
};
use data_encoding::HEXLOWER;
use model::AuditChain;
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead};

/// What a walk along a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Which chain.
    pub chain: AuditChain,
    /// How many rows follow from their predecessors.
    pub rows: i64,
    /// How many of them have no body any more.
    pub pruned: i64,
    /// The first row that does not follow, if there is one.
    pub broken_at: Option<i64>,
    /// The first row that has no body though no later one says that it was pruned. An export may leave bodies out: of one this says
    /// nothing.
    pub emptied_at: Option<i64>,
    /// What the chain lacks of what was anchored outside, if something was.
    pub unlike_anchor: Option<UnlikeAnchor>,
}

/// How a chain that is whole in itself differs from what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlikeAnchor {
    /// The row is another one than when the anchor was made.
    Rewritten {
        /// Its number.
        row: i64,
    },
    /// The row is not there.
    Truncated {
        /// Its number.
        row: i64,
    },
}

/// Why an export cannot be walked along.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no export, or it is damaged.
    #[error("line {line} is not one of an export: keyloft audit export writes one")]
    Line {
        /// Counted from 1.
        line: usize,
    },
}

/// One row, as it is walked over.
pub(super) struct Step<'a> {
    pub(super) seq: i64,
    pub(super) body: Option<&'a [u8]>,
    pub(super) digest: &'a [u8],
    pub(super) hash: &'a [u8],
}

/// A walk under way.
pub(super) struct Walk<'a> {
    anchor: &'a Anchor,
    report: ChainReport,
    previous: Vec<u8>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(chain: AuditChain, anchor: &'a Anchor) -> Self {
        let report = ChainReport {
            chain,
            rows: 0,
            pruned: 0,
            broken_at: None,
            emptied_at: None,
            unlike_anchor: None,
        };
        Self { anchor, report, previous: vec![0; 32] }
    }

    /// The row up to which everything follows.
    pub(super) const fn at(&self) -> i64 {
        self.report.rows
    }

    /// Whether the next row follows.
    pub(super) fn step(&mut self, row: &Step<'_>) -> bool {
        let Step { seq, body, digest, hash } = *row;
        let report = &mut self.report;
        let body_fits = body.is_none_or(|body| Sha256::digest(body).as_slice() == digest);
        let follows = seq == report.rows + 1
            && body_fits
            && chain_hash(report.chain, &self.previous, seq, digest) == hash;
        if !follows {
            report.broken_at = Some(report.rows + 1);
            return false;
        }
        if report.unlike_anchor.is_none() && self.anchor.contradicts(report.chain, seq, hash) {
            report.unlike_anchor = Some(UnlikeAnchor::Rewritten { row: seq });
        }
        report.rows = seq;
        report.pruned += i64::from(body.is_none());
        self.previous = hash.to_vec();
        true
    }

    /// The end, which the head tells too.
    pub(super) fn finish(mut self, head: (i64, &[u8])) -> ChainReport {
        let report = &mut self.report;
        if report.broken_at.is_none() && head != (report.rows, &self.previous) {
            report.broken_at = Some(report.rows + 1);
        }
        if report.unlike_anchor.is_none() {
            report.unlike_anchor = self
                .anchor
                .first_after(report.chain, report.rows)
                .map(|row| UnlikeAnchor::Truncated { row });
        }
        self.report
    }

    /// The end of a walk that a row broke off.
    pub(super) fn broken_off(self) -> ChainReport {
        self.report
    }
}

/// Walks along the chain of an export.
pub fn verify_export(export: impl BufRead, anchor: &Anchor) -> Result<ChainReport, ExportError> {
    let mut lines = export.lines().enumerate();
    let first = lines.next().map(|(_, line)| line).transpose()?.unwrap_or_default();
    let no_export = || ExportError::Line { line: 1 };
    let first: FirstLine = serde_json::from_str(&first).map_err(|_| no_export())?;
    let chain = parse_chain(&first.chain).map_err(|_| no_export())?;
    let head = bytes(&first.hash).filter(|_| first.export == KIND).ok_or_else(no_export)?;
    let mut walk = Walk::new(chain, anchor);
    for (index, line) in lines {
        let unreadable = || ExportError::Line { line: index + 1 };
        let row: RowLine = serde_json::from_str(&line?).map_err(|_| unreadable())?;
        let step = Step {
            seq: row.seq,
            body: row.body.as_deref().map(str::as_bytes),
            digest: &bytes(&row.digest).ok_or_else(unreadable)?,
            hash: &bytes(&row.hash).ok_or_else(unreadable)?,
        };
        if !walk.step(&step) {
            return Ok(walk.broken_off());
        }
    }
    Ok(walk.finish((first.seq, &head)))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    HEXLOWER.decode(hex.as_bytes()).ok()
}

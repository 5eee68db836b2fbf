//! The audit log for elsewhere, a piece at a time.
//!
//! JSON Lines hold the whole chain, so that it can be proved without the database: the first line says where it ends, each other
//! one is a row with its exact body, its digest and its hash. Rows that a filter leaves out keep the last two. CSV is for
//! reading: it holds what matches and proves nothing.

use super::{Event, find::PAGE, row::Body};
use crate::{
    Store,
    caller::Caller,
    db::{Head, query},
    error::Result,
    row,
};
use data_encoding::HEXLOWER;
use model::{Action, AuditChain, AuditFilter, AuditFormat, api::AuditEventView};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};

/// An export under way.
#[derive(Debug)]
pub struct AuditExport {
    store: Store,
    caller: Caller,
    filter: AuditFilter,
    format: AuditFormat,
    head: Head,
    /// The last row that is written.
    at: i64,
    begun: bool,
}

/// The first line of an export.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FirstLine {
    /// [`KIND`]
    pub(super) export: String,
    pub(super) chain: String,
    /// The last row of the chain, and its hash.
    pub(super) seq: i64,
    pub(super) hash: String,
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RowLine {
    pub(super) seq: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    pub(super) digest: String,
    pub(super) hash: String,
}

impl Store {
    /// Begins an export of what fits the filter. That it was made is an event of the log, and stands in it.
    pub async fn export_audit(
        &self,
        caller: &Caller,
        filter: AuditFilter,
        format: AuditFormat,
    ) -> Result<AuditExport> {
        self.allow(caller, Action::ExportAudit).await?;
        caller.check_everything_in_reach()?;
        let filter = self.filter_by_ids(caller, &filter).await?;
        let detail = json!({
            "format": format.as_str(),
            "class": filter.class.map(model::AuditClass::as_str),
            "whole": filter == AuditFilter::default(),
        });
        self.reads.record(Event::by(caller, "audit.export", "").with(detail)).await?;
        let found = sqlx::query("select seq, hash from audit_heads where chain = $1")
            .bind(AuditChain::Workspace(caller.workspace).to_string())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        let head = Head { seq: row::int(&found, "seq")?, hash: row::bytes(&found, "hash")? };
        let (store, caller) = (self.clone(), caller.clone());
        Ok(AuditExport { store, caller, filter, format, head, at: 0, begun: false })
    }
}

impl AuditExport {
    /// The next piece, whole lines; nothing after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        if !std::mem::replace(&mut self.begun, true) {
            return Ok(Some(self.beginning()));
        }
        if self.at >= self.head.seq {
            return Ok(None);
        }
        let chain = AuditChain::Workspace(self.caller.workspace);
        let rows = sqlx::query(
            "select seq, body, digest, hash from audit_rows
             where chain = $1 and seq > $2 and seq <= $3 order by seq limit $4",
        )
        .bind(chain.to_string())
        .bind(self.at)
        .bind(self.head.seq)
        .bind(PIECE)
        .fetch_all(self.store.db.read())
        .await
        .map_err(query)?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.at = row::int(last, "seq")?;
        match self.format {
            AuditFormat::Jsonl => self.lines(&rows).map(Some),
            AuditFormat::Csv => self.table(&rows).await.map(Some),
        }
    }

    fn beginning(&self) -> Vec<u8> {
        match self.format {
            AuditFormat::Csv => format!("{}\r\n", COLUMNS.join(",")).into_bytes(),
            AuditFormat::Jsonl => line(&FirstLine {
                export: KIND.into(),
                chain: AuditChain::Workspace(self.caller.workspace).to_string(),
                seq: self.head.seq,
                hash: HEXLOWER.encode(&self.head.hash),
            }),
        }
    }

    fn lines(&self, rows: &[AnyRow]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        for found in rows {
            let body: Option<Vec<u8>> = found.try_get("body").map_err(query)?;
            let body = body.filter(|body| {
                self.filter == AuditFilter::default()
                    || Body::parse(body).is_some_and(|body| body.fits(&self.filter, None))
            });
            out.extend(line(&RowLine {
                seq: row::int(found, "seq")?,
                body: body.map(|body| String::from_utf8_lossy(&body).into_owned()),
                digest: HEXLOWER.encode(&row::bytes(found, "digest")?),
                hash: HEXLOWER.encode(&row::bytes(found, "hash")?),
            }));
        }
        Ok(out)
    }

    async fn table(&self, rows: &[AnyRow]) -> Result<Vec<u8>> {
        let mut events = Vec::new();
        for found in rows {
            let body: Option<Vec<u8>> = found.try_get("body").map_err(query)?;
            let body = body.as_deref().and_then(Body::parse);
            if let Some(body) = body.filter(|body| body.fits(&self.filter, None)) {
                events.push(body.view(row::int(found, "seq")?));
            }
        }
        for events in events.chunks_mut(PAGE) {
            self.store.name_targets(&self.caller, events).await?;
        }
        Ok(events.iter().flat_map(|event| record(event).into_bytes()).collect())
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("a line is text and numbers");
    line.push(b'\n');
    line
}

/// A record of RFC 4180.
fn record(event: &AuditEventView) -> String {
    let (who, target, environment) =
        (&event.who, event.target.as_ref(), event.environment.as_ref());
    let kind = serde_json::to_value(who.kind).expect("a kind is a word");
    let detail = if event.detail.is_null() { String::new() } else { event.detail.to_string() };
    let cells: [&str; COLUMNS.len()] = [
        &event.seq.to_string(),
        &event.at.to_string(),
        event.class.as_str(),
        &event.action,
        event.outcome.as_str(),
        kind.as_str().unwrap_or_default(),
        who.id.as_deref().unwrap_or_default(),
        who.name.as_deref().unwrap_or_default(),
        target.map_or("", |target| &target.id),
        target.and_then(|target| target.name.as_deref()).unwrap_or_default(),
        environment.map_or("", |at| &at.id),
        environment.and_then(|at| at.name.as_deref()).unwrap_or_default(),
        &event.ip,
        &event.user_agent,
        &event.request,
        &detail,
    ];
    format!("{}\r\n", cells.map(cell).join(","))
}

/// A cell in quotes. Spreadsheets run what begins like a formula, so that an apostrophe goes before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

const COLUMNS: [&str; 16] = [
    "seq",
    "at",
    "class",
    "action",
    "outcome",
    "who_kind",
    "who_id",
    "who",
    "target_id",
    "target",
    "environment_id",
    "environment",
    "ip",
    "user_agent",
    "request",
    "detail",
];
/// What the first line of an export begins with.
pub(super) const KIND: &str = "keyloft-audit/1";
/// Rows of a piece.
const PIECE: i64 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_runs_nothing_and_ends_where_it_should() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"x\"\r\n"), "\"say \"\"x\"\"\r\n\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(cell(formula).starts_with("\"'"), "{formula:?}");
        }
    }
}

//! `/audit`

use std::io;

use jiff::Timestamp;
use model::api::{AuditEntry, AuditList, AuditRetention, ChangeRetention};
use model::{AuditFilter, AuditFormat};

use crate::Result;
use crate::query::Query;
use crate::transport::{Client, Request};

/// Which events to show.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Those that fit this.
    pub filter: AuditFilter,
    /// Those with a smaller number.
    pub before: Option<i64>,
}

impl Client {
    /// A page of the audit log, the newest first.
    pub fn audit(&self, query: &AuditQuery) -> Result<AuditList> {
        let path = filtered("/audit", &query.filter).with("before", query.before);
        self.ask(Request::get(path.into_path()))
    }

    /// One event with what proves it.
    pub fn audit_entry(&self, seq: i64) -> Result<AuditEntry> {
        self.ask(Request::get(format!("/audit/{seq}")))
    }

    /// Writes the log somewhere; the inner error is the writer's. What is written is whole only if there is no error.
    pub fn export_audit(
        &self,
        filter: &AuditFilter,
        format: AuditFormat,
        out: &mut impl io::Write,
    ) -> Result<io::Result<()>> {
        let path = filtered("/audit/export", filter).with("format", Some(format.as_str()));
        self.copy(&Request::get(path.into_path()), out)
    }

    /// For how many days events are kept.
    pub fn audit_retention(&self) -> Result<AuditRetention> {
        self.ask(Request::get("/audit/retention"))
    }

    /// Keeps events for another time.
    pub fn set_audit_retention(&self, change: &ChangeRetention) -> Result<AuditRetention> {
        self.ask(Request::patch("/audit/retention").json(change).again())
    }
}

fn filtered(path: &str, filter: &AuditFilter) -> Query {
    let AuditFilter { class, action, actor, target, environment, outcome, from, to } = filter;
    Query::new(path)
        .with("class", *class)
        .with("action", action.as_ref())
        .with("actor", actor.as_ref())
        .with("target", target.as_ref())
        .with("environment", environment.as_ref())
        .with("outcome", *outcome)
        .with("from", from.as_ref().map(Timestamp::to_string))
        .with("to", to.as_ref().map(Timestamp::to_string))
}

//! The audit log, on pages that the server alone draws.

mod asked;
mod event;
mod list;
mod retention;
mod stale;
mod words;

pub use asked::asked_filter;
pub use event::AuditEventPage;
pub use list::AuditPage;
pub use retention::AuditRetentionPage;
pub use stale::StalePage;

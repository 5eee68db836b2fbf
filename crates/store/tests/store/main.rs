//! The store as its callers see it, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod audit;
mod environments;
mod factors;
mod faults;
mod invitations;
mod members;
mod notifications;
mod programs;
mod readers;
mod remembered;
mod rotation;
mod rotators;
mod story;
mod support;
mod tampering;
mod templates;
mod tokens;
mod unsaved;
mod versions;
mod views;

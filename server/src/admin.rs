//! What the operator does on the server's machine. Each command works beside a running server.

mod audit;
pub(crate) mod demo;
mod password;
mod setup;
mod user;

pub(crate) use self::audit::{print_audit_key, verify_audit, verify_export};
pub(crate) use self::setup::set_up;
pub(crate) use self::user::{remove_factors, reset_password};

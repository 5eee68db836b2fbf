//! What the server sends out, and where it may go.
//!
//! Everything that leaves goes through [`Outbound`]: a name is resolved once, its addresses are checked, and the connection goes
//! to the very address that was checked, while TLS and the `Host` header keep the name. So nobody who chooses a URL or runs a
//! name server reaches the network behind this server. Redirects are not followed. What comes back is small, in time, and told
//! as one of a few [`Failure`]s, so that answers do not explore that network either.

mod connect;
mod failure;
mod filter;
mod http;
mod mail;
mod postgres;
mod scram;
mod signature;

pub use connect::{Outbound, Resolver};
pub use failure::{BadUrl, Failure};
pub use filter::{Allowed, BadAllowed, Passage};
pub use http::{Answer, HttpUrl};
pub use mail::{MailServer, Mailer, Message};
pub use postgres::{DatabaseUrl, Session};
pub use scram::Verifier;
pub use signature::{signature, standard_signature};

use std::time::Duration;

/// How long one exchange may take, from resolving the name to the last byte.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer that is read, in bytes.
pub const ANSWER_BYTES: usize = 64 * 1024;

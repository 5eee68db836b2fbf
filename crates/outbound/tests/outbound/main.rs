//! What goes out, against peers that misbehave.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod http;
mod mail;
mod peer;

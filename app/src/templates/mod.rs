//! Templates: those that are built in, and a workspace's own.

#[cfg(feature = "ssr")]
mod lookup;

#[cfg(feature = "ssr")]
pub use lookup::{find_template, own_matching};

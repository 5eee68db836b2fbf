//! A long list, a page at a time.

use serde::{Deserialize, Serialize};

/// Where the next page begins: opaque to whoever holds it, and never a row number, so that rows which come or go
/// elsewhere make no row appear twice or be skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Some rows of a longer list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// The cursor of the next page, or nothing on the last one.
    pub next: Option<Cursor>,
}

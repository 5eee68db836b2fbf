//! Views of the list of secrets.

use crate::ViewName;
use serde::{Deserialize, Serialize};

/// What somebody looks for in the list of secrets again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// What they call it.
    pub name: ViewName,
    /// Filters, search and order, as the query of the list's address.
    pub query: String,
}

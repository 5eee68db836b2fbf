//! How many of a kind a workspace may have.

use crate::error::Result;
use model::{Field, Problems, Reason};

/// Nothing if one more fits beside those that there are.
pub(crate) fn check(existing: i64, limit: usize, field: Field) -> Result<()> {
    let existing = usize::try_from(existing).unwrap_or(usize::MAX);
    if existing < limit {
        return Ok(());
    }
    let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
    let reason = Reason::TooMany { limit: count(limit), actual: count(existing).saturating_add(1) };
    Err(Problems::one(field, reason).into())
}

//! Reading columns back into the types they were written from. What does not parse was changed behind our back.

use crate::{
    db::query,
    error::{Result, StoreError},
};
use model::{Grants, Role};
use sqlx::{Row as _, any::AnyRow};
use std::str::FromStr;

/// A column that is stored as text.
pub(crate) fn text<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T> {
    let stored: String = row.try_get(column).map_err(query)?;
    stored.parse().map_err(|_| unreadable(column))
}

/// A column whose type is made from text by `parse`.
pub(crate) fn parsed<T, E>(
    row: &AnyRow,
    column: &'static str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T> {
    let stored: String = row.try_get(column).map_err(query)?;
    parse(&stored).map_err(|_| unreadable(column))
}

/// A whole number.
pub(crate) fn int(row: &AnyRow, column: &'static str) -> Result<i64> {
    row.try_get(column).map_err(query)
}

/// A whole number that counts something.
pub(crate) fn count<T: TryFrom<i64>>(row: &AnyRow, column: &'static str) -> Result<T> {
    T::try_from(int(row, column)?).map_err(|_| unreadable(column))
}

/// A flag.
pub(crate) fn flag(row: &AnyRow, column: &'static str) -> Result<bool> {
    Ok(int(row, column)? != 0)
}

/// Bytes.
pub(crate) fn bytes(row: &AnyRow, column: &'static str) -> Result<Vec<u8>> {
    row.try_get(column).map_err(query)
}

/// What a member was granted. A word that does not parse is an error: half a limit would be another.
pub(crate) fn grants(row: &AnyRow) -> Result<Grants> {
    let stored: String = row.try_get("grants").map_err(query)?;
    let word = |word: &str| {
        let (environment, grant) = word.split_once(':')?;
        Some((environment.parse().ok()?, grant.parse().ok()?))
    };
    let given =
        stored.split_whitespace().map(|text| word(text).ok_or_else(|| unreadable("grants")));
    Ok(Grants { limited: flag(row, "limited")?, given: given.collect::<Result<_>>()? })
}

/// Whether the person has a second factor, and whether the workspace asks this role for one. A rule that does not parse is an
/// error: it must not be taken for none.
pub(crate) fn factors(row: &AnyRow, role: Role) -> Result<(bool, bool)> {
    let from: String = text(row, "factor_role")?;
    let required = match from.as_str() {
        "" => false,
        from => role.is_from(from.parse().map_err(|_| unreadable("factor_role"))?),
    };
    Ok((int(row, "factors")? > 0, required))
}

fn unreadable(column: &str) -> StoreError {
    StoreError::Integrity { record: format!("column {column}") }
}

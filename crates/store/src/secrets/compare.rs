//! How two contents differ, told without showing them.

use super::{Found, record::Entry};
use crate::{
    Store,
    audit::Event,
    caller::Caller,
    error::{Result, StoreError},
};
use model::{
    Action, SecretId, ValueKind, Version,
    api::{ComparedKey, Difference},
};
use serde_json::json;
use subtle::ConstantTimeEq as _;

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// The secret.
    pub secret: SecretId,
    /// Which version; that of now if nothing.
    pub version: Option<Version>,
}

impl Store {
    /// Compares keys, and values unless only names are asked for.
    ///
    /// Whether two values are the same takes the right to reveal both, since whoever may write one side could guess the other
    /// by it. Write-only values are compared for programs only.
    pub async fn compare(
        &self,
        caller: &Caller,
        left: Side,
        right: Side,
        names_only: bool,
    ) -> Result<Vec<ComparedKey>> {
        let (left_found, left) = self.side(caller, left, names_only).await?;
        let (right_found, right) = self.side(caller, right, names_only).await?;
        if !names_only {
            let detail = json!({
                "name": left_found.name.as_str(),
                "with": right_found.id.to_string(),
                "with_name": right_found.name.as_str(),
            });
            let event = Event::by(caller, "secret.compare", left_found.id)
                .at(left_found.environment)
                .with(detail);
            self.reads.record(event).await?;
        }
        Ok(differences(&left, &right, |entry| {
            !names_only && (caller.is_program() || entry.info.kind != ValueKind::WriteOnly)
        }))
    }

    async fn side(
        &self,
        caller: &Caller,
        side: Side,
        names_only: bool,
    ) -> Result<(Found, Vec<Entry>)> {
        let found = self.find_live(caller, side.secret).await?;
        let action = if names_only { Action::ListSecrets } else { Action::RevealValues };
        self.allow_at(caller, action, found.place()).await?;
        let version = side.version.unwrap_or(found.version);
        if version > found.version {
            return Err(StoreError::NotFound);
        }
        let entries = if names_only {
            self.closed_version(caller, side.secret, version).await?
        } else {
            self.open_version(caller, side.secret, version).await?
        };
        Ok((found, entries))
    }
}

impl Entry {
    /// Whether this is its value: it takes as long to tell wherever they differ.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.value.dangerously_expose().as_bytes().ct_eq(text.as_bytes()).into()
    }
}

pub(super) fn differences(
    left: &[Entry],
    right: &[Entry],
    may_tell: impl Fn(&Entry) -> bool,
) -> Vec<ComparedKey> {
    let find = |entries: &'_ [Entry], key: &Entry| {
        entries.iter().position(|entry| entry.info.name == key.info.name)
    };
    let compared = |left: Option<&Entry>, right: Option<&Entry>| {
        let difference = match (left, right) {
            (None, _) => Difference::Added,
            (_, None) => Difference::Removed,
            (Some(left), Some(right)) if may_tell(left) && may_tell(right) => {
                if left.holds(right.value.dangerously_expose()) {
                    Difference::Same
                } else {
                    Difference::Changed
                }
            }
            _ => Difference::Present,
        };
        let key = left.or(right).expect("a compared key is on one side at least").info.name.clone();
        let kind = |entry: Option<&Entry>| entry.map(|entry| entry.info.kind);
        ComparedKey { key, difference, left_kind: kind(left), right_kind: kind(right) }
    };
    let of_left = left
        .iter()
        .map(|entry| compared(Some(entry), find(right, entry).map(|index| &right[index])));
    let of_right = right
        .iter()
        .filter(|entry| find(left, entry).is_none())
        .map(|entry| compared(None, Some(entry)));
    of_left.chain(of_right).collect()
}

//! The plain values that a secret has while it is edited: whoever sees the secret sees them.

use super::api::plain_values;
use leptos::{prelude::*, task::spawn_local};
use model::{KeyName, SecretId, WireValue, WorkspaceId};

/// They are read once the page is open, and are never part of its HTML.
#[derive(Clone, Copy)]
pub(super) struct PlainNow {
    workspace: WorkspaceId,
    id: SecretId,
    values: RwSignal<Vec<(KeyName, WireValue)>>,
}

impl PlainNow {
    pub(super) fn new(workspace: WorkspaceId, id: SecretId) -> Self {
        Self { workspace, id, values: RwSignal::default() }
    }

    /// Reads them anew. Who may not see them sees none.
    pub(super) fn read(self) {
        spawn_local(async move {
            let values = plain_values(self.workspace, self.id).await.unwrap_or_default();
            let _ = self.values.try_set(values);
        });
    }

    /// What a key holds, if it is plain.
    pub(super) fn of(self, key: &str) -> Option<String> {
        self.values.with(|values| {
            let (_, value) = values.iter().find(|(name, _)| name.as_str() == key)?;
            Some(value.dangerously_expose().to_owned())
        })
    }
}

//! The plain values of a secret: whoever sees the secret sees them.

use super::api::plain_values;
use crate::error::AppError;
use leptos::{prelude::*, task::spawn_local};
use model::{KeyName, SecretId, WireValue, WorkspaceId};

/// They are read once the page is open, and are never part of its HTML.
#[derive(Clone, Copy)]
pub(super) struct PlainValues {
    workspace: WorkspaceId,
    id: SecretId,
    answer: RwSignal<Result<Vec<(KeyName, WireValue)>, AppError>>,
}

impl PlainValues {
    pub(super) fn new(workspace: WorkspaceId, id: SecretId) -> Self {
        Self { workspace, id, answer: RwSignal::new(Ok(Vec::new())) }
    }

    /// Reads them anew. Who may not see them sees none.
    pub(super) fn read(self) {
        spawn_local(async move {
            let answer = plain_values(self.workspace, self.id).await;
            let _ = self.answer.try_set(answer);
        });
    }

    /// What a key holds, if it is plain.
    pub(super) fn of(self, key: &str) -> Option<WireValue> {
        self.answer.with(|answer| {
            let (_, value) = answer.as_ref().ok()?.iter().find(|(name, _)| name.as_str() == key)?;
            Some(value.clone())
        })
    }

    /// Why they are not there.
    pub(super) fn error(self) -> Option<AppError> {
        self.answer.with(|answer| answer.as_ref().err().cloned())
    }
}

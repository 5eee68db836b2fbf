//! What the store knows, as the API tells it.

use jiff::Timestamp;
use model::api::{EnvironmentView, SecretView, TokenView, TrashedView, VersionView};
use model::{
    Environment, EnvironmentId, EnvironmentName, SecretDetail, TokenInfo, TrashedSecret,
    VersionInfo,
};
use store::{Caller, StoreError};

use crate::state::AppState;

/// The names of the environments that the caller reaches.
pub(super) struct Names(Vec<Environment>);

impl Names {
    pub(super) async fn load(state: &AppState, caller: &Caller) -> Result<Self, StoreError> {
        state.store.list_environments(caller).await.map(Self)
    }

    fn of(&self, id: EnvironmentId) -> Result<EnvironmentName, StoreError> {
        let found = self.0.iter().find(|environment| environment.id == id);
        found.map(|environment| environment.name.clone()).ok_or(StoreError::NotFound)
    }

    /// Those of them that are named. One that was deleted in the meantime has no name any more.
    pub(super) fn of_all<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a EnvironmentId>,
    ) -> Vec<EnvironmentName> {
        ids.into_iter().filter_map(|id| self.of(*id).ok()).collect()
    }

    pub(super) fn environments(self) -> Vec<EnvironmentView> {
        self.0.into_iter().map(environment).collect()
    }

    pub(super) fn secret(&self, detail: SecretDetail) -> Result<SecretView, StoreError> {
        let SecretDetail { summary, keys, note, created_at, created_by, last_read_at } = detail;
        Ok(SecretView {
            id: summary.id,
            name: summary.name,
            environment: self.of(summary.environment)?,
            template: summary.template,
            keys,
            tags: summary.tags,
            note,
            version: summary.version,
            created_at: timestamp(created_at),
            created_by,
            updated_at: timestamp(summary.updated_at),
            updated_by: summary.updated_by,
            last_read_at: last_read_at.map(timestamp),
        })
    }

    pub(super) fn trashed(&self, trashed: TrashedSecret) -> Result<TrashedView, StoreError> {
        let TrashedSecret { summary, trashed_at, trashed_by, days_left } = trashed;
        Ok(TrashedView {
            id: summary.id,
            name: summary.name,
            environment: self.of(summary.environment)?,
            version: summary.version,
            trashed_at: timestamp(trashed_at),
            trashed_by,
            days_left,
        })
    }

    pub(super) fn token(&self, info: TokenInfo) -> TokenView {
        TokenView {
            id: info.id,
            kind: info.kind,
            name: info.name,
            scopes: info.scopes,
            environments: self.of_all(&info.environments),
            secrets: info.secrets,
            addresses: info.addresses,
            uses_left: info.uses_left,
            state: info.state,
            created_at: timestamp(info.created_at),
            created_by: info.created_by,
            expires_at: info.expires_at.map(timestamp),
            last_used_at: info.last_used_at.map(timestamp),
            last_used_from: info.last_used_from,
            previous_until: info.previous_until.map(timestamp),
        }
    }
}

pub(super) fn environment(environment: Environment) -> EnvironmentView {
    let Environment { id, name, protected, secrets } = environment;
    EnvironmentView { id, name, protected, secrets }
}

pub(super) fn version(info: VersionInfo) -> VersionView {
    let VersionInfo { version, keys, cause, note, created_at, created_by } = info;
    VersionView { version, keys, cause, note, created_at: timestamp(created_at), created_by }
}

/// Unix milliseconds as a time.
pub(super) fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

//! The values of one version, to whoever may read them all.

use crate::{
    Store,
    audit::{Event, Noted, Read},
    caller::Caller,
    error::{Result, StoreError},
};
use model::{Action, KeyName, SecretId, ValueKind, Version, WireValue};
use serde_json::json;

/// Which values to read.
#[derive(Clone, Debug)]
pub struct ReadValues {
    /// Of which version; that of now if nothing.
    pub version: Option<Version>,
    /// Only these keys; all if empty.
    pub keys: Vec<KeyName>,
}

/// The values of a version.
#[derive(Debug)]
pub struct VersionValues {
    /// Which.
    pub version: Version,
    /// The keys and what they hold.
    pub values: Vec<(KeyName, WireValue)>,
    /// Keys that people do not get.
    pub withheld: Vec<KeyName>,
}

impl Store {
    /// The values of a version, old or new. Audited as `secret.read`.
    pub async fn read_values(
        &self,
        caller: &Caller,
        id: SecretId,
        wanted: &ReadValues,
    ) -> Result<VersionValues> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::RevealValues, found.place()).await?;
        let version = wanted.version.unwrap_or(found.version);
        if version > found.version {
            return Err(StoreError::NotFound);
        }
        let (withheld, given): (Vec<_>, Vec<_>) = self
            .open_version(caller, id, version)
            .await?
            .into_iter()
            .filter(|entry| wanted.keys.is_empty() || wanted.keys.contains(&entry.info.name))
            .partition(|entry| entry.info.kind == ValueKind::WriteOnly && !caller.is_program());
        let detail = json!({ "name": found.name.as_str(), "version": version.0 });
        let event = Event::by(caller, "secret.read", id).at(found.environment).with(detail);
        // A program that reads an old version uses it; a person looks what stood there.
        let uses = caller.is_program() || version == found.version;
        let noted = uses.then(|| Noted { secret: id, reader: caller.reader(), version });
        self.reads.record_reads(vec![Read { event, touches: None, noted }], None).await?;
        Ok(VersionValues {
            version,
            values: given
                .into_iter()
                .map(|entry| (entry.info.name, entry.value.into_wire()))
                .collect(),
            withheld: withheld.into_iter().map(|entry| entry.info.name).collect(),
        })
    }

    /// The values of now, to compare with inside the store: they do not leave it, so that nothing is audited.
    pub(crate) async fn current_values(
        &self,
        caller: &Caller,
        id: SecretId,
        version: Version,
    ) -> Result<Vec<(KeyName, model::SecretValue)>> {
        let entries = self.open_version(caller, id, version).await?;
        Ok(entries.into_iter().map(|entry| (entry.info.name, entry.value)).collect())
    }
}

//! Showing values to people: audited before they leave.

use crate::{
    Store,
    audit::{Event, Noted, Read},
    caller::Caller,
    error::{Result, StoreError},
};
use model::{Action, KeyName, SecretId, ValueKind, Version, WireValue};
use serde_json::json;

/// Values on their way to whoever may see them.
#[derive(Debug)]
pub struct RevealedValues {
    /// The version they are of.
    pub version: Version,
    /// The keys and what they hold.
    pub values: Vec<(KeyName, WireValue)>,
}

impl Store {
    /// The plain values of a secret: whoever sees the secret sees them. Audited as one `secret.view`.
    pub async fn plain_values(&self, caller: &Caller, id: SecretId) -> Result<RevealedValues> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::ReadPlainValues, found.place()).await?;
        let values: Vec<_> = self
            .open_version(caller, id, found.version)
            .await?
            .into_iter()
            .filter(|entry| entry.info.kind == ValueKind::Plain)
            .map(|entry| (entry.info.name, entry.value.into_wire()))
            .collect();
        let detail = json!({ "name": found.name.as_str(), "version": found.version.0 });
        self.reads
            .record(Event::by(caller, "secret.view", id).at(found.environment).with(detail))
            .await?;
        Ok(RevealedValues { version: found.version, values })
    }

    /// One value of a secret. Audited as `secret.reveal`.
    pub async fn reveal_value(
        &self,
        caller: &Caller,
        id: SecretId,
        key: &KeyName,
    ) -> Result<WireValue> {
        let found = self.find_live(caller, id).await?;
        let entry = self
            .open_version(caller, id, found.version)
            .await?
            .into_iter()
            .find(|entry| entry.info.name == *key)
            .ok_or(StoreError::NotFound)?;
        let action = match entry.info.kind {
            ValueKind::Plain => Action::ReadPlainValues,
            ValueKind::Hidden => Action::RevealValues,
            ValueKind::WriteOnly => return Err(StoreError::WriteOnly),
        };
        self.allow_at(caller, action, found.place()).await?;
        let detail = json!({
            "name": found.name.as_str(),
            "key": key.as_str(),
            "version": found.version.0,
        });
        let event = Event::by(caller, "secret.reveal", id).at(found.environment).with(detail);
        let noted = Noted { secret: id, reader: caller.reader(), version: found.version };
        let read = Read { event, touches: None, noted: Some(noted) };
        self.reads.record_reads(vec![read], None).await?;
        Ok(entry.value.into_wire())
    }
}

//! Which of the values that somebody brings along a secret holds already.

use crate::{Store, audit::Event, caller::Caller, error::Result};
use model::{Action, KeyName, Permission, SecretId, ValueKind, WireValue};
use serde_json::json;

impl Store {
    /// The keys that hold these very values now. Nothing for whoever may not reveal them, or would have to give the password for it: who may
    /// only write could guess a value by it. Write-only values are not compared. Of what is told there is one audit row.
    pub async fn same_values<'a>(
        &self,
        caller: &Caller,
        id: SecretId,
        values: impl IntoIterator<Item = (&'a KeyName, &'a WireValue)>,
    ) -> Result<Option<Vec<KeyName>>> {
        let found = self.find_live(caller, id).await?;
        caller.check_reach(found.environment, Some(&found.name))?;
        // A page that is looked at is no try to reveal, so that nothing here is a refusal.
        match caller.permission(Action::RevealValues, Some(found.place().at())) {
            Permission::Refused => return Ok(None),
            Permission::GrantedWithSudo if !caller.has_sudo(self.now()) => return Ok(None),
            Permission::Granted | Permission::GrantedWithSudo => {}
        }
        let event = Event::by(caller, "secret.compare", id).at(found.environment);
        self.reads.record(event.with(json!({ "name": found.name.as_str() }))).await?;
        let entries = self.open_version(caller, id, found.version).await?;
        let is_held = |(key, value): &(&KeyName, &WireValue)| {
            let entry = entries.iter().find(|entry| entry.info.name == **key);
            let entry = entry.filter(|entry| entry.info.kind != ValueKind::WriteOnly);
            entry.is_some_and(|entry| entry.holds(value.dangerously_expose()))
        };
        let held = values.into_iter().filter(is_held);
        Ok(Some(held.map(|(key, _)| key.clone()).collect()))
    }
}

//! Values to look for where none should stand.

use crate::{Place, Store, audit::Event, caller::Caller, db::query, error::Result, row};
use model::{
    Action, EnvironmentId, EnvironmentName, Permission, SecretId, SecretName, ValueKind, Version,
    api::ScanValue,
};
use serde_json::json;

/// What [`Store::scan_values`] found.
#[derive(Debug)]
pub struct ScannedValues {
    /// The values.
    pub values: Vec<ScanValue>,
    /// How many secrets the caller may not read now.
    pub skipped: u32,
}

impl Store {
    /// Every value of at least 8 bytes that the caller may read. Audited as one `secret.scan` that names the secrets.
    pub async fn scan_values(
        &self,
        caller: &Caller,
        environment: Option<EnvironmentId>,
    ) -> Result<ScannedValues> {
        let rows = sqlx::query(
            "select s.id, s.name, s.version, s.environment_id, e.name as environment_name, e.protected,
               v.keys, v.sealed, v.environment_id as sealed_in
             from secrets s
             join environments e on e.id = s.environment_id
             join versions v on v.secret_id = s.id and v.version = s.version
             where s.workspace_id = $1 and s.trashed_at is null and ($2 = '' or s.environment_id = $2)
             order by e.position, s.name_folded, s.id",
        )
        .bind(caller.workspace.to_string())
        .bind(environment.map(|id| id.to_string()).unwrap_or_default())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut scanned = ScannedValues { values: Vec::new(), skipped: 0 };
        let mut names = Vec::new();
        for found in rows {
            let name = row::parsed(&found, "name", SecretName::parse)?;
            let place = Place {
                environment: row::text(&found, "environment_id")?,
                protected: row::flag(&found, "protected")?,
                name: Some(&name),
            };
            if !self.may_read_now(caller, place) {
                scanned.skipped += 1;
                continue;
            }
            let id: SecretId = row::text(&found, "id")?;
            let version = Version(row::count(&found, "version")?);
            let environment = row::parsed(&found, "environment_name", EnvironmentName::parse)?;
            names.push(format!("{environment}/{name}"));
            for entry in self.open_record(caller, id, version, &found).await? {
                let told = caller.is_program() || entry.info.kind != ValueKind::WriteOnly;
                if told && entry.value.len() >= SHORTEST {
                    scanned.values.push(ScanValue {
                        environment: environment.clone(),
                        secret: name.clone(),
                        key: entry.info.name,
                        value: entry.value.into_wire(),
                    });
                }
            }
        }
        let detail = json!({ "secrets": names, "skipped": scanned.skipped });
        self.reads.record(Event::by(caller, "secret.scan", "").with(detail)).await?;
        Ok(scanned)
    }

    /// Whether nothing stands between the caller and the values: neither role nor scope nor a missing confirmation.
    fn may_read_now(&self, caller: &Caller, place: Place<'_>) -> bool {
        caller.check_reach(place.environment, place.name).is_ok()
            && match caller.permission(Action::RevealValues, Some(place.at())) {
                Permission::Granted => true,
                Permission::GrantedWithSudo => caller.has_sudo(self.now()),
                Permission::Refused => false,
            }
    }
}

/// Shorter values are words that stand everywhere.
const SHORTEST: usize = 8;

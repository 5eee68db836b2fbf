//! Templates that a workspace made itself, and the secrets that no longer match them.

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::{Tx, Unique, query},
    error::{Result, StoreError},
    room, row,
};
use model::{
    Action, EnvironmentId, Field, KeyInfo, Missing, OwnTemplate, PersonName, Problems, Reason,
    SecretId, SecretName, TEMPLATES, Template, TemplatePart, Version,
};
use serde_json::json;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// A secret that lacks keys which its template requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Which one.
    pub secret: SecretId,
    /// What it is called.
    pub name: SecretName,
    /// Where it lives.
    pub environment: EnvironmentId,
    /// What it lacks, by names of keys.
    pub missing: Vec<Missing>,
}

/// How the secrets of one template are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateUse {
    /// How many secrets in the caller's reach were made from it.
    pub secrets: usize,
    /// Those of them that no longer match, by environment and name.
    pub mismatches: Vec<Mismatch>,
}

macro_rules! templates {
    ($more:literal) => {
        concat!(
            "select t.body, t.version, t.updated_at, u.name as updated_by
             from templates t join users u on u.id = t.updated_by
             where t.workspace_id = $1 ",
            $more
        )
    };
}

impl Store {
    /// The workspace's own templates, by name.
    pub async fn own_templates(&self, caller: &Caller) -> Result<Vec<OwnTemplate>> {
        self.allow_templates(caller).await?;
        let rows = sqlx::query(templates!("order by t.name_folded, t.id"))
            .bind(caller.workspace.to_string())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        rows.iter().map(own_template).collect()
    }

    /// One of them.
    pub async fn own_template(&self, caller: &Caller, id: &str) -> Result<OwnTemplate> {
        self.allow_templates(caller).await?;
        let found = sqlx::query(templates!("and t.id = $2"))
            .bind(caller.workspace.to_string())
            .bind(id)
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        own_template(&found)
    }

    /// Makes a template, under the id that it was parsed to.
    pub async fn create_template(&self, caller: &Caller, new: Template) -> Result<OwnTemplate> {
        self.allow(caller, Action::ManageTemplates).await?;
        let mut tx = self.db.begin().await?;
        let existing: i64 =
            sqlx::query_scalar("select count(*) from templates where workspace_id = $1")
                .bind(caller.workspace.to_string())
                .fetch_one(&mut *tx)
                .await
                .map_err(query)?;
        room::check(existing, TEMPLATES, Field::Template(TemplatePart::Templates))?;
        let now = self.now();
        sqlx::query(
            "insert into templates (workspace_id, id, name_folded, body, version, created_at, created_by,
               updated_at, updated_by)
             values ($1, $2, $3, $4, 1, $5, $6, $5, $6)",
        )
        .bind(caller.workspace.to_string())
        .bind(&new.id)
        .bind(new.name.to_lowercase())
        .bind(body(&new))
        .bind(now)
        .bind(caller.user.to_string())
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
        let event = Event::by(caller, "template.create", &new.id).with(detail(&new));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(OwnTemplate {
            template: new,
            version: Version::FIRST,
            updated_at: now,
            updated_by: caller.name.clone(),
        })
    }

    /// Gives a template other contents; its id stays. `from` is the version that the change was made from: nothing is whichever is
    /// there.
    pub async fn change_template(
        &self,
        caller: &Caller,
        id: &str,
        from: Option<Version>,
        new: Template,
    ) -> Result<OwnTemplate> {
        self.allow(caller, Action::ManageTemplates).await?;
        let new = Template { id: id.to_owned(), ..new };
        let mut tx = self.db.begin().await?;
        let before = find(&mut tx, caller, id).await?;
        check_version(&before, from)?;
        let now = self.now();
        let changed = sqlx::query(
            "update templates set name_folded = $1, body = $2, version = version + 1, updated_at = $3,
               updated_by = $4
             where workspace_id = $5 and id = $6 and version = $7",
        )
        .bind(new.name.to_lowercase())
        .bind(body(&new))
        .bind(now)
        .bind(caller.user.to_string())
        .bind(caller.workspace.to_string())
        .bind(id)
        .bind(i64::from(before.version.0))
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
        if changed.rows_affected() == 0 {
            // Someone saved since this transaction read it, which PostgreSQL allows.
            let current = find(&mut tx, caller, id).await?;
            return Err(conflict(&current));
        }
        let version = before.version.next();
        let mut detail = detail(&new);
        detail["version"] = json!(version);
        let event = Event::by(caller, "template.change", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(OwnTemplate { template: new, version, updated_at: now, updated_by: caller.name.clone() })
    }

    /// Deletes a template. Secrets made from it stay as they are, and go on naming it.
    pub async fn delete_template(
        &self,
        caller: &Caller,
        id: &str,
        from: Option<Version>,
    ) -> Result<()> {
        self.allow(caller, Action::ManageTemplates).await?;
        let mut tx = self.db.begin().await?;
        let before = find(&mut tx, caller, id).await?;
        check_version(&before, from)?;
        sqlx::query("delete from templates where workspace_id = $1 and id = $2")
            .bind(caller.workspace.to_string())
            .bind(id)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let event = Event::by(caller, "template.delete", id);
        let detail = json!({ "name": before.template.name });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }

    /// The secrets made from one of the workspace's own templates, as far as the caller reaches, and which of them lack keys.
    pub async fn template_use(&self, caller: &Caller, id: &str) -> Result<TemplateUse> {
        self.allow(caller, Action::ListSecrets).await?;
        let own = self.own_template(caller, id).await?;
        let mut used = self.used(caller, &[own], id).await?;
        Ok(used.remove(id).unwrap_or_default())
    }

    /// The same for all of these templates, by their ids.
    pub async fn template_uses(
        &self,
        caller: &Caller,
        own: &[OwnTemplate],
    ) -> Result<BTreeMap<String, TemplateUse>> {
        self.allow(caller, Action::ListSecrets).await?;
        self.used(caller, own, "").await
    }

    async fn allow_templates(&self, caller: &Caller) -> Result<()> {
        if caller.sees_templates() {
            return Ok(());
        }
        self.allow(caller, Action::ListSecrets).await
    }

    /// `only` is the id of the one template to look at, or empty.
    async fn used(
        &self,
        caller: &Caller,
        own: &[OwnTemplate],
        only: &str,
    ) -> Result<BTreeMap<String, TemplateUse>> {
        let rows = sqlx::query(
            "select s.id, s.name, s.environment_id, s.template, v.keys
             from secrets s
             join environments e on e.id = s.environment_id
             join versions v on v.secret_id = s.id and v.version = s.version
             where s.workspace_id = $1 and s.trashed_at is null
               and (s.template = $2 or $2 = '' and s.template >= 'own.' and s.template < 'own/')
             order by e.position, e.id, s.name_folded, s.id",
        )
        .bind(caller.workspace.to_string())
        .bind(only)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut uses: BTreeMap<String, TemplateUse> = BTreeMap::new();
        for found in &rows {
            let id: String = row::text(found, "template")?;
            let Some(own) = own.iter().find(|own| own.template.id == id) else { continue };
            let environment = row::text(found, "environment_id")?;
            let name = row::parsed(found, "name", SecretName::parse)?;
            if caller.check_reach(environment, Some(&name)).is_err() {
                continue;
            }
            let keys: Vec<KeyInfo> = row::parsed(found, "keys", |text| serde_json::from_str(text))?;
            let missing = own.template.missing_keys(|key| keys.iter().any(|had| had.name == *key));
            let so_far = uses.entry(id).or_default();
            so_far.secrets += 1;
            if !missing.is_empty() {
                let secret = row::text(found, "id")?;
                so_far.mismatches.push(Mismatch { secret, name, environment, missing });
            }
        }
        Ok(uses)
    }
}

/// A template of the caller's workspace, as a transaction sees it.
async fn find(tx: &mut Tx, caller: &Caller, id: &str) -> Result<OwnTemplate> {
    let found = sqlx::query(templates!("and t.id = $2"))
        .bind(caller.workspace.to_string())
        .bind(id)
        .fetch_optional(&mut **tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
    own_template(&found)
}

fn check_version(found: &OwnTemplate, from: Option<Version>) -> Result<()> {
    if from.is_none_or(|from| from == found.version) { Ok(()) } else { Err(conflict(found)) }
}

fn conflict(current: &OwnTemplate) -> StoreError {
    StoreError::Conflict { current: current.version, changed_by: Some(current.updated_by.clone()) }
}

fn own_template(found: &AnyRow) -> Result<OwnTemplate> {
    Ok(OwnTemplate {
        template: row::parsed(found, "body", |text| serde_json::from_str(text))?,
        version: Version(row::count(found, "version")?),
        updated_at: row::int(found, "updated_at")?,
        updated_by: row::parsed(found, "updated_by", PersonName::parse)?,
    })
}

fn body(template: &Template) -> String {
    serde_json::to_string(template).expect("a template is text, numbers and flags")
}

fn detail(template: &Template) -> serde_json::Value {
    let keys: Vec<_> = template.keys.iter().map(|key| key.name.as_str()).collect();
    json!({ "name": template.name, "keys": keys })
}

fn taken(error: sqlx::Error) -> StoreError {
    if Unique::TemplateId.is_violated(&error) || Unique::TemplateName.is_violated(&error) {
        Problems::one(Field::Template(TemplatePart::Name), Reason::Taken).into()
    } else {
        query(error)
    }
}

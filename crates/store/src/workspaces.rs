//! Workspaces and who is in them.

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::Result,
    row,
};
use model::{Action, EmailAddress, Field, Member, PersonName, Problems, Reason, WorkspaceName};
use serde_json::json;

impl Store {
    /// Gives the caller's workspace another name.
    pub async fn rename_workspace(&self, caller: &Caller, name: &str) -> Result<()> {
        self.allow(caller, Action::RenameWorkspace, false).await?;
        let name = WorkspaceName::parse(name)
            .map_err(|fault| Problems::one(Field::WorkspaceName, Reason::Name(fault)))?;
        let mut tx = self.db.begin().await?;
        sqlx::query("update workspaces set name = $1 where id = $2")
            .bind(name.as_str())
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let event = Event::by(caller, "workspace.rename", caller.workspace);
        let detail = json!({ "from": caller.workspace_name.as_str(), "to": name.as_str() });
        audit::append(&mut tx, &self.clock, event.with(detail)).await?;
        tx.commit().await.map_err(query)
    }

    /// The people of the caller's workspace, by name.
    pub async fn list_members(&self, caller: &Caller) -> Result<Vec<Member>> {
        let rows = sqlx::query(
            "select u.id, u.name, u.email, m.role
             from members m join users u on u.id = m.user_id
             where m.workspace_id = $1
             order by u.name, u.id",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter()
            .map(|found| {
                Ok(Member {
                    user: row::text(found, "id")?,
                    name: row::parsed(found, "name", PersonName::parse)?,
                    email: row::parsed(found, "email", EmailAddress::parse)?,
                    role: row::text(found, "role")?,
                })
            })
            .collect()
    }
}

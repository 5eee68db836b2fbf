//! Workspaces.

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::Result,
};
use model::{Action, Field, Problems, Reason, WorkspaceName};
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
}

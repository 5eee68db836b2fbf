//! Views of the list of secrets that people saved. They are theirs alone, as drafts are: nothing of the workspace changes, and the audit log
//! has no row about them.

use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    room, row,
};
use model::{Action, Field, Problems, Reason, SavedView, VIEW_CHARS, VIEWS, ViewName};

impl Store {
    /// The caller's views of this workspace, by name.
    pub async fn views(&self, caller: &Caller) -> Result<Vec<SavedView>> {
        self.allow(caller, Action::ListSecrets).await?;
        let rows = sqlx::query(
            "select name, query from views where workspace_id = $1 and user_id = $2 order by name_folded",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter()
            .map(|found| {
                let name = row::parsed(found, "name", ViewName::parse)?;
                Ok(SavedView { name, query: row::text(found, "query")? })
            })
            .collect()
    }

    /// Saves a view, in the place of the one that has its name.
    pub async fn save_view(&self, caller: &Caller, name: &str, wanted: &str) -> Result<()> {
        self.allow(caller, Action::ListSecrets).await?;
        let invalid = |reason| StoreError::from(Problems::one(Field::View, reason));
        let name = ViewName::parse(name).map_err(|fault| invalid(Reason::Name(fault)))?;
        let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
        let length = wanted.chars().count();
        if length > VIEW_CHARS {
            return Err(invalid(Reason::TooLong {
                limit: count(VIEW_CHARS),
                actual: count(length),
            }));
        }
        let folded = name.as_str().to_lowercase();
        let mut tx = self.db.begin().await?;
        let others: i64 = sqlx::query_scalar(
            "select count(*) from views where workspace_id = $1 and user_id = $2 and name_folded <> $3",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(folded.clone())
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        room::check(others, VIEWS, Field::View)?;
        sqlx::query(
            "insert into views (workspace_id, user_id, name_folded, name, query) values ($1, $2, $3, $4, $5)
             on conflict (workspace_id, user_id, name_folded) do update
             set name = excluded.name, query = excluded.query",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(folded)
        .bind(name.to_string())
        .bind(wanted.to_owned())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)
    }

    /// Forgets a view. One that is gone is gone.
    pub async fn delete_view(&self, caller: &Caller, name: &str) -> Result<()> {
        self.allow(caller, Action::ListSecrets).await?;
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "delete from views where workspace_id = $1 and user_id = $2 and name_folded = $3",
        )
        .bind(caller.workspace.to_string())
        .bind(caller.user.to_string())
        .bind(name.trim().to_lowercase())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)
    }
}

//! From which role on a workspace asks for a second factor.

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{FactorRefusal, Result, StoreError},
    row,
};
use model::{Action, Role};
use serde_json::json;

/// What a workspace asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorRule {
    /// The role with the fewest rights that needs a second factor; nobody does if nothing.
    pub from: Option<Role>,
    /// How many members of these roles have none, and can only set one up.
    pub lacking: u32,
}

impl Store {
    /// What the caller's workspace asks for.
    pub async fn factor_rule(&self, caller: &Caller) -> Result<FactorRule> {
        self.allow(caller, Action::ListMembers).await?;
        let rows = sqlx::query(
            "select w.factor_role, m.role, u.factors
             from members m
             join workspaces w on w.id = m.workspace_id
             join users u on u.id = m.user_id
             where m.workspace_id = $1",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut rule = FactorRule { from: None, lacking: 0 };
        for found in &rows {
            let from: String = row::text(found, "factor_role")?;
            rule.from = if from.is_empty() { None } else { Some(row::text(found, "factor_role")?) };
            let (has, required) = row::factors(found, row::text(found, "role")?)?;
            rule.lacking += u32::from(required && !has);
        }
        Ok(rule)
    }

    /// Asks for a second factor from this role on, or from none. Whoever lacks one can only set one up from then on; whoever asks
    /// has one.
    pub async fn require_factor(&self, caller: &Caller, from: Option<Role>) -> Result<()> {
        if caller.is_program() {
            return Err(StoreError::PeopleOnly);
        }
        self.allow(caller, Action::RequireSecondFactors).await?;
        if from.is_some() && !caller.has_factor {
            return Err(FactorRefusal::OwnFirst.into());
        }
        let mut tx = self.db.begin().await?;
        let role = from.map_or("", Role::as_str);
        sqlx::query("update workspaces set factor_role = $1 where id = $2")
            .bind(role)
            .bind(caller.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let event = Event::by(caller, "factor.require", caller.workspace);
        let event = event.with(json!({ "from": from.map_or("none", Role::as_str) }));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }
}

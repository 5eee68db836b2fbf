//! Workspaces, of which a person may be in several.

use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::{Caller, Credential},
    db::query,
    error::{MemberRefusal, Result, StoreError},
    random, row, setup,
};
use model::{
    Action, AuditChain, Field, Problems, Reason, WORKSPACES, WorkspaceId, WorkspaceInfo,
    WorkspaceName,
};
use serde_json::json;

impl Store {
    /// The workspaces that the caller is a member of, in the order of their names. A program's token has one.
    pub async fn list_workspaces(&self, caller: &Caller) -> Result<Vec<WorkspaceInfo>> {
        let only = if caller.is_program() { caller.workspace.to_string() } else { String::new() };
        let rows = sqlx::query(
            "select w.id, w.name, m.role,
               (select count(*) from members o where o.workspace_id = w.id) as members
             from members m join workspaces w on w.id = m.workspace_id
             where m.user_id = $1 and ($2 = '' or w.id = $2)
             order by w.name, w.id",
        )
        .bind(caller.user.to_string())
        .bind(only)
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter()
            .map(|found| {
                Ok(WorkspaceInfo {
                    id: row::text(found, "id")?,
                    name: row::parsed(found, "name", WorkspaceName::parse)?,
                    role: row::text(found, "role")?,
                    members: row::count(found, "members")?,
                })
            })
            .collect()
    }

    /// Makes a workspace that the caller owns.
    pub async fn create_workspace(&self, caller: &Caller, name: &str) -> Result<WorkspaceId> {
        if caller.is_program() {
            return Err(StoreError::PeopleOnly);
        }
        self.allow(caller, Action::CreateWorkspaces).await?;
        let name = parse(name)?;
        let now = self.now();
        let workspace = WorkspaceId::from_uuid(random::uuid(now));
        let mut tx = self.db.begin().await?;
        let memberships: i64 =
            sqlx::query_scalar("select count(*) from members where user_id = $1")
                .bind(caller.user.to_string())
                .fetch_one(&mut *tx)
                .await
                .map_err(query)?;
        if usize::try_from(memberships).is_ok_and(|memberships| memberships >= WORKSPACES) {
            return Err(MemberRefusal::TooManyWorkspaces.into());
        }
        self.insert_workspace(&mut tx, workspace, &name, caller.user, now).await?;
        let actor = Actor::of(caller);
        let instance = AuditChain::Instance(self.instance());
        let about = |chain| setup::created(chain, actor.clone(), workspace, &name, caller.user);
        for chain in [instance, AuditChain::Workspace(workspace)] {
            let event = about(chain).from(&caller.origin);
            audit::append(&mut tx, &self.clock, event).await?;
        }
        tx.commit().await.map_err(query)?;
        Ok(workspace)
    }

    /// Takes the caller's session, or command line, to another workspace that they are a member of.
    pub async fn switch_workspace(&self, caller: &Caller, to: WorkspaceId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let member: Option<String> =
            sqlx::query_scalar("select role from members where workspace_id = $1 and user_id = $2")
                .bind(to.to_string())
                .bind(caller.user.to_string())
                .fetch_optional(&mut *tx)
                .await
                .map_err(query)?;
        let (statement, which) = match &caller.credential {
            Credential::CommandLine { token, .. } => (
                "update tokens set workspace_id = $1
                 where id = $2 and created_by = $3 and revoked_at is null",
                token.to_string(),
            ),
            Credential::Rotator { .. } | Credential::Service { .. } => {
                return Err(StoreError::PeopleOnly);
            }
            Credential::Session { key, .. } => (
                "update sessions set workspace_id = $1 where public_key = $2 and user_id = $3",
                key.to_string(),
            ),
        };
        if member.is_none() {
            return Err(StoreError::NotFound);
        }
        if to == caller.workspace {
            return Ok(());
        }
        let switched = sqlx::query(statement)
            .bind(to.to_string())
            .bind(&which)
            .bind(caller.user.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        if switched.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let mut chains = [caller.workspace, to].map(AuditChain::Workspace);
        chains.sort();
        let detail = json!({ "from": caller.workspace.to_string(), "to": to.to_string() });
        for chain in chains {
            let event = Event::new(chain, "session.switch", Actor::of(caller), &which);
            let event = event.from(&caller.origin).with(detail.clone());
            audit::append(&mut tx, &self.clock, event).await?;
        }
        tx.commit().await.map_err(query)
    }

    /// Gives the caller's workspace another name.
    pub async fn rename_workspace(&self, caller: &Caller, name: &str) -> Result<()> {
        self.allow(caller, Action::RenameWorkspace).await?;
        let name = parse(name)?;
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

fn parse(name: &str) -> Result<WorkspaceName> {
    WorkspaceName::parse(name)
        .map_err(|fault| Problems::one(Field::WorkspaceName, Reason::Name(fault)).into())
}

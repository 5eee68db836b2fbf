//! Members who leave or are removed, and what they may know.

use super::{check_outranks, check_owned, locked};
use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::{Tx, query},
    error::{Result, StoreError},
    row,
};
use model::{
    Action, At, AuditChain, EnvironmentName, MemberInfo, Permission, SecretName, ToRotate, UserId,
};
use serde_json::json;
use std::collections::HashMap;

impl Store {
    /// Ends a membership: the caller's own, or another's. Their sessions here and their command lines end at once; tokens that
    /// they made are left without a maker until an owner adopts them. Answers what they may know, to be rotated.
    pub async fn remove_member(&self, caller: &Caller, user: UserId) -> Result<Vec<ToRotate>> {
        let leaves = user == caller.user;
        if leaves {
            self.check_leaves(caller)?;
        } else {
            self.check_manages(caller).await?;
        }
        let known = self.known_to(caller, user).await?;
        let mut tx = self.db.begin().await?;
        let before = locked(&mut tx, caller, user).await?;
        if !leaves {
            check_outranks(caller, &[before.role])?;
        }
        self.end_membership(&mut tx, caller, user).await?;
        check_owned(&mut tx, caller).await?;
        let detail = json!({
            "name": before.name.as_str(),
            "role": before.role.as_str(),
            "could_read": known.iter().filter(|secret| secret.could_read).count(),
            "read_lately": known.iter().filter(|secret| secret.read_at.is_some()).count(),
        });
        let action = if leaves { "member.leave" } else { "member.remove" };
        let event = Event::by(caller, action, user).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(known)
    }

    /// What a member may know: what whoever removes them will have to rotate.
    pub async fn to_rotate(&self, caller: &Caller, user: UserId) -> Result<Vec<ToRotate>> {
        match self.check_manages(caller).await {
            // Only looking takes no password.
            Ok(()) | Err(StoreError::SudoNeeded) => caller.check_reaches_everything()?,
            Err(error) => return Err(error),
        }
        self.known_to(caller, user).await
    }

    /// Everybody may leave, with their password: there is no way back but an invitation.
    fn check_leaves(&self, caller: &Caller) -> Result<()> {
        if caller.is_program() {
            return Err(StoreError::PeopleOnly);
        }
        if caller.has_sudo(self.now()) { Ok(()) } else { Err(StoreError::SudoNeeded) }
    }

    async fn end_membership(&self, tx: &mut Tx, caller: &Caller, user: UserId) -> Result<()> {
        for statement in [
            "delete from members where workspace_id = $1 and user_id = $2",
            "delete from sessions where workspace_id = $1 and user_id = $2",
            "delete from login_requests where workspace_id = $1 and user_id = $2",
            "delete from views where workspace_id = $1 and user_id = $2",
            // Where they had it sent is theirs to know, not ours.
            "update webhooks set enabled = 0, disabled_why = 'whoever made it left'
             where workspace_id = $1 and created_by = $2",
            "update deliveries set state = 'failed', error = 'the webhook was switched off', lease_until = 0
             where state = 'pending' and workspace_id = $1 and webhook_id in
               (select id from webhooks where workspace_id = $1 and created_by = $2)",
        ] {
            sqlx::query(statement)
                .bind(caller.workspace.to_string())
                .bind(user.to_string())
                .execute(&mut **tx)
                .await
                .map_err(query)?;
        }
        sqlx::query(
            "update tokens set
               revoked_at = case when kind = 'cli' then coalesce(revoked_at, $1) else revoked_at end,
               orphaned_at = case when kind = 'cli' then orphaned_at else $1 end
             where workspace_id = $2 and created_by = $3",
        )
        .bind(self.now())
        .bind(caller.workspace.to_string())
        .bind(user.to_string())
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(())
    }

    /// Every secret that the member may read now, and every one that they read or wrote lately, in a browser, at a command line
    /// or with a token that they made.
    async fn known_to(&self, caller: &Caller, user: UserId) -> Result<Vec<ToRotate>> {
        let member: MemberInfo = self.member_unasked(caller, user).await?;
        let read = self.read_lately(caller, user).await?;
        let rows = sqlx::query(
            "select s.id, s.name, s.environment_id, e.name as environment, e.protected,
               case when s.trashed_at is null then 0 else 1 end as trashed
             from secrets s join environments e on e.id = s.environment_id
             where s.workspace_id = $1
             order by e.position, e.id, s.name_folded, s.id",
        )
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut known = Vec::new();
        for found in rows {
            let at = At {
                environment: row::text(&found, "environment_id")?,
                protected: row::flag(&found, "protected")?,
            };
            let reveals = Action::RevealValues;
            let may = model::permission(member.role, &member.grants, reveals, Some(at));
            let id: String = row::text(&found, "id")?;
            let secret = ToRotate {
                secret: row::text(&found, "id")?,
                name: row::parsed(&found, "name", SecretName::parse)?,
                environment: row::parsed(&found, "environment", EnvironmentName::parse)?,
                could_read: may != Permission::Refused && !row::flag(&found, "trashed")?,
                read_at: read.get(&id).copied(),
            };
            if secret.could_read || secret.read_at.is_some() {
                known.push(secret);
            }
        }
        Ok(known)
    }

    /// When they last read or wrote which secret: as the audit log has it, and, where that keeps reads for a shorter time, as
    /// the secrets' readers are kept.
    async fn read_lately(&self, caller: &Caller, user: UserId) -> Result<HashMap<String, i64>> {
        let rows = sqlx::query(
            "with theirs as (
               select $3 as id
               union all select t.id from tokens t where t.workspace_id = $4 and t.created_by = $3
             ), known as (
               select a.target as secret, a.at as at from audit_rows a
               where a.chain = $1 and a.at > $2 and a.actor in (select id from theirs)
                 and a.action in ('secret.checked', 'secret.compare', 'secret.copy', 'secret.create',
                   'secret.edit', 'secret.read', 'secret.read-offline', 'secret.reveal',
                   'secret.rotate', 'secret.view')
               union all
               select r.secret_id, r.last_at from secret_readers r
               where r.workspace_id = $4 and r.last_at > $2 and r.reader in (select id from theirs)
             )
             select secret, max(at) as at from known group by secret",
        )
        .bind(AuditChain::Workspace(caller.workspace).to_string())
        .bind(self.now() - LATELY)
        .bind(user.to_string())
        .bind(caller.workspace.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        rows.iter().map(|found| Ok((row::text(found, "secret")?, row::int(found, "at")?))).collect()
    }
}

const LATELY: i64 = 90 * 86_400_000;

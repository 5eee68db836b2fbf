//! Who is in a workspace, and what they are there.

mod leave;

use crate::{
    Store,
    audit::{self, Event},
    caller::{Caller, Credential},
    db::{Tx, query},
    error::{MemberRefusal, Result, StoreError},
    row,
};
use model::{
    Action, EmailAddress, EnvironmentId, Field, Grant, Grants, MemberInfo, PersonName, Problems,
    Reason, Role, Scope, UserId,
};
use serde_json::json;
use sqlx::any::AnyRow;
use std::collections::BTreeSet;

impl Store {
    /// The members of the caller's workspace, owners first.
    pub async fn list_members(&self, caller: &Caller) -> Result<Vec<MemberInfo>> {
        self.allow(caller, Action::ListMembers).await?;
        caller.check_reaches_everything()?;
        let rows = sqlx::query(concat!(people!(), "order by u.name, m.user_id"))
            .bind(caller.workspace.to_string())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        let mut members = rows.iter().map(member).collect::<Result<Vec<_>>>()?;
        members.sort_by_key(|member| member.role);
        Ok(members)
    }

    /// One of them.
    pub async fn member(&self, caller: &Caller, user: UserId) -> Result<MemberInfo> {
        self.allow(caller, Action::ListMembers).await?;
        caller.check_reaches_everything()?;
        self.member_unasked(caller, user).await
    }

    /// The same for what has asked already whether the caller may.
    async fn member_unasked(&self, caller: &Caller, user: UserId) -> Result<MemberInfo> {
        let found = sqlx::query(concat!(people!(), "and m.user_id = $2"))
            .bind(caller.workspace.to_string())
            .bind(user.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        member(&found)
    }

    /// Gives a member another role. What they were granted and does not fit the new one is taken away; a limit stays.
    pub async fn change_role(
        &self,
        caller: &Caller,
        user: UserId,
        role: Role,
    ) -> Result<MemberInfo> {
        self.check_gives(caller, role).await?;
        let mut tx = self.db.begin().await?;
        let before = locked(&mut tx, caller, user).await?;
        check_outranks(caller, &[before.role, role])?;
        if before.role != role {
            let kept = Grants {
                limited: before.grants.limited,
                given: keep(&before.grants, |grant| grant == Grant::See || grant.fits(role)),
            };
            write(&mut tx, caller, user, role, &kept).await?;
            check_owned(&mut tx, caller).await?;
            let detail = json!({
                "name": before.name.as_str(), "from": before.role.as_str(), "to": role.as_str(),
            });
            let event = Event::by(caller, "member.role", user).with(detail);
            audit::append(&mut tx, &self.clock, event).await?;
        }
        tx.commit().await.map_err(query)?;
        self.member(caller, user).await
    }

    /// Says what a member may beyond their role in single environments, and whether they see no other.
    pub async fn change_grants(
        &self,
        caller: &Caller,
        user: UserId,
        limited: bool,
        given: &[(EnvironmentId, Grant)],
    ) -> Result<MemberInfo> {
        self.check_gives(caller, Role::Developer).await?;
        let environments = self.list_environments(caller).await?;
        let known = |id| environments.iter().any(|environment| environment.id == id);
        if given.iter().any(|(environment, _)| !known(*environment)) {
            return Err(Problems::one(Field::Environment, Reason::Unknown).into());
        }
        let mut tx = self.db.begin().await?;
        let before = locked(&mut tx, caller, user).await?;
        check_outranks(caller, &[before.role])?;
        let fits = given.iter().all(|(_, grant)| grant.fits(before.role));
        if !fits || limited && !Grant::See.fits(before.role) {
            return Err(MemberRefusal::GrantNotForRole.into());
        }
        let given: BTreeSet<_> = given.iter().copied().collect();
        let after = Grants { limited, given: given.into_iter().collect() };
        if after != before.grants {
            write(&mut tx, caller, user, before.role, &after).await?;
            let detail = json!({
                "name": before.name.as_str(),
                "limited": limited,
                "from": listed(&before.grants),
                "to": listed(&after),
            });
            let event = Event::by(caller, "member.grants", user).with(detail);
            audit::append(&mut tx, &self.clock, event).await?;
        }
        tx.commit().await.map_err(query)?;
        self.member(caller, user).await
    }

    /// Makes another member an owner, and the caller, who was one, an admin.
    pub async fn transfer_ownership(&self, caller: &Caller, user: UserId) -> Result<()> {
        self.check_gives(caller, Role::Owner).await?;
        if user == caller.user {
            return Err(MemberRefusal::LastOwner.into());
        }
        let mut tx = self.db.begin().await?;
        let before = locked(&mut tx, caller, user).await?;
        check_outranks(caller, &[Role::Owner])?;
        write(&mut tx, caller, user, Role::Owner, &Grants::default()).await?;
        write(&mut tx, caller, caller.user, Role::Admin, &Grants::default()).await?;
        let detail = json!({ "name": before.name.as_str(), "from": before.role.as_str() });
        let event = Event::by(caller, "member.transfer", user).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// Nothing if the caller may manage members.
    pub(crate) async fn check_manages(&self, caller: &Caller) -> Result<()> {
        self.allow(caller, Action::ManageMembers).await?;
        caller.check_reaches_everything()
    }

    /// Nothing if the caller may manage members and bring them this role. A program makes no owners, and brings nobody who may
    /// do more than itself: that takes every scope.
    pub(crate) async fn check_gives(&self, caller: &Caller, role: Role) -> Result<()> {
        self.check_manages(caller).await?;
        if let Credential::Service { scopes, .. } = &caller.credential {
            if role == Role::Owner {
                return Err(StoreError::PeopleOnly);
            }
            if scopes.len() < Scope::ALL.len() {
                return Err(StoreError::OutOfScope(Action::ManageMembers));
            }
        }
        check_outranks(caller, &[role])
    }
}

/// Locks the members of the caller's workspace until the transaction ends, so that of two changes at once the second sees the
/// first; and finds one of them. The caller's role is read again: it may have changed since the request came.
pub(crate) async fn locked(tx: &mut Tx, caller: &Caller, user: UserId) -> Result<MemberInfo> {
    lock(tx, caller).await?;
    let found = sqlx::query(concat!(people!(), "and m.user_id = $2"))
        .bind(caller.workspace.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut **tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
    member(&found)
}

/// The same without looking for a member.
pub(crate) async fn lock(tx: &mut Tx, caller: &Caller) -> Result<()> {
    sqlx::query("update workspaces set name = name where id = $1")
        .bind(caller.workspace.to_string())
        .execute(&mut **tx)
        .await
        .map_err(query)?;
    let role: Option<String> =
        sqlx::query_scalar("select role from members where workspace_id = $1 and user_id = $2")
            .bind(caller.workspace.to_string())
            .bind(caller.user.to_string())
            .fetch_optional(&mut **tx)
            .await
            .map_err(query)?;
    if role.as_deref() == Some(caller.role.as_str()) {
        Ok(())
    } else {
        Err(StoreError::Denied(Action::ManageMembers))
    }
}

/// Nothing if an owner is left.
async fn check_owned(tx: &mut Tx, caller: &Caller) -> Result<()> {
    let owners: i64 = sqlx::query_scalar(
        "select count(*) from members where workspace_id = $1 and role = 'owner'",
    )
    .bind(caller.workspace.to_string())
    .fetch_one(&mut **tx)
    .await
    .map_err(query)?;
    if owners > 0 { Ok(()) } else { Err(MemberRefusal::LastOwner.into()) }
}

fn check_outranks(caller: &Caller, roles: &[Role]) -> Result<()> {
    let all = roles.iter().all(|role| caller.role.may_give(*role));
    if all { Ok(()) } else { Err(MemberRefusal::Outranked.into()) }
}

async fn write(
    tx: &mut Tx,
    caller: &Caller,
    user: UserId,
    role: Role,
    grants: &Grants,
) -> Result<()> {
    sqlx::query(
        "update members set role = $1, limited = $2, grants = $3
         where workspace_id = $4 and user_id = $5",
    )
    .bind(role.as_str())
    .bind(i64::from(grants.limited))
    .bind(listed(grants))
    .bind(caller.workspace.to_string())
    .bind(user.to_string())
    .execute(&mut **tx)
    .await
    .map_err(query)?;
    Ok(())
}

fn keep(grants: &Grants, kept: impl Fn(Grant) -> bool) -> Vec<(EnvironmentId, Grant)> {
    grants.given.iter().copied().filter(|(_, grant)| kept(*grant)).collect()
}

/// Grants as the column holds them.
fn listed(grants: &Grants) -> String {
    let words = grants.given.iter().map(|(environment, grant)| format!(" {environment}:{grant}"));
    let mut text: String = words.collect();
    if !text.is_empty() {
        text.push(' ');
    }
    text
}

fn member(found: &AnyRow) -> Result<MemberInfo> {
    Ok(MemberInfo {
        user: row::text(found, "user_id")?,
        name: row::parsed(found, "name", PersonName::parse)?,
        email: row::parsed(found, "email", EmailAddress::parse)?,
        role: row::text(found, "role")?,
        grants: row::grants(found)?,
        since: row::int(found, "created_at")?,
    })
}

macro_rules! people {
    () => {
        "select m.user_id, u.name, u.email, m.role, m.limited, m.grants, m.created_at
         from members m join users u on u.id = m.user_id
         where m.workspace_id = $1 "
    };
}
use people;

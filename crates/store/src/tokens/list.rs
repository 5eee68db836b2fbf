//! Which tokens there are.

use super::bearer;
use crate::{
    Store,
    caller::{Caller, Credential},
    db::query,
    error::{Result, StoreError},
    row,
};
use model::{
    Action, At, Permission, PersonName, Role, Scope, SecretDetail, SecretSummary, TokenId,
    TokenInfo, TokenKind, TokenState, ValueKind,
};
use sqlx::{Row as _, any::AnyRow};

impl Store {
    /// Tokens, the newest first: all of the workspace for owners and admins, their own for everybody else.
    pub async fn list_tokens(&self, caller: &Caller) -> Result<Vec<TokenInfo>> {
        self.check_lists_tokens(caller).await?;
        let rows = sqlx::query(concat!(columns!(), " order by t.created_at desc, t.id limit 500"))
            .bind(caller.workspace.to_string())
            .bind(makers(caller))
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        rows.iter().map(|found| info(found, self.now())).collect()
    }

    /// The service tokens, of those that the caller sees, that get the values of a secret: they work, reach it, and whoever made them may
    /// read all of it.
    pub async fn list_tokens_reading(
        &self,
        caller: &Caller,
        secret: &SecretDetail,
    ) -> Result<Vec<TokenInfo>> {
        self.check_lists_tokens(caller).await?;
        let SecretSummary { id, name, environment, .. } = &secret.summary;
        let at = self.find_live(caller, *id).await?.place().at();
        let plain = secret.keys.iter().all(|key| key.kind == ValueKind::Plain);
        let action = if plain { Action::ReadPlainValues } else { Action::RevealValues };
        let rows = sqlx::query(concat!(
            columns!(),
            " and t.kind = 'service' and t.revoked_at is null and (t.expires_at = 0 or t.expires_at > $3)
             order by t.name, t.id"
        ))
        .bind(caller.workspace.to_string())
        .bind(makers(caller))
        .bind(self.now())
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let mut tokens = Vec::new();
        for found in &rows {
            let token = info(found, self.now())?;
            let reach = bearer::reach(found)?;
            let reaches = reach.covers_environment(*environment) && reach.covers_name(name);
            if token.state == TokenState::Active
                && token.scopes.contains(&Scope::Read)
                && reaches
                && maker_may(found, action, at)?
            {
                tokens.push(token);
            }
        }
        Ok(tokens)
    }

    /// One of them.
    pub async fn token(&self, caller: &Caller, id: &TokenId) -> Result<TokenInfo> {
        self.check_lists_tokens(caller).await?;
        let found = sqlx::query(concat!(columns!(), " and t.id = $3"))
            .bind(caller.workspace.to_string())
            .bind(makers(caller))
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        info(&found, self.now())
    }

    /// Seeing what tokens there are needs no password: only changing them does. People see their own whatever their role.
    async fn check_lists_tokens(&self, caller: &Caller) -> Result<()> {
        if !caller.is_program() {
            return Ok(());
        }
        match self.allow(caller, Action::ManageTokens).await {
            Err(StoreError::SudoNeeded) => Ok(()),
            answer => answer,
        }
    }
}

/// Whose tokens the caller sees: '' is everybody's.
pub(super) fn makers(caller: &Caller) -> String {
    let sees_all = matches!(caller.role, Role::Owner | Role::Admin)
        && match &caller.credential {
            // A token that reaches a part only sees what its own maker made.
            Credential::Service { reach, .. } => {
                reach.environments.is_empty() && reach.names.is_empty()
            }
            _ => true,
        };
    if sees_all { String::new() } else { caller.user.to_string() }
}

/// What a token may is never more than what whoever made it may now.
fn maker_may(found: &AnyRow, action: Action, at: At) -> Result<bool> {
    let role = row::parsed(found, "role", str::parse)?;
    let may = model::permission(role, &row::grants(found)?, action, Some(at));
    Ok(may != Permission::Refused)
}

fn info(found: &AnyRow, now: i64) -> Result<TokenInfo> {
    let optional = |column| -> Result<Option<i64>> { found.try_get(column).map_err(query) };
    let kind: String = row::text(found, "kind")?;
    let expires_at = Some(row::int(found, "expires_at")?).filter(|&at| at != 0);
    let max_uses = row::int(found, "max_uses")?;
    let left = (max_uses - row::int(found, "uses")?).max(0);
    let reach = bearer::reach(found)?;
    let addresses: String = row::text(found, "addresses")?;
    let from: String = row::text(found, "last_used_ip")?;
    Ok(TokenInfo {
        id: row::parsed(found, "id", TokenId::parse)?,
        kind: if kind == "cli" { TokenKind::Cli } else { TokenKind::Service },
        name: row::text(found, "name")?,
        scopes: bearer::scopes(found)?.into_iter().collect(),
        environments: reach.environments.into_iter().collect(),
        secrets: reach.names.into_iter().collect(),
        addresses: addresses.split_whitespace().map(str::to_owned).collect(),
        uses_left: (max_uses > 0).then(|| u32::try_from(left).unwrap_or(u32::MAX)),
        state: bearer::state(found, now)?,
        created_at: row::int(found, "created_at")?,
        created_by: row::parsed(found, "created_by", PersonName::parse)?,
        expires_at,
        last_used_at: optional("last_used_at")?,
        last_used_from: Some(from).filter(|from| !from.is_empty()),
        previous_until: Some(row::int(found, "previous_until")?).filter(|&until| until > now),
    })
}

macro_rules! columns {
    () => {
        "select t.id, t.kind, t.name, t.scopes, t.environments, t.names, t.addresses, t.created_at,
           t.expires_at, t.max_uses, t.uses, t.last_used_at, t.last_used_ip, t.previous_until, t.revoked_at,
           case when u.security_epoch = t.security_epoch then 1 else 0 end as same_epoch,
           u.name as created_by, case when t.orphaned_at is null then coalesce(m.role, '') else '' end as role,
           coalesce(m.limited, 0) as limited, coalesce(m.grants, '') as grants
         from tokens t
         join users u on u.id = t.created_by
         left join members m on m.workspace_id = t.workspace_id and m.user_id = t.created_by
         where t.workspace_id = $1 and ($2 = '' or t.created_by = $2)"
    };
}
use columns;

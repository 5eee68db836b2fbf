//! Giving a token another secret half, or ending it.

use super::{MadeToken, list::makers, rights::Rights};
use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{Result, StoreError},
};
use model::{
    Action, BearerToken, Field, Problems, Reason, Role, TOKEN_OVERLAP_HOURS, TokenId, TokenInfo,
    TokenKind, TokenState,
};
use serde_json::json;

impl Store {
    /// Gives a service token another secret half. The one of now works on for so many hours.
    pub async fn rotate_token(
        &self,
        caller: &Caller,
        id: &TokenId,
        overlap_hours: u32,
    ) -> Result<MadeToken> {
        self.allow(caller, Action::ManageTokens).await?;
        if overlap_hours > TOKEN_OVERLAP_HOURS {
            let reason = Reason::TooMany { limit: TOKEN_OVERLAP_HOURS, actual: overlap_hours };
            return Err(Problems::one(Field::OverlapHours, reason).into());
        }
        let before = self.token(caller, id).await?;
        if before.kind != TokenKind::Service || before.state == TokenState::Revoked {
            return Err(StoreError::NotFound);
        }
        self.check_outranks(caller, &before).await?;
        let new = Self::new_token(TokenKind::Service);
        // The public half stays: whoever knows the token by it finds it again.
        let token = BearerToken::with_id(TokenKind::Service, id.clone(), *new.dangerously_expose());
        let until = self.now() + i64::from(overlap_hours) * HOUR;
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "update tokens set previous_hash = secret_hash, previous_until = $1, secret_hash = $2
             where id = $3 and workspace_id = $4 and revoked_at is null",
        )
        .bind(until)
        .bind(self.token_hash(&token).to_vec())
        .bind(id.as_str())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let detail = json!({ "name": before.name, "overlap_hours": overlap_hours });
        audit::append(&mut tx, &self.clock, Event::by(caller, "token.rotate", id).with(detail))
            .await?;
        tx.commit().await.map_err(query)?;
        let info = self.token(caller, id).await?;
        Ok(MadeToken { token, info })
    }

    /// Ends a token: the next request with it is refused, whichever server gets it. Everybody may sign out a command line of
    /// their own.
    pub async fn revoke_token(&self, caller: &Caller, id: &TokenId) -> Result<TokenInfo> {
        let before = self.token(caller, id).await?;
        let signs_out = before.kind == TokenKind::Cli
            && !caller.is_program()
            && self.is_own(caller, id).await?;
        if !signs_out {
            self.allow(caller, Action::ManageTokens).await?;
        }
        self.end_token(caller, id, &before.name).await?;
        self.token(caller, id).await
    }

    /// Ends the command line's own token.
    pub async fn sign_out_command_line(&self, caller: &Caller) -> Result<()> {
        match caller.token() {
            Some(id) if !caller.is_program() => self.end_token(caller, id, "").await,
            _ => Err(StoreError::NotFound),
        }
    }

    async fn end_token(&self, caller: &Caller, id: &TokenId, name: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let ended = sqlx::query(
            "update tokens set revoked_at = $1, previous_until = 0
             where id = $2 and workspace_id = $3 and revoked_at is null
               and ($4 = '' or created_by = $4)",
        )
        .bind(self.now())
        .bind(id.as_str())
        .bind(caller.workspace.to_string())
        .bind(makers(caller))
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if ended.rows_affected() == 0 {
            // It has ended already: pressing twice is no mistake.
            return Ok(());
        }
        let event = Event::by(caller, "token.revoke", id).with(json!({ "name": name }));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// Makes the caller, an owner, the one whose rights bound a token whose maker left.
    pub async fn adopt_token(&self, caller: &Caller, id: &TokenId) -> Result<TokenInfo> {
        self.allow(caller, Action::MakeStrongTokens).await?;
        let before = self.token(caller, id).await?;
        if caller.role != Role::Owner || before.state != TokenState::Orphaned {
            return Err(StoreError::NotFound);
        }
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "update tokens set created_by = $1, orphaned_at = null
             where id = $2 and workspace_id = $3",
        )
        .bind(caller.user.to_string())
        .bind(id.as_str())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let detail = json!({ "name": before.name, "from": before.created_by.as_str() });
        audit::append(&mut tx, &self.clock, Event::by(caller, "token.adopt", id).with(detail))
            .await?;
        tx.commit().await.map_err(query)?;
        self.token(caller, id).await
    }

    /// Whoever rotates a token gets its text, and so its rights: they must have them already.
    async fn check_outranks(&self, caller: &Caller, token: &TokenInfo) -> Result<()> {
        Rights::from(token).check_within(caller)?;
        if token.scopes.contains(&model::Scope::Admin) || token.expires_at.is_none() {
            self.allow(caller, Action::MakeStrongTokens).await?;
        }
        if caller.role == Role::Owner || self.is_own(caller, &token.id).await? {
            Ok(())
        } else {
            Err(StoreError::Denied(Action::ManageTokens))
        }
    }

    async fn is_own(&self, caller: &Caller, id: &TokenId) -> Result<bool> {
        let maker: String = sqlx::query_scalar("select created_by from tokens where id = $1")
            .bind(id.as_str())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        Ok(maker == caller.user.to_string())
    }
}

const HOUR: i64 = 3_600_000;

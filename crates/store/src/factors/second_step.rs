//! Between the password and the second factor: bound to the browser by a cookie, for five minutes, and no session.

use super::{ANSWERED_WITHIN, browser, code::wrong_code, new_cookie};
use crate::{
    Store,
    audit::{Actor, Event},
    caller::Origin,
    db::{Tx, query},
    error::{Result, StoreError},
    row,
    sessions::{Means, NewSession, Proven},
};
use model::{SecretValue, UserId, WorkspaceId};
use serde_json::json;

/// A browser in which the password was right.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondStep {
    /// What its cookie holds.
    pub cookie: String,
    /// Whether the person has an app or recovery codes; a passkey otherwise.
    pub takes_code: bool,
    /// Whether the person has a passkey.
    pub takes_passkey: bool,
}

impl std::fmt::Debug for SecondStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondStep(…)")
    }
}

/// Whose second step it is.
pub(super) struct Waiting {
    pub(super) person: Proven,
    workspace: WorkspaceId,
}

impl Store {
    pub(crate) async fn begin_second_step(
        &self,
        person: Proven,
        workspace: WorkspaceId,
    ) -> Result<SecondStep> {
        let cookie = new_cookie();
        let now = self.now();
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from second_steps where expires_at <= $1")
            .bind(now)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        sqlx::query(
            "insert into second_steps (holder, user_id, workspace_id, security_epoch, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(browser(&cookie))
        .bind(person.user.to_string())
        .bind(workspace.to_string())
        .bind(person.security_epoch)
        .bind(now + ANSWERED_WITHIN)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        self.described(person.user, cookie).await
    }

    /// What the browser with this cookie may go on with; nothing if it took too long, or has no right password behind it.
    pub async fn second_step(&self, cookie: &str) -> Result<Option<SecondStep>> {
        let Some(waiting) = self.waiting(cookie).await? else { return Ok(None) };
        self.described(waiting.person.user, cookie.to_owned()).await.map(Some)
    }

    /// Signs in whoever waits in this browser, with a code of their app or a recovery code.
    pub async fn sign_in_with_code(
        &self,
        cookie: &str,
        code: &SecretValue,
        origin: &Origin,
    ) -> Result<NewSession> {
        let waiting = self.waiting(cookie).await?.ok_or(StoreError::SignInFailed)?;
        let Some(with) = self.check_code(waiting.person.user, code).await? else {
            self.count_failure(&format!("address:{}", origin.ip)).await?;
            self.refuse_second_step(waiting.person.user, origin).await?;
            return Err(wrong_code());
        };
        let mut tx = self.db.begin().await?;
        end_second_step(&mut tx, cookie).await?;
        tx.commit().await.map_err(query)?;
        Ok(NewSession::sign_in(waiting.person, waiting.workspace, with))
    }

    pub(super) async fn refuse_second_step(&self, user: UserId, origin: &Origin) -> Result<()> {
        let event = Event::of_instance(self.instance(), "session.refused", Actor::Anonymous, user);
        let detail = json!({ "step": "second factor" });
        self.reads.record(event.from(origin).with(detail).denied()).await
    }

    /// Whoever waits in the browser with this cookie. Someone whose password or factors changed meanwhile begins again.
    pub(super) async fn waiting(&self, cookie: &str) -> Result<Option<Waiting>> {
        let found = sqlx::query(
            "select s.user_id, s.workspace_id, s.security_epoch from second_steps s
             join users u on u.id = s.user_id and u.security_epoch = s.security_epoch
             where s.holder = $1 and s.expires_at > $2",
        )
        .bind(browser(cookie))
        .bind(self.now())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let Some(found) = found else { return Ok(None) };
        let (user, security_epoch) =
            (row::text(&found, "user_id")?, row::int(&found, "security_epoch")?);
        Ok(Some(Waiting {
            person: Proven { user, security_epoch },
            workspace: row::text(&found, "workspace_id")?,
        }))
    }

    async fn described(&self, user: UserId, cookie: String) -> Result<SecondStep> {
        let takes_code =
            self.totp_info(user).await?.is_some() || self.recovery_codes_left(user).await? > 0;
        let takes_passkey = !self.passkeys_of(user).await?.is_empty();
        Ok(SecondStep { cookie, takes_code, takes_passkey })
    }
}

impl Waiting {
    /// The session of a waiting person who showed a passkey.
    pub(super) const fn with_passkey(&self) -> NewSession {
        NewSession::sign_in(self.person, self.workspace, Means::PasswordAndPasskey)
    }
}

/// Ends the second step of this browser: of two answers at once, one signs in.
pub(super) async fn end_second_step(tx: &mut Tx, cookie: &str) -> Result<()> {
    let ended = sqlx::query("delete from second_steps where holder = $1")
        .bind(browser(cookie))
        .execute(&mut **tx)
        .await
        .map_err(query)?;
    if ended.rows_affected() == 0 { Err(StoreError::SignInFailed) } else { Ok(()) }
}

//! Codes that a person types: of their app, or a recovery code.

use crate::{
    Store,
    audit::Event,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    sessions::Means,
};
use model::{Field, Problems, Reason, SecretValue, UserId};

impl Store {
    /// What the code is that this person typed; nothing if it is wrong, used, or one too many. Of all that are tried within five
    /// minutes, in however many requests at once, five are looked at.
    pub(super) async fn check_code(
        &self,
        user: UserId,
        code: &SecretValue,
    ) -> Result<Option<Means>> {
        let tries = format!("factor:{user}");
        if self.take_try(&tries).await? > TRIES {
            return Ok(None);
        }
        let text = code.dangerously_expose();
        let means = if is_app_code(text) {
            self.take_totp(user, text).await?.then_some(Means::PasswordAndCode)
        } else {
            self.take_recovery_code(user, text).await?.then_some(Means::PasswordAndRecoveryCode)
        };
        if means.is_some() {
            self.forget_failures(&tries).await?;
        }
        Ok(means)
    }

    /// The same for whoever confirms something; a wrong one is audited, and told at its field.
    pub(crate) async fn confirming_code(
        &self,
        caller: &Caller,
        code: &SecretValue,
    ) -> Result<Means> {
        if let Some(means) = self.check_code(caller.user, code).await? {
            return Ok(means);
        }
        let event = Event::by(caller, "session.sudo-refused", caller.session()?);
        let detail = serde_json::json!({ "step": "second factor" });
        self.reads.record(event.with(detail).denied()).await?;
        Err(wrong_code())
    }

    /// Counts a try before it is looked at, and tells how many there were in the last minutes.
    async fn take_try(&self, subject: &str) -> Result<i64> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let tries: i64 = sqlx::query_scalar(
            "insert into sign_in_failures (subject, failures, since) values ($1, 1, $2)
             on conflict (subject) do update set
               failures = case when sign_in_failures.since > $3 then sign_in_failures.failures + 1 else 1 end,
               since = case when sign_in_failures.since > $3 then sign_in_failures.since else $2 end
             returning failures",
        )
        .bind(self.subject(subject))
        .bind(now)
        .bind(now - WINDOW)
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(tries)
    }
}

/// The code is not right, was used, or is one too many: which of them is not told.
pub(super) fn wrong_code() -> StoreError {
    Problems::one(Field::SecondFactor, Reason::Wrong).into()
}

/// Six digits as they stand on a keyboard, and nothing around them: another spelling of a code would be taken once more.
fn is_app_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

const WINDOW: i64 = 5 * 60_000;
const TRIES: i64 = 5;

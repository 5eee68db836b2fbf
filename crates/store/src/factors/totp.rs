//! Codes that an app makes from a key and the time (RFC 6238): SHA-1, six digits, 30 seconds, as every app does it.

use super::{ChangedFactors, code::wrong_code};
use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{FactorRefusal, Result, StoreError},
    keyring::Purpose,
    random, row,
    seal::{self, Context},
};
use data_encoding::BASE32_NOPAD;
use model::{SecretValue, UserId};
use serde_json::Value;
use sqlx::Row as _;
use totp_rs::{Builder, Totp};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

/// A person's app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotpInfo {
    /// When its first code was given, in unix milliseconds.
    pub created_at: i64,
    /// When one was last taken.
    pub last_used_at: Option<i64>,
}

/// A key that waits for its first code.
#[derive(Clone)]
pub struct PendingTotp {
    /// The key, in letters to type.
    pub key: String,
    /// The same as an address that apps read from a picture.
    pub uri: String,
}

impl std::fmt::Debug for PendingTotp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingTotp(…)")
    }
}

impl Store {
    /// Makes a key for the caller's app. It counts once a first code confirmed it; the key of before counts until then.
    pub async fn start_totp(&self, caller: &Caller) -> Result<()> {
        self.check_changes_factors(caller)?;
        let key = Zeroizing::new(random::bytes::<KEY_BYTES>());
        let sealed = seal::seal(
            self.keyring.service(Purpose::SecondFactor),
            1,
            &self.totp_context(caller.user),
            key.as_slice(),
        );
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "insert into totp (user_id, pending, pending_at) values ($1, $2, $3)
             on conflict (user_id) do update set pending = $2, pending_at = $3",
        )
        .bind(caller.user.to_string())
        .bind(sealed)
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)
    }

    /// Confirms the key with a first code of the app.
    pub async fn confirm_totp(
        &self,
        caller: &Caller,
        code: &SecretValue,
    ) -> Result<ChangedFactors> {
        self.check_changes_factors(caller)?;
        let pending = self.pending_key(caller.user).await?.ok_or(FactorRefusal::NotBegun)?;
        let key = self.open_totp(caller.user, &pending)?;
        let step = self.step_of(&key, code.dangerously_expose()).ok_or_else(wrong_code)?;
        let mut tx = self.db.begin().await?;
        let confirmed = sqlx::query(
            "update totp set sealed = pending, pending = null, last_step = $1, created_at = $2,
               last_used_at = null
             where user_id = $3 and pending = $4",
        )
        .bind(step)
        .bind(self.now())
        .bind(caller.user.to_string())
        .bind(pending)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if confirmed.rows_affected() == 0 {
            return Err(FactorRefusal::NotBegun.into());
        }
        self.factors_changed(tx, caller, "factor.totp-add", Value::Null).await
    }

    /// Takes the caller's app away.
    pub async fn remove_totp(&self, caller: &Caller) -> Result<ChangedFactors> {
        self.check_changes_factors(caller)?;
        let mut tx = self.db.begin().await?;
        let removed = sqlx::query("delete from totp where user_id = $1 and sealed is not null")
            .bind(caller.user.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        if removed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        self.factors_changed(tx, caller, "factor.totp-remove", Value::Null).await
    }

    /// Whether the person's app makes this code now, or made it in the step before, or will in the next; and none of that step
    /// or a later one was taken.
    pub(super) async fn take_totp(&self, user: UserId, code: &str) -> Result<bool> {
        let found =
            sqlx::query("select sealed from totp where user_id = $1 and sealed is not null")
                .bind(user.to_string())
                .fetch_optional(self.db.read())
                .await
                .map_err(query)?;
        let Some(found) = found else { return Ok(false) };
        let key = self.open_totp(user, &row::bytes(&found, "sealed")?)?;
        let Some(step) = self.step_of(&key, code) else { return Ok(false) };
        let mut tx = self.db.begin().await?;
        let taken = sqlx::query(
            "update totp set last_step = $1, last_used_at = $2
             where user_id = $3 and sealed is not null and last_step < $1",
        )
        .bind(step)
        .bind(self.now())
        .bind(user.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(taken.rows_affected() == 1)
    }

    pub(super) async fn totp_info(&self, user: UserId) -> Result<Option<TotpInfo>> {
        let found = sqlx::query(
            "select created_at, last_used_at from totp where user_id = $1 and sealed is not null",
        )
        .bind(user.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let Some(found) = found else { return Ok(None) };
        Ok(Some(TotpInfo {
            created_at: row::int(&found, "created_at")?,
            last_used_at: found.try_get("last_used_at").map_err(query)?,
        }))
    }

    /// The key that waits for its first code, as the person's app takes it.
    pub(super) async fn pending_totp(&self, caller: &Caller) -> Result<Option<PendingTotp>> {
        let Some(pending) = self.pending_key(caller.user).await? else { return Ok(None) };
        let key = BASE32_NOPAD.encode(&self.open_totp(caller.user, &pending)?);
        let account: String = byte_serialize(caller.email.as_str().as_bytes()).collect();
        let uri = format!("otpauth://totp/Keyloft:{account}?secret={key}&issuer=Keyloft");
        Ok(Some(PendingTotp { key, uri }))
    }

    async fn pending_key(&self, user: UserId) -> Result<Option<Vec<u8>>> {
        let found = sqlx::query(
            "select pending from totp where user_id = $1 and pending is not null and pending_at > $2",
        )
        .bind(user.to_string())
        .bind(self.now() - CONFIRMED_WITHIN)
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        found.map(|found| row::bytes(&found, "pending")).transpose()
    }

    fn open_totp(&self, user: UserId, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let key = self.keyring.service(Purpose::SecondFactor);
        seal::open(key, &self.totp_context(user), sealed)
            .map_err(|_| StoreError::Integrity { record: format!("app key of {user}") })
    }

    fn totp_context(&self, user: UserId) -> Context {
        Context::TotpKey { instance: self.instance(), user }
    }

    /// The time step that the code belongs to; nothing if it belongs to none around now.
    fn step_of(&self, key: &[u8], code: &str) -> Option<i64> {
        let seconds = u64::try_from(self.now() / 1000).expect("the clock is past 1970");
        let step = totp(key).check(code, seconds)?;
        i64::try_from(step).ok()
    }
}

fn totp(key: &[u8]) -> Totp {
    Builder::new()
        .with_secret(key.to_vec())
        .with_skew(1)
        .with_step_duration(30)
        .build()
        .expect("six digits, 30 seconds and 20 bytes are what the RFC recommends")
}

/// As long as the hash, which RFC 4226 recommends.
const KEY_BYTES: usize = 20;
const CONFIRMED_WITHIN: i64 = 15 * 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let totp = totp(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp.check(code, seconds), Some(seconds / 30), "{seconds}");
        }
    }
}

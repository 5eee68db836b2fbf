//! Recovery codes: ten that work once each, for whoever lost their app or passkey.

use super::{ChangedFactors, forget_recovery_codes};
use crate::{
    Store,
    caller::Caller,
    db::{Tx, query},
    error::{FactorRefusal, Result},
    keyring::Purpose,
    random,
};
use model::{RECOVERY_CODES, SecretValue, UserId};
use serde_json::Value;

impl Store {
    /// Other recovery codes for the caller; those of before work no more.
    pub async fn renew_recovery_codes(&self, caller: &Caller) -> Result<ChangedFactors> {
        self.check_changes_factors(caller)?;
        if !caller.has_factor {
            return Err(FactorRefusal::Without.into());
        }
        let mut tx = self.db.begin().await?;
        let codes = self.make_recovery_codes(&mut tx, caller.user).await?;
        sqlx::query("update users set security_epoch = security_epoch + 1 where id = $1")
            .bind(caller.user.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        self.end_with(tx, caller, "factor.recovery-codes", Value::Null, codes).await
    }

    /// Makes ten codes, in the place of those there are.
    pub(super) async fn make_recovery_codes(
        &self,
        tx: &mut Tx,
        user: UserId,
    ) -> Result<Vec<SecretValue>> {
        let now = self.now();
        forget_recovery_codes(tx, &user.to_string()).await?;
        let mut codes = Vec::with_capacity(RECOVERY_CODES);
        for _ in 0..RECOVERY_CODES {
            let code = random::code();
            sqlx::query(
                "insert into recovery_codes (user_id, code_hash, created_at) values ($1, $2, $3)",
            )
            .bind(user.to_string())
            .bind(self.recovery_hash(user, &code))
            .bind(now)
            .execute(&mut **tx)
            .await
            .map_err(query)?;
            codes.push(SecretValue::new(code));
        }
        Ok(codes)
    }

    /// Whether this is one of the person's codes that was not used; it is used now.
    pub(super) async fn take_recovery_code(&self, user: UserId, typed: &str) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let taken = sqlx::query(
            "update recovery_codes set used_at = $1
             where user_id = $2 and code_hash = $3 and used_at is null",
        )
        .bind(self.now())
        .bind(user.to_string())
        .bind(self.recovery_hash(user, typed))
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(taken.rows_affected() == 1)
    }

    /// How many of the person's codes were not used.
    pub(super) async fn recovery_codes_left(&self, user: UserId) -> Result<u32> {
        let left: i64 = sqlx::query_scalar(
            "select count(*) from recovery_codes where user_id = $1 and used_at is null",
        )
        .bind(user.to_string())
        .fetch_one(self.db.read())
        .await
        .map_err(query)?;
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// The hash of a code, however it was typed. It is looked up, so that no comparison takes longer the more of it is right.
    fn recovery_hash(&self, user: UserId, typed: &str) -> Vec<u8> {
        let code = random::code_hash(typed);
        let texts = [user.as_bytes().as_slice(), code.as_slice()];
        self.keyring.keyed_hash_of(Purpose::RecoveryPepper, texts).to_vec()
    }
}

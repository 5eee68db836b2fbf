//! Second factors: codes that an app makes from a key (RFC 6238), recovery codes for whoever lost the app, and passkeys.
//!
//! They are a person's, in every workspace. Every change takes sudo, ends all that the person is signed in with, command lines too, and
//! is answered with the session that goes on.

mod code;
mod passkeys;
mod recovery;
mod relying_party;
mod rule;
mod second_step;
mod totp;

pub use passkeys::{PasskeyInfo, PasskeySignIn};
pub use relying_party::RelyingParty;
pub use rule::FactorRule;
pub use second_step::SecondStep;
pub use totp::{PendingTotp, TotpInfo};

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::{Tx, query},
    error::{FactorRefusal, Result, StoreError},
    random, row,
    sessions::{self, Begins, NewSession, Proven},
};
use data_encoding::HEXLOWER;
use model::SecretValue;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A person's second factors, as their page shows them.
#[derive(Clone, Debug, Default)]
pub struct Factors {
    /// Their app, once a first code confirmed it.
    pub totp: Option<TotpInfo>,
    /// The key that waits for its first code; shown to whoever gave their password in the last minutes.
    pub pending: Option<PendingTotp>,
    /// Their passkeys, the first one first.
    pub passkeys: Vec<PasskeyInfo>,
    /// How many of their recovery codes were not used.
    pub recovery_left: u32,
}

impl Factors {
    /// Whether there is one at least.
    pub const fn any(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }
}

/// What a change of factors is answered with.
#[derive(Debug)]
pub struct ChangedFactors {
    /// Opens the session that goes on: all others ended.
    pub session: NewSession,
    /// New recovery codes, shown this once; none if those of before go on.
    pub recovery_codes: Vec<SecretValue>,
}

impl Store {
    /// The caller's second factors.
    pub async fn factors(&self, caller: &Caller) -> Result<Factors> {
        caller.session()?;
        let shows_pending = caller.has_sudo(self.now());
        Ok(Factors {
            totp: self.totp_info(caller.user).await?,
            pending: if shows_pending { self.pending_totp(caller).await? } else { None },
            passkeys: self.passkeys_of(caller.user).await?,
            recovery_left: self.recovery_codes_left(caller.user).await?,
        })
    }

    /// Nothing if the caller, in a browser, gave their password in the last minutes.
    fn check_changes_factors(&self, caller: &Caller) -> Result<()> {
        caller.session()?;
        if caller.has_sudo(self.now()) { Ok(()) } else { Err(StoreError::SudoNeeded) }
    }

    /// Ends a change of factors: counts them anew, makes recovery codes for the first and forgets them with the last, ends all that
    /// the person is signed in with, and audits.
    async fn factors_changed(
        &self,
        mut tx: Tx,
        caller: &Caller,
        action: &'static str,
        detail: Value,
    ) -> Result<ChangedFactors> {
        let user = caller.user.to_string();
        let left: i64 = sqlx::query_scalar(
            "update users set security_epoch = security_epoch + 1, factors =
               (select count(*) from totp t where t.user_id = users.id and t.sealed is not null) +
               (select count(*) from passkeys p where p.user_id = users.id)
             where id = $1 returning factors",
        )
        .bind(&user)
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        if left == 0 && caller.factor_required {
            return Err(FactorRefusal::LastOne.into());
        }
        let recovery_codes = match (caller.has_factor, left) {
            (false, 1..) => self.make_recovery_codes(&mut tx, caller.user).await?,
            (_, 0) => {
                forget_recovery_codes(&mut tx, &user).await?;
                Vec::new()
            }
            _ => Vec::new(),
        };
        self.end_with(tx, caller, action, detail, recovery_codes).await
    }

    /// Ends all that the person is signed in with, and audits why. The session that asked goes on, for as long as it would have.
    async fn end_with(
        &self,
        mut tx: Tx,
        caller: &Caller,
        action: &'static str,
        detail: Value,
        recovery_codes: Vec<SecretValue>,
    ) -> Result<ChangedFactors> {
        let before = sqlx::query(
            "select s.created_at, s.ends_at, s.sudo_until, u.security_epoch
             from sessions s join users u on u.id = s.user_id
             where s.public_key = $1 and s.user_id = $2",
        )
        .bind(caller.session()?.to_string())
        .bind(caller.user.to_string())
        .fetch_optional(&mut *tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::SignInFailed)?;
        let session = NewSession {
            person: Proven {
                user: caller.user,
                security_epoch: row::int(&before, "security_epoch")?,
            },
            workspace: caller.workspace,
            begins: Begins::Continued {
                created_at: row::int(&before, "created_at")?,
                ends_at: row::int(&before, "ends_at")?,
                sudo_until: row::int(&before, "sudo_until")?,
            },
        };
        sessions::end_all(&mut tx, &caller.user.to_string()).await?;
        let event = Event::by(caller, action, caller.user).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(ChangedFactors { session, recovery_codes })
    }

    /// Takes all second factors from a person who lost them, and ends their sessions. For whoever runs commands on the server's
    /// machine; the password stays. Answers how many there were.
    pub async fn remove_factors(&self, email: &str) -> Result<u32> {
        let found = sqlx::query("select id, factors from users where email_folded = $1")
            .bind(crate::sign_in::folded(email))
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        let user: model::UserId = row::text(&found, "id")?;
        let removed = row::count(&found, "factors")?;
        let id = user.to_string();
        let mut tx = self.db.begin().await?;
        for statement in [
            "delete from totp where user_id = $1",
            "delete from passkeys where user_id = $1",
            "delete from second_steps where user_id = $1",
            "update users set factors = 0, security_epoch = security_epoch + 1 where id = $1",
        ] {
            sqlx::query(statement).bind(&id).execute(&mut *tx).await.map_err(query)?;
        }
        forget_recovery_codes(&mut tx, &id).await?;
        sessions::end_all(&mut tx, &id).await?;
        let actor = audit::Actor::Operator;
        let event = Event::of_instance(self.instance(), "factor.remove-all", actor, user);
        let event = event.with(serde_json::json!({ "removed": removed }));
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(removed)
    }
}

async fn forget_recovery_codes(tx: &mut Tx, user: &str) -> Result<()> {
    sqlx::query("delete from recovery_codes where user_id = $1")
        .bind(user)
        .execute(&mut **tx)
        .await
        .map_err(query)?;
    Ok(())
}

/// The name that the database has for a browser whose cookie holds this text.
fn browser(cookie: &str) -> String {
    format!("browser:{}", HEXLOWER.encode(&Sha256::digest(cookie)))
}

/// A cookie's text that nobody can guess.
fn new_cookie() -> String {
    HEXLOWER.encode(&random::bytes::<32>())
}

/// How long a browser has for the second step, and for an answer of a passkey.
const ANSWERED_WITHIN: i64 = 5 * 60_000;

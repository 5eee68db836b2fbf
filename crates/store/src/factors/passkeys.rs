//! Passkeys (WebAuthn): kept by the person's device, bound to this server's name, and never without asking the person.

use super::{
    ANSWERED_WITHIN, ChangedFactors, RelyingParty, browser, new_cookie,
    second_step::end_second_step,
};
use crate::{
    Store,
    audit::{Actor, Event},
    caller::{Caller, Origin},
    db::query,
    error::{FactorRefusal, Result, StoreError},
    keyring::Purpose,
    random, row,
    seal::{self, Context},
    sessions::{Means, NewSession, Proven},
};
use model::{Field, PASSKEYS, PasskeyId, PersonName, Problems, Reason, UserId};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use zeroize::Zeroizing;

/// A passkey, as its person's page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyInfo {
    /// Which one.
    pub id: PasskeyId,
    /// What its person calls it.
    pub name: String,
    /// Since when, in unix milliseconds.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
}

/// A browser that may sign in with a passkey.
#[derive(Debug)]
pub struct PasskeySignIn {
    /// What its cookie holds.
    pub cookie: String,
    /// What the browser's `navigator.credentials.get` takes, as JSON.
    pub options: String,
}

impl Store {
    /// Begins to add a passkey for the caller: what `navigator.credentials.create` takes, as JSON.
    pub async fn start_passkey(&self, caller: &Caller, party: &RelyingParty) -> Result<String> {
        self.check_changes_factors(caller)?;
        let known = self.passkey_rows(caller.user).await?;
        if known.len() >= PASSKEYS {
            return Err(FactorRefusal::TooManyPasskeys.into());
        }
        let known =
            known.iter().map(|found| row::bytes(found, "credential_id")).collect::<Result<_>>()?;
        let (options, state) = party
            .0
            .start_passkey_registration(
                Uuid::from_bytes(*caller.user.as_bytes()),
                caller.email.as_str(),
                caller.name.as_str(),
                Some(known),
            )
            .map_err(unexpected)?;
        self.keep_challenge(&session(caller)?, Asked::Add, &state).await?;
        let mut options = serde_json::to_value(&options.public_key)
            .map_err(|error| StoreError::Internal(error.to_string()))?;
        // Kept on the device under the person's name, so that it signs in without a name or password typed.
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        options["authenticatorSelection"]["residentKey"] = "required".into();
        Ok(options.to_string())
    }

    /// Adds the passkey that the browser made.
    pub async fn add_passkey(
        &self,
        caller: &Caller,
        party: &RelyingParty,
        credential: &str,
        name: &str,
    ) -> Result<ChangedFactors> {
        self.check_changes_factors(caller)?;
        let name = PersonName::parse(name)
            .map_err(|fault| Problems::one(Field::PasskeyName, Reason::Name(fault)))?;
        let state: PasskeyRegistration = self
            .take_challenge(&session(caller)?, Asked::Add)
            .await?
            .ok_or(FactorRefusal::Passkey)?;
        let credential: RegisterPublicKeyCredential =
            serde_json::from_str(credential).map_err(|_| FactorRefusal::Passkey)?;
        let passkey = party
            .0
            .finish_passkey_registration(&credential, &state)
            .map_err(|_| FactorRefusal::Passkey)?;
        let now = self.now();
        let id = PasskeyId::from_uuid(random::uuid(now));
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "insert into passkeys (id, user_id, credential_id, name, sealed, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_string())
        .bind(caller.user.to_string())
        .bind(passkey.cred_id().clone())
        .bind(name.as_str())
        .bind(self.sealed(caller.user, id, &passkey))
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => FactorRefusal::Passkey.into(),
            _ => query(error),
        })?;
        let detail = json!({ "passkey": id.to_string(), "name": name.as_str() });
        self.factors_changed(tx, caller, "factor.passkey-add", detail).await
    }

    /// Takes one of the caller's passkeys away.
    pub async fn remove_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<ChangedFactors> {
        self.check_changes_factors(caller)?;
        let mut tx = self.db.begin().await?;
        let name: String = sqlx::query_scalar(
            "delete from passkeys where id = $1 and user_id = $2 returning name",
        )
        .bind(id.to_string())
        .bind(caller.user.to_string())
        .fetch_optional(&mut *tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let detail = json!({ "passkey": id.to_string(), "name": name });
        self.factors_changed(tx, caller, "factor.passkey-remove", detail).await
    }

    /// Begins to confirm something with a passkey: what `navigator.credentials.get` takes, as JSON.
    pub async fn start_confirming(&self, caller: &Caller, party: &RelyingParty) -> Result<String> {
        self.ask_for_passkey(party, &session(caller)?, Asked::Confirm).await
    }

    /// Confirms with a passkey of the caller's, in the place of password and code.
    pub async fn confirm_with_passkey(
        &self,
        caller: &Caller,
        party: &RelyingParty,
        credential: &str,
    ) -> Result<NewSession> {
        let found =
            self.check_passkey(party, &session(caller)?, Asked::Confirm, credential).await?;
        let Some(person) = found.filter(|person| person.user == caller.user) else {
            let event = Event::by(caller, "session.sudo-refused", caller.session()?);
            self.reads.record(event.with(json!({ "step": "passkey" })).denied()).await?;
            return Err(FactorRefusal::Passkey.into());
        };
        NewSession::confirmed(caller, person, Means::Passkey)
    }

    /// Begins to sign in with a passkey, in the browser with this cookie or in one that gets its first.
    pub async fn start_passkey_sign_in(
        &self,
        party: &RelyingParty,
        cookie: Option<&str>,
    ) -> Result<PasskeySignIn> {
        let cookie = cookie.map_or_else(new_cookie, str::to_owned);
        let options = self.ask_for_passkey(party, &browser(&cookie), Asked::SignIn).await?;
        Ok(PasskeySignIn { cookie, options })
    }

    /// Signs in whoever's passkey it is. If a password was right in this browser before, it is that person's.
    pub async fn sign_in_with_passkey(
        &self,
        party: &RelyingParty,
        cookie: &str,
        credential: &str,
        origin: &Origin,
    ) -> Result<NewSession> {
        let shown = self.check_passkey(party, &browser(cookie), Asked::SignIn, credential).await?;
        let waiting = self.waiting(cookie).await?;
        let fits = |person: &Proven| {
            waiting.as_ref().is_none_or(|waiting| waiting.person.user == person.user)
        };
        let Some(person) = shown.filter(fits) else {
            let event =
                Event::of_instance(self.instance(), "session.refused", Actor::Anonymous, "");
            let detail = json!({ "step": "passkey" });
            self.reads.record(event.from(origin).with(detail).denied()).await?;
            return Err(FactorRefusal::Passkey.into());
        };
        if let Some(waiting) = waiting {
            let mut tx = self.db.begin().await?;
            end_second_step(&mut tx, cookie).await?;
            tx.commit().await.map_err(query)?;
            return Ok(waiting.with_passkey());
        }
        let home = self.home(person.user).await?;
        Ok(NewSession::sign_in(person, home.workspace, Means::Passkey))
    }

    pub(super) async fn passkeys_of(&self, user: UserId) -> Result<Vec<PasskeyInfo>> {
        let rows = self.passkey_rows(user).await?;
        rows.iter()
            .map(|found| {
                Ok(PasskeyInfo {
                    id: row::text(found, "id")?,
                    name: row::text(found, "name")?,
                    created_at: row::int(found, "created_at")?,
                    last_used_at: found.try_get("last_used_at").map_err(query)?,
                })
            })
            .collect()
    }

    async fn passkey_rows(&self, user: UserId) -> Result<Vec<AnyRow>> {
        sqlx::query(
            "select id, credential_id, name, created_at, last_used_at from passkeys
             where user_id = $1 order by created_at, id",
        )
        .bind(user.to_string())
        .fetch_all(self.db.read())
        .await
        .map_err(query)
    }

    async fn ask_for_passkey(
        &self,
        party: &RelyingParty,
        holder: &str,
        asked: Asked,
    ) -> Result<String> {
        let (options, state) = party.0.start_discoverable_authentication().map_err(unexpected)?;
        self.keep_challenge(holder, asked, &state).await?;
        written(&options.public_key)
    }

    /// Whose passkey answered what this browser was asked; nobody's if the answer is not right. What was asked is forgotten
    /// either way.
    async fn check_passkey(
        &self,
        party: &RelyingParty,
        holder: &str,
        asked: Asked,
        credential: &str,
    ) -> Result<Option<Proven>> {
        let state: Option<DiscoverableAuthentication> = self.take_challenge(holder, asked).await?;
        let Some(state) = state else { return Ok(None) };
        let Ok(credential) = serde_json::from_str::<PublicKeyCredential>(credential) else {
            return Ok(None);
        };
        let Ok((user, credential_id)) = party.0.identify_discoverable_authentication(&credential)
        else {
            return Ok(None);
        };
        let user = UserId::from_uuid(user);
        let found = sqlx::query(
            "select p.id, p.sealed, u.security_epoch
             from passkeys p join users u on u.id = p.user_id
             where p.credential_id = $1 and p.user_id = $2",
        )
        .bind(credential_id.to_vec())
        .bind(user.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let Some(found) = found else { return Ok(None) };
        let id: PasskeyId = row::text(&found, "id")?;
        let mut passkey = self.opened_passkey(user, id, &row::bytes(&found, "sealed")?)?;
        let answered = match party.0.finish_discoverable_authentication_v2(
            &credential,
            state,
            webauthn_rs::prelude::DiscoverableKey::from(&passkey),
        ) {
            Ok(answered) if answered.user_verified() => answered,
            // The device's counter went back: there may be a copy of it.
            Err(WebauthnError::CredentialPossibleCompromise) => {
                let event =
                    Event::of_instance(self.instance(), "passkey.copied", Actor::Anonymous, id);
                self.reads.record(event.denied()).await?;
                return Ok(None);
            }
            _ => return Ok(None),
        };
        passkey.update_credential(&answered);
        let mut tx = self.db.begin().await?;
        let kept = sqlx::query("update passkeys set sealed = $1, last_used_at = $2 where id = $3")
            .bind(self.sealed(user, id, &passkey))
            .bind(self.now())
            .bind(id.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        tx.commit().await.map_err(query)?;
        // It may have been removed meanwhile.
        let security_epoch = row::int(&found, "security_epoch")?;
        Ok((kept.rows_affected() == 1).then_some(Proven { user, security_epoch }))
    }

    /// Keeps what a browser is asked, in the place of what it was asked before.
    async fn keep_challenge(
        &self,
        holder: &str,
        asked: Asked,
        state: &impl Serialize,
    ) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from passkey_challenges where expires_at <= $1")
            .bind(now)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        sqlx::query(
            "insert into passkey_challenges (holder, purpose, state, expires_at)
             values ($1, $2, $3, $4)
             on conflict (holder, purpose) do update set state = $3, expires_at = $4",
        )
        .bind(holder)
        .bind(asked.as_str())
        .bind(written(state)?)
        .bind(now + ANSWERED_WITHIN)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)
    }

    /// What a browser was asked, for one answer.
    async fn take_challenge<T: DeserializeOwned>(
        &self,
        holder: &str,
        asked: Asked,
    ) -> Result<Option<T>> {
        let mut tx = self.db.begin().await?;
        let state: Option<String> = sqlx::query_scalar(
            "delete from passkey_challenges where holder = $1 and purpose = $2 and expires_at > $3
             returning state",
        )
        .bind(holder)
        .bind(asked.as_str())
        .bind(self.now())
        .fetch_optional(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        let integrity = |_| StoreError::Integrity { record: "passkey challenge".into() };
        state.map(|state| serde_json::from_str(&state).map_err(integrity)).transpose()
    }

    fn sealed(&self, user: UserId, id: PasskeyId, passkey: &Passkey) -> Vec<u8> {
        let key = self.keyring.service(Purpose::SecondFactor);
        let plaintext = serde_json::to_vec(passkey).expect("a passkey is text and numbers");
        seal::seal(key, 1, &self.passkey_context(user, id), &Zeroizing::new(plaintext))
    }

    fn opened_passkey(&self, user: UserId, id: PasskeyId, sealed: &[u8]) -> Result<Passkey> {
        let key = self.keyring.service(Purpose::SecondFactor);
        let integrity = || StoreError::Integrity { record: id.to_string() };
        let plaintext =
            seal::open(key, &self.passkey_context(user, id), sealed).map_err(|_| integrity())?;
        serde_json::from_slice(&plaintext).map_err(|_| integrity())
    }

    fn passkey_context(&self, user: UserId, passkey: PasskeyId) -> Context {
        Context::Passkey { instance: self.instance(), user, passkey }
    }
}

/// What a browser was asked for.
#[derive(Clone, Copy)]
enum Asked {
    Add,
    Confirm,
    SignIn,
}

impl Asked {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Confirm => "confirm",
            Self::SignIn => "sign-in",
        }
    }
}

fn session(caller: &Caller) -> Result<String> {
    caller.session().map(|key| format!("session:{key}"))
}

fn written(options: &impl Serialize) -> Result<String> {
    serde_json::to_string(options).map_err(|error| StoreError::Internal(error.to_string()))
}

fn unexpected(error: WebauthnError) -> StoreError {
    StoreError::Internal(error.to_string())
}

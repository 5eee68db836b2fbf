//! Which key opens what.
//!
//! ```text
//! root key (outside the database)
//!   └ wraps the instance master key
//!       ├ wraps each workspace's data keys, which seal its records
//!       └ wraps the service keys: random, so that none changes when the master key does
//! ```

use crate::{
    clock::Clock,
    db::{Database, Tx, query},
    error::{Result, StoreError},
    random,
    root_key::{RootKey, RootKeyError, RootKeySource},
    seal::{self, Context, Key},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{InstanceId, WorkspaceId};
use sha2::Sha256;
use sqlx::Row as _;
use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};
use uuid::Uuid;

/// What a service key is for. Each has its own, so that what one gives away says nothing of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Signs where the audit chains stand.
    AuditSigning,
    /// Tells clients whether values changed, by a hash that only this server can make.
    ContentTag,
    /// Tells a request that was sent twice from another.
    Idempotency,
    /// Hashed into every password.
    PasswordPepper,
    /// Hashed into every recovery code.
    RecoveryPepper,
    /// Seals people's second factors, which belong to no workspace.
    SecondFactor,
    /// Hides whose failed sign-ins are counted.
    SignInCounter,
    /// Hashed into every token.
    TokenPepper,
}

impl Purpose {
    const ALL: [Self; 8] = [
        Self::AuditSigning,
        Self::ContentTag,
        Self::Idempotency,
        Self::PasswordPepper,
        Self::RecoveryPepper,
        Self::SecondFactor,
        Self::SignInCounter,
        Self::TokenPepper,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::AuditSigning => "audit-signing",
            Self::ContentTag => "content-tag",
            Self::Idempotency => "idempotency",
            Self::PasswordPepper => "password-pepper",
            Self::RecoveryPepper => "recovery-pepper",
            Self::SecondFactor => "second-factor",
            Self::SignInCounter => "sign-in-counter",
            Self::TokenPepper => "token-pepper",
        }
    }

    fn context(self, instance: InstanceId, number: u32) -> Context {
        let mut purpose = [0; 16];
        purpose[..self.as_str().len()].copy_from_slice(self.as_str().as_bytes());
        Context::ServiceKey { instance, purpose, number }
    }
}

/// A workspace's data key of now.
#[derive(Debug)]
pub(crate) struct DataKey {
    /// Its place among the workspace's keys; each record names the one that sealed it.
    pub(crate) number: u32,
    /// The key.
    pub(crate) key: Key,
}

/// All keys of an instance, unwrapped once and kept.
#[derive(Debug)]
pub(crate) struct Keyring {
    instance: InstanceId,
    wrapping: Key,
    services: HashMap<Purpose, Key>,
    workspaces: RwLock<HashMap<(WorkspaceId, u32), Arc<DataKey>>>,
}

/// Why a keyring does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The root key is missing, wrong or unfit.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Keyring {
    /// Opens the keyring of an instance that is there already; nothing if the database is new. Reads only.
    pub(crate) async fn open(
        database: &Database,
        source: &RootKeySource,
    ) -> Result<Option<Self>, OpenError> {
        let Some((instance, check)) = find_instance(database).await? else { return Ok(None) };
        let (slot, fingerprint, wrapped) = keyslot(database).await?;
        let place = source.to_string();
        let Some(root) = RootKey::read(source)? else {
            let instance = instance.to_string();
            return Err(RootKeyError::Missing { instance, fingerprint, place }.into());
        };
        let wrong = || RootKeyError::Wrong {
            instance: instance.to_string(),
            fingerprint: fingerprint.clone(),
            place: place.clone(),
            found: root.fingerprint(),
        };
        let master = seal::open(root.key(), &Context::MasterKey { instance, slot }, &wrapped)
            .ok()
            .and_then(|bytes| Key::from_bytes(&bytes))
            .filter(|master| check == key_check(master))
            .ok_or_else(wrong)?;
        let wrapping = master.derive("keyloft/kek/v1");
        let mut services = HashMap::new();
        for purpose in Purpose::ALL {
            if let Some(key) = service_key(database, &wrapping, instance, purpose).await? {
                services.insert(purpose, key);
            }
        }
        Ok(Some(Self { instance, wrapping, services, workspaces: RwLock::default() }))
    }

    /// Makes the instance of a new database, and a root key if the source has none.
    pub(crate) async fn create(
        tx: &mut Tx,
        source: &RootKeySource,
        clock: &Clock,
    ) -> Result<Self, OpenError> {
        let root = RootKey::read_or_create(source)?;
        let now = clock.now();
        let instance = InstanceId::from_uuid(random::uuid(now));
        let master = Key::generate();
        sqlx::query("insert into instance (id, created_at, key_check) values ($1, $2, $3)")
            .bind(instance.to_string())
            .bind(now)
            .bind(key_check(&master).to_vec())
            .execute(&mut **tx)
            .await
            .map_err(query)?;
        let slot = random::uuid(now);
        let context = Context::MasterKey { instance, slot };
        sqlx::query(
            "insert into keyslots (id, fingerprint, wrapped, created_at) values ($1, $2, $3, $4)",
        )
        .bind(slot.to_string())
        .bind(root.fingerprint())
        .bind(seal::seal(root.key(), 0, &context, master.expose()))
        .bind(now)
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        let wrapping = master.derive("keyloft/kek/v1");
        Ok(Self { instance, wrapping, services: HashMap::new(), workspaces: RwLock::default() })
    }

    /// Makes the service keys that this version has and the database not yet. Replicas that start together end with the same.
    pub(crate) async fn complete(
        mut self,
        database: &Database,
        clock: &Clock,
    ) -> Result<Self, OpenError> {
        for purpose in Purpose::ALL {
            if self.services.contains_key(&purpose) {
                continue;
            }
            let key = Key::generate();
            let context = purpose.context(self.instance, 1);
            let mut tx = database.begin().await?;
            sqlx::query(
                "insert into service_keys (purpose, number, wrapped, created_at)
                 values ($1, 1, $2, $3) on conflict (purpose, number) do nothing",
            )
            .bind(purpose.as_str())
            .bind(seal::seal(&self.wrapping, 0, &context, key.expose()))
            .bind(clock.now())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
            tx.commit().await.map_err(query)?;
            let key = service_key(database, &self.wrapping, self.instance, purpose).await?;
            self.services.insert(purpose, key.expect("the key was written just now"));
        }
        Ok(self)
    }

    /// Whose keys these are.
    pub(crate) const fn instance(&self) -> InstanceId {
        self.instance
    }

    /// The service key for a purpose.
    pub(crate) fn service(&self, purpose: Purpose) -> &Key {
        &self.services[&purpose]
    }

    /// A keyed hash of a text: tells two texts apart to whoever has the key, and nothing to others.
    pub(crate) fn keyed_hash(&self, purpose: Purpose, text: impl AsRef<[u8]>) -> [u8; 32] {
        let mut mac = self.mac(purpose);
        mac.update(text.as_ref());
        mac.finalize().into_bytes().into()
    }

    /// A keyed hash of several texts: where one ends and the next begins counts.
    pub(crate) fn keyed_hash_of<'a>(
        &self,
        purpose: Purpose,
        texts: impl IntoIterator<Item = &'a [u8]>,
    ) -> [u8; 32] {
        let mut mac = self.mac(purpose);
        for text in texts {
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text);
        }
        mac.finalize().into_bytes().into()
    }

    fn mac(&self, purpose: Purpose) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(self.service(purpose).expose())
            .expect("HMAC takes keys of any length")
    }

    /// Makes the first data key of a new workspace.
    pub(crate) async fn add_workspace(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        now: i64,
    ) -> Result<()> {
        let key = Key::generate();
        let context = Context::WorkspaceKey { workspace, number: 1 };
        sqlx::query(
            "insert into workspace_keys (workspace_id, number, state, wrapped, created_at)
             values ($1, 1, 'active', $2, $3)",
        )
        .bind(workspace.to_string())
        .bind(seal::seal(&self.wrapping, 0, &context, key.expose()))
        .bind(now)
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(())
    }

    /// The key that seals this workspace's records now, read in the transaction that will write them: another replica may have
    /// replaced it.
    pub(crate) async fn active(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<Arc<DataKey>> {
        let number: i64 = sqlx::query_scalar(
            "select number from workspace_keys where workspace_id = $1 and state = 'active'",
        )
        .bind(workspace.to_string())
        .fetch_one(&mut **tx)
        .await
        .map_err(query)?;
        let number = number_u32(number);
        if let Some(key) = self.kept(workspace, number) {
            return Ok(key);
        }
        let wrapped: Vec<u8> = sqlx::query_scalar(WRAPPED)
            .bind(workspace.to_string())
            .bind(i64::from(number))
            .fetch_one(&mut **tx)
            .await
            .map_err(query)?;
        self.unwrap(workspace, number, &wrapped)
    }

    /// The data key of this number.
    pub(crate) async fn data_key(
        &self,
        database: &Database,
        workspace: WorkspaceId,
        number: u32,
    ) -> Result<Arc<DataKey>> {
        if let Some(key) = self.kept(workspace, number) {
            return Ok(key);
        }
        let wrapped: Option<Vec<u8>> = sqlx::query_scalar(WRAPPED)
            .bind(workspace.to_string())
            .bind(i64::from(number))
            .fetch_optional(database.read())
            .await
            .map_err(query)?;
        let wrapped = wrapped.ok_or_else(|| integrity(workspace, number))?;
        self.unwrap(workspace, number, &wrapped)
    }

    fn kept(&self, workspace: WorkspaceId, number: u32) -> Option<Arc<DataKey>> {
        let kept = self.workspaces.read().expect("nobody panics while holding the keys");
        kept.get(&(workspace, number)).cloned()
    }

    fn unwrap(&self, workspace: WorkspaceId, number: u32, wrapped: &[u8]) -> Result<Arc<DataKey>> {
        let context = Context::WorkspaceKey { workspace, number };
        let key = seal::open(&self.wrapping, &context, wrapped)
            .ok()
            .and_then(|bytes| Key::from_bytes(&bytes))
            .ok_or_else(|| integrity(workspace, number))?;
        let key = Arc::new(DataKey { number, key });
        let mut kept = self.workspaces.write().expect("nobody panics while holding the keys");
        kept.insert((workspace, number), Arc::clone(&key));
        Ok(key)
    }
}

/// The instance of this database; nothing if its tables are not there yet or empty.
async fn find_instance(database: &Database) -> Result<Option<(InstanceId, Vec<u8>)>> {
    if !database.has_tables().await? {
        return Ok(None);
    }
    let row = sqlx::query("select id, key_check from instance")
        .fetch_optional(database.read())
        .await
        .map_err(query)?;
    row.map(|row| {
        let id: String = row.try_get("id").map_err(query)?;
        let id = id.parse().map_err(|_| StoreError::Integrity { record: "instance".into() })?;
        Ok((id, row.try_get("key_check").map_err(query)?))
    })
    .transpose()
}

async fn keyslot(database: &Database) -> Result<(Uuid, String, Vec<u8>)> {
    let row = sqlx::query("select id, fingerprint, wrapped from keyslots order by created_at desc")
        .fetch_one(database.read())
        .await
        .map_err(query)?;
    let id: String = row.try_get("id").map_err(query)?;
    let id = id.parse().map_err(|_| StoreError::Integrity { record: "keyslot".into() })?;
    Ok((id, row.try_get("fingerprint").map_err(query)?, row.try_get("wrapped").map_err(query)?))
}

async fn service_key(
    database: &Database,
    wrapping: &Key,
    instance: InstanceId,
    purpose: Purpose,
) -> Result<Option<Key>> {
    let row = sqlx::query(
        "select number, wrapped from service_keys where purpose = $1 order by number desc",
    )
    .bind(purpose.as_str())
    .fetch_optional(database.read())
    .await
    .map_err(query)?;
    let Some(row) = row else { return Ok(None) };
    let number = number_u32(row.try_get("number").map_err(query)?);
    let wrapped: Vec<u8> = row.try_get("wrapped").map_err(query)?;
    seal::open(wrapping, &purpose.context(instance, number), &wrapped)
        .ok()
        .and_then(|bytes| Key::from_bytes(&bytes))
        .map(Some)
        .ok_or_else(|| StoreError::Integrity {
            record: format!("service key {}", purpose.as_str()),
        })
}

/// Tells the right master key from a wrong one.
fn key_check(master: &Key) -> [u8; 16] {
    let derived = master.derive("keyloft/check/v1");
    derived.expose()[..16].try_into().expect("16 of 32 bytes")
}

fn integrity(workspace: WorkspaceId, number: u32) -> StoreError {
    StoreError::Integrity { record: format!("data key {number} of {workspace}") }
}

fn number_u32(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const WRAPPED: &str = "select wrapped from workspace_keys where workspace_id = $1 and number = $2";

//! The encrypted store.
//!
//! Everything that decides is here: who may, what is valid, what is sealed, what is logged. Doors (server functions, the API)
//! extract, call one method of [`Store`], and answer. A change and its audit row are one transaction; a read of values is
//! audited before it is answered.

mod account;
mod audit;
mod caller;
mod clock;
mod db;
mod drafts;
mod environments;
mod error;
mod factors;
mod invitations;
mod keyring;
mod members;
mod notifications;
mod once;
mod passwords;
mod random;
mod room;
mod root_key;
mod rotators;
mod row;
mod seal;
mod secrets;
mod sessions;
mod setup;
mod sign_in;
mod templates;
mod tokens;
mod unsaved;
mod views;
mod workspaces;

pub use account::{PasswordChange, Profile};
pub use audit::{
    Anchor, AuditExport, AuditKey, BadSignature, ChainReport, ExportError, NoAuditKey,
    UnlikeAnchor, verify_export,
};
pub use caller::{Caller, Credential, Origin};
pub use clock::Clock;
pub use db::{Location, LockError, ServerLock, Url};
pub use drafts::KeptForm;
pub use error::{
    FactorRefusal, InvitationRefusal, MemberRefusal, Result, StoreError, TokenRefusal,
    WebhookRefusal,
};
pub use factors::{
    ChangedFactors, FactorRule, Factors, PasskeyInfo, PasskeySignIn, PendingTotp, RelyingParty,
    SecondStep, TotpInfo,
};
pub use invitations::{Invited, MadeInvitation};
pub use keyring::OpenError;
pub use model;
pub use notifications::{
    DeliveryInfo, DeliveryOutcome, DeliveryWork, MadeWebhook, MailFault, MailLog, Outgoing,
    WebhookChange, WebhookInfo,
};
pub use once::Once;
pub use random::signing_secret;
pub use root_key::{RootKeyError, RootKeySource};
pub use rotators::{LogEntry, Pending, RotationStep, RotatorDraft, RotatorInfo, RotatorWork};
pub use secrets::{
    BaseVersion, ComparedEnvironments, ComparedSecret, ComparedSide, Comparing, ContentTag,
    DifferenceCounts, DueSecret, NewSchedule, NewValues, Promoting, ReadValues, Resolved,
    Resolving, Restoring, RevealedValues, Rotated, RotatedValue, Rotation, ScannedValues,
    ShownKeys, Side, Target, ValuesCompared, VersionValues,
};
pub use sessions::{IDLE_SESSION, LONGEST_SESSION, Means, NewSession, SessionInfo};
pub use setup::NewWorkspace;
pub use sign_in::SignIn;
pub use templates::{Mismatch, TemplateUse};
pub use tokens::{LoginRequest, MadeToken, NewToken, RequestAnswer, StartedRequest};
pub use unsaved::{Unsaved, UnsavedOf};

use crate::{
    audit::{Actor, Event, ReadAuditor, Refusals},
    db::{Database, query},
    keyring::Keyring,
    passwords::Hasher,
    tokens::{Fetcher, Remembered},
};
use model::{
    Action, At, AuditChain, Environment, EnvironmentId, InstanceId, Permission, SecretName,
};
use std::sync::Arc;

/// The store: cheap to clone, one for the whole server.
#[derive(Clone, Debug)]
pub struct Store {
    db: Database,
    keyring: Arc<Keyring>,
    clock: Clock,
    reads: ReadAuditor,
    fetcher: Fetcher,
    remembered: Remembered,
    hasher: Hasher,
    refusals: Refusals,
}

impl Store {
    /// Opens the database at `location` with its root key; makes both if the database is new.
    ///
    /// An existing database whose root key is missing or wrong is not touched.
    pub async fn open(
        location: &Location,
        root_key: &RootKeySource,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let db = Database::connect(location).await?;
        let existing = Keyring::open(&db, root_key).await?;
        db.migrate().await?;
        let keyring = match existing {
            Some(keyring) => keyring,
            None => create_instance(&db, root_key, &clock).await?,
        };
        let keyring = keyring.complete(&db, &clock).await?;
        Ok(Self {
            reads: ReadAuditor::start(db.clone(), clock.clone()),
            fetcher: Fetcher::start(&db),
            remembered: Remembered::new(),
            hasher: Hasher::new(),
            refusals: Refusals::default(),
            keyring: Arc::new(keyring),
            clock,
            db,
        })
    }

    /// Which instance this is.
    pub fn instance(&self) -> InstanceId {
        self.keyring.instance()
    }

    /// What time it is here.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await
    }

    /// Closes the database. Nothing else works afterwards.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Nothing if the caller may take the action, and the place lies within its reach; a refusal is audited.
    async fn allow_at(&self, caller: &Caller, action: Action, place: Place<'_>) -> Result<()> {
        caller.check_reach(place.environment, place.name)?;
        self.decide(caller, action, Some(place.at())).await
    }

    /// Nothing if the caller may take the action, which is about no environment; a refusal is audited.
    async fn allow(&self, caller: &Caller, action: Action) -> Result<()> {
        self.decide(caller, action, None).await
    }

    async fn decide(&self, caller: &Caller, action: Action, at: Option<At>) -> Result<()> {
        caller.check_factor()?;
        match caller.permission(action, at) {
            Permission::Granted => Ok(()),
            Permission::GrantedWithSudo if caller.has_sudo(self.now()) => Ok(()),
            Permission::GrantedWithSudo => Err(StoreError::SudoNeeded),
            Permission::Refused => {
                let detail = serde_json::json!({ "tried": action.verb() });
                let mut event = Event::by(caller, "access.denied", "").with(detail).denied();
                if let Some(at) = at {
                    event = event.at(at.environment);
                }
                self.record_refusal(event).await?;
                if caller.is_program()
                    && caller.person_permission(action, at) != Permission::Refused
                {
                    return Err(StoreError::OutOfScope(action));
                }
                Err(StoreError::Denied(action))
            }
        }
    }
}

/// Where something is to be done.
#[derive(Clone, Copy)]
struct Place<'a> {
    environment: EnvironmentId,
    protected: bool,
    /// The secret, if it is about one.
    name: Option<&'a SecretName>,
}

impl Place<'_> {
    /// The environment as a whole.
    const fn of(environment: &Environment) -> Self {
        Self { environment: environment.id, protected: environment.protected, name: None }
    }

    const fn at(&self) -> At {
        At { environment: self.environment, protected: self.protected }
    }
}

async fn create_instance(
    db: &Database,
    root_key: &RootKeySource,
    clock: &Clock,
) -> Result<Keyring, OpenError> {
    let mut tx = db.begin().await?;
    let keyring = Keyring::create(&mut tx, root_key, clock).await?;
    let instance = keyring.instance();
    audit::begin_chain(&mut tx, AuditChain::Instance(instance)).await?;
    let event = Event::of_instance(instance, "instance.create", Actor::Operator, instance);
    audit::append(&mut tx, clock, event).await?;
    tx.commit().await.map_err(query)?;
    Ok(keyring)
}

//! Rotations that run by themselves: what each step does outside of the database.
//!
//! `store::rotators` says which step is next, and commits how it ended. A step may be cut off after it did something outside and
//! before that was committed, and is then done again: each is written so that the second time does no harm.

mod generated;
mod postgres;
mod webhook;

use model::{KeyName, RotatorSettings, RotatorState, SecretId, SecretValue};
use outbound::Outbound;
use store::{Caller, ReadValues, RotationStep, RotatorWork, Store, StoreError};
use uuid::Uuid;

/// Runs rotations. Every replica has one.
#[derive(Debug)]
pub(crate) struct Rotators {
    store: Store,
    outbound: Outbound,
    /// Whose leases these are.
    holder: Uuid,
}

/// Why a step did not work, in words for people; never with a value.
#[derive(Debug)]
struct Trouble {
    message: String,
    /// The state from which to go on, if not from this one.
    back_to: Option<RotatorState>,
}

impl<T: Into<String>> From<T> for Trouble {
    fn from(message: T) -> Self {
        Self { message: message.into(), back_to: None }
    }
}

type Outcome = Result<RotationStep, Trouble>;

impl Rotators {
    pub(crate) fn new(store: Store, outbound: Outbound) -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        let holder = uuid::Builder::from_random_bytes(bytes).into_uuid();
        Self { store, outbound, holder }
    }

    /// Takes every step that can be taken now.
    pub(crate) async fn run_due(&self) -> Result<(), StoreError> {
        while self.take_step().await? {}
        Ok(())
    }

    /// Takes one step of one rotation; whether there was one to take.
    pub(crate) async fn take_step(&self) -> Result<bool, StoreError> {
        let Some(work) = self.store.claim_rotation(self.holder).await? else { return Ok(false) };
        let rotator = work.rotator;
        let step = self.perform(&work).await;
        match self.store.end_step(work, step).await {
            // Somebody deleted it, or it took so long that another replica goes on with it.
            Err(StoreError::RotationUnderWay) => {
                tracing::warn!(%rotator, "a rotation's step came too late");
            }
            ended => ended?,
        }
        Ok(true)
    }

    /// What the step does outside of the database.
    pub(crate) async fn perform(&self, work: &RotatorWork) -> RotationStep {
        let Some(caller) = &work.caller else {
            return failed(
                "Whoever made this rotator has left the workspace: make it anew.".into(),
            );
        };
        let outcome = match (work.state, &work.settings) {
            (RotatorState::Verified, _) => Ok(RotationStep::Stored),
            (_, RotatorSettings::Generated { length, alphabet, format }) => {
                Ok(generated::step(work, *length, *alphabet, format))
            }
            (_, RotatorSettings::Postgres { .. }) => self.postgres_step(work, caller).await,
            (_, RotatorSettings::Webhook { url }) => self.webhook_step(work, url).await,
        };
        outcome.unwrap_or_else(|Trouble { message, back_to }| {
            tracing::warn!(rotator = %work.rotator, message, "a rotation's step failed");
            RotationStep::Failed { message, back_to }
        })
    }

    /// What a key of a secret holds now, as an audited read of the rotator.
    async fn read(
        &self,
        caller: &Caller,
        secret: SecretId,
        key: &KeyName,
    ) -> Result<SecretValue, Trouble> {
        let wanted = ReadValues { version: None, keys: vec![key.clone()] };
        let read = self
            .store
            .read_values(caller, secret, &wanted)
            .await
            .map_err(|error| format!("The key {key} could not be read: {error}."))?;
        let value = read.values.into_iter().next();
        let (_, value) = value.ok_or_else(|| format!("The secret has no key {key} any more."))?;
        Ok(value.into_secret())
    }
}

fn failed(message: String) -> RotationStep {
    RotationStep::Failed { message, back_to: None }
}

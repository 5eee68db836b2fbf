//! Passwords: Argon2id (RFC 9106) with a pepper that is not in the database's clear.

use crate::{
    error::{Result, StoreError},
    keyring::{Keyring, Purpose},
};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use model::{Field, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, Problems, Reason, SecretValue};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes off the threads that serve requests, no more at once than there are cores.
#[derive(Clone, Debug)]
pub(crate) struct Hasher {
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(cores + QUEUE)),
        }
    }

    /// The PHC string of a new password.
    pub(crate) async fn hash(
        &self,
        keyring: &Arc<Keyring>,
        password: SecretValue,
    ) -> Result<String> {
        let keyring = Arc::clone(keyring);
        self.run(move || hash(&keyring, &password)).await
    }

    /// Whether the password is the one of this PHC string. Without a string it takes as long, and says no.
    pub(crate) async fn verify(
        &self,
        keyring: &Arc<Keyring>,
        password: SecretValue,
        phc: Option<String>,
    ) -> Result<bool> {
        let keyring = Arc::clone(keyring);
        self.run(move || {
            let known = phc.is_some();
            let phc = phc.unwrap_or_else(|| NOBODY.to_owned());
            let parsed = PasswordHash::new(&phc)
                .map_err(|_| StoreError::Integrity { record: "password hash".into() })?;
            let matches = argon2(&keyring)
                .verify_password(password.dangerously_expose().as_bytes(), &parsed)
                .is_ok();
            Ok(matches && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| StoreError::Busy)?;
        let _core = self.cores.acquire().await.map_err(|_| StoreError::Busy)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| StoreError::Internal(error.to_string()))?
    }
}

/// Checks a new password: its length, and how hard it is to guess for someone who knows these words about the person.
pub(crate) fn check_strength(password: &SecretValue, about: &[&str]) -> Result<(), Problems> {
    let text = password.dangerously_expose();
    let chars = text.chars().count();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    if chars < PASSWORD_MIN_CHARS {
        let reason = Reason::TooShort { limit: count(PASSWORD_MIN_CHARS), actual: count(chars) };
        return Err(Problems::one(Field::Password, reason));
    }
    if chars > PASSWORD_MAX_CHARS {
        let reason = Reason::TooLong { limit: count(PASSWORD_MAX_CHARS), actual: count(chars) };
        return Err(Problems::one(Field::Password, reason));
    }
    if zxcvbn::zxcvbn(text, about).score() < zxcvbn::Score::Three {
        return Err(Problems::one(Field::Password, Reason::Guessable));
    }
    Ok(())
}

fn hash(keyring: &Keyring, password: &SecretValue) -> Result<String> {
    argon2(keyring)
        .hash_password(password.dangerously_expose().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| StoreError::Internal(error.to_string()))
}

fn argon2(keyring: &Keyring) -> Argon2<'_> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the parameters are legal");
    let pepper = keyring.service(Purpose::PasswordPepper).expose();
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)
        .expect("a pepper of 32 bytes is legal")
}

/// Above OWASP's minimum of 19 MiB and 2 passes (Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 32 * 1024;
const PASSES: u32 = 2;
/// How many may wait for a core before others are sent away.
const QUEUE: usize = 64;
/// A hash with the parameters of now that no password has.
const NOBODY: &str = "$argon2id$v=19$m=32768,t=2,p=1$a2V5bG9mdC9ub2JvZHkvMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

//! Copies of answers, for when the server is away.
//!
//! A file is `KLC1`, 32 random bytes, and the answer under AES-256-GCM (NIST SP 800-38D). Key and nonce are HKDF-SHA256
//! (RFC 5869) of the token's secret half, salted with the random bytes, so that each file has its own. Whoever has no token
//! any more, because it was signed out or rotated, has no copies either. The name of a file is a hash of the server and the
//! question under the same secret: a folder listing tells how many different questions were asked, and nothing else. The name is
//! sealed in, so that a copy does not open as the answer to another question.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use jiff::Timestamp;
use model::BearerToken;
use model::api::{Resolve, ResolveAnswer};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::folders;

/// What opens the copies of one token.
pub(crate) struct CacheKey {
    folder: PathBuf,
    secret: Zeroizing<[u8; 32]>,
}

/// Where the copy of one answer is.
pub(crate) struct Cache {
    folder: PathBuf,
    name: Name,
    secret: Zeroizing<[u8; 32]>,
}

/// An answer, and when it was given.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) fetched_at: Timestamp,
    pub(crate) answer: ResolveAnswer,
}

impl CacheKey {
    pub(crate) fn of(token: &BearerToken) -> Result<Self> {
        let secret = Zeroizing::new(*token.dangerously_expose());
        Ok(Self { folder: folder(token)?, secret })
    }

    /// The copy of what this server answers to this question. Which keys are required changes no value.
    pub(crate) fn cache(&self, server: &str, question: &Resolve) -> Cache {
        let question = Resolve { required: Vec::new(), ..question.clone() };
        let text = serde_json::to_string(&(server, question)).expect("a question is names");
        let mut name: Name = [0; 16];
        Hkdf::<Sha256>::new(None, &*self.secret)
            .expand_multi_info(&[b"keyloft cache name 1", text.as_bytes()], &mut name)
            .expect("16 bytes are fewer than 255 hashes");
        Cache { folder: self.folder.clone(), name, secret: self.secret.clone() }
    }
}

impl Cache {
    /// The folder of all that this token has stored.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps an answer in place of an earlier one.
    pub(crate) fn keep(&self, stored: &Stored) -> Result {
        let plain = Zeroizing::new(serde_json::to_vec(stored).expect("an answer has text keys"));
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).expect("the operating system has random numbers");
        folders::write_private(&self.path(), &seal(&self.secret, &self.name, &salt, &plain))
    }

    /// The answer, if there is one that this token opens.
    pub(crate) fn load(&self) -> Option<Stored> {
        let plain = open(&self.secret, &self.name, &fs::read(self.path()).ok()?)?;
        serde_json::from_slice(&plain).ok()
    }

    fn path(&self) -> PathBuf {
        self.folder.join(HEXLOWER.encode(&self.name))
    }
}

/// Takes away everything that is stored in the folder of a token.
pub(crate) fn forget(folder: &Path) -> Result {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::failed(format!(
            "cannot delete the stored copies in {}: {error}",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// The folder of a token is called by its public half.
pub(crate) fn folder(token: &BearerToken) -> Result<PathBuf> {
    Ok(folders::cache()?.join(token.id().as_str()))
}

fn seal(secret: &[u8; 32], name: &Name, salt: &[u8; SALT], plain: &[u8]) -> Vec<u8> {
    let (cipher, nonce) = cipher(secret, salt);
    let sealed = cipher
        .encrypt(&nonce, Payload { msg: plain, aad: &[MAGIC, name].concat() })
        .expect("an answer is far shorter than 64 GiB");
    [MAGIC, salt, &sealed].concat()
}

fn open(secret: &[u8; 32], name: &Name, file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, sealed) = file.strip_prefix(MAGIC)?.split_first_chunk::<SALT>()?;
    let (cipher, nonce) = cipher(secret, salt);
    let payload = Payload { msg: sealed, aad: &[MAGIC, name].concat() };
    cipher.decrypt(&nonce, payload).ok().map(Zeroizing::new)
}

fn cipher(secret: &[u8; 32], salt: &[u8; SALT]) -> (Aes256Gcm, Nonce<aes_gcm::aead::consts::U12>) {
    let mut material = Zeroizing::new([0; 44]);
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(b"keyloft cache record 1", &mut *material)
        .expect("44 bytes are fewer than 255 hashes");
    let (key, nonce) = material.split_at(32);
    let cipher = Aes256Gcm::new_from_slice(key).expect("a key has 32 bytes");
    (cipher, Nonce::try_from(nonce).expect("12 bytes are left"))
}

/// What a file is called, in hexadecimal.
type Name = [u8; 16];

const MAGIC: &[u8] = b"KLC1";
const SALT: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_opens_a_copy_of_the_same_question() {
        let sealed = seal(&[1; 32], &[4; 16], &[2; SALT], b"hunter2");
        assert_eq!(open(&[1; 32], &[4; 16], &sealed).unwrap().as_slice(), b"hunter2");
        assert!(open(&[3; 32], &[4; 16], &sealed).is_none());
        assert!(open(&[1; 32], &[5; 16], &sealed).is_none(), "under the name of another question");
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
    }

    #[test]
    fn a_copy_that_was_touched_does_not_open() {
        let sealed = seal(&[1; 32], &[4; 16], &[2; SALT], b"hunter2");
        for at in 0..sealed.len() {
            let mut touched = sealed.clone();
            touched[at] ^= 1;
            assert!(open(&[1; 32], &[4; 16], &touched).is_none(), "byte {at}");
            assert!(open(&[1; 32], &[4; 16], &sealed[..at]).is_none(), "{at} bytes");
        }
    }

    /// Made with Python's `cryptography`: `HKDF(SHA256, 44, bytes([2] * 32), b"keyloft cache record 1").derive(bytes([1] * 32))`,
    /// then `AESGCM(key).encrypt(nonce, b"hunter2", b"KLC1" + bytes([4] * 16))`.
    #[test]
    fn a_copy_is_what_an_independent_implementation_makes() {
        let sealed = seal(&[1; 32], &[4; 16], &[2; SALT], b"hunter2");
        assert_eq!(HEXLOWER.encode(&sealed[4 + SALT..]), VECTOR);
    }

    const VECTOR: &str = "7924b1a853fa1bdfbe1b587a11ea2d6ac12d110cc4e3f6";
}

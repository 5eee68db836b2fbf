//! The one place where anything is encrypted.
//!
//! A record is AES-256-GCM (NIST SP 800-38D) under a key of its own, derived with HKDF-SHA256 (RFC 5869) from a data key, a
//! random salt and the record's context: what it is and to which rows it belongs. A record that was moved elsewhere therefore
//! does not open. GCM alone lets an attacker who knows two keys make one ciphertext open under both, so a commitment to the
//! key is stored and compared first.
//!
//! ```text
//! offset  bytes  field
//!      0      2  magic "KL"
//!      2      1  format version, 1
//!      3      1  suite, 1: HKDF-SHA256, AES-256-GCM, 32-byte commitment
//!      4      4  number of the data key, big endian
//!      8     24  salt
//!     32     32  commitment
//!     64      n  ciphertext of the padded plaintext
//!   64+n     16  tag
//! ```
//!
//! `HKDF-Expand(data key, "keyloft/record/v1" ‖ 0 ‖ suite ‖ salt ‖ context)` gives 76 bytes: key, nonce, commitment.
//! Bytes 0 to 63 and the context are authenticated with the ciphertext.

use crate::random;
use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use model::{
    DeliveryId, EnvironmentId, InstanceId, PasskeyId, RotatorId, RunId, SecretId, SessionKey,
    UserId, Version, WebhookId, WorkspaceId,
};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

/// A 32-byte key that other things are sealed with. It cannot be printed, copied or compared by accident.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// A new random key.
    pub(crate) fn generate() -> Self {
        Self(random::bytes())
    }

    /// The key that these bytes are, if they are 32.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, to wrap or to key a MAC with.
    pub(crate) const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Another key for the named purpose, of which this one cannot be found.
    pub(crate) fn derive(&self, purpose: &str) -> Self {
        let mut key = [0; 32];
        Hkdf::<Sha256>::from_prk(&self.0)
            .expect("a key is as long as a SHA-256 hash")
            .expand(purpose.as_bytes(), &mut key)
            .expect("32 bytes are within HKDF's limit");
        Self(key)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What a record is and to which rows it belongs. It is not stored: whoever opens a record knows where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// The instance master key, under a root key.
    MasterKey { instance: InstanceId, slot: uuid::Uuid },
    /// A workspace's data key, under the master key.
    WorkspaceKey { workspace: WorkspaceId, number: u32 },
    /// A service key, under the master key. `purpose` is its name, filled up with zeros.
    ServiceKey { instance: InstanceId, purpose: [u8; 16], number: u32 },
    /// The values of one version of a secret.
    SecretVersion {
        workspace: WorkspaceId,
        environment: EnvironmentId,
        secret: SecretId,
        version: Version,
    },
    /// A form that failed and shall be drawn again.
    FormDraft { workspace: WorkspaceId, session: SessionKey, draft: uuid::Uuid },
    /// What somebody typed into a page and did not save.
    Unsaved { workspace: WorkspaceId, user: UserId, page: uuid::Uuid },
    /// What of a rotator's settings is secret.
    RotatorSecret { workspace: WorkspaceId, rotator: RotatorId },
    /// The new values of a rotation, until they are the current version and the old ones are retired.
    RotatorPending { workspace: WorkspaceId, rotator: RotatorId, run: RunId },
    /// What messages to a webhook are signed with.
    WebhookSecret { workspace: WorkspaceId, webhook: WebhookId },
    /// A mail that waits to be sent: that of an invitation holds its link.
    Mail { workspace: WorkspaceId, delivery: DeliveryId },
    /// The key that a person's app makes codes from.
    TotpKey { instance: InstanceId, user: UserId },
    /// A person's passkey.
    Passkey { instance: InstanceId, user: UserId, passkey: PasskeyId },
}

impl Context {
    /// Kind, three owners of 16 bytes, a number of 8 bytes: fixed widths, so that no two contexts read alike.
    fn encode(&self) -> [u8; CONTEXT] {
        const NONE: &[u8; 16] = &[0; 16];
        let (kind, owners, number): (u8, [&[u8; 16]; 3], u64) = match self {
            Self::MasterKey { instance, slot } => {
                (1, [instance.as_bytes(), slot.as_bytes(), NONE], 0)
            }
            Self::WorkspaceKey { workspace, number } => {
                (2, [workspace.as_bytes(), NONE, NONE], u64::from(*number))
            }
            Self::ServiceKey { instance, purpose, number } => {
                (3, [instance.as_bytes(), purpose, NONE], u64::from(*number))
            }
            Self::SecretVersion { workspace, environment, secret, version } => (
                4,
                [workspace.as_bytes(), environment.as_bytes(), secret.as_bytes()],
                u64::from(version.0),
            ),
            Self::FormDraft { workspace, session, draft } => {
                (5, [workspace.as_bytes(), session.as_bytes(), draft.as_bytes()], 0)
            }
            Self::Unsaved { workspace, user, page } => {
                (5, [workspace.as_bytes(), user.as_bytes(), page.as_bytes()], 1)
            }
            Self::RotatorSecret { workspace, rotator } => {
                (6, [workspace.as_bytes(), rotator.as_bytes(), NONE], 0)
            }
            Self::RotatorPending { workspace, rotator, run } => {
                (7, [workspace.as_bytes(), rotator.as_bytes(), run.as_bytes()], 0)
            }
            Self::WebhookSecret { workspace, webhook } => {
                (8, [workspace.as_bytes(), webhook.as_bytes(), NONE], 0)
            }
            Self::Mail { workspace, delivery } => {
                (8, [workspace.as_bytes(), delivery.as_bytes(), NONE], 1)
            }
            Self::TotpKey { instance, user } => {
                (9, [instance.as_bytes(), user.as_bytes(), NONE], 0)
            }
            Self::Passkey { instance, user, passkey } => {
                (10, [instance.as_bytes(), user.as_bytes(), passkey.as_bytes()], 0)
            }
        };
        let mut bytes = [0; CONTEXT];
        bytes[0] = kind;
        for (place, owner) in bytes[1..49].chunks_exact_mut(16).zip(owners) {
            place.copy_from_slice(owner);
        }
        bytes[49..].copy_from_slice(&number.to_be_bytes());
        bytes
    }
}

/// The record was changed or moved, or another key sealed it. Which of them is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record does not open")]
pub(crate) struct IntegrityError;

/// Seals a plaintext under data key `number`.
pub(crate) fn seal(key: &Key, number: u32, context: &Context, plaintext: &[u8]) -> Vec<u8> {
    seal_with_salt(key, number, context, plaintext, &random::bytes())
}

/// Opens a record.
pub(crate) fn open(
    key: &Key,
    context: &Context,
    record: &[u8],
) -> Result<Zeroizing<Vec<u8>>, IntegrityError> {
    let (header, ciphertext) = record.split_at_checked(HEADER).ok_or(IntegrityError)?;
    if ciphertext.len() < TAG || header[..4] != [b'K', b'L', FORMAT, SUITE] {
        return Err(IntegrityError);
    }
    let salt: &[u8; SALT] = header[8..32].try_into().expect("24 bytes lie between 8 and 32");
    let context = context.encode();
    let derived = derive(key, salt, &context);
    if !bool::from(derived.commitment().ct_eq(&header[32..])) {
        return Err(IntegrityError);
    }
    let aad = [header, &context].concat();
    let mut padded = Zeroizing::new(
        derived
            .cipher()
            .decrypt(&derived.nonce(), Payload { msg: ciphertext, aad: &aad })
            .map_err(|_| IntegrityError)?,
    );
    let end = padded.iter().rposition(|&byte| byte != 0).ok_or(IntegrityError)?;
    if padded[end] != PAD {
        return Err(IntegrityError);
    }
    padded.truncate(end);
    Ok(padded)
}

/// The number of the data key that sealed a record, as its header claims.
pub(crate) fn key_number(record: &[u8]) -> Result<u32, IntegrityError> {
    let bytes = record.get(4..8).and_then(|bytes| bytes.try_into().ok()).ok_or(IntegrityError)?;
    Ok(u32::from_be_bytes(bytes))
}

fn seal_with_salt(
    key: &Key,
    number: u32,
    context: &Context,
    plaintext: &[u8],
    salt: &[u8; SALT],
) -> Vec<u8> {
    let context = context.encode();
    let derived = derive(key, salt, &context);
    let mut record = Vec::with_capacity(HEADER + padded_len(plaintext.len()) + TAG);
    record.extend_from_slice(&[b'K', b'L', FORMAT, SUITE]);
    record.extend_from_slice(&number.to_be_bytes());
    record.extend_from_slice(salt);
    record.extend_from_slice(derived.commitment());
    let aad = [&record[..], &context].concat();
    let mut padded = Zeroizing::new(vec![0; padded_len(plaintext.len())]);
    padded[..plaintext.len()].copy_from_slice(plaintext);
    padded[plaintext.len()] = PAD;
    let ciphertext = derived
        .cipher()
        .encrypt(&derived.nonce(), Payload { msg: &padded, aad: &aad })
        .expect("a record is shorter than AES-GCM's 64 GiB");
    record.extend_from_slice(&ciphertext);
    record
}

/// Plaintexts are filled up with one 0x80 and zeros (ISO/IEC 7816-4) to a power of two up to 64 KiB and to whole 64 KiB above,
/// which blurs how long the values are.
const fn padded_len(len: usize) -> usize {
    let with_mark = len + 1;
    if with_mark <= 64 {
        64
    } else if with_mark <= 65_536 {
        with_mark.next_power_of_two()
    } else {
        with_mark.next_multiple_of(65_536)
    }
}

/// Key, nonce and commitment of one record.
struct Derived([u8; 76]);

impl Derived {
    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new_from_slice(&self.0[..32]).expect("AES-256 takes 32 bytes")
    }

    fn nonce(&self) -> aes_gcm::Nonce<aes_gcm::aead::consts::U12> {
        aes_gcm::Nonce::try_from(&self.0[32..44]).expect("12 bytes lie between 32 and 44")
    }

    fn commitment(&self) -> &[u8] {
        &self.0[44..]
    }
}

impl Drop for Derived {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn derive(key: &Key, salt: &[u8; SALT], context: &[u8; CONTEXT]) -> Derived {
    let mut derived = Derived([0; 76]);
    Hkdf::<Sha256>::from_prk(key.expose())
        .expect("a key is as long as a SHA-256 hash")
        .expand_multi_info(&[b"keyloft/record/v1", &[0, SUITE], salt, context], &mut derived.0)
        .expect("76 bytes are within HKDF's limit");
    derived
}

const FORMAT: u8 = 1;
const SUITE: u8 = 1;
const SALT: usize = 24;
const HEADER: usize = 64;
const TAG: usize = 16;
const CONTEXT: usize = 57;
const PAD: u8 = 0x80;

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;

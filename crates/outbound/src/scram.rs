//! What a PostgreSQL server keeps of a password.

use std::fmt;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey` (RFC 5802, RFC 7677): the server checks a password with it, and nobody logs in
/// with it. So it may stand in a statement, which servers log.
pub struct Verifier(String);

impl Verifier {
    /// The verifier of a password with only ASCII characters, which `SASLprep` (RFC 4013) leaves as they are; nothing if it has
    /// others.
    pub fn of(password: &str, salt: &[u8; 16]) -> Option<Self> {
        if password.is_empty() || !password.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return None;
        }
        let salted = salted(password.as_bytes(), salt);
        let client_key = Zeroizing::new(hmac(&*salted, b"Client Key"));
        let stored_key = Sha256::digest(*client_key);
        let server_key = hmac(&*salted, b"Server Key");
        Some(Self(format!(
            "SCRAM-SHA-256${ITERATIONS}:{}${}:{}",
            BASE64.encode(salt),
            BASE64.encode(&stored_key),
            BASE64.encode(&server_key)
        )))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

/// `Hi` of RFC 5802 section 2.2: PBKDF2 with HMAC-SHA256 and one block.
fn salted(password: &[u8], salt: &[u8]) -> Zeroizing<[u8; 32]> {
    let first = [salt, &1_u32.to_be_bytes()].concat();
    let mut last = Zeroizing::new(hmac(password, &first));
    let mut sum = last.clone();
    for _ in 1..ITERATIONS {
        *last = hmac(password, &*last);
        for (sum, last) in sum.iter_mut().zip(last.iter()) {
            *sum ^= last;
        }
    }
    sum
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// What PostgreSQL itself takes, and the least that RFC 7677 allows.
const ITERATIONS: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7677 section 3: the password `pencil`, its salt, and the exchange whose proof the stored key must explain.
    #[test]
    fn the_verifier_explains_the_exchange_of_the_rfc() {
        let salt: [u8; 16] =
            BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==").unwrap().try_into().unwrap();
        let verifier = Verifier::of("pencil", &salt).unwrap();
        let keys = verifier.as_str().rsplit('$').next().unwrap();
        let (stored, server) = keys.split_once(':').unwrap();
        let stored = BASE64.decode(stored.as_bytes()).unwrap();
        let server = BASE64.decode(server.as_bytes()).unwrap();
        let said = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
            r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
            c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let proof = BASE64.decode(b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=").unwrap();
        let client_signature = hmac(&stored, said.as_bytes());
        let client_key: Vec<u8> =
            proof.iter().zip(client_signature).map(|(proof, signed)| proof ^ signed).collect();
        assert_eq!(Sha256::digest(client_key).to_vec(), stored);
        let server_signature = hmac(&server, said.as_bytes());
        assert_eq!(
            BASE64.encode(&server_signature),
            "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        );
    }

    #[test]
    fn only_passwords_that_need_no_preparation_have_one() {
        for bad in ["", "é", "a\u{7f}", "a\n"] {
            assert!(Verifier::of(bad, &[0; 16]).is_none());
        }
    }
}

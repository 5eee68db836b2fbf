//! AES-256-GCM with one key, which lives as long as the process and its files.

use std::error::Error;

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};

pub(crate) struct Seal(Aes256Gcm);

impl Seal {
    /// Always the same key: what is measured is opening, and a new start finds the rows of the last one.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self(Aes256Gcm::new_from_slice(&[7; 32])?))
    }

    pub(crate) fn seal(&self, plaintext: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;
        let sealed = self.0.encrypt(&Nonce::from(nonce), plaintext).map_err(|_| "too long")?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Nothing if it was not sealed here.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&Nonce::from(*nonce), ciphertext).ok()
    }
}

const NONCE: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else() {
        let seal = Seal::new().unwrap();
        let mut sealed = seal.seal(b"value").unwrap();
        assert_eq!(seal.open(&sealed).unwrap(), b"value");
        sealed[20] ^= 1;
        assert_eq!(seal.open(&sealed), None);
        assert_eq!(seal.open(b"short"), None);
    }
}

//! Random bytes and ids, from the operating system only.

use data_encoding::{BASE32, BASE64};
use model::SecretValue;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// `N` bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    bytes
}

/// The same into a buffer of any length.
pub(crate) fn fill(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the operating system has random numbers");
}

/// A UUIDv7 (RFC 9562, 5.7) of this time: sorts by time, 74 random bits.
pub(crate) fn uuid(now_ms: i64) -> Uuid {
    let millis = u64::try_from(now_ms).expect("the clock is past 1970");
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}

/// What requests to a program are signed with, as Standard Webhooks writes it: 32 random bytes.
pub fn signing_secret() -> SecretValue {
    SecretValue::new(format!("whsec_{}", BASE64.encode(&bytes::<32>())))
}

/// A code for a person to copy: 80 bits in four groups of four letters and digits.
pub(crate) fn code() -> String {
    let text = BASE32.encode(&bytes::<10>());
    [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
}

/// A code for a person to compare: 40 bits in two groups of four letters and digits.
pub(crate) fn short_code() -> String {
    spelled_short(&BASE32.encode(&bytes::<5>()))
}

/// A short code as it is stored, however it was typed.
pub(crate) fn spelled_short(typed: &str) -> String {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(9)
        .collect();
    plain.split_at_checked(4).map_or(plain.clone(), |(left, right)| format!("{left}-{right}"))
}

/// The hash of a code, however it was typed.
pub(crate) fn code_hash(typed: &str) -> [u8; 32] {
    let plain: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256::digest(plain).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_in_any_way() {
        let code = code();
        assert_eq!(code.len(), 19);
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert_eq!(code_hash(&code), code_hash(&typed));
    }
}

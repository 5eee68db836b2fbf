//! Values that a form can make: passwords and random keys.
//!
//! Nothing here draws random numbers: the browser hands in bytes of `crypto.getRandomValues`, a test hands in its own.

use serde::{Deserialize, Serialize};

/// How to make a value from random bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Generator {
    /// Characters that URLs, shells, `.env` files and YAML take as they are. Each one carries six bits.
    Password {
        /// How many characters.
        #[cfg_attr(feature = "openapi", schema(minimum = 8, maximum = 256))]
        length: usize,
    },
    /// Random bytes as text.
    Bytes {
        /// How many bytes.
        #[cfg_attr(feature = "openapi", schema(minimum = 8, maximum = 256))]
        count: usize,
        /// How they are written.
        encoding: Encoding,
        /// What stands in front of them, such as `whsec_`.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(max_length = 64, pattern = "^[!-~]*$"))]
        prefix: String,
    },
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Encoding {
    /// Two lower-case digits a byte (RFC 4648, section 8).
    Hex,
    /// With `+`, `/` and padding (RFC 4648, section 4).
    Base64,
    /// With `-` and `_`, without padding (RFC 4648, section 5).
    Base64url,
}

impl Default for Generator {
    /// What a key without a generator of its own is offered: 32 characters, 192 bits.
    fn default() -> Self {
        Self::Password { length: 32 }
    }
}

impl Generator {
    /// How many random bytes [`Self::render`] wants.
    pub const fn bytes_needed(&self) -> usize {
        match self {
            Self::Password { length } => *length,
            Self::Bytes { count, .. } => *count,
        }
    }

    /// The value that these random bytes make. Bytes beyond [`Self::bytes_needed`] are not used.
    ///
    /// # Panics
    ///
    /// When there are fewer bytes than needed: a shorter value would be weaker without anyone noticing.
    pub fn render(&self, random: &[u8]) -> String {
        let needed = self.bytes_needed();
        assert!(random.len() >= needed, "{needed} random bytes are needed, got {}", random.len());
        let random = &random[..needed];
        match self {
            Self::Password { .. } => random.iter().map(|&byte| password_character(byte)).collect(),
            Self::Bytes { encoding, prefix, .. } => {
                let mut text = prefix.clone();
                encoding.write(random, &mut text);
                text
            }
        }
    }
}

impl Encoding {
    fn write(self, bytes: &[u8], text: &mut String) {
        match self {
            Self::Hex => write_hex(bytes, text),
            Self::Base64 => {
                write_base64(bytes, BASE64, text);
                let padding = (3 - bytes.len() % 3) % 3;
                text.extend(std::iter::repeat_n('=', padding));
            }
            Self::Base64url => write_base64(bytes, BASE64URL, text),
        }
    }
}

/// The alphabet has 64 characters, so that six bits choose one without favouring any.
fn password_character(byte: u8) -> char {
    char::from(PASSWORD[usize::from(byte & 0x3f)])
}

fn write_hex(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        text.push(char::from(HEX[usize::from(byte >> 4)]));
        text.push(char::from(HEX[usize::from(byte & 0xf)]));
    }
}

fn write_base64(bytes: &[u8], alphabet: &[u8; 64], text: &mut String) {
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        // A chunk of n bytes takes n + 1 characters.
        for position in 0..=chunk.len() {
            let six = group >> (18 - 6 * position) & 0x3f;
            text.push(char::from(alphabet[six as usize]));
        }
    }
}

/// Letters, digits, `_` and `.`: all unreserved in URLs (RFC 3986, section 2.3). Unlike `-`, a leading `.` is never
/// taken for a command's option, and unlike `~` never for a home directory.
const PASSWORD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn bytes(count: usize, encoding: Encoding, prefix: &str) -> Generator {
        Generator::Bytes { count, encoding, prefix: prefix.into() }
    }

    #[test]
    fn every_password_character_is_equally_likely() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let password = Generator::Password { length: 256 }.render(&every_byte);
        let mut counts = HashMap::new();
        for character in password.chars() {
            *counts.entry(character).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 64);
        assert!(counts.values().all(|&count| count == 4));
    }

    #[test]
    fn a_password_has_its_length_and_needs_no_escaping() {
        let password = Generator::default().render(&[0xff; 40]);
        assert_eq!(password, ".".repeat(32));
        assert!(PASSWORD.iter().all(|c| c.is_ascii_alphanumeric() || b"_.".contains(c)));
    }

    #[test]
    fn base64_follows_the_vectors_of_rfc_4648() {
        for (plain, padded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let render = |encoding| bytes(plain.len(), encoding, "").render(plain.as_bytes());
            assert_eq!(render(Encoding::Base64), padded);
            assert_eq!(render(Encoding::Base64url), padded.trim_end_matches('='));
        }
        assert_eq!(bytes(3, Encoding::Base64, "").render(&[0xfb, 0xff, 0xbf]), "+/+/");
        assert_eq!(bytes(3, Encoding::Base64url, "").render(&[0xfb, 0xff, 0xbf]), "-_-_");
    }

    #[test]
    fn hex_and_prefixes_are_written_as_they_are() {
        assert_eq!(bytes(3, Encoding::Hex, "").render(&[0, 0x9f, 0xff]), "009fff");
        assert_eq!(bytes(1, Encoding::Hex, "whsec_").render(&[1]), "whsec_01");
    }

    #[test]
    fn each_generator_names_what_it_needs() {
        assert_eq!(Generator::default().bytes_needed(), 32);
        assert_eq!(bytes(48, Encoding::Base64url, "sk-").bytes_needed(), 48);
    }

    #[test]
    #[should_panic(expected = "32 random bytes are needed, got 31")]
    fn too_few_bytes_never_make_a_weaker_value() {
        Generator::default().render(&[0; 31]);
    }

    #[test]
    fn a_generator_crosses_the_wire() {
        let json = r#"{"kind":"bytes","count":32,"encoding":"base64url","prefix":"sk-"}"#;
        let generator: Generator = serde_json::from_str(json).unwrap();
        assert_eq!(generator, bytes(32, Encoding::Base64url, "sk-"));
        assert_eq!(serde_json::to_string(&generator).unwrap(), json);
    }
}

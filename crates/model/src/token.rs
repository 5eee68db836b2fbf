//! Credentials of programs: what they look like, and what they may.

mod base62;
mod info;
mod reach;
mod scope;

pub use info::{TokenInfo, TokenState};
pub use reach::{NamePattern, Reach};
pub use scope::{NoSuchScope, Scope};

use crate::name::{NameFault, text_type};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TokenKind {
    /// A person at a command line, with their role of now.
    Cli,
    /// The link that invites a person, until they accept.
    Invitation,
    /// A request to sign a command line in, until a person answers it.
    Login,
    /// A program, with its scopes.
    Service,
}

impl TokenKind {
    const ALL: [Self; 4] = [Self::Cli, Self::Invitation, Self::Login, Self::Service];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Cli => "kl_cli_",
            Self::Invitation => "kl_inv_",
            Self::Login => "kl_login_",
            Self::Service => "kl_st_",
        }
    }
}

/// Names a token without giving it away: 64 random bits as 11 letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenId(String);
text_type!(TokenId, r"^[0-9A-Za-z]{11}$");

impl TokenId {
    /// Parses an id.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        match base62::decode::<8>(text.as_bytes()) {
            Some(_) if text.len() == ID_CHARS => Ok(Self(text.to_owned())),
            _ => Err(NameFault::IllegalCharacter),
        }
    }
}

/// A token with its secret half: `kl_st_`, the id, 256 random bits as 43 letters and digits, and the CRC-32 (ISO-HDLC) of all
/// before it as 6. The checksum finds a typo, and tells scanners for leaked credentials a token from a look-alike; it proves
/// nothing.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BearerToken {
    #[zeroize(skip)]
    kind: TokenKind,
    #[zeroize(skip)]
    id: TokenId,
    secret: [u8; 32],
}

/// Why a text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It does not look like one.
    #[error("this is not a Keyloft token: they begin with kl_st_ or kl_cli_")]
    Shape,
    /// Its checksum is wrong: letters were lost or changed on the way.
    #[error("this token is mistyped or cut off: its checksum does not match. Copy it again")]
    Checksum,
}

impl BearerToken {
    /// The token made of these random bytes.
    pub fn new(kind: TokenKind, id: [u8; 8], secret: [u8; 32]) -> Self {
        Self { kind, id: TokenId(base62::encode(&id, ID_CHARS)), secret }
    }

    /// The token of this public half.
    pub const fn with_id(kind: TokenKind, id: TokenId, secret: [u8; 32]) -> Self {
        Self { kind, id, secret }
    }

    /// Reads a token, spaces around it removed.
    pub fn parse(text: &str) -> Result<Self, TokenFault> {
        let text = text.trim();
        let kind = TokenKind::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(TokenFault::Shape)?;
        let rest = &text[kind.prefix().len()..];
        let shape = rest.is_ascii()
            && rest.len() == ID_CHARS + 1 + SECRET_CHARS + CRC_CHARS
            && rest.as_bytes()[ID_CHARS] == b'_';
        if !shape {
            // A token that lost its tail is more likely than another text that begins like one.
            return Err(TokenFault::Checksum);
        }
        let (signed, crc) = text.split_at(text.len() - CRC_CHARS);
        if crc != checksum(signed) {
            return Err(TokenFault::Checksum);
        }
        let (id, secret) = rest[..rest.len() - CRC_CHARS].split_at(ID_CHARS);
        let id = TokenId::parse(id).map_err(|_| TokenFault::Checksum)?;
        let secret = base62::decode(&secret.as_bytes()[1..]).ok_or(TokenFault::Checksum)?;
        Ok(Self { kind, id, secret })
    }

    /// What it stands for.
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Its public half.
    pub const fn id(&self) -> &TokenId {
        &self.id
    }

    /// Its secret half, for hashing.
    pub const fn dangerously_expose(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The whole token, to be shown once.
    pub fn text(&self) -> crate::WireValue {
        let secret = base62::encode(&self.secret, SECRET_CHARS);
        let mut text = format!("{}{}_{secret}", self.kind.prefix(), self.id);
        text.push_str(&checksum(&text));
        crate::WireValue::new(text)
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BearerToken({}{}_…)", self.kind.prefix(), self.id)
    }
}

fn checksum(text: &str) -> String {
    base62::encode(&crc32fast::hash(text.as_bytes()).to_be_bytes(), CRC_CHARS)
}

const ID_CHARS: usize = 11;
const SECRET_CHARS: usize = 43;
const CRC_CHARS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_token_reads_back_from_its_text(id: [u8; 8], secret: [u8; 32]) {
            for kind in TokenKind::ALL {
                let token = BearerToken::new(kind, id, secret);
                let read = BearerToken::parse(token.text().dangerously_expose()).unwrap();
                prop_assert_eq!(read.kind(), kind);
                prop_assert_eq!(read.id(), token.id());
                prop_assert_eq!(read.dangerously_expose(), &secret);
            }
        }

        #[test]
        fn a_changed_letter_is_found(secret: [u8; 32], at in 6_usize..67, letter in "[0-9A-Za-z]") {
            let text = BearerToken::new(TokenKind::Service, [7; 8], secret).text();
            let mut typed = text.dangerously_expose().to_owned();
            prop_assume!(typed[at..=at] != letter);
            typed.replace_range(at..=at, &letter);
            prop_assert_eq!(BearerToken::parse(&typed).unwrap_err(), TokenFault::Checksum);
        }
    }

    #[test]
    fn a_token_has_a_shape_that_scanners_know() {
        let token = BearerToken::new(TokenKind::Service, [0xff; 8], [0xff; 32]);
        assert_eq!(
            token.text().dangerously_expose(),
            "kl_st_LygHa16AHYF_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11ZfVdp"
        );
        assert_eq!(format!("{token:?}"), "BearerToken(kl_st_LygHa16AHYF_…)");
        for (text, fault) in [
            ("", TokenFault::Shape),
            ("hvs.CAES", TokenFault::Shape),
            ("kl_xx_1", TokenFault::Shape),
            ("kl_st_", TokenFault::Checksum),
            ("kl_st_é", TokenFault::Checksum),
        ] {
            assert_eq!(BearerToken::parse(text).unwrap_err(), fault, "{text}");
        }
    }
}

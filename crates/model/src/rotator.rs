//! What replaces values by itself.

use crate::{KeyName, SecretId};
use serde::{Deserialize, Serialize};

/// How a rotator comes to a new value, and where else it puts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RotatorKind {
    /// Makes a random value, and tells nobody else.
    Generated,
    /// Gives a role of a PostgreSQL server another password, or two roles in turn.
    Postgres,
    /// Asks a program of yours for the new values.
    Webhook,
}

/// Which characters a generated value is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Alphabet {
    /// Letters and digits.
    #[default]
    Alphanumeric,
    /// Digits.
    Digits,
    /// Digits and the letters a to f.
    Hex,
    /// Letters, digits, `-` and `_`.
    UrlSafe,
}

impl Alphabet {
    /// Its characters.
    pub const fn characters(self) -> &'static [u8] {
        const ALL: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
        match self {
            Self::Alphanumeric => ALL.split_at(62).0,
            Self::Digits => ALL.split_at(10).0,
            Self::Hex => ALL.split_at(16).0,
            Self::UrlSafe => ALL,
        }
    }
}

/// What a rotator of each kind is set to. Nothing of it is secret: that is sealed apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RotatorSettings {
    /// See [`RotatorKind::Generated`].
    Generated {
        /// How many characters of the alphabet.
        length: u32,
        /// Which characters.
        alphabet: Alphabet,
        /// What stands around them, which is `{}` here: `whsec_{}`.
        format: String,
    },
    /// See [`RotatorKind::Postgres`].
    Postgres {
        /// The secret that holds the URL of somebody who may change the roles' passwords.
        admin_secret: SecretId,
        /// The key of it.
        admin_key: KeyName,
        /// The key that holds the password.
        password_key: KeyName,
        /// The key that holds the role's name, which changes where there are two.
        user_key: Option<KeyName>,
        /// A key that holds a whole connection URL.
        url_key: Option<KeyName>,
        /// The role.
        role: String,
        /// The role that takes turns with it.
        other_role: Option<String>,
    },
    /// See [`RotatorKind::Webhook`].
    Webhook {
        /// Where the program listens.
        url: String,
    },
}

impl RotatorSettings {
    /// Of which kind they are.
    pub const fn kind(&self) -> RotatorKind {
        match self {
            Self::Generated { .. } => RotatorKind::Generated,
            Self::Postgres { .. } => RotatorKind::Postgres,
            Self::Webhook { .. } => RotatorKind::Webhook,
        }
    }
}

/// How far a rotation is. Each step is committed before the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RotatorState {
    /// Nothing is under way. The current version works.
    Idle,
    /// The new value is made and kept sealed. The current version works, unless the next step was cut off just now.
    Made,
    /// The new value was given to the other side.
    Applied,
    /// The other side takes the new value; it is about to be stored.
    Verified,
    /// The new value is the current version, and the old one still works.
    Overlap,
}

impl RotatorState {
    /// The state as the database spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Made => "made",
            Self::Applied => "applied",
            Self::Verified => "verified",
            Self::Overlap => "overlap",
        }
    }

    /// The state of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Idle, Self::Made, Self::Applied, Self::Verified, Self::Overlap]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

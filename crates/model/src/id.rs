//! Ids: a prefix that says what they name, and a UUIDv7 (RFC 9562), so that they sort by when they were made.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Why a text is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected `{prefix}_` and 32 hexadecimal digits")]
pub struct IdError {
    /// The prefix that the id should have had.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            const PREFIX: &'static str = $prefix;

            /// The id that holds this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The 16 bytes that a sealed record or an audit row is bound to.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text, Self::PREFIX).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.as_simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f]{32}$")))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

ids! {
    /// One installation of Keyloft: one database with its root key.
    InstanceId = "ins";
    /// A team's own space.
    WorkspaceId = "wsp";
    /// Where a secret lives: `dev`, `staging`, `prod`.
    EnvironmentId = "env";
    /// A named bundle of keys with values.
    SecretId = "sec";
    /// A person.
    UserId = "usr";
    /// What replaces the values of a secret's keys by itself.
    RotatorId = "rot";
    /// One rotation by a rotator, from the new value to the end of the old one.
    RunId = "run";
    /// A program that is told what happens.
    WebhookId = "whk";
    /// One message on its way to a program or a person.
    DeliveryId = "dlv";
    /// A passkey of a person.
    PasskeyId = "pky";
    /// A signed-in browser, as others may name it (never the cookie, which only its browser knows).
    SessionKey = "ses";
}

/// A chain of audit rows: one per workspace, and one for what belongs to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditChain {
    /// Sign-ins that failed, setup, the operator's commands.
    Instance(InstanceId),
    /// All that happened in one workspace.
    Workspace(WorkspaceId),
}

impl AuditChain {
    /// The 16 bytes that stand for the chain in each of its rows' hashes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        match self {
            Self::Instance(id) => id.as_bytes(),
            Self::Workspace(id) => id.as_bytes(),
        }
    }
}

impl fmt::Display for AuditChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(id) => id.fmt(f),
            Self::Workspace(id) => id.fmt(f),
        }
    }
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, IdError> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|hex| hex.len() == 32)
        .and_then(|hex| Uuid::try_parse(hex).ok())
        .ok_or(IdError { prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = SecretId::from_uuid(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string(), "sec_01930000000070008000000000000001");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let text = "env_01930000000070008000000000000001";
        assert_eq!(text.parse::<SecretId>(), Err(IdError { prefix: "sec" }));
        assert!("sec_0193".parse::<SecretId>().is_err());
        assert!("sec_01930000-0000-7000-8000-000000000001".parse::<SecretId>().is_err());
    }
}

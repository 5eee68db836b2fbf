//! Rotators.

use super::whole;
use crate::{
    Alphabet, EnvironmentName, KeyName, PersonName, RotatorId, RotatorKind, RotatorState, RunId,
    SecretName, WireValue,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A rotator, and how its rotation of now stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatorView {
    /// Which.
    pub id: RotatorId,
    /// Where the secret lives.
    pub environment: EnvironmentName,
    /// The secret.
    pub secret: SecretName,
    /// How it comes to new values.
    pub kind: RotatorKind,
    /// The keys that it replaces.
    pub keys: Vec<KeyName>,
    /// The role of a database whose password it changes.
    pub role: Option<String>,
    /// The role that takes turns with it.
    pub other_role: Option<String>,
    /// How often it runs, in days; 0 by hand only.
    pub days: u32,
    /// How long the old value works too.
    pub overlap_minutes: u32,
    /// How far the rotation of now is.
    pub state: RotatorState,
    /// It failed too often, and waits to be run by hand.
    pub gave_up: bool,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When the next rotation begins.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub next_at: Option<Timestamp>,
    /// When the last one stored its value.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_at: Option<Timestamp>,
    /// Until when the old value of now works.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub overlap_until: Option<Timestamp>,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// Who made it: it may never do more than they may.
    pub created_by: PersonName,
}

/// Rotators, those that gave up first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatorList {
    /// The rotators.
    pub rotators: Vec<RotatorView>,
}

/// Where an administrator's connection URL is read from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminUrl {
    /// Where the secret lives.
    #[cfg_attr(feature = "openapi", schema(value_type = EnvironmentName))]
    pub environment: String,
    /// The secret.
    #[cfg_attr(feature = "openapi", schema(value_type = SecretName))]
    pub secret: String,
    /// The key.
    #[cfg_attr(feature = "openapi", schema(value_type = KeyName))]
    pub key: String,
}

/// A new rotator. What does not belong to its kind is left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MakeRotator {
    /// Where the secret lives.
    #[cfg_attr(feature = "openapi", schema(value_type = EnvironmentName))]
    pub environment: String,
    /// The secret.
    #[cfg_attr(feature = "openapi", schema(value_type = SecretName))]
    pub secret: String,
    /// How it comes to new values.
    pub kind: RotatorKind,
    /// The keys that it replaces; of `postgres` the one that holds the password.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyName>, min_items = 1, max_items = 16))]
    pub keys: Vec<String>,
    /// How often it runs, in days: at most 366; 0, or nothing, by hand only.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::optional"
    )]
    #[cfg_attr(feature = "openapi", schema(maximum = 366))]
    pub days: Option<u32>,
    /// How long the old value works too, at most a week; 60 if nothing is given.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::optional"
    )]
    #[cfg_attr(feature = "openapi", schema(maximum = 10_080))]
    pub overlap_minutes: Option<u32>,
    /// `generated`: how many characters, 8 to 512; 32 if nothing is given.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::optional"
    )]
    #[cfg_attr(feature = "openapi", schema(minimum = 8, maximum = 512))]
    pub length: Option<u32>,
    /// `generated`: which characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alphabet: Option<Alphabet>,
    /// `generated`: what stands around them, with `{}` once in their place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `postgres`: where the connection URL of somebody who may change the roles' passwords is read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<AdminUrl>,
    /// `postgres`: the key that holds the role's name; two roles need one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<KeyName>))]
    pub user_key: Option<String>,
    /// `postgres`: a key that holds a whole connection URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<KeyName>))]
    pub url_key: Option<String>,
    /// `postgres`: the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `postgres`: a second role with the same rights, so that the old password works for the overlap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_role: Option<String>,
    /// `webhook`: the program that makes the values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `webhook`: what requests to it are signed with, 16 to 256 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_secret: Option<WireValue>,
}

/// One step of a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatorLogEntry {
    /// Of which rotation.
    pub run: RunId,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// `made`, `applied`, `verified`, `stored`, `retired`, `failed` or `gave-up`.
    pub step: String,
    /// What happened. Never a value.
    pub message: String,
}

/// What a rotator did, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatorLog {
    /// At most 200 steps.
    pub entries: Vec<RotatorLogEntry>,
}

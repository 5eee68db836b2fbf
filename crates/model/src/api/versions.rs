//! What a secret held before, and who reads it.

use crate::{KeyChanges, KeyInfo, PersonName, ReaderKind, Version, api::whole};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A version to go back to: its keys and values become a new version.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RestoreVersion {
    /// Which one.
    pub version: Version,
    /// Only these keys of it, while the others stay as they are; everything if none are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::KeyName>, max_items = 512))]
    pub keys: Vec<String>,
    /// Why, for the history.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

/// Destroys the values of an old version for good.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DestroyVersion {
    /// The secret's name, typed again.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::SecretName))]
    pub name: String,
}

/// One version of a secret, without its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    /// Its number.
    pub version: Version,
    /// The keys that it had.
    pub keys: Vec<KeyInfo>,
    /// Which of them came with it, and which went.
    pub changed: KeyChanges,
    /// How it came to be: `create`, `edit`, `copy`, `promote`, `restore`, `rotation`.
    pub cause: String,
    /// What its author noted.
    pub note: String,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: PersonName,
    /// What the token is called that it was made with; nothing if it was made in a browser.
    pub made_with: Option<String>,
    /// From which address; nothing if nobody knows.
    pub made_from: Option<String>,
    /// When its values were destroyed; nothing as long as they are there.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub destroyed_at: Option<Timestamp>,
    /// Who destroyed them; nothing if the workspace keeps old versions for a time only.
    pub destroyed_by: Option<PersonName>,
    /// Whose last read was of this version.
    pub readers: Vec<ReaderView>,
}

/// All versions of a secret, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionList {
    /// The versions.
    pub versions: Vec<VersionView>,
}

/// Someone who read a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReaderView {
    /// The token's id, or the person's.
    pub id: String,
    /// Which of the two.
    pub kind: ReaderKind,
    /// What they are called.
    pub name: String,
    /// The version that they read last.
    pub version: Version,
    /// Whether a value changed since: they work with an old one until they read again.
    pub behind: bool,
    /// Whether they cannot read any more: the token ended, the person left.
    pub gone: bool,
    /// When they first read it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub first_read_at: Timestamp,
    /// When they last did, give or take a minute.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub last_read_at: Timestamp,
}

/// Who reads a secret, who read it last first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReaderList {
    /// The readers.
    pub readers: Vec<ReaderView>,
}

/// How long the workspace keeps the values of old versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeepVersions {
    /// So many of a secret's newest versions stay, whatever their age.
    #[serde(deserialize_with = "whole::positive")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4_294_967_295_u64))]
    pub versions: u32,
    /// And each for so many days after the next one was made.
    #[serde(deserialize_with = "whole::number")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 4_294_967_295_u64))]
    pub days: u32,
}

/// What happens to old versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionView {
    /// How long their values are kept; for ever if nothing.
    pub keep: Option<KeepVersions>,
}

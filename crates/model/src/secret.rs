//! What is known of a secret without its values.

use crate::api::whole;
use crate::{
    Cursor, EnvironmentId, KeyName, PersonName, RotationInfo, RotationState, SecretId, SecretName,
    SecretReader, Tag, Urgency, ValueKind,
};
use serde::{Deserialize, Serialize};
use std::{fmt, num::NonZeroU32, str::FromStr};

/// Which of a secret's contents: 1 is what it was made with, each change makes the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(#[serde(deserialize_with = "whole::positive")] pub u32);

impl Version {
    /// What a secret is made with.
    pub const FIRST: Self = Self(1);

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Version {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(u32::MAX))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Version {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A secret as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretSummary {
    /// Which one: stays when the name changes.
    pub id: SecretId,
    /// Its name, unique in its environment.
    pub name: SecretName,
    /// Where it lives.
    pub environment: EnvironmentId,
    /// The id of the template it was made from.
    pub template: Option<String>,
    /// How many keys it has.
    pub keys: u32,
    /// Words to find it by.
    pub tags: Vec<Tag>,
    /// The version of now.
    pub version: Version,
    /// When that was made, in unix milliseconds.
    pub updated_at: i64,
    /// Who made it.
    pub updated_by: PersonName,
    /// Whether its values want to be replaced. Nothing in the trash does.
    pub rotation: RotationState,
    /// The first key that says what was searched for, where the name does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<KeyName>,
}

/// A secret as its own page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretDetail {
    /// What the list shows too.
    pub summary: SecretSummary,
    /// Its keys, in the order their author gave them.
    pub keys: Vec<KeyInfo>,
    /// What the author of the current version noted.
    pub note: String,
    /// When the secret was made, in unix milliseconds.
    pub created_at: i64,
    /// Who made it.
    pub created_by: PersonName,
    /// When a program last read it, give or take a minute.
    pub last_read_at: Option<i64>,
    /// When its values have to be replaced. The dashboard's live pages show nothing of it, so it stays on the server.
    #[serde(skip)]
    pub rotation: RotationInfo,
}

/// One key of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyInfo {
    /// The environment variable.
    pub name: KeyName,
    /// Who sees its value.
    pub kind: ValueKind,
    /// The version that its value came with.
    pub since: Version,
}

/// One version of a secret, without its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its number.
    pub version: Version,
    /// The keys that it had.
    pub keys: Vec<KeyInfo>,
    /// Which of them came with it.
    pub changed: KeyChanges,
    /// How it came to be: `create`, `edit`, `copy`, `promote`, `restore`, `rotation`.
    pub cause: String,
    /// What its author noted.
    pub note: String,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// Who made it.
    pub created_by: PersonName,
    /// What the token is called that it was made with; nothing if it was a browser.
    pub made_with: Option<String>,
    /// From which address; empty if nobody knows.
    pub made_from: String,
    /// What became of its values, if they are there no more.
    pub destroyed: Option<Destroyed>,
    /// Whose last read was of this version.
    pub readers: Vec<SecretReader>,
}

/// What a version changed, told without values: whether one typed anew is the same as before is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyChanges {
    /// Keys that were not there before.
    pub added: Vec<KeyName>,
    /// Keys whose values were given anew.
    pub set: Vec<KeyName>,
    /// Keys that were there before.
    pub removed: Vec<KeyName>,
}

impl KeyChanges {
    /// What this version changed, whose keys these are, and those of the one before.
    pub fn between(before: &[KeyInfo], version: Version, keys: &[KeyInfo]) -> Self {
        let is_in =
            |keys: &[KeyInfo], key: &KeyInfo| keys.iter().any(|other| other.name == key.name);
        let named = |key: &KeyInfo| key.name.clone();
        let (old, added): (Vec<_>, Vec<_>) = keys.iter().partition(|key| is_in(before, key));
        Self {
            added: added.into_iter().map(named).collect(),
            set: old.into_iter().filter(|key| key.since == version).map(named).collect(),
            removed: before.iter().filter(|key| !is_in(keys, key)).map(named).collect(),
        }
    }
}

/// When a version's values were destroyed, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destroyed {
    /// In unix milliseconds.
    pub at: i64,
    /// Who did; nothing if the workspace keeps old versions for a time only.
    pub by: Option<PersonName>,
}

/// How long a workspace keeps the values of old versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// So many of a secret's newest versions stay, whatever their age.
    pub versions: NonZeroU32,
    /// And each for so many days after the next one was made.
    pub days: u32,
}

/// A secret in the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashedSecret {
    /// The secret as it was.
    pub summary: SecretSummary,
    /// When it was deleted, in unix milliseconds.
    pub trashed_at: i64,
    /// Who deleted it.
    pub trashed_by: PersonName,
    /// After how many days it is destroyed, a day that has begun counted.
    pub days_left: u32,
}

/// The order of a list of secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Sort {
    /// By name, A first.
    #[default]
    Name,
    /// By name, Z first.
    NameDown,
    /// By the last change, newest first.
    Updated,
    /// By the last change, oldest first.
    UpdatedUp,
    /// By when they were made, newest first.
    Created,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 5] =
        [Self::Name, Self::NameDown, Self::Updated, Self::UpdatedUp, Self::Created];

    /// The order as a URL spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameDown => "name-down",
            Self::Updated => "updated",
            Self::UpdatedUp => "updated-up",
            Self::Created => "created",
        }
    }

    /// The order that a URL spells, or the default one.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text).unwrap_or_default()
    }
}

/// Which secrets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Only those of this environment.
    pub environment: Option<EnvironmentId>,
    /// Only those with all these words in their name, keys, template or tags.
    pub search: String,
    /// Only those made from this template.
    pub template: Option<String>,
    /// Only those with this tag.
    pub tag: Option<Tag>,
    /// Only those that want a rotation so urgently.
    pub rotation: Option<Urgency>,
    /// Only those that nobody read in so many days, and that are as old.
    #[serde(skip)]
    pub stale: Option<u32>,
    /// In which order.
    pub sort: Sort,
    /// From where on; from the start if nothing.
    pub after: Option<Cursor>,
    /// How many rows to leave out from there: what somebody scrolls past is not read.
    pub skip: u32,
}

//! Secrets: what is known of them, and how they change.

use super::{NewValueView, RotationView, ValueMap};
use crate::{
    Cursor, EnvironmentName, KeyInfo, KeyName, PersonName, SecretId, SecretName, Tag, ValueKind,
    Version,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A secret without its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretView {
    /// Stays when the name changes.
    pub id: SecretId,
    /// Its name, unique in its environment.
    pub name: SecretName,
    /// Where it lives.
    pub environment: EnvironmentName,
    /// The id of the template it was made from.
    pub template: Option<String>,
    /// Its keys, in the order their author gave them.
    pub keys: Vec<KeyInfo>,
    /// Words to find it by.
    pub tags: Vec<Tag>,
    /// What the author of this version noted.
    pub note: String,
    /// The version of now; `ETag` is the same number as `"v7"`.
    pub version: Version,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: PersonName,
    /// When its version of now was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// Who made that.
    pub updated_by: PersonName,
    /// When a program or a person last read its values, give or take a minute; nothing if nobody did.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_read_at: Option<Timestamp>,
    /// When its values have to be replaced.
    pub rotation: RotationView,
}

/// A page of secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretList {
    /// The secrets, in the order asked for.
    pub secrets: Vec<SecretView>,
    /// How many match on all pages.
    pub total: u64,
    /// Where the next page begins, for `after`; nothing on the last page.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next: Option<Cursor>,
}

/// A new secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MakeSecret {
    /// Where it shall live; `dev` and so on.
    #[cfg_attr(feature = "openapi", schema(value_type = EnvironmentName))]
    pub environment: String,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = SecretName))]
    pub name: String,
    /// The id of a template, whose kinds then hold for keys that give none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub template: Option<String>,
    /// Its keys and what they hold: at least one.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<KeyName, NewValueView>))]
    pub values: ValueMap<String, NewValueView>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Tag>, max_items = 20))]
    pub tags: Vec<String>,
    /// Why, for the history.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

/// Everything that a secret holds from now on. Keys that are not named are gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplaceSecret {
    /// Its keys and what they hold: at least one.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<KeyName, NewValueView>))]
    pub values: ValueMap<String, NewValueView>,
    /// Words to find it by; those of now stay if nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Tag>>, max_items = 20))]
    pub tags: Option<Vec<String>>,
    /// Why, for the history.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

/// A change of a secret; what is not named stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeSecret {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SecretName>))]
    pub name: Option<String>,
    /// Keys to add, or to give another value.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<KeyName, NewValueView>))]
    pub set: ValueMap<String, NewValueView>,
    /// Keys to take away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyName>, max_items = 512))]
    pub remove: Vec<String>,
    /// Other words to find it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Tag>>, max_items = 20))]
    pub tags: Option<Vec<String>>,
    /// Why, for the history.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

/// Where a copy goes. The values do not pass through the client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CopySecret {
    /// The environment to copy to.
    #[cfg_attr(feature = "openapi", schema(value_type = EnvironmentName))]
    pub environment: String,
    /// Its name there; the same if nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SecretName>))]
    pub name: Option<String>,
    /// Why, for the history.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

/// Two contents to compare: the server compares, and no value leaves it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compare {
    /// Before.
    pub left: CompareSide,
    /// After.
    pub right: CompareSide,
    /// Only the names of keys: needs no right to read values.
    #[serde(default)]
    pub names_only: bool,
}

/// One side of a comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompareSide {
    /// The environment.
    #[cfg_attr(feature = "openapi", schema(value_type = EnvironmentName))]
    pub environment: String,
    /// The secret.
    #[cfg_attr(feature = "openapi", schema(value_type = SecretName))]
    pub secret: String,
    /// Which version; that of now if nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// What differs, key by key: those of the left in their order, then those that only the right has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompareAnswer {
    /// The keys.
    pub keys: Vec<ComparedKey>,
}

/// One key of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedKey {
    /// The key.
    pub key: KeyName,
    /// How it differs.
    pub difference: Difference,
    /// Its kind on the left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_kind: Option<ValueKind>,
    /// Its kind on the right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right_kind: Option<ValueKind>,
}

/// How a key differs between two contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Difference {
    /// Only the right has it.
    Added,
    /// Both have it, with different values.
    Changed,
    /// Both have it; whether the values differ was not asked.
    Present,
    /// Only the left has it.
    Removed,
    /// Both have it, with the same value.
    Same,
}

/// A secret in the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrashedView {
    /// Which one: its name may be another secret's by now.
    pub id: SecretId,
    /// What it was called.
    pub name: SecretName,
    /// Where it lived.
    pub environment: EnvironmentName,
    /// Its version.
    pub version: Version,
    /// When it was deleted.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub trashed_at: Timestamp,
    /// Who deleted it.
    pub trashed_by: PersonName,
    /// After how many days it is destroyed.
    pub days_left: u32,
}

/// The trash, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrashList {
    /// The secrets.
    pub secrets: Vec<TrashedView>,
}

/// Takes a secret out of the trash.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RestoreSecret {
    /// Under this name; its old one if nothing is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SecretName>))]
    pub name: Option<String>,
}

/// Deletes a secret in the trash for good.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DestroySecret {
    /// Its name, typed again.
    #[cfg_attr(feature = "openapi", schema(value_type = SecretName))]
    pub name: String,
}

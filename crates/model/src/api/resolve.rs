//! Many secrets to one map of environment variables.

use super::ValueMap;
use crate::{KeyName, SecretId, SecretName, Version, WireValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which secrets, in which order: a key of a later one wins.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resolve {
    /// Where they live.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::EnvironmentName))]
    pub environment: String,
    /// Their names, at most 32.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<SecretName>, min_items = 1, max_items = 32))]
    pub secrets: Vec<String>,
    /// Only these keys; all if none are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyName>, max_items = 512))]
    pub keys: Vec<String>,
    /// Keys without which nothing is answered: those that are missing are all listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyName>, max_items = 512))]
    pub required: Vec<String>,
    /// Only where each key comes from: no value is read or answered, and no read is audited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names_only: bool,
}

/// The merged map, and where each key of it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolveAnswer {
    /// The environment variables; none if only names were asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<KeyName, WireValue>))]
    pub values: ValueMap<KeyName, WireValue>,
    /// The source of each key, in the same order.
    pub explain: Vec<Explanation>,
    /// The secrets that were read, in the order asked for.
    pub secrets: Vec<ResolvedSecret>,
    /// Keys that the caller may not read, and so are missing above.
    #[serde(default)]
    pub withheld: Vec<Withheld>,
}

/// Where one key came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// The key.
    pub key: KeyName,
    /// The secret whose value counts.
    pub source: ResolvedFrom,
    /// Earlier secrets that have the key too, and lost.
    pub shadowed: Vec<ResolvedFrom>,
}

/// A version of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolvedFrom {
    /// The secret.
    pub secret: SecretName,
    /// Its version.
    pub version: Version,
}

/// A secret that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolvedSecret {
    /// Which one: stays when the name changes.
    pub id: SecretId,
    /// Its name.
    pub name: SecretName,
    /// Its version.
    pub version: Version,
}

/// A key whose value people do not get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Withheld {
    /// The key.
    pub key: KeyName,
    /// The secret that has it.
    pub secret: SecretName,
}

/// Reads that were answered from a client's own cache while the server could not be reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportReads {
    /// The reads, at most 500.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub reads: Vec<StoredRead>,
}

/// One read from a cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredRead {
    /// The secret.
    pub secret: SecretId,
    /// The version that the cache held.
    pub version: Version,
    /// When, by the client's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

//! Values to look for in files, where no secret should stand.

use crate::{EnvironmentName, KeyName, SecretName, WireValue};
use serde::{Deserialize, Serialize};

/// Asks for every value that the caller may read and that is long enough to be looked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scan {
    /// Only those of this environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<EnvironmentName>))]
    pub environment: Option<String>,
}

/// The values. They are for memory only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanAnswer {
    /// The values, at least 8 bytes long each.
    pub values: Vec<ScanValue>,
    /// How many secrets were not read because the caller may not, or must confirm first.
    pub skipped_secrets: u32,
}

/// One value, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanValue {
    /// The environment.
    pub environment: EnvironmentName,
    /// The secret.
    pub secret: SecretName,
    /// The key.
    pub key: KeyName,
    /// What it holds.
    pub value: WireValue,
}

//! Environments.

use crate::{EnvironmentId, EnvironmentName};
use serde::{Deserialize, Serialize};

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnvironmentView {
    /// Stays when the name changes.
    pub id: EnvironmentId,
    /// Its name, unique in the workspace.
    pub name: EnvironmentName,
    /// Whether it asks more of a reader.
    pub protected: bool,
    /// How many secrets live in it, the trash not counted.
    pub secrets: u64,
}

/// The environments in reach, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnvironmentList {
    /// The environments.
    pub environments: Vec<EnvironmentView>,
}

/// A new environment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MakeEnvironment {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = EnvironmentName))]
    pub name: String,
}

/// A change of an environment; what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeEnvironment {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<EnvironmentName>))]
    pub name: Option<String>,
    /// Protect it, or lift its protection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
}

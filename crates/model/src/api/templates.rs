//! Service templates.

use crate::{EnvironmentName, KeyName, SecretName, TemplateDraft, ValueKind, Version};
use serde::{Deserialize, Serialize};

/// All templates, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateList {
    /// The templates.
    pub templates: Vec<TemplateView>,
}

/// Which keys a service wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateView {
    /// Its id, such as `postgres`.
    pub id: String,
    /// The service's name.
    pub name: String,
    /// What the service is.
    #[serde(default)]
    pub description: String,
    /// Whether the workspace made it itself.
    #[serde(default)]
    pub own: bool,
    /// The version of now of the workspace's own; `ETag` is the same number as `"v7"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// What a secret made from it is called unless something else is wanted.
    pub secret_name: String,
    /// The keys.
    pub keys: Vec<TemplateKeyView>,
    /// Keys of which at least one of these groups has to be there; empty where there is nothing to choose.
    pub alternatives: Vec<Vec<KeyName>>,
    /// All that makes the template, as `PUT` takes it, or `POST` for a copy. Lists leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<TemplateDraft>,
}

/// The secrets of a template that no longer match it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MismatchList {
    /// How many secrets in reach were made from it.
    pub secrets: u64,
    /// Those that lack something, by environment and name.
    pub mismatches: Vec<MismatchView>,
}

/// A secret that lacks keys which its template requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MismatchView {
    /// Where it lives.
    pub environment: EnvironmentName,
    /// What it is called.
    pub name: SecretName,
    /// Required keys that it lacks.
    pub missing: Vec<KeyName>,
    /// If it has no complete alternative: what each one that it could have lacks.
    pub alternatives: Vec<MissingAlternative>,
}

/// What a secret lacks of one alternative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MissingAlternative {
    /// What the alternative is called.
    pub label: String,
    /// Its required keys that are not there.
    pub keys: Vec<KeyName>,
}

/// One key of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateKeyView {
    /// The environment variable.
    pub key: KeyName,
    /// What it is, for people.
    pub label: String,
    /// Who sees its value, unless someone says otherwise.
    pub kind: ValueKind,
    /// Whether the service cannot do without it.
    pub required: bool,
    /// What it holds unless something else is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

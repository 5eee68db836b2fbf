//! Service templates.

use crate::{KeyName, ValueKind};
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
    /// What a secret made from it is called unless something else is wanted.
    pub secret_name: String,
    /// The keys.
    pub keys: Vec<TemplateKeyView>,
    /// Keys of which at least one of these groups has to be there; empty where there is nothing to choose.
    pub alternatives: Vec<Vec<KeyName>>,
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

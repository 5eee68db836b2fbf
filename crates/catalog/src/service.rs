use crate::Check;
use model::{KeyName, Template};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything known about a service: its template, and what only the server needs.
#[derive(Clone, Debug)]
pub struct Service {
    /// What forms need.
    pub template: Template,
    /// Other words that people search for it by.
    pub tags: Vec<String>,
    /// Where its key names were seen.
    pub verification: Verification,
    /// Which scanner rule or document each pattern comes from.
    pub pattern_sources: BTreeMap<KeyName, String>,
    /// Where aliases were seen; one that is not here is from memory.
    pub alias_sources: BTreeMap<KeyName, String>,
    /// How to find out whether a credential works; nothing for values that people make themselves.
    pub check: Option<Check>,
    /// How a credential is replaced.
    pub rotation: Rotation,
}

/// Where the key names of a service were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Packages with versions, repositories or pages; without one the names are from memory.
    pub source: Option<String>,
    /// Whose sources these are.
    pub kind: Option<Evidence>,
    /// Keys that were not seen there.
    #[serde(default)]
    pub unseen_keys: Vec<KeyName>,
}

/// Whose sources a key name was seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The service's own SDK, command, documents or examples.
    Official,
    /// Another library that reads the name.
    ThirdParty,
}

/// How a credential is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Whether an API can do it.
    pub api: RotationApi,
    /// How, for people.
    pub how: Option<String>,
    /// Where the service documents it; without one, `how` is mostly from memory.
    pub doc: Option<String>,
}

/// Whether a credential can be replaced by API calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotationApi {
    /// It can.
    Yes,
    /// Some kinds of it, or some steps.
    Partial,
    /// Only by hand.
    No,
    /// Not established.
    Unknown,
}

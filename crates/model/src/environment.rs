//! Environments: where a secret lives.

use crate::{
    EnvironmentId,
    name::{NameFault, dotted, text_type},
};
use serde::{Deserialize, Serialize};

/// The name of an environment: like a secret's, unique in its workspace, starting with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnvironmentName(String);
text_type!(EnvironmentName, r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");

impl EnvironmentName {
    /// Parses a name, spaces around it removed.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let text = dotted(text)?;
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(NameFault::IllegalCharacter);
        }
        Ok(Self(text))
    }
}

/// An environment of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Which one.
    pub id: EnvironmentId,
    /// Its name, unique in the workspace.
    pub name: EnvironmentName,
    /// Whether it asks more of a reader: revealing needs the password again.
    pub protected: bool,
    /// How many secrets live in it, the trash not counted.
    pub secrets: u64,
}

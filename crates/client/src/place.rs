//! Where a secret is found.

use std::fmt;

use model::{EnvironmentName, SecretName};

/// A secret, by environment and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where it lives.
    pub environment: EnvironmentName,
    /// What it is called there.
    pub name: SecretName,
}

impl Place {
    /// That secret of that environment.
    pub const fn new(environment: EnvironmentName, name: SecretName) -> Self {
        Self { environment, name }
    }

    /// Its path below the API. Neither name has a character that a path would misread.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/secrets/{self}{rest}")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.environment, self.name)
    }
}

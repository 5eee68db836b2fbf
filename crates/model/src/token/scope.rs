//! What a token may do.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a service token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    /// Manage environments, tokens and rotators, destroy secrets.
    Admin,
    /// See which secrets there are, their keys, tags and versions.
    List,
    /// Read values.
    Read,
    /// Give keys that a secret has already other values.
    Rotate,
    /// Create and change secrets, move them to the trash and back.
    Write,
}

impl Scope {
    /// Every scope, in the order a person chooses from.
    pub const ALL: [Self; 5] = [Self::Read, Self::List, Self::Write, Self::Rotate, Self::Admin];

    /// The scope as the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::List => "list",
            Self::Read => "read",
            Self::Rotate => "rotate",
            Self::Write => "write",
        }
    }

    /// What it allows, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Admin => "Manage environments, tokens and rotators, destroy secrets.",
            Self::List => "See which secrets there are, with their keys, tags and versions.",
            Self::Read => "Read values, write-only ones too.",
            Self::Rotate => "Replace the values of keys that a secret already has.",
            Self::Write => "Create and change secrets, move them to the trash and back.",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such scope: expected read, list, write, rotate or admin")]
pub struct NoSuchScope;

impl FromStr for Scope {
    type Err = NoSuchScope;

    fn from_str(text: &str) -> Result<Self, NoSuchScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(NoSuchScope)
    }
}

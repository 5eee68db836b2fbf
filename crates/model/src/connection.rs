//! Connection URLs such as `postgresql://user:password@host:5432/database`: a pasted one fills the fields of a form,
//! and filled fields make one.
//!
//! URLs hold passwords, so nothing here prints a part of what it was given: errors name the part, never its text.

mod compose;
mod error;
mod fill;
mod parse;
mod percent;
#[cfg(test)]
mod tests;

pub use error::ConnectionError;
pub use fill::Filled;
pub use parse::{ConnectionParts, Host};

use crate::KeyName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How the connection URL of a service and the keys of its template correspond.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionFill {
    /// The key that holds the whole URL.
    pub key: KeyName,
    /// The schemes that such URLs have. The first one is what the service's own documentation writes.
    pub schemes: Vec<ConnectionScheme>,
    /// Which key holds which part.
    pub parts: BTreeMap<ConnectionPart, KeyName>,
    /// Which key holds which parameter of the query.
    #[serde(default)]
    pub query: BTreeMap<String, KeyName>,
    /// Parameters that every URL of this service should have, as `name=value`.
    #[serde(default)]
    pub always: Option<String>,
    /// What is good to know about these URLs.
    #[serde(default)]
    pub note: Option<String>,
}

/// One scheme, and what it says about the connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionScheme {
    /// The scheme in lower case, without `://`.
    pub name: String,
    /// The port of a URL that names none. Without one, ports mean nothing to the scheme.
    #[serde(default)]
    pub port: Option<u16>,
    /// Whether connections are encrypted, where the scheme alone says so.
    #[serde(default)]
    pub tls: Option<bool>,
}

/// A part of a connection URL that keys can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionPart {
    /// Host name or address; several are separated by commas.
    Host,
    /// TCP port; several are separated by commas, as libpq reads them.
    Port,
    /// Who signs in.
    User,
    /// With what.
    Password,
    /// The path: a database, or what the service has in its place.
    Database,
    /// `true` or `false`, by the scheme.
    Tls,
}

impl fmt::Display for ConnectionPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::User => "user",
            Self::Password => "password",
            Self::Database => "database",
            Self::Tls => "encryption",
        })
    }
}

impl ConnectionFill {
    fn key_of(&self, part: ConnectionPart) -> Option<&KeyName> {
        self.parts.get(&part)
    }

    /// The scheme of that name. `postgresql+asyncpg` counts as `postgresql`: what follows the plus names a driver.
    fn scheme(&self, name: &str) -> Option<&ConnectionScheme> {
        let exact = |name: &str| self.schemes.iter().find(|scheme| scheme.name == name);
        exact(name).or_else(|| name.split_once('+').and_then(|(scheme, _)| exact(scheme)))
    }
}

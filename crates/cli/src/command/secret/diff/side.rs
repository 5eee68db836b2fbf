//! `NAME`, `NAME@3`, `prod/NAME@3`

use client::{Client, Place};
use model::api::CompareSide;
use model::{EnvironmentName, SecretName, Version};

use super::Values;
use crate::context::{parse_environment, parse_name};
use crate::failure::{Failure, Result, of_secret};
use crate::print;

/// One side, as it was typed.
pub(super) struct Side {
    pub(super) environment: Option<EnvironmentName>,
    name: SecretName,
    version: Option<Version>,
}

/// One side, with its environment.
pub(super) struct Placed {
    pub(super) place: Place,
    version: Option<Version>,
}

impl Side {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let (environment, rest) = match text.split_once('/') {
            Some((environment, rest)) => (Some(parse_environment(environment)?), rest),
            None => (None, text),
        };
        let (name, version) = match rest.split_once('@') {
            Some((name, version)) => {
                let version = version.trim_start_matches('v').parse().map_err(|_| {
                    Failure::usage("what follows the @ is the number of a version, as in NAME@3")
                })?;
                (name, Some(version))
            }
            None => (rest, None),
        };
        Ok(Self { environment, name: parse_name(name)?, version })
    }

    /// In its own environment, or in this one.
    pub(super) fn at(self, default: Option<&EnvironmentName>) -> Placed {
        let environment = self.environment.or_else(|| default.cloned());
        let environment =
            environment.expect("a default is looked up where a side names no environment");
        Placed { place: Place::new(environment, self.name), version: self.version }
    }
}

impl Placed {
    /// This side and the version of now; for the version of now, the one before it.
    pub(super) fn and_now(self, client: &Client) -> Result<(Self, Self)> {
        let now = Self { place: self.place.clone(), version: None };
        if self.version.is_some() {
            return Ok((self, now));
        }
        let version = client.secret(&self.place).map_err(of_secret(&self.place))?.version;
        let before = version.0.checked_sub(1).filter(|number| *number > 0).map(Version);
        let before = before.ok_or_else(|| {
            Failure::failed(format!(
                "Secret '{}' has one version only, and nothing to compare it with",
                self.place.name
            ))
        })?;
        Ok((Self { place: self.place, version: Some(before) }, now))
    }

    pub(super) fn to_wire(&self) -> CompareSide {
        CompareSide {
            environment: self.place.environment.to_string(),
            secret: self.place.name.to_string(),
            version: self.version,
        }
    }

    /// Reads the values, and says which cannot be read.
    pub(super) fn values(&self, client: &Client) -> Result<Values> {
        let answer =
            client.values(&self.place, self.version, &[]).map_err(of_secret(&self.place))?;
        if !answer.withheld.is_empty() {
            print::hint(format_args!(
                "write-only, so not read: {}",
                print::listed(&answer.withheld)
            ));
        }
        Ok(answer.values.0)
    }
}

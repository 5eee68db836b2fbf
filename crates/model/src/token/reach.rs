//! How far a token reaches.

use crate::{
    EnvironmentId, SecretName,
    limits::NAME_CHARS,
    name::{NameFault, is_dotted, text_type, too_long},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The secrets that a token reaches by name: `prod-postgres` one, `prod-*` all whose name begins so. The star stands at the end
/// only, so that what a pattern covers can be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamePattern(String);
text_type!(NamePattern, r"^(\*|[A-Za-z0-9._-]{1,64}\*?)$");

impl NamePattern {
    /// Parses a pattern, spaces around it removed.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let text = text.trim();
        match text.strip_suffix('*') {
            None => drop(SecretName::parse(text)?),
            Some(begin) if begin.len() > NAME_CHARS => {
                return Err(too_long(NAME_CHARS, begin.len()));
            }
            Some(begin) if begin.chars().all(is_dotted) => {}
            Some(_) => return Err(NameFault::IllegalCharacter),
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether the name is covered.
    pub fn covers(&self, name: &SecretName) -> bool {
        match self.0.strip_suffix('*') {
            Some(begin) => name.as_str().starts_with(begin),
            None => name.as_str() == self.0,
        }
    }

    /// Whether every name that `other` covers is covered.
    pub fn covers_all_of(&self, other: &Self) -> bool {
        match self.0.strip_suffix('*') {
            Some(begin) => other.0.trim_end_matches('*').starts_with(begin),
            None => self == other,
        }
    }
}

/// How far a token reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The environments; all if there are none.
    pub environments: BTreeSet<EnvironmentId>,
    /// The names of secrets; all if there are none.
    pub names: BTreeSet<NamePattern>,
}

impl Reach {
    /// Whether the environment lies within it.
    pub fn covers_environment(&self, environment: EnvironmentId) -> bool {
        self.environments.is_empty() || self.environments.contains(&environment)
    }

    /// Whether a secret of this name lies within it.
    pub fn covers_name(&self, name: &SecretName) -> bool {
        self.names.is_empty() || self.names.iter().any(|pattern| pattern.covers(name))
    }

    /// Whether `other` reaches no further.
    pub fn covers_all_of(&self, other: &Self) -> bool {
        let environments = self.environments.is_empty()
            || !other.environments.is_empty() && other.environments.is_subset(&self.environments);
        let within = |name| self.names.iter().any(|pattern| pattern.covers_all_of(name));
        let names =
            self.names.is_empty() || !other.names.is_empty() && other.names.iter().all(within);
        environments && names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_what_begins_with_it() {
        let pattern = |text| NamePattern::parse(text).unwrap();
        let name = |text| SecretName::parse(text).unwrap();
        assert!(pattern("prod-*").covers(&name("prod-db")));
        assert!(!pattern("prod-*").covers(&name("Prod-db")));
        assert!(!pattern("prod").covers(&name("prod-db")));
        assert!(pattern("*").covers(&name("x")));
        for bad in ["", "a*b", "**", "a b", "a/*", "*a"] {
            assert!(NamePattern::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_reach_covers_no_wider_one() {
        let reach = |names: &[&str]| Reach {
            environments: BTreeSet::new(),
            names: names.iter().map(|name| NamePattern::parse(name).unwrap()).collect(),
        };
        assert!(reach(&[]).covers_all_of(&reach(&["a*"])));
        assert!(!reach(&["a*"]).covers_all_of(&reach(&[])));
        assert!(reach(&["a*"]).covers_all_of(&reach(&["ab", "ac*"])));
        assert!(!reach(&["ab*"]).covers_all_of(&reach(&["a*"])));
        assert!(!reach(&["ab"]).covers_all_of(&reach(&["ab*"])));
    }
}

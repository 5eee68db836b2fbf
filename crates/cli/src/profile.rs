//! The servers that a person works with: `profiles.toml`, which holds nothing secret.

use std::collections::BTreeMap;
use std::path::PathBuf;

use client::Address;
use serde::{Deserialize, Serialize};

use crate::credential::Keep;
use crate::failure::{Failure, Result};
use crate::folders;

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Profiles {
    /// The one that counts when none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    /// Each by its name.
    #[serde(rename = "profile", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// One server, as one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// Where it is.
    pub(crate) url: String,
    /// The environment to work in unless another is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) environment: Option<String>,
    /// Where the credential is.
    pub(crate) credential: Keep,
}

impl Profiles {
    /// Reads the file; there need not be one.
    pub(crate) fn load() -> Result<Self> {
        let path = path()?;
        let Some(text) = folders::read(&path)? else { return Ok(Self::default()) };
        toml::from_str(&text).map_err(|error| {
            Failure::failed(format!(
                "{} is not as it should be: {}",
                path.display(),
                error.message()
            ))
        })
    }

    /// Writes the file.
    pub(crate) fn save(&self) -> Result {
        let text = toml::to_string(self).expect("profiles are texts by name");
        folders::write_private(&path()?, format!("{HEADER}{text}").as_bytes())
    }

    /// The profile of that name, or the current one.
    pub(crate) fn find(&self, name: Option<&str>) -> Result<Option<(&str, &Profile)>> {
        let Some(wanted) = name.or(self.current.as_deref()) else { return Ok(None) };
        match self.profiles.get_key_value(wanted) {
            Some((name, profile)) => Ok(Some((name, profile))),
            None if name.is_none() => Ok(None),
            None => Err(self.no_such(wanted)),
        }
    }

    /// The profile of that server, the current one if it is.
    pub(crate) fn of(
        &self,
        address: &Address,
        name: Option<&str>,
    ) -> Result<Option<(&str, &Profile)>> {
        if let Some((name, profile)) = self.find(name)?
            && is_at(profile, address)
        {
            return Ok(Some((name, profile)));
        }
        let mut others = self.profiles.iter().filter(|(_, profile)| is_at(profile, address));
        Ok(others.next().map(|(name, profile)| (name.as_str(), profile)))
    }

    pub(crate) fn no_such(&self, name: &str) -> Failure {
        let there = match self.profiles.len() {
            0 => "there are none: make one with keyloft login URL".to_owned(),
            _ => format!("there are: {}", crate::print::listed(self.profiles.keys())),
        };
        Failure::usage(format!("there is no profile '{name}'; {there}"))
    }
}

/// Checks a name that becomes the name of a file.
pub(crate) fn check_name(name: &str) -> Result<&str> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(legal) {
        return Err(Failure::usage(
            "a profile's name has letters, digits, dots, dashes and underscores, at most 64, and no dot first",
        ));
    }
    Ok(name)
}

/// Where the file is.
pub(crate) fn path() -> Result<PathBuf> {
    Ok(folders::config()?.join("profiles.toml"))
}

fn is_at(profile: &Profile, address: &Address) -> bool {
    profile.url.trim_end_matches('/') == address.as_str()
}

const HEADER: &str =
    "# Written by keyloft login and keyloft profile. Credentials are elsewhere.\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles() -> Profiles {
        toml::from_str(
            "current = \"a\"\n\
             [profile.a]\nurl = \"https://a.example\"\ncredential = \"file\"\n\
             [profile.b]\nurl = \"https://b.example/\"\ncredential = \"keyring\"\nenvironment = \"dev\"\n",
        )
        .unwrap()
    }

    #[test]
    fn a_credential_goes_to_its_own_server_only() {
        let profiles = profiles();
        let at = |url| Address::parse(url).unwrap();
        let name = |url, wanted| profiles.of(&at(url), wanted).unwrap().map(|(name, _)| name);
        assert_eq!(name("https://a.example", None), Some("a"));
        assert_eq!(name("https://b.example", None), Some("b"));
        assert_eq!(name("https://b.example", Some("a")), Some("b"));
        assert_eq!(name("https://c.example", None), None);
        assert_eq!(name("http://localhost", Some("b")), None);
    }

    #[test]
    fn a_profile_that_is_named_must_be_there() {
        let failure = profiles().find(Some("c")).unwrap_err();
        assert_eq!(failure.to_string(), "there is no profile 'c'; there are: a, b");
        assert!(Profiles::default().find(None).unwrap().is_none());
    }

    #[test]
    fn names_of_profiles_are_names_of_files() {
        for good in ["a", "work-2", "a.b"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", ".a", "a/b", "a b", "é"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}

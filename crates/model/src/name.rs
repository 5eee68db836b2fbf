//! Names that people choose: of secrets, keys and tags.

use crate::limits::{KEY_BYTES, NAME_CHARS};
use serde::{Deserialize, Serialize};

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameFault {
    /// Nothing was given.
    Empty,
    /// It has a character that such a name cannot have.
    IllegalCharacter,
    /// A key starts with a digit.
    LeadingDigit,
    /// It is longer than the limit.
    TooLong {
        /// The limit: bytes for keys, characters otherwise.
        limit: u32,
        /// What was given, in the same unit.
        actual: u32,
    },
    /// It only consists of dots, which paths would misread.
    OnlyDots,
}

/// What every type made of checked text has: a way to its text, for people and for serde, and a pattern (ECMA-262) that tells
/// clients what such a text looks like.
macro_rules! text_type {
    ($name:ident, $pattern:expr) => {
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some($pattern))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::name::NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).map_err($crate::name::NameError)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::name::NameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text).map_err($crate::name::NameError)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}
pub(crate) use text_type;

/// A [`NameFault`] as an error, for serde's sake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a legal name: {0:?}")]
pub struct NameError(pub NameFault);

/// The name of a secret: `[A-Za-z0-9._-]{1,64}`, unique in its environment, as Modal's object names are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretName(String);
text_type!(SecretName, r"^(?!\.+$)[A-Za-z0-9._-]{1,64}$");

impl SecretName {
    /// Parses a name, spaces around it removed.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        dotted(text).map(Self)
    }

    /// The nearest legal name, where there is one: `My DB` becomes `My-DB`.
    pub fn mend(text: &str) -> Option<Self> {
        let mended: String = text
            .trim()
            .chars()
            .map(|c| if is_dotted(c) { c } else { '-' })
            .take(NAME_CHARS)
            .collect();
        Self::parse(mended.trim_matches('-')).ok()
    }
}

/// A word to find secrets by: the same characters as a secret's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);
text_type!(Tag, r"^(?!\.+$)[A-Za-z0-9._-]{1,64}$");

impl Tag {
    /// Parses a tag, spaces around it removed.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        dotted(text).map(Self)
    }
}

/// One environment variable's name: `[A-Za-z_][A-Za-z0-9_]*`, at most 256 bytes (POSIX, "Environment Variable Definition").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);
text_type!(KeyName, r"^[A-Za-z_][A-Za-z0-9_]{0,255}$");

impl KeyName {
    /// Parses a key, spaces around it removed.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let text = text.trim();
        let Some(first) = text.chars().next() else { return Err(NameFault::Empty) };
        if first.is_ascii_digit() {
            return Err(NameFault::LeadingDigit);
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(NameFault::IllegalCharacter);
        }
        if text.len() > KEY_BYTES {
            return Err(too_long(KEY_BYTES, text.len()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The nearest legal key, where there is one: `2fast key-id` becomes `_2fast_key_id`. It is offered, never applied.
    pub fn mend(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut mended = String::with_capacity(text.len() + 1);
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            mended.push('_');
        }
        mended.extend(text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
        if mended.bytes().all(|b| b == b'_') {
            return None;
        }
        Self::parse(&mended).ok()
    }

    /// Why this key deserves a second thought, if it does.
    pub fn risk(&self) -> Option<RiskyKey> {
        let name = self.as_str();
        if RUNS_CODE.contains(&name)
            || RUNS_CODE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        {
            Some(RiskyKey::RunsCode)
        } else if SHIPPED_TO_BROWSERS.iter().any(|prefix| name.starts_with(prefix)) {
            Some(RiskyKey::ShippedToBrowsers)
        } else if SET_BY_PLATFORMS.contains(&name) {
            Some(RiskyKey::SetByPlatform)
        } else {
            None
        }
    }
}

/// What the editor warns of when it sees such a key. It never blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskyKey {
    /// The loader or an interpreter runs what the value names, or it steers Keyloft itself.
    RunsCode,
    /// Front-end build tools copy variables with this prefix into pages.
    ShippedToBrowsers,
    /// Shells, CI systems or hosts set it themselves.
    SetByPlatform,
}

impl RiskyKey {
    /// The warning, in one sentence.
    pub const fn warning(self) -> &'static str {
        match self {
            Self::RunsCode => {
                "This key can make programs run other code; keyloft run refuses it unless allowed by name."
            }
            Self::ShippedToBrowsers => {
                "Build tools copy keys with this prefix into web pages, where anyone can read them."
            }
            Self::SetByPlatform => {
                "Shells or hosting platforms set this key themselves and may overwrite it."
            }
        }
    }
}

const RUNS_CODE: &[&str] = &[
    "BASHOPTS",
    "BASH_ENV",
    "BROWSER",
    "CLASSPATH",
    "DOTNET_STARTUP_HOOKS",
    "EDITOR",
    "ENV",
    "GCONV_PATH",
    "GIT_ASKPASS",
    "GIT_EDITOR",
    "GIT_EXEC_PATH",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_PROXY_COMMAND",
    "GIT_SEQUENCE_EDITOR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_TEMPLATE_DIR",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LESSCLOSE",
    "LESSOPEN",
    "LUA_INIT",
    "NODE_OPTIONS",
    "NODE_PATH",
    "OPENSSL_CONF",
    "OPENSSL_ENGINES",
    "PAGER",
    "PATH",
    "PERL5DB",
    "PERL5LIB",
    "PERL5OPT",
    "PERLLIB",
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "PROMPT_COMMAND",
    "PS4",
    "PYTHONBREAKPOINT",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYLIB",
    "RUBYOPT",
    "RUSTC_WRAPPER",
    "SHELLOPTS",
    "SSH_ASKPASS",
    "VISUAL",
    "ZDOTDIR",
    "_JAVA_OPTIONS",
];
const RUNS_CODE_PREFIXES: [&str; 3] = ["DYLD_", "GIT_CONFIG_", "KEYLOFT_"];
const SHIPPED_TO_BROWSERS: [&str; 5] =
    ["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_"];
const SET_BY_PLATFORMS: [&str; 6] = ["HOME", "HOSTNAME", "PORT", "PWD", "SHELL", "USER"];

pub(crate) fn dotted(text: &str) -> Result<String, NameFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameFault::Empty);
    }
    if !text.chars().all(is_dotted) {
        return Err(NameFault::IllegalCharacter);
    }
    if text.len() > NAME_CHARS {
        return Err(too_long(NAME_CHARS, text.len()));
    }
    if text.bytes().all(|b| b == b'.') {
        return Err(NameFault::OnlyDots);
    }
    Ok(text.to_owned())
}

pub(crate) const fn is_dotted(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

pub(crate) fn too_long(limit: usize, actual: usize) -> NameFault {
    let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
    NameFault::TooLong { limit: count(limit), actual: count(actual) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_posix() {
        for good in ["A", "_", "_1", "motherduck_token", "TF_TOKEN_app_terraform_io"] {
            assert_eq!(KeyName::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(KeyName::parse(" A\n").unwrap().as_str(), "A");
        assert_eq!(KeyName::parse(""), Err(NameFault::Empty));
        assert_eq!(KeyName::parse("2FAST"), Err(NameFault::LeadingDigit));
        for bad in ["A-B", "A B", "A.B", "É", "A=B", "A\0"] {
            assert_eq!(KeyName::parse(bad), Err(NameFault::IllegalCharacter), "{bad:?}");
        }
        assert_eq!(
            KeyName::parse(&"K".repeat(257)),
            Err(NameFault::TooLong { limit: 256, actual: 257 })
        );
    }

    #[test]
    fn a_bad_key_comes_with_the_nearest_good_one() {
        let mend = |text| KeyName::mend(text).map(String::from);
        assert_eq!(mend("2FAST"), Some("_2FAST".into()));
        assert_eq!(mend("my-key id"), Some("my_key_id".into()));
        assert_eq!(mend("--"), None);
        assert_eq!(mend(""), None);
    }

    #[test]
    fn secret_names_are_modals() {
        for good in ["a", "prod-postgres", "a.b_c-D9", &"x".repeat(64)] {
            assert!(SecretName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "a/b", "..", ".", "a\nb", "ü", &"x".repeat(65)] {
            assert!(SecretName::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(SecretName::mend("My DB!").unwrap().as_str(), "My-DB");
    }

    #[test]
    fn keys_that_run_code_are_named() {
        let risk = |key| KeyName::parse(key).unwrap().risk();
        assert_eq!(risk("LD_PRELOAD"), Some(RiskyKey::RunsCode));
        assert_eq!(risk("KEYLOFT_TOKEN"), Some(RiskyKey::RunsCode));
        assert_eq!(risk("GIT_CONFIG_COUNT"), Some(RiskyKey::RunsCode));
        assert_eq!(risk("LD_SDK_KEY"), None, "LaunchDarkly's");
        assert_eq!(risk("NEXT_PUBLIC_KEY"), Some(RiskyKey::ShippedToBrowsers));
        assert_eq!(risk("PGHOST"), None);
    }
}

//! A project's `keyloft.toml`: which secrets it runs with. It holds no value, and no address that a token could be sent to.

use std::path::{Path, PathBuf};

use model::{EnvironmentName, KeyName, NameFault, SecretName};
use serde::Deserialize;
use toml::Spanned;

use crate::failure::{Failure, Result};
use crate::{folders, print};

/// What a project wants.
#[derive(Debug)]
pub(crate) struct Project {
    /// Where it was read from.
    pub(crate) path: PathBuf,
    /// The environment unless another is named.
    pub(crate) environment: Option<EnvironmentName>,
    /// The secrets unless others are named; later ones win.
    pub(crate) secrets: Vec<SecretName>,
    /// The keys without which it does not start.
    pub(crate) required: Vec<KeyName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table [project]")]
struct File {
    project: Section,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table [project]")]
struct Section {
    environment: Option<Spanned<String>>,
    #[serde(default)]
    secrets: Vec<Spanned<String>>,
    #[serde(default)]
    required: Vec<Spanned<String>>,
}

impl Project {
    /// The file of this folder or of one above it, up to the first that a repository begins in.
    pub(crate) fn find() -> Result<Option<Self>> {
        let Ok(here) = std::env::current_dir() else { return Ok(None) };
        for folder in here.ancestors() {
            let path = folder.join(NAME);
            if path.is_file() {
                return Self::read(&path).map(Some);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(None)
    }

    /// The file of that name.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = folders::read(path)?
            .ok_or_else(|| Failure::failed(format!("there is no {}", path.display())))?;
        Self::parse(&text, path).map_err(|(at, why)| {
            let line = text[..at].matches('\n').count() + 1;
            Failure::failed(format!(
                "{}, line {line}: {why}. It looks like this:\n\n{EXAMPLE}",
                path.display()
            ))
        })
    }

    /// What is wrong comes with its place.
    fn parse(text: &str, path: &Path) -> std::result::Result<Self, (usize, String)> {
        let File { project } = toml::from_str(text).map_err(|error: toml::de::Error| {
            (error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let Section { environment, secrets, required } = project;
        Ok(Self {
            path: path.to_owned(),
            environment: environment
                .map(|name| each(&name, "no name of an environment", EnvironmentName::parse))
                .transpose()?,
            secrets: secrets
                .iter()
                .map(|name| each(name, "no name of a secret", SecretName::parse))
                .collect::<std::result::Result<_, _>>()?,
            required: required
                .iter()
                .map(|key| each(key, "no key", KeyName::parse))
                .collect::<std::result::Result<_, _>>()?,
        })
    }
}

fn each<T>(
    text: &Spanned<String>,
    what: &str,
    parse: impl Fn(&str) -> std::result::Result<T, NameFault>,
) -> std::result::Result<T, (usize, String)> {
    parse(text.get_ref())
        .map_err(|_| (text.span().start, format!("'{}' is {what}", print::plain(text.get_ref()))))
}

pub(crate) const NAME: &str = "keyloft.toml";

const EXAMPLE: &str = "[project]\nenvironment = \"dev\"\nsecrets = [\"postgres\", \"huggingface\"]\nrequired = [\"PGHOST\", \"HF_TOKEN\"]";

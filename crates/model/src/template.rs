//! Service templates as the browser gets them: which keys a service wants, and what a form needs to ask for them.

mod draft;
mod format;
mod missing;
mod warning;

pub use draft::{KeyGroupDraft, OWN_SHELF, OwnTemplate, TemplateDraft, TemplateKeyDraft};
pub use format::ValueFormat;
pub use missing::{Missing, MissingGroup};
pub use warning::ValueWarning;

use crate::{ConnectionFill, Generator, KeyName, SecretName, ValueKind};
use serde::{Deserialize, Serialize};

/// A shelf of the gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Short name, as in URLs.
    pub id: String,
    /// Heading for people.
    pub title: String,
}

/// One card of the gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSummary {
    /// Short name, as in URLs.
    pub id: String,
    /// The service's own name.
    pub name: String,
    /// Id of its [`Category`].
    pub category: String,
    /// What the service is, in one sentence.
    pub description: String,
    /// Every key the template may ask for, those of its options included.
    pub keys: Vec<KeyName>,
    /// Other words that people search for it by.
    pub tags: Vec<String>,
}

/// Everything a form needs to ask for a service's keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Short name, as in URLs.
    pub id: String,
    /// The service's own name.
    pub name: String,
    /// Id of its [`Category`].
    pub category: String,
    /// What the service is, in one sentence.
    pub description: String,
    /// What to call the new secret, unless a person knows better.
    pub secret_name: SecretName,
    /// Where the service hands out credentials.
    pub credentials_url: Option<String>,
    /// Where the service documents them.
    pub docs_url: Option<String>,
    /// The fields, in order. A template may have none: the person brings the keys.
    pub keys: Vec<TemplateKey>,
    /// Alternatives: at least one of these groups has to be filled. Empty where there is nothing to choose.
    pub groups: Vec<KeyGroup>,
    /// What the plain template is called beside its options.
    pub base_title: Option<String>,
    /// Other sets of keys for the same service, each instead of `keys` and `groups`.
    pub options: Vec<TemplateOption>,
    /// How a pasted connection URL fills the keys.
    pub connection: Option<ConnectionFill>,
    /// What is good to know before filling the form.
    pub notes: Vec<String>,
}

/// One field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateKey {
    /// The environment variable.
    pub name: KeyName,
    /// What the field is called.
    pub label: String,
    /// What to put in, in one or two sentences.
    pub help: String,
    /// Whether the service needs it. In a [`KeyGroup`]: whether that group needs it.
    pub required: bool,
    /// Who sees the value, unless a person chooses otherwise.
    pub kind: ValueKind,
    /// Whether values have several lines, such as PEM files.
    pub multiline: bool,
    /// What a value looks like, often abbreviated.
    pub placeholder: Option<String>,
    /// The value most people want.
    pub default: Option<String>,
    /// The values that the service knows, if it is a closed list.
    pub choices: Vec<String>,
    /// What values look like, as a regular expression that Rust's `regex` and JavaScript's `RegExp` with flag `u` read
    /// alike. It warns and never blocks: services change their formats without asking.
    pub pattern: Option<String>,
    /// A well-known format of the value.
    pub format: Option<ValueFormat>,
    /// How the form can make the value.
    pub generator: Option<Generator>,
    /// Other names that programs know the value by.
    pub aliases: Vec<KeyAlias>,
}

/// Another name for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAlias {
    /// The other environment variable.
    pub name: KeyName,
    /// Who uses it.
    pub note: String,
    /// Whether it takes the same value; otherwise it only plays the same part, such as a host name instead of a URL.
    pub same_value: bool,
}

/// One of several alternatives, such as a token or a user name with a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyGroup {
    /// What the alternative is called.
    pub label: String,
    /// When to choose it.
    pub help: String,
    /// Its keys, each one of the template's.
    pub keys: Vec<KeyName>,
}

/// Another set of keys for the same service, such as one URL instead of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateOption {
    /// Short name, unique in its template.
    pub id: String,
    /// What the option is called.
    pub title: String,
    /// When to choose it.
    pub note: String,
    /// The fields, in order.
    pub keys: Vec<TemplateKey>,
}

impl Template {
    /// The option of that id.
    pub fn option(&self, id: &str) -> Option<&TemplateOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// The fields that a form with this option shows, or without one those of the plain template.
    pub fn keys_of(&self, option: Option<&str>) -> &[TemplateKey] {
        option.and_then(|id| self.option(id)).map_or(&self.keys, |option| &option.keys)
    }

    /// A field by its key, in the plain template or else in the first option that has it.
    pub fn key(&self, name: &KeyName) -> Option<&TemplateKey> {
        let of_options = self.options.iter().flat_map(|option| &option.keys);
        self.keys.iter().chain(of_options).find(|key| key.name == *name)
    }
}

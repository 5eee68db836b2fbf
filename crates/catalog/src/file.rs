//! The shape of the data files, and how a [`Service`] is made of one. `README.md` describes it for people.

use crate::{Check, Rotation, Service, Verification};
use model::{
    Category, ConnectionFill, Generator, KeyAlias, KeyGroup, KeyName, SecretName, Template,
    TemplateKey, TemplateOption, ValueFormat, ValueKind,
};
use serde::Deserialize;

/// `categories.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoriesFile {
    pub(crate) featured: Vec<String>,
    pub(crate) category: Vec<Category>,
}

/// `services/<id>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceFile {
    id: String,
    name: String,
    category: String,
    description: String,
    credentials_url: Option<String>,
    docs_url: Option<String>,
    secret_name: SecretName,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    base_title: Option<String>,
    #[serde(default)]
    verified: Verification,
    #[serde(default)]
    keys: Vec<KeyTable>,
    #[serde(default)]
    alternatives: Vec<KeyGroup>,
    #[serde(default)]
    options: Vec<OptionTable>,
    #[serde(default)]
    option_keys: Vec<KeyTable>,
    connection_url: Option<ConnectionFill>,
    check: Option<Check>,
    rotation: Rotation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    name: KeyName,
    label: String,
    help: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    kind: ValueKind,
    #[serde(default)]
    multiline: bool,
    placeholder: Option<String>,
    default: Option<String>,
    #[serde(default)]
    choices: Vec<String>,
    pattern: Option<String>,
    pattern_source: Option<String>,
    format: Option<ValueFormat>,
    generator: Option<Generator>,
    #[serde(default)]
    aliases: Vec<AliasTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasTable {
    name: KeyName,
    note: String,
    #[serde(default = "yes")]
    same_value: bool,
    verified: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionTable {
    id: String,
    title: String,
    note: String,
    keys: Vec<KeyName>,
    #[serde(default)]
    optional: Vec<KeyName>,
}

const fn yes() -> bool {
    true
}

/// Why a file makes no service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    #[error("option {option} names {key}, which neither [[option_keys]] nor [[keys]] defines")]
    UnknownKey { option: String, key: KeyName },
    #[error("[[option_keys]] defines {0}, which no option names")]
    UnusedKey(KeyName),
}

impl Service {
    /// Reads the text of a service file.
    pub(crate) fn parse(text: &str) -> Result<Self, FileError> {
        let file: ServiceFile = toml::from_str(text)?;
        file.check_option_keys()?;
        let all_keys = || file.keys.iter().chain(&file.option_keys);
        let pattern_sources = all_keys()
            .filter_map(|key| Some((key.name.clone(), key.pattern_source.clone()?)))
            .collect();
        let alias_sources = all_keys()
            .flat_map(|key| &key.aliases)
            .filter_map(|alias| Some((alias.name.clone(), alias.verified.clone()?)))
            .collect();
        let options: Result<_, _> = file
            .options
            .iter()
            .map(|option| option.resolve(&file.keys, &file.option_keys))
            .collect();
        Ok(Self {
            template: Template {
                options: options?,
                keys: file.keys.iter().map(KeyTable::to_key).collect(),
                id: file.id,
                name: file.name,
                category: file.category,
                description: file.description,
                secret_name: file.secret_name,
                credentials_url: file.credentials_url,
                docs_url: file.docs_url,
                groups: file.alternatives,
                base_title: file.base_title,
                connection: file.connection_url,
                notes: file.notes,
            },
            tags: file.tags,
            verification: file.verified,
            pattern_sources,
            alias_sources,
            check: file.check,
            rotation: file.rotation,
        })
    }
}

impl ServiceFile {
    fn check_option_keys(&self) -> Result<(), FileError> {
        let is_named =
            |key: &KeyTable| self.options.iter().any(|option| option.keys.contains(&key.name));
        match self.option_keys.iter().find(|key| !is_named(key)) {
            Some(key) => Err(FileError::UnusedKey(key.name.clone())),
            None => Ok(()),
        }
    }
}

impl KeyTable {
    fn to_key(&self) -> TemplateKey {
        TemplateKey {
            name: self.name.clone(),
            label: self.label.clone(),
            help: self.help.clone(),
            required: self.required,
            kind: self.kind,
            multiline: self.multiline,
            placeholder: self.placeholder.clone(),
            default: self.default.clone(),
            choices: self.choices.clone(),
            pattern: self.pattern.clone(),
            format: self.format,
            generator: self.generator.clone(),
            aliases: self.aliases.iter().map(AliasTable::to_alias).collect(),
        }
    }
}

impl AliasTable {
    fn to_alias(&self) -> KeyAlias {
        let Self { name, note, same_value, .. } = self;
        KeyAlias { name: name.clone(), note: note.clone(), same_value: *same_value }
    }
}

impl OptionTable {
    /// An option needs all its keys but the optional ones. A key of its own wins over the template's of that name.
    fn resolve(
        &self,
        keys: &[KeyTable],
        option_keys: &[KeyTable],
    ) -> Result<TemplateOption, FileError> {
        let unknown =
            |key: &KeyName| FileError::UnknownKey { option: self.id.clone(), key: key.clone() };
        if let Some(key) = self.optional.iter().find(|key| !self.keys.contains(key)) {
            return Err(unknown(key));
        }
        let resolved = self.keys.iter().map(|name| {
            let mut defined = option_keys.iter().chain(keys);
            let table = defined.find(|key| key.name == *name).ok_or_else(|| unknown(name))?;
            let mut key = table.to_key();
            key.required = !self.optional.contains(name);
            // What is a field of its own here is not offered as another name as well.
            key.aliases.retain(|alias| !self.keys.contains(&alias.name));
            Ok(key)
        });
        Ok(TemplateOption {
            id: self.id.clone(),
            title: self.title.clone(),
            note: self.note.clone(),
            keys: resolved.collect::<Result<_, FileError>>()?,
        })
    }
}

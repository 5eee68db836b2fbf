use super::{KeyGroup, Template, TemplateKey, TemplateOption};
use crate::KeyName;
use std::fmt;

/// Something that the service needs and the form does not have yet. It warns and never blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A required key is not filled.
    Key(KeyName),
    /// No alternative is complete. Once one is begun, only those that are begun are listed.
    OneOf(Vec<MissingGroup>),
}

/// What one alternative lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingGroup {
    /// What the alternative is called.
    pub label: String,
    /// The required keys that are not filled.
    pub keys: Vec<KeyName>,
}

impl Template {
    /// What the plain template still lacks, given which keys have a value.
    pub fn missing_keys(&self, is_present: impl Fn(&KeyName) -> bool) -> Vec<Missing> {
        let alone = self.keys.iter().filter(|key| !self.is_grouped(&key.name));
        let keys = lacking(alone, &is_present).map(Missing::Key);
        keys.chain(self.missing_alternative(&is_present)).collect()
    }

    fn is_grouped(&self, name: &KeyName) -> bool {
        self.groups.iter().any(|group| group.keys.contains(name))
    }

    fn missing_alternative(&self, is_present: &impl Fn(&KeyName) -> bool) -> Option<Missing> {
        let gaps: Vec<_> =
            self.groups.iter().map(|group| (group, self.gap(group, is_present))).collect();
        if gaps.iter().any(|(_, gap)| gap.keys.is_empty()) || gaps.is_empty() {
            return None;
        }
        let is_begun = |group: &KeyGroup| group.keys.iter().any(is_present);
        let any_begun = gaps.iter().any(|(group, _)| is_begun(group));
        let listed = gaps.into_iter().filter(|(group, _)| !any_begun || is_begun(group));
        Some(Missing::OneOf(listed.map(|(_, gap)| gap).collect()))
    }

    fn gap(&self, group: &KeyGroup, is_present: &impl Fn(&KeyName) -> bool) -> MissingGroup {
        let members = self.keys.iter().filter(|key| group.keys.contains(&key.name));
        MissingGroup { label: group.label.clone(), keys: lacking(members, is_present).collect() }
    }
}

impl TemplateOption {
    /// What a form with this option still lacks, given which keys have a value.
    pub fn missing_keys(&self, is_present: impl Fn(&KeyName) -> bool) -> Vec<Missing> {
        lacking(self.keys.iter(), &is_present).map(Missing::Key).collect()
    }
}

fn lacking<'a>(
    keys: impl Iterator<Item = &'a TemplateKey>,
    is_present: &impl Fn(&KeyName) -> bool,
) -> impl Iterator<Item = KeyName> {
    keys.filter(|key| key.required && !is_present(&key.name)).map(|key| key.name.clone())
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => write!(f, "Still needed: {name}."),
            Self::OneOf(groups) => {
                let alternatives: Vec<_> = groups.iter().map(ToString::to_string).collect();
                write!(f, "Still needed: {}.", alternatives.join(", or "))
            }
        }
    }
}

impl fmt::Display for MissingGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.keys.iter().map(KeyName::as_str).collect();
        write!(f, "{} ({})", self.label, names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SecretName, ValueKind};

    fn name(text: &str) -> KeyName {
        KeyName::parse(text).unwrap()
    }

    fn key(text: &str, required: bool) -> TemplateKey {
        TemplateKey {
            name: name(text),
            label: text.into(),
            help: String::new(),
            required,
            kind: ValueKind::Hidden,
            multiline: false,
            placeholder: None,
            default: None,
            choices: vec![],
            pattern: None,
            format: None,
            generator: None,
            aliases: vec![],
        }
    }

    fn group(label: &str, keys: &[&str]) -> KeyGroup {
        KeyGroup {
            label: label.into(),
            help: String::new(),
            keys: keys.iter().copied().map(name).collect(),
        }
    }

    /// A host, a region that may stay empty, and either a token or a user with password (and an optional realm).
    fn template() -> Template {
        let keys = [("HOST", true), ("REGION", false), ("TOKEN", true), ("USER", true)];
        let keys = keys.into_iter().chain([("PASSWORD", true), ("REALM", false)]);
        Template {
            id: "example".into(),
            name: "Example".into(),
            category: "generic".into(),
            description: String::new(),
            secret_name: SecretName::parse("example").unwrap(),
            credentials_url: None,
            docs_url: None,
            keys: keys.map(|(text, required)| key(text, required)).collect(),
            groups: vec![
                group("Token", &["TOKEN"]),
                group("Login", &["USER", "PASSWORD", "REALM"]),
            ],
            base_title: None,
            options: vec![],
            connection: None,
            notes: vec![],
        }
    }

    fn missing(present: &[&str]) -> Vec<String> {
        let missing = template().missing_keys(|key| present.contains(&key.as_str()));
        missing.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_empty_form_lacks_required_keys_and_one_alternative() {
        assert_eq!(
            missing(&[]),
            ["Still needed: HOST.", "Still needed: Token (TOKEN), or Login (USER, PASSWORD)."]
        );
    }

    #[test]
    fn one_complete_alternative_is_enough() {
        assert!(missing(&["HOST", "TOKEN"]).is_empty());
        assert!(missing(&["HOST", "USER", "PASSWORD"]).is_empty());
        assert!(missing(&["HOST", "TOKEN", "USER"]).is_empty());
    }

    #[test]
    fn a_begun_alternative_is_the_one_to_finish() {
        assert_eq!(missing(&["HOST", "USER"]), ["Still needed: Login (PASSWORD)."]);
        assert_eq!(missing(&["HOST", "REALM"]), ["Still needed: Login (USER, PASSWORD)."]);
    }

    #[test]
    fn optional_keys_are_never_missing() {
        let option = TemplateOption {
            id: "one".into(),
            title: String::new(),
            note: String::new(),
            keys: vec![key("URL", true), key("EXTRA", false)],
        };
        assert_eq!(option.missing_keys(|_| false), [Missing::Key(name("URL"))]);
        assert!(option.missing_keys(|key| key.as_str() == "URL").is_empty());
    }
}

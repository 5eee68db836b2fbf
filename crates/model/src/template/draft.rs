//! A workspace's own template as somebody wrote it, and what of it may be stored.

use super::{KeyGroup, Template, TemplateKey, TemplateSummary};
use crate::{
    Field, Generator, KeyInfo, KeyName, KeyPart, NameFault, PersonName, Problem, Problems, Reason,
    SecretName, TemplatePart, ValueKind, Version, limits,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A template of a workspace's own, nothing checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateDraft {
    /// What the service is called. The id is made from it once: letters and digits with dashes between them.
    #[cfg_attr(feature = "openapi", schema(value_type = PersonName))]
    pub name: String,
    /// What the service is, in one sentence.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub description: String,
    /// What to call a new secret; the template's own id without `own.` if nothing is given.
    #[serde(default)]
    pub secret_name: String,
    /// The fields, in order: at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 64))]
    pub keys: Vec<TemplateKeyDraft>,
    /// Alternatives, of which one has to be filled: none, or at least two with labels of their own.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 16))]
    pub groups: Vec<KeyGroupDraft>,
    /// What is good to know before filling the form, one paragraph each.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub notes: Vec<String>,
}

/// One field of a [`TemplateDraft`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateKeyDraft {
    /// The environment variable.
    #[cfg_attr(feature = "openapi", schema(value_type = KeyName))]
    pub key: String,
    /// What the field is called; the key itself if nothing is given.
    #[serde(default)]
    pub label: String,
    /// What to put in.
    #[serde(default)]
    pub help: String,
    /// Whether a secret must have it. In a group: whether that group needs it.
    #[serde(default)]
    pub required: bool,
    /// Who sees the value, unless a person chooses otherwise.
    #[serde(default)]
    pub kind: ValueKind,
    /// Whether values have several lines.
    #[serde(default)]
    pub multiline: bool,
    /// What a value looks like. It is no value: everybody sees it.
    #[serde(default)]
    pub placeholder: String,
    /// The value most people want; plain keys alone have one.
    #[serde(default)]
    pub default: String,
    /// The values that the service knows, if it is a closed list.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub choices: Vec<String>,
    /// What values look like, as a regular expression. It warns and never blocks.
    #[serde(default)]
    pub pattern: String,
    /// How the form can make the value.
    #[serde(default)]
    pub generator: Option<Generator>,
}

/// One alternative of a [`TemplateDraft`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyGroupDraft {
    /// What the alternative is called, without semicolons.
    #[cfg_attr(feature = "openapi", schema(value_type = PersonName))]
    pub label: String,
    /// When to choose it.
    #[serde(default)]
    pub help: String,
    /// Its keys, each one of the template's.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyName>, min_items = 1))]
    pub keys: Vec<String>,
}

/// A template that a workspace made itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTemplate {
    /// What forms need of it.
    pub template: Template,
    /// The version of now.
    pub version: Version,
    /// When that was made, in unix milliseconds.
    pub updated_at: i64,
    /// Who made it.
    pub updated_by: PersonName,
}

impl Template {
    /// What the ids of a workspace's own templates begin with. No built-in id has a dot.
    pub const OWN: &'static str = "own.";

    /// Whether a workspace made it itself.
    pub fn is_own(&self) -> bool {
        self.id.starts_with(Self::OWN)
    }

    /// Its card in the gallery.
    pub fn summary(&self) -> TemplateSummary {
        let of_options = self.options.iter().flat_map(|option| &option.keys);
        TemplateSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            category: self.category.clone(),
            description: self.description.clone(),
            keys: self.keys.iter().chain(of_options).map(|key| key.name.clone()).collect(),
            tags: Vec::new(),
        }
    }
}

impl TemplateDraft {
    /// The draft that makes the same template again. Options, formats and links of a built-in one are not part of it.
    pub fn of(template: &Template) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let key = |key: &TemplateKey| TemplateKeyDraft {
            key: key.name.to_string(),
            label: key.label.clone(),
            help: key.help.clone(),
            required: key.required,
            kind: key.kind,
            multiline: key.multiline,
            placeholder: text(&key.placeholder),
            default: if key.kind == ValueKind::Plain { text(&key.default) } else { String::new() },
            choices: key.choices.clone(),
            pattern: text(&key.pattern),
            generator: key.generator.clone(),
        };
        let group = |group: &KeyGroup| KeyGroupDraft {
            label: group.label.clone(),
            help: group.help.clone(),
            keys: group.keys.iter().map(ToString::to_string).collect(),
        };
        Self {
            name: template.name.clone(),
            description: template.description.clone(),
            secret_name: template.secret_name.to_string(),
            keys: template.keys.iter().map(key).collect(),
            groups: template.groups.iter().map(group).collect(),
            notes: template.notes.clone(),
        }
    }

    /// A draft that asks for the keys that a secret has, in their kinds.
    pub fn of_secret(name: &SecretName, keys: &[KeyInfo]) -> Self {
        let key = |info: &KeyInfo| TemplateKeyDraft {
            key: info.name.to_string(),
            required: true,
            kind: info.kind,
            ..TemplateKeyDraft::default()
        };
        Self {
            name: name.to_string(),
            secret_name: name.to_string(),
            keys: keys.iter().map(key).collect(),
            ..Self::default()
        }
    }

    /// Checks everything and says all that is wrong, with its place. `compiles` says whether a pattern is one: `regex` on the
    /// server.
    pub fn parse(self, compiles: impl Fn(&str) -> bool) -> Result<Template, Problems> {
        let mut found = Found(Vec::new());
        let name = found.label(TemplatePart::Name, &self.name);
        let slug = slug(&name);
        if slug.is_empty() && !name.is_empty() {
            found.say(TemplatePart::Name, Reason::Wrong);
        }
        let secret_name = match self.secret_name.trim() {
            "" => slug.as_str(),
            given => given,
        };
        let secret_name = match SecretName::parse(secret_name) {
            Ok(name) => Some(name),
            // Nothing was given, and the template's name is a problem already.
            Err(NameFault::Empty) => None,
            Err(fault) => {
                found.say(TemplatePart::SecretName, Reason::Name(fault));
                None
            }
        };
        let description = found.text(TemplatePart::Description, &self.description);
        let keys = parse_keys(self.keys, compiles, &mut found);
        let groups = parse_groups(self.groups, &keys, &mut found);
        found.limit(TemplatePart::Notes, limits::TEMPLATE_NOTES, self.notes.len());
        let notes = self.notes.iter().map(|note| found.text(TemplatePart::Notes, note)).collect();
        Problems::check(found.0)?;
        Ok(Template {
            id: format!("{}{slug}", Template::OWN),
            name,
            category: OWN_SHELF.into(),
            description,
            secret_name: secret_name.expect("a template without one has a problem"),
            credentials_url: None,
            docs_url: None,
            keys,
            groups,
            base_title: None,
            options: Vec::new(),
            connection: None,
            notes,
        })
    }
}

/// The shelf of the gallery that a workspace's own templates stand on.
pub const OWN_SHELF: &str = "own";

struct Found(Vec<Problem>);

impl Found {
    fn say(&mut self, part: TemplatePart, reason: Reason) {
        self.0.push(Problem::new(Field::Template(part), reason));
    }

    fn limit(&mut self, part: TemplatePart, limit: usize, actual: usize) {
        if actual > limit {
            let reason = Reason::TooMany { limit: count(limit), actual: count(actual) };
            self.say(part, reason);
        }
    }

    /// A name of one line, which has to be there.
    fn label(&mut self, part: TemplatePart, text: &str) -> String {
        // Templates, fields and groups are called as people are: anything of one line.
        match PersonName::parse(text) {
            Ok(name) => name.into(),
            Err(fault) => {
                self.say(part, Reason::Name(fault));
                String::new()
            }
        }
    }

    /// A text of one line that may be empty.
    fn text(&mut self, part: TemplatePart, text: &str) -> String {
        let text = text.trim();
        if text.contains(|c: char| c.is_control()) {
            self.say(part, Reason::Name(NameFault::IllegalCharacter));
        }
        self.whole(part, text)
    }

    /// A text of any lines that may be empty.
    fn whole(&mut self, part: TemplatePart, text: &str) -> String {
        let chars = text.chars().count();
        if chars > limits::TEMPLATE_TEXT_CHARS {
            let limit = count(limits::TEMPLATE_TEXT_CHARS);
            self.say(part, Reason::TooLong { limit, actual: count(chars) });
        }
        text.to_owned()
    }
}

fn parse_keys(
    drafts: Vec<TemplateKeyDraft>,
    compiles: impl Fn(&str) -> bool,
    found: &mut Found,
) -> Vec<TemplateKey> {
    if drafts.is_empty() {
        found.say(TemplatePart::Keys, Reason::NoKeys);
    }
    found.limit(TemplatePart::Keys, limits::TEMPLATE_KEYS, drafts.len());
    let mut seen: HashMap<KeyName, u32> = HashMap::new();
    let mut keys = Vec::with_capacity(drafts.len());
    for (index, draft) in (0..).zip(drafts) {
        let part = |part| TemplatePart::Key(index, part);
        let name = match KeyName::parse(&draft.key) {
            Ok(name) => name,
            Err(fault) => {
                found.say(part(KeyPart::Name), Reason::Name(fault));
                continue;
            }
        };
        if let Some(&first) = seen.get(&name) {
            found.say(part(KeyPart::Name), Reason::Duplicate { first });
            continue;
        }
        seen.insert(name.clone(), index);
        keys.push(parse_key(draft, name, part, &compiles, found));
    }
    keys
}

fn parse_key(
    draft: TemplateKeyDraft,
    name: KeyName,
    part: impl Fn(KeyPart) -> TemplatePart,
    compiles: &impl Fn(&str) -> bool,
    found: &mut Found,
) -> TemplateKey {
    let label = match draft.label.trim() {
        "" => name.to_string(),
        label => found.label(part(KeyPart::Label), label),
    };
    found.limit(part(KeyPart::Choices), limits::TEMPLATE_CHOICES, draft.choices.len());
    let choices: Vec<_> =
        draft.choices.iter().map(|choice| found.text(part(KeyPart::Choices), choice)).collect();
    if choices.iter().any(String::is_empty) {
        found.say(part(KeyPart::Choices), Reason::Missing);
    }
    let default = found.whole(part(KeyPart::Default), &draft.default.replace("\r\n", "\n"));
    // Templates are seen by everybody and not sealed: what others may not see has no place in one.
    let is_open = draft.kind == ValueKind::Plain && !default.contains('\0');
    if !default.is_empty() && !(is_open && (choices.is_empty() || choices.contains(&default))) {
        found.say(part(KeyPart::Default), Reason::Wrong);
    }
    let pattern = found.whole(part(KeyPart::Pattern), &draft.pattern);
    let is_long = pattern.chars().count() > limits::TEMPLATE_TEXT_CHARS;
    if !pattern.is_empty() && !is_long && !compiles(&pattern) {
        found.say(part(KeyPart::Pattern), Reason::Wrong);
    }
    if draft.generator.as_ref().is_some_and(|generator| !is_sensible(generator)) {
        found.say(part(KeyPart::Generator), Reason::Wrong);
    }
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    TemplateKey {
        name,
        label,
        help: found.text(part(KeyPart::Help), &draft.help),
        required: draft.required,
        kind: draft.kind,
        multiline: draft.multiline,
        placeholder: given(found.text(part(KeyPart::Placeholder), &draft.placeholder)),
        default: given(default),
        choices,
        pattern: given(pattern),
        format: None,
        generator: draft.generator,
        aliases: Vec::new(),
    }
}

fn parse_groups(
    drafts: Vec<KeyGroupDraft>,
    keys: &[TemplateKey],
    found: &mut Found,
) -> Vec<KeyGroup> {
    found.limit(TemplatePart::Groups, limits::TEMPLATE_GROUPS, drafts.len());
    if drafts.len() == 1 {
        found.say(TemplatePart::Groups, Reason::Wrong);
    }
    let mut groups = Vec::with_capacity(drafts.len());
    for (index, draft) in (0..).zip(drafts) {
        let part = TemplatePart::Group(index);
        let label = found.label(part, &draft.label);
        let known: Vec<KeyName> = draft
            .keys
            .iter()
            .filter_map(|name| keys.iter().find(|key| key.name.as_str() == name.trim()))
            .map(|key| key.name.clone())
            .collect();
        let repeats = (1..known.len()).any(|at| known[..at].contains(&known[at]));
        // Where a field names its groups, a semicolon stands between them.
        let is_named =
            !label.contains(';') && groups.iter().all(|group: &KeyGroup| group.label != label);
        if known.is_empty() || known.len() < draft.keys.len() || repeats || !is_named {
            found.say(part, Reason::Wrong);
        }
        groups.push(KeyGroup { label, help: found.text(part, &draft.help), keys: known });
    }
    groups
}

fn is_sensible(generator: &Generator) -> bool {
    let prefix = match generator {
        Generator::Password { .. } => "",
        Generator::Bytes { prefix, .. } => prefix,
    };
    (8..=256).contains(&generator.bytes_needed())
        && prefix.len() <= limits::NAME_CHARS
        && prefix.chars().all(|c| c.is_ascii_graphic())
}

/// The name in small letters and digits, with one dash for all that stands between them.
fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(limits::NAME_CHARS - Template::OWN.len());
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoding;

    fn key(name: &str) -> TemplateKeyDraft {
        TemplateKeyDraft { key: name.into(), ..TemplateKeyDraft::default() }
    }

    fn draft(keys: Vec<TemplateKeyDraft>) -> TemplateDraft {
        TemplateDraft { name: "Billing — v2".into(), keys, ..TemplateDraft::default() }
    }

    fn problems(draft: TemplateDraft) -> Vec<(TemplatePart, Reason)> {
        let problems = draft.parse(|pattern| pattern != "(").unwrap_err();
        let part = |problem: &Problem| match problem.field {
            Field::Template(part) => (part, problem.reason),
            field => panic!("{field:?}"),
        };
        problems.iter().map(part).collect()
    }

    #[test]
    fn a_draft_makes_a_template_and_the_template_the_draft() {
        let mut region = key("REGION");
        region.kind = ValueKind::Plain;
        region.choices = vec!["eu".into(), "us".into()];
        region.default = "eu".into();
        let mut token = key(" TOKEN ");
        token.generator =
            Some(Generator::Bytes { count: 32, encoding: Encoding::Hex, prefix: "bill_".into() });
        token.pattern = "^bill_".into();
        let mut new = draft(vec![region, token]);
        let group = |label: &str, key: &str| KeyGroupDraft {
            label: label.into(),
            help: String::new(),
            keys: vec![key.into()],
        };
        new.groups = vec![group("Token", "TOKEN"), group("Region", "REGION")];
        let template = new.parse(|_| true).unwrap();
        assert_eq!(template.id, "own.billing-v2");
        assert_eq!(template.secret_name.as_str(), "billing-v2");
        assert_eq!(template.keys[1].label, "TOKEN");
        assert!(template.is_own());
        let again = TemplateDraft::of(&template).parse(|_| true).unwrap();
        assert_eq!(again, template);
    }

    #[test]
    fn everything_wrong_is_named_with_its_place() {
        let mut hidden = key("SECRET");
        hidden.default = "hunter2".into();
        let mut broken = key("BROKEN");
        broken.pattern = "(".into();
        broken.generator = Some(Generator::Password { length: 1 });
        let mut wrong = draft(vec![key("A"), key("2B"), key("A"), hidden, broken]);
        wrong.name = "内部".into();
        wrong.secret_name = "a b".into();
        wrong.description = "x".repeat(501);
        wrong.groups = vec![KeyGroupDraft {
            label: " ".into(),
            help: String::new(),
            keys: vec!["NOWHERE".into()],
        }];
        let at = |index, part| TemplatePart::Key(index, part);
        assert_eq!(
            problems(wrong),
            [
                (TemplatePart::Name, Reason::Wrong),
                (TemplatePart::SecretName, Reason::Name(NameFault::IllegalCharacter)),
                (TemplatePart::Description, Reason::TooLong { limit: 500, actual: 501 }),
                (at(1, KeyPart::Name), Reason::Name(NameFault::LeadingDigit)),
                (at(2, KeyPart::Name), Reason::Duplicate { first: 0 }),
                (at(3, KeyPart::Default), Reason::Wrong),
                (at(4, KeyPart::Pattern), Reason::Wrong),
                (at(4, KeyPart::Generator), Reason::Wrong),
                (TemplatePart::Groups, Reason::Wrong),
                (TemplatePart::Group(0), Reason::Name(NameFault::Empty)),
                (TemplatePart::Group(0), Reason::Wrong),
            ]
        );
    }

    #[test]
    fn groups_have_names_of_their_own() {
        let group = |label: &str| KeyGroupDraft {
            label: label.into(),
            help: String::new(),
            keys: vec!["A".into()],
        };
        let mut twice = draft(vec![key("A")]);
        twice.groups = vec![group("One"), group("One"), group("a;b")];
        assert_eq!(
            problems(twice),
            [(TemplatePart::Group(1), Reason::Wrong), (TemplatePart::Group(2), Reason::Wrong),]
        );
    }

    #[test]
    fn a_template_asks_for_something_and_not_for_too_much() {
        assert_eq!(problems(draft(vec![])), [(TemplatePart::Keys, Reason::NoKeys)]);
        let many = (0..65).map(|n| key(&format!("K{n}"))).collect();
        assert_eq!(
            problems(draft(many)),
            [(TemplatePart::Keys, Reason::TooMany { limit: 64, actual: 65 })]
        );
    }

    #[test]
    fn a_field_that_is_not_known_is_refused() {
        let text = r#"{"name":"a","keys":[{"key":"A","requird":true}]}"#;
        let error = serde_json::from_str::<TemplateDraft>(text).unwrap_err();
        assert!(error.to_string().contains("requird"), "{error}");
    }

    #[test]
    fn ids_are_short_and_plain() {
        assert_eq!(slug("  Ünï -- Code! "), "n-code");
        assert_eq!(slug(&"ab ".repeat(40)).len(), 59);
    }
}

//! A template as its form has it: rows of texts, from a draft or as they were posted.

use model::{
    Encoding, Field, Generator, KeyGroupDraft, KeyPart, Problems, TEMPLATE_KEYS, TemplateDraft,
    TemplateKeyDraft, TemplatePart, ValueKind,
};
use std::collections::HashMap;

/// What stands in the form. Its rows are numbered from 0, as the keys of its draft are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateForm {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) secret_name: String,
    pub(super) notes: String,
    pub(super) rows: Vec<Row>,
    /// What was said of each group, by its label: the form keeps it and does not ask for it.
    pub(super) group_help: Vec<(String, String)>,
}

/// One field of the template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) help: String,
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) multiline: bool,
    pub(super) placeholder: String,
    pub(super) default: String,
    pub(super) choices: String,
    pub(super) pattern: String,
    pub(super) generator: String,
    pub(super) groups: String,
}

impl TemplateForm {
    /// An empty form with one row.
    pub(super) fn empty() -> Self {
        Self { rows: vec![Row::default()], ..Self::default() }
    }

    /// The form that makes this draft.
    pub(super) fn of(draft: TemplateDraft) -> Self {
        let groups = draft.groups;
        let row = |key: TemplateKeyDraft| {
            let of = groups.iter().filter(|group| group.keys.contains(&key.key));
            let of: Vec<_> = of.map(|group| group.label.as_str()).collect();
            Row {
                groups: of.join("; "),
                label: if key.label == key.key { String::new() } else { key.label },
                key: key.key,
                help: key.help,
                kind: key.kind.as_str().to_owned(),
                required: key.required,
                multiline: key.multiline,
                placeholder: key.placeholder,
                default: key.default,
                choices: key.choices.join("\n"),
                pattern: key.pattern,
                generator: key.generator.as_ref().map(generator_text).unwrap_or_default(),
            }
        };
        Self {
            name: draft.name,
            description: draft.description,
            secret_name: draft.secret_name,
            notes: draft.notes.join("\n"),
            rows: draft.keys.into_iter().map(row).collect(),
            group_help: groups
                .iter()
                .map(|group| (group.label.clone(), group.help.clone()))
                .collect(),
        }
    }

    /// The form as it was posted.
    pub fn posted(fields: &[(String, String)]) -> Self {
        let texts: HashMap<&str, &str> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = |name: &str| texts.get(name).copied().unwrap_or_default().to_owned();
        // One more than there may be, so that too many are told.
        let rows = (0..=TEMPLATE_KEYS)
            .take_while(|index| texts.contains_key(Row::name("key", *index).as_str()))
            .map(|index| {
                let text = |part: &str| text(&Row::name(part, index));
                Row {
                    key: text("key"),
                    label: text("label"),
                    help: text("help"),
                    kind: text("kind"),
                    required: !text("required").is_empty(),
                    multiline: !text("multiline").is_empty(),
                    placeholder: text("placeholder"),
                    default: text("default"),
                    choices: text("choices"),
                    pattern: text("pattern"),
                    generator: text("generator"),
                    groups: text("groups"),
                }
            })
            .collect();
        let all = |name: &str| {
            let of_name = fields.iter().filter(|(known, _)| known == name);
            of_name.map(|(_, value)| value.clone()).collect::<Vec<_>>()
        };
        let group_help = all("group").into_iter().zip(all("group_help")).collect();
        Self {
            name: text("name"),
            description: text("description"),
            secret_name: text("secret_name"),
            notes: text("notes"),
            rows,
            group_help,
        }
    }

    /// What a button of the form asks for: `add`, or `up`, `down` or `remove` with a row, such as `up-2`. It is about the form alone.
    pub(super) fn rearrange(&mut self, asked: &str) {
        if asked == "add" && self.rows.len() < TEMPLATE_KEYS {
            self.rows.push(Row::default());
        }
        let Some((verb, row)) = asked.split_once('-') else { return };
        let Some(row) = row.parse::<usize>().ok().filter(|row| *row < self.rows.len()) else {
            return;
        };
        match verb {
            "remove" => drop(self.rows.remove(row)),
            "up" if row > 0 => self.rows.swap(row, row - 1),
            "down" if row + 1 < self.rows.len() => self.rows.swap(row, row + 1),
            _ => {}
        }
    }

    /// The draft that the form asks for; nothing if it is none that this form sends.
    pub fn draft(&self) -> Option<TemplateDraft> {
        let labels = self.groups();
        let of_group = |label: &String| {
            let help = self.group_help.iter().find(|(known, _)| known == label);
            let keys = self.rows.iter().filter(|row| row.groups().any(|group| group == label));
            KeyGroupDraft {
                label: label.clone(),
                help: help.map(|(_, help)| help.clone()).unwrap_or_default(),
                keys: keys.map(|row| row.key.trim().to_owned()).collect(),
            }
        };
        Some(TemplateDraft {
            name: self.name.clone(),
            description: self.description.clone(),
            secret_name: self.secret_name.clone(),
            keys: self.rows.iter().map(Row::draft).collect::<Option<_>>()?,
            groups: labels.iter().map(of_group).collect(),
            notes: lines(&self.notes),
        })
    }

    /// What is wrong with a field of a row, by its name in the form.
    pub(super) fn row_problem(
        &self,
        problems: &Problems,
        index: usize,
        part: &str,
    ) -> Option<String> {
        let row = u32::try_from(index).ok()?;
        let of_key = |part| Field::Template(TemplatePart::Key(row, part));
        let field = match part {
            "key" => of_key(KeyPart::Name),
            "label" => of_key(KeyPart::Label),
            "help" => of_key(KeyPart::Help),
            "placeholder" => of_key(KeyPart::Placeholder),
            "default" => of_key(KeyPart::Default),
            "choices" => of_key(KeyPart::Choices),
            "pattern" => of_key(KeyPart::Pattern),
            "generator" => of_key(KeyPart::Generator),
            _ => self.group_problem(problems, index)?,
        };
        problems.of(field).map(|problem| problem.to_string())
    }

    /// The group that is wrong and that this row is the first to name.
    fn group_problem(&self, problems: &Problems, index: usize) -> Option<Field> {
        let labels = self.groups();
        let first_of = |label: &String| {
            self.rows.iter().position(|row| row.groups().any(|group| group == label))
        };
        let of_group = |group: u32| Field::Template(TemplatePart::Group(group));
        let wrong = |label: &String, group| {
            first_of(label) == Some(index) && problems.of(of_group(group)).is_some()
        };
        let groups = (0..).zip(&labels).find(|(group, label)| wrong(label, *group));
        let all = Field::Template(TemplatePart::Groups);
        let first = labels.first().is_some_and(|label| first_of(label) == Some(index));
        groups.map(|(group, _)| of_group(group)).or_else(|| first.then_some(all))
    }

    /// The labels of the groups, in the order in which rows name them.
    fn groups(&self) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        for label in self.rows.iter().flat_map(Row::groups) {
            if !labels.iter().any(|known| known == label) {
                labels.push(label.to_owned());
            }
        }
        labels
    }
}

impl Row {
    /// What a field of a row is called in the form.
    pub(super) fn name(part: &str, index: usize) -> String {
        format!("{part}-{index}")
    }

    fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.split(';').map(str::trim).filter(|label| !label.is_empty())
    }

    fn draft(&self) -> Option<TemplateKeyDraft> {
        let kind = match self.kind.as_str() {
            "" => ValueKind::default(),
            kind => ValueKind::ALL.into_iter().find(|known| known.as_str() == kind)?,
        };
        let generator = match self.generator.as_str() {
            "" => None,
            text => Some(generator(text)?),
        };
        Some(TemplateKeyDraft {
            key: self.key.trim().to_owned(),
            label: self.label.clone(),
            help: self.help.clone(),
            required: self.required,
            kind,
            multiline: self.multiline,
            placeholder: self.placeholder.clone(),
            default: self.default.clone(),
            choices: lines(&self.choices),
            pattern: self.pattern.trim().to_owned(),
            generator,
        })
    }
}

/// A way to make values, as the form sends it: `password:32`, `bytes:32:hex:whsec_`.
pub(super) fn generator_text(generator: &Generator) -> String {
    match generator {
        Generator::Password { length } => format!("password:{length}"),
        Generator::Bytes { count, encoding, prefix } => {
            let encoding = match encoding {
                Encoding::Hex => "hex",
                Encoding::Base64 => "base64",
                Encoding::Base64url => "base64url",
            };
            format!("bytes:{count}:{encoding}:{prefix}")
        }
    }
}

fn generator(text: &str) -> Option<Generator> {
    let mut parts = text.splitn(4, ':');
    match (parts.next()?, parts.next()?.parse().ok()?) {
        ("password", length) => Some(Generator::Password { length }),
        ("bytes", count) => {
            let encoding = match parts.next()? {
                "hex" => Encoding::Hex,
                "base64" => Encoding::Base64,
                "base64url" => Encoding::Base64url,
                _ => return None,
            };
            let prefix = parts.next()?.to_owned();
            Some(Generator::Bytes { count, encoding, prefix })
        }
        _ => None,
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_built_in_template_comes_through_the_form_unchanged() {
        for service in catalog::services() {
            let draft = TemplateDraft::of(&service.template);
            let again = TemplateForm::of(draft.clone()).draft().unwrap();
            let mut parsed = [draft, again].map(|draft| draft.parse(catalog::pattern_is_safe).ok());
            for group in parsed.iter_mut().flatten().flat_map(|template| &mut template.groups) {
                // Groups list their keys in the form's order.
                group.keys.sort();
            }
            for template in parsed.iter_mut().flatten() {
                template.groups.sort_by(|a, b| a.label.cmp(&b.label));
            }
            let [parsed, again] = parsed;
            assert_eq!(parsed, again, "{}", service.template.id);
        }
    }

    #[test]
    fn buttons_move_rows_and_nothing_else() {
        let mut form =
            TemplateForm::posted(&pairs(&[("key-0", "A"), ("key-1", "B"), ("key-3", "D")]));
        let keys = |form: &TemplateForm| {
            form.rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys(&form), "A B");
        for (asked, expected) in [
            ("up-1", "B A"),
            ("up-0", "B A"),
            ("down-1", "B A"),
            ("down-0", "A B"),
            ("add", "A B "),
            ("remove-0", "B "),
            ("remove-7", "B "),
            ("down-x", "B "),
        ] {
            form.rearrange(asked);
            assert_eq!(keys(&form), expected, "{asked}");
        }
    }

    #[test]
    fn problems_stand_beside_the_row_that_has_them() {
        let form = TemplateForm::posted(&pairs(&[
            ("name", "Billing"),
            ("key-0", "A"),
            ("groups-0", "Only"),
            ("key-1", "A"),
            ("key-2", "C"),
            ("pattern-2", "("),
        ]));
        let problems = form.draft().unwrap().parse(catalog::pattern_is_safe).unwrap_err();
        let of = |index, part| form.row_problem(&problems, index, part).unwrap_or_default();
        assert!(of(1, "key").contains("Row 1 has the same key"), "{}", of(1, "key"));
        assert!(of(2, "pattern").contains("pattern"));
        assert!(of(0, "groups").contains("One group is no choice"), "{}", of(0, "groups"));
        assert_eq!(of(2, "groups") + &of(0, "key"), "");
    }
}

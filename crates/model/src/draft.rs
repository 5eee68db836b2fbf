//! What a person typed for a secret, and what of it may be stored.

use crate::{
    EnvironmentId, Field, KeyName, NameFault, Problem, Problems, Reason, RowPart, SecretName,
    SecretValue, Tag, ValueKind, WireValue, limits,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A secret as a form or an API call gives it, nothing checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecretDraft {
    /// Where it shall live, and others like it; an edit leaves it where it is.
    pub environments: Vec<EnvironmentId>,
    /// The id of the template it is made from, or nothing for a custom one.
    pub template: String,
    /// Its name.
    pub name: String,
    /// Its keys and values.
    pub rows: Vec<DraftRow>,
    /// Why, for the history.
    pub note: String,
    /// Tags, with commas or spaces between them.
    pub tags: String,
}

/// One row of the editor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
pub struct DraftRow {
    /// The environment variable's name.
    pub key: String,
    /// What it shall hold.
    pub value: WireValue,
    /// Who shall see it.
    pub kind: ValueKind,
    /// The key whose current value stays if `value` is empty and `keep` is set.
    pub from: String,
    /// Keep the current value unless another is typed.
    pub keep: bool,
    /// A key that the template could do without: dropped when left empty.
    pub optional: bool,
    /// A key that the template cannot do without: a problem when left empty.
    pub required: bool,
    /// From a program, which means what it writes: an empty key is a mistake and no spare row, and line ends stay.
    #[serde(skip)]
    pub exact: bool,
}

/// A secret that may be stored.
#[derive(Debug)]
pub struct NewSecret {
    /// Its name.
    pub name: SecretName,
    /// The id of its template.
    pub template: Option<String>,
    /// Its keys: at least one, no two alike.
    pub rows: Vec<NewRow>,
    /// Why, for the history.
    pub note: String,
    /// Its tags, sorted, no two alike.
    pub tags: Vec<Tag>,
}

/// A key of a [`NewSecret`].
#[derive(Debug)]
pub struct NewRow {
    /// The environment variable.
    pub key: KeyName,
    /// Who sees its value.
    pub kind: ValueKind,
    /// What it shall hold.
    pub value: NewValue,
}

/// What a key of a [`NewSecret`] shall hold.
#[derive(Debug)]
pub enum NewValue {
    /// The value that this key has now stays.
    Kept { from: KeyName },
    /// This value.
    Set(SecretValue),
}

impl SecretDraft {
    /// Checks everything and says all that is wrong, with the place of each problem in the form.
    ///
    /// Line ends become LF, as forms turn every one into CRLF (HTML, "Constructing the entry list"). Rows without key and value
    /// are the editor's spare ones, and are passed over.
    pub fn parse(self) -> Result<NewSecret, Problems> {
        let mut problems = Vec::new();
        let name = SecretName::parse(&self.name);
        if let Err(fault) = name {
            problems.push(Problem::new(Field::Name, Reason::Name(fault)));
        }
        let tags = parse_tags(&self.tags, &mut problems);
        let note = parse_note(&self.note);
        if let Err(problem) = note {
            problems.push(problem);
        }
        let rows = parse_rows(self.rows, &mut problems);
        Problems::check(problems)?;
        Ok(NewSecret {
            name: name.expect("a bad name is among the problems"),
            template: Some(self.template).filter(|id| !id.is_empty()),
            rows,
            note: note.expect("a bad note is among the problems"),
            tags,
        })
    }
}

impl SecretDraft {
    /// The draft as it may be shown again: each typed value is replaced by a mark of the row that holds it.
    #[must_use]
    pub fn without_values(mut self) -> Self {
        for (index, row) in self.rows.iter_mut().enumerate() {
            if !row.value.dangerously_expose().is_empty() {
                row.value = WireValue::default();
                row.from = format!("{KEPT_IN_FORM}{index}");
                row.keep = true;
            }
        }
        self
    }

    /// Fills the rows that [`Self::without_values`] marked from the form that it was made of. A mark without its form stays,
    /// and is a problem when parsed.
    #[must_use]
    pub fn with_values_of(mut self, form: Option<Self>) -> Self {
        let Some(form) = form else { return self };
        for row in self.rows.iter_mut().filter(|row| row.is_kept()) {
            let index = row.from.strip_prefix(KEPT_IN_FORM).and_then(|index| index.parse().ok());
            if let Some(kept) = index.and_then(|index: usize| form.rows.get(index)) {
                row.value = kept.value.clone();
                row.keep = false;
                row.from.clear();
            }
        }
        self
    }
}

/// Why a version was made, as it is kept: spaces around it removed, at most 500 characters.
pub fn parse_note(text: &str) -> Result<String, Problem> {
    let note = text.trim();
    let chars = note.chars().count();
    if chars > limits::NOTE_CHARS {
        return Err(Problem::new(Field::Note, over(limits::NOTE_CHARS, chars)));
    }
    Ok(note.to_owned())
}

/// How [`DraftRow::from`] begins where it names a row of the form that was kept. No key begins with it.
pub const KEPT_IN_FORM: char = '@';

fn parse_tags(text: &str, problems: &mut Vec<Problem>) -> Vec<Tag> {
    let mut tags = Vec::new();
    for word in text.split([',', ' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        match Tag::parse(word) {
            Ok(tag) => tags.push(tag),
            Err(fault) => {
                problems.push(Problem::new(Field::Tags, Reason::Name(fault)));
                break;
            }
        }
    }
    tags.sort();
    tags.dedup();
    if tags.len() > limits::TAGS {
        let reason = Reason::TooMany { limit: count(limits::TAGS), actual: count(tags.len()) };
        problems.push(Problem::new(Field::Tags, reason));
    }
    tags
}

fn parse_rows(rows: Vec<DraftRow>, problems: &mut Vec<Problem>) -> Vec<NewRow> {
    let mut seen: HashMap<KeyName, u32> = HashMap::new();
    let mut parsed = Vec::new();
    let mut bytes = 0;
    for (index, row) in rows.into_iter().enumerate() {
        let index = count(index);
        if row.is_spare() {
            continue;
        }
        let key_field = Field::Row(index, RowPart::Key);
        let value_field = Field::Row(index, RowPart::Value);
        let key = match KeyName::parse(&row.key) {
            Ok(key) if row.exact && key.as_str() != row.key => {
                let reason = Reason::Name(NameFault::IllegalCharacter);
                problems.push(Problem::new(key_field, reason));
                continue;
            }
            Ok(key) => key,
            Err(fault) => {
                problems.push(Problem::new(key_field, Reason::Name(fault)));
                continue;
            }
        };
        if let Some(&first) = seen.get(&key) {
            problems.push(Problem::new(key_field, Reason::Duplicate { first }));
            continue;
        }
        seen.insert(key.clone(), index);
        if row.required && !row.is_kept() && row.value.dangerously_expose().is_empty() {
            problems.push(Problem::new(value_field, Reason::Missing));
            continue;
        }
        match row.value() {
            Ok(value) => {
                if let NewValue::Set(value) = &value {
                    bytes += value.len();
                }
                parsed.push(NewRow { key, kind: row.kind, value });
            }
            Err(reason) => problems.push(Problem::new(value_field, reason)),
        }
    }
    if seen.is_empty() && problems.is_empty() {
        problems.push(Problem::new(Field::Secret, Reason::NoKeys));
    }
    if seen.len() > limits::SECRET_KEYS {
        let reason =
            Reason::TooMany { limit: count(limits::SECRET_KEYS), actual: count(seen.len()) };
        problems.push(Problem::new(Field::Secret, reason));
    }
    if bytes > limits::SECRET_BYTES {
        problems.push(Problem::new(Field::Secret, over(limits::SECRET_BYTES, bytes)));
    }
    parsed
}

impl DraftRow {
    fn is_kept(&self) -> bool {
        self.keep && !self.from.is_empty() && self.value.dangerously_expose().is_empty()
    }

    fn is_spare(&self) -> bool {
        !self.exact
            && !self.is_kept()
            && self.value.dangerously_expose().is_empty()
            && (self.optional || (self.key.trim().is_empty() && self.from.is_empty()))
    }

    fn value(&self) -> Result<NewValue, Reason> {
        if self.is_kept() {
            return match KeyName::parse(&self.from) {
                Ok(from) => Ok(NewValue::Kept { from }),
                Err(_) => Err(Reason::KeptKeyGone),
            };
        }
        let text = self.value.dangerously_expose();
        let text = if self.exact { text.to_owned() } else { text.replace("\r\n", "\n") };
        SecretValue::parse(text).map(NewValue::Set)
    }
}

impl SecretValue {
    /// The value, if it can be one: no NUL byte, at most 64 KiB.
    pub fn parse(text: String) -> Result<Self, Reason> {
        if let Some(at) = text.find('\0') {
            return Err(Reason::NulByte { at: count(at) });
        }
        let value = Self::new(text);
        if value.len() > limits::VALUE_BYTES {
            return Err(over(limits::VALUE_BYTES, value.len()));
        }
        Ok(value)
    }
}

fn over(limit: usize, actual: usize) -> Reason {
    Reason::TooLong { limit: count(limit), actual: count(actual) }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, value: &str) -> DraftRow {
        DraftRow { key: key.into(), value: WireValue::new(value.into()), ..DraftRow::default() }
    }

    fn draft(rows: Vec<DraftRow>) -> SecretDraft {
        SecretDraft { name: "prod-postgres".into(), rows, ..SecretDraft::default() }
    }

    fn problems(draft: SecretDraft) -> Vec<(Field, Reason)> {
        let problems = draft.parse().unwrap_err();
        problems.iter().map(|p| (p.field, p.reason)).collect()
    }

    fn exposed(secret: &NewSecret) -> Vec<(&str, &str)> {
        secret.rows.iter().map(|row| (row.key.as_str(), set(row))).collect()
    }

    fn set(row: &NewRow) -> &str {
        match &row.value {
            NewValue::Set(value) => value.dangerously_expose(),
            NewValue::Kept { from } => panic!("{from} is kept"),
        }
    }

    #[test]
    fn rows_keep_their_order_and_line_ends_become_lf() {
        let secret =
            draft(vec![row(" B ", "1\r\n2\n"), row("", ""), row("A", "")]).parse().unwrap();
        assert_eq!(exposed(&secret), [("B", "1\n2\n"), ("A", "")]);
    }

    #[test]
    fn every_problem_is_named_with_its_row() {
        let wrong = SecretDraft {
            name: "my db".into(),
            ..draft(vec![
                row("A", "1"),
                row("2FAST", "1"),
                row("A", "2"),
                row("", "x"),
                row("N", "a\0b"),
            ])
        };
        assert_eq!(
            problems(wrong),
            [
                (Field::Name, Reason::Name(NameFault::IllegalCharacter)),
                (Field::Row(1, RowPart::Key), Reason::Name(NameFault::LeadingDigit)),
                (Field::Row(2, RowPart::Key), Reason::Duplicate { first: 0 }),
                (Field::Row(3, RowPart::Key), Reason::Name(NameFault::Empty)),
                (Field::Row(4, RowPart::Value), Reason::NulByte { at: 1 }),
            ]
        );
    }

    #[test]
    fn a_secret_has_keys_but_not_too_many() {
        assert_eq!(problems(draft(vec![row("", "")])), [(Field::Secret, Reason::NoKeys)]);
        let many = (0..600).map(|n| row(&format!("K{n}"), "v")).collect();
        assert_eq!(
            problems(draft(many)),
            [(Field::Secret, Reason::TooMany { limit: 512, actual: 600 })]
        );
    }

    #[test]
    fn sizes_are_limited_by_value_and_in_all() {
        let fits = draft(vec![row("A", &"v".repeat(65_536))]);
        assert!(fits.parse().is_ok());
        assert_eq!(
            problems(draft(vec![row("A", &"v".repeat(65_537))])),
            [(Field::Row(0, RowPart::Value), Reason::TooLong { limit: 65_536, actual: 65_537 })]
        );
        let full = (0..17).map(|n| row(&format!("K{n}"), &"v".repeat(65_000))).collect();
        assert_eq!(
            problems(draft(full)),
            [(Field::Secret, Reason::TooLong { limit: 1_048_576, actual: 1_105_000 })]
        );
    }

    #[test]
    fn a_template_may_drop_optional_rows_and_insist_on_required_ones() {
        let optional = DraftRow { optional: true, ..row("PGSSLMODE", "") };
        let required = DraftRow { required: true, ..row("PGHOST", "") };
        assert_eq!(
            problems(draft(vec![optional.clone(), required])),
            [(Field::Row(1, RowPart::Value), Reason::Missing)]
        );
        let secret = draft(vec![optional, row("PGHOST", "db")]).parse().unwrap();
        assert_eq!(exposed(&secret), [("PGHOST", "db")]);
    }

    #[test]
    fn an_edit_keeps_values_it_does_not_type_again() {
        let kept = DraftRow { from: "OLD".into(), keep: true, ..row("NEW", "") };
        let typed = DraftRow { from: "B".into(), keep: true, ..row("B", "2") };
        let emptied = DraftRow { from: "C".into(), ..row("C", "") };
        let secret = draft(vec![kept, typed, emptied]).parse().unwrap();
        assert!(matches!(&secret.rows[0].value, NewValue::Kept { from } if from.as_str() == "OLD"));
        assert_eq!(set(&secret.rows[1]), "2");
        assert_eq!(set(&secret.rows[2]), "");
    }

    #[test]
    fn a_failed_form_is_shown_without_its_values_and_sent_again_with_them() {
        let kept = DraftRow { from: "OLD".into(), keep: true, ..row("OLD", "") };
        let sent = draft(vec![row("A", "1"), row("B", ""), kept]);
        let shown = sent.clone().without_values();
        assert!(shown.rows.iter().all(|row| row.value.dangerously_expose().is_empty()));
        let froms: Vec<_> = shown.rows.iter().map(|row| row.from.as_str()).collect();
        assert_eq!(froms, ["@0", "", "OLD"]);
        let again = shown.clone().with_values_of(Some(sent)).parse().unwrap();
        assert_eq!((set(&again.rows[0]), set(&again.rows[1])), ("1", ""));
        assert!(matches!(again.rows[2].value, NewValue::Kept { .. }));
        let lost = problems(shown.with_values_of(None));
        assert_eq!(lost, [(Field::Row(0, RowPart::Value), Reason::KeptKeyGone)]);
    }

    #[test]
    fn tags_are_sorted_and_unlike() {
        let mut tagged = draft(vec![row("A", "")]);
        tagged.tags = "prod, db prod\n".into();
        let tags = tagged.parse().unwrap().tags;
        assert_eq!(tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["db", "prod"]);
    }

    #[test]
    fn a_problem_never_holds_what_was_typed() {
        let problems = draft(vec![row("BAD KEY CANARY", "x")]).parse().unwrap_err();
        assert!(!serde_json::to_string(&problems).unwrap().contains("CANARY"));
        assert!(!problems.iter().any(|p| p.to_string().contains("CANARY")));
    }
}

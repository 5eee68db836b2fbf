//! A text that is to be imported, and what becomes of each of its variables.

use envfile::{Difference, Format, Illegible, Said};
use model::{DraftRow, KeyName, SECRET_KEYS, SecretDraft, WireValue};
use std::fmt;
use store::KeptForm;

/// A text as somebody pasted it.
#[derive(Clone, Debug)]
pub struct Pasted {
    /// How it is read.
    pub format: Format,
    /// What it says.
    pub text: WireValue,
}

impl Pasted {
    /// Itself as a form that can be kept sealed between two pages.
    pub fn kept(self) -> KeptForm {
        let row = DraftRow {
            key: self.format.word().to_owned(),
            value: self.text,
            ..DraftRow::default()
        };
        let draft = SecretDraft { rows: vec![row], ..SecretDraft::default() };
        KeptForm { draft, problems: None }
    }

    /// What was kept, if it is such a text.
    pub fn of(kept: KeptForm) -> Option<Self> {
        let row = kept.draft.rows.into_iter().next()?;
        Some(Self { format: Format::of_word(&row.key)?, text: row.value })
    }
}

/// A text that was read.
#[derive(Debug)]
pub struct Sheet {
    /// How it was read.
    pub format: Format,
    /// What can be imported: each key once, in the order of first mention.
    pub variables: Vec<Variable>,
    /// The other lines, in their order.
    pub unread: Vec<Unread>,
    /// What other programs make of the same file.
    pub differences: Vec<Difference>,
}

/// A key of the text, with every value that it gives it.
#[derive(Debug)]
pub struct Variable {
    /// The key, mended where the text has no legal one.
    pub key: KeyName,
    /// Its values, in their order; one at least.
    pub values: Vec<Given>,
}

/// One value of a key.
#[derive(Debug)]
pub struct Given {
    /// Where it stands, counted from 1.
    pub at: usize,
    /// The key as it is written there, where it is not a legal one.
    pub written: Option<String>,
    /// What it is.
    pub value: WireValue,
}

/// A line that cannot be imported.
#[derive(Debug)]
pub struct Unread {
    /// Where it stands, counted from 1.
    pub at: usize,
    /// Why not, without anything of what stands there.
    pub why: String,
}

/// Why a text cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing was pasted and no file was chosen.
    Empty,
    /// It does not follow its format's rules.
    Illegible(Illegible),
    /// Not one line has a key and a value.
    NoVariable(Format),
    /// More than one secret can hold.
    TooMany(usize),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("There is nothing to read. Paste the text, or choose a file.")
            }
            Self::Illegible(why) => {
                write!(f, "The text was not read: {why}. Mend it, which the browser's Back brings back, or choose another format.")
            }
            Self::NoVariable(Format::Json | Format::Yaml) => f.write_str(
                "Nothing in the text is a key with a text, a whole number, true or false for its value.",
            ),
            Self::NoVariable(Format::Dotenv) => f.write_str(
                "No line of the text is a variable. A .env file has lines like KEY=value.",
            ),
            Self::TooMany(count) => write!(
                f,
                "The text has {count} variables, and a secret holds at most {SECRET_KEYS}. Split it into several secrets."
            ),
        }
    }
}

impl Sheet {
    /// Reads a text.
    pub fn read(Pasted { format, text }: &Pasted) -> Result<Self, Unfit> {
        let text = text.dangerously_expose();
        if text.trim().is_empty() {
            return Err(Unfit::Empty);
        }
        let (mut variables, mut unread) = (Vec::<Variable>::new(), Vec::new());
        for line in envfile::lines(*format, text).map_err(Unfit::Illegible)? {
            let (key, value) = match line.said {
                Said::Pair { key, value } => (key, value),
                Said::Unread(why) => {
                    unread.push(Unread { at: line.at, why });
                    continue;
                }
            };
            let Some(name) = KeyName::mend(&key) else { continue };
            let written = (name.as_str() != key).then_some(key);
            let given = Given { at: line.at, written, value };
            match variables.iter_mut().find(|variable| variable.key == name) {
                Some(variable) => variable.values.push(given),
                None => variables.push(Variable { key: name, values: vec![given] }),
            }
        }
        match variables.len() {
            0 => return Err(Unfit::NoVariable(*format)),
            many if many > SECRET_KEYS => return Err(Unfit::TooMany(many)),
            _ => {}
        }
        let differences = match format {
            Format::Dotenv => envfile::differences(text.as_bytes()).expect("a text is UTF-8"),
            Format::Json | Format::Yaml => Vec::new(),
        };
        Ok(Self { format: *format, variables, unread, differences })
    }

    /// What a place of the text is called.
    pub const fn place(&self) -> &'static str {
        match self.format {
            Format::Dotenv | Format::Yaml => "Line",
            Format::Json => "Member",
        }
    }

    /// The chosen variables: of each key that `line_of` names a line for, the value that stands there.
    pub fn chosen(self, line_of: impl Fn(&KeyName) -> Option<usize>) -> Vec<(KeyName, WireValue)> {
        let chosen = |variable: Variable| {
            let at = line_of(&variable.key)?;
            let given = variable.values.into_iter().find(|given| given.at == at)?;
            Some((variable.key, given.value))
        };
        self.variables.into_iter().filter_map(chosen).collect()
    }
}

impl Given {
    /// Whether it is an empty text.
    pub fn is_empty(&self) -> bool {
        self.value.dangerously_expose().is_empty()
    }
}

impl Variable {
    /// The value that counts where nobody chooses: the last one, as for whoever reads the file.
    pub fn last(&self) -> &Given {
        self.values.last().expect("a variable has a value")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Result<Sheet, Unfit> {
        Sheet::read(&Pasted { format: Format::Dotenv, text: WireValue::new(text.to_owned()) })
    }

    #[test]
    fn keys_that_are_there_twice_or_mended_to_the_same_are_one_variable() {
        let sheet = sheet("A=1\n2B=x\nA=2\n_2B=y\n=\n").unwrap();
        let keys: Vec<_> = sheet.variables.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["A", "_2B"]);
        assert_eq!(sheet.variables[0].last().at, 3);
        assert_eq!(sheet.variables[1].values[0].written.as_deref(), Some("2B"));
        let [unread] = &sheet.unread[..] else { panic!("one cannot be read") };
        assert_eq!((unread.at, &*unread.why), (5, "line 5 has no key before the equals sign"));
        let chosen = sheet.chosen(|key| (key.as_str() == "A").then_some(1));
        let [(key, value)] = &chosen[..] else { panic!("one was chosen") };
        assert_eq!((key.as_str(), value.dangerously_expose()), ("A", "1"));
    }

    #[test]
    fn what_is_no_list_of_variables_is_refused() {
        assert_eq!(sheet(" \n").unwrap_err(), Unfit::Empty);
        assert_eq!(sheet("\u{0}\u{1}binary").unwrap_err(), Unfit::NoVariable(Format::Dotenv));
        let many: Vec<String> = (0..600).map(|n| format!("K{n}=v")).collect();
        let told = sheet(&many.join("\n")).unwrap_err().to_string();
        assert!(told.starts_with("The text has 600 variables, and a secret holds at most 512."));
    }

    #[test]
    fn a_text_comes_back_from_where_it_was_kept() {
        let pasted = Pasted { format: Format::Yaml, text: WireValue::new("A: b".into()) };
        let back = Pasted::of(pasted.kept()).unwrap();
        assert_eq!((back.format, back.text.dangerously_expose()), (Format::Yaml, "A: b"));
    }
}

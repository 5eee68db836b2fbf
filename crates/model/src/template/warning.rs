use super::{TemplateKey, ValueFormat};
use std::fmt;

/// Why a value deserves a second look. It never blocks, and never says what the value was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueWarning {
    /// The service knows a closed list of values, and this is not on it.
    NotAChoice {
        /// The list.
        choices: Vec<String>,
    },
    /// It is not of the format that the key takes.
    WrongFormat(ValueFormat),
    /// It does not look as such values usually do.
    Unusual {
        /// What they look like.
        placeholder: Option<String>,
    },
}

impl TemplateKey {
    /// Looks at a value. `matches(pattern, text)` runs the regular expression: `regex` on the server, `RegExp` in the
    /// browser. Spaces and line breaks around a value are a matter of pasting and not warned of.
    pub fn warning(
        &self,
        value: &str,
        matches: impl FnOnce(&str, &str) -> bool,
    ) -> Option<ValueWarning> {
        let text = value.trim();
        if text.is_empty() {
            return None;
        }
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == text) {
            return Some(ValueWarning::NotAChoice { choices: self.choices.clone() });
        }
        if let Some(format) = self.format
            && !format.fits(text)
        {
            return Some(ValueWarning::WrongFormat(format));
        }
        if let Some(pattern) = &self.pattern
            && !matches(pattern, text)
        {
            return Some(ValueWarning::Unusual { placeholder: self.placeholder.clone() });
        }
        None
    }
}

impl fmt::Display for ValueWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAChoice { choices } => {
                write!(f, "This is not one of the known values: {}.", choices.join(", "))
            }
            Self::WrongFormat(format) => write!(f, "This should be {}.", format.expectation()),
            Self::Unusual { placeholder: Some(placeholder) } => write!(
                f,
                "This does not look as usual ({placeholder}). Check that it is the right value, copied whole."
            ),
            Self::Unusual { placeholder: None } => f.write_str(
                "This does not look as usual. Check that it is the right value, copied whole.",
            ),
        }
    }
}

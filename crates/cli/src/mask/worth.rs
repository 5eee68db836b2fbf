//! Which values are worth masking. What is short or common occurs everywhere by chance, and a log full of markers says
//! less than one that shows `true`.

use std::fmt;

/// Why a value is not masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmaskable {
    /// It has fewer than four bytes, blanks around it aside.
    Short,
    /// It is a number of fewer than six digits, such as a port.
    SmallNumber,
    /// It is a word that configurations are full of, such as `true`.
    CommonWord,
}

/// Why this text is not masked, if so.
pub fn refusal(text: &str) -> Option<Unmaskable> {
    let text = text.trim();
    if text.len() < SHORTEST {
        Some(Unmaskable::Short)
    } else if text.len() < SHORTEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(Unmaskable::SmallNumber)
    } else if COMMON_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        Some(Unmaskable::CommonWord)
    } else {
        None
    }
}

impl fmt::Display for Unmaskable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "shorter than 4 bytes",
            Self::SmallNumber => "a number of fewer than 6 digits",
            Self::CommonWord => "a common word",
        })
    }
}

const SHORTEST: usize = 4;
const SHORTEST_NUMBER: usize = 6;

const COMMON_WORDS: [&str; 26] = [
    "0.0.0.0",
    "127.0.0.1",
    "auto",
    "debug",
    "default",
    "development",
    "disable",
    "disabled",
    "enable",
    "enabled",
    "error",
    "false",
    "info",
    "local",
    "localhost",
    "main",
    "none",
    "null",
    "postgres",
    "prod",
    "production",
    "public",
    "require",
    "staging",
    "test",
    "true",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_common_values_are_left_alone() {
        for (value, expected) in [
            ("", Some(Unmaskable::Short)),
            (" abc \n", Some(Unmaskable::Short)),
            ("5432", Some(Unmaskable::SmallNumber)),
            ("True", Some(Unmaskable::CommonWord)),
            ("localhost", Some(Unmaskable::CommonWord)),
            ("543210", None),
            ("üü", None),
            ("hunter2", None),
        ] {
            assert_eq!(refusal(value), expected, "{value:?}");
        }
    }
}

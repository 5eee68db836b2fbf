//! What is wrong with a line, and what would be right.

use model::{KeyName, NameFault};
use std::fmt;

/// Something that a person should put right, or know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where the statement starts, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// python-dotenv warns and goes on without it.
    Unreadable(Unreadable),
    /// There is no `=`: python-dotenv takes it for a key without a value.
    Bare {
        /// The key, if it had a value before, which no longer counts.
        unset: Option<KeyName>,
    },
    /// The key cannot be that of an environment variable here.
    Key(NameFault),
    /// The key was set before, on this line. The entry holds the later value.
    Duplicate {
        /// The key.
        key: KeyName,
        /// The line of the value that no longer counts.
        first: usize,
    },
}

/// Why a statement cannot be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// `=value`
    NoKey,
    /// `KEY: value`
    NoEquals,
    /// `KEY='value`
    Unclosed(char),
    /// `KEY='value' more`
    AfterQuote,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line;
        match &self.kind {
            FaultKind::Unreadable(Unreadable::NoKey) => {
                write!(f, "line {line} has no key before the equals sign")
            }
            FaultKind::Unreadable(Unreadable::NoEquals) => {
                write!(
                    f,
                    "line {line} is no KEY=value: write the key, an equals sign and the value"
                )
            }
            FaultKind::Unreadable(Unreadable::Unclosed(quote)) => {
                let other = if *quote == '"' { '\'' } else { '"' };
                write!(
                    f,
                    "line {line} opens a {quote} that is never closed: close it, or quote the value with {other}"
                )
            }
            FaultKind::Unreadable(Unreadable::AfterQuote) => write!(
                f,
                "line {line} goes on after the closing quote: quote the whole value, or put a # before a comment"
            ),
            FaultKind::Bare { unset: None } => {
                write!(f, "line {line} has no equals sign: write KEY= for an empty value")
            }
            FaultKind::Bare { unset: Some(key) } => write!(
                f,
                "line {line} has no equals sign and takes {key} its value: write {key}= for an empty value"
            ),
            FaultKind::Key(fault) => write!(f, "line {line}: {}", Rule(*fault)),
            FaultKind::Duplicate { key, first } => {
                write!(f, "line {line} sets {key} again, after line {first}; the last value counts")
            }
        }
    }
}

/// What a legal key looks like, told by what this one broke.
struct Rule(NameFault);

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            NameFault::LeadingDigit => f.write_str("a key does not start with a digit"),
            NameFault::TooLong { limit, actual } => {
                write!(f, "a key has at most {limit} bytes, this one has {actual}")
            }
            NameFault::Empty => f.write_str("the key is empty"),
            NameFault::IllegalCharacter | NameFault::OnlyDots => {
                f.write_str("a key is made of letters, digits and _")
            }
        }
    }
}

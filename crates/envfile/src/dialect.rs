//! How other programs read the same file. No two of them agree on all lines.
//!
//! Each file here is one reader's rules, written down from its source and, where it can be run, compared with it in
//! `crates/cli/tests/dialects`. Environment variables count as unset: what a reader would take from there is reported as such.

mod compose;
mod docker;
mod dotenvy;
mod node;
mod node_builtin;
mod python;
mod way;

pub use docker::LINE_BYTES as DOCKER_LINE_BYTES;
pub use way::Way;

use crate::statement::{self, Body, Statement};
use crate::{NotUtf8, decode, exact_key, plain_lines};
use model::{KeyName, WireValue};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// A program or library that reads `.env` files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// python-dotenv 1.2 as it is by default, which is with interpolation.
    PythonDotenv,
    /// The npm package `dotenv` 18.
    NodeDotenv,
    /// `node --env-file` and `util.parseEnv` of Node.js 20.
    NodeBuiltIn,
    /// The crate `dotenvy` 0.15.
    Dotenvy,
    /// `docker run --env-file`.
    Docker,
    /// Docker Compose's `env_file` and `.env`.
    Compose,
}

/// What a reader makes of one statement.
#[derive(Debug)]
pub struct Reading {
    /// Where the statement starts for this reader, counted from 1.
    pub line: usize,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of a statement.
#[derive(Debug)]
pub enum Outcome {
    /// A key and its value.
    Value {
        /// The key, which need not be legal elsewhere.
        key: String,
        /// The value, with nothing from the environment in it.
        value: WireValue,
        /// The names that were looked up to make it.
        lookups: Vec<String>,
    },
    /// The value is that of the same environment variable, if there is one.
    Inherited {
        /// The variable.
        key: String,
    },
    /// The key has no value any more, if it had one.
    Unset {
        /// The key.
        key: String,
    },
    /// An error. Most programs then refuse the whole file.
    Refused,
}

/// A line that one reader reads otherwise than [`crate::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where the statement starts, counted from 1.
    pub line: usize,
    /// Where the statement of [`crate::parse`] starts that the line is a part of: the same line, but for one within a value of several.
    pub start: usize,
    /// Its key, where it is a legal one. Not a bare one: that may be a line of some value.
    pub key: Option<KeyName>,
    /// Who reads it otherwise.
    pub reader: Reader,
    /// In which way.
    pub way: Way,
}

/// Compares how every reader takes every line with how [`crate::parse`] does.
pub fn differences(file: &[u8]) -> Result<Vec<Difference>, NotUtf8> {
    let text = decode(file)?;
    let plain = plain_lines(text);
    let statements: Vec<_> =
        statement::read(&plain).filter(|it| !matches!(it.body, Body::Nothing)).collect();
    let known: HashSet<&str> = statements.iter().filter_map(|it| it.body.pair_key()).collect();
    let mut found = Vec::new();
    for reader in Reader::ALL {
        let mut readings: HashMap<_, _> =
            reader.read(text).into_iter().map(|it| (it.line, it.outcome)).collect();
        let mut seen = HashSet::new();
        for statement in &statements {
            let again = statement.body.pair_key().is_some_and(|key| !seen.insert(key));
            let outcome = readings.remove(&statement.line);
            let way = way::between(statement, outcome.as_ref(), &known)
                .or_else(|| (again && reader.keeps_the_first()).then_some(Way::KeepsTheFirst));
            found.extend(way.map(|way| Difference {
                line: statement.line,
                start: statement.line,
                key: statement.body.pair_key().and_then(|key| exact_key(key).ok()),
                reader,
                way,
            }));
        }
        // Lines that belong to a value, or to a comment, for python-dotenv.
        found.extend(readings.into_iter().map(|(line, outcome)| Difference {
            line,
            start: start_of(line, &statements),
            key: None,
            reader,
            way: if matches!(outcome, Outcome::Refused) { Way::Refuses } else { Way::Takes },
        }));
    }
    found.sort_by_key(|it| it.line);
    Ok(found)
}

/// Where the statement starts that goes on over the line; the line itself if none does.
fn start_of(line: usize, statements: &[Statement<'_>]) -> usize {
    let before = statements.partition_point(|it| it.line <= line);
    let around = statements[..before].last().filter(|it| line <= it.last_line());
    around.map_or(line, |it| it.line)
}

impl Reader {
    /// Every reader, in the order of the report.
    pub const ALL: [Self; 6] = [
        Self::PythonDotenv,
        Self::NodeDotenv,
        Self::NodeBuiltIn,
        Self::Dotenvy,
        Self::Docker,
        Self::Compose,
    ];

    /// What this reader takes from a file, in its order. After an error it is read on with the next line, so that one
    /// does not hide another.
    pub fn read(self, text: &str) -> Vec<Reading> {
        match self {
            Self::PythonDotenv => python::read(text),
            Self::NodeDotenv => node::read(text),
            Self::NodeBuiltIn => node_builtin::read(text),
            Self::Dotenvy => dotenvy::read(text),
            Self::Docker => docker::read(text),
            Self::Compose => compose::read(text),
        }
    }

    /// `dotenvy::dotenv` does not replace a variable that is set, not even by the file itself.
    const fn keeps_the_first(self) -> bool {
        matches!(self, Self::Dotenvy)
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PythonDotenv => "python-dotenv",
            Self::NodeDotenv => "dotenv (Node.js)",
            Self::NodeBuiltIn => "node --env-file",
            Self::Dotenvy => "dotenvy (Rust)",
            Self::Docker => "docker --env-file",
            Self::Compose => "Docker Compose",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(key) = &self.key {
            write!(f, ", {key}")?;
        }
        write!(f, ": {} {}", self.reader, self.way)
    }
}

impl Reading {
    fn refused(line: usize) -> Self {
        Self { line, outcome: Outcome::Refused }
    }

    fn value(line: usize, key: &str, value: String) -> Self {
        Self::expanded(line, key, value, Vec::new())
    }

    fn expanded(line: usize, key: &str, value: String, lookups: Vec<String>) -> Self {
        let (key, value) = (key.to_owned(), WireValue::new(value));
        Self { line, outcome: Outcome::Value { key, value, lookups } }
    }
}

/// Counts lines of a text that is read from front to back.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    const fn of(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the byte `at`, which is never before the one asked for last.
    fn line_of(&mut self, at: usize) -> usize {
        self.line += self.text[self.at..at].matches('\n').count();
        self.at = at;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn a_line_within_a_value_says_where_its_statement_starts() {
        let file = "A=1\nPEM=\"one\ntwo\nthree\"\n# c\nJ: v\n";
        let mut places: Vec<_> =
            differences(file.as_bytes()).unwrap().iter().map(|it| (it.line, it.start)).collect();
        places.dedup();
        assert_eq!(places, [(2, 2), (3, 2), (4, 2), (6, 6)]);
    }
}

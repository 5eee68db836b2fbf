//! Finds many values in a text at once.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use model::api::ScanValue;

use super::files::Open;

/// The values, ready to be looked for.
pub(super) struct Needles {
    values: Vec<ScanValue>,
    /// Which value each pattern belongs to.
    owners: Vec<usize>,
    automaton: AhoCorasick,
}

/// A value, and where it was found.
pub(super) struct Hit<'a> {
    pub(super) path: PathBuf,
    pub(super) line: usize,
    pub(super) value: &'a ScanValue,
}

impl Needles {
    /// Each value as it is; one of several lines also as a `.env` or JSON file writes it.
    pub(super) fn new(values: Vec<ScanValue>) -> Self {
        let mut patterns = Vec::new();
        let mut owners = Vec::new();
        for (number, value) in values.iter().enumerate() {
            let text = value.value.dangerously_expose();
            if text.len() < SHORTEST {
                continue;
            }
            patterns.push(text.to_owned());
            owners.push(number);
            let escaped = serde_json::to_string(text).expect("a value is text");
            let escaped = escaped.trim_matches('"');
            if escaped != text {
                patterns.push(escaped.to_owned());
                owners.push(number);
            }
        }
        let automaton = AhoCorasick::new(&patterns)
            .expect("values are far smaller than what an automaton holds");
        for pattern in &mut patterns {
            zeroize::Zeroize::zeroize(pattern);
        }
        Self { values, owners, automaton }
    }

    /// Every place of every value. The text is read a second time only to count lines.
    pub(super) fn find(&self, path: &Path, open: &Open) -> io::Result<Vec<Hit<'_>>> {
        if self.owners.is_empty() {
            return Ok(Vec::new());
        }
        // By place and value, so that two forms of a value at one place are one hit.
        let mut places = BTreeSet::new();
        for found in self.automaton.stream_find_iter(open.reader()?) {
            let found = found?;
            places.insert((found.start(), self.owners[found.pattern().as_usize()]));
        }
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let mut lines = Lines::new(open.reader()?);
        places
            .into_iter()
            .map(|(at, owner)| {
                Ok(Hit { path: path.to_owned(), line: lines.of(at)?, value: &self.values[owner] })
            })
            .collect()
    }
}

/// Counts lines of a text from front to back.
struct Lines<R> {
    text: R,
    at: usize,
    line: usize,
}

impl<R: Read> Lines<R> {
    const fn new(text: R) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the byte `at`, which is never before the one asked for last.
    fn of(&mut self, at: usize) -> io::Result<usize> {
        let mut buffer = [0; 8192];
        while self.at < at {
            let wanted = buffer.len().min(at - self.at);
            let count = self.text.read(&mut buffer[..wanted])?;
            if count == 0 {
                break;
            }
            self.line += line_ends(&buffer[..count]);
            self.at += count;
        }
        Ok(self.line)
    }
}

fn line_ends(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').count() - 1
}

/// Shorter ones are everywhere.
const SHORTEST: usize = 8;

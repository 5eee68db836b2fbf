//! Docker Compose: compose-go's `dotenv/parser.go`.

mod value;

use super::{Outcome, Reading};
use std::collections::HashMap;

pub(super) fn read(text: &str) -> Vec<Reading> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut file = File { text, rest: text, values: HashMap::new() };
    let mut readings = Vec::new();
    while file.skip_to_statement() {
        let line = 1 + file.text[..file.text.len() - file.rest.len()].matches('\n').count();
        let start = file.rest;
        let outcome = file.statement().unwrap_or_else(|Broken| {
            file.rest = start.split_once('\n').map_or("", |(_line, after)| after);
            Some(Outcome::Refused)
        });
        readings.extend(outcome.map(|outcome| Reading { line, outcome }));
    }
    readings
}

struct File<'a> {
    text: &'a str,
    rest: &'a str,
    values: HashMap<String, String>,
}

/// Compose has an error here.
struct Broken;

/// A key, and how it ends.
struct Key<'a> {
    text: &'a str,
    end: End,
}

#[derive(PartialEq, Eq)]
enum End {
    /// `=`, or the `:` of YAML.
    Separator,
    Line,
    File,
}

impl<'a> File<'a> {
    /// Whether a statement is left.
    fn skip_to_statement(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        while self.rest.starts_with('#') {
            self.rest = self.rest.split_once('\n').map_or("", |(_line, after)| after.trim_start());
        }
        !self.rest.is_empty()
    }

    /// None for a key that nothing comes of.
    fn statement(&mut self) -> Result<Option<Outcome>, Broken> {
        let key = self.key().ok_or(Broken)?;
        if key.text.contains(' ') {
            return Err(Broken);
        }
        if key.end == End::Line {
            return Ok(Some(Outcome::Inherited { key: key.text.to_owned() }));
        }
        let (value, lookups, rest) = value::read(self.rest, &self.values).ok_or(Broken)?;
        self.rest = rest;
        if key.end == End::File {
            // Compose takes it for the value of a variable without a name.
            return Ok(None);
        }
        self.values.insert(key.text.to_owned(), value.clone());
        Ok(Some(Reading::expanded(0, key.text, value, lookups).outcome))
    }

    fn key(&mut self) -> Option<Key<'a>> {
        if let Some(after) = self.rest.strip_prefix("export")
            && after.starts_with(['\t', '\n', '\x0c', '\r', ' '])
        {
            self.rest = after.trim_start_matches(is_space);
        }
        let text = self.rest;
        for (at, c) in text.char_indices() {
            match c {
                '=' | ':' | '\n' => {
                    self.rest = text[at + 1..].trim_start_matches(is_space);
                    let end = if c == '\n' { End::Line } else { End::Separator };
                    return Some(Key { text: text[..at].trim_end(), end });
                }
                '_' | '.' | '-' | '[' | ']' => {}
                c if is_space(c) || c.is_alphabetic() || c.is_numeric() => {}
                _ => return None,
            }
        }
        // An `export` at the very end leaves nothing.
        (!text.is_empty()).then_some(Key { text: "", end: End::File })
    }
}

/// A blank, but no line end.
const fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\x0b' | '\x0c' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

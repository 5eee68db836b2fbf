//! The crate `dotenvy` 0.15.7: first `iter.rs`, which joins lines until all quotes are closed, then `parse.rs`.

mod value;

use super::Reading;
use std::collections::HashMap;

pub(super) fn read(text: &str) -> Vec<Reading> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut values = HashMap::new();
    let mut readings = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let Joined { length, content } = join(rest);
        readings.extend(match content {
            Some(content) => statement(line, content, &mut values),
            None => Some(Reading::refused(line)),
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    readings
}

/// Some lines that belong together.
struct Joined<'a> {
    /// How many bytes they take.
    length: usize,
    /// What counts of them; none when the file ends within quotes.
    content: Option<&'a str>,
}

fn join(text: &str) -> Joined<'_> {
    let mut state = State::Complete;
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let start = length;
        length += line.len();
        if text[..length].trim_start().starts_with('#') {
            return Joined { length, content: Some("") };
        }
        for (at, c) in line.char_indices() {
            state = state.after(c);
            if state == State::Comment {
                return Joined { length, content: Some(&text[..start + at]) };
            }
        }
        if state == State::Complete {
            let content = &text[..length];
            let content = content
                .strip_suffix('\n')
                .map_or(content, |it| it.strip_suffix('\r').unwrap_or(it));
            return Joined { length, content: Some(content) };
        }
    }
    Joined { length, content: None }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Complete,
    Escape,
    Strong,
    StrongEscape,
    Weak,
    WeakEscape,
    Comment,
    Blank,
}

impl State {
    fn after(self, c: char) -> Self {
        match (self, c) {
            (Self::Blank, '#') => Self::Comment,
            (Self::Complete, c) if c.is_whitespace() && c != '\n' && c != '\r' => Self::Blank,
            (Self::Blank | Self::Complete, '\\') => Self::Escape,
            (Self::Blank | Self::Complete, '"') => Self::Weak,
            (Self::Blank | Self::Complete, '\'') => Self::Strong,
            (Self::Blank | Self::Complete | Self::Escape, _) => Self::Complete,
            (Self::Weak, '\\') => Self::WeakEscape,
            (Self::Weak, '"') | (Self::Strong, '\'') => Self::Complete,
            (Self::Weak | Self::WeakEscape, _) => Self::Weak,
            (Self::Strong, '\\') => Self::StrongEscape,
            (Self::Strong | Self::StrongEscape, _) => Self::Strong,
            (Self::Comment, _) => Self::Comment,
        }
    }
}

fn statement(
    line: usize,
    text: &str,
    values: &mut HashMap<String, Option<String>>,
) -> Option<Reading> {
    // The blanks in front may span lines.
    let line = line + text[..text.len() - text.trim_start().len()].matches('\n').count();
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    Some(pair(line, text, values).unwrap_or_else(|| Reading::refused(line)))
}

fn pair(line: usize, text: &str, values: &mut HashMap<String, Option<String>>) -> Option<Reading> {
    let (mut key, mut rest) = key(text)?;
    if key == "export" && !rest.starts_with('=') {
        (key, rest) = self::key(rest)?;
    }
    let rest = rest.strip_prefix('=')?.trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        values.insert(key.to_owned(), None);
        return Some(Reading::value(line, key, String::new()));
    }
    let (value, lookups) = value::read(rest, values)?;
    values.insert(key.to_owned(), Some(value.clone()));
    Some(Reading::expanded(line, key, value, lookups))
}

/// A key, and what follows it without blanks in front.
fn key(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let (key, rest) = text.split_at(text.find(|c| !is_key(c)).unwrap_or(text.len()));
    Some((key, rest.trim_start()))
}

//! The npm package `dotenv` 18.0.10: one regular expression that is matched again and again.
//!
//! ```text
//! /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/mg
//! ```
//!
//! It backtracks, and `\s` takes line ends too, so that a key may find its value on the next line.

use super::{Lines, Reading};

pub(super) fn read(text: &str) -> Vec<Reading> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = Lines::of(&text);
    let mut readings = Vec::new();
    let mut at = 0;
    while let Some(start) = line_start(&text, at) {
        at = match assignment(&text, start) {
            Some(Match { key_at, key, value, end }) => {
                readings.push(Reading::value(lines.line_of(key_at), key, plain(value)));
                end
            }
            None => start + text[start..].chars().next().map_or(1, char::len_utf8),
        };
    }
    readings
}

struct Match<'a> {
    key_at: usize,
    key: &'a str,
    value: &'a str,
    end: usize,
}

/// The first place from `at` on where `^` matches and something is left.
fn line_start(text: &str, at: usize) -> Option<usize> {
    if at == 0 || text[..at].ends_with(is_line_end) {
        return (at < text.len()).then_some(at);
    }
    let (end, c) = text[at..].char_indices().find(|(_, c)| is_line_end(*c))?;
    line_start(text, at + end + c.len_utf8())
}

fn assignment(text: &str, start: usize) -> Option<Match<'_>> {
    let start = skip_space(text, start);
    let exported = text[start..].strip_prefix("export").and_then(|after| {
        let key_at = skip_space(text, text.len() - after.len());
        after.starts_with(is_space).then(|| pair(text, key_at)).flatten()
    });
    exported.or_else(|| pair(text, start))
}

fn pair(text: &str, key_at: usize) -> Option<Match<'_>> {
    let key_end = text[key_at..].find(|c| !is_key(c)).map_or(text.len(), |end| key_at + end);
    if key_end == key_at {
        return None;
    }
    let equals = skip_space(text, key_end);
    let value_at = if text[equals..].starts_with('=') {
        equals + 1
    } else {
        let blank = text[key_end..].strip_prefix(':')?.chars().next().filter(|c| is_space(*c))?;
        key_end + 1 + blank.len_utf8()
    };
    let (value, end) = value(text, value_at)?;
    Some(Match { key_at, key: &text[key_at..key_end], value, end })
}

/// The value's text, quotes included, and where the match ends.
fn value(text: &str, at: usize) -> Option<(&str, usize)> {
    let quote_at = skip_space(text, at);
    if let Some(quote @ ('\'' | '"' | '`')) = text[quote_at..].chars().next() {
        // The longest first, as a greedy repetition tries them.
        for close in closing_quotes(text, quote_at, quote).into_iter().rev() {
            if let Some(end) = end_of_line(text, close + 1) {
                return Some((&text[at..=close], end));
            }
        }
    }
    let stop = text[at..].find(['#', '\n']).map_or(text.len(), |stop| at + stop);
    Some((&text[at..stop], end_of_line(text, stop)?))
}

/// Quotes that may close: all after a backslash, up to the first without one.
fn closing_quotes(text: &str, open: usize, quote: char) -> Vec<usize> {
    let mut places = Vec::new();
    for (at, _) in text[open + 1..].match_indices(quote) {
        let at = open + 1 + at;
        places.push(at);
        if at == open + 1 || !text[..at].ends_with('\\') {
            break;
        }
    }
    places
}

/// `\s*(?:#.*)?$`: as many blanks and line ends as possible.
fn end_of_line(text: &str, at: usize) -> Option<usize> {
    let blanks_end = skip_space(text, at);
    if text[blanks_end..].starts_with('#') {
        let end = text[blanks_end..].find(is_line_end).map_or(text.len(), |end| blanks_end + end);
        return Some(end);
    }
    if blanks_end == text.len() {
        return Some(blanks_end);
    }
    text[at..blanks_end].rfind(is_line_end).map(|end| at + end)
}

/// What becomes of the value's text.
fn plain(text: &str) -> String {
    let text = text.trim_matches(is_space);
    let plain = without_quotes(text);
    if text.starts_with('"') { plain.replace("\\n", "\n").replace("\\r", "\r") } else { plain }
}

/// ``/^(['"`])([\s\S]*)\1$/mg``, which also matches from one line end to another.
fn without_quotes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(start) = line_start(text, at) {
        plain.push_str(&text[at..start]);
        let rest = &text[start..];
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
        let close = quote.and_then(|quote| {
            let ends_line = |after: &str| after.is_empty() || after.starts_with(is_line_end);
            rest.rmatch_indices(quote).map(|(at, _)| at).find(|at| ends_line(&rest[at + 1..]))
        });
        match close {
            Some(close) if close > 0 => {
                plain.push_str(&rest[1..close]);
                at = start + close + 1;
            }
            _ => {
                let end = start + rest.chars().next().map_or(0, char::len_utf8);
                plain.push_str(&text[start..end]);
                at = end;
            }
        }
    }
    plain.push_str(&text[at..]);
    plain
}

fn skip_space(text: &str, at: usize) -> usize {
    text[at..].find(|c| !is_space(c)).map_or(text.len(), |end| at + end)
}

/// JavaScript's `\s`.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// What `^` and `$` take for a line end, and `.` does not match.
const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

const fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

//! The grammar of python-dotenv 1.2.4 (`dotenv/parser.py`), statement by statement.

use crate::fault::Unreadable;
use model::WireValue;

/// One statement, or the blank and commented lines between two.
pub(super) struct Statement<'a> {
    /// Where it starts, counted from 1.
    pub(super) line: usize,
    pub(super) body: Body,
    /// The statement as it stands in the file.
    pub(super) source: &'a str,
}

pub(super) enum Body {
    Nothing,
    Pair {
        key: String,
        value: WireValue,
    },
    /// A key without `=`.
    Bare {
        key: String,
    },
    Unreadable(Unreadable),
}

impl Statement<'_> {
    /// Where it ends, counted from 1.
    pub(super) fn last_line(&self) -> usize {
        self.line + self.source.trim_end_matches('\n').matches('\n').count()
    }
}

impl Body {
    /// The key of a pair, legal or not.
    pub(super) fn pair_key(&self) -> Option<&str> {
        match self {
            Self::Pair { key, .. } => Some(key),
            Self::Nothing | Self::Bare { .. } | Self::Unreadable(_) => None,
        }
    }
}

/// Reads a text whose lines end in `\n`.
pub(super) fn read(text: &str) -> impl Iterator<Item = Statement<'_>> {
    let mut cursor = Cursor { rest: text, line: 1 };
    std::iter::from_fn(move || (!cursor.rest.is_empty()).then(|| cursor.statement()))
}

struct Cursor<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Cursor<'a> {
    fn statement(&mut self) -> Statement<'a> {
        self.take_while(is_space);
        let (line, start) = (self.line, self.rest);
        let body = self.body().unwrap_or_else(|why| {
            self.take_while(|c| c != '\n');
            self.take_prefix("\n");
            Body::Unreadable(why)
        });
        Statement { line, body, source: &start[..start.len() - self.rest.len()] }
    }

    fn body(&mut self) -> Result<Body, Unreadable> {
        if self.rest.is_empty() {
            return Ok(Body::Nothing);
        }
        self.export();
        if self.rest.starts_with('#') {
            self.end_of_line(Unreadable::NoEquals)?;
            return Ok(Body::Nothing);
        }
        let key = self.key()?.to_owned();
        self.take_while(is_blank);
        if !self.take_prefix("=") {
            self.end_of_line(Unreadable::NoEquals)?;
            return Ok(Body::Bare { key });
        }
        let blanks = self.take_while(is_blank);
        let value = if !blanks.is_empty() && self.rest.starts_with('#') {
            String::new()
        } else {
            self.value()?
        };
        let value = WireValue::new(value);
        self.end_of_line(Unreadable::AfterQuote)?;
        Ok(Body::Pair { key, value })
    }

    /// `export` counts only when a blank follows: otherwise it is a key.
    fn export(&mut self) {
        if let Some(after) = self.rest.strip_prefix("export")
            && after.starts_with(is_blank)
        {
            self.rest = after;
            self.take_while(is_blank);
        }
    }

    fn key(&mut self) -> Result<&'a str, Unreadable> {
        let Some(quoted) = self.rest.strip_prefix('\'') else {
            let key = self.take_while(|c| !matches!(c, '=' | '#') && !is_space(c));
            return if key.is_empty() { Err(Unreadable::NoKey) } else { Ok(key) };
        };
        match quoted.find('\'') {
            None => Err(Unreadable::Unclosed('\'')),
            Some(0) => Err(Unreadable::NoKey),
            Some(end) => {
                self.advance(end + 2);
                Ok(&quoted[..end])
            }
        }
    }

    fn value(&mut self) -> Result<String, Unreadable> {
        match self.rest.chars().next() {
            Some('\'') => self
                .quoted('\'')
                .map(|text| unescape(text, |c| matches!(c, '\\' | '\'').then_some(c))),
            Some('"') => self.quoted('"').map(|text| unescape(text, double_quoted_escape)),
            _ => Ok(without_comment(self.take_while(|c| c != '\n')).to_owned()),
        }
    }

    /// What stands between two quotes. A backslash keeps the character after it from closing.
    fn quoted(&mut self, quote: char) -> Result<&'a str, Unreadable> {
        let inner = &self.rest[1..];
        let mut escaped = false;
        for (end, c) in inner.char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                self.advance(end + 2);
                return Ok(&inner[..end]);
            }
        }
        Err(Unreadable::Unclosed(quote))
    }

    /// A comment if there is one, then the end of the line.
    fn end_of_line(&mut self, otherwise: Unreadable) -> Result<(), Unreadable> {
        self.take_while(is_blank);
        if self.rest.starts_with('#') {
            self.take_while(|c| c != '\n');
        }
        if self.take_prefix("\n") || self.rest.is_empty() { Ok(()) } else { Err(otherwise) }
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        self.advance(end)
    }

    fn take_prefix(&mut self, prefix: &str) -> bool {
        let found = self.rest.starts_with(prefix);
        if found {
            self.advance(prefix.len());
        }
        found
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }
}

/// An unquoted value: what stands before a blank and a `#`, without blanks at the end.
fn without_comment(text: &str) -> &str {
    let comment = text.match_indices('#').find(|(at, _)| text[..*at].ends_with(is_space));
    let end = comment.map_or(text.len(), |(at, _)| at);
    text[..end].trim_end_matches(is_space)
}

/// Replaces `\c` where `meaning` knows one for `c`, and leaves every other backslash alone.
fn unescape(text: &str, meaning: impl Fn(char) -> Option<char>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escape = (c == '\\').then(|| chars.clone().next().and_then(&meaning)).flatten();
        if escape.is_some() {
            chars.next();
        }
        plain.push(escape.unwrap_or(c));
    }
    plain
}

const fn double_quoted_escape(c: char) -> Option<char> {
    Some(match c {
        '\\' | '\'' | '"' => c,
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        _ => return None,
    })
}

/// Python's `\s`, which knows four separators more than Unicode's `White_Space`.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

fn is_blank(c: char) -> bool {
    is_space(c) && c != '\n'
}

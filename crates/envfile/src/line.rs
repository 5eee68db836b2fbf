//! A text line by line, for a person who is to choose what becomes of each.

use std::fmt;

use model::api::ValueMap;
use model::{KeyName, WireValue};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::fault::{Fault, FaultKind};
use crate::statement::{self, Body, Statement};
use crate::{decode, exact_key, plain_lines};

/// How a text holds keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `KEY=value` on each line, read as [`crate::parse`] does.
    Dotenv,
    /// One object of texts, whole numbers and true or false. Others can be written in more ways than one: they have to be texts.
    Json,
    /// One mapping of scalars, taken as they are written: `1.10` stays `1.10`, and nothing is an empty text.
    Yaml,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Dotenv, Self::Json, Self::Yaml];

    /// Its name in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dotenv => "dotenv",
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }

    /// The format of that name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// What a file of that name, or else a text that begins so, is held to be.
    pub fn guess(file: &str, text: &str) -> Self {
        let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            _ if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') => Self::Json,
            _ if text.starts_with("---\n") || text.starts_with("---\r\n") => Self::Yaml,
            _ => Self::Dotenv,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dotenv => ".env",
            Self::Json => "JSON",
            Self::Yaml => "YAML",
        })
    }
}

/// One line of a text, or one member of an object.
#[derive(Debug)]
pub struct Line {
    /// Where it starts, counted from 1: lines, but members of a JSON object.
    pub at: usize,
    /// What it says.
    pub said: Said,
}

/// What a line says.
#[derive(Debug)]
pub enum Said {
    /// A key, legal or not, and its value.
    Pair {
        /// The key as it is written.
        key: String,
        /// The value.
        value: WireValue,
    },
    /// Nothing that can be taken: why, with its place and without any value.
    Unread(String),
}

/// Why nothing of a text can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegible {
    /// Not what it should be.
    #[error("line {line}, column {column} is not {format}")]
    Syntax {
        /// Which rules it breaks.
        format: Format,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A list, a text, a number.
    #[error("it is not one {format} object of keys and values")]
    NoObject {
        /// Which rules it follows.
        format: Format,
    },
}

/// Every line of `text` that says something, in its order, with all values of a key that is there twice.
pub fn lines(format: Format, text: &str) -> Result<Vec<Line>, Illegible> {
    match format {
        Format::Dotenv => Ok(dotenv(text)),
        Format::Json => json(text),
        Format::Yaml => yaml(text),
    }
}

fn dotenv(text: &str) -> Vec<Line> {
    let text = plain_lines(text);
    let line = |Statement { line, body, .. }: Statement<'_>| {
        let unread = |kind| Said::Unread(Fault { line, kind }.to_string());
        let said = match body {
            Body::Nothing => return None,
            Body::Unreadable(why) => unread(FaultKind::Unreadable(why)),
            Body::Bare { .. } => unread(FaultKind::Bare { unset: None }),
            Body::Pair { key, value } => match exact_key(&key) {
                Err(fault) if !could_be_meant(&key) => unread(FaultKind::Key(fault)),
                _ => Said::Pair { key, value },
            },
        };
        Some(Line { at: line, said })
    };
    statement::read(&text).filter_map(line).collect()
}

/// Whether an illegal key was meant as one. A line of a key file in Base64 reads as a key too, and must not be shown.
fn could_be_meant(key: &str) -> bool {
    let key = key.trim();
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    key.len() <= 40 && key.chars().all(legal) && KeyName::mend(key).is_some()
}

fn json(text: &str) -> Result<Vec<Line>, Illegible> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value {
        Text(WireValue),
        Whole(i64),
        Flag(bool),
        Other(IgnoredAny),
    }

    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let object: ValueMap<String, Value> = serde_json::from_str(text).map_err(|error| {
        // What serde says of a value that has the wrong type repeats it.
        if error.is_data() {
            return Illegible::NoObject { format: Format::Json };
        }
        Illegible::Syntax { format: Format::Json, line: error.line(), column: error.column() }
    })?;
    let line = |(place, (key, value)): (usize, (String, Value))| {
        let at = place + 1;
        match value {
            Value::Text(value) => pair(at, "member", key, value),
            Value::Whole(number) => pair(at, "member", key, WireValue::new(number.to_string())),
            Value::Flag(flag) => pair(at, "member", key, WireValue::new(flag.to_string())),
            Value::Other(_) => Line { at, said: Said::Unread(no_text("member", at, &key)) },
        }
    };
    Ok(object.0.into_iter().enumerate().map(line).collect())
}

fn yaml(text: &str) -> Result<Vec<Line>, Illegible> {
    let no_object = Illegible::NoObject { format: Format::Yaml };
    let mut lines = Vec::new();
    let (mut depth, mut key): (usize, Option<(usize, String)>) = (0, None);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker();
            Illegible::Syntax { format: Format::Yaml, line: at.line(), column: at.col() + 1 }
        })?;
        match event {
            Event::MappingStart(..) if depth == 0 && lines.is_empty() => depth = 1,
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if depth == 0 {
                    return Err(no_object);
                }
                depth += 1;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth -= 1;
                if depth == 1
                    && let Some((at, key)) = key.take()
                {
                    lines.push(Line { at, said: Said::Unread(no_text("line", at, &key)) });
                }
            }
            Event::Scalar(..) | Event::Alias(_) if depth == 0 => return Err(no_object),
            Event::Alias(_) if depth == 1 => {
                if let Some((at, key)) = key.take() {
                    lines.push(Line { at, said: Said::Unread(no_text("line", at, &key)) });
                }
            }
            Event::Scalar(text, style, ..) if depth == 1 => match key.take() {
                None => key = Some((span.start.line(), text.into_owned())),
                Some((at, key)) => {
                    let is_null = style == ScalarStyle::Plain && matches!(&*text, "~" | "null");
                    let value = if is_null { String::new() } else { text.into_owned() };
                    lines.push(pair(at, "line", key, WireValue::new(value)));
                }
            },
            _ => {}
        }
    }
    Ok(lines)
}

fn pair(at: usize, place: &str, key: String, value: WireValue) -> Line {
    let said = match exact_key(&key) {
        Err(fault) if !could_be_meant(&key) => {
            let rule = Fault { line: at, kind: FaultKind::Key(fault) }.to_string();
            Said::Unread(rule.replacen("line", place, 1))
        }
        _ => Said::Pair { key, value },
    };
    Line { at, said }
}

fn no_text(place: &str, at: usize, key: &str) -> String {
    let named = exact_key(key).map(|key| format!(", {key},")).unwrap_or_default();
    format!(
        "{place} {at}{named} holds no text: put quotes around it, or write its JSON into one text"
    )
}

/// A file as text: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it.
pub fn text_of(file: &[u8]) -> Result<String, crate::NotUtf8> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| crate::NotUtf8 { line: 1 })
    };
    match file {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        file => decode(file).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `KEY=value@place` for each pair, the message of each other line.
    fn told(format: Format, text: &str) -> Vec<String> {
        let told = |Line { at, said }: Line| match said {
            Said::Pair { key, value } => format!("{key}={}@{at}", value.dangerously_expose()),
            Said::Unread(why) => why,
        };
        lines(format, text).unwrap().into_iter().map(told).collect()
    }

    #[test]
    fn every_line_of_a_dotenv_file_is_there() {
        let text = "A=1\n\n# c\nexport A='2'\n2FAST=x\nnot one\n'\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC/kg+=\nMY-KEY=y\n";
        assert_eq!(
            told(Format::Dotenv, text),
            [
                "A=1@1",
                "A=2@4",
                "2FAST=x@5",
                "line 6 is no KEY=value: write the key, an equals sign and the value",
                "line 7 opens a ' that is never closed: close it, or quote the value with \"",
                "line 8: a key is made of letters, digits and _",
                "MY-KEY=y@9",
            ]
        );
    }

    #[test]
    fn json_gives_its_members() {
        let text = "{\t\"A\": \"\\ud83d\\ude00\",\n\"A\": \"two\", \"N\": 5, \"ON\": true, \"F\": 1.10, \"L\": [1], \"a b\": \"c\"}";
        assert_eq!(
            told(Format::Json, text),
            [
                "A=😀@1",
                "A=two@2",
                "N=5@3",
                "ON=true@4",
                "member 5, F, holds no text: put quotes around it, or write its JSON into one text",
                "member 6, L, holds no text: put quotes around it, or write its JSON into one text",
                "member 7: a key is made of letters, digits and _",
            ]
        );
    }

    #[test]
    fn yaml_gives_its_scalars_as_they_are_written() {
        let text = "---\n# c\nPORT: 5432\nV: 1.10\nON: yes\nQ: \"a\\nb\"\nE:\nNULL: ~\nBLOCK: |\n  one\n  two\nLIST: [1, {a: b}]\nLAST: end\nV: 2\n";
        assert_eq!(
            told(Format::Yaml, text),
            [
                "PORT=5432@3",
                "V=1.10@4",
                "ON=yes@5",
                "Q=a\nb@6",
                "E=@7",
                "NULL=@8",
                "BLOCK=one\ntwo\n@9",
                "line 12, LIST, holds no text: put quotes around it, or write its JSON into one text",
                "LAST=end@13",
                "V=2@14",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_by_place_and_never_by_content() {
        let no = |format, text: &str| lines(format, text).unwrap_err().to_string();
        assert_eq!(no(Format::Json, "{\"A\": \"kestrel\n"), "line 2, column 0 is not JSON");
        assert_eq!(
            no(Format::Json, "[\"kestrel\"]"),
            "it is not one JSON object of keys and values"
        );
        assert_eq!(no(Format::Yaml, "- kestrel\n"), "it is not one YAML object of keys and values");
        assert_eq!(no(Format::Yaml, "kestrel"), "it is not one YAML object of keys and values");
        assert!(no(Format::Yaml, "A: \"kestrel\n").ends_with("is not YAML"));
    }

    #[test]
    fn formats_are_guessed_by_name_and_then_by_the_first_character() {
        assert_eq!(Format::guess("a.YML", "{"), Format::Yaml);
        assert_eq!(Format::guess("a.json", ""), Format::Json);
        assert_eq!(Format::guess("", "\u{feff} {\"A\": \"b\"}"), Format::Json);
        assert_eq!(Format::guess("", "---\nA: b"), Format::Yaml);
        assert_eq!(Format::guess(".env", "A=b"), Format::Dotenv);
        assert!(Format::ALL.iter().all(|it| Format::of_word(it.word()) == Some(*it)));
    }

    #[test]
    fn files_of_powershell_are_text() {
        let wide: Vec<u8> = [0xfeff_u16]
            .into_iter()
            .chain("A=ä\n".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text_of(&wide).unwrap(), "A=ä\n");
        assert_eq!(text_of(b"A=1\n\xff\n").unwrap_err().line, 2);
    }
}

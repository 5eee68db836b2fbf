//! Reads `.env` files as python-dotenv 1.2 does, without interpolation, and says what it could not take.
//!
//! python-dotenv logs what it cannot parse and goes on, so that a value gets lost without anyone noticing. Here each such
//! line is a [`Fault`]. Faults and differences name lines and legal keys, never values: a line that is not understood may
//! be a piece of one.
//!
//! [`lines`] reads JSON and YAML too, for whoever imports them.

mod dialect;
mod fault;
mod line;
mod statement;

pub use dialect::{DOCKER_LINE_BYTES, Difference, Outcome, Reader, Reading, Way, differences};
pub use fault::{Fault, FaultKind, Unreadable};
pub use line::{Format, Illegible, Line, Said, lines, text_of};

use model::{KeyName, WireValue};
use statement::{Body, Statement};
use zeroize::Zeroizing;

/// What a `.env` file holds.
#[derive(Debug)]
pub struct Parsed {
    /// Every key once, in the order of first mention, with its last value.
    pub entries: Vec<Entry>,
    /// What is wrong, by line.
    pub faults: Vec<Fault>,
}

/// One key and its value.
#[derive(Debug)]
pub struct Entry {
    /// The key.
    pub key: KeyName,
    /// Its value, which cannot be printed.
    pub value: WireValue,
    /// Where the statement starts, counted from 1.
    pub line: usize,
}

/// The file is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not UTF-8; save the file as UTF-8")]
pub struct NotUtf8 {
    /// The first line that is not, counted from 1.
    pub line: usize,
}

/// Reads a file. A byte order mark and any kind of line end are taken as an editor would.
pub fn parse(file: &[u8]) -> Result<Parsed, NotUtf8> {
    let text = plain_lines(decode(file)?);
    let mut reading = Parsed { entries: Vec::new(), faults: Vec::new() };
    for Statement { line, body, .. } in statement::read(&text) {
        match body {
            Body::Nothing => {}
            Body::Unreadable(why) => reading.fault(line, FaultKind::Unreadable(why)),
            Body::Bare { key } => reading.unset(line, &key),
            Body::Pair { key, value } => match exact_key(&key) {
                Err(fault) => reading.fault(line, FaultKind::Key(fault)),
                Ok(key) => reading.take(Entry { key, value, line }),
            },
        }
    }
    Ok(reading)
}

impl Parsed {
    fn take(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|it| it.key == entry.key) {
            None => self.entries.push(entry),
            Some(earlier) => {
                let kind = FaultKind::Duplicate { key: entry.key.clone(), first: earlier.line };
                self.faults.push(Fault { line: entry.line, kind });
                *earlier = entry;
            }
        }
    }

    fn unset(&mut self, line: usize, key: &str) {
        let earlier = self.entries.iter().position(|it| it.key.as_str() == key);
        let unset = earlier.map(|place| self.entries.remove(place).key);
        self.fault(line, FaultKind::Bare { unset });
    }

    fn fault(&mut self, line: usize, kind: FaultKind) {
        self.faults.push(Fault { line, kind });
    }
}

/// Unlike [`KeyName::parse`], without removing blanks: python-dotenv takes those of `' K '=v` for a part of the key.
fn exact_key(key: &str) -> Result<KeyName, model::NameFault> {
    let name = KeyName::parse(key)?;
    if name.as_str() == key { Ok(name) } else { Err(model::NameFault::IllegalCharacter) }
}

fn decode(file: &[u8]) -> Result<&str, NotUtf8> {
    str::from_utf8(file).map_err(|error| {
        let good = &file[..error.valid_up_to()];
        NotUtf8 { line: good.split(|byte| *byte == b'\n').count() }
    })
}

/// The text as Python's `open` gives it out, every line end a `\n`, and without a byte order mark.
fn plain_lines(text: &str) -> Zeroizing<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(end) = rest.find('\r') {
        plain.push_str(&rest[..end]);
        plain.push('\n');
        rest = &rest[end + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `KEY=value@line` for each entry, then the faults.
    fn read(text: &str) -> Vec<String> {
        let parsed = parse(text.as_bytes()).unwrap();
        let entries = parsed.entries.iter().map(|Entry { key, value, line }| {
            format!("{key}={:?}@{line}", value.dangerously_expose())
        });
        entries.chain(parsed.faults.iter().map(ToString::to_string)).collect()
    }

    #[test]
    fn quotes_escapes_and_comments_are_python_dotenvs() {
        for (line, expected) in [
            ("K=v", r#"K="v"@1"#),
            ("export K=v", r#"K="v"@1"#),
            ("  K  =  v  w  # c", r#"K="v  w"@1"#),
            ("K=v#c", r#"K="v#c"@1"#),
            ("K= # c", r#"K=""@1"#),
            ("K=#c", r##"K="#c"@1"##),
            ("'K'=v", r#"K="v"@1"#),
            (r#"K="a\n\"b\" \d" # c"#, r#"K="a\n\"b\" \\d"@1"#),
            (r"K='a\n\'b\\'", r#"K="a\\n'b\\"@1"#),
            ("K='a\n#b'", r#"K="a\n#b"@1"#),
            ("K=${A} $A", r#"K="${A} $A"@1"#),
            ("K=`a b`", r#"K="`a b`"@1"#),
            ("K=", r#"K=""@1"#),
        ] {
            assert_eq!(read(line), [expected], "{line}");
        }
    }

    #[test]
    fn every_line_end_and_a_byte_order_mark_are_fine() {
        assert_eq!(
            read("\u{feff}A=1\r\nB='x\r\ny'\rC=\"\\r\"\n"),
            [r#"A="1"@1"#, r#"B="x\ny"@2"#, r#"C="\r"@4"#]
        );
    }

    #[test]
    fn what_python_dotenv_loses_is_named_with_its_line() {
        let file = "L=v\nL\n# fine\n\nK: v\n=v\nK=\"a\nB=1\nC='x' y\nD\nA-B=1\n2F=1\nB=2\n";
        assert_eq!(
            read(file),
            [
                r#"B="2"@13"#,
                "line 2 has no equals sign and takes L its value: write L= for an empty value",
                "line 5 is no KEY=value: write the key, an equals sign and the value",
                "line 6 has no key before the equals sign",
                "line 7 opens a \" that is never closed: close it, or quote the value with '",
                "line 9 goes on after the closing quote: quote the whole value, or put a # before a comment",
                "line 10 has no equals sign: write KEY= for an empty value",
                "line 11: a key is made of letters, digits and _",
                "line 12: a key does not start with a digit",
                "line 13 sets B again, after line 8; the last value counts",
            ]
        );
    }

    #[test]
    fn other_encodings_are_refused_with_the_line() {
        let error = parse(b"A=1\nB=caf\xe9\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2 is not UTF-8; save the file as UTF-8");
    }

    #[test]
    fn nothing_prints_a_value() {
        let printed = format!("{:?}", parse(b"K=hunter2\nhunter2\nhunter2: x\n'hunter2").unwrap());
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}

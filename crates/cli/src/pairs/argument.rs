//! `KEY=VALUE`, `KEY=-`, `KEY=@FILE`, `KEY=env:NAME`

use std::fs;
use std::io::{self, Read};

use model::{KeyName, NameFault, WireValue};
use zeroize::Zeroizing;

use crate::ask;
use crate::failure::{Failure, Result};

/// What the arguments gave.
pub(super) struct Arguments {
    pub(super) pairs: Vec<(KeyName, WireValue)>,
    /// Whether a value itself stood there.
    pub(super) in_the_open: bool,
}

/// Reads the arguments. What is wrong is told by an argument's place: the argument itself may be a value.
pub(super) fn read(items: &[String]) -> Result<Arguments> {
    let mut split = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        split.push(split_item(index + 1, item)?);
    }
    let from_stdin = split.iter().filter(|(_, value)| *value == "-").count();
    if from_stdin > 1 && !ask::is_interactive() {
        return Err(Failure::usage(
            "standard input is one value: give KEY=- once, and the others as KEY=@FILE or KEY=env:NAME",
        ));
    }

    let mut arguments = Arguments { pairs: Vec::with_capacity(split.len()), in_the_open: false };
    for (key, value) in split {
        let value = match value {
            "-" if ask::is_interactive() => ask::hidden(format_args!("Value of {key}"))?,
            "-" => from_stdin_to_its_end(&key)?,
            _ => match (value.strip_prefix('@'), value.strip_prefix("env:")) {
                (Some(path), _) => from_file(&key, path)?,
                (None, Some(name)) => from_variable(&key, name)?,
                (None, None) => {
                    arguments.in_the_open |= !value.is_empty();
                    WireValue::new(value.to_owned())
                }
            },
        };
        arguments.pairs.push((key, value));
    }
    Ok(arguments)
}

fn split_item(place: usize, item: &str) -> Result<(KeyName, &str)> {
    let Some((key, value)) = item.split_once('=') else {
        return Err(Failure::usage(format!(
            "Each item should be of the form <KEY>=VALUE, and item {place} has no equals sign. To be asked for a value, or to \
             pipe it in, use `<KEY>=-`; to read a file, `<KEY>=@FILE`"
        )));
    };
    let key = KeyName::parse(key).map_err(|fault| {
        let why = match fault {
            NameFault::Empty => "it has none".to_owned(),
            NameFault::LeadingDigit => "it starts with a digit".to_owned(),
            NameFault::TooLong { limit, actual } => {
                format!("it has {actual} bytes, and at most {limit} fit")
            }
            NameFault::IllegalCharacter | NameFault::OnlyDots => {
                "it has other characters than letters, digits and _".to_owned()
            }
        };
        Failure::usage(format!("Invalid key in item {place}: {why}"))
    })?;
    Ok((key, value))
}

fn from_stdin_to_its_end(key: &KeyName) -> Result<WireValue> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(model::VALUE_BYTES + 1));
    io::stdin().lock().take(MOST).read_to_end(&mut bytes).map_err(|error| {
        Failure::failed(format!("{key}=-: cannot read standard input: {error}"))
    })?;
    to_value(key, "-", &bytes)
}

/// The path may be the value of someone who meant a value that begins with @.
fn from_file(key: &KeyName, path: &str) -> Result<WireValue> {
    let read = fs::File::open(path).and_then(|file| {
        let mut bytes = Zeroizing::new(Vec::with_capacity(model::VALUE_BYTES + 1));
        file.take(MOST).read_to_end(&mut bytes).map(|_| bytes)
    });
    let bytes = read.map_err(|error| {
        let why = io_reason(&error);
        Failure::usage(format!(
            "{key}=@…: {why}. For a value that begins with @, use {key}=- and type it or pipe it in"
        ))
    })?;
    to_value(key, "@…", &bytes)
}

fn from_variable(key: &KeyName, name: &str) -> Result<WireValue> {
    if let Ok(value) = std::env::var(name) {
        return Ok(WireValue::new(value));
    }
    Err(Failure::usage(format!(
        "{key}=env:…: there is no such environment variable. For a value that begins with env:, use {key}=- and type it or \
         pipe it in"
    )))
}

/// A line loses its end, which editors and `echo` add. A text of several lines is kept to the byte: a key file needs its last
/// line end.
fn to_value(key: &KeyName, from: &str, bytes: &[u8]) -> Result<WireValue> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Failure::usage(format!(
            "{key}={from}: not UTF-8 text. Encode binary values, as base64 say"
        )));
    };
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let text = line.filter(|line| !line.contains('\n')).unwrap_or(text);
    Ok(WireValue::new(text.to_owned()))
}

fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "the file may not be read".to_owned(),
        _ => format!("the file cannot be read ({})", error.kind()),
    }
}

/// Far more than a value may have, so that the server says by how much it is too long.
const MOST: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn message(items: &[&str]) -> String {
        let items: Vec<_> = items.iter().map(|item| (*item).to_owned()).collect();
        read(&items).err().unwrap().to_string()
    }

    #[test]
    fn the_first_equals_sign_ends_the_key() {
        let items = ["URL=postgres://u:p@h/d?a=b".to_owned(), "EMPTY=".to_owned()];
        let read = read(&items).unwrap();
        let pairs: Vec<_> = read
            .pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.dangerously_expose()))
            .collect();
        assert_eq!(pairs, [("URL", "postgres://u:p@h/d?a=b"), ("EMPTY", "")]);
        assert!(read.in_the_open);
    }

    #[test]
    fn what_is_wrong_is_told_without_repeating_it() {
        for items in [
            &["hunter2"][..],
            &["A=1", "hunter2"],
            &["hunter-2=x"],
            &["2hunter=x"],
            &["=hunter2"],
            &["A=@hunter2"],
            &["A=env:hunter2"],
        ] {
            let message = message(items);
            assert!(!message.contains("hunter"), "{message}");
        }
    }

    #[test]
    fn one_line_loses_its_end_and_several_keep_theirs() {
        let key = KeyName::parse("A").unwrap();
        for (bytes, text) in [
            ("", ""),
            ("\n", ""),
            ("a", "a"),
            ("a\n", "a"),
            ("a\r\n", "a"),
            ("a\nb", "a\nb"),
            ("a\nb\n", "a\nb\n"),
            ("a\n\n", "a\n\n"),
        ] {
            let value = to_value(&key, "-", bytes.as_bytes()).unwrap();
            assert_eq!(value.dangerously_expose(), text, "{bytes:?}");
        }
        assert!(to_value(&key, "-", b"\xff").is_err());
    }
}

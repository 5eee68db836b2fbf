//! A password from a file or from standard input: never from an argument, which every process sees.

use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use store::model::SecretValue;

/// The first line.
pub(super) fn read(file: Option<&Path>) -> io::Result<SecretValue> {
    let text = match file {
        Some(file) => fs::read_to_string(file).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file.display()))
        })?,
        None => read_line()?,
    };
    Ok(first_line(SecretValue::new(text)))
}

fn read_line() -> io::Result<String> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        eprint!("New password (it shows as you type): ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(line)
}

fn first_line(text: SecretValue) -> SecretValue {
    let line = text.dangerously_expose().lines().next().unwrap_or_default();
    SecretValue::new(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_end_is_no_part_of_a_password() {
        for (text, password) in [
            ("four quiet words here\n", "four quiet words here"),
            ("a b\r\nsecond", "a b"),
            (" spaces stay ", " spaces stay "),
            ("", ""),
        ] {
            let read = first_line(SecretValue::new(text.into()));
            assert_eq!(read.dangerously_expose(), password);
        }
    }
}

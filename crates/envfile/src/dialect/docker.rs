//! `docker run --env-file`: docker/cli's `pkg/kvfile`. Nothing is interpreted, so that a value has one line.

use super::{Outcome, Reading};

pub(super) fn read(text: &str) -> Vec<Reading> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split_inclusive('\n').map(|line| line.strip_suffix('\n').unwrap_or(line));
    (1..).zip(lines).filter_map(|(number, line)| read_line(number, line)).collect()
}

fn read_line(number: usize, line: &str) -> Option<Reading> {
    if line.len() > LINE_BYTES {
        return Some(Reading::refused(number));
    }
    let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
    if key.is_empty() || key.contains([' ', '\t']) {
        return Some(Reading::refused(number));
    }
    Some(value.map_or_else(
        || Reading { line: number, outcome: Outcome::Inherited { key: key.to_owned() } },
        |value| Reading::value(number, key, value.to_owned()),
    ))
}

/// What Go's `bufio.Scanner` holds by default, less the line end.
pub const LINE_BYTES: usize = 64 * 1024 - 1;

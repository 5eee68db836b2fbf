//! python-dotenv 1.2.4 by default: as [`crate::parse`], and then `${…}` (`dotenv/variables.py`), whatever the
//! quotes.

use super::{Outcome, Reading};
use crate::plain_lines;
use crate::statement::{self, Body};
use std::collections::HashMap;

pub(super) fn read(text: &str) -> Vec<Reading> {
    let mut values = HashMap::new();
    let mut readings = Vec::new();
    for statement in statement::read(&plain_lines(text)) {
        match statement.body {
            // Lines that only earn a warning, which nobody sees by default.
            Body::Nothing | Body::Unreadable(_) => {}
            Body::Bare { key } => {
                values.insert(key.clone(), None);
                readings.push(Reading { line: statement.line, outcome: Outcome::Unset { key } });
            }
            Body::Pair { key, value } => {
                let (value, lookups) = interpolate(value.dangerously_expose(), &values);
                readings.push(Reading::expanded(statement.line, &key, value.clone(), lookups));
                values.insert(key, Some(value));
            }
        }
    }
    readings
}

fn interpolate(text: &str, values: &HashMap<String, Option<String>>) -> (String, Vec<String>) {
    let (mut plain, mut lookups) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some((name, default, after)) = variable(&rest[start + 2..]) else {
            plain.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        plain.push_str(&rest[..start]);
        match values.get(name) {
            Some(value) => plain.push_str(value.as_deref().unwrap_or_default()),
            None => plain.push_str(default.unwrap_or_default()),
        }
        lookups.push(name.to_owned());
        rest = after;
    }
    plain.push_str(rest);
    (plain, lookups)
}

/// Name, default, and what follows, of `NAME}` or `NAME:-default}`.
fn variable(text: &str) -> Option<(&str, Option<&str>, &str)> {
    let (name, after) = text.split_at(text.find(['}', ':'])?);
    if let Some(after) = after.strip_prefix('}') {
        return Some((name, None, after));
    }
    let (default, after) = after.strip_prefix(":-")?.split_once('}')?;
    Some((name, Some(default), after))
}

//! `util.parseEnv` and `--env-file` of Node.js 20.20: `Dotenv::ParseContent` in `src/node_dotenv.cc`.
//!
//! Only spaces count as blanks, and everything up to the next `=` is the key.

use super::{Lines, Reading};

pub(super) fn read(text: &str) -> Vec<Reading> {
    let text = text.replace('\r', "");
    let mut lines = Lines::of(&text);
    let mut readings = Vec::new();
    let mut rest = text.trim_matches(' ');
    // What was trimmed from the end is not there any more.
    let end = text.trim_end_matches(' ').len();
    while !rest.is_empty() {
        if rest.starts_with(['\n', '#'])
            && let Some((_line, after)) = rest.split_once('\n')
        {
            rest = after;
            continue;
        }
        let Some((key, after)) = rest.split_once('=') else { break };
        let line = lines.line_of(end - rest.trim_start_matches(' ').len());
        let key = key.trim_matches(' ');
        if key.is_empty() {
            break;
        }
        let key = key.strip_prefix("export ").unwrap_or(key);
        let (value, after) = value(after.trim_matches(' '));
        readings.extend(value.map(|value| Reading::value(line, key, value)));
        rest = after;
    }
    readings
}

/// The value, and what follows its line. There is none after a quote that opens on the last line.
fn value(text: &str) -> (Option<String>, &str) {
    let after_line = |text: &'_ str| text.find('\n').map_or(text.len(), |end| end + 1);
    let Some(quote @ ('\'' | '"' | '`')) = text.chars().next() else {
        let line = text.split('\n').next().unwrap_or_default();
        let value = line.split('#').next().unwrap_or_default();
        return (Some(value.trim_matches(' ').to_owned()), &text[after_line(text)..]);
    };
    match text[1..].split_once(quote) {
        Some((value, after)) => {
            let value = if quote == '"' { value.replace("\\n", "\n") } else { value.to_owned() };
            (Some(value), &after[after_line(after)..])
        }
        None => match text.split_once('\n') {
            Some((line, after)) => (Some(line.to_owned()), after),
            None => (None, text),
        },
    }
}

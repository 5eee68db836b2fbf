//! Compose's values: quotes, escapes within double quotes, and then variables (`template/template.go`).

use std::collections::HashMap;

/// The value, the names looked up and what follows; none where Compose has an error.
pub(super) fn read<'a>(
    text: &'a str,
    values: &HashMap<String, String>,
) -> Option<(String, Vec<String>, &'a str)> {
    let Some(quote @ ('\'' | '"')) = text.chars().next() else {
        let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
        let value = line.split(" #").next().unwrap_or_default();
        let (value, lookups) = expand(value.trim_end(), values)?;
        return Some((value, lookups, rest));
    };
    let (inner, rest) = quoted(&text[1..], quote)?;
    if quote == '\'' {
        return Some((inner, Vec::new(), rest));
    }
    let (value, lookups) = expand(&unescape(&inner), values)?;
    Some((value, lookups, rest))
}

/// What stands between quotes, of whose escapes only that of the quote itself is resolved here.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut inner = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == quote && !escaped {
            return Some((inner, &text[at + 1..]));
        }
        if c == '\\' && !escaped {
            escaped = true;
            continue;
        }
        if escaped && c != quote {
            inner.push('\\');
        }
        escaped = false;
        inner.push(c);
    }
    None
}

/// Go's escapes of one character, `\$` and `\0ddd`. What is none stays as it is.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let Some(c) = after.chars().next() else {
            plain.push('\\');
            return plain;
        };
        rest = &after[c.len_utf8()..];
        match c {
            'a' => plain.push('\x07'),
            'b' => plain.push('\x08'),
            'f' => plain.push('\x0c'),
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            't' => plain.push('\t'),
            'v' => plain.push('\x0b'),
            '"' | '\\' => plain.push(c),
            // Which the expansion turns into one.
            '$' => plain.push_str("$$"),
            '0' => rest = octal(rest, &mut plain),
            _ => {
                plain.push('\\');
                plain.push(c);
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Up to three digits after `\0`. Go wants exactly three octal ones, and otherwise the `0` is lost.
fn octal<'a>(text: &'a str, plain: &mut String) -> &'a str {
    let length = text.bytes().take(3).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    match u8::from_str_radix(digits, 8) {
        Ok(code) if length == 3 => plain.push(char::from(code)),
        _ => {
            plain.push('\\');
            plain.push_str(digits);
        }
    }
    rest
}

/// Replaces `$$`, `$NAME` and `${NAME}`. Of `${NAME:-default}` and its like it is only said that they are replaced.
fn expand(text: &str, values: &HashMap<String, String>) -> Option<(String, Vec<String>)> {
    let (mut plain, mut lookups) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        plain.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            plain.push('$');
            rest = after;
            continue;
        }
        let braced = rest.strip_prefix('{');
        let (name, after) = name(braced.unwrap_or(rest));
        if braced.is_none() && name.is_empty() {
            plain.push('$');
            continue;
        }
        lookups.push(name.to_owned());
        plain.push_str(values.get(name).map_or("", String::as_str));
        rest = if braced.is_some() { after_brace(name, after)? } else { after };
    }
    plain.push_str(rest);
    Some((plain, lookups))
}

fn after_brace<'a>(name: &str, text: &'a str) -> Option<&'a str> {
    if name.is_empty() {
        return None;
    }
    if let Some(after) = text.strip_prefix('}') {
        return Some(after);
    }
    let operand = text.strip_prefix(':').unwrap_or(text).strip_prefix(['-', '+', '?'])?;
    let line = operand.split('\n').next().unwrap_or_default();
    line.rfind('}').map(|end| &operand[end + 1..])
}

fn name(text: &str) -> (&str, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { ("", text) } else { text.split_at(end) }
}

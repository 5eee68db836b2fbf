//! Between the quotes of a JSON text (RFC 8259, section 7), as common writers escape.

use super::{Form, form};
use std::fmt::Write as _;
use zeroize::Zeroizing;

pub(super) fn push(value: &str, forms: &mut Vec<Form>) {
    for beyond_ascii in [Unicode::Plain, Unicode::Lower, Unicode::Upper] {
        for special in ["", "/", "<>&\u{2028}\u{2029}"] {
            forms.push(form(&escape(value, beyond_ascii, special)));
        }
    }
}

/// How characters beyond ASCII are written.
#[derive(Clone, Copy)]
enum Unicode {
    /// As they are, by most.
    Plain,
    /// `\u00e4`, by Python.
    Lower,
    /// `\u00E4`, by .NET.
    Upper,
}

/// `special` are characters that need no escape but get one: PHP's slash, and what Go keeps out of HTML.
fn escape(value: &str, beyond_ascii: Unicode, special: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * value.len()));
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '/' if special.contains(c) => text.push_str("\\/"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\x08' => text.push_str("\\b"),
            '\x0c' => text.push_str("\\f"),
            c if c.is_ascii_control() && c != '\x7f' || special.contains(c) => {
                push_code(&mut text, c, beyond_ascii);
            }
            c if c.is_ascii() || matches!(beyond_ascii, Unicode::Plain) => text.push(c),
            c => push_code(&mut text, c, beyond_ascii),
        }
    }
    text
}

fn push_code(text: &mut String, c: char, case: Unicode) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        match case {
            Unicode::Upper => write!(text, "\\u{unit:04X}"),
            Unicode::Plain | Unicode::Lower => write!(text, "\\u{unit:04x}"),
        }
        .expect("a String takes everything");
    }
}

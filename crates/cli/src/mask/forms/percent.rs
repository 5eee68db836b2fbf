//! Percent-encoding (RFC 3986, section 2.1) by everyone who has an opinion on what needs it.

use super::{Form, form};
use std::fmt::Write as _;

pub(super) fn push(value: &str, forms: &mut Vec<Form>) {
    for unchanged in UNCHANGED {
        for blank in ["%20", "+"] {
            let upper = encode(value, unchanged, blank, |text, byte| write!(text, "%{byte:02X}"));
            let lower = encode(value, unchanged, blank, |text, byte| write!(text, "%{byte:02x}"));
            forms.extend([form(&upper), form(&lower)]);
        }
    }
}

fn encode(
    value: &str,
    unchanged: &str,
    blank: &str,
    write: impl Fn(&mut String, u8) -> std::fmt::Result,
) -> zeroize::Zeroizing<String> {
    let mut text = zeroize::Zeroizing::new(String::with_capacity(3 * value.len()));
    for byte in value.bytes() {
        if byte == b' ' {
            text.push_str(blank);
        } else if byte.is_ascii_alphanumeric() || unchanged.as_bytes().contains(&byte) {
            text.push(char::from(byte));
        } else {
            write(&mut text, byte).expect("a String takes everything");
        }
    }
    text
}

/// What stays besides letters and digits.
const UNCHANGED: [&str; 7] = [
    // RFC 3986's unreserved characters; Python's `quote_plus`, Go's `QueryEscape`
    "-._~",
    // Python's `quote`
    "-._~/",
    // `encodeURIComponent`
    "-._~!*'()",
    // `encodeURI`
    "-._~!*'();/?:@&=+$,#",
    // forms and `URLSearchParams`
    "-._*",
    // browsers' user names and passwords in URLs
    "-._~!$%&'()*+,",
    // browsers' queries
    "-._~!$%&()*+,/:;=?@[\\]^`{|}",
];

//! One YAML mapping (YAML 1.2, section 7.3.1).

use super::{Pairs, Refused, write_each};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// Writes `"KEY": "value"` for each pair. Both are quoted, as `NO` is a truth value otherwise.
pub fn yaml(pairs: &Pairs) -> Result<Zeroizing<String>, Refused> {
    if pairs.is_empty() {
        return Ok(Zeroizing::new("{}\n".to_owned()));
    }
    write_each("A YAML mapping", pairs, |key, value, text| {
        push_text(text, key.as_str());
        text.push_str(": ");
        push_text(text, value);
        text.push('\n');
        Ok(())
    })
}

/// A double-quoted scalar on one line, with everything escaped that is not printable (section 5.1) or breaks a line in
/// some version of YAML.
pub(super) fn push_text(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' => text.push(c),
            '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'.. => text.push(c),
            c => write!(text, "\\u{:04x}", u32::from(c)).expect("a String takes everything"),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;

    #[test]
    fn everything_unprintable_is_escaped() {
        let text =
            yaml(&pairs(&[("NO", "a\"\\\n\0\u{85}\u{2028}\u{feff}\u{7f}"), ("A", "ü: 🔑 #")]));
        assert_eq!(
            *text.unwrap(),
            "\"NO\": \"a\\\"\\\\\\n\\u0000\\u0085\\u2028\\ufeff\\u007f\"\n\"A\": \"ü: 🔑 #\"\n"
        );
        assert_eq!(*yaml(&[]).unwrap(), "{}\n");
    }
}

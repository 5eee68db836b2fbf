//! One JSON object (RFC 8259).

use super::{Pairs, Reason, Refused, refusal, room_for};
use zeroize::Zeroizing;

/// Writes an object of texts, a key on each line, in the order given.
pub fn json(pairs: &Pairs) -> Result<Zeroizing<String>, Refused> {
    let mut text = Zeroizing::new(String::with_capacity(room_for(pairs)));
    text.push('{');
    let mut separator = "\n  ";
    refusal::check("A JSON object", pairs, |key, value| {
        text.push_str(separator);
        separator = ",\n  ";
        push_text(&mut text, key.as_str());
        text.push_str(": ");
        push_text(&mut text, value);
        Ok::<_, Reason>(())
    })?;
    text.push_str(if pairs.is_empty() { "}\n" } else { "\n}\n" });
    Ok(text)
}

fn push_text(text: &mut String, value: &str) {
    let literal = serde_json::to_string(value).expect("every text has a JSON literal");
    text.push_str(&Zeroizing::new(literal));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;
    use proptest::prelude::*;

    #[test]
    fn keys_keep_their_order() {
        let text = json(&pairs(&[("B", "a\"\n\0"), ("A", "ü")])).unwrap();
        assert_eq!(*text, "{\n  \"B\": \"a\\\"\\n\\u0000\",\n  \"A\": \"ü\"\n}\n");
        assert_eq!(*json(&[]).unwrap(), "{}\n");
    }

    proptest! {
        #[test]
        fn json_reads_back_what_was_written(value in any::<String>()) {
            let text = json(&pairs(&[("K", &value)])).unwrap();
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read["K"].as_str(), Some(value.as_str()));
        }
    }
}

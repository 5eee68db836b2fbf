//! The forms in which a value may turn up.

mod base64;
mod json;
mod percent;

use super::worth::refusal;
use zeroize::Zeroizing;

pub(super) type Form = Zeroizing<Vec<u8>>;

/// Every form of a value:
///
/// - as it is, without the blanks around it, and each of its lines without those,
/// - in base64, standard and for URLs, padded or not, wherever it begins within a group of three bytes; also in lines of
///   64 or 76 characters,
/// - percent-encoded, by the rules of browsers' and Python's functions, in upper and lower case, with `+` for a blank,
/// - within a JSON text,
/// - within a shell's single quotes.
pub(super) fn of(value: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for piece in pieces(value) {
        forms.push(form(piece));
        base64::push(piece.as_bytes(), &mut forms);
        percent::push(piece, &mut forms);
        json::push(piece, &mut forms);
        if piece.contains('\'') {
            forms.push(form(&piece.replace('\'', r"'\''")));
            forms.push(form(&piece.replace('\'', r#"'"'"'"#)));
        }
    }
    forms
}

/// The value and its parts that are worth masking.
fn pieces(value: &str) -> Vec<&str> {
    let lines = value.split(['\n', '\r']).map(str::trim);
    let mut pieces: Vec<_> =
        [value, value.trim()].into_iter().chain(lines).filter(|it| refusal(it).is_none()).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

fn form(text: &str) -> Form {
    Zeroizing::new(text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(value: &str) -> Vec<String> {
        of(value).into_iter().map(|form| String::from_utf8(form.to_vec()).unwrap()).collect()
    }

    #[test]
    fn lines_count_by_themselves() {
        let forms = forms("first line \n  second\n}\n");
        for expected in ["first line \n  second\n}\n", "first line", "second"] {
            assert!(forms.iter().any(|form| form == expected), "{expected:?}");
        }
        assert!(forms.iter().all(|form| form.len() >= 4));
    }

    #[test]
    fn every_encoding_is_there() {
        let forms = forms("pä ss'w/d?");
        for expected in [
            // base64, from the first, second and third byte of a group
            "cMOkIHNzJ3cvZD8=",
            "cMOkIHNzJ3cvZD8",
            "DDpCBzcyd3L2Q/",
            "ww6Qgc3Mndy9kP",
            // as browsers, forms and Python write it
            "p%C3%A4%20ss'w%2Fd%3F",
            "p%c3%a4%20ss%27w/d%3f",
            "p%C3%A4+ss%27w%2Fd%3F",
            // JSON, with and without characters beyond ASCII
            r"p\u00e4 ss'w/d?",
            r"p\u00E4 ss'w/d?",
            r"pä ss'w\/d?",
            // shells
            r"pä ss'\''w/d?",
            r#"pä ss'"'"'w/d?"#,
        ] {
            assert!(forms.iter().any(|form| form == expected), "{expected}: {forms:#?}");
        }
    }
}

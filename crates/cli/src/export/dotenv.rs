//! `.env` files that python-dotenv, with interpolation, and the npm package `dotenv` read alike.
//!
//! Their rules for escapes have little in common, so each value is written in the first of a few ways that both read
//! back, by their own rules in [`envfile`]. They do so whatever stands in the lines after it: what opens a quote
//! closes it, without a backslash before the closing one, which `dotenv` would take for an escape when it finds another
//! quote further down.

use super::{Pairs, Reason, Refused, refusal, write_each};
use envfile::{Outcome, Reader};
use model::KeyName;
use zeroize::Zeroizing;

/// Writes one `KEY='value'` for each pair. Single quotes come first, as no reader changes anything within them but
/// `${…}`; then double quotes, and then none.
pub fn dotenv(pairs: &Pairs) -> Result<Zeroizing<String>, Refused> {
    write_each("A .env file", pairs, |key, value, text| {
        refusal::refuse_nul(value)?;
        text.push_str(&statement(key, value)?);
        Ok(())
    })
}

fn statement(key: &KeyName, value: &str) -> Result<Zeroizing<String>, Reason> {
    let mut misread = Reader::ALL.to_vec();
    for written in ways(value) {
        let statement = Zeroizing::new(format!("{key}={}\n", *written));
        let wrong: Vec<_> =
            AGREEING.into_iter().filter(|it| !reads(*it, &statement, key, value)).collect();
        if wrong.is_empty() {
            return Ok(statement);
        }
        if wrong.len() < misread.len() {
            misread = wrong;
        }
    }
    Err(Reason::Misread(misread))
}

fn ways(value: &str) -> Vec<Zeroizing<String>> {
    // A file has no carriage return that its readers would leave alone.
    let escaped = Zeroizing::new(value.replace('\r', "\\r"));
    let mut ways = vec![format!("'{value}'"), format!("\"{}\"", *escaped)];
    if !value.starts_with(['\'', '"', '`']) {
        ways.push(value.to_owned());
    }
    ways.into_iter().map(Zeroizing::new).collect()
}

/// Whether the reader takes exactly this key and value from the statement, with nothing looked up.
fn reads(reader: Reader, statement: &str, key: &KeyName, value: &str) -> bool {
    match reader.read(statement).as_slice() {
        [reading] => matches!(
            &reading.outcome,
            Outcome::Value { key: read, value: found, lookups }
                if read == key.as_str() && found.dangerously_expose() == value && lookups.is_empty()
        ),
        _ => false,
    }
}

/// The readers that have to agree.
const AGREEING: [Reader; 2] = [Reader::PythonDotenv, Reader::NodeDotenv];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;

    fn write(value: &str) -> Result<String, String> {
        let text = dotenv(&pairs(&[("K", value)])).map_err(|error| error.to_string())?;
        Ok(text.trim_end_matches('\n').to_owned())
    }

    #[test]
    fn values_are_quoted_so_that_nothing_in_them_means_anything() {
        for (value, expected) in [
            ("", "K=''"),
            (" a #b $c ", "K=' a #b $c '"),
            ("a\nb", "K='a\nb'"),
            (r"C:\new", r"K='C:\new'"),
            ("it's", r#"K="it's""#),
            ("it's\r\n", "K=\"it's\\r\n\""),
            (r#"it's "x""#, r#"K=it's "x""#),
            (r"C:\\", r"K=C:\\"),
            ("\u{feff}a", "K='\u{feff}a'"),
            ("a`b", "K='a`b'"),
            ("${a:b}", "K='${a:b}'"),
        ] {
            assert_eq!(write(value).unwrap(), expected);
        }
    }

    #[test]
    fn a_value_that_nobody_could_quote_is_refused_with_the_reader_that_would_misread_it() {
        let refused = |readers: &str| {
            Err(format!(
                "A .env file cannot hold K: {readers} would read another value however it is quoted"
            ))
        };
        assert_eq!(write("${HOME}"), refused("python-dotenv"));
        assert_eq!(write("it's \"x\"\n"), refused("python-dotenv or dotenv (Node.js)"));
        assert_eq!(write("a\\\\b\n"), refused("python-dotenv"));
        assert_eq!(write("`it's \"x\""), refused("python-dotenv"));
        assert_eq!(
            write("a\0").unwrap_err(),
            "A .env file cannot hold K: the value has a NUL character"
        );
    }

    #[test]
    fn every_refused_key_is_named_and_no_value() {
        let error = dotenv(&pairs(&[("A", "${X}"), ("B", "fine"), ("C", "\0"), ("B", "again")]))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "A .env file cannot hold A: python-dotenv would read another value however it is quoted; \
             C: the value has a NUL character; B: the key is given twice"
        );
    }
}

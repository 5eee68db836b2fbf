//! Files for `docker run --env-file`, which takes everything after the `=` as it is.

use super::{Pairs, Reason, Refused, refusal, write_each};
use envfile::DOCKER_LINE_BYTES;
use zeroize::Zeroizing;

/// Writes one `KEY=value` for each pair, without quotes: Docker would keep them.
pub fn docker(pairs: &Pairs) -> Result<Zeroizing<String>, Refused> {
    write_each("A Docker env file", pairs, |key, value, text| {
        refusal::refuse_nul(value)?;
        if value.contains('\n') {
            return Err(Reason::SeveralLines);
        }
        if value.ends_with('\r') {
            return Err(Reason::TrailingReturn);
        }
        if key.as_str().len() + "=".len() + value.len() > DOCKER_LINE_BYTES {
            return Err(Reason::LongLine { limit: DOCKER_LINE_BYTES });
        }
        for piece in [key.as_str(), "=", value, "\n"] {
            text.push_str(piece);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;
    use envfile::{Outcome, Reader};
    use proptest::prelude::*;

    #[test]
    fn values_stand_there_as_they_are() {
        let text = docker(&pairs(&[("A", "  'x' #$y\\ "), ("B", "")])).unwrap();
        assert_eq!(*text, "A=  'x' #$y\\ \nB=\n");
    }

    #[test]
    fn what_has_no_place_on_one_line_is_refused() {
        let long = "x".repeat(DOCKER_LINE_BYTES - 1);
        let refused = [("A", "a\nb"), ("B", "b\r"), ("C", &long), ("D", "\0"), ("E", "fine")];
        assert_eq!(
            docker(&pairs(&refused)).unwrap_err().to_string(),
            "A Docker env file cannot hold A: the value has several lines; \
             B: the value ends with a carriage return; \
             C: key and value are longer than 65535 bytes; D: the value has a NUL character"
        );
        assert!(docker(&pairs(&[("C", &long[1..])])).is_ok());
    }

    proptest! {
        #[test]
        fn docker_reads_back_what_was_written(values in prop::collection::vec(any::<String>(), 0..5)) {
            let names: Vec<_> = (0..values.len()).map(|number| format!("K{number}")).collect();
            let given: Vec<_> =
                names.iter().zip(&values).map(|(key, value)| (key.as_str(), value.as_str())).collect();
            if let Ok(text) = docker(&pairs(&given)) {
                let read = Reader::Docker.read(&text);
                prop_assert_eq!(read.len(), given.len());
                for (reading, (name, given)) in read.iter().zip(&given) {
                    let Outcome::Value { key, value, .. } = &reading.outcome else { panic!("{reading:?}") };
                    prop_assert_eq!((key.as_str(), value.dangerously_expose()), (*name, *given));
                }
            }
        }
    }
}

//! POSIX shell, for `eval "$(keyloft export --format shell …)"`.

use super::{Pairs, Refused, refusal, write_each};
use zeroize::Zeroizing;

/// Writes one `export KEY='value'` for each pair. Within single quotes nothing has a meaning but their end (POSIX, Shell
/// Command Language, section 2.2.2).
pub fn shell(pairs: &Pairs) -> Result<Zeroizing<String>, Refused> {
    write_each("A shell variable", pairs, |key, value, text| {
        refusal::refuse_nul(value)?;
        text.push_str("export ");
        text.push_str(key.as_str());
        text.push_str("='");
        for (number, piece) in value.split('\'').enumerate() {
            text.push_str(if number == 0 { "" } else { r"'\''" });
            text.push_str(piece);
        }
        text.push_str("'\n");
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn a_quote_is_written_outside_the_quotes() {
        let text = shell(&pairs(&[("A", "it's $x\n"), ("B", "")])).unwrap();
        assert_eq!(*text, "export A='it'\\''s $x\n'\nexport B=''\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]

        #[test]
        fn sh_reads_back_what_was_written(value in any::<String>().prop_map(|it| it.replace('\0', "'\\'"))) {
            let script = shell(&pairs(&[("K", &value)])).unwrap();
            let script = format!("{}printf %s \"$K\"", *script);
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            prop_assert_eq!(output.stdout, value.as_bytes());
        }
    }
}

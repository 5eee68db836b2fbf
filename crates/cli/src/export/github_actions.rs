//! What a step of a GitHub Actions job writes so that the steps after it have the variables, and the log does not.

use super::{Pairs, Reason, Refused, refusal, room_for};
use crate::mask;
use model::KeyName;
use zeroize::Zeroizing;

/// The two texts of a step.
#[derive(Debug)]
pub struct GithubActions {
    /// `::add-mask::…` lines, to print before anything else: the runner hides in its log what they name.
    pub masks: Zeroizing<String>,
    /// What to append to the file that `$GITHUB_ENV` names.
    pub environment: Zeroizing<String>,
}

/// Writes every pair between delimiters of its own.
///
/// `delimiter` makes a random word of letters and digits. A guessable one would let a value end early and set other
/// variables.
pub fn github_actions(
    pairs: &Pairs,
    mut delimiter: impl FnMut() -> String,
) -> Result<GithubActions, Refused> {
    let mut masks = Zeroizing::new(String::with_capacity(room_for(pairs)));
    let mut environment = Zeroizing::new(String::with_capacity(room_for(pairs)));
    refusal::check("A GitHub Actions environment", pairs, |key, value| {
        refusal::refuse_nul(value)?;
        if is_reserved(key) {
            return Err(Reason::Reserved);
        }
        if value.ends_with('\r') {
            return Err(Reason::TrailingReturn);
        }
        let delimiter = (0..TRIES)
            .map(|_| delimiter())
            .find(|word| !value.lines().any(|line| line == word))
            .ok_or(Reason::NoDelimiter)?;
        for piece in [key.as_str(), "<<", &delimiter, "\n", value, "\n", &delimiter, "\n"] {
            environment.push_str(piece);
        }
        push_masks(&mut masks, value);
        Ok(())
    })?;
    Ok(GithubActions { masks, environment })
}

/// A command ends with its line, so that each line is masked by itself. What [`mask`] leaves alone would be hidden all
/// over the log.
fn push_masks(masks: &mut String, value: &str) {
    for line in value.split(['\n', '\r']).filter(|line| mask::refusal(line).is_none()) {
        masks.push_str("::add-mask::");
        masks.push_str(&Zeroizing::new(line.replace('%', "%25")));
        masks.push('\n');
    }
}

/// Names that the runner refuses or overwrites ("Store information in variables", GitHub's documentation).
fn is_reserved(key: &KeyName) -> bool {
    let key = key.as_str();
    key == "NODE_OPTIONS" || key.starts_with("GITHUB_") || key.starts_with("RUNNER_")
}

const TRIES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;

    #[test]
    fn each_value_stands_between_delimiters_and_each_of_its_lines_is_masked() {
        let mut words = ["taken", "w1", "w2", "w3"].into_iter().map(str::to_owned);
        let given = pairs(&[("A", "first%\ntaken\n"), ("B", "single"), ("C", "")]);
        let written = github_actions(&given, || words.next().unwrap()).unwrap();
        assert_eq!(
            *written.environment,
            "A<<w1\nfirst%\ntaken\n\nw1\nB<<w2\nsingle\nw2\nC<<w3\n\nw3\n"
        );
        assert_eq!(*written.masks, "::add-mask::first%25\n::add-mask::taken\n::add-mask::single\n");
    }

    #[test]
    fn what_the_runner_would_change_is_refused() {
        let given = pairs(&[("NODE_OPTIONS", ""), ("A", "x\r"), ("GITHUB_SHA", ""), ("B", "word")]);
        assert_eq!(
            github_actions(&given, || "word".to_owned()).unwrap_err().to_string(),
            "A GitHub Actions environment cannot hold NODE_OPTIONS: the name is reserved; \
             A: the value ends with a carriage return; GITHUB_SHA: the name is reserved; \
             B: the value has the delimiter in it"
        );
    }
}

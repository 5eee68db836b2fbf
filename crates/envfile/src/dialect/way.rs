//! What to say of a line that is read otherwise. It names keys of the file, and nothing else that stands in it.

use super::Outcome;
use crate::statement::{Body, Statement};
use std::collections::HashSet;
use std::fmt;

/// In which way a reader differs from python-dotenv without interpolation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// An error, for the line or for the whole file.
    Refuses,
    /// The line is passed over.
    Drops,
    /// It takes a value from a line that has none for python-dotenv.
    Takes,
    /// A bare key gets the value of the environment variable.
    Inherits,
    /// The key is another one, such as one that goes over two lines.
    OtherKey,
    /// Something after a `$` is replaced. The names are those that are keys of this file.
    Expands(Vec<String>),
    /// The quotes become a part of the value.
    KeepsQuotes,
    /// Backticks count as quotes.
    RemovesBackticks,
    /// Blanks around the value become a part of it.
    KeepsBlanks,
    /// Blanks around the value are removed.
    RemovesBlanks,
    /// The value ends before a `#`.
    CutsAtHash,
    /// The comment becomes a part of the value.
    KeepsComment,
    /// The value ends before a quote in it.
    CutsAtQuote,
    /// Backslashes mean something else.
    Backslashes,
    /// A line end in the value is another one, or is missing.
    LineEnds,
    /// Of two values of one key, the first one counts.
    KeepsTheFirst,
    /// Another value, for a reason without a name.
    Otherwise,
}

impl Way {
    /// What several readers do: "keep the quotes", where one "keeps the quotes".
    pub fn of_several(&self) -> String {
        let one = self.to_string();
        let (verb, rest) = one.split_once(' ').expect("each way is a verb and what it is done to");
        format!("{} {rest}", verb.strip_suffix('s').expect("the verb is in the third person"))
    }
}

/// How an outcome differs from what a statement says, if it does.
pub(super) fn between(
    statement: &Statement<'_>,
    outcome: Option<&Outcome>,
    known: &HashSet<&str>,
) -> Option<Way> {
    let ours = match &statement.body {
        Body::Pair { key, value } => Some((key, value.dangerously_expose())),
        Body::Nothing | Body::Bare { .. } | Body::Unreadable(_) => None,
    };
    match (ours, outcome) {
        (None, None | Some(Outcome::Unset { .. })) => None,
        (Some(_), None | Some(Outcome::Unset { .. })) => Some(Way::Drops),
        (_, Some(Outcome::Refused)) => Some(Way::Refuses),
        (_, Some(Outcome::Inherited { .. })) => Some(Way::Inherits),
        (None, Some(Outcome::Value { .. })) => Some(Way::Takes),
        (Some((key, _)), Some(Outcome::Value { key: other, .. })) if key != other => {
            Some(Way::OtherKey)
        }
        (Some((_, ours)), Some(Outcome::Value { value, lookups, .. })) => {
            if !lookups.is_empty() {
                let named = lookups.iter().filter(|name| known.contains(name.as_str()));
                return Some(Way::Expands(named.cloned().collect()));
            }
            let theirs = value.dangerously_expose();
            (ours != theirs).then(|| between_values(statement.source, ours, theirs))
        }
    }
}

fn between_values(source: &str, ours: &str, theirs: &str) -> Way {
    let is_comment = |rest: &str| rest.trim_start().starts_with('#');
    let written = source.split_once('=').map_or("", |(_key, value)| value.trim());
    let quoted = written.starts_with(['\'', '"']) && theirs.trim_start().starts_with(['\'', '"']);
    if quoted && !ours.starts_with(['\'', '"']) {
        Way::KeepsQuotes
    } else if ours.starts_with('`') && !theirs.starts_with('`') {
        Way::RemovesBackticks
    } else if trim(ours) == trim(theirs) {
        if theirs.len() > ours.len() { Way::KeepsBlanks } else { Way::RemovesBlanks }
    } else if ours.strip_prefix(theirs).is_some_and(is_comment) {
        Way::CutsAtHash
    } else if theirs.trim_start().strip_prefix(ours).is_some_and(is_comment) {
        Way::KeepsComment
    } else if source.contains('\\') {
        Way::Backslashes
    } else if ours.starts_with(theirs) {
        Way::CutsAtQuote
    } else if ours.contains('\n') || theirs.contains(['\n', '\r']) {
        Way::LineEnds
    } else {
        Way::Otherwise
    }
}

/// Blanks, among which JavaScript counts the byte order mark.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refuses => "refuses it",
            Self::Drops => "drops the line",
            Self::Takes => "reads a value here",
            Self::Inherits => "takes the value from its environment",
            Self::OtherKey => "reads another key",
            Self::Expands(names) if names.is_empty() => "expands what follows a $",
            Self::Expands(names) => return write!(f, "expands ${{{}}}", names.join("}, ${")),
            Self::KeepsQuotes => "keeps the quotes",
            Self::RemovesBackticks => "removes the backticks",
            Self::KeepsBlanks => "keeps the blanks around the value",
            Self::RemovesBlanks => "removes the blanks around the value",
            Self::CutsAtHash => "cuts the value at a #",
            Self::KeepsComment => "takes the comment for a part of the value",
            Self::CutsAtQuote => "cuts the value at a quote",
            Self::Backslashes => "reads the backslashes otherwise",
            Self::LineEnds => "reads the line ends otherwise",
            Self::KeepsTheFirst => "keeps the first value of this key",
            Self::Otherwise => "reads another value",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Way;

    #[test]
    fn several_readers_do_it_in_the_plural() {
        for (way, several) in [
            (Way::Refuses, "refuse it"),
            (Way::Drops, "drop the line"),
            (Way::Takes, "read a value here"),
            (Way::Inherits, "take the value from its environment"),
            (Way::OtherKey, "read another key"),
            (Way::Expands(Vec::new()), "expand what follows a $"),
            (Way::Expands(vec!["A".into()]), "expand ${A}"),
            (Way::KeepsQuotes, "keep the quotes"),
            (Way::RemovesBackticks, "remove the backticks"),
            (Way::CutsAtHash, "cut the value at a #"),
            (Way::Backslashes, "read the backslashes otherwise"),
        ] {
            assert_eq!(way.of_several(), several);
        }
    }
}

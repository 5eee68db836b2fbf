//! What to say of a line that is read otherwise. It names keys of the file, and nothing else that stands in it.

use super::Outcome;
use crate::statement::{Body, Statement};
use std::borrow::Cow;
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
        let (verb, rest) = self.words();
        format!("{verb} {rest}")
    }

    /// A regular verb, and what it is done to.
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let (verb, rest) = match self {
            Self::Refuses => ("refuse", "it"),
            Self::Drops => ("drop", "the line"),
            Self::Takes => ("read", "a value here"),
            Self::Inherits => ("take", "the value from its environment"),
            Self::OtherKey => ("read", "another key"),
            Self::Expands(names) if names.is_empty() => ("expand", "what follows a $"),
            Self::Expands(names) => {
                return ("expand", format!("${{{}}}", names.join("}, ${")).into());
            }
            Self::KeepsQuotes => ("keep", "the quotes"),
            Self::RemovesBackticks => ("remove", "the backticks"),
            Self::KeepsBlanks => ("keep", "the blanks around the value"),
            Self::RemovesBlanks => ("remove", "the blanks around the value"),
            Self::CutsAtHash => ("cut", "the value at a #"),
            Self::KeepsComment => ("take", "the comment for a part of the value"),
            Self::CutsAtQuote => ("cut", "the value at a quote"),
            Self::Backslashes => ("read", "the backslashes otherwise"),
            Self::LineEnds => ("read", "the line ends otherwise"),
            Self::KeepsTheFirst => ("keep", "the first value of this key"),
            Self::Otherwise => ("read", "another value"),
        };
        (verb, rest.into())
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
        let (verb, rest) = self.words();
        write!(f, "{verb}s {rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::Way;

    #[test]
    fn several_readers_do_it_in_the_plural() {
        let way = Way::CutsAtHash;
        assert_eq!(
            (way.to_string(), way.of_several()),
            ("cuts the value at a #".into(), "cut the value at a #".into())
        );
    }
}

//! What stands behind the question mark.

use std::fmt::{Display, Write as _};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A path with a query, built pair by pair.
pub(crate) struct Query(String);

impl Query {
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// Adds a pair, if there is something to add.
    pub(crate) fn with(mut self, name: &str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            let mark = if self.0.contains('?') { '&' } else { '?' };
            let value = value.to_string();
            let value = utf8_percent_encode(&value, NON_ALPHANUMERIC);
            write!(self.0, "{mark}{name}={value}").expect("a String takes any text");
        }
        self
    }

    pub(crate) fn into_path(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_not_asked_and_the_rest_is_encoded() {
        let query = Query::new("/secrets")
            .with("environment", None::<&str>)
            .with("search", Some("a b&c"))
            .with("limit", Some(200));
        assert_eq!(query.into_path(), "/secrets?search=a%20b%26c&limit=200");
    }
}

//! Plain forms in front of sign-in: posted to the page's own address, which draws the page again with what was wrong.

use crate::error::AppError;
use leptos::prelude::*;
use model::{Field, Problems};

/// A form that the server refused: what was typed, passwords and codes apart, and what was wrong.
#[derive(Clone, Debug, Default)]
pub struct FailedForm {
    /// What the person is called.
    pub name: String,
    /// The address they typed.
    pub email: String,
    /// The workspace's name.
    pub workspace: String,
    /// Where to go afterwards.
    pub next: String,
    /// What was wrong.
    pub error: Option<AppError>,
}

impl FailedForm {
    /// The form that this request posted, or an empty one.
    pub fn take() -> Self {
        use_context().unwrap_or_default()
    }

    fn problems(&self) -> Option<&Problems> {
        self.error.as_ref().and_then(AppError::problems)
    }

    /// What is wrong with a field, in words.
    pub fn error_of(&self, field: Field) -> Signal<Option<String>> {
        let text = self.problems().and_then(|problems| problems.of(field)).map(|p| p.to_string());
        Signal::stored(text)
    }

    /// What is wrong with the form as a whole.
    pub fn error(&self) -> Option<String> {
        self.error.as_ref().filter(|_| self.problems().is_none()).map(ToString::to_string)
    }
}

/// An address of this server that a form may send the person on to: a path, and nothing that a browser takes for a host.
pub fn safe_next(next: &str) -> &str {
    let is_path = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control());
    if is_path { next } else { "/secrets" }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_paths_of_this_server_are_next() {
        for good in ["/secrets", "/secrets/new?q=a&env=dev"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\nb",
            "javascript:alert(1)",
        ] {
            assert_eq!(safe_next(bad), "/secrets", "{bad:?}");
        }
    }
}

//! What can go wrong on the way to a running server.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A measurement cannot be taken.
    #[error("{who}: {why}")]
    Bench { who: &'static str, why: String },
    /// The site weighs more than its budget.
    #[error("over budget: {0}")]
    Budget(String),
    /// A command ran and said no; its output has been shown by the step it ran in.
    #[error("`{command}` failed ({status})")]
    Command { command: String, status: ExitStatus },
    #[error("cannot {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("frontend must not depend on {0}: it would be sent to the browser")]
    Forbidden(String),
    /// Ctrl-C, or SIGTERM.
    #[error("interrupted")]
    Interrupted,
    /// The machine lacks something that xtask may not install.
    #[error("{what} is missing: install it ({how})")]
    Missing { what: &'static str, how: String },
    #[error("PostgreSQL did not start: {0}")]
    Postgres(String),
    #[error("cannot listen for signals: {0}")]
    Signals(io::Error),
    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: io::Error },
    #[error("the stylesheet: {0}")]
    Style(String),
    /// Tests ran, and some failed.
    #[error("{passed} passed, {failed} failed")]
    Tests { passed: u64, failed: u64 },
    /// A tool answered in a form that xtask does not know.
    #[error("{tool} answered something unexpected: {answer}")]
    Unexpected { tool: &'static str, answer: String },
    #[error("cannot wait for a command: {0}")]
    Wait(io::Error),
    /// A tool cannot do its work on the browser's half.
    #[error("{tool}: {why}")]
    Wasm { tool: &'static str, why: String },
    #[error("watching for changes: {0}")]
    Watch(#[from] notify::Error),
}

/// Names the file in an I/O error: `fs::read(&path).on("read", &path)?`.
pub(crate) trait OnFile<T> {
    fn on(self, action: &'static str, path: impl AsRef<Path>) -> Result<T, Error>;
}

impl<T> OnFile<T> for io::Result<T> {
    fn on(self, action: &'static str, path: impl AsRef<Path>) -> Result<T, Error> {
        self.map_err(|source| Error::File { action, path: path.as_ref().to_owned(), source })
    }
}

//! Why a command did not do what it was asked to, and with which code it ends.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use client::{Error, Place};
use model::api::{ProblemCode, ProblemDetails};
use thiserror::Error;

/// The result of a command.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// Each message names what is wrong and what would be right. None holds a value.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// A question was not answered with yes, or there was nobody to ask.
    #[error("{0}")]
    Aborted(String),
    /// The program to run is there and cannot be run.
    #[error("{0}")]
    CannotRun(String),
    /// What was compared differs, what was looked for is missing or was found: all of it has been told.
    #[error("")]
    Differs,
    /// It could not be done.
    #[error("{0}")]
    Failed(String),
    /// Whoever read standard output stopped reading.
    #[error("")]
    NobodyReads,
    /// The program to run is not there.
    #[error("{0}")]
    NoSuchProgram(String),
    /// The server did not do it.
    #[error("{}", told(.0))]
    Server(#[from] Error),
    /// It was asked for in a way that makes no sense.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    /// Writes to standard output went wrong.
    pub(crate) fn output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Failed(format!("cannot write to standard output: {error}")),
        }
    }

    /// As shells number them.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Aborted(_) | Self::Differs | Self::Failed(_) | Self::Server(_) => 1,
            Self::Usage(_) => 2,
            Self::CannotRun(_) => 126,
            Self::NoSuchProgram(_) => 127,
            Self::NobodyReads => 128 + 13,
        })
    }

    /// Tells the person.
    pub(crate) fn print(&self) {
        match self {
            Self::Differs | Self::NobodyReads => {}
            Self::Aborted(text) => crate::print::note(format_args!("Aborted: {text}")),
            failure => crate::print::note(format_args!("Error: {failure}")),
        }
    }
}

/// For `map_err` on what is asked about one secret: that it is not there is said in terms of what was typed.
pub(crate) fn of_secret(place: &Place) -> impl Fn(Error) -> Failure {
    move |error| match error.code() {
        Some(ProblemCode::NotFound) => Failure::Failed(not_found(place)),
        _ => error.into(),
    }
}

pub(crate) fn not_found(place: &Place) -> String {
    format!("Secret '{}' not found in environment '{}'", place.name, place.environment)
}

fn told(error: &Error) -> String {
    let Error::Problem(problem) = error else { return error.to_string() };
    let mut text = problem.detail.clone();
    for field in problem.fields.iter().filter(|field| !problem.detail.contains(&field.detail)) {
        write!(text, "\n  {}: {}", field.field, field.detail).expect("a String takes any text");
    }
    if !problem.missing.is_empty() && !problem.missing.iter().all(|key| text.contains(key.as_str()))
    {
        let missing: Vec<_> = problem.missing.iter().map(model::KeyName::as_str).collect();
        write!(text, "\n  missing: {}", missing.join(", ")).expect("a String takes any text");
    }
    if let Some(advice) = advice(problem) {
        text.push('\n');
        text.push_str(&advice);
    }
    text
}

fn advice(problem: &ProblemDetails) -> Option<String> {
    match problem.code {
        ProblemCode::Unauthorized => Some(
            "Sign in with: keyloft login. A program's token goes into KEYLOFT_TOKEN.".to_owned(),
        ),
        ProblemCode::SudoNeeded => {
            Some("Confirm with your password first: keyloft sudo".to_owned())
        }
        ProblemCode::Conflict => {
            let current = problem.current?;
            let who =
                problem.changed_by.as_ref().map_or(String::new(), |who| format!(", by {who}"));
            Some(format!(
                "It is at version {current} now{who}. Nothing was changed; look at it and try again."
            ))
        }
        ProblemCode::Integrity | ProblemCode::Internal => {
            Some(format!("The server's log has more, under request {}.", problem.request))
        }
        _ => None,
    }
}

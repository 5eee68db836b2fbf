//! What a server function answers when it did not do it.

use leptos::prelude::*;
use model::{Action, Problems, Version};
use serde::{Deserialize, Serialize};
use server_fn::{codec::JsonEncoding, error::ServerFnErrorErr};
use std::fmt;

/// A closed set of reasons, so that nothing typed and no cause can travel in one: without JavaScript it stands in a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Too many people sign in at this moment.
    Busy,
    /// Someone saved in between.
    Conflict { current: Version },
    /// The role does not allow it.
    Denied(Action),
    /// The workspace asks for a second factor that the person does not have.
    FactorNeeded,
    /// The database is full.
    Full,
    /// A sealed record does not open.
    Integrity { reference: Reference },
    /// Something that should not happen; the log says more under the same reference.
    Internal { reference: Reference },
    /// Something that was given is wrong.
    Invalid(Problems),
    /// What was sent is not what the server expects: the page is older or newer than it.
    Misunderstood,
    /// There is no such thing here.
    NotFound,
    /// The page was opened for another workspace than the session is in now.
    OtherWorkspace,
    /// Wrong address or password, or too many tries: which of them is not told.
    SignInFailed,
    /// Nobody is signed in, or the session ended.
    SignInRequired,
    /// The password is needed again.
    SudoNeeded,
    /// Too many tries.
    TooManyTries { seconds: u32 },
    /// The server was not reached, or its answer not understood.
    Transport,
    /// The database does not answer.
    Unavailable { reference: Reference },
    /// People cannot see this value.
    WriteOnly,
}

/// The request's id, as it stands in the server's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(pub u64);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl AppError {
    /// The status that says the same to programs (RFC 9110, RFC 6585).
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignInFailed | Self::SignInRequired => 401,
            Self::Denied(_) | Self::FactorNeeded | Self::SudoNeeded | Self::WriteOnly => 403,
            Self::Misunderstood => 400,
            Self::NotFound => 404,
            Self::Conflict { .. } | Self::OtherWorkspace => 409,
            Self::Invalid(_) => 422,
            Self::TooManyTries { .. } => 429,
            Self::Integrity { .. } | Self::Internal { .. } | Self::Transport => 500,
            Self::Busy | Self::Unavailable { .. } => 503,
            Self::Full => 507,
        }
    }

    /// What is wrong with the fields of the form, if that is it.
    pub const fn problems(&self) -> Option<&Problems> {
        match self {
            Self::Invalid(problems) => Some(problems),
            _ => None,
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("Many people are signing in right now. Try again in a few seconds."),
            Self::Conflict { current } => {
                write!(f, "Not done: someone saved version {current} since this page was opened.")
            }
            Self::Denied(action) => {
                write!(f, "Your role here may not {}. An owner or admin can.", action.verb())
            }
            Self::FactorNeeded => f.write_str(
                "This workspace asks for a second factor. Set one up under Account.",
            ),
            Self::Full => f.write_str(
                "Not saved: the server's disk is full. Nothing was changed; whoever runs the server must make room.",
            ),
            Self::Integrity { reference } => write!(
                f,
                "The stored record was changed outside of Keyloft, and was not opened. Tell whoever runs the server: {reference}."
            ),
            Self::Internal { reference } => write!(
                f,
                "The server made a mistake, and changed nothing. Its log says more under {reference}."
            ),
            Self::Invalid(problems) => match problems.iter().next() {
                Some(problem) => problem.fmt(f),
                None => f.write_str("Something is missing."),
            },
            Self::Misunderstood => f.write_str(
                "The server did not understand this page, and did nothing. It may be of another version: reload the page.",
            ),
            Self::NotFound => f.write_str("Not found: it was deleted, or never was in this workspace."),
            Self::OtherWorkspace => f.write_str(
                "This page belongs to another workspace than the one you are signed in to now. Reload it.",
            ),
            Self::SignInFailed => f.write_str(
                "Wrong e-mail address or password, or too many tries: after five wrong ones it takes 15 minutes.",
            ),
            Self::SignInRequired => f.write_str("Your session ended. Sign in again."),
            Self::SudoNeeded => f.write_str("Confirm with your password first."),
            Self::TooManyTries { seconds } => {
                write!(f, "Too many tries. Try again in {seconds} seconds.")
            }
            Self::Transport => f.write_str("The server was not reached. Check the connection and try again."),
            Self::Unavailable { reference } => write!(
                f,
                "The database does not answer, and nothing was changed. Try again; the server's log says more under {reference}."
            ),
            Self::WriteOnly => f.write_str("This value is write-only: programs read it, people replace it."),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    #[cfg(feature = "ssr")]
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::MissingArg(_) => crate::context::answered(Self::Misunderstood),
            _ => Self::Transport,
        }
    }

    #[cfg(not(feature = "ssr"))]
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Transport
    }
}

impl From<Problems> for AppError {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

//! What can go wrong in the store, as far as a caller can act on it.

use model::{Action, Problems, Version};

/// Why the store did not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that was given is wrong.
    #[error(transparent)]
    Invalid(#[from] Problems),
    /// There is no such thing in this workspace.
    #[error("not found")]
    NotFound,
    /// Someone saved in between; this is the version of now.
    #[error("the secret is at version {current} by now")]
    Conflict { current: Version },
    /// The role does not allow it.
    #[error("not allowed to {}", .0.verb())]
    Denied(Action),
    /// The role allows it once the password was given again.
    #[error("needs the password again")]
    SudoNeeded,
    /// People cannot see a write-only value.
    #[error("the value is write-only")]
    WriteOnly,
    /// Wrong address or password, or too many tries: which of them is not told.
    #[error("wrong e-mail address or password")]
    SignInFailed,
    /// Too many tries; more are taken after this many seconds.
    #[error("too many tries; wait {seconds} s")]
    TooManyTries { seconds: u32 },
    /// The server has been set up already, or not yet.
    #[error("{}", if *.done { "set up already" } else { "not set up yet" })]
    Setup { done: bool },
    /// A sealed record does not open: it was changed, moved, or sealed by another instance.
    #[error("integrity check failed for {record}")]
    Integrity { record: String },
    /// The disk or the database is full.
    #[error("the database is full")]
    Full,
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// All places where passwords are hashed are taken.
    #[error("busy")]
    Busy,
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

/// What the store's methods answer.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
